"""Months and newness, rent mixes, costs, reasons for zero, and the evidence grade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from assetpool.savings.cost_sharing import CostLine, loss_cost, share_cost
from assetpool.savings.evidence import MISSING_SENTENCES, EvidenceFacts, Missing, PriceEvidence, grade
from assetpool.savings.life import add_months, carrying_amount, life_days
from assetpool.savings.rent import Rent, rent_for
from assetpool.savings.zero import ZERO_SENTENCES, Holding, Origins, Zero, zero_reason

DAY = date(2026, 3, 1)


def test_days_29_to_31_clamp_to_the_end_of_the_month() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 1, 29), 1) == date(2023, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert add_months(date(2024, 12, 31), 2) == date(2025, 2, 28)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -3) == date(2023, 12, 31)
    assert add_months(date(9990, 1, 1), 1200) == date.max
    assert life_days(date(2023, 1, 31), 1) == 28
    with pytest.raises(ValueError, match="at least one month"):
        life_days(DAY, 0)


def test_book_value_falls_by_whole_months_from_the_month_of_acquisition() -> None:
    assert carrying_amount(12_000, date(2026, 1, 31), 12, date(2026, 1, 31)) == 12_000
    assert carrying_amount(12_000, date(2026, 1, 31), 12, date(2026, 2, 1)) == 11_000
    assert carrying_amount(12_000, date(2026, 1, 1), 12, date(2026, 2, 28)) == 11_000
    assert carrying_amount(12_000, date(2026, 1, 1), 12, date(2027, 1, 1)) == 0
    assert carrying_amount(12_000, date(2026, 1, 1), 12, date(2040, 1, 1)) == 0
    assert carrying_amount(12_000, date(2026, 5, 1), 12, date(2026, 1, 1)) == 12_000
    assert carrying_amount(100, date(2026, 1, 1), 3, date(2026, 2, 1)) == 67
    assert carrying_amount(12_000, None, 12, DAY) == carrying_amount(12_000, DAY, None, DAY) == 12_000
    assert carrying_amount(None, DAY, 12, DAY) is None


def test_rent_takes_the_cheapest_mix_that_covers_the_days() -> None:
    tariff = Rent(100, 500, 1_500)
    assert [rent_for(tariff, days) for days in (0, 1, 5, 6, 7, 8, 12, 22, 30, 31, 38, 60)] == [
        *(0, 100, 500, 500, 500, 600, 1_000, 1_500, 1_500, 1_600, 2_100, 3_000)
    ]
    assert rent_for(Rent(100), 90) == 9_000
    assert rent_for(Rent(100, None, 50), 1) == 50
    assert rent_for(Rent(0, 10, 10), 90) == 0
    assert rent_for(Rent(100, 1_000, 5_000), 45) == 4_500


def test_a_cost_is_shared_by_volume_only_where_every_line_has_one() -> None:
    lines = [CostLine(10, 30), CostLine(30, 10), CostLine(5, 0)]
    assert share_cost("haulage", 600, lines) == [300, 300, 0]
    assert share_cost("loading", 600, lines) == share_cost("storage", 600, lines) == [300, 300, 0]
    assert share_cost("haulage", 900, [*lines[:2], CostLine(5)]) == [200, 600, 100]
    assert share_cost("haulage", 400, [CostLine(1, 0), CostLine(3, 0)]) == [100, 300]
    for kind in ("cleaning", "installation", "labour", "other", "purchase"):
        assert share_cost(kind, 900, lines) == [200, 600, 100]


def test_a_repair_falls_on_the_things_repaired() -> None:
    assert share_cost("repair", 900, [CostLine(10, 1, 0), CostLine(30, 1, 2), CostLine(5, 1, 1)]) == [0, 600, 300]
    assert share_cost("repair", 900, [CostLine(10), CostLine(30), CostLine(5)]) == [200, 600, 100]


def test_a_loss_costs_the_higher_of_book_and_frozen_value_less_what_outsiders_paid() -> None:
    assert loss_cost(500, 1_000, Fraction(1, 3)) == 500
    assert loss_cost(300, 1_000, Fraction(1, 3)) == 333
    assert loss_cost(300, 1_000, Fraction(1, 3), paid_from_outside=100) == 233
    assert loss_cost(300, 1_000, Fraction(1, 3), paid_from_outside=9_999) == 0
    assert loss_cost(None, 1_000, Fraction(1, 2)) == 500
    assert loss_cost(500, None, Fraction(1, 2)) == 500
    assert loss_cost(None, 1_000, None) is None


@pytest.mark.parametrize(
    ("origins", "reason"),
    [
        (Origins([Holding(1)]), Zero.OWN_THING),
        (Origins([Holding(1, date(2020, 1, 1)), Holding(1)]), Zero.OWN_THING),
        (Origins([Holding(2), Holding(1, date(2024, 3, 1))]), Zero.RECENTLY_OWN),
        (Origins([Holding(2), Holding(1, date(2024, 2, 29))]), None),
        (Origins([Holding(2)], 1, date(2023, 3, 1)), Zero.OWN_MONEY),
        (Origins([Holding(2)], 1, None), Zero.OWN_MONEY),
        (Origins([Holding(2)], 1, date(2023, 2, 28)), None),
        (Origins([Holding(2)], 2, DAY), None),
        (Origins([Holding(2)], brought_by_organizer=7), Zero.SAME_ORGANISER),
        (Origins([Holding(2)], brought_by_organizer=8), None),
        (Origins(), None),
    ],
)
def test_own_things_claim_zero_with_a_reason(origins: Origins, reason: Zero | None) -> None:
    assert zero_reason(origins, 1, 7, DAY) is reason


def test_without_an_event_no_organizer_is_the_same() -> None:
    assert zero_reason(Origins([Holding(2)]), 1, None, DAY) is None


FULL = EvidenceFacts(
    accepted_on=DAY,
    requested_on=date(2026, 2, 10),
    valued=True,
    need_complete=True,
    need_dated_on=date(2026, 2, 9),
    budget_paper=True,
    price=PriceEvidence("framework agreement 12", date(2025, 3, 1), framework=True),
    slips_signed=True,
    costs_complete=True,
    inspected=True,
    rent=PriceEvidence("tariff of the trade fair", date(2026, 1, 1)),
)


def test_every_paper_there_is_grade_a() -> None:
    assert grade(FULL).letter == "A"
    assert grade(FULL).missing == ()
    assert grade(replace(FULL, price=PriceEvidence("three shops", DAY, quotes=3), rent=None)).letter == "A"


@pytest.mark.parametrize(
    ("facts", "letter", "missing"),
    [
        (replace(FULL, budget_paper=False), "B", [Missing.BUDGET_PAPER]),
        (replace(FULL, stand_in=True), "B", [Missing.STAND_IN]),
        (replace(FULL, price=PriceEvidence("list", date(2025, 2, 28), framework=True)), "B", [Missing.PRICE_STALE]),
        (replace(FULL, price=PriceEvidence("list", date(2025, 8, 1), True, 0, 180)), "B", [Missing.PRICE_STALE]),
        (replace(FULL, rent=PriceEvidence("list", date(2024, 1, 1))), "B", [Missing.RENT_STALE]),
        (replace(FULL, budget_paper=False, stand_in=True), "B", [Missing.BUDGET_PAPER, Missing.STAND_IN]),
        (replace(FULL, need_complete=False), "C", [Missing.NEED_LINE]),
        (replace(FULL, need_dated_on=date(2026, 2, 10)), "C", [Missing.NEED_LATE]),
        (replace(FULL, need_dated_on=None), "C", [Missing.NEED_LATE]),
        (replace(FULL, price=PriceEvidence("two shops", DAY, quotes=2)), "C", [Missing.PRICE_WEAK]),
        (replace(FULL, price=PriceEvidence(" ", DAY, framework=True)), "C", [Missing.PRICE_UNSOURCED]),
        (replace(FULL, price=PriceEvidence("list", None, framework=True)), "C", [Missing.PRICE_UNSOURCED]),
        (replace(FULL, rent=PriceEvidence("", DAY)), "C", [Missing.RENT_UNSOURCED]),
        (replace(FULL, price=None, valued=False), "C", [Missing.NOT_VALUED, Missing.PRICE_UNSOURCED]),
        (replace(FULL, slips_signed=False), "C", [Missing.SIGNATURE]),
        (replace(FULL, costs_complete=False), "C", [Missing.COSTS]),
        (replace(FULL, inspected=False), "C", [Missing.INSPECTION]),
        (replace(FULL, open_flags=1), "C", [Missing.OPEN_FLAG]),
        (replace(FULL, opening=True), "C", [Missing.OPENING]),
        (replace(FULL, budget_paper=False, costs_complete=False), "C", [Missing.BUDGET_PAPER, Missing.COSTS]),
    ],
)
def test_what_is_missing_lowers_the_grade(facts: EvidenceFacts, letter: str, missing: list[Missing]) -> None:
    assert grade(facts).letter == letter
    assert list(grade(facts).missing) == missing


def test_every_code_has_a_sentence() -> None:
    assert set(MISSING_SENTENCES) == set(Missing)
    assert set(ZERO_SENTENCES) == set(Zero)
