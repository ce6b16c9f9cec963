"""How much of a new thing an act spares: the table, and that no life of a thing spares more than one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetpool.outcomes.avoidance import Claim, Weight, spared, weight
from assetpool.outcomes.factors import Factor, seeded
from assetpool.savings.policy import ActKind, Basis
from assetpool.savings.valuation import Claimed, Terms, worth
from assetpool.savings.zero import Zero

DESK = next(factor for factor in seeded() if factor.category_en == "Office desk")
COMPUTER = next(factor for factor in seeded() if factor.category_en == "Desktop computer" and factor.measure == "gross")


@pytest.mark.parametrize(
    ("kind", "claims", "things"),
    [
        # ten new desks given for good
        ("transfer", [Claim(160_000, 160_000, 1_600_000, 1_600_000)], Fraction(10)),
        # ten desks at half their life given for good
        ("transfer", [Claim(160_000, 80_000, 800_000, 800_000)], Fraction(5)),
        # ten new desks lent for 90 of 5,479 days
        ("loan", [Claim(160_000, 160_000, 1_600_000, 26_280)], Fraction(26_280, 160_000)),
        # lent again: the purchase was claimed before
        ("loan", [Claim(160_000, 160_000, 0, 26_280)], Fraction(0)),
        # lent for longer than what was left to claim
        ("loan", [Claim(160_000, 160_000, 20_000, 26_280)], Fraction(20_000, 160_000)),
        # the price fell below what the thing may claim over its life
        ("transfer", [Claim(100_000, 200_000, 100_000, 0)], Fraction(1, 2)),
        # two prices in one act
        ("transfer", [Claim(100, 100, 100, 100), Claim(200, 200, 100, 100)], Fraction(3, 2)),
        # everything was reversed
        ("transfer", [Claim(160_000, 160_000, 0, 0)], Fraction(0)),
        # rooms are no things that somebody makes
        ("premises", [Claim(160_000, 160_000, 160_000, 160_000)], Fraction(0)),
        ("loan", [], Fraction(0)),
        # a thing without a price
        ("transfer", [Claim(0, 0, 0, 0)], Fraction(0)),
    ],
)  # fmt: skip
def test_an_act_spares_what_the_ledger_says_and_never_more(kind: str, claims: list[Claim], things: Fraction) -> None:
    assert spared(kind, claims) == things


@pytest.mark.parametrize(
    ("things", "factor", "found"),
    [
        (Fraction(10), DESK, Weight(350_000, 350_000, 350_000)),
        (Fraction(1), COMPUTER, Weight(301_000, 246_000, 390_000)),
        (Fraction(1, 2), COMPUTER, Weight(150_500, 123_000, 195_000)),
        (Fraction(1, 70_000), DESK, Weight(1, 1, 1)),
        (Fraction(1, 70_001), DESK, Weight(0, 0, 0)),
        (Fraction(0), DESK, Weight(0, 0, 0)),
    ],
)
def test_weights_are_rounded_half_up_once(things: Fraction, factor: Factor, found: Weight) -> None:
    assert weight(things, factor) == found


days = st.dates(date(2018, 1, 1), date(2030, 12, 31))
acts = st.builds(
    Terms,
    kind=st.sampled_from(ActKind),
    accepted_on=days,
    price=st.integers(1, 500_000),
    rent=st.none(),
    life_months=st.integers(1, 240),
    acquired_on=st.none() | days,
    adopted_basis=st.sampled_from([Basis.PURCHASE, Basis.CONSUMPTION]),
    age_scales=st.booleans(),
    floor=st.sampled_from([Fraction(0), Fraction(1, 10)]),
    rho=st.just(Fraction(1, 5)),
    good_on_inspection=st.booleans(),
    zero=st.sampled_from([None, None, Zero.NEED_CLAIMED, Zero.OWN_THING, Zero.REPLACEMENT]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(acts, st.integers(0, 4_000)), min_size=1, max_size=8))
def test_a_thing_spares_at_most_one_new_thing_over_its_life_whatever_happens_to_it(life: list[tuple[Terms, int]]) -> None:
    claimed, cap, total = Claimed(), None, Fraction(0)
    for terms, stay in life:
        now = worth(terms, claimed, cap, stay)
        parts = {name: getattr(now, name) or 0 for name in ("purchase", "consumption", "adopted")}
        if cap is None and any(parts.values()):
            cap = now.cap
        claimed = replace(claimed, **{name: getattr(claimed, name) + part for name, part in parts.items()}, days=claimed.days + now.days)
        part = spared(terms.kind.value, [Claim(terms.price or 0, cap or 0, parts["purchase"], parts["consumption"])])
        assert part == 0 or parts["purchase"] > 0
        total += part
    assert 0 <= total <= 1
