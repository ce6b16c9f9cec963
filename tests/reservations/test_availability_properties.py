"""Availability against a model that walks day by day and against real units; AVAILABILITY_CASES sets how many timelines (500)."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from assetpool.reservations.availability import Fact, Ledger, Promise

TODAY = date(2026, 3, 1)
LAST = 24
"""Day by which every finite span of the drawn timelines has ended; all later days are alike."""
DAYS = range(LAST + 1)
LIMIT = int(os.environ.get("AVAILABILITY_CASES", "500"))


def day(number: int) -> date:
    return date.fromordinal(TODAY.toordinal() + number)


def number_of(when: date | None) -> int:
    return 10_000 if when is None else when.toordinal() - TODAY.toordinal()


class Model:
    """The definition, walked day by day; today is day 0."""

    def __init__(self, sizes: dict[int, int], facts: list[Fact], promises: list[Promise]) -> None:
        self.sizes, self.facts, self.promises = sizes, facts, promises
        self.owned = sum(sizes.values())
        self.counted: dict[tuple[int, int], int] = {}

    def in_use(self, promise: Promise, on: int) -> int:
        end = number_of(promise.last) + (promise.turn_round if promise.last else 0)
        return promise.count if number_of(promise.first) <= on <= end else 0

    def needed(self, asset: int, on: int) -> int:
        facts = sum(fact.count for fact in self.facts if fact.asset_id == asset and on <= number_of(fact.until))
        return facts + sum(self.in_use(promise, on) for promise in self.promises if promise.asset_id == asset)

    def kept(self, asset: int, on: int) -> int:
        if (asset, on) not in self.counted:
            highest = 0
            for earlier in reversed(DAYS):
                highest = max(highest, self.needed(asset, earlier))
                self.counted[asset, earlier] = min(self.sizes[asset], highest)
        return self.counted[asset, on]

    def busy(self, on: int) -> int:
        return sum(self.kept(asset, on) for asset in self.sizes) + sum(self.in_use(promise, on) for promise in self.promises if not promise.asset_id)

    def takes(self, promise: Promise) -> bool:
        """Say whether a promise is granted: a unit left on every day it newly makes busy, and its own asset has the units."""
        after = Model(self.sizes, self.facts, [*self.promises, promise])
        used = [on for on in DAYS if self.in_use(promise, on)]
        if not used and promise.count:
            return False
        if promise.asset_id and any(after.needed(promise.asset_id, on) > self.sizes[promise.asset_id] for on in used):
            return False
        return all(after.busy(on) <= self.owned for on in DAYS if after.busy(on) > self.busy(on))

    def room(self, promise: Promise) -> int:
        return next((count for count in range(self.owned) if not self.takes(replace(promise, count=count + 1))), self.owned)

    def at_risk(self) -> dict[int, int]:
        served, lacking = Model(self.sizes, self.facts, []), {}
        for promise in sorted(self.promises, key=lambda promise: promise.order):
            if not any(self.in_use(promise, on) for on in DAYS):
                continue
            got = min(promise.count, served.room(promise))
            served = Model(self.sizes, self.facts, [*served.promises, replace(promise, count=got)])
            if got < promise.count:
                lacking[promise.id] = promise.count - got
        return lacking


@st.composite
def worlds(draw: st.DrawFn) -> Model:
    sizes = dict(enumerate(draw(st.lists(st.sampled_from([1, 1, 2, 3, 5]), min_size=1, max_size=4)), 1))
    facts = []
    for asset, size in sizes.items():
        left = size
        for _ in range(draw(st.integers(0, 2))):
            count = draw(st.integers(0, left))
            left -= count
            until = draw(st.one_of(st.none(), st.integers(-1, 12)))
            facts.append(Fact(count, None if until is None else day(until), asset))
    return Model(sizes, facts, [draw(wishes(sizes, number)) for number in draw(st.permutations(range(1, draw(st.integers(0, 7)) + 1)))])


@st.composite
def wishes(draw: st.DrawFn, sizes: dict[int, int], number: int) -> Promise:
    first = draw(st.integers(-3, 14))
    last = draw(st.one_of(st.none(), *[st.integers(first, first + 6)] * 4))
    asset = draw(st.sampled_from([None, None, *sizes]))
    room = sizes[asset] if asset else sum(sizes.values())
    turn_round = draw(st.integers(0, 3))
    return Promise(
        number,
        50 - number,
        draw(st.integers(1, room)),
        day(first),
        None if last is None else day(last),
        turn_round,
        asset,
        sizes[asset] if asset else 0,
    )


def ledger_of(model: Model) -> Ledger:
    return Ledger(model.owned, model.facts, model.promises, TODAY)


@settings(max_examples=LIMIT, deadline=None)
@given(worlds(), st.data())
def test_every_question_is_answered_as_the_definition_says_day_by_day(model: Model, data: st.DataObject) -> None:
    ledger = ledger_of(model)
    assert [ledger.busy(day(on)) for on in DAYS] == [model.busy(on) for on in DAYS]
    wish = data.draw(wishes(model.sizes, 99))
    assert ledger.room_for(wish) == model.room(wish)
    assert ledger.at_risk() == model.at_risk()
    first, last, turn_round = number_of(wish.first), min(number_of(wish.last), LAST), wish.turn_round if wish.last else 0
    asked = [model.owned - model.busy(on) for on in DAYS if first <= on <= last + turn_round]
    assert ledger.free(wish.first, wish.last, wish.turn_round) == (max(0, min(asked)) if asked else 0)
    free = {on: max(0, model.owned - model.busy(on)) for on in DAYS if first <= on <= last}
    changes = ledger.calendar(wish.first, day(last))
    assert changes == [(day(on), left) for on, left in free.items() if free.get(on - 1) != left]
    leaving = data.draw(st.sampled_from([None, *model.sizes]))
    most = min(model.owned - model.busy(on) for on in DAYS)
    if leaving:
        most = min(most, *(model.sizes[leaving] - model.needed(leaving, on) for on in DAYS))
    assert ledger.room_to_leave(leaving, model.sizes.get(leaving or 0, 0)) == max(0, most)


@settings(max_examples=LIMIT, deadline=None)
@given(worlds(), st.integers(-3, 16), st.one_of(st.none(), st.integers(1, 9)), st.integers(0, 2), st.integers(1, 6))
def test_the_first_start_is_the_first_that_fits(model: Model, first: int, length: int | None, turn_round: int, quantity: int) -> None:
    ledger = ledger_of(model)

    def fits(start: int) -> bool:
        last = None if length is None else day(start + length - 1)
        return ledger.free(day(start), last, turn_round) >= quantity

    expected = next((day(start) for start in range(max(first, 0), LAST + 1) if fits(start)), None)
    assert ledger.free_from(day(first), length, turn_round, quantity) == expected


@settings(max_examples=LIMIT, deadline=None)
@given(worlds())
def test_what_was_granted_can_be_served_by_real_units(model: Model) -> None:
    granted = Model(model.sizes, model.facts, [])
    for promise in model.promises:
        room = Ledger(granted.owned, granted.facts, granted.promises, TODAY).room_for(promise)
        if room:
            granted = Model(model.sizes, model.facts, [*granted.promises, replace(promise, count=min(room, promise.count))])
    assert ledger_of(granted).at_risk() == {}
    free_from: list[int] = []
    for asset, size in granted.sizes.items():
        free_from += units_after_their_own_pins(granted, asset, size)
    loans = sorted(spans(promise) for promise in granted.promises if not promise.asset_id for _ in range(promise.count))
    for first, end in loans:
        unit = next((unit for unit, free in enumerate(free_from) if free <= first), None)
        assert unit is not None, "a granted unit has no unit to serve it"
        free_from[unit] = end + 1


def spans(promise: Promise) -> tuple[int, int]:
    end = number_of(promise.last) + (promise.turn_round if promise.last else 0)
    return max(0, number_of(promise.first)), end


def units_after_their_own_pins(model: Model, asset: int, size: int) -> list[int]:
    """Seat facts and pins of one asset on its own units and return from when each unit is free for anyone."""
    kept = [model.kept(asset, on) for on in DAYS]
    free = [next((on for on in DAYS if kept[on] <= unit), 10_001) for unit in range(size)]
    busy = [(-1, number_of(fact.until)) for fact in model.facts if fact.asset_id == asset for _ in range(fact.count)]
    busy += [spans(promise) for promise in model.promises if promise.asset_id == asset for _ in range(promise.count)]
    lent = [(first, 20_000) for first in free if first <= 10_000]
    units = [-2] * size
    for first, end in sorted(busy + lent):
        unit = next((unit for unit in range(size) if units[unit] < first), None)
        assert unit is not None, "a pinned unit has no unit of its own asset to serve it"
        units[unit] = end
    return free
