"""Promises that no longer fit after loss, damage or lateness, each with what could be done; and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import stores as stores_of
from assetpool.core import clock
from assetpool.org.models import Role
from assetpool.org.queries import Access
from assetpool.records import outbox
from assetpool.records.models import Document
from assetpool.requisitions.models import Requisition
from assetpool.reservations import queries as stock
from assetpool.reservations import substitutes
from assetpool.reservations.availability import Ledger, Promise
from assetpool.reservations.models import Reservation
from assetpool.reservations.service import pool_today

MAY_REBOOK = (Role.KEEPER, Role.APPROVER)
MOST = 60


@dataclass(frozen=True)
class Proposal:
    """One way out: `how` is store, substitute, later or part; `units` of `kind` from `store`, from `first_day` on."""

    how: str
    units: int
    kind: Kind
    store: Store
    first_day: date


@dataclass(frozen=True)
class Risk:
    """A promise of which `lacking` units no longer fit, with the ways out; none are offered where a transfer is promised."""

    reservation: Reservation
    document: Document
    kind: Kind
    store: Store
    lacking: int
    proposals: tuple[Proposal, ...]


def risks(session: Session, access: Access, today: date, document_id: int | None = None) -> list[Risk]:
    """Return the promises at risk in the stores this person keeps or approves for (or of one document), in the order of approval; at most MOST."""
    stores = None
    if document_id is None:
        stores = select(Store.id).where(Store.organization_id.in_(access.organizations(*MAY_REBOOK)))
        keys = stock.promised_keys(session, stores)
    else:
        keys = sorted({(row.kind_id, row.store_id) for row in stock.of_document(session, document_id) if row.open_units})
    lacking = stock.at_risk(session, keys, today)
    if not lacking:
        return []
    statement = select(Reservation).where(Reservation.id.in_(lacking), Reservation.pool_id == access.pool_id, Reservation.purpose != stock.OFFER)
    if document_id is not None:
        statement = statement.where(Reservation.document_id == document_id)
    rows = list(session.scalars(statement.order_by(Reservation.id).limit(MOST)))
    return with_proposals(session, rows, lacking, today)


def with_proposals(session: Session, rows: Sequence[Reservation], lacking: Mapping[int, int], today: date) -> list[Risk]:
    """Return risks of some promises; a fixed number of queries."""
    own = {row.kind_id for row in rows}
    declared = substitutes.of_kinds(session, own)
    kinds = kinds_of(session, own | {i for ids in declared.values() for i in ids})
    books = stock.ledgers(session, stock.keys_of(session, kinds), today)
    stores = stores_of(session, {store for _, store in books} | {row.store_id for row in rows})
    documents = {row.id: row for row in session.scalars(select(Document).where(Document.id.in_({row.document_id for row in rows})))}
    loans = set(session.scalars(select(Requisition.id).where(Requisition.id.in_(documents), Requisition.kind == "loan")))
    found = []
    for row in rows:
        ways = _proposals(row, lacking[row.id], books, kinds, stores, declared.get(row.kind_id, ()), today) if row.document_id in loans else ()
        found.append(Risk(row, documents[row.document_id], kinds[row.kind_id], stores[row.store_id], lacking[row.id], tuple(ways)))
    return found


def _proposals(
    row: Reservation,
    lacking: int,
    books: Mapping[stock.Key, Ledger],
    kinds: Mapping[int, Kind],
    stores: Mapping[int, Store],
    declared: Sequence[int],
    today: date,
) -> list[Proposal]:
    first, kind, here = max(row.first_day, today), kinds[row.kind_id], stores[row.store_id]
    found = []
    for kind_id, how in ((row.kind_id, "store"), *((other, "substitute") for other in declared)):
        rooms = {store: book.free(first, row.last_day, kinds[kind_id].turn_round_days) for (of, store), book in books.items() if of == kind_id}
        for store in sorted(rooms, key=lambda store: (-rooms[store], stores[store].code)):
            same = (kind_id, store) == (row.kind_id, row.store_id)
            if rooms[store] and not (same and row.asset_id is None):
                found.append(Proposal(how, min(lacking, rooms[store]), kinds[kind_id], stores[store], row.first_day))
    later = _later(row, lacking, books[(row.kind_id, row.store_id)], today)
    if later is not None:
        found.append(Proposal("later", lacking, kind, here, later))
    return [*found, Proposal("part", lacking, kind, here, row.first_day)]


def _later(row: Reservation, lacking: int, book: Ledger, today: date) -> date | None:
    """Return the first later day from which what is lacking is free until the promise's last day, all else as it is."""
    if row.asset_id is not None or row.last_day is None:
        return None
    promises = [p if p.id != row.id else _less(p, lacking) for p in book.promises]
    without = Ledger(book.owned, book.facts, [p for p in promises if p.count], book.today)
    first = max(row.first_day, today)
    days = (day for day in without.changes() if first < day <= row.last_day)
    return next((day for day in days if without.free(day, row.last_day, row.turn_round) >= lacking), None)


def _less(promise: Promise, lacking: int) -> Promise:
    return Promise(promise.id, promise.order, promise.count - lacking, promise.first, promise.last, promise.turn_round)


def tell(session: Session, pool_id: int) -> int:
    """Tell keepers, approvers and the person who asked about each promise newly at risk; return how many. A job."""
    today = pool_today(session, pool_id)
    lacking = stock.at_risk(session, stock.promised_keys(session, select(Store.id).where(Store.pool_id == pool_id)), today)
    statement = select(Reservation).where(Reservation.id.in_(lacking), Reservation.pool_id == pool_id, Reservation.purpose != stock.OFFER)
    rows = list(session.scalars(statement.order_by(Reservation.id)))
    documents = {row.id: row for row in session.scalars(select(Document).where(Document.id.in_({row.document_id for row in rows})))}
    requesters = {row.id: row.requester_id for row in session.scalars(select(Requisition).where(Requisition.id.in_(documents)))}
    kinds, stores = kinds_of(session, {row.kind_id for row in rows}), stores_of(session, {row.store_id for row in rows})
    for row in rows:
        organization = stores[row.store_id].organization_id
        outbox.tell(
            session,
            "promise_at_risk",
            pool_id=pool_id,
            people=[requesters[row.document_id]] if row.document_id in requesters else [],
            roles=[(Role.KEEPER, organization), (Role.APPROVER, organization)],
            document_id=row.document_id,
            facts={"number": documents[row.document_id].number, "kind": kinds[row.kind_id].name, "units": lacking[row.id]},
            once=f"risk:{row.id}:{lacking[row.id]}:{clock.today('UTC').isocalendar().week}",
        )
    return len(rows)
