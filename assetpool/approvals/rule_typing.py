"""The rules as the plain form of the administration carries them: fields `rule-0-name`, `rule-0-step-1-role`, … there and back.

A form may hold any number of rules and steps; a step without a role is an empty row and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assetpool.approvals.rule_sets import MOST_RULES, MOST_STEPS, Settings
from assetpool.approvals.rules import Kind, Place, Rule, RuleStep
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.money import parse_yuan, yuan

Typed = Mapping[str, str]
USUAL = Rule(
    "-",
    (RuleStep("head", Place.ASKING, 1, optional=True, days=2), RuleStep("approver", Place.STORE, 2, days=2)),
)


def as_fields(rules: Sequence[Rule], settings: Settings) -> dict[str, str]:
    """Return rules and settings as the fields of the form."""
    found = {
        "rules": str(len(rules)),
        "window_days": str(settings.window_days),
        "block_after_days": "" if settings.block_after_days is None else str(settings.block_after_days),
        "iou_things": str(settings.iou_things),
        "iou_days": str(settings.iou_days),
        "emergency_units": str(settings.emergency_units),
        "emergency_days": str(settings.emergency_days),
        "emergency_value": "" if settings.emergency_value is None else yuan(settings.emergency_value, grouped=False),
        "on_paper": "1" if settings.on_paper else "",
    }
    for number, rule in enumerate(rules):
        found |= _rule_fields(f"rule-{number}-", rule)
    return found


def _rule_fields(prefix: str, rule: Rule) -> dict[str, str]:
    found = {
        f"{prefix}name": rule.name,
        f"{prefix}value": "" if rule.value_over is None else yuan(rule.value_over, grouped=False),
        f"{prefix}units": _number(rule.units_over),
        f"{prefix}days": _number(rule.days_over),
        f"{prefix}class": rule.class_code,
        f"{prefix}organization": _number(rule.organization_id),
        f"{prefix}organization-kind": rule.organization_kind,
        f"{prefix}steps": str(len(rule.steps)),
        **{f"{prefix}kind-{kind}": "1" for kind in rule.kinds},
    }
    for place, step in enumerate(rule.steps):
        at = f"{prefix}step-{place}-"
        found |= {
            f"{at}stage": str(step.stage),
            f"{at}role": step.role,
            f"{at}place": step.place,
            f"{at}organization": _number(step.organization_id),
            f"{at}any": "1" if step.any_of else "",
            f"{at}optional": "1" if step.optional else "",
            f"{at}days": _number(step.days),
            f"{at}working": "working" if step.working else "calendar",
        }
    return found


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def counts(typed: Typed) -> list[int]:
    """Return how many step rows each rule of the form has."""
    rules = min(_count(typed.get("rules", "0")), MOST_RULES)
    return [min(_count(typed.get(f"rule-{number}-steps", "1")), MOST_STEPS) for number in range(rules)]


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def reshaped(typed: Typed, wish: str) -> dict[str, str]:
    """Return the form after a row was added or taken out: `add-rule`, `remove-rule-2`, `add-step-1`; `fresh` names the first field of a new one."""
    found = dict(typed)
    shape = counts(typed)
    act, _dash, number = wish.rpartition("-")
    if wish == "add-rule" and len(shape) < MOST_RULES:
        name = f"rule-{len(shape)}-name"
        found |= {**_rule_fields(f"rule-{len(shape)}-", USUAL), "rules": str(len(shape) + 1), name: "", "fresh": name}
    elif act == "add-step" and number.isdigit() and int(number) < len(shape):
        steps = min(shape[int(number)] + 1, MOST_STEPS)
        found |= {f"rule-{number}-steps": str(steps), "fresh": f"rule-{number}-step-{steps - 1}-stage"}
    elif act == "remove-rule" and number.isdigit() and int(number) < len(shape):
        found = _without(found, int(number), len(shape))
    return found


def _without(typed: Typed, gone: int, count: int) -> dict[str, str]:
    found = {name: value for name, value in typed.items() if not name.startswith("rule-")}
    left = [number for number in range(count) if number != gone]
    for place, number in enumerate(left):
        old = f"rule-{number}-"
        found |= {f"rule-{place}-{name.removeprefix(old)}": value for name, value in typed.items() if name.startswith(old)}
    return {**found, "rules": str(len(left))}


def rules_in(typed: Typed) -> list[Rule]:
    """Read the rules of the form; raise FieldInvalid with what cannot be read. Whether they make sense, the service says."""
    return [_rule(typed, f"rule-{number}-", steps) for number, steps in enumerate(counts(typed))]


def _rule(typed: Typed, prefix: str, steps: int) -> Rule:
    def said(name: str) -> str:
        return typed.get(prefix + name, "").replace("\0", "").strip()

    return Rule(
        name=said("name"),
        steps=tuple(_step(typed, f"{prefix}step-{place}-") for place in range(steps) if typed.get(f"{prefix}step-{place}-role")),
        kinds=frozenset(kind for kind in Kind if typed.get(f"{prefix}kind-{kind}")),
        value_over=amount(said("value")),
        units_over=whole(said("units")),
        days_over=whole(said("days")),
        class_code=said("class")[:20],
        organization_id=whole(said("organization")),
        organization_kind=said("organization-kind"),
    )


def _step(typed: Typed, at: str) -> RuleStep:
    place = typed.get(f"{at}place", "")
    return RuleStep(
        role=typed.get(f"{at}role", ""),
        place=place,
        stage=whole(typed.get(f"{at}stage", "")) or 1,
        organization_id=whole(typed.get(f"{at}organization", "")) if place == Place.NAMED else None,
        any_of=bool(typed.get(f"{at}any")),
        optional=bool(typed.get(f"{at}optional")),
        days=whole(typed.get(f"{at}days", "")),
        working=typed.get(f"{at}working", "working") != "calendar",
    )


def settings_in(typed: Typed) -> Settings:
    """Read the settings of the form; an empty block never blocks, an empty value has no limit."""
    return Settings(
        window_days=whole(typed.get("window_days", "")) or 0,
        block_after_days=whole(typed.get("block_after_days", "")),
        iou_things=whole(typed.get("iou_things", "")) or 0,
        iou_days=whole(typed.get("iou_days", "")) or 0,
        emergency_units=whole(typed.get("emergency_units", "")) or 0,
        emergency_days=whole(typed.get("emergency_days", "")) or 0,
        emergency_value=amount(typed.get("emergency_value", "")),
        on_paper=bool(typed.get("on_paper")),
    )


def whole(text: str) -> int | None:
    """Read a whole number; None where nothing was typed; raise FieldInvalid."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise FieldInvalid(field=text[:40], problem=Word(N_("enter a whole number.")))
    return int(text)


def amount(text: str) -> int | None:
    """Read an amount of yuan as fen; None where nothing was typed; raise FieldInvalid."""
    if not text.strip():
        return None
    try:
        return parse_yuan(text)
    except ValueError as error:
        raise FieldInvalid(field=text[:40], problem=Word(N_("enter an amount in yuan, such as 50000 or 1,234.50."))) from error
