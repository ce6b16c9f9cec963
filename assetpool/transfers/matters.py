"""What transfers ask of those who decide: the inbox shows it beside each one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.registry import Line, Matter
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.web import language
from assetpool.org.queries import names
from assetpool.prices import duties
from assetpool.records.models import Document
from assetpool.reservations.queries import ledgers
from assetpool.reservations.service import pool_today
from assetpool.transfers.models import Transfer
from assetpool.transfers.queries import lines_of_several


def matters(session: Session, documents: Sequence[Document]) -> dict[int, Matter]:
    """Return what several transfers would give away, and what is free for it (what a requisition promised already is not asked again)."""
    ids = [document.id for document in documents]
    rows = list(session.scalars(select(Transfer).where(Transfer.id.in_(ids))))
    lines = lines_of_several(session, ids)
    kinds = kinds_of(session, [line.kind_id for found in lines.values() for line in found])
    organizations = names(session, [side for row in rows for side in (row.giver_id, row.receiver_id)])
    today = pool_today(session, documents[0].pool_id)
    books = ledgers(session, [(line.kind_id, row.store_id) for row in rows for line in lines.get(row.id, [])], today)
    pricing = duties.setters(session, kinds, today)
    english = language() == "en"
    found: dict[int, Matter] = {}
    for row in rows:
        asked = []
        for line in lines.get(row.id, []):
            kind = kinds[line.kind_id]
            book = books.get((line.kind_id, row.store_id))
            free = None if row.request_id is not None else book.free(max(row.first_day, today), None, kind.turn_round_days) if book else 0
            asked.append(Line(kind.name_en if english and kind.name_en else kind.name, line.asked, free, kind.measure))
        sides = [organizations[side] for side in (row.giver_id, row.receiver_id)]
        about = " → ".join(side.name_en if english and side.name_en else side.name for side in sides)
        found[row.id] = Matter(about, tuple(asked), frozenset({row.requester_id}).union(*(pricing[line.kind_id] for line in lines.get(row.id, []))))
    return found
