"""Requests as a person may see them, with what is free and what deciding would do to the stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.custody.models import Asset
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations import queries as stock


@dataclass(frozen=True)
class Effect:
    """What a line asks, what is free for its days now, and what stays free after granting it."""

    line: RequisitionLine
    kind: Kind
    tag: str
    store: str
    free: int

    @property
    def left(self) -> int:
        """Return what stays free after granting the line in full (0 if it does not suffice)."""
        return max(0, self.free - self.line.asked)

    @property
    def short(self) -> int:
        """Return how many units are missing."""
        return max(0, self.line.asked - self.free)


def lines(session: Session, requisition_id: int) -> list[RequisitionLine]:
    """Return a request's lines in order."""
    return list(session.scalars(select(RequisitionLine).where(RequisitionLine.requisition_id == requisition_id).order_by(RequisitionLine.line_no)))


def page(
    session: Session, access: Access, *, state: str = "", kind: str = "", text: str = "", before: int | None = None, limit: int = 25
) -> list[tuple[Document, Requisition]]:
    """Return visible requests, newest first, one more than `limit` when there is a next page."""
    statement = select(Document, Requisition).join(Requisition, Requisition.id == Document.id).where(visible(access))
    if state:
        statement = statement.where(Document.state == state)
    if kind:
        statement = statement.where(Requisition.kind == kind)
    if text:
        statement = statement.where(Document.number.contains(text.strip().upper(), autoescape=True) | Requisition.purpose.contains(text, autoescape=True))
    if before is not None:
        statement = statement.where(Document.id < before)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit + 1))]


def effects(session: Session, row: Requisition, today: date) -> list[Effect]:
    """Return what granting each line would do to the stock; a fixed number of queries however many lines."""
    asked = lines(session, row.id)
    kinds = {kind.id: kind for kind in session.scalars(select(Kind).where(Kind.id.in_({line.kind_id for line in asked})))}
    tags = {asset.id: asset.tag for asset in session.scalars(select(Asset).where(Asset.id.in_({line.asset_id for line in asked if line.asset_id})))}
    books = stock.ledgers(session, stock.keys_of(session, kinds), today)
    codes = {store.id: store.name for store in session.scalars(select(Store).where(Store.id.in_({store for _, store in books})))}
    first = max(row.first_day, today)
    last = None if row.kind == "transfer" else max(row.last_day or today, today)
    found = []
    for line in asked:
        kind = kinds[line.kind_id]
        free = sum(
            book.free(first, last, kind.turn_round_days)
            for (kind_id, store_id), book in books.items()
            if kind_id == kind.id and line.store_id in (None, store_id)
        )
        found.append(Effect(line, kind, tags.get(line.asset_id or 0, ""), codes.get(line.store_id or 0, ""), free))
    return found
