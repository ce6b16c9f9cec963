"""Each rule finds its case and leaves an innocent act alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from assetpool.audit import exceptions
from assetpool.audit.facts import Act, Bought, Declined, Facts, Share, Twin, Uncertified, WithoutPapers
from assetpool.audit.rules_figures import median
from assetpool.org.models import Organization

DAY = date(2026, 3, 2)
SHARE = Share(1, "A-1", False, 10, 5, 100_000, "asked_kind", 5000, 900, "", DAY + timedelta(9), "returned", 3_000, 3_000)
ACT = Act(
    id=1, number="HS-2026-000001", line_no=1, kind="loan", kind_id=7, asked_kind_id=7, name="桌", name_en="", class_code="A05", receiver_id=20, giver_id=10,
    event_id=None, units=10, accepted_on=DAY, due_on=DAY + timedelta(10), opening=False, same_system=False, costed=True, grade="A", missing=(),
    reviewed="accepted", created_on=DAY, budget_price=None, avoided=300_000, rental=30_000, cost=1_000, late=False,
    reversed_after_review=False, shares=(SHARE,),
)  # fmt: skip
ORGANIZATIONS = {
    1: Organization(id=1, parent_id=None, name="市", kind="city"),
    10: Organization(id=10, parent_id=1, name="甲", kind="department"),
    20: Organization(id=20, parent_id=1, name="乙", kind="department"),
    30: Organization(id=30, parent_id=10, name="甲一", kind="department"),
    31: Organization(id=31, parent_id=10, name="甲二", kind="department"),
}


def facts(*acts: Act, twins: tuple[Twin, ...] = (), prices: dict[int, int] | None = None, caps: dict[int, tuple[str, int]] | None = None) -> Facts:
    """Put acts into facts of an ordinary pool."""
    return Facts(DAY + timedelta(30), acts, ORGANIZATIONS, {4: "陈"}, prices or {7: 100_000}, caps or {}, twins)


def met(code: str, given: Facts) -> list[int | None]:
    """Return the acts that a rule finds."""
    return [one.act_id for one in exceptions.find(given, code)[0].found]


def share(**more: object) -> tuple[Share, ...]:
    """Return the one share changed."""
    return (replace(SHARE, **more),)  # type: ignore[arg-type]


def several(count: int, step: int, **more: object) -> list[Act]:
    """Return acts one after the other."""
    return [replace(ACT, id=i + 1, number=f"HS-2026-{i + 1:06d}", accepted_on=DAY + timedelta(step * i), **more) for i in range(count)]  # type: ignore[arg-type]


BACK = replace(ACT, id=2, number="HS-2026-000002", giver_id=20, receiver_id=10, accepted_on=DAY + timedelta(60))
LOT = replace(ACT, shares=share(lot=True))
CASES: list[tuple[str, Facts, list[int | None]]] = [
    ("own_loan", facts(replace(ACT, shares=share(owner_id=20))), [1]),
    ("own_loan", facts(replace(ACT, shares=share(zero_reason="recently_own", claimed=0))), [1]),
    ("circular", facts(ACT, BACK), [2]),
    ("circular", facts(ACT, replace(BACK, shares=share(thing=2))), []),
    ("circular", facts(ACT, replace(BACK, accepted_on=DAY + timedelta(800))), []),
    ("two_roles", facts(replace(ACT, roles={4: frozenset({"keeper", "approver"})})), [1]),
    ("same_department", facts(replace(ACT, same_system=True)), [1]),
    ("same_department", facts(replace(ACT, giver_id=30, receiver_id=31)), [1]),
    ("split", facts(*several(4, 20, avoided=2_000_000)), [4]),
    ("split", facts(*several(4, 40, avoided=2_000_000)), []),
    ("split", facts(*several(3, 20, avoided=2_000_000)), []),
    ("repeated", facts(*several(4, 100)), [4]),
    ("repeated", facts(*several(3, 100)), []),
    ("rotation", facts(LOT, replace(LOT, id=2, number="HS-2026-000002", accepted_on=DAY + timedelta(20))), [2]),
    ("rotation", facts(LOT, replace(LOT, id=2, number="HS-2026-000002", accepted_on=DAY + timedelta(80))), []),
    ("late_return", facts(replace(ACT, shares=share(ended_on=DAY + timedelta(11)))), [1]),
    ("late_return", facts(replace(ACT, shares=share(ended_on=None, ended_by="out"))), [1]),
    ("reversed", facts(replace(ACT, reviewed="reversed", reversed_after_review=True)), [1]),
    ("late_fact", facts(replace(ACT, late=True)), [1]),
    ("waiting", facts(replace(ACT, reviewed="proposed", accepted_on=DAY - timedelta(31))), [1]),
    ("no_costs", facts(replace(ACT, costed=False)), [1]),
    ("costs_gone", facts(replace(ACT, reviewed="rejected", cost_gone=1_000)), [1]),
    ("costs_gone", facts(replace(ACT, cost_gone=1_000)), []),
    ("price_stale", facts(replace(ACT, missing=("price_stale",))), [1]),
    ("over_cap", facts(replace(ACT, cap=90_000), caps={7: ("桌", 90_000)}), [1, None]),
    ("over_cap", facts(replace(ACT, cap=100_000), caps={7: ("桌", 100_000)}), []),
    ("past_life", facts(replace(ACT, shares=share(used_days=5000))), [1]),
    ("past_life", facts(replace(ACT, shares=share(used_days=5000, claimed=0))), []),
    ("grade_c", facts(replace(ACT, grade="C")), [1]),
    ("outlier", facts(replace(ACT, cost=400_000)), [1]),
    ("outlier", facts(replace(ACT, avoided=8_000_000)), [1]),
    ("cheap_substitute", facts(replace(ACT, kind_id=8), prices={7: 100_000, 8: 60_000}), [1]),
    ("cheap_substitute", facts(replace(ACT, kind_id=8)), [1]),
    ("cheap_substitute", facts(replace(ACT, kind_id=8), prices={7: 100_000, 8: 100_000}), []),
    ("over_spec", facts(replace(ACT, kind_id=8), prices={7: 100_000, 8: 150_000}), [1]),
    ("over_spec", facts(replace(ACT, budget_price=60_000)), [1]),
    ("rent_or_buy", facts(replace(ACT, shares=share(rental=80_000))), [1]),
    ("rent_or_buy", facts(replace(ACT, shares=share(rental=79_999))), []),
    ("recurring", facts(replace(ACT, kind="premises", due_on=None)), [1]),
    ("emergency_papers", replace(facts(ACT), without_papers=(WithoutPapers("RQ-2026-000001", 20, DAY, False),)), [None]),
    ("certified_free", replace(facts(ACT), declined=(Declined("NC-2026-000001", 20, "A05", 5, 3, "不合用"),)), [None]),
    ("not_searched", replace(facts(ACT), uncertified=(Uncertified("支付 1", "桌", 20, DAY, 5, 3, 900, False),)), [None]),
    ("bought_anyway", replace(facts(ACT), bought=(Bought(1, 4, "桌", DAY, False), Bought(99, 4, "桌", DAY, True))), [1]),
    ("duplicates", facts(twins=(Twin("serial", "桌 SN-1", ("A-1", "A-2"), 5),)), [None]),
]


@pytest.mark.parametrize(("code", "given", "expected"), CASES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)])
def test_a_rule_finds_its_case(code: str, given: Facts, expected: list[int | None]) -> None:
    assert met(code, given) == expected


def test_an_innocent_act_is_left_alone_by_every_rule() -> None:
    assert [group.rule.code for group in exceptions.find(facts(ACT)) if group.found] == []


def test_every_rule_has_a_case() -> None:
    assert {code for code, _, expected in CASES if expected} == set(exceptions.BY_CODE)


def test_what_is_rejected_or_reversed_is_no_exception_any_more() -> None:
    gone = replace(ACT, reviewed="rejected", costed=False, grade="C", missing=("price_stale",), shares=share(used_days=6000, owner_id=20))
    assert [group.rule.code for group in exceptions.find(facts(gone)) if group.found] == []


def test_far_from_its_class_is_measured_by_the_median_deviation() -> None:
    usual = [replace(act, avoided=200_000 + 10_000 * act.id, cost=0) for act in several(6, 1)]
    odd = replace(ACT, id=9, avoided=2_000_000, cost=0)
    assert met("outlier", facts(*usual)) == []
    assert met("outlier", facts(*usual, odd)) == [9]
    assert met("outlier", facts(*usual, replace(odd, class_code="other"))) == []


def test_a_median_of_an_even_number_lies_between() -> None:
    assert median([Fraction(4), Fraction(1), Fraction(3), Fraction(2)]) == Fraction(5, 2)


def test_the_dearest_comes_first() -> None:
    acts = [replace(ACT, id=1, grade="C", avoided=10), replace(ACT, id=2, grade="C", avoided=-500), replace(ACT, id=3, grade="C", avoided=70)]
    assert met("grade_c", facts(*acts)) == [2, 3, 1]
