"""The availability ledgers as the database has them: a fixed number of queries however many kinds and stores are asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import store_by_code
from assetpool.core.errors import NotFound
from assetpool.core.prepared import Prepared
from assetpool.custody.models import OWNED, State, Stock, Tranche
from assetpool.reservations import kept, together
from assetpool.reservations.availability import Fact, Ledger, Promise, busy_until
from assetpool.reservations.models import Reservation

Key = tuple[int, int]
OFFER = "offer"
_AWAY = tuple(state for state in OWNED if state != State.IN_STORE)
_STANDING = select(Stock.kind_id, Stock.store_id, Stock.owned, Stock.version)
_OF_KIND = Prepared(
    select(Kind.turn_round_days, Stock.store_id, Stock.owned, Stock.version, Store.code)
    .select_from(Kind)
    .outerjoin(Stock, Stock.kind_id == Kind.id)
    .outerjoin(Store, Store.id == Stock.store_id)
    .where(Kind.id == bindparam("kind"), Kind.pool_id == bindparam("pool"))
    .order_by(Stock.store_id)
)


def keys_of(session: Session, kind_ids: Iterable[int], store_id: int | None = None) -> list[Key]:
    """Return the (kind, store) keys where any of the kinds is or was owned, in the order of locks."""
    statement = select(Stock.kind_id, Stock.store_id).where(Stock.kind_id.in_(set(kind_ids)))
    if store_id is not None:
        statement = statement.where(Stock.store_id == store_id)
    return sorted((row.kind_id, row.store_id) for row in session.execute(statement))


def _at(statement: Select[*tuple[Any, ...]], columns: tuple[Any, Any], keys: list[Key]) -> Select[*tuple[Any, ...]]:
    """Narrow to the kinds and stores of the keys, by index on both engines; the keys between them come along and are left out by the caller."""
    if len(keys) == 1:
        return statement.where(columns[0] == keys[0][0], columns[1] == keys[0][1])
    return statement.where(columns[0].in_({kind for kind, _ in keys}), columns[1].in_({store for _, store in keys}))


def ledgers(session: Session, keys: Iterable[Key], today: date) -> dict[Key, Ledger]:
    """Return the ledger of each key as it stands today; one query for those kept from before, at most five in all. Acts reckon anew."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = session.execute(_at(_STANDING, (Stock.kind_id, Stock.store_id), wanted))
    stood = {(row.kind_id, row.store_id): (int(row.owned), int(row.version)) for row in rows}
    return of_versions(session, {key: stood.get(key, (0, 0)) for key in wanted}, today)


def of_versions(session: Session, stood: dict[Key, tuple[int, int]], today: date) -> dict[Key, Ledger]:
    """Return the ledgers of stock rows just read as {key: (owned, version)}."""
    if session.info.get("act"):
        return _reckoned(session, stood, today)
    found = {key: book for key, (_, version) in stood.items() if (book := kept.books.get(key, version, today)) is not None}
    missing = {key: row for key, row in stood.items() if key not in found}
    if missing:
        made = _reckoned(session, missing, today)
        # Where each query sees what was committed before it, a ledger is of one version only if the version is still the same after it.
        for row in session.execute(_at(_STANDING, (Stock.kind_id, Stock.store_id), list(missing))):
            key = (row.kind_id, row.store_id)
            if key in made and missing[key][1] == row.version:
                kept.books.put(key, int(row.version), made[key])
        found |= made
    return {key: found[key] for key in stood}


def _reckoned(session: Session, stood: dict[Key, tuple[int, int]], today: date) -> dict[Key, Ledger]:
    keys = list(stood)
    facts, promises = _facts(session, keys, today), _promises(session, keys)
    return {key: Ledger(owned, facts[key], promises[key], today) for key, (owned, _) in stood.items()}


def _facts(session: Session, keys: list[Key], today: date) -> dict[Key, list[Fact]]:
    columns = (Tranche.kind_id, Tranche.store_id, Tranche.asset_id, Tranche.state, Tranche.due_on, Tranche.turn_round)
    statement = select(*columns, func.sum(Tranche.count).label("units")).where(Tranche.state.in_(_AWAY), Tranche.count > 0).group_by(*columns)
    found: dict[Key, list[Fact]] = defaultdict(list)
    for row in session.execute(_at(statement, (Tranche.kind_id, Tranche.store_id), keys)):
        until = busy_until(row.state, row.due_on, row.turn_round, today)
        found[(row.kind_id, row.store_id)].append(Fact(int(row.units), until, row.asset_id))
    return found


def _promises(session: Session, keys: list[Key]) -> dict[Key, list[Promise]]:
    columns = (
        Reservation.id,
        Reservation.kind_id,
        Reservation.store_id,
        Reservation.open_units,
        Reservation.first_day,
        Reservation.last_day,
        Reservation.turn_round,
        Reservation.asset_id,
    )
    statement = select(*columns).where(Reservation.open_units > 0).order_by(Reservation.id)
    rows = session.execute(_at(statement, (Reservation.kind_id, Reservation.store_id), keys)).all()
    units = units_of(session, {row.asset_id for row in rows if row.asset_id is not None})
    found: dict[Key, list[Promise]] = defaultdict(list)
    for row in rows:
        promise = Promise(row.id, row.id, row.open_units, row.first_day, row.last_day, row.turn_round, row.asset_id, units.get((row.asset_id, row.store_id), 0))
        found[(row.kind_id, row.store_id)].append(promise)
    return found


