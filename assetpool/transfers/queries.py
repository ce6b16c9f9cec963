"""Transfers as a person may see them, their lines, slips, and who owns what in a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.custody.models import OWNED, Asset, Tranche
from assetpool.handovers.models import Slip
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.transfers.models import Transfer, TransferLine


def lines(session: Session, transfer_id: int) -> list[TransferLine]:
    """Return a transfer's lines in order."""
    return list(session.scalars(select(TransferLine).where(TransferLine.transfer_id == transfer_id).order_by(TransferLine.line_no)))


def lines_of_several(session: Session, ids: Iterable[int]) -> dict[int, list[TransferLine]]:
    """Return the lines of several transfers, in order, in one query."""
    found: dict[int, list[TransferLine]] = {}
    statement = select(TransferLine).where(TransferLine.transfer_id.in_(set(ids))).order_by(TransferLine.transfer_id, TransferLine.line_no)
    for line in session.scalars(statement):
        found.setdefault(line.transfer_id, []).append(line)
    return found


def page(session: Session, access: Access, *, state: str = "", text: str = "", before: int | None = None, limit: int = 25) -> list[tuple[Document, Transfer]]:
    """Return visible transfers, newest first, one more than `limit` when there is a next page."""
    statement = select(Document, Transfer).join(Transfer, Transfer.id == Document.id).where(visible(access))
    if state:
        statement = statement.where(Document.state == state)
    words = text.strip()
    if words:
        named = select(Organization.id).where(Organization.name.contains(words, autoescape=True) | Organization.name_en.icontains(words, autoescape=True))
        statement = statement.where(
            or_(
                Document.number.contains(words.upper(), autoescape=True),
                Transfer.reason.contains(words, autoescape=True),
                Transfer.giver_id.in_(named),
                Transfer.receiver_id.in_(named),
            )
        )
    if before is not None:
        statement = statement.where(Document.id < before)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit + 1))]


def opened_by(session: Session, access: Access, request_id: int) -> list[Document]:
    """Return the visible transfers that a requisition opened, oldest first."""
    statement = select(Document).join(Transfer, Transfer.id == Document.id).where(Transfer.request_id == request_id, visible(access))
    return list(session.scalars(statement.order_by(Document.id)))


def slips(session: Session, transfer_id: int) -> list[tuple[Document, Slip]]:
    """Return the hand-over slips of a transfer, oldest first."""
    statement = select(Document, Slip).join(Slip, Slip.id == Document.id).where(Slip.request_id == transfer_id).order_by(Document.id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def awaiting(session: Session, transfer_id: int) -> list[tuple[Document, Slip]]:
    """Return the slips of a transfer that wait for their receiver."""
    return [(document, slip) for document, slip in slips(session, transfer_id) if document.state in AWAITING_RECEIVER]


def siblings(session: Session, request_id: int, alive: bool = False) -> list[tuple[Transfer, Document]]:
    """Return the transfers that a requisition's approval opened (one per store), oldest first; `alive`: only those not ended without effect."""
    statement = select(Transfer, Document).join(Document, Document.id == Transfer.id).where(Transfer.request_id == request_id).order_by(Transfer.id)
    if alive:
        statement = statement.where(Document.state.not_in(("rejected", "withdrawn", "cancelled")))
    return [(row[0], row[1]) for row in session.execute(statement)]


def held_by(session: Session, organization_id: int, store_id: int, kind_ids: Iterable[int]) -> dict[int, int]:
    """Return how many units of each kind in a store belong to an organization (as owner or in its books)."""
    statement = (
        select(Tranche.kind_id, func.sum(Tranche.count))
        .where(
            Tranche.kind_id.in_(set(kind_ids)),
            Tranche.store_id == store_id,
            Tranche.state.in_(OWNED),
            (Tranche.owner_id == organization_id) | (Tranche.book_id == organization_id),
        )
        .group_by(Tranche.kind_id)
    )
    return {row[0]: int(row[1]) for row in session.execute(statement)}


def books_in(session: Session, keys: Sequence[tuple[int, int, int | None]]) -> set[int]:
    """Return the organizations in whose books the units of (kind, store, asset or None) stand."""
    found: set[int] = set()
    for kind_id, store_id, asset_id in keys:
        statement: Select[int] = select(Tranche.book_id).where(
            Tranche.kind_id == kind_id, Tranche.store_id == store_id, Tranche.state.in_(OWNED), Tranche.count > 0
        )
        if asset_id is not None:
            statement = statement.where(Tranche.asset_id == asset_id)
        found.update(session.scalars(statement.distinct()))
    return found


def tags(session: Session, asset_ids: Iterable[int | None]) -> dict[int, str]:
    """Return {asset id: tag}."""
    wanted = {i for i in asset_ids if i is not None}
    return {row.id: row.tag for row in session.execute(select(Asset.id, Asset.tag).where(Asset.id.in_(wanted)))} if wanted else {}


Thing = tuple[int, int | None]
"""A kind and, where one is meant, an asset."""


def store_of(session: Session, things: Sequence[Thing], giver_id: int | None) -> int | None:
    """Return the store that holds most units of the things (of the giver's, if one is named), None when none does."""
    sums: dict[int, int] = {}
    for kind_id, asset_id in things:
        statement = select(Tranche.store_id, func.sum(Tranche.count)).where(Tranche.kind_id == kind_id, Tranche.state.in_(OWNED)).group_by(Tranche.store_id)
        if asset_id is not None:
            statement = statement.where(Tranche.asset_id == asset_id)
        if giver_id is not None:
            statement = statement.where((Tranche.owner_id == giver_id) | (Tranche.book_id == giver_id))
        for store_id, units in session.execute(statement):
            sums[store_id] = sums.get(store_id, 0) + int(units)
    return min(sums, key=lambda store_id: (-sums[store_id], store_id)) if sums else None


def giver_of(session: Session, things: Sequence[Thing], store_id: int) -> int:
    """Return the one organization in whose books the things stand; else the store's own."""
    books = books_in(session, [(kind_id, store_id, asset_id) for kind_id, asset_id in things])
    return books.pop() if len(books) == 1 else session.scalars(select(Store.organization_id).where(Store.id == store_id)).one()
