"""What intakes ask of those who decide: the inbox shows it beside each one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.registry import Line, Matter
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.web import language
from assetpool.intake.models import Intake, IntakeLine
from assetpool.records.models import Document


def matters(session: Session, documents: Sequence[Document]) -> dict[int, Matter]:
    """Return what several intakes would bring in."""
    ids = [document.id for document in documents]
    rows = list(session.scalars(select(Intake).where(Intake.id.in_(ids))))
    lines: dict[int, list[IntakeLine]] = {row.id: [] for row in rows}
    for line in session.scalars(select(IntakeLine).where(IntakeLine.intake_id.in_(ids)).order_by(IntakeLine.intake_id, IntakeLine.line_no)):
        lines[line.intake_id].append(line)
    kinds = kinds_of(session, [line.kind_id for found in lines.values() for line in found])
    english = language() == "en"
    return {
        row.id: Matter(
            row.reason,
            tuple(
                Line(kinds[line.kind_id].name_en if english and kinds[line.kind_id].name_en else kinds[line.kind_id].name, line.announced, None,
                     kinds[line.kind_id].measure)
                for line in lines[row.id]
            ),
            frozenset({row.requester_id}),
        )
        for row in rows
    }  # fmt: skip
