"""Promising, issuing and releasing stock; and `keeping_promises`, the guard that every act of choice runs under.

Callers lock the (kind, store) rows first (`lock`), on every path: form, scan, REST, import, command.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import bulk, clock
from assetpool.core.db import LOCKED
from assetpool.core.errors import N_, DomainError
from assetpool.core.models import Pool
from assetpool.custody.service import lock_stock
from assetpool.records.models import Document
from assetpool.reservations.availability import Ledger, Promise
from assetpool.reservations.models import Reservation
from assetpool.reservations.queries import OFFER, Key, at_risk, keys_of, ledgers, promised_keys, stores_by_code, units_in
from assetpool.reservations.together import free_from, spread

on_freed: list[Callable[[Session, list[Key], int], object]] = []
"""Called once at the end of an act, in its transaction: session, the (kind, store) keys it locked (their free units may have risen), pool."""


class NotEnoughStock(DomainError):
    """Fewer units are free than were asked for; says how many, and from when all of them."""

    sentence = N_(
        "%(kind)s: %(asked)d asked for, %(free)d free in these days; all from %(free_from)s on. Lower the quantity, shift the days or take another kind."
    )
    never = N_("%(kind)s: %(asked)d asked for, %(free)d free in these days. Lower the quantity or take another kind.")

    def __init__(self, kind: str, asked: int, free: int, free_from: date | None) -> None:
        if free_from is None:
            self.sentence = self.never
        super().__init__(kind=kind, asked=asked, free=free, free_from=free_from)


class PromisedElsewhere(DomainError):
    """The act would take units that somebody else was promised."""

    sentence = N_("%(short)d units of %(kind)s are promised to others and must stay. Take fewer, or change the other request first.")


def tell_freed(session: Session) -> None:
    """Tell whoever waits for stock about the keys that the act locked; called at the end of every act, with the locks still held."""
    keys: dict[Key, int] = session.info.get(LOCKED, {})
    if not keys or not on_freed:
        return
    pools: dict[int, list[Key]] = defaultdict(list)
    kinds = {row.id: row.pool_id for row in session.execute(select(Kind.id, Kind.pool_id).where(Kind.id.in_({kind for kind, _ in keys})))}
    for key in sorted(keys):
        pools[kinds[key[0]]].append(key)
    for pool_id, concerned in sorted(pools.items()):
        for told in on_freed:
            told(session, concerned, pool_id)


def pool_today(session: Session, pool_id: int) -> date:
    """Return the calendar day in the pool's time zone."""
    return clock.today(session.get_one(Pool, pool_id).time_zone)


def lock(session: Session, wanted: Iterable[tuple[int, int | None]]) -> list[Key]:
    """Lock the rows of the kinds asked for, in the named store or in every store that has the kind; return their keys."""
    keys: set[Key] = set()
    anywhere: set[int] = set()
    for kind_id, store_id in wanted:
        if store_id is None:
            anywhere.add(kind_id)
        else:
            keys.add((kind_id, store_id))
    keys.update(keys_of(session, anywhere))
    if fresh := keys - session.info.get(LOCKED, {}).keys():
        lock_stock(session, fresh)
    return sorted(keys)


def promise(
    session: Session,
    document: Document,
    line_no: int,
    kind: Kind,
    quantity: int,
    first: date,
    last: date | None,
    *,
    purpose: str = "loan",
    asset_id: int | None = None,
    store_id: int | None = None,
    books: dict[Key, Ledger] | None = None,
) -> list[Reservation]:
    """Promise units under lock as `place` does, and write it. An act of many promises reads the `books` of all its keys once, after locking."""
    today = pool_today(session, document.pool_id)
    books = books or ledgers(session, keys_of(session, [kind.id], store_id), today)
    stores = {store for kind_id, store in books if kind_id == kind.id and store_id in (None, store)}
    codes = stores_by_code(session, stores) if len(stores) > 1 else {}
    units = 0 if asset_id is None or store_id is None else units_in(session, asset_id, store_id)
    made = place(
        books, codes, document, line_no, kind, quantity, first, last, today=today, purpose=purpose, asset_id=asset_id, store_id=store_id, asset_units=units
    )
    write(session, made)
    return made


def place(
    books: dict[Key, Ledger],
    codes: Mapping[int, str],
    document: Document,
    line_no: int,
    kind: Kind,
    quantity: int,
    first: date,
    last: date | None,
    *,
    today: date,
    purpose: str = "loan",
    asset_id: int | None = None,
    store_id: int | None = None,
    asset_units: int = 0,
) -> list[Reservation]:
    """Return the promises of `quantity` units from as few stores as possible (most free first, then lowest code); or raise NotEnoughStock.

    They are entered in the `books`, so that what is placed next counts them, and not written yet. `last` None promises for good. `asset_id` pins
    the promise to one tag, which needs its store and the usable `asset_units` of it there. `codes` are those of the stores of the books.
    """
    mine = {key[1]: book for key, book in books.items() if key[0] == kind.id and store_id in (None, key[1])}
    wish = Promise(0, 0, quantity, max(first, today), last, kind.turn_round_days, asset_id, asset_units)
    room = {store: book.room_for(wish) for store, book in mine.items()}
    if sum(room.values()) < quantity:
        raise _not_enough(mine.values(), kind, quantity, sum(room.values()), first, last, today)
    made: list[Reservation] = []
    for store, count in spread(room, codes, quantity):
        made.append(_row(document, line_no, kind, store, asset_id, count, first, last, purpose))
        book = mine[store]
        place_in_order = 1 + max((promised.order for promised in book.promises), default=0)
        entered = Promise(place_in_order, place_in_order, count, first, last, kind.turn_round_days, asset_id, asset_units)
        books[(kind.id, store)] = Ledger(book.owned, book.facts, [*book.promises, entered], today)
    return made