def units_of(session: Session, assets: set[int]) -> dict[tuple[int | None, int], int]:
    """Return {(asset id, store id): usable units the store owns} of several assets, in one query."""
    if not assets:
        return {}
    statement = (
        select(Tranche.asset_id, Tranche.store_id, func.sum(Tranche.count).label("units"))
        .where(Tranche.asset_id.in_(assets), Tranche.state.in_(OWNED))
        .group_by(Tranche.asset_id, Tranche.store_id)
    )
    return {(row.asset_id, row.store_id): int(row.units) for row in session.execute(statement)}


@dataclass(frozen=True)
class Held:
    """A kind as the stores hold it: its turn-round now, and its ledgers by store."""

    turn_round: int
    books: dict[Key, Ledger]


def held(session: Session, pool_id: int, kind_id: int, today: date, store: str = "") -> Held:
    """Return how the stores, or the one with this code, hold a kind; raise NotFound. One query when its ledgers were asked for before."""
    rows = _OF_KIND.rows(session, kind=kind_id, pool=pool_id)
    if not rows:
        raise NotFound(what=str(kind_id))
    if store and store not in {row.code for row in rows}:
        store_by_code(session, pool_id, store)
    stood = {(kind_id, int(row.store_id)): (int(row.owned), int(row.version)) for row in rows if row.store_id is not None and store in ("", row.code)}
    return Held(int(rows[0].turn_round_days), of_versions(session, stood, today))


def units_in(session: Session, asset_id: int, store_id: int) -> int:
    """Return how many usable units of an asset its store owns."""
    return units_of(session, {asset_id}).get((asset_id, store_id), 0)


def free(session: Session, kind_id: int, first: date, last: date | None, turn_round: int, today: date, store_id: int | None = None) -> int:
    """Return how many units of a kind are free for a period (None: for good), in one store or summed over all."""
    return together.free(ledgers(session, keys_of(session, [kind_id], store_id), today).values(), first, last, turn_round)


def free_of_kinds(session: Session, kinds: dict[int, int], first: date, last: date | None, today: date) -> dict[int, int]:
    """Return the free units of several kinds ({kind id: turn-round}) for a period, summed over stores; a fixed number of queries."""
    found = dict.fromkeys(kinds, 0)
    for (kind_id, _), book in ledgers(session, keys_of(session, kinds), today).items():
        found[kind_id] += book.free(first, last, kinds[kind_id])
    return found


def stores_by_code(session: Session, store_ids: Iterable[int]) -> dict[int, str]:
    """Return {store id: code}."""
    return {row.id: row.code for row in session.execute(select(Store.id, Store.code).where(Store.id.in_(set(store_ids))))}


def of_document(session: Session, document_id: int) -> list[Reservation]:
    """Return a document's promises in order; what is only offered to it is none."""
    statement = select(Reservation).where(Reservation.document_id == document_id, Reservation.purpose != OFFER)
    return list(session.scalars(statement.order_by(Reservation.id)))


def offers_of(session: Session, document_id: int, line_no: int | None = None) -> list[Reservation]:
    """Return what is kept for a document (or one of its lines) as an offer, in order."""
    statement = select(Reservation).where(Reservation.document_id == document_id, Reservation.purpose == OFFER, Reservation.open_units > 0)
    if line_no is not None:
        statement = statement.where(Reservation.line_no == line_no)
    return list(session.scalars(statement.order_by(Reservation.id)))


def offers_to(session: Session, document_ids: Collection[int]) -> dict[int, list[Reservation]]:
    """Return by document what is kept for some as offers, in order; one query, read anew."""
    statement = select(Reservation).where(Reservation.document_id.in_(document_ids), Reservation.purpose == OFFER, Reservation.open_units > 0)
    found: dict[int, list[Reservation]] = {i: [] for i in document_ids}
    for row in session.scalars(statement.order_by(Reservation.id).execution_options(populate_existing=True)):
        found[row.document_id].append(row)
    return found


def keys_offered(session: Session, document_ids: Iterable[int]) -> list[Key]:
    """Return the keys of which something is kept for documents as an offer."""
    statement = select(Reservation.kind_id, Reservation.store_id).where(
        Reservation.document_id.in_(set(document_ids)), Reservation.purpose == OFFER, Reservation.open_units > 0
    )
    return [(row.kind_id, row.store_id) for row in session.execute(statement.distinct())]


def offered(session: Session, document_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return {(document id, line): units} that are kept as offers; one query."""
    columns = (Reservation.document_id, Reservation.line_no)
    statement = select(*columns, func.sum(Reservation.open_units).label("units")).where(
        Reservation.document_id.in_(set(document_ids)), Reservation.purpose == OFFER, Reservation.open_units > 0
    )
    return {(row.document_id, row.line_no): int(row.units) for row in session.execute(statement.group_by(*columns))}


def at_risk(session: Session, keys: Iterable[Key], today: date) -> dict[int, int]:
    """Return {reservation id: units that no longer fit} for the given keys."""
    found: dict[int, int] = {}
    for book in ledgers(session, keys, today).values():
        found.update(book.at_risk())
    return found


def promised_keys(session: Session, store_ids: Select[int] | None = None) -> list[Key]:
    """Return the keys that have open promises, of the given stores or of all."""
    statement = select(Reservation.kind_id, Reservation.store_id).where(Reservation.open_units > 0).distinct()
    if store_ids is not None:
        statement = statement.where(Reservation.store_id.in_(store_ids))
    return sorted((row.kind_id, row.store_id) for row in session.execute(statement))
