"""Repairs as a person may see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.custody.models import Asset
from assetpool.org.models import Person
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import by_number, visible, visible_numbers
from assetpool.repairs.models import Repair


@dataclass(frozen=True)
class RepairView:
    """A repair with its label, kind and store; `source` and `opener` only on its own page."""

    document: Document
    row: Repair
    asset: Asset
    kind: Kind
    store: Store
    source: str = ""
    opener: Person | None = None


def page(session: Session, access: Access, *, state: str = "", text: str = "", before: int | None = None, limit: int = 25) -> list[RepairView]:
    """Return visible repairs, newest first, one more than `limit` when there is a next page."""
    statement = select(Document, Repair, Asset, Kind, Store).join(Repair, Repair.id == Document.id).join(Asset, Asset.id == Repair.asset_id)
    statement = statement.join(Kind, Kind.id == Repair.kind_id).join(Store, Store.id == Repair.store_id).where(visible(access))
    if state:
        statement = statement.where(Document.state == state)
    if text.strip():
        wanted = text.strip().upper()
        statement = statement.where(Document.number.contains(wanted, autoescape=True) | Asset.tag.contains(wanted, autoescape=True))
    if before is not None:
        statement = statement.where(Document.id < before)
    return [RepairView(*row) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit + 1))]


def repair(session: Session, access: Access, number: str) -> RepairView:
    """Return a visible repair; raise NotFound. The number of a source one may not read is left out."""
    document = by_number(session, access, number, "RP")
    row = session.get_one(Repair, document.id)
    source = visible_numbers(session, access, [row.source_id]).get(row.source_id or 0, "")
    asset, kind, store = session.get_one(Asset, row.asset_id), session.get_one(Kind, row.kind_id), session.get_one(Store, row.store_id)
    return RepairView(document, row, asset, kind, store, source, session.get_one(Person, document.created_by))


def of_source(session: Session, access: Access, document_id: int) -> list[str]:
    """Return the numbers of the visible repairs that a paper opened."""
    statement = select(Document.number).join(Repair, Repair.id == Document.id).where(Repair.source_id == document_id, visible(access))
    return list(session.scalars(statement.order_by(Document.id)))
