"""What asking for things would meet in the stores: free, short, from when, and what could stand in. A fixed number of queries however many lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.custody.models import OWNED, Asset, Stock, Tranche
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of
from assetpool.requisitions.queries import lines_of_several
from assetpool.reservations import queries as stock
from assetpool.reservations import together
from assetpool.reservations.availability import Ledger, Promise

MOST_SUBSTITUTES = 3
CANDIDATES = 60
LONGEST_STRIP = 90
Books = Mapping[stock.Key, Ledger]


@dataclass(frozen=True)
class Asked:
    """One line as far as the stores care."""

    line_no: int
    kind_id: int
    quantity: int
    asset_id: int | None = None
    store_id: int | None = None


@dataclass(frozen=True)
class Standing:
    """What a line meets: units free for its days after the lines above it took theirs, and the ways out when they do not suffice."""

    asked: Asked
    kind: Kind
    tag: str = ""
    store: str = ""
    free: int = 0
    free_from: date | None = None
    elsewhere: tuple[tuple[str, int], ...] = ()
    substitutes: tuple[tuple[Kind, int], ...] = ()

    @property
    def left(self) -> int:
        """Return what stays free after granting the line (0 if it does not suffice)."""
        return max(0, self.free - self.asked.quantity)

    @property
    def short(self) -> int:
        """Return how many units are missing."""
        return max(0, self.asked.quantity - self.free)


@dataclass(frozen=True)
class Outlook:
    """All lines of a wish, and the first day from which all of them are free together (None: never within sight, or nothing is short)."""

    lines: tuple[Standing, ...]
    all_free_from: date | None

    @property
    def short(self) -> tuple[Standing, ...]:
        """Return the lines that are short."""
        return tuple(line for line in self.lines if line.short)


@dataclass(frozen=True)
class Shelf:
    """What the stores hold of some kinds today, read once for any number of lines and wishes."""

    kinds: Mapping[int, Kind]
    books: Books
    stores: Mapping[int, Store]
    tags: Mapping[int, str]
    units: Mapping[tuple[int, int], int]
    today: date


def shelf(session: Session, asked: Collection[Asked], today: date) -> Shelf:
    """Read what lines ask about."""
    kinds = kinds_of(session, {line.kind_id for line in asked})
    books = stock.ledgers(session, stock.keys_of(session, kinds), today)
    stores = {store.id: store for store in session.scalars(select(Store).where(Store.id.in_({store for _, store in books})))}
    return Shelf(kinds, books, stores, *_assets(session, {line.asset_id for line in asked if line.asset_id is not None}), today)


def outlook(session: Session, asked: Sequence[Asked], first: date, last: date | None, today: date) -> Outlook:
    """Return what a wish meets from `first` to `last` (None: for good); past days are not asked."""
    held = shelf(session, asked, today)
    start, end, length = _days(first, last, today)
    rooms = _rooms(held, asked, start, end)
    free = {line.line_no: sum(rooms[line.line_no].values()) for line in asked}
    missing = {line.kind_id for line in asked if free[line.line_no] < line.quantity}
    wanted = _wanted(asked) if missing else {}
    others = _substitutes(session, [held.kinds[kind_id] for kind_id in sorted(missing)], start, end, today)
    found = []
    for line in asked:
        kind, short = held.kinds[line.kind_id], free[line.line_no] < line.quantity
        found.append(
            Standing(
                asked=line,
                kind=kind,
                tag=held.tags.get(line.asset_id or 0, ""),
                store=held.stores[line.store_id].name if line.store_id is not None and line.store_id in held.stores else "",
                free=free[line.line_no],
                free_from=_free_from(held.books, kind, line, wanted[line.line_no], start, length) if short else None,
                elsewhere=_elsewhere(held.books, kind, line, start, end, held.stores) if short else (),
                substitutes=others.get(kind.id, ()) if short else (),
            )
        )
    return Outlook(tuple(found), _all_free_from(held, asked, wanted, start, length) if missing else None)


def _days(first: date, last: date | None, today: date) -> tuple[date, date | None, int | None]:
    """Return the first and last day that are asked about, and how many days the whole period has."""
    start = max(first, today)
    return start, None if last is None else max(last, start), None if last is None else (last - first).days + 1


def _rooms(held: Shelf, asked: Sequence[Asked], start: date, end: date | None) -> dict[int, dict[int, int]]:
    """Return per line the free units per store, each line after the ones above it took theirs."""
    taken: dict[stock.Key, int] = defaultdict(int)
    return {line.line_no: _room(held.books, held.kinds[line.kind_id], line, start, end, taken, held.stores, held.units) for line in asked}


def _assets(session: Session, ids: Collection[int]) -> tuple[dict[int, str], dict[tuple[int, int], int]]:
    """Return tags by asset, and usable units by asset and store."""
    if not ids:
        return {}, {}
    tags = {row.id: row.tag for row in session.execute(select(Asset.id, Asset.tag).where(Asset.id.in_(ids)))}
    statement = select(Tranche.asset_id, Tranche.store_id, func.sum(Tranche.count).label("units")).where(Tranche.asset_id.in_(ids), Tranche.state.in_(OWNED))
    rows = session.execute(statement.group_by(Tranche.asset_id, Tranche.store_id))
    return tags, {(row.asset_id, row.store_id): int(row.units) for row in rows}


def _room(
    books: Books,
    kind: Kind,
    line: Asked,
    first: date,
    last: date | None,
    taken: dict[stock.Key, int],
    stores: Mapping[int, Store],
    units: Mapping[tuple[int, int], int],
) -> dict[int, int]:
    """Return the units free per store for one line, and take what it asks as an approval would: from as few stores as possible."""
    room: dict[int, int] = {}
    for (kind_id, store_id), book in books.items():
        if kind_id == kind.id and line.store_id in (None, store_id):
            pinned = line.asset_id is not None
            wish = Promise(0, 0, line.quantity, first, last, kind.turn_round_days, line.asset_id, units.get((line.asset_id or 0, store_id), 0))
            free = book.room_for(wish) if pinned else book.free(first, last, kind.turn_round_days)
            room[store_id] = max(0, free - taken[(kind_id, store_id)])
    for store_id, count in together.spread(room, {store: stores[store].code for store in room}, line.quantity):
        taken[(kind.id, store_id)] += count
    return room


def _books_for(books: Books, line: Asked) -> list[Ledger]:
    return [book for (kind_id, store_id), book in books.items() if kind_id == line.kind_id and line.store_id in (None, store_id)]


def _wanted(asked: Iterable[Asked]) -> dict[int, int]:
    """Return per line how many units of its kind are asked for in its stores up to and with this line."""
    found: dict[int, int] = {}
    everywhere: dict[int, int] = defaultdict(int)
    there: dict[tuple[int, int | None], int] = defaultdict(int)
    for line in asked:
        everywhere[line.kind_id] += line.quantity
        there[(line.kind_id, line.store_id)] += line.quantity
        found[line.line_no] = everywhere[line.kind_id] if line.store_id is None else there[(line.kind_id, line.store_id)]
    return found


def _free_from(books: Books, kind: Kind, line: Asked, quantity: int, first: date, length: int | None) -> date | None:
    several = _books_for(books, line)
    return together.free_from(several, first, length, kind.turn_round_days, quantity)


def _all_free_from(held: Shelf, asked: Sequence[Asked], wanted: Mapping[int, int], first: date, length: int | None) -> date | None:
    """Return the first start on which every line is free at once: go on to the latest of the lines' days until none moves any more."""
    last_lines = {(line.kind_id, line.store_id): line for line in asked}
    day = first
    for _ in range(50):
        days = [_free_from(held.books, held.kinds[line.kind_id], line, wanted[line.line_no], day, length) for line in last_lines.values()]
        known = [found for found in days if found is not None]
        if len(known) < len(days):
            return None
        if max(known) == day:
            return day
        day = max(known)
    return None


