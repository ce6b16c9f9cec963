"""Intakes as a person may see them, their lines, and the labels that came of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.custody.models import Asset, Movement
from assetpool.intake.models import Intake, IntakeLine
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible


def lines(session: Session, intake_id: int, limit: int | None = None, still_open: bool = False) -> list[IntakeLine]:
    """Return an intake's lines in order; `still_open`: only those of which more is expected."""
    statement = select(IntakeLine).where(IntakeLine.intake_id == intake_id).order_by(IntakeLine.line_no)
    if still_open:
        statement = statement.where(IntakeLine.closed.is_(False))
    return list(session.scalars(statement.limit(limit)))


@dataclass(frozen=True)
class Totals:
    """What the lines of an intake add up to; `value` in fen of what is announced, lines without a value counting nothing."""

    lines: int
    announced: int
    received: int
    value: int


def totals(session: Session, intake_id: int) -> Totals:
    """Return the sums of an intake, in one query."""
    columns = (
        func.count(IntakeLine.id),
        func.sum(IntakeLine.announced),
        func.sum(IntakeLine.received),
        func.sum(IntakeLine.announced * IntakeLine.original_value),
    )
    row = session.execute(select(*columns).where(IntakeLine.intake_id == intake_id)).one()
    return Totals(int(row[0]), int(row[1] or 0), int(row[2] or 0), int(row[3] or 0))


def page(
    session: Session, access: Access, *, state: str = "", text: str = "", before: int | None = None, limit: int = 25
) -> list[tuple[Document, Intake, int]]:
    """Return visible intakes with their announced units, newest first, one more than `limit` when there is a next page."""
    units = select(func.coalesce(func.sum(IntakeLine.announced), 0)).where(IntakeLine.intake_id == Document.id).correlate(Document).scalar_subquery()
    statement = select(Document, Intake, units).join(Intake, Intake.id == Document.id).where(visible(access))
    if state:
        statement = statement.where(Document.state == state)
    if text:
        statement = statement.where(Document.number.contains(text.strip().upper(), autoescape=True) | Intake.reason.contains(text, autoescape=True))
    if before is not None:
        statement = statement.where(Document.id < before)
    return [(row[0], row[1], int(row[2])) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit + 1))]


def tags_by_line(session: Session, intake_id: int) -> dict[int, list[str]]:
    """Return the tags that came of each line, in the order they were received."""
    statement = (
        select(Movement.line_no, Asset.tag)
        .join(Asset, Asset.id == Movement.asset_id)
        .where(Movement.document_id == intake_id, Movement.act == "receive")
        .order_by(Movement.height)
    )
    found: dict[int, list[str]] = {}
    for line_no, tag in session.execute(statement):
        tags = found.setdefault(line_no or 0, [])
        if tag not in tags[-1:]:
            tags.append(tag)
    return found


def assets_of(session: Session, intake_id: int, limit: int | None = None) -> list[Asset]:
    """Return the labels that came into being by an intake, in the order they were made."""
    made = select(Movement.asset_id).where(Movement.document_id == intake_id, Movement.act == "receive")
    return list(session.scalars(select(Asset).where(Asset.id.in_(made)).order_by(Asset.id).limit(limit)))
