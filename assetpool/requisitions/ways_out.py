"""The ways out when a line is short: other stores, substitutes, other days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.custody.models import Stock
from assetpool.requisitions.standing import Asked, Books, Shelf
from assetpool.reservations import queries as stock
from assetpool.reservations import substitutes as declared
from assetpool.reservations import together
from assetpool.reservations.availability import Ledger

MOST_SUBSTITUTES = 3
CANDIDATES = 60


def books_for(books: Books, line: Asked) -> list[Ledger]:
    return [book for (kind_id, store_id), book in books.items() if kind_id == line.kind_id and line.store_id in (None, store_id)]


def wanted(asked: Iterable[Asked]) -> dict[int, int]:
    """Return per line how many units of its kind are asked for in its stores up to and with this line."""
    found: dict[int, int] = {}
    everywhere: dict[int, int] = defaultdict(int)
    there: dict[tuple[int, int | None], int] = defaultdict(int)
    for line in asked:
        everywhere[line.kind_id] += line.quantity
        there[(line.kind_id, line.store_id)] += line.quantity
        found[line.line_no] = everywhere[line.kind_id] if line.store_id is None else there[(line.kind_id, line.store_id)]
    return found


def free_from(books: Books, kind: Kind, line: Asked, quantity: int, first: date, length: int | None) -> date | None:
    several = books_for(books, line)
    return together.free_from(several, first, length, kind.turn_round_days, quantity)


def earlier(books: Books, kind: Kind, line: Asked, quantity: int, first: date, length: int | None) -> date | None:
    """Return the nearest first day before `first` with all of it free for as many days, or None; what is for good is not asked for earlier."""
    return None if length is None else together.free_until(books_for(books, line), first, length, kind.turn_round_days, quantity)


def all_free_from(held: Shelf, asked: Sequence[Asked], wanted: Mapping[int, int], first: date, length: int | None) -> date | None:
    """Return the first start from `first` on at which every line is free at once, or None: go on to the latest of the lines' days until they agree."""
    return _agreed(held, asked, wanted, first, length, free_from, max)


def all_free_earlier(held: Shelf, asked: Sequence[Asked], wanted: Mapping[int, int], first: date, length: int | None) -> date | None:
    """Return the nearest start before `first` at which every line is free at once, or None: go back to the earliest of the lines' days until they agree."""
    return _agreed(held, asked, wanted, first, length, earlier, lambda days: min(days) + timedelta(days=1))


def _agreed(
    held: Shelf,
    asked: Sequence[Asked],
    wanted: Mapping[int, int],
    start: date,
    length: int | None,
    ask: Callable[[Books, Kind, Asked, int, date, int | None], date | None],
    next_start: Callable[[Sequence[date]], date],
) -> date | None:
    """Ask every line for its day, and all again from another start, until they name the same one; None where one has none."""
    last_lines = {(line.kind_id, line.store_id): line for line in asked}
    for _ in range(50):
        days = [ask(held.books, held.kinds[line.kind_id], line, wanted[line.line_no], start, length) for line in last_lines.values()]
        known = [found for found in days if found is not None]
        if len(known) < len(days):
            return None
        if min(known) == max(known):
            return known[0]
        start = next_start(known)
    return None


def elsewhere(books: Books, kind: Kind, line: Asked, first: date, last: date | None, stores: Mapping[int, Store]) -> tuple[tuple[str, int], ...]:
    """Return the other stores that have units free, most first; only for a line that names its store."""
    if line.store_id is None:
        return ()
    free = {store: book.free(first, last, kind.turn_round_days) for (kind_id, store), book in books.items() if kind_id == kind.id and store != line.store_id}
    return tuple((stores[store].name, free[store]) for store in sorted(free, key=lambda store: -free[store]) if free[store])


def substitutes(
    session: Session, short: Sequence[Kind], first: date, last: date | None, today: date
) -> tuple[dict[int, tuple[tuple[Kind, int], ...]], dict[int, frozenset[int]]]:
    """Return per kind that is short others with units free, those that the pool declared first, then others of its class; and which are declared."""
    if not short:
        return {}, {}
    named = declared.of_kinds(session, [kind.id for kind in short])
    others = _of_classes(session, short) | kinds_of(session, {i for ids in named.values() for i in ids})
    free = stock.free_of_kinds(session, {kind.id: kind.turn_round_days for kind in others.values()}, first, last, today)
    found = {}
    for kind in short:
        own = named.get(kind.id, ())
        same = [i for i, other in others.items() if (other.class_code_set, other.class_code) == (kind.class_code_set, kind.class_code)]
        fitting = [others[i] for i in {*own, *same} if i != kind.id and free[i]]
        ranked = sorted(fitting, key=lambda other: (other.id not in own, -free[other.id], other.id))
        found[kind.id] = tuple((other, free[other.id]) for other in ranked[:MOST_SUBSTITUTES])
    return found, {kind_id: frozenset(ids) for kind_id, ids in named.items()}


def _of_classes(session: Session, short: Sequence[Kind]) -> dict[int, Kind]:
    classes = {kind.class_code for kind in short if kind.class_code}
    if not classes:
        return {}
    statement = select(Kind).where(
        Kind.pool_id == short[0].pool_id,
        Kind.class_code.in_(classes),
        Kind.withdrawn_at.is_(None),
        Kind.register == "ordinary",
        Kind.id.in_(select(Stock.kind_id).where(Stock.present > 0)),
    )
    return {kind.id: kind for kind in session.scalars(statement.order_by(Kind.id).limit(CANDIDATES))}