def _elsewhere(books: Books, kind: Kind, line: Asked, first: date, last: date | None, stores: Mapping[int, Store]) -> tuple[tuple[str, int], ...]:
    """Return the other stores that have units free, most first; only for a line that names its store."""
    if line.store_id is None:
        return ()
    free = {store: book.free(first, last, kind.turn_round_days) for (kind_id, store), book in books.items() if kind_id == kind.id and store != line.store_id}
    return tuple((stores[store].name, free[store]) for store in sorted(free, key=lambda store: -free[store]) if free[store])


def _substitutes(session: Session, short: Sequence[Kind], first: date, last: date | None, today: date) -> dict[int, tuple[tuple[Kind, int], ...]]:
    """Return per kind that is short other kinds of its class with units free, most first."""
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
    others = list(session.scalars(statement.order_by(Kind.id).limit(CANDIDATES)))
    free = stock.free_of_kinds(session, {kind.id: kind.turn_round_days for kind in others}, first, last, today)
    found = {}
    for kind in short:
        same = [other for other in others if other.id != kind.id and (other.class_code_set, other.class_code) == (kind.class_code_set, kind.class_code)]
        ranked = sorted((other for other in same if free[other.id]), key=lambda other: -free[other.id])
        found[kind.id] = tuple((other, free[other.id]) for other in ranked[:MOST_SUBSTITUTES])
    return found


