"""The catalogue as borrowers see it: kinds with how many the stores hold and how many are free; a fixed number of queries a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import AssetClass, Kind, Store
from assetpool.catalog.queries import class_names, in_class, worded_kinds
from assetpool.custody.models import OWNED, Stock, Tranche
from assetpool.org.models import Organization
from assetpool.reservations import queries as stock
from assetpool.reservations import together
from assetpool.reservations.availability import Ledger

SCANNED = 400
CALENDAR_DAYS = 60


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty values narrow nothing. `show`: '' what the stores hold, 'free' what is free in the days, 'all' every kind."""

    text: str = ""
    class_code: str = ""
    store_id: int | None = None
    organization_id: int | None = None
    condition: str = ""
    first_day: date | None = None
    last_day: date | None = None
    show: str = ""

    @property
    def narrowed(self) -> bool:
        """Say whether anything is looked for."""
        return self != Wanted()


@dataclass(frozen=True)
class Offer:
    """A kind with its units: owned by the stores looked at, free today, and free on all of the days asked for (None: no days asked)."""

    kind: Kind
    owned: int
    free_now: int
    free: int | None


@dataclass(frozen=True)
class OfferPage:
    """Kinds in the order of their numbers; `following` is the kind after which the next page goes on; `total` counts all that fit (None: not known)."""

    offers: tuple[Offer, ...]
    following: int | None
    total: int | None


@dataclass(frozen=True)
class StoreOffer:
    """A kind in one store."""

    store: Store
    organization: Organization
    owned: int
    free_now: int
    free: int | None


def page(session: Session, pool_id: int, wanted: Wanted, today: date, after: int | None = None, limit: int = 24) -> OfferPage:
    """Return a page of the catalogue. With `show` 'free' at most SCANNED kinds are looked through at a time."""
    stores = _stores(session, pool_id, wanted)
    conditions = _conditions(session, pool_id, wanted, stores)
    total = session.scalar(select(func.count()).select_from(Kind).where(*conditions)) or 0
    statement = select(Kind).where(*conditions).order_by(Kind.id)
    if after is not None:
        statement = statement.where(Kind.id > after)
    only_free = wanted.show == "free"
    scanned = list(session.scalars(statement.limit(SCANNED + 1 if only_free else limit + 1)))
    seen = scanned[:SCANNED] if only_free else scanned[:limit]
    found = _offers(session, seen, stores, wanted, today)
    if not only_free:
        return OfferPage(tuple(found), seen[-1].id if len(scanned) > limit else None, total)
    fitting = [offer for offer in found if (offer.free_now if offer.free is None else offer.free)]
    if len(fitting) > limit:
        return OfferPage(tuple(fitting[:limit]), fitting[limit - 1].kind.id, None)
    more = len(scanned) > SCANNED
    return OfferPage(tuple(fitting), seen[-1].id if more else None, len(fitting) if after is None and not more else None)


def _stores(session: Session, pool_id: int, wanted: Wanted) -> set[int] | None:
    """Return the stores looked at; None for all."""
    if wanted.organization_id is None:
        return None if wanted.store_id is None else {wanted.store_id}
    own = set(session.scalars(select(Store.id).where(Store.pool_id == pool_id, Store.organization_id == wanted.organization_id)))
    return own if wanted.store_id is None else own & {wanted.store_id}


def _conditions(session: Session, pool_id: int, wanted: Wanted, stores: set[int] | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None), Kind.register == "ordinary"]
    if wanted.class_code:
        conditions.append(in_class(wanted.class_code))
    if wanted.condition:
        held = exists().where(Tranche.kind_id == Kind.id, Tranche.count > 0, Tranche.state.in_(OWNED), Tranche.condition == wanted.condition)
        conditions.append(held if stores is None else held.where(Tranche.store_id.in_(stores)))
    if wanted.show != "all" or stores is not None:
        owned = exists().where(Stock.kind_id == Kind.id, Stock.owned > 0)
        conditions.append(owned if stores is None else owned.where(Stock.store_id.in_(stores)))
    if wanted.text.strip():
        conditions.append(Kind.id.in_(worded_kinds(session, pool_id, wanted.text, *conditions[1:])))
    return conditions


def _offers(session: Session, kinds: Sequence[Kind], stores: set[int] | None, wanted: Wanted, today: date) -> list[Offer]:
    keys = [key for key in stock.keys_of(session, [kind.id for kind in kinds]) if stores is None or key[1] in stores]
    books: dict[int, list[Ledger]] = {}
    for (kind_id, _store), book in stock.ledgers(session, keys, today).items():
        books.setdefault(kind_id, []).append(book)
    return [Offer(kind, *_counts(books.get(kind.id, []), kind, wanted.first_day, wanted.last_day, today)) for kind in kinds]


def _counts(books: Iterable[Ledger], kind: Kind, first: date | None, last: date | None, today: date) -> tuple[int, int, int | None]:
    several = list(books)
    asked = None if first is None else sum(book.free(first, max(first, last or first), kind.turn_round_days) for book in several)
    return sum(book.owned for book in several), sum(book.free(today, today) for book in several), asked


def per_store(session: Session, kind: Kind, first: date | None, last: date | None, today: date) -> list[StoreOffer]:
    """Return where a kind is held: each store with what it owns and what is free, most owned first."""
    books = stock.ledgers(session, stock.keys_of(session, [kind.id]), today)
    statement = select(Store, Organization).join(Organization, Organization.id == Store.organization_id).where(Store.id.in_({store for _kind, store in books}))
    found = [StoreOffer(store, owner, *_counts([books[(kind.id, store.id)]], kind, first, last, today)) for store, owner in session.execute(statement)]
    return sorted((offer for offer in found if offer.owned), key=lambda offer: (-offer.owned, offer.store.code))


def calendar(session: Session, kind: Kind, today: date, days: int = CALENDAR_DAYS) -> list[tuple[date, int]]:
    """Return the free units of a kind over all stores for each of the coming days."""
    last = today + timedelta(days=days - 1)
    books = stock.ledgers(session, stock.keys_of(session, [kind.id]), today).values()
    changes = together.calendar(books, today, last) or [(today, 0)]
    return together.day_by_day(changes, last)


def class_roots(session: Session, pool_id: int) -> list[tuple[str, AssetClass | None]]:
    """Return the topmost classes that the catalogue has kinds in, by code."""
    rows = session.execute(select(Kind.class_code_set, Kind.class_root).where(Kind.pool_id == pool_id, Kind.class_root != "").distinct()).all()
    named = class_names(session, [(row.class_code_set, row.class_root) for row in rows])
    found = {row.class_root: named.get((row.class_code_set, row.class_root)) for row in sorted(rows, key=lambda row: row.class_code_set)}
    return sorted(found.items(), key=lambda item: item[0])


def keeping_organizations(session: Session, pool_id: int) -> list[Organization]:
    """Return the organizations that have a store, by code."""
    owners = select(Store.organization_id).where(Store.pool_id == pool_id)
    return list(session.scalars(select(Organization).where(Organization.id.in_(owners)).order_by(Organization.code)))
