"""How many units of a kind in a store are free on which days; exact, so that nothing is oversold and nothing refused that fits.

Days are inclusive; `t` is the turn-round in days, kept with each promise. A unit counts as *busy* on a day once, for whatever
reasons: reserved, on `[first, last + t]`; out, through `due + t`; overdue, through today + `t`; held or in repair, through the
later of its expected day and today (without end if none is given); arrived and not yet inspected, through arrival + `t`;
promised for transfer, from that day without end; promised by tag ("pinned"), out of the count on every day from approval to its
last pinned day + `t`.

Of a lot promised by tag, on each day as many units are out of the count as the lot itself will need at once on that day or any
later one: the highest sum, from that day on, of its units that are still out and its pinned units then in use. A unit that is
back before its pinned days serves them and counts once; one that is still out then does not, and another unit must be kept.

`free(a, b)` = max(0, least of `owned − busy(d)` over the days `d` in `[a, b + t]`); days before today are not asked.
A promise is granted if on every day from today on that it newly makes busy there is a unit left; for a period that is `free`.
Unpinned promises of like units can then always be assigned to units, each keeping its unit throughout: whatever a lot keeps
back begins today, so the first to start simply takes a unit that is free.

Lateness, loss and holds are facts and never refused: promises are then served in order of approval, and what no longer fits
is *at risk*.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from assetpool.reservations.steps import FOREVER, Slack, Span, Steps


@dataclass(frozen=True, slots=True)
class Fact:
    """Units that are not free now: `count` of asset `asset_id`, busy from today through `until` (None = without end); each unit in one fact."""

    count: int
    until: date | None
    asset_id: int


@dataclass(frozen=True, slots=True)
class Promise:
    """Units promised and not issued yet, on `first` to `last` (None = a transfer, without end) and `turn_round` days after.

    `order` is the place in the sequence of approvals. Promised by tag: `asset_id` names the asset and `asset_units` its usable units.
    """

    id: int
    order: int
    count: int
    first: date
    last: date | None
    turn_round: int = 0
    asset_id: int | None = None
    asset_units: int = 0


def busy_until(state: str, due: date | None, turn_round: int, today: date) -> date | None:
    """Return the last day on which units in a state other than in store are busy, None for without end.

    `due` is the due day of what is out, the arrival day of what arrived, the expected day of what is held or in repair (None if not known).
    """
    if due is None:
        return None
    if state == "arrived":
        return max(due + timedelta(days=turn_round), today)
    if state in ("held", "repair"):
        return max(due, today)
    return max(due, today) + timedelta(days=turn_round)


class Ledger:
    """One kind in one store as it stands today: units owned, facts, promises, and every question about free units.

    Cheap to build: O(n log n) once in facts and promises, on first use; questions cost O(log n) plus the changes in their period.
    """

    def __init__(self, owned: int, facts: Sequence[Fact], promises: Sequence[Promise], today: date) -> None:
        self.owned = owned
        self.facts = facts
        self.promises = promises
        self.today = today
        self._today = today.toordinal()

    def without(self, promise_id: int) -> Ledger:
        """Return the ledger as it stands when a promise is let go."""
        return Ledger(self.owned, self.facts, [promise for promise in self.promises if promise.id != promise_id], self.today)

    def busy(self, day: date) -> int:
        """Return how many units are busy on a day; ValueError for a day before today."""
        number = day.toordinal()
        if number < self._today:
            raise ValueError("days before today are not asked")
        return self._busy.highest(number, number)

    def free(self, first: date, last: date | None, turn_round: int = 0) -> int:
        """Return how many units are free on every day from `first` to `last` + turn-round (None = without end); 0 when all of it is past."""
        window = self._window(first, last, turn_round)
        return 0 if window is None else max(0, self.owned - self._busy.highest(*window))

    def room_for(self, promise: Promise) -> int:
        """Return how many units the promise's days and asset could still get, whatever its `count`, beside all promises of this ledger."""
        if promise.asset_id is None:
            return self.free(promise.first, promise.last, promise.turn_round)
        window = self._window(promise.first, promise.last, promise.turn_round)
        if window is None:
            return 0
        needed = Steps.of(self._today, self._asset_spans.get(promise.asset_id, ()))
        kept = self._kept(promise.asset_id, needed)
        return _room_in_asset(needed, kept, window, promise.asset_units, lambda first, last: self.owned - self._busy.highest(first, last))

    def room_to_leave(self, asset_id: int | None = None, asset_units: int = 0) -> int:
        """Return how many units not busy now may leave the store for good and break no promise (of one asset: what it keeps stays too)."""
        return self.room_for(Promise(0, 0, 0, self.today, None, 0, asset_id, asset_units))

    def free_from(self, first: date, length_days: int | None, turn_round: int = 0, quantity: int = 1) -> date | None:
        """Return the first start from `first` on with `quantity` free for `length_days` days (None = without end) and turn-round after, or None."""
        start, most = max(first.toordinal(), self._today), self.owned - quantity
        days, values = self._busy.days, self._busy.values
        for index in range(bisect_right(days, start) - 1, len(days)):
            following = days[index + 1] if index + 1 < len(days) else None
            if values[index] > most:
                if following is None:
                    return None
                start = following
            elif following is None or (length_days is not None and start + length_days - 1 + turn_round < following):
                return date.fromordinal(start)
        return None

    def calendar(self, first: date, last: date) -> list[tuple[date, int]]:
        """Return (day, free units) for `first` (not before today) and each later day up to `last` on which the number changes."""
        changes: list[tuple[date, int]] = []
        for begin, _end, busy in self._busy.pieces(max(first.toordinal(), self._today), last.toordinal()):
            free = max(0, self.owned - busy)
            if not changes or changes[-1][1] != free:
                changes.append((date.fromordinal(begin), free))
        return changes

    def changes(self) -> list[date]:
        """Return the days, from today on, on which the number of busy units changes, today first."""
        return [date.fromordinal(day) for day in self._busy.days]

    def peak_promised(self, first: date | None = None, last: date | None = None, turn_round: int = 0) -> int:
        """Return the most units that promises alone (pinned ones from today on) keep on one day of the period; without one, from today on."""
        window = self._window(first or self.today, last, turn_round)
        return 0 if window is None else self._promised.highest(*window)

    def at_risk(self) -> dict[int, int]:
        """Return {promise id: units that no longer fit}, promises served in order of approval; empty while everything fits."""
        return self._lacking

    @cached_property
    def _lacking(self) -> dict[int, int]:
        pinned_fit = all(Steps.of(self._today, self._asset_spans[asset]).highest(self._today, FOREVER) <= units for asset, units in self._asset_units.items())
        if pinned_fit and self._busy.highest(self._today, FOREVER) <= self.owned:
            return {}
        return self._serve()

    def _window(self, first: date, last: date | None, turn_round: int) -> tuple[int, int] | None:
        """Return the ordinals of first and last busy day from today on, or None when all are past."""
        end = FOREVER if last is None else min(last.toordinal() + turn_round, FOREVER)
        start = max(first.toordinal(), self._today)
        return None if end < start else (start, end)

    def _span(self, promise: Promise) -> Span | None:
        window = self._window(promise.first, promise.last, promise.turn_round)
        return None if window is None else (*window, promise.count)

    def _fact_span(self, fact: Fact) -> Span:
        return self._today, FOREVER if fact.until is None else fact.until.toordinal(), fact.count

    @cached_property
    def _asset_units(self) -> dict[int, int]:
        """Return the usable units of every asset that is promised by tag."""
        return {promise.asset_id: promise.asset_units for promise in self.promises if promise.asset_id is not None}

    @cached_property
    def _fact_spans(self) -> dict[int, list[Span]]:
        spans: dict[int, list[Span]] = defaultdict(list)
        for fact in self.facts:
            spans[fact.asset_id].append(self._fact_span(fact))
        return spans

    @cached_property
    def _pinned_spans(self) -> dict[int, list[Span]]:
        spans: dict[int, list[Span]] = {asset: [] for asset in self._asset_units}
        for promise in self.promises:
            if promise.asset_id is not None and (span := self._span(promise)) is not None:
                spans[promise.asset_id].append(span)
        return spans

    @cached_property
    def _asset_spans(self) -> dict[int, list[Span]]:
        """Return per asset the stretches on which its own units are out, held or, when pinned, in use."""
        facts, pins = self._fact_spans, self._pinned_spans
        return {asset: [*facts.get(asset, ()), *pins.get(asset, ())] for asset in {**facts, **pins}}

    def _kept(self, asset_id: int, needed: Steps) -> Steps:
        """Return what an asset keeps out of the count per day: the most it needs at once from that day on, at most all of it."""
        kept = needed.highest_from()
        return kept.at_most(self._asset_units[asset_id]) if asset_id in self._asset_units else kept

    @cached_property
    def _unpinned_spans(self) -> list[Span]:
        return [span for promise in self.promises if promise.asset_id is None and (span := self._span(promise)) is not None]

    @cached_property
    def _busy(self) -> Steps:
        spans = list(self._unpinned_spans)
        for asset, own in self._asset_spans.items():
            spans.extend(self._kept(asset, Steps.of(self._today, own)).spans() if asset in self._asset_units else own)
        return Steps.of(self._today, spans)

    @cached_property
    def _promised(self) -> Steps:
        spans = list(self._unpinned_spans)
        for asset, pins in self._pinned_spans.items():
            spans.extend(self._kept(asset, Steps.of(self._today, pins)).spans())
        return Steps.of(self._today, spans)

    def _serve(self) -> dict[int, int]:
        """Grant the promises anew in order of approval beside the facts, and return what each one lacks."""
        asset_spans: dict[int, list[Span]] = defaultdict(list, {asset: list(own) for asset, own in self._fact_spans.items()})
        everything = [*self._unpinned_spans, *(span for own in self._asset_spans.values() for span in own)]
        slack = Slack(Steps.of(self._today, everything).days, self.owned)
        for fact in (fact for own in asset_spans.values() for fact in own):
            if fact[1] >= self._today:
                slack.take(*fact)
        lacking: dict[int, int] = {}
        for promise in sorted(self.promises, key=lambda promise: (promise.order, promise.id)):
            span = self._span(promise)
            if span is None:
                continue
            first, last, count = span
            if promise.asset_id is None:
                granted = max(0, min(count, slack.lowest(first, last)))
                slack.take(first, last, granted)
            else:
                needed = Steps.of(self._today, asset_spans[promise.asset_id])
                kept = needed.highest_from()
                granted = min(count, _room_in_asset(needed, kept, (first, last), promise.asset_units, slack.lowest))
                asset_spans[promise.asset_id].append((first, last, granted))
                for piece in kept.spans():
                    slack.take(piece[0], piece[1], -piece[2])
                for piece in Steps.of(self._today, asset_spans[promise.asset_id]).highest_from().spans():
                    slack.take(*piece)
            if granted < count:
                lacking[promise.id] = count - granted
        return lacking


def _room_in_asset(needed: Steps, kept: Steps, window: tuple[int, int], units: int, left: Callable[[int, int], int]) -> int:
    """Return how many more units of one asset can be pinned on `window`.

    `needed` is what the asset needs per day, `kept` what it keeps out of the count, `left(first, last)` the least number of units
    left in the whole store. Pinning raises what is kept only above `kept`; up to there it takes nothing from anybody.
    """
    first, last = window
    today = needed.days[0]
    own = list(needed.pieces(first, last))
    raised = Steps([day for day, _, _ in own], [value for _, _, value in own]).highest_from(last)
    room = units - raised.values[0]
    stretches = [(today, first - 1, raised.values[0])] if first > today else []
    for begin, end, wanted in (*stretches, *raised.pieces(first, last)):
        for start, stop, held in kept.pieces(begin, end):
            if room <= 0:
                return 0
            room = min(room, held - wanted + max(0, left(start, stop)))
    return max(0, room)
