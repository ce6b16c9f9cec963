"""Versions of an organization's rules: publish a new one, find the one that holds, read its rules as the pure rule takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals.rule_models import ApprovalRule, ApprovalRuleStep, RuleSet
from assetpool.approvals.rules import Kind, Place, Rule, RuleStep
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.org.models import Organization, OrganizationKind, Role
from assetpool.org.queries import path_of
from assetpool.org.service import demand

DECIDING = (Role.HEAD, Role.APPROVER, Role.FINANCE, Role.CLERK, Role.KEEPER, Role.REVIEWER, Role.ADMINISTRATOR)
"""The roles that a step may ask for."""
MOST_RULES = 40
MOST_STEPS = 8
MOST_STAGES = 9
MOST_DAYS = 3660
BLOCK_AFTER_DAYS = 30
"""What holds where no rule set says otherwise: who has had things longer than this after their last day asks for nothing new."""
LARGEST = 10**13


@dataclass(frozen=True)
class Settings:
    """What a version says besides its rules: summing window, block, limits of the small lanes (0 things or units: the lane is closed)."""

    window_days: int = 90
    block_after_days: int | None = BLOCK_AFTER_DAYS
    iou_things: int = 5
    iou_days: int = 3
    emergency_units: int = 50
    emergency_days: int = 7
    emergency_value: int | None = 5_000_000
    on_paper: bool = False


@dataclass(frozen=True)
class Held:
    """The version that holds for an organization (None: none above it either), with its rules and settings."""

    row: RuleSet | None
    rules: tuple[Rule, ...]
    settings: Settings


def publish(
    session: Session, organization_id: int, rules: Sequence[Rule], settings: Settings | None = None, *, by: int, note: str = "", inherits: bool = False
) -> RuleSet:
    """Publish a new version of an organization's rules; what is under decision already keeps its steps. Raise NotAllowed, FieldInvalid."""
    access = demand(session, by, Role.ADMINISTRATOR, organization_id)
    session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update())
    _check(session, access.pool_id, rules)
    said = _checked(settings or Settings())
    last = session.scalar(select(func.max(RuleSet.version)).where(RuleSet.organization_id == organization_id)) or 0
    row = RuleSet(
        pool_id=access.pool_id,
        organization_id=organization_id,
        version=last + 1,
        inherits=inherits,
        note=note.strip()[:2000],
        made_by=by,
        made_at=clock.now(),
        **{name: getattr(said, name) for name in Settings.__dataclass_fields__},
    )
    session.add(row)
    session.flush()
    for position, rule in enumerate(rules):
        _write(session, row.id, position, rule)
    session.flush()
    return row


def _write(session: Session, rule_set_id: int, position: int, rule: Rule) -> None:
    kept = ApprovalRule(
        rule_set_id=rule_set_id,
        position=position,
        name=rule.name.strip(),
        kinds=" ".join(sorted(rule.kinds)),
        value_over=rule.value_over,
        units_over=rule.units_over,
        days_over=rule.days_over,
        class_code=rule.class_code.strip(),
        organization_id=rule.organization_id,
        organization_kind=rule.organization_kind,
    )
    session.add(kept)
    session.flush()
    for place, step in enumerate(rule.steps):
        session.add(
            ApprovalRuleStep(
                rule_id=kept.id,
                position=place,
                stage=step.stage,
                role=step.role,
                place=step.place,
                organization_id=step.organization_id,
                any_of=step.any_of,
                optional=step.optional,
                deadline_days=step.days,
                deadline_working=step.working,
            )
        )


def _refuse(field: str, problem: str) -> FieldInvalid:
    return FieldInvalid(field=Word(field), problem=Word(problem))


def _checked(said: Settings) -> Settings:
    numbers = (said.window_days, said.block_after_days or 0, said.iou_things, said.iou_days, said.emergency_units, said.emergency_days)
    if not all(0 <= number <= MOST_DAYS for number in numbers) or not 0 <= (said.emergency_value or 0) <= LARGEST:
        raise _refuse(N_("Limits"), N_("enter whole numbers from 0 to 3,660, and amounts of 0 or more."))
    return said


