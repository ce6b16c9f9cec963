"""What must hold for any terms, days and sequence of acts; VALUATION_CASES sets how many are drawn (300)."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from assetpool.core.money import rhu
from assetpool.savings.policy import ActKind, Basis
from assetpool.savings.rent import Rent, rent_for
from assetpool.savings.valuation import Claimed, Terms, Worth, claimed_days, worth

LIMIT = int(os.environ.get("VALUATION_CASES", "300"))
SERIES = ("purchase", "rental", "consumption", "adopted")
prices = st.integers(0, 2_000_000)
optional = st.none() | st.integers(0, 60_000)
rents = st.builds(Rent, st.integers(0, 3_000), optional, optional)
near = st.dates(date(2015, 1, 1), date(2030, 12, 31))
terms = st.builds(
    Terms,
    kind=st.sampled_from(ActKind),
    accepted_on=near,
    price=st.none() | prices,
    rent=st.none() | rents,
    life_months=st.none() | st.integers(1, 240),
    acquired_on=st.none() | near,
    adopted_basis=st.sampled_from(Basis),
    age_scales=st.booleans(),
    floor=st.sampled_from([Fraction(0), Fraction(1, 10)]),
    rho=st.sampled_from([Fraction(0), Fraction(1, 5), Fraction(1, 3)]),
    good_on_inspection=st.booleans(),
)


class Unit:
    """A unit that remembers what was claimed on it, as the ledger would."""

    def __init__(self) -> None:
        self.claimed = Claimed()
        self.cap: int | None = None

    def claim(self, act: Terms, days: int) -> Worth:
        value = worth(act, self.claimed, self.cap, days)
        parts = {name: getattr(value, name) or 0 for name in SERIES}
        if self.cap is None and any(parts.values()):
            self.cap = value.cap
        added = {name: getattr(self.claimed, name) + part for name, part in parts.items()}
        self.claimed = replace(self.claimed, **added, days=self.claimed.days + (0 if value.consumption is None else value.days))
        return value


@settings(max_examples=LIMIT, deadline=None)
@given(st.lists(st.tuples(terms, st.integers(0, 900)), min_size=1, max_size=8))
def test_no_act_is_negative_and_all_acts_stay_under_the_cap_of_the_first(acts: list[tuple[Terms, int]]) -> None:
    unit = Unit()
    for act, days in acts:
        value = unit.claim(act, days)
        assert all((getattr(value, name) or 0) >= 0 for name in SERIES)
        if act.kind is ActKind.TRANSFER:
            assert value.rental is None
    for name in SERIES:
        assert getattr(unit.claimed, name) <= (unit.cap or 0)
    least = min(act.rho for act, _ in acts)
    assert unit.claimed.rental <= rhu((unit.cap or 0) * (1 - least))


@settings(max_examples=LIMIT, deadline=None)
@given(terms, st.integers(0, 900), st.integers(0, 30), st.builds(Claimed, prices, prices, prices, prices, st.integers(0, 4_000)), st.none() | prices)
def test_more_days_are_never_worth_less(act: Terms, days: int, more: int, claimed: Claimed, cap: int | None) -> None:
    now, later = worth(act, claimed, cap, days), worth(act, claimed, cap, days + more)
    for name in SERIES:
        first, second = getattr(now, name), getattr(later, name)
        assert (first is None and second is None) or 0 <= first <= second


@settings(max_examples=LIMIT, deadline=None)
@given(terms, st.lists(st.integers(0, 600), max_size=6), st.randoms())
def test_the_order_of_claims_does_not_change_their_sum(act: Terms, stays: list[int], random: object) -> None:
    shuffled = list(stays)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    totals = []
    for order in (stays, shuffled):
        unit = Unit()
        for days in order:
            unit.claim(act, days)
        totals.append(unit.claimed)
    assert totals[0] == totals[1]


@settings(max_examples=max(20, LIMIT // 10), deadline=None)
@given(prices, st.integers(1, 36), near)
def test_one_day_loans_over_the_whole_life_add_up_to_the_price(price: int, months: int, day: date) -> None:
    act = Terms(ActKind.LOAN, day, price, None, months, day, Basis.CONSUMPTION, True, Fraction(0), Fraction(0))
    unit = Unit()
    for _ in range(act.life or 0):
        unit.claim(act, 1)
    assert unit.claimed.consumption == unit.claimed.adopted == price
    assert worth(act, unit.claimed, unit.cap, 50).consumption == 0


@settings(max_examples=LIMIT, deadline=None)
@given(rents, st.integers(0, 80))
def test_rent_equals_the_cheapest_of_all_mixes(tariff: Rent, days: int) -> None:
    weeks = range(13) if tariff.per_7_days is not None else range(1)
    months = range(4) if tariff.per_30_days is not None else range(1)
    mixes = (
        week * (tariff.per_7_days or 0) + month * (tariff.per_30_days or 0) + max(0, days - 7 * week - 30 * month) * tariff.per_day
        for week, month in product(weeks, months)
    )
    assert rent_for(tariff, days) == min(mixes)


@settings(max_examples=LIMIT, deadline=None)
@given(near, st.none() | st.integers(0, 40), st.integers(0, 30), st.integers(0, 60), st.none() | st.integers(-5, 45))
def test_claimed_days_are_the_days_counted_one_by_one(day: date, ended: int | None, due: int, upto: int, last: int | None) -> None:
    def at(number: int | None) -> date | None:
        return None if number is None else day + timedelta(days=number)

    counted = [
        number
        for number in range(61)
        if number == 0 or (number <= due and number <= upto and (ended is None or number < ended))
        if last is None or number > last
    ]
    found = claimed_days(day, at(ended), day + timedelta(days=due), day + timedelta(days=upto), at(last))
    assert found.count == len(counted)
    assert found.last == (at(counted[-1]) if counted else None)
    if counted:
        assert found.first == at(counted[0])


@settings(max_examples=LIMIT, deadline=None)
@given(near, st.integers(1, 25), st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_loans_that_follow_one_another_never_claim_a_day_twice(day: date, length: int, returns: list[int]) -> None:
    claimed: list[date] = []
    start = day
    for stay in returns:
        days = claimed_days(start, start + timedelta(days=stay), start + timedelta(days=length), date(2040, 1, 1), max(claimed, default=None))
        claimed += [days.first + timedelta(days=number) for number in range(days.count)]
        start += timedelta(days=stay)
    assert len(claimed) == len(set(claimed)) <= max(1, (start - day).days + 1)
