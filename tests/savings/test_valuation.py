"""Valuation by example: what is valued, what freezes, which days count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from assetpool.savings.policy import POLICY_2020_1, POLICY_2026_1, ActKind, Basis, policy_for
from assetpool.savings.rent import Rent
from assetpool.savings.valuation import Claimed, PriceFrom, Terms, claimed_days, is_covered, rate, reference_price, worth
from assetpool.savings.zero import Zero

DAY = date(2026, 3, 1)
LOAN = Terms(ActKind.LOAN, DAY, 100_000, Rent(1_000), 60, date(2025, 3, 1), Basis.RENTAL, True, Fraction(1, 10), Fraction(1, 5), good_on_inspection=True)
NEW = replace(LOAN, acquired_on=DAY)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def test_an_act_belongs_to_the_policy_of_its_hand_over_day() -> None:
    assert policy_for(date(2025, 12, 31)) is POLICY_2020_1
    assert policy_for(date(2026, 1, 1)) is POLICY_2026_1
    assert policy_for(date(2019, 12, 31)) is None
    assert POLICY_2026_1.basis_for(ActKind.TRANSFER) is Basis.PURCHASE


def test_the_reference_price_is_the_least_of_what_is_known() -> None:
    assert reference_price(500, 400, 450, 600, 300, date(2023, 3, 2), DAY) == (300, PriceFrom.ORIGINAL_VALUE)
    assert reference_price(500, 400, 450, 600, 300, date(2023, 3, 1), DAY) == (400, PriceFrom.DELIVERED_KIND)
    assert reference_price(500, 400, 450, 600, 300, None, DAY) == (400, PriceFrom.DELIVERED_KIND)
    assert reference_price(None, None, None, 600, None, None, DAY) == (600, PriceFrom.BUDGET)
    assert reference_price(400, 400, 400, 400, 400, DAY, DAY) == (400, PriceFrom.ASKED_KIND)
    assert reference_price(500, None, 450, None, None, None, DAY) == (450, PriceFrom.STANDARD_CAP)
    assert reference_price(None, None, None, None, 300, date(2020, 1, 1), DAY) is None


def test_newness_is_exact_and_its_floor_needs_an_inspection() -> None:
    assert LOAN.n == Fraction(1826 - 365, 1826)
    assert NEW.n == 1
    old = replace(LOAN, acquired_on=date(2010, 1, 1))
    assert old.n == Fraction(1, 10)
    assert replace(old, good_on_inspection=False).n == 0
    assert replace(old, age_scales=False).n == 1
    assert replace(LOAN, acquired_on=after(5)).n == 1
    assert replace(LOAN, acquired_on=after(5)).used == 0


def test_an_unknown_acquisition_leaves_the_floor_only() -> None:
    unknown = replace(LOAN, acquired_on=None)
    assert unknown.life == unknown.used == (date(2031, 3, 1) - DAY).days
    assert unknown.n == Fraction(1, 10)
    assert replace(unknown, good_on_inspection=False).full_value == 0


def test_the_cap_is_the_price_at_the_newness_of_the_acceptance() -> None:
    value = worth(LOAN, Claimed(), None, 10)
    assert value.cap == value.purchase == 80_011
    assert worth(LOAN, Claimed(), 70_000, 10).purchase == 70_000
    assert worth(LOAN, Claimed(), 90_000, 10).purchase == 80_011
    assert worth(LOAN, Claimed(purchase=15_000), 90_000, 10).purchase == 75_000


def test_without_a_price_nothing_is_valued() -> None:
    value = worth(replace(LOAN, price=None), Claimed(), 5_000, 10)
    assert set(value.bases.values()) == {None}
    assert value.adopted is None
    assert value.cap == 5_000
    assert not value.stand_in


def test_without_a_life_only_a_policy_without_age_values_anything() -> None:
    assert set(worth(replace(LOAN, life_months=None), Claimed(), None, 10).bases.values()) == {None}
    ageless = worth(replace(LOAN, life_months=None, age_scales=False), Claimed(), None, 10)
    assert (ageless.purchase, ageless.rental, ageless.consumption) == (100_000, 10_000, None)


def test_rental_is_never_guessed_and_consumption_stands_in_with_a_mark() -> None:
    value = worth(replace(NEW, rent=None), Claimed(), None, 10)
    assert value.rental is None
    assert value.consumption == value.adopted == 548
    assert value.stand_in
    assert not worth(NEW, Claimed(), None, 10).stand_in
    assert not worth(replace(NEW, rent=None, adopted_basis=Basis.CONSUMPTION), Claimed(), None, 10).stand_in
    nothing = worth(replace(NEW, rent=None, life_months=None, age_scales=False), Claimed(), None, 10)
    assert nothing.adopted is None
    assert not nothing.stand_in


def test_each_series_has_its_own_counter_and_adopted_its_own_too() -> None:
    value = worth(NEW, Claimed(purchase=99_000, rental=79_000, consumption=99_900, adopted=75_000), 100_000, 10)
    assert (value.purchase, value.rental, value.consumption, value.adopted) == (1_000, 1_000, 100, 5_000)
    stand_in = worth(replace(NEW, rent=None), Claimed(adopted=99_900), 100_000, 10)
    assert (stand_in.consumption, stand_in.adopted) == (548, 100)
    by_purchase = worth(replace(NEW, adopted_basis=Basis.PURCHASE), Claimed(adopted=30_000), 100_000, 10)
    assert (by_purchase.purchase, by_purchase.adopted) == (100_000, 70_000)


def test_a_transfer_claims_the_life_that_is_left_and_no_rent() -> None:
    given = replace(NEW, kind=ActKind.TRANSFER, adopted_basis=Basis.CONSUMPTION)
    value = worth(given, Claimed(consumption=5_476, days=100), 100_000, 0)
    assert (value.rental, value.consumption, value.adopted) == (None, 94_524, 94_524)
    assert value.days == 1726
    assert worth(given, Claimed(days=5_000), 100_000, 0).days == 0


@pytest.mark.parametrize("reason", [reason for reason in Zero if reason is not Zero.NEED_CLAIMED])
def test_zero_reasons_make_every_basis_zero(reason: Zero) -> None:
    value = worth(replace(LOAN, zero=reason), Claimed(), None, 10)
    assert (value.purchase, value.rental, value.consumption, value.adopted, value.days) == (0, 0, 0, 0, 0)
    assert worth(replace(LOAN, zero=reason, rent=None), Claimed(), None, 10).rental is None


def test_a_need_line_that_was_used_up_claims_no_second_purchase_but_its_rent() -> None:
    value = worth(replace(LOAN, zero=Zero.NEED_CLAIMED), Claimed(), None, 10)
    assert (value.purchase, value.rental, value.adopted, value.days) == (0, 10_000, 10_000, 10)
    assert value.consumption == 548
    assert worth(replace(LOAN, zero=Zero.NEED_CLAIMED, adopted_basis=Basis.PURCHASE), Claimed(), None, 10).adopted == 0


@pytest.mark.parametrize(
    ("ended", "due", "upto", "last", "first", "count"),
    [
        (None, 9, 4, None, 0, 5),
        (None, 9, 9, None, 0, 10),
        (None, 9, 50, None, 0, 10),
        (5, 9, 50, None, 0, 5),
        (9, 9, 50, None, 0, 9),
        (10, 9, 50, None, 0, 10),
        (40, 9, 50, None, 0, 10),
        (5, 9, 3, None, 0, 4),
        (0, 9, 50, None, 0, 1),
        (None, 0, 50, None, 0, 1),
        (None, 9, 0, None, 0, 1),
        (None, 9, -1, None, 0, 0),
        (5, 9, 50, -1, 0, 5),
        (5, 9, 50, 0, 1, 4),
        (5, 9, 50, 3, 4, 1),
        (5, 9, 50, 4, 5, 0),
        (0, 9, 50, 0, 1, 0),
        (None, 9, 50, 30, 31, 0),
    ],
)
def test_claimed_days(ended: int | None, due: int, upto: int, last: int | None, first: int, count: int) -> None:
    days = claimed_days(DAY, None if ended is None else after(ended), after(due), after(upto), None if last is None else after(last))
    assert (days.first, days.count) == (after(first), count)
    assert days.last == (after(first + count - 1) if count else None)


def test_a_rate_needs_avoided_cost_and_complete_costs() -> None:
    assert rate(1_000, 300, costs_complete=True) == Fraction(7, 10)
    assert rate(1_000, 1_300, costs_complete=True) == Fraction(-3, 10)
    assert rate(0, 300, costs_complete=True) is None
    assert rate(1_000, 0, costs_complete=True) is None
    assert rate(1_000, None, costs_complete=True) is None
    assert rate(1_000, 300, costs_complete=False) is None


def test_a_rate_is_printed_from_ninety_percent_on() -> None:
    assert is_covered(100, 90, 90)
    assert not is_covered(100, 89, 100)
    assert not is_covered(100, 100, 89)
    assert not is_covered(0, 0, 0)


def test_consumption_ends_with_the_life_even_under_a_higher_cap() -> None:
    assert worth(NEW, Claimed(), 200_000, 5_000).consumption == 100_000
    assert worth(NEW, Claimed(days=1_826), 200_000, 30).consumption == 0