def write(session: Session, placed: Sequence[Reservation]) -> None:
    """Write promises that were placed, all together; the order is the order of approval."""
    bulk.add_numbered(session, placed)
    session.flush()


def _row(
    document: Document, line_no: int, kind: Kind, store_id: int, asset_id: int | None, count: int, first: date, last: date | None, purpose: str
) -> Reservation:
    return Reservation(
        pool_id=document.pool_id,
        document_id=document.id,
        line_no=line_no,
        kind_id=kind.id,
        store_id=store_id,
        asset_id=asset_id,
        promised=count,
        issued=0,
        released=0,
        open_units=count,
        first_day=first,
        last_day=last,
        turn_round=kind.turn_round_days,
        purpose=purpose,
        created_at=clock.now(),
    )


def _not_enough(books: Iterable[Ledger], kind: Kind, asked: int, free: int, first: date, last: date | None, today: date) -> NotEnoughStock:
    length = None if last is None else (last - first).days + 1
    several = list(books)
    return NotEnoughStock(kind.name, asked, free, free_from(several, first, length, kind.turn_round_days, asked))


def issue(session: Session, document_id: int, line_no: int, store_id: int, asset_id: int, count: int) -> int:
    """Turn up to `count` promised units of a line into issued ones (the pinned to this tag first); return how many were covered."""
    statement = (
        select(Reservation)
        .where(
            Reservation.document_id == document_id,
            Reservation.line_no == line_no,
            Reservation.store_id == store_id,
            Reservation.open_units > 0,
            Reservation.purpose != OFFER,
            Reservation.asset_id.is_(None) | (Reservation.asset_id == asset_id),
        )
        .order_by(Reservation.asset_id.is_(None), Reservation.id)
        .execution_options(populate_existing=True)
    )
    left = count
    for reservation in session.scalars(statement):
        part = min(left, reservation.open_units)
        reservation.issued += part
        reservation.open_units -= part
        left -= part
        if left == 0:
            break
    session.flush()
    return count - left


def unissue(session: Session, document_id: int, line_no: int, store_id: int, count: int) -> None:
    """Give issued units back to their promise (the receiver refused them), the last promise first."""
    statement = select(Reservation).where(
        Reservation.document_id == document_id, Reservation.line_no == line_no, Reservation.store_id == store_id, Reservation.issued > 0
    )
    left = count
    for reservation in session.scalars(statement.order_by(Reservation.id.desc())):
        part = min(left, reservation.issued)
        reservation.issued -= part
        reservation.released += part
        left -= part
    session.flush()


def release(session: Session, document_id: int, line_no: int | None = None, store_id: int | None = None) -> int:
    """Let go what is still promised to a document (or to one line of it, or from one store), under lock; return how many units became free."""
    statement = select(Reservation).where(Reservation.document_id == document_id, Reservation.open_units > 0)
    if line_no is not None:
        statement = statement.where(Reservation.line_no == line_no)
    if store_id is not None:
        statement = statement.where(Reservation.store_id == store_id)
    promised = session.scalars(statement).all()
    keys = {(row.kind_id, row.store_id) for row in promised} - session.info.get(LOCKED, {}).keys()
    if keys:
        lock_stock(session, keys)
    return let_all_go(session, promised)


def let_all_go(session: Session, promised: Sequence[Reservation]) -> int:
    """Release what is open of promises whose stock rows are locked; return how many units."""
    freed = sum(row.open_units for row in promised)
    for row in promised:
        _release(row, row.open_units)
    session.flush()
    return freed


def let_go(session: Session, reservation: Reservation, count: int) -> int:
    """Release some units of a promise whose stock row is locked; return how many."""
    _release(reservation, count)
    session.flush()
    return count


def _release(reservation: Reservation, count: int) -> None:
    reservation.released += count
    reservation.open_units -= count


@contextmanager
def keeping_promises(session: Session, pool_id: int, keys: Iterable[Key]) -> Iterator[None]:
    """Run an act of choice under the rule that it may put no promise at risk that was safe before; else raise PromisedElsewhere.

    Exact, since `at_risk` of the state after the act is compared with the one before, both under the same locks.
    """
    wanted = set(keys)
    today = pool_today(session, pool_id)
    session.flush()
    concerned = wanted & set(promised_keys(session)) if len(wanted) > 1 else wanted
    before = at_risk(session, concerned, today)
    yield
    session.flush()
    after = at_risk(session, concerned, today)
    worse: dict[int, Any] = {i: lacking - before.get(i, 0) for i, lacking in after.items() if lacking > before.get(i, 0)}
    if worse:
        reservation = session.get_one(Reservation, min(worse))
        raise PromisedElsewhere(short=sum(worse.values()), kind=session.get_one(Kind, reservation.kind_id).name)
