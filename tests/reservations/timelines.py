"""The definition of availability walked day by day, random timelines to walk on, and the comparison with the rules under test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

from assetpool.reservations.availability import Promise

TODAY = date(2026, 3, 1)
LAST = 24
"""Day by which every finite span of the drawn timelines has ended; all later days are alike."""
DAYS = range(LAST + 1)
NEVER = 10_000


def day(number: int) -> date:
    return date.fromordinal(TODAY.toordinal() + number)


def number_of(when: date | None) -> int:
    return NEVER if when is None else when.toordinal() - TODAY.toordinal()


@dataclass(frozen=True)
class Away:
    """Units of an asset that are not in the store free of holds: their state, the day that goes with it (None: not known), turn-round as promised."""

    asset_id: int
    count: int
    state: str
    due: int | None
    turn_round: int

    def busy(self, on: int) -> bool:
        """Say whether they are busy on a day (0 is today), in the words of the definition."""
        if self.due is None:
            return True
        if self.state in ("held", "repair"):
            return on <= max(self.due, 0)
        if self.state == "arrived":
            return on <= max(self.due + self.turn_round, 0)
        overdue = self.due < 0
        return on <= (self.turn_round if overdue else self.due + self.turn_round)


class Model:
    """One kind in one store; today is day 0."""

    def __init__(self, sizes: dict[int, int], away: list[Away], promises: list[Promise]) -> None:
        self.sizes, self.away, self.promises = sizes, away, promises
        self.owned = sum(sizes.values())
        self.counted: dict[tuple[int, int], int] = {}

    def in_use(self, promise: Promise, on: int) -> int:
        end = number_of(promise.last) + (promise.turn_round if promise.last else 0)
        return promise.count if number_of(promise.first) <= on <= end else 0

    def needed(self, asset: int, on: int) -> int:
        away = sum(part.count for part in self.away if part.asset_id == asset and part.busy(on))
        return away + sum(self.in_use(promise, on) for promise in self.promises if promise.asset_id == asset)

    def kept(self, asset: int, on: int) -> int:
        if (asset, on) not in self.counted:
            highest = 0
            for earlier in reversed(DAYS):
                highest = max(highest, self.needed(asset, earlier))
                self.counted[asset, earlier] = min(self.sizes[asset], highest)
        return self.counted[asset, on]

    def busy(self, on: int) -> int:
        return sum(self.kept(asset, on) for asset in self.sizes) + sum(self.in_use(promise, on) for promise in self.promises if not promise.asset_id)

    def free(self, first: int, last: int, turn_round: int) -> int:
        left = [self.owned - self.busy(on) for on in DAYS if first <= on <= last + turn_round]
        return max(0, min(left)) if left else 0

    def takes(self, promise: Promise) -> bool:
        """Say whether a promise is granted: a unit left on every day it newly makes busy, and its own asset has the units."""
        after = Model(self.sizes, self.away, [*self.promises, promise])
        used = [on for on in DAYS if self.in_use(promise, on)]
        if not used and promise.count:
            return False
        if promise.asset_id and any(after.needed(promise.asset_id, on) > self.sizes[promise.asset_id] for on in used):
            return False
        return all(after.busy(on) <= self.owned for on in DAYS if after.busy(on) > self.busy(on))

    def room(self, promise: Promise) -> int:
        return next((count for count in range(self.owned) if not self.takes(replace(promise, count=count + 1))), self.owned)

    def at_risk(self) -> dict[int, int]:
        served, lacking = Model(self.sizes, self.away, []), {}
        for promise in sorted(self.promises, key=lambda promise: promise.order):
            if not any(self.in_use(promise, on) for on in DAYS):
                continue
            got = min(promise.count, served.room(promise))
            served = Model(self.sizes, self.away, [*served.promises, replace(promise, count=got)])
            if got < promise.count:
                lacking[promise.id] = promise.count - got
        return lacking


@st.composite
def stores(draw: st.DrawFn) -> Model:
    """Draw one store (a virtual one counts alike): assets, what of them is away, and promises."""
    sizes = dict(enumerate(draw(st.lists(st.sampled_from([1, 1, 2, 3, 5]), min_size=1, max_size=4)), 1))
    away = []
    for asset, size in sizes.items():
        left = size
        for _ in range(draw(st.integers(0, 2))):
            count = draw(st.integers(0, left))
            left -= count
            state = draw(st.sampled_from(["out", "out", "loaded", "held", "repair", "arrived"]))
            due = draw(st.integers(-6, 0)) if state == "arrived" else draw(st.one_of(st.none(), st.integers(-6, 9)))
            away.append(Away(asset, count, state, due, draw(st.integers(0, 3))))
    return Model(sizes, away, [draw(wishes(sizes, number)) for number in draw(st.permutations(range(1, draw(st.integers(0, 7)) + 1)))])


@st.composite
def wishes(draw: st.DrawFn, sizes: dict[int, int], number: int) -> Promise:
    """Draw a promise or wish: a loan or, without last day, a transfer; of the kind or, by tag, of one asset."""
    first = draw(st.integers(-3, 14))
    last = draw(st.one_of(st.none(), *[st.integers(first, first + 6)] * 4))
    asset = draw(st.sampled_from([None, None, *sizes]))
    room = sizes[asset] if asset else sum(sizes.values())
    turn_round = draw(st.integers(0, 3))
    days = (day(first), None if last is None else day(last))
    return Promise(number, 50 - number, draw(st.integers(1, room)), *days, turn_round, asset, sizes[asset] if asset else 0)


@dataclass(frozen=True)
class Case:
    """One to three stores with a timeline each, and the questions put to them."""

    models: tuple[Model, ...]
    wish: Promise
    leaving: int | None
    start: int
    length: int | None
    turn_round: int
    quantity: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case; the wish is put to the first store."""
    models = tuple(draw(st.lists(stores(), min_size=1, max_size=3)))
    sizes = models[0].sizes
    return Case(
        models,
        draw(wishes(sizes, 99)),
        draw(st.sampled_from([None, *sizes])),
        draw(st.integers(-3, 16)),
        draw(st.one_of(st.none(), st.integers(1, 9))),
        draw(st.integers(0, 2)),
        draw(st.integers(1, 7)),
    )


