"""Several stores together: each promise lies in one store, so what is free is the sum, and a wish is spread over as few as possible."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise

from assetpool.reservations.availability import Ledger


def free(books: Iterable[Ledger], first: date, last: date | None, turn_round: int = 0) -> int:
    """Return how many units the stores have free on every day of a period and turn-round after it (`last` None: for good)."""
    return sum(book.free(first, last, turn_round) for book in books)


def free_from(books: Collection[Ledger], first: date, length_days: int | None, turn_round: int = 0, quantity: int = 1) -> date | None:
    """Return the first start from `first` on with `quantity` free over all the stores together, or None if never (or without a store)."""
    several = list(books)
    if len(several) == 1:
        return several[0].free_from(first, length_days, turn_round, quantity)
    if not several or sum(book.owned for book in several) < quantity:
        return None
    start = max(first, several[0].today)
    # What is free for a stretch of days grows with its start only where a store's count changes.
    for day in sorted({start} | {day for book in several for day in book.changes() if day > start}):
        last = None if length_days is None else day + timedelta(days=length_days - 1)
        if free(several, day, last, turn_round) >= quantity:
            return day
    return None


def free_until(books: Collection[Ledger], before: date, length_days: int, turn_round: int = 0, quantity: int = 1) -> date | None:
    """Return the last start before `before`, and not in the past, with `quantity` free for `length_days` days in all the stores together, or None."""
    several = list(books)
    if not several or sum(book.owned for book in several) < quantity:
        return None
    today, tail = several[0].today, timedelta(days=length_days + turn_round)
    latest = before - timedelta(days=1)
    # Going back, it grows only where a stretch ends just before a count changes.
    ends = {day - tail for book in several for day in book.changes()}
    for day in sorted({latest} | {day for day in ends if today <= day < latest}, reverse=True):
        if day >= today and free(several, day, day + timedelta(days=length_days - 1), turn_round) >= quantity:
            return day
    return None


def calendar(books: Iterable[Ledger], first: date, last: date) -> list[tuple[date, int]]:
    """Return (day, free units) of all stores for `first` (not before today) and each later day up to `last` on which the number changes."""
    changes: dict[date, int] = {}
    for book in books:
        found = book.calendar(first, last)
        before = 0
        for day, count in found:
            changes[day] = changes.get(day, 0) + count - before
            before = count
    days: list[tuple[date, int]] = []
    running = 0
    for day in sorted(changes):
        running += changes[day]
        if not days or days[-1][1] != running:
            days.append((day, running))
    return days


def day_by_day(changes: list[tuple[date, int]], last: date) -> list[tuple[date, int]]:
    """Return a calendar with each of its days written out up to `last`."""
    found = []
    for (begin, count), (following, _) in pairwise([*changes, (last + timedelta(days=1), 0)]):
        found += [(begin + timedelta(days=offset), count) for offset in range((following - begin).days)]
    return found


def spread(room: Mapping[int, int], codes: Mapping[int, str], quantity: int) -> list[tuple[int, int]]:
    """Share a quantity over stores: as few as possible, the one with most room first, among equals by code; return [(store, units)]."""
    shares, left = [], quantity
    for store in sorted(room, key=lambda store: (-room[store], codes.get(store, ""))):
        count = min(left, room[store])
        if count > 0:
            shares.append((store, count))
            left -= count
    return shares
