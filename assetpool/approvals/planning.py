"""From what is asked to who must say yes: the rules that hold for the asking organization, or the usual steps where none applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from assetpool.approvals import rule_sets
from assetpool.approvals.rules import Decision, Facts, Fired, Place, Rule, RuleStep, decide
from assetpool.org.models import Organization, Role
from assetpool.org.queries import holders, root_of


@dataclass(frozen=True)
class Step:
    """One yes that is needed: which step, by which role, for which organization; `stage` None: after the one before it.

    `any_of`: one of the stage is enough. `days`, `working`: how long it may take. `why`: the rule that asks for it.
    """

    step: str
    role: str
    organization_id: int
    stage: int | None = None
    any_of: bool = False
    days: int | None = None
    working: bool = True
    why: str = ""


@dataclass(frozen=True)
class Asked:
    """What the rules are asked about: the facts, who asks, and the organizations in their parts (None: there is none in this kind)."""

    facts: Facts
    requester_id: int
    asking_id: int
    giver_id: int | None = None
    receiver_id: int | None = None
    store_id: int | None = None


@dataclass(frozen=True)
class Plan:
    """The steps in order, and where they come from: the version of the rules (None: the usual steps) and the rules that apply."""

    steps: tuple[Step, ...]
    rule_set_id: int | None = None
    fired: tuple[Fired, ...] = ()
    on_paper: bool = False
    rules_of: int | None = None
    settings: rule_sets.Settings = field(default_factory=rule_sets.Settings)


def usual_steps(session: Session, requester_id: int, giving_organization_id: int, store_organization_id: int) -> list[Step]:
    """Return the default: an endorsement where the giving organization has a head other than the requester, then one approval.

    Source: INTERFACE.md, default approval.
    """
    endorsement = [Step("endorse", Role.HEAD, giving_organization_id)] if _others(session, Role.HEAD, giving_organization_id, requester_id) else []
    return [*endorsement, Step("approve", Role.APPROVER, store_organization_id)]


def _others(session: Session, role: str, organization_id: int, requester_id: int) -> bool:
    return any(person != requester_id for person in holders(session, role, organization_id, exactly=True))


def plan(session: Session, usual: Sequence[Step], asked: Asked) -> Plan:
    """Return the steps for what is asked; `usual` are those that hold where no rule applies."""
    found = rule_sets.held(session, asked.asking_id)
    decision = decide(found.rules, asked.facts)
    steps = _resolved(session, decision, asked, usual)
    row = found.row
    if row is None or not steps:
        return Plan(tuple(usual), None, decision.fired, found.settings.on_paper, row.organization_id if row else None, found.settings)
    return Plan(tuple(steps), row.id, decision.fired, found.settings.on_paper, row.organization_id, found.settings)


def _resolved(session: Session, decision: Decision, asked: Asked, usual: Sequence[Step]) -> list[Step]:
    """Return the steps at their organizations; two that meet at one organization are one, and an optional one that nobody holds is left out."""
    places = _places(session, asked)
    named = {(step.role, step.organization_id): step.step for step in usual}
    found: dict[tuple[str, int], Step] = {}
    for step in decision.steps:
        organization_id = step.organization_id if step.place == Place.NAMED else places.get(step.place)
        if organization_id is None or (step.optional and not _others(session, step.role, organization_id, asked.requester_id)):
            continue
        key = (step.role, organization_id)
        name = named.get(key) or ("endorse" if step.role == Role.HEAD else "approve")
        rules = [fired.rule for fired in decision.fired if any(_same(mine, step) for mine in fired.rule.steps)]
        again = found.pop(key, None)
        found[key] = Step(
            name,
            step.role,
            organization_id,
            step.stage,
            step.any_of and (again is None or again.any_of),
            step.days if again is None or again.days is None or (step.days is not None and step.days < again.days) else again.days,
            step.working,
            _names(rules),
        )
    return list(found.values())


def _same(one: RuleStep, other: RuleStep) -> bool:
    return (one.role, one.place, one.organization_id) == (other.role, other.place, other.organization_id)


def _names(rules: Sequence[Rule]) -> str:
    return " · ".join(dict.fromkeys(rule.name for rule in rules))[:200]


def _places(session: Session, asked: Asked) -> dict[str, int | None]:
    asking = session.get_one(Organization, asked.asking_id)
    root = root_of(session, asking.pool_id)
    return {
        Place.ASKING: asked.asking_id,
        Place.SUPERVISING: asking.parent_id or asked.asking_id,
        Place.GIVER: asked.giver_id or asked.store_id,
        Place.RECEIVER: asked.receiver_id or asked.asking_id,
        Place.STORE: asked.store_id or asked.giver_id,
        Place.ROOT: root.id if root is not None else None,
    }