def effects(session: Session, row: Requisition, today: date) -> Outlook:
    """Return what granting each line of a request would do to the stock."""
    return outlook(session, asked_of(lines_of(session, row.id)), row.first_day, None if row.kind == "transfer" else row.last_day, today)


def asked_of(lines: Iterable[RequisitionLine]) -> list[Asked]:
    """Return a request's lines as the stores see them."""
    return [Asked(line.line_no, line.kind_id, line.asked, line.asset_id, line.store_id) for line in lines]


def free_of_lines(session: Session, row: Requisition, today: date) -> dict[int, int]:
    """Return per line number how many units are free for a request, each line after the ones above it took theirs."""
    asked = asked_of(lines_of(session, row.id))
    start, end, _length = _days(row.first_day, None if row.kind == "transfer" else row.last_day, today)
    return {line_no: sum(room.values()) for line_no, room in _rooms(shelf(session, asked, today), asked, start, end).items()}


def of_several(session: Session, rows: Sequence[Requisition], today: date) -> dict[int, list[Standing]]:
    """Return per request what granting it (and no other of them) would meet; a fixed number of queries however many requests."""
    lines = lines_of_several(session, [row.id for row in rows])
    asked = {row.id: asked_of(lines[row.id]) for row in rows}
    held = shelf(session, [line for several in asked.values() for line in several], today)
    found = {}
    for row in rows:
        start, end, _length = _days(row.first_day, None if row.kind == "transfer" else row.last_day, today)
        rooms = _rooms(held, asked[row.id], start, end)
        found[row.id] = [Standing(line, held.kinds[line.kind_id], free=sum(rooms[line.line_no].values())) for line in asked[row.id]]
    return found


@dataclass(frozen=True)
class StripDay:
    """Free units on a day, and after granting (None where nothing is decided)."""

    day: date
    free: int
    after: int | None


def strip(
    session: Session, kind: Kind, store_id: int | None, first: date, last: date, today: date, granting: tuple[int, date, date | None] | None = None
) -> list[StripDay]:
    """Return free units of a kind day by day (or every few days over a long time); `granting` (units, first, last) shows what a decision leaves."""
    begin = max(first, today)
    books = stock.ledgers(session, stock.keys_of(session, [kind.id], store_id), today).values()
    days = (max(last, begin) - begin).days + 1
    pace = -(-days // LONGEST_STRIP)
    found = []
    for offset in range(0, days, pace):
        day = begin + timedelta(days=offset)
        free = sum(book.free(day, day) for book in books)
        after = free
        if granting is not None:
            units, start, end = granting
            busy = start <= day and (end is None or day <= end + timedelta(days=kind.turn_round_days))
            after = free - units if busy else free
        found.append(StripDay(day, free, after if granting is not None else None))
    return found
