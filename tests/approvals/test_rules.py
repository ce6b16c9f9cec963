"""Which steps a decision takes: every condition by itself at its edge, joining, splitting, order; and properties over random rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.approvals.rules import Earlier, Facts, Kind, Part, Place, Rule, RuleStep, covers, decide, merged, worth

DESKS = "A05000000/A05010000/A05010201"
COMPUTERS = "A02000000/A02010000/A02010105"
STEP = RuleStep("finance", Place.ROOT, 2)
FACTS = Facts(Kind.LOAN, "/1/2/", "department", (Part(DESKS, 5_000_000, 50),), days=10)


def fires(rule: Rule, facts: Facts = FACTS) -> bool:
    return bool(decide([replace(rule, name="r", steps=(STEP,))], facts).fired)


@pytest.mark.parametrize(
    ("rule", "applies"),
    [
        (Rule(""), True),
        (Rule("", kinds=frozenset({Kind.LOAN})), True),
        (Rule("", kinds=frozenset({Kind.INTAKE, Kind.TRANSFER})), False),
        (Rule("", value_over=4_999_999), True),
        (Rule("", value_over=5_000_000), False),
        (Rule("", units_over=49), True),
        (Rule("", units_over=50), False),
        (Rule("", days_over=9), True),
        (Rule("", days_over=10), False),
        (Rule("", class_code="A05000000"), True),
        (Rule("", class_code="A02000000"), False),
        (Rule("", organization_id=1), True),
        (Rule("", organization_id=2), True),
        (Rule("", organization_id=3), False),
        (Rule("", organization_kind="department"), True),
        (Rule("", organization_kind="temporary"), False),
        (Rule("", value_over=1, units_over=1, days_over=1, class_code="A05000000"), True),
        (Rule("", value_over=1, units_over=1, days_over=1, class_code="A02000000"), False),
    ],
)
def test_each_condition_holds_or_not_at_its_edge(rule: Rule, applies: bool) -> None:
    assert fires(rule) is applies


def test_for_good_lasts_longer_than_any_days() -> None:
    assert fires(Rule("", days_over=3660), replace(FACTS, days=None))


def test_a_value_that_nobody_knows_is_above_every_limit() -> None:
    unknown = replace(FACTS, parts=(Part(DESKS, 100, 1), Part(DESKS, None, 1)))
    assert (fires(Rule("", value_over=10**12), unknown), worth(unknown.parts)) == (True, None)


def test_only_the_lines_of_the_rule_s_class_count() -> None:
    mixed = replace(FACTS, parts=(Part(DESKS, 4_000_000, 40), Part(COMPUTERS, 3_000_000, 6)))
    rule = Rule("", value_over=3_999_999, class_code="A02000000")
    assert (fires(rule, mixed), fires(replace(rule, class_code="A05010000"), mixed), fires(replace(rule, class_code=""), mixed)) == (False, True, True)


def test_what_was_asked_for_lately_counts_and_is_named() -> None:
    before = (Earlier("RQ-2026-000001", Part(DESKS, 3_000_000, 30)), Earlier("RQ-2026-000002", Part(COMPUTERS, 9_000_000, 9)))
    rule = Rule("dear furniture", (STEP,), value_over=7_900_000, class_code="A05000000")
    (fired,) = decide([rule], replace(FACTS, earlier=before)).fired
    assert (fired.value, fired.units, fired.counted) == (8_000_000, 80, ("RQ-2026-000001",))
    assert not fires(rule)


@pytest.mark.parametrize(
    ("code", "path", "yes"),
    [
        ("A05000000", DESKS, True),
        ("A05010000", DESKS, True),
        ("A05010201", DESKS, True),
        ("A05020000", DESKS, False),
        ("A05010303", DESKS, False),
        ("A10000000", "A11000000/A11010000", False),
        ("A10000000", "A10010000", True),
        (" ", "", True),
        ("A05", DESKS, True),
        ("A05000000", "", False),
    ],
)
def test_a_class_stands_for_what_lies_below_it(code: str, path: str, yes: bool) -> None:
    assert covers(code, path) is yes


def test_one_role_at_one_place_is_asked_once_at_the_latest_stage_within_the_shortest_time() -> None:
    steps = merged(
        [
            RuleStep("approver", Place.STORE, 2, days=5),
            RuleStep("head", Place.ASKING, 1, optional=True),
            RuleStep("approver", Place.STORE, 4, any_of=True, days=3),
            RuleStep("head", Place.ASKING, 1),
        ]
    )
    assert steps == (RuleStep("head", Place.ASKING, 0, optional=False), RuleStep("approver", Place.STORE, 1, any_of=False, days=3))


def test_no_rule_asks_for_nothing() -> None:
    assert decide([], FACTS).steps == decide([Rule("r", (STEP,), kinds=frozenset({Kind.INTAKE}))], FACTS).steps == ()


ROLES = st.sampled_from(["head", "approver", "finance", "keeper"])
STEPS = st.builds(
    RuleStep,
    role=ROLES,
    place=st.sampled_from([Place.ASKING, Place.STORE, Place.ROOT]),
    stage=st.integers(1, 4),
    any_of=st.booleans(),
    optional=st.booleans(),
    days=st.none() | st.integers(0, 9),
    working=st.booleans(),
)
RULES = st.builds(
    Rule,
    name=st.just("r"),
    steps=st.lists(STEPS, min_size=1, max_size=4).map(tuple),
    kinds=st.frozensets(st.sampled_from(list(Kind)), max_size=2),
    value_over=st.none() | st.integers(0, 100),
    units_over=st.none() | st.integers(0, 10),
    days_over=st.none() | st.integers(0, 10),
    class_code=st.sampled_from(["", "A05000000", "A02010000"]),
    organization_id=st.none() | st.integers(1, 3),
    organization_kind=st.sampled_from(["", "county", "temporary"]),
)
PARTS = st.builds(Part, class_path=st.sampled_from([DESKS, COMPUTERS, ""]), value=st.none() | st.integers(0, 80), units=st.integers(1, 8))
ALL = st.builds(
    Facts,
    kind=st.sampled_from(list(Kind)),
    organization_path=st.sampled_from(["/1/", "/1/2/", "/1/3/"]),
    organization_kind=st.sampled_from(["county", "temporary", "department"]),
    parts=st.lists(PARTS, max_size=3).map(tuple),
    days=st.none() | st.integers(1, 12),
    earlier=st.lists(st.builds(Earlier, number=st.sampled_from(["RQ-1", "RQ-2"]), part=PARTS), max_size=3).map(tuple),
)


def said(rule: Rule, facts: Facts) -> bool:
    """Say the definition once more, in the plainest words."""
    lines = [part for part in facts.parts if covers(rule.class_code, part.class_path)]
    counted = [*lines, *(one.part for one in facts.earlier if covers(rule.class_code, one.part.class_path))]
    unknown = any(part.value is None for part in counted)
    return all(
        [
            not rule.kinds or facts.kind in rule.kinds,
            rule.value_over is None or unknown or sum(part.value or 0 for part in counted) > rule.value_over,
            rule.units_over is None or sum(part.units for part in counted) > rule.units_over,
            rule.days_over is None or facts.days is None or facts.days > rule.days_over,
            not rule.class_code or bool(lines),
            rule.organization_id is None or str(rule.organization_id) in facts.organization_path.split("/"),
            rule.organization_kind in ("", facts.organization_kind),
        ]
    )


@given(st.lists(RULES, max_size=4), ALL)
def test_the_rules_that_apply_are_those_of_the_definition_and_every_step_is_there_once(rules: list[Rule], facts: Facts) -> None:
    found = decide(rules, facts)
    applying = [rule for rule in rules if said(rule, facts)]
    assert [fired.rule for fired in found.fired] == applying
    wanted = {(step.role, step.place) for rule in applying for step in rule.steps}
    assert [(step.role, step.place) for step in found.steps] == list(dict.fromkeys((step.role, step.place) for step in found.steps))
    assert {(step.role, step.place) for step in found.steps} == wanted
    assert [step.stage for step in found.steps] == sorted(step.stage for step in found.steps)
    assert {step.stage for step in found.steps} == set(range(len({step.stage for step in found.steps})))


@given(st.lists(RULES, max_size=4), ALL, PARTS)
def test_asking_for_more_never_takes_a_step_away(rules: list[Rule], facts: Facts, more: Part) -> None:
    before, after = decide(rules, facts), decide(rules, replace(facts, parts=(*facts.parts, more)))
    assert {(step.role, step.place) for step in before.steps} <= {(step.role, step.place) for step in after.steps}


@given(st.lists(RULES, max_size=4), ALL)
def test_splitting_a_need_meets_the_same_rules_as_asking_at_once(rules: list[Rule], facts: Facts) -> None:
    whole = replace(facts, parts=(*facts.parts, *facts.parts), earlier=())
    half = replace(facts, earlier=tuple(Earlier("RQ-1", part) for part in facts.parts))
    assert decide(rules, half).steps == decide(rules, whole).steps
