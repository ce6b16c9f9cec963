"""The days of a calendar: months, windows, and where a stretch of days stands in one. Knows neither database nor clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from assetpool.approvals.deadline import is_working

EARLIEST, LATEST = 2000, 2199
AROUND = 14
WORDED = 8.0
"""From this part of the width (percent) on a number has room beside its neighbours."""


@dataclass(frozen=True)
class Stretch:
    """Units of a kind from a store that are promised or out; without a number the reader learns only that they are busy.

    `what` is promise, offer, out, overdue, transfer or busy. `last` null: without an end. `document_id` never reaches a page.
    """

    what: str
    kind_id: int
    store_id: int
    units: int
    first: date
    last: date | None
    number: str = ""
    organization_id: int | None = None
    event_id: int | None = None
    due: date | None = None
    document_id: int = 0
    changed_at: datetime | None = None


@dataclass
class Entry:
    """What happens on one day for one document (or, unnamed, to one kind in one store); `units` by kind."""

    what: str
    day: date
    stretch: Stretch
    units: dict[int, int] = field(default_factory=dict)


def month_of(text: str, today: date) -> date:
    """Return the first day of a month written as 2026-11; of this month when it is none."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if EARLIEST <= found.year <= LATEST else today.replace(day=1)


def months_on(first: date, count: int) -> date:
    """Return the first day of the month that many months after (before, when negative)."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def open_days_around(day: date, known: Mapping[date, bool]) -> tuple[date | None, date | None]:
    """Return the nearest days before and after that are worked; None where two weeks hold none."""
    near = [timedelta(days=offset) for offset in range(1, AROUND + 1)]
    before = next((day - step for step in near if is_working(day - step, known)), None)
    return before, next((day + step for step in near if is_working(day + step, known)), None)


def weeks(month: date) -> list[list[date]]:
    """Return the weeks of a month, Monday first, filled up with the days around it."""
    begin = month - timedelta(days=month.weekday())
    end = months_on(month, 1)
    count = ((end - begin).days + 6) // 7
    return [[begin + timedelta(days=7 * week + day) for day in range(7)] for week in range(count)]


def span(first: date, last: date | None, window: tuple[date, date]) -> tuple[float, float]:
    """Return where a stretch begins in a window and how wide it is, in percent of the window's width."""
    days = (window[1] - window[0]).days + 1
    begin = max(0, (first - window[0]).days)
    end = days if last is None else min(days, (last - window[0]).days + 1)
    return round(100 * begin / days, 3), round(100 * max(0, end - begin) / days, 3)


def ticks(window: tuple[date, date], every: int) -> list[tuple[float, date]]:
    """Return (percent, day) for the first day of a window and each `every` days later, with room for a label at the end."""
    days = (window[1] - window[0]).days + 1
    return [(round(100 * offset / days, 3), window[0] + timedelta(days=offset)) for offset in range(0, days - every // 2, every)]


def levels(changes: Sequence[tuple[date, int]], window: tuple[date, date]) -> list[tuple[float, float, int, bool]]:
    """Return (begin, width, count, whether the number has room) in percent for counts that hold from a day to the next one named."""
    following = [*changes, (window[1] + timedelta(days=1), 0)]
    placed = [(*span(day, after - timedelta(days=1), window), count) for (day, count), (after, _) in pairwise(following)]
    return [(begin, width, count, width >= WORDED) for begin, width, count in placed]


def entries(stretches: Iterable[Stretch]) -> list[Entry]:
    """Return what happens on which day: things go out, are due back, are overdue, are given away for good, or are busy from then on."""
    found: dict[tuple[object, ...], Entry] = {}
    for one in stretches:
        for what, day in _turns(one):
            key = (what, day, one.number or (one.kind_id, one.store_id), one.store_id)
            entry = found.setdefault(key, Entry(what, day, one))
            entry.units[one.kind_id] = entry.units.get(one.kind_id, 0) + one.units
    return sorted(found.values(), key=lambda entry: (entry.day, ORDER.index(entry.what), entry.stretch.number))


ORDER = ("overdue", "goes_out", "due_back", "transfer", "offer", "comes_back", "busy")


def _turns(one: Stretch) -> list[tuple[str, date]]:
    if one.what == "overdue":
        return [("overdue", one.due or one.first)]
    if one.what == "out":
        return [("due_back", one.due)] if one.due else [("transfer", one.first)]
    if one.what == "promise":
        return [("goes_out", one.first), *([("comes_back", one.last)] if one.last else [])]
    return [(one.what, one.first)]