def _check(session: Session, pool_id: int, rules: Sequence[Rule]) -> None:
    if len(rules) > MOST_RULES:
        raise _refuse(N_("Rules"), N_("40 rules are the most. Join some of them."))
    named = {rule.organization_id for rule in rules} | {step.organization_id for rule in rules for step in rule.steps}
    known = set(session.scalars(select(Organization.id).where(Organization.pool_id == pool_id, Organization.id.in_(named - {None}))))
    if named - {None} - known:
        raise _refuse(N_("Organization"), N_("choose an organization from the list."))
    for rule in rules:
        _check_conditions(rule)
        _check_steps(rule)


def _check_conditions(rule: Rule) -> None:
    if not rule.name.strip() or len(rule.name) > 120:
        raise _refuse(N_("Name of the rule"), N_("give each rule a name that says when it applies."))
    if rule.kinds - set(Kind):
        raise _refuse(N_("Kind of document"), N_("choose from the list."))
    if rule.organization_kind and rule.organization_kind not in set(OrganizationKind):
        raise _refuse(N_("Kind of organization"), N_("choose province, city, county, department or temporary."))
    for limit in (rule.value_over, rule.units_over, rule.days_over):
        if limit is not None and not 0 <= limit <= LARGEST:
            raise _refuse(N_("Limits"), N_("enter whole numbers from 0 to 3,660, and amounts of 0 or more."))


def _check_steps(rule: Rule) -> None:
    if not 1 <= len(rule.steps) <= MOST_STEPS:
        raise _refuse(N_("Steps"), N_("give each rule one to eight steps."))
    for step in rule.steps:
        if step.role not in DECIDING:
            raise _refuse(N_("Role"), N_("choose one of the roles in the list."))
        if step.place not in set(Place) or (step.place == Place.NAMED) != (step.organization_id is not None):
            raise _refuse(N_("At which organization"), N_("choose from the list; where one is named, say which."))
        if not 1 <= step.stage <= MOST_STAGES:
            raise _refuse(N_("Order"), N_("enter a number from 1 to 9."))
        if step.days is not None and not 0 <= step.days <= MOST_DAYS:
            raise _refuse(N_("Days"), N_("enter a whole number from 0 to 3,660."))


def current(session: Session, organization_ids: Iterable[int]) -> dict[int, RuleSet]:
    """Return the newest version of each organization that has one, in one query."""
    newest = (
        select(RuleSet.organization_id, func.max(RuleSet.version).label("version"))
        .where(RuleSet.organization_id.in_(set(organization_ids)))
        .group_by(RuleSet.organization_id)
        .subquery()
    )
    statement = select(RuleSet).join(newest, (newest.c.organization_id == RuleSet.organization_id) & (newest.c.version == RuleSet.version))
    return {row.organization_id: row for row in session.scalars(statement)}


def held(session: Session, organization_id: int) -> Held:
    """Return what holds for an organization: its own newest version, or the nearest one above it; settings without any are the usual ones."""
    above = [int(part) for part in path_of(session, organization_id).split("/") if part]
    found = current(session, above)
    row = next((found[one] for one in reversed(above) if one in found and not found[one].inherits), None)
    if row is None:
        return Held(None, (), Settings())
    return Held(row, rules_of(session, row.id), settings_of(row))


def settings_of(row: RuleSet) -> Settings:
    """Return what a version says besides its rules."""
    return Settings(**{name: getattr(row, name) for name in Settings.__dataclass_fields__})


def rules_of(session: Session, rule_set_id: int) -> tuple[Rule, ...]:
    """Return the rules of a version in order, in two queries."""
    rows = list(session.scalars(select(ApprovalRule).where(ApprovalRule.rule_set_id == rule_set_id).order_by(ApprovalRule.position)))
    steps: dict[int, list[RuleStep]] = defaultdict(list)
    wanted = select(ApprovalRuleStep).where(ApprovalRuleStep.rule_id.in_([row.id for row in rows]))
    for step in session.scalars(wanted.order_by(ApprovalRuleStep.rule_id, ApprovalRuleStep.position)):
        steps[step.rule_id].append(
            RuleStep(
                step.role, step.place, step.stage, step.organization_id, step.any_of, step.optional, step.deadline_days, step.deadline_working
            )
        )  # fmt: skip
    return tuple(
        Rule(
            row.name,
            tuple(steps[row.id]),
            frozenset(row.kinds.split()),
            row.value_over,
            row.units_over,
            row.days_over,
            row.class_code,
            row.organization_id,
            row.organization_kind,
        )
        for row in rows
    )
