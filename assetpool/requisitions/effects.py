"""What asking for things would meet in the stores: free, short, from when, and what could stand in. A fixed number of queries however many lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.custody.models import OWNED, Asset, Tranche
from assetpool.requisitions import ways_out
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of
from assetpool.requisitions.queries import lines_of_several
from assetpool.requisitions.standing import Asked, Books, Outlook, Shelf, Standing
from assetpool.reservations import queries as stock
from assetpool.reservations import together
from assetpool.reservations.availability import Promise

LONGEST_STRIP = 90
standing_in: list[Callable[[Session, Collection[int]], Mapping[tuple[int, int], Mapping[int, int]]]] = []
"""Say what whoever decides chose to give instead: ids of requests → {(request id, line): {kind id: units}}."""


@dataclass(frozen=True)
class Helped:
    """What already helps a request beside what is free: units offered to it and kept, and substitutes chosen, by line."""

    offered: Mapping[int, int] = field(default_factory=dict)
    instead: Mapping[int, Mapping[int, int]] = field(default_factory=dict)


def helped(session: Session, ids: Collection[int]) -> dict[int, Helped]:
    """Return what already helps some requests; a fixed number of queries."""
    offered, instead = stock.offered(session, ids), instead_of(session, ids)
    return {i: Helped({line: units for (of, line), units in offered.items() if of == i}, instead[i]) for i in ids}


def instead_of(session: Session, ids: Collection[int]) -> dict[int, dict[int, Mapping[int, int]]]:
    """Return by request and line which kinds, and how many units of them, were chosen to be given instead."""
    found: dict[int, dict[int, Mapping[int, int]]] = {i: {} for i in ids}
    for read in standing_in:
        for (request_id, line), units in read(session, ids).items():
            found[request_id][line] = dict(units)
    return found


def shelf(session: Session, asked: Collection[Asked], today: date) -> Shelf:
    """Read what lines ask about."""
    kinds = kinds_of(session, {line.kind_id for line in asked})
    books = stock.ledgers(session, stock.keys_of(session, kinds), today)
    stores = {store.id: store for store in session.scalars(select(Store).where(Store.id.in_({store for _, store in books})))}
    return Shelf(kinds, books, stores, *_assets(session, {line.asset_id for line in asked if line.asset_id is not None}), today)


def outlook(session: Session, asked: Sequence[Asked], first: date, last: date | None, today: date, help_: Helped | None = None) -> Outlook:
    """Return what a wish meets from `first` to `last` (None: for good); past days are not asked."""
    held, help_ = shelf(session, asked, today), help_ or Helped()
    start, end, length = _days(first, last, today)
    rooms = _rooms(held, asked, start, end)
    free = {line.line_no: sum(rooms[line.line_no].values()) + help_.offered.get(line.line_no, 0) for line in asked}
    instead = kinds_of(session, {kind_id for units in help_.instead.values() for kind_id in units})
    lacking = {line.line_no for line in asked if free[line.line_no] + sum(help_.instead.get(line.line_no, {}).values()) < line.quantity}
    missing = sorted({line.kind_id for line in asked if line.line_no in lacking})
    wanted = ways_out.wanted(asked) if missing else {}
    others, declared = ways_out.substitutes(session, [held.kinds[kind_id] for kind_id in missing], start, end, today)
    found = []
    for line in asked:
        kind, number, short = held.kinds[line.kind_id], line.line_no, line.line_no in lacking
        found.append(
            Standing(
                asked=line,
                kind=kind,
                tag=held.tags.get(line.asset_id or 0, ""),
                store=held.stores[line.store_id].name if line.store_id is not None and line.store_id in held.stores else "",
                free=free[number],
                free_from=ways_out.free_from(held.books, kind, line, wanted[number], start, length) if short else None,
                earlier=ways_out.earlier(held.books, kind, line, wanted[number], start, length) if short else None,
                elsewhere=ways_out.elsewhere(held.books, kind, line, start, end, held.stores) if short else (),
                substitutes=others.get(kind.id, ()) if short else (),
                declared=declared.get(kind.id, frozenset()),
                standing_in=tuple((instead[kind_id], units) for kind_id, units in help_.instead.get(number, {}).items()),
            )
        )
    if not missing:
        return Outlook(tuple(found), None)
    later = ways_out.all_free_from(held, asked, wanted, start, length)
    return Outlook(tuple(found), later, ways_out.all_free_earlier(held, asked, wanted, start, length))


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


def effects(session: Session, row: Requisition, today: date) -> Outlook:
    """Return what granting each line of a request would do to the stock."""
    last = None if row.kind == "transfer" else row.last_day
    return outlook(session, asked_of(lines_of(session, row.id)), row.first_day, last, today, helped(session, [row.id])[row.id])


def asked_of(lines: Iterable[RequisitionLine]) -> list[Asked]:
    """Return a request's lines as the stores see them."""
    return [Asked(line.line_no, line.kind_id, line.asked, line.asset_id, line.store_id) for line in lines]


def free_of_lines(session: Session, row: Requisition, today: date) -> dict[int, int]:
    """Return per line number how many units are free for a request, each line after the ones above it took theirs."""
    asked = asked_of(lines_of(session, row.id))
    start, end, _length = _days(row.first_day, None if row.kind == "transfer" else row.last_day, today)
    offered = stock.offered(session, [row.id])
    rooms = _rooms(shelf(session, asked, today), asked, start, end)
    return {line_no: sum(room.values()) + offered.get((row.id, line_no), 0) for line_no, room in rooms.items()}


def of_several(session: Session, rows: Sequence[Requisition], today: date) -> dict[int, list[Standing]]:
    """Return per request what granting it (and no other of them) would meet; a fixed number of queries however many requests."""
    lines = lines_of_several(session, [row.id for row in rows])
    asked = {row.id: asked_of(lines[row.id]) for row in rows}
    held = shelf(session, [line for several in asked.values() for line in several], today)
    help_ = helped(session, [row.id for row in rows])
    instead = kinds_of(session, {kind_id for each in help_.values() for units in each.instead.values() for kind_id in units})
    found = {}
    for row in rows:
        start, end, _length = _days(row.first_day, None if row.kind == "transfer" else row.last_day, today)
        rooms = _rooms(held, asked[row.id], start, end)
        found[row.id] = [
            Standing(
                line,
                held.kinds[line.kind_id],
                free=sum(rooms[line.line_no].values()) + help_[row.id].offered.get(line.line_no, 0),
                standing_in=tuple((instead[kind_id], units) for kind_id, units in help_[row.id].instead.get(line.line_no, {}).items()),
            )
            for line in asked[row.id]
        ]
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
