"""Receipts as a person may see them; a fixed number of queries however long they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.custody.models import Asset
from assetpool.handovers.models import Return, ReturnLine
from assetpool.org.models import Person
from assetpool.org.queries import Access
from assetpool.records.models import Document, PersonalFact
from assetpool.records.queries import by_number, visible
from assetpool.savings.models import Cost, Voucher
from assetpool.savings.queries import costs_of


@dataclass(frozen=True)
class ReturnLineView:
    """One line of a receipt with its slip, kind and tag."""

    line: ReturnLine
    slip: str
    asset: Asset
    kind: Kind


@dataclass(frozen=True)
class ReturnView:
    """A receipt with everything its page, paper and answer show."""

    document: Document
    row: Return
    store: Store
    keeper: Person
    lines: list[ReturnLineView]
    fact: PersonalFact | None
    costs: list[tuple[Cost, Voucher | None]]

    def total(self, name: str) -> int:
        """Return the sum of one count over the receipt."""
        return sum(getattr(view.line, name) for view in self.lines)


def receipt(session: Session, access: Access, number: str) -> ReturnView:
    """Return a visible receipt; raise NotFound."""
    document = by_number(session, access, number, "RT")
    row = session.get_one(Return, document.id)
    statement = (
        select(ReturnLine, Document.number, Asset, Kind)
        .join(Document, Document.id == ReturnLine.slip_id)
        .join(Asset, Asset.id == ReturnLine.asset_id)
        .join(Kind, Kind.id == Asset.kind_id)
        .where(ReturnLine.return_id == row.id)
        .order_by(ReturnLine.line_no)
    )
    return ReturnView(
        document,
        row,
        session.get_one(Store, row.store_id),
        session.get_one(Person, row.keeper_id),
        [ReturnLineView(found[0], found[1], found[2], found[3]) for found in session.execute(statement)],
        session.get(PersonalFact, row.returner_fact_id) if row.returner_fact_id else None,
        costs_of(session, document.id),
    )


@dataclass(frozen=True)
class ReturnEntry:
    """A receipt in a list."""

    document: Document
    row: Return
    store: Store
    arrived: int
    waiting: int


def receipts(session: Session, access: Access, *, state: str = "", text: str = "", before: int | None = None, limit: int = 25) -> list[ReturnEntry]:
    """Return visible receipts, newest first, one more than `limit` when there is a next page."""
    statement = select(Document, Return, Store).join(Return, Return.id == Document.id).join(Store, Store.id == Return.store_id).where(visible(access))
    if state:
        statement = statement.where(Document.state == state)
    if text.strip():
        statement = statement.where(Document.number.contains(text.strip().upper(), autoescape=True))
    if before is not None:
        statement = statement.where(Document.id < before)
    rows = session.execute(statement.order_by(Document.id.desc()).limit(limit + 1)).all()
    sums = (
        select(ReturnLine.return_id, func.sum(ReturnLine.arrived), func.count().filter(ReturnLine.inspected.is_(False)))
        .where(ReturnLine.return_id.in_([row[0].id for row in rows]))
        .group_by(ReturnLine.return_id)
    )
    counted = {row[0]: (int(row[1]), int(row[2])) for row in session.execute(sums)}
    return [ReturnEntry(row[0], row[1], row[2], *counted.get(row[0].id, (0, 0))) for row in rows]