def ledger_of(rules: ModuleType, model: Model) -> Any:
    """Build the ledger under test of a store, its facts by the module's own reading of states."""
    facts = [
        rules.Fact(part.count, rules.busy_until(part.state, None if part.due is None else day(part.due), part.turn_round, TODAY), part.asset_id)
        for part in model.away
    ]
    return rules.Ledger(model.owned, facts, model.promises, TODAY)


def compare(rules: ModuleType, together: ModuleType, case: Case) -> None:
    """Ask the rules everything about a case and compare each answer with the model's."""
    books = [ledger_of(rules, model) for model in case.models]
    _one_store(books[0], case.models[0], case)
    _all_stores(together, books, case)


def _one_store(book: Any, model: Model, case: Case) -> None:
    assert [book.busy(day(on)) for on in DAYS] == [model.busy(on) for on in DAYS]
    wish = case.wish
    assert book.room_for(wish) == model.room(wish)
    assert book.at_risk() == model.at_risk()
    first, last, turn_round = number_of(wish.first), min(number_of(wish.last), LAST), wish.turn_round if wish.last else 0
    assert book.free(wish.first, wish.last, wish.turn_round) == model.free(first, last, turn_round)
    free = {on: max(0, model.owned - model.busy(on)) for on in DAYS if first <= on <= last}
    assert book.calendar(wish.first, day(last)) == [(day(on), left) for on, left in free.items() if free.get(on - 1) != left]
    most = min(model.owned - model.busy(on) for on in DAYS)
    if case.leaving:
        most = min(most, *(model.sizes[case.leaving] - model.needed(case.leaving, on) for on in DAYS))
    assert book.room_to_leave(case.leaving, model.sizes.get(case.leaving or 0, 0)) == max(0, most)


def _all_stores(together: ModuleType, books: list[Any], case: Case) -> None:
    end = LAST if case.length is None else case.length - 1

    def free(start: int) -> int:
        last = LAST if case.length is None else start + end
        return sum(model.free(start, last, 0 if case.length is None else case.turn_round) for model in case.models)

    last_day = None if case.length is None else day(case.start + end)
    assert together.free(books, day(case.start), last_day, case.turn_round) == free(case.start)
    fitting = next((day(start) for start in range(max(case.start, 0), LAST + 1) if free(start) >= case.quantity), None)
    assert together.free_from(books, day(case.start), case.length, case.turn_round, case.quantity) == fitting
    for book, model in zip(books, case.models, strict=True):
        alone = [start for start in range(max(case.start, 0), LAST + 1) if _lasts(model, start, case) >= case.quantity]
        assert book.free_from(day(case.start), case.length, case.turn_round, case.quantity) == (day(alone[0]) if alone else None)
    if case.length is not None:
        earlier = next((day(start) for start in range(case.start - 1, -1, -1) if free(start) >= case.quantity), None)
        assert together.free_until(books, day(case.start), case.length, case.turn_round, case.quantity) == earlier
    sums = {on: sum(max(0, model.owned - model.busy(on)) for model in case.models) for on in DAYS}
    assert together.calendar(books, TODAY, day(LAST)) == [(day(on), left) for on, left in sums.items() if sums.get(on - 1) != left]
    room = {number: model.free(0, 3, 0) for number, model in enumerate(case.models)}
    shares = together.spread(room, dict.fromkeys(room, ""), case.quantity)
    granted = min(case.quantity, sum(room.values()))
    assert sum(count for _, count in shares) == granted and all(0 < count <= room[store] for store, count in shares)
    fewest = next(number for number in range(len(room) + 1) if sum(sorted(room.values(), reverse=True)[:number]) >= granted)
    assert len(shares) == fewest


def _lasts(model: Model, start: int, case: Case) -> int:
    last = LAST if case.length is None else start + case.length - 1
    return model.free(start, last, 0 if case.length is None else case.turn_round)
