"""Counts per day that change on few days: sums, maxima and searches over any stretch, without walking the days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

FOREVER = date.max.toordinal()
"""Ordinal that stands for "without end"."""

Span = tuple[int, int, int]
"""First day, last day (ordinals, inclusive; `FOREVER` = without end) and count."""


class Steps:
    """A whole number for each day from `days[0]` on: `values[i]` holds from `days[i]` up to the next change."""

    __slots__ = ("days", "values")

    def __init__(self, days: list[int], values: list[int]) -> None:
        self.days = days
        self.values = values

    @classmethod
    def of(cls, today: int, spans: Iterable[Span]) -> Steps:
        """Add up spans from `today` on; what lies before is cut off."""
        changes = {today: 0}
        for first, last, count in spans:
            if last < today or last < first:
                continue
            start = max(first, today)
            changes[start] = changes.get(start, 0) + count
            if last < FOREVER:
                changes[last + 1] = changes.get(last + 1, 0) - count
        days = sorted(changes)
        values, running = [], 0
        for day in days:
            running += changes[day]
            values.append(running)
        return cls(days, values)

    def pieces(self, first: int, last: int) -> Iterator[Span]:
        """Yield the stretches of equal value that cover `first` to `last`, in order; `first` is not before the first day."""
        index = bisect_right(self.days, first) - 1
        while first <= last:
            following = self.days[index + 1] if index + 1 < len(self.days) else FOREVER + 1
            yield first, min(following - 1, last), self.values[index]
            first, index = following, index + 1

    def highest(self, first: int, last: int) -> int:
        """Return the greatest value on the days `first` to `last` (at least one day)."""
        return max(self.values[bisect_right(self.days, first) - 1 : bisect_right(self.days, last)])

    def highest_from(self, last: int = FOREVER) -> Steps:
        """Return for each day the greatest value from that day up to `last`, and 0 after it."""
        days: list[int] = []
        values: list[int] = []
        running = 0
        for first, _end, value in reversed(list(self.pieces(self.days[0], last))):
            running = max(running, value)
            days.append(first)
            values.append(running)
        days.reverse()
        values.reverse()
        if last < FOREVER:
            days.append(last + 1)
            values.append(0)
        return Steps(days, values)

    def at_most(self, limit: int) -> Steps:
        """Return the same counts, none above `limit`."""
        return Steps(self.days, [min(value, limit) for value in self.values])

    def spans(self) -> Iterator[Span]:
        """Yield every stretch with its value."""
        return self.pieces(self.days[0], FOREVER)


class Slack:
    """What is left on each stretch of days, taken from and asked in O(log n) (a tree of stretches with pending changes)."""

    def __init__(self, starts: Sequence[int], left: int) -> None:
        self._starts = starts
        self._size = 1 << max(0, len(starts) - 1).bit_length()
        self._low = [left] * (2 * self._size)
        self._pending = [0] * (2 * self._size)

    def take(self, first: int, last: int, count: int) -> None:
        """Take `count` (or give back, if negative) on the days `first` to `last`; both lie on borders of stretches."""
        self._take(1, 0, self._size, bisect_right(self._starts, first) - 1, bisect_right(self._starts, last), count)

    def lowest(self, first: int, last: int) -> int:
        """Return the least that is left on the days `first` to `last`; may be negative."""
        return self._lowest(1, 0, self._size, bisect_right(self._starts, first) - 1, bisect_right(self._starts, last))

    def _take(self, node: int, low: int, high: int, start: int, stop: int, count: int) -> None:
        if start <= low and high <= stop:
            self._low[node] -= count
            self._pending[node] += count
            return
        middle = (low + high) // 2
        if start < middle:
            self._take(2 * node, low, middle, start, stop, count)
        if middle < stop:
            self._take(2 * node + 1, middle, high, start, stop, count)
        self._low[node] = min(self._low[2 * node], self._low[2 * node + 1]) - self._pending[node]

    def _lowest(self, node: int, low: int, high: int, start: int, stop: int) -> int:
        if start <= low and high <= stop:
            return self._low[node]
        middle = (low + high) // 2
        found = []
        if start < middle:
            found.append(self._lowest(2 * node, low, middle, start, stop))
        if middle < stop:
            found.append(self._lowest(2 * node + 1, middle, high, start, stop))
        return min(found) - self._pending[node]
