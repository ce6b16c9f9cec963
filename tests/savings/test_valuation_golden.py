"""The golden cases, to the fen, at the level of formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from assetpool.savings.cost_sharing import CostLine, loss_cost, share_cost
from assetpool.savings.evidence import EvidenceFacts, Missing, grade
from assetpool.savings.policy import POLICY_2020_1, POLICY_2026_1, ActKind, Policy
from assetpool.savings.rent import Rent
from assetpool.savings.valuation import Claimed, Terms, Worth, claimed_days, has_reached, rate, worth
from tests.savings import golden
from tests.savings.golden import BEGUN, BillLine, fen


def terms_under(policy: Policy, line: BillLine, kind: ActKind = ActKind.LOAN, accepted_on: date = BEGUN) -> Terms:
    basis = policy.basis_for(kind)
    return Terms(kind, accepted_on, line.price, line.rent, line.life_months, BEGUN, basis, policy.age_scales, policy.floor, policy.rho)


def bill(policy: Policy, days: int) -> list[tuple[BillLine, Worth]]:
    return [(line, worth(terms_under(policy, line), Claimed(), None, days)) for line in golden.G1_LINES]


def total(policy: Policy, days: int, series: str) -> int:
    return sum(line.units * getattr(value, series) for line, value in bill(policy, days))


DESK = golden.G1_LINES[2]


@pytest.mark.parametrize("line", golden.G1_LINES, ids=lambda line: line.name)
def test_g1_each_line_on_three_bases(line: BillLine) -> None:
    terms = terms_under(POLICY_2020_1, line)
    after_90, after_365 = worth(terms, Claimed(), None, 90), worth(terms, Claimed(), None, 365)
    assert (after_90.purchase or 0) * line.units == line.purchase
    assert (after_90.rental or 0) * line.units == line.rental_90
    assert (after_90.consumption or 0) * line.units == line.consumption_90
    assert (after_365.consumption or 0) * line.units == line.consumption_365
    assert after_90.adopted == after_90.purchase


def test_g1_totals_and_rate_by_purchase() -> None:
    assert sum(line.units for line in golden.G1_LINES) == golden.G1_UNITS
    assert sum(golden.G1_COSTS.values()) == golden.G1_COST
    avoided = total(POLICY_2020_1, 90, "purchase")
    assert avoided == golden.G1_PURCHASE == total(POLICY_2020_1, 1, "adopted")
    assert avoided - golden.G1_COST == golden.G1_PURCHASE_SAVING
    exact = rate(avoided, golden.G1_COST, costs_complete=True)
    assert exact == Fraction(7, 10)
    assert has_reached(exact, 70)
    assert not has_reached(Fraction(avoided - golden.G1_COST - 1, avoided), 70)


def test_g1_by_rental_turns_positive_on_day_146_and_meets_purchase_on_day_717() -> None:
    assert total(POLICY_2020_1, 90, "rental") == golden.G1_RENTAL_90
    assert total(POLICY_2020_1, 365, "rental") == golden.G1_RENTAL_365
    for days, saving in golden.G1_RENTAL_SAVING.items():
        assert total(POLICY_2020_1, days, "rental") - golden.G1_COST == saving
    assert total(POLICY_2020_1, golden.G1_TURNS_POSITIVE - 1, "rental") < golden.G1_COST
    assert all(value.rental == value.purchase for _, value in bill(POLICY_2020_1, golden.G1_ALL_AT_CAP))
    assert any(value.rental != value.purchase for _, value in bill(POLICY_2020_1, golden.G1_ALL_AT_CAP - 1))
    assert total(POLICY_2020_1, 5000, "rental") == golden.G1_PURCHASE


def test_g1_by_consumption() -> None:
    for days, avoided in golden.G1_CONSUMPTION.items():
        assert total(POLICY_2020_1, days, "consumption") == avoided
        assert avoided - golden.G1_COST == golden.G1_CONSUMPTION_SAVING[days]


def test_g1_under_2026_1_rental_stops_at_eighty_percent_of_the_price() -> None:
    assert total(POLICY_2026_1, 5000, "rental") == golden.G1_RENTAL_CAP_2026 == total(POLICY_2026_1, 5000, "adopted")
    assert total(POLICY_2026_1, 90, "adopted") == golden.G1_RENTAL_90
    assert [value.rental for _, value in bill(POLICY_2026_1, 320)][2] == fen("1,280.00")
    assert [value.rental for _, value in bill(POLICY_2026_1, 319)][2] == fen("1,276.00")


def test_g2_an_opening_statement_has_no_rate_and_grade_c() -> None:
    day = date(2026, 1, 1)
    facts = EvidenceFacts(day, day, True, True, day - timedelta(days=1), True, None, True, False, True, opening=True)
    assert grade(facts).letter == "C"
    assert Missing.OPENING in grade(facts).missing
    assert rate(golden.G2_AVOIDED, None, costs_complete=False) is None


def test_g3_single_days_over_the_whole_life_add_up_to_the_price() -> None:
    terms = terms_under(POLICY_2020_1, DESK)
    assert terms.life == golden.G3_LIFE_DAYS
    for days, consumed in golden.G3_CONSUMED.items():
        assert worth(terms, Claimed(), None, days).consumption == consumed
    claimed = Claimed()
    for _ in range(golden.G3_LIFE_DAYS):
        part = worth(terms, claimed, DESK.price, 1).consumption
        assert part in (29, 30)
        claimed = replace(claimed, consumption=claimed.consumption + part, days=claimed.days + 1)
    assert claimed.consumption == DESK.price
    assert worth(terms, claimed, DESK.price, 1).consumption == 0


def test_g4_after_the_purchase_was_claimed_nothing_is_claimed_again() -> None:
    first = worth(terms_under(POLICY_2020_1, DESK), Claimed(), None, 90)
    claimed = Claimed(first.purchase or 0, first.rental or 0, first.consumption or 0, first.adopted or 0, first.days)
    again = worth(terms_under(POLICY_2020_1, DESK, accepted_on=date(2022, 9, 1)), claimed, first.cap, 5000)
    assert (again.purchase, again.adopted) == (0, 0)
    assert (again.rental or 0) * DESK.units == golden.G4_RENT_LEFT
    given = worth(terms_under(POLICY_2020_1, DESK, ActKind.TRANSFER, date(2023, 1, 1)), claimed, first.cap, 0)
    assert (given.purchase, given.adopted, given.rental) == (0, 0, None)
    assert given.consumption == DESK.price - (first.consumption or 0)
    by_rent = Claimed(0, fen("360"), 0, fen("360"), 90)
    given_after_rent = worth(terms_under(POLICY_2020_1, DESK, ActKind.TRANSFER), by_rent, DESK.price, 0)
    assert given_after_rent.adopted == fen("1,240")


def test_g5_a_voucher_over_three_equal_lines() -> None:
    for kind in ("haulage", "cleaning", "repair"):
        assert share_cost(kind, golden.G5_VOUCHER, [CostLine(7, 3, 1)] * 3) == golden.G5_PARTS


def test_g6_days_after_the_due_day_claim_nothing_and_a_loss_is_a_cost() -> None:
    due = BEGUN + timedelta(days=11)
    late = claimed_days(BEGUN, BEGUN + timedelta(days=40), due, BEGUN + timedelta(days=100))
    never = claimed_days(BEGUN, None, due, BEGUN + timedelta(days=400))
    assert late == never
    value = worth(terms_under(POLICY_2026_1, DESK), Claimed(), None, late.count)
    assert (value.rental or 0) * DESK.units == golden.G6_RENTAL
    assert loss_cost(fen("1,500"), DESK.price, Fraction(1), 0) == fen("1,600")


def test_g7_a_fallen_price_claims_zero_and_never_less() -> None:
    cheaper = replace(terms_under(POLICY_2020_1, DESK), price=fen("1,500"))
    claimed = Claimed(fen("1,600"), fen("1,600"), fen("1,600"), fen("1,600"), 10)
    value = worth(cheaper, claimed, fen("1,600"), 90)
    assert (value.purchase, value.rental, value.consumption, value.adopted) == (0, 0, 0, 0)
    assert worth(cheaper, claimed, fen("1,500"), 90).purchase == 0


def test_g8_a_change_of_policy_does_not_open_the_cap_again() -> None:
    old = worth(terms_under(POLICY_2020_1, DESK, accepted_on=date(2025, 5, 1)), Claimed(), None, 30)
    assert old.adopted == fen("1,600.00")
    claimed = Claimed(purchase=old.purchase or 0, adopted=old.adopted or 0)
    new = worth(terms_under(POLICY_2026_1, DESK, accepted_on=date(2026, 5, 1)), claimed, old.cap, 30)
    assert new.adopted == 0
    assert new.rental == fen("120.00")
    assert not new.stand_in


def test_a_mixed_tariff_is_used_by_the_rental_basis() -> None:
    terms = replace(terms_under(POLICY_2026_1, DESK), rent=Rent(400, 2000, 6000))
    assert worth(terms, Claimed(), None, 90).rental == 18000
    assert worth(terms, Claimed(), None, 37).rental == 8000
