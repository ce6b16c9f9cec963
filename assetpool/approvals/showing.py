"""How the steps of a decision are shown: taken, awaited and to come, with the persons who could take each; before handing in and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals.candidates import Candidate, candidates
from assetpool.approvals.deadlines import days_left
from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.planning import Plan
from assetpool.approvals.queries import round_of
from assetpool.approvals.rules import Fired
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.core.money import yuan
from assetpool.org.models import Organization, Person, Role
from assetpool.org.queries import names, people
from assetpool.org.service import ROLE_WORDS
from assetpool.records.models import Document

MOST_NAMED = 6


@dataclass(frozen=True)
class ShownStep:
    """One step: its role and organization, who could take it, whether it is done, current, to come or not needed, by whom and until when."""

    stage: int
    role: str
    organization: Organization
    candidates: tuple[Candidate, ...]
    state: str
    any_of: bool = False
    why: str = ""
    days: int | None = None
    working: bool = True
    left: int | None = None
    taken_by: Person | None = None
    stood_in_for: Person | None = None
    taken_at: datetime | None = None

    @property
    def word(self) -> str:
        """Return the word of the role."""
        return ROLE_WORDS[Role(self.role)]

    @property
    def free(self) -> tuple[Candidate, ...]:
        """Return who may take it."""
        return tuple(one for one in self.candidates if not one.barred)

    @property
    def barred(self) -> tuple[Candidate, ...]:
        """Return who holds the role and may not take it."""
        return tuple(one for one in self.candidates if one.barred)


@dataclass(frozen=True)
class Round:
    """The steps in order, and what the rules counted: a sentence per rule that looks at a sum."""

    steps: tuple[ShownStep, ...] = ()
    sentences: tuple[str, ...] = ()
    rules_of: Organization | None = None
    on_paper: bool = False

    @property
    def asked(self) -> bool:
        """Say whether somebody is awaited now."""
        return any(step.state == "current" for step in self.steps)


def of_plan(session: Session, plan: Plan, barred: Mapping[int, str], day: date) -> Round:
    """Return the steps as they would be if it were handed in now."""
    able = candidates(session, [(step.role, step.organization_id) for step in plan.steps], barred, day)
    organizations = names(session, [*(step.organization_id for step in plan.steps), plan.rules_of])
    stages = _stages([step.stage for step in plan.steps])
    steps = tuple(
        ShownStep(stage, step.role, organizations[step.organization_id], tuple(some), "ahead", step.any_of, step.why, step.days, step.working)
        for step, some, stage in zip(plan.steps, able, stages, strict=True)
    )
    rules_of = organizations.get(plan.rules_of or 0) if plan.rule_set_id is not None else None
    return Round(steps, counted(plan.fired), rules_of, plan.on_paper and plan.rule_set_id is not None)


def _stages(given: Sequence[int | None]) -> list[int]:
    found: list[int] = []
    for position, stage in enumerate(given):
        same = position > 0 and stage is not None and stage == given[position - 1]
        found.append(found[-1] if same else (found[-1] + 1 if found else 0))
    return found


def of_document(session: Session, document: Document, barred: Mapping[int, str], plan: Plan | None = None) -> Round:
    """Return the steps of a document's last round; `plan` brings what the rules count now."""
    rows = round_of(session, document.id)
    if not rows:
        return Round()
    zone = session.get_one(Pool, document.pool_id).time_zone
    today = clock.today(zone)
    able = candidates(session, [(row.role, row.organization_id) for row in rows], barred, today)
    organizations = names(session, [*(row.organization_id for row in rows), plan.rules_of if plan else None])
    persons = people(session, [person for row in rows for person in (row.taken_by, row.stood_in_for)])
    steps = tuple(
        ShownStep(
            row.stage, row.role, organizations[row.organization_id], tuple(some), _state(row), row.any_of, row.why, row.deadline_days, row.deadline_working,
            days_left(row, today, zone) if row.closed_at is None else None, persons.get(row.taken_by or 0), persons.get(row.stood_in_for or 0), row.closed_at,
        )
        for row, some in zip(rows, able, strict=True)
    )  # fmt: skip
    by_rules = any(row.rule_set_id is not None for row in rows)
    return Round(steps, counted(plan.fired) if plan else (), organizations.get(plan.rules_of or 0) if plan and by_rules else None, bool(plan and plan.on_paper))


def _state(row: ApprovalDue) -> str:
    if row.closed_at is None:
        return "ahead" if row.opened_at is None else "current"
    return "done" if row.taken_by is not None else "off"


def counted(fired: Sequence[Fired]) -> tuple[str, ...]:
    """Write what rules that look at a sum counted: with which earlier documents, and how much that makes."""
    found = []
    for one in fired:
        if one.rule.value_over is not None and one.value is None:
            found.append(_("“%(rule)s” applies: a price is not on file, so the value counts as above the limit.", rule=one.rule.name))
        elif one.rule.value_over is not None and one.value is not None:
            said = {"rule": one.rule.name, "amount": yuan(one.value), "limit": yuan(one.rule.value_over)}
            found.append(
                _("“%(rule)s” applies: with %(numbers)s this makes %(amount)s yuan, more than %(limit)s.", numbers=_listed(one.counted), **said)
                if one.counted
                else _("“%(rule)s” applies: %(amount)s yuan, more than %(limit)s.", **said)
            )
        elif one.rule.units_over is not None and one.counted:
            found.append(
                _("“%(rule)s” applies: with %(numbers)s this makes %(units)s units, more than %(limit)s.", rule=one.rule.name, units=f"{one.units:,}",
                  limit=f"{one.rule.units_over:,}", numbers=_listed(one.counted))
            )  # fmt: skip
    return tuple(str(sentence) for sentence in found)


def _listed(numbers: Sequence[str]) -> str:
    shown = _(", ").join(numbers[:MOST_NAMED])
    left = len(numbers) - MOST_NAMED
    return str(_("%(numbers)s and %(count)s more", numbers=shown, count=left)) if left > 0 else str(shown)
