"""Moves as a person may see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kept_stores as kept_stores
from assetpool.custody.models import Asset, Movement
from assetpool.moves.models import Move
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import by_number, visible

_ACTS = ("move", "single")


@dataclass(frozen=True)
class MoveView:
    """A move with where it went and what was carried (tag, kind, units, id of the store it came from)."""

    document: Document
    move: Move
    store: Store
    things: list[tuple[Asset, Kind, int]]


def page(session: Session, access: Access, *, before: int | None = None, limit: int = 25) -> list[tuple[Document, Move, Store, int]]:
    """Return visible moves with their units, newest first, one more than `limit` when there is a next page."""
    statement = select(Document, Move, Store).join(Move, Move.id == Document.id).join(Store, Store.id == Move.store_id).where(visible(access))
    if before is not None:
        statement = statement.where(Document.id < before)
    rows = session.execute(statement.order_by(Document.id.desc()).limit(limit + 1)).all()
    sums = select(Movement.document_id, func.sum(Movement.count)).where(Movement.document_id.in_([row[0].id for row in rows]), Movement.act.in_(_ACTS))
    units = {row[0]: int(row[1]) for row in session.execute(sums.group_by(Movement.document_id))}
    return [(row[0], row[1], row[2], units.get(row[0].id, 0)) for row in rows]


def move(session: Session, access: Access, number: str) -> MoveView:
    """Return a visible move; raise NotFound."""
    document = by_number(session, access, number, "MV")
    row = session.get_one(Move, document.id)
    statement = (
        select(Asset, Kind, func.sum(Movement.count))
        .join(Movement, Movement.asset_id == Asset.id)
        .join(Kind, Kind.id == Asset.kind_id)
        .where(Movement.document_id == document.id, Movement.act.in_(_ACTS))
        .group_by(Asset.id, Kind.id)
        .order_by(func.min(Movement.line_no))
    )
    things = [(found[0], found[1], int(found[2])) for found in session.execute(statement)]
    return MoveView(document, row, session.get_one(Store, row.store_id), things)
