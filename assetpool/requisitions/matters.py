"""What requests ask of those who decide: the inbox shows it beside each one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.registry import Line, Matter
from assetpool.core.web import language
from assetpool.prices import duties
from assetpool.records.models import Document
from assetpool.requisitions.effects import of_several
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.wording import period
from assetpool.reservations.service import pool_today


def matters(session: Session, documents: Sequence[Document]) -> dict[int, Matter]:
    """Return what several requests ask for and what granting each would meet, for the inbox."""
    rows = list(session.scalars(select(Requisition).where(Requisition.id.in_([document.id for document in documents]))))
    found = of_several(session, rows, pool_today(session, documents[0].pool_id)) if rows else {}
    english = language() == "en"
    asked = {standing.asked.kind_id for some in found.values() for standing in some}
    pricing = duties.setters(session, asked, pool_today(session, documents[0].pool_id)) if rows else {}
    return {
        row.id: Matter(
            period(row.first_day, row.last_day if row.kind == "loan" else None),
            tuple(
                Line(
                    standing.kind.name_en if english and standing.kind.name_en else standing.kind.name,
                    standing.asked.quantity,
                    standing.free,
                    standing.kind.measure,
                )
                for standing in found[row.id]
            ),
            frozenset({row.requester_id}).union(*(pricing[standing.asked.kind_id] for standing in found[row.id])),
        )
        for row in rows
    }
