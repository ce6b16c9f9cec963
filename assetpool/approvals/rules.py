"""Which steps a decision takes: rules as plain data over the facts of what is asked. Knows neither database nor clock.

Every rule whose conditions all hold adds its steps. Steps of one role at one place are taken once, at the latest place in the order that any rule
gives them and within the shortest time. Value and quantity are those of the lines a rule's class covers, together with what the same organization
asked of the same classes lately, so that a large need cut into small ones meets the same rule. A value nobody knows counts as above every limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is decided upon."""

    LOAN = "loan"
    REALLOCATION = "reallocation"
    INTAKE = "intake"
    TRANSFER = "transfer"
    CHANGE = "change"
    EXTENSION = "extension"
    OVERRIDE = "override"
    STOCKTAKE = "stocktake"


class Place(StrEnum):
    """At which organization a step's role is held."""

    ASKING = "asking"
    SUPERVISING = "supervising"
    GIVER = "giver"
    RECEIVER = "receiver"
    STORE = "store"
    ROOT = "root"
    NAMED = "named"


@dataclass(frozen=True)
class Part:
    """What is asked of one class: path of the class (`A05000000/A05010000/A05010303`), value in fen (None: not known) and units."""

    class_path: str
    value: int | None
    units: int


@dataclass(frozen=True)
class Earlier:
    """What the same organization asked of one class lately, with the number of that document."""

    number: str
    part: Part


@dataclass(frozen=True)
class Facts:
    """What is asked: kind of decision, the asking organization (path of ids and kind), parts by class, days (None: for good), and what came before."""

    kind: str
    organization_path: str
    organization_kind: str
    parts: tuple[Part, ...] = ()
    days: int | None = None
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class RuleStep:
    """One yes that a rule asks for: a role at a place; steps of one stage are asked at once, of those marked `any_of` one is enough.

    `optional`: only where somebody holds the role at that organization itself. `days`: how long it may take (None: as long as it takes).
    """

    role: str
    place: str
    stage: int = 1
    organization_id: int | None = None
    any_of: bool = False
    optional: bool = False
    days: int | None = None
    working: bool = True


@dataclass(frozen=True)
class Rule:
    """Conditions that must all hold (an empty one always does), and the steps they add. Limits are exceeded, not reached."""

    name: str
    steps: tuple[RuleStep, ...] = ()
    kinds: frozenset[str] = frozenset()
    value_over: int | None = None
    units_over: int | None = None
    days_over: int | None = None
    class_code: str = ""
    organization_id: int | None = None
    organization_kind: str = ""


@dataclass(frozen=True)
class Fired:
    """A rule that applies, what is asked under it in fen (None: not known) and units, and the earlier documents counted with it."""

    rule: Rule
    value: int | None
    units: int
    counted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The steps in their order (stages numbered from 0 without gaps) and the rules that asked for them; no steps: no rule applies."""

    steps: tuple[RuleStep, ...] = ()
    fired: tuple[Fired, ...] = ()


def decide(rules: Iterable[Rule], facts: Facts) -> Decision:
    """Return the steps that the rules ask for, and which rules those are."""
    fired = tuple(found for rule in rules if (found := _fires(rule, facts)) is not None)
    return Decision(merged([step for one in fired for step in one.rule.steps]), fired)


def _fires(rule: Rule, facts: Facts) -> Fired | None:
    if rule.kinds and facts.kind not in rule.kinds:
        return None
    if rule.organization_kind and facts.organization_kind != rule.organization_kind:
        return None
    if rule.organization_id is not None and f"/{rule.organization_id}/" not in facts.organization_path:
        return None
    if rule.days_over is not None and facts.days is not None and facts.days <= rule.days_over:
        return None
    own = [part for part in facts.parts if covers(rule.class_code, part.class_path)]
    if rule.class_code and not own:
        return None
    before = [one for one in facts.earlier if covers(rule.class_code, one.part.class_path)]
    together = [*own, *(one.part for one in before)]
    value, units = worth(together), sum(part.units for part in together)
    if rule.value_over is not None and value is not None and value <= rule.value_over:
        return None
    if rule.units_over is not None and units <= rule.units_over:
        return None
    limited = rule.value_over is not None or rule.units_over is not None
    counted = tuple(dict.fromkeys(one.number for one in before)) if limited else ()
    return Fired(rule, value, units, counted)


def worth(parts: Iterable[Part]) -> int | None:
    """Return what parts are worth together in fen; None as soon as the value of one is not known."""
    total = 0
    for part in parts:
        if part.value is None:
            return None
        total += part.value
    return total


def covers(code: str, class_path: str) -> bool:
    """Say whether a class code stands for a class or one above it on its path; the zeros that fill a code up stand for anything below."""
    wanted = code.strip()
    if not wanted:
        return True
    short = wanted.rstrip("0")
    if len(short) % 2 == 0:
        # Codes grow by two digits after their letter: A10000000 stands for A10…, not for A1….
        short += "0"
    return any(segment == wanted or segment.startswith(short) for segment in class_path.split("/") if segment)


def merged(steps: Sequence[RuleStep]) -> tuple[RuleStep, ...]:
    """Return steps without repetition, in the order of their stages: the latest stage, the shortest time, and required where one rule requires it."""
    found: dict[tuple[str, str, int | None], RuleStep] = {}
    for step in steps:
        key = (step.role, step.place, step.organization_id)
        known = found.get(key)
        found[key] = step if known is None else _both(known, step)
    stages = sorted({step.stage for step in found.values()})
    ordered = sorted(found.values(), key=lambda step: step.stage)
    return tuple(_at(step, stages.index(step.stage)) for step in ordered)


def _both(one: RuleStep, other: RuleStep) -> RuleStep:
    timed = [step for step in (one, other) if step.days is not None]
    # A calendar day is never longer than a working day, so at equal counts the calendar one is the shorter.
    tight = min(timed, key=lambda step: (step.days or 0, step.working)) if timed else one
    return RuleStep(
        role=one.role,
        place=one.place,
        stage=max(one.stage, other.stage),
        organization_id=one.organization_id,
        any_of=one.any_of and other.any_of,
        optional=one.optional and other.optional,
        days=tight.days,
        working=tight.working,
    )


def _at(step: RuleStep, stage: int) -> RuleStep:
    return RuleStep(step.role, step.place, stage, step.organization_id, step.any_of, step.optional, step.days, step.working)
