"""Keeping what an approval could not grant: the failed act is rolled back with all it wrote, so the refusal is noted in it and recorded in an act after it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.outcomes.models import StockRefusal
from assetpool.records.models import Document
from assetpool.requisitions.effects import free_of_lines
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as lines_of
from assetpool.reservations.service import pool_today

NOTED = "refused_for_lack_of_stock"


def note(session: Session, document: Document, row: Requisition, cuts: Mapping[int, int]) -> None:
    """Remember beside the failing act which request was refused and how much of each line somebody wanted to grant."""
    session.info.setdefault(NOTED, {})[row.id] = dict(cuts)


def noted(session: Session) -> dict[int, dict[int, int]]:
    """Return what was noted since the last time, by request, and forget it."""
    found: dict[int, dict[int, int]] = session.info.pop(NOTED, {})
    return found


def record(session: Session, refused: Mapping[int, Mapping[int, int]]) -> int:
    """Record every line of refused requests for which less is free than somebody wanted to grant; return how many. One row a line, the last time counts."""
    written = 0
    for document_id, cuts in refused.items():
        document = session.scalars(select(Document).where(Document.id == document_id).with_for_update()).one()
        row = session.get_one(Requisition, document_id)
        free = free_of_lines(session, row, pool_today(session, document.pool_id))
        kept = {r.line_no: r for r in session.scalars(select(StockRefusal).where(StockRefusal.document_id == document_id))}
        for line in lines_of(session, document_id):
            wanted = cuts.get(line.line_no, line.asked)
            if free[line.line_no] >= wanted:
                continue
            refusal = kept.get(line.line_no)
            if refusal is None:
                refusal = StockRefusal(pool_id=document.pool_id, document_id=document_id, line_no=line.line_no, times=0)
                session.add(refusal)
            refusal.kind_id, refusal.wanted, refusal.free = line.kind_id, wanted, free[line.line_no]
            refusal.times, refusal.refused_at = refusal.times + 1, clock.now()
            written += 1
    session.flush()
    return written
