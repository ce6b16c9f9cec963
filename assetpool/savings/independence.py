"""Who stands apart from an act: a reviewer from another organization than its giver, receiver and operator, where there is one (SAVINGS.md, rule 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError
from assetpool.org.models import Membership, Person, Role
from assetpool.savings.models import SavingAct
from assetpool.savings.origins import Budgets, budgets

SIDES = {"giver": N_("giver"), "receiver": N_("receiver"), "operator": N_("operator of the store")}


class FromWithin(DomainError):
    """The reviewer belongs to a side of the act, and the pool has others."""

    status = 403
    sentence = N_("%(number)s: you belong to its %(side)s. The pool has reviewers of other organizations (%(count)d of them); let one of them decide.")


@dataclass(frozen=True)
class Side:
    """The side of an act a person belongs to, by which organization, and how many reviewers stand outside all its sides."""

    side: str
    organization_id: int
    outside: int


def sides_of(session: Session, acts: Iterable[SavingAct], by: int, inside: Mapping[int, Mapping[int, str]]) -> dict[int, Side]:
    """Return per act on whose side a person stands; acts the person stands apart from are left out. `inside`: who took part in each act.

    People belong to the budget organizations of their memberships; an auditor's membership is none. The queries are fixed in number.
    """
    acts = list(acts)
    operators = {row.id: row.organization_id for row in session.scalars(select(Store).where(Store.id.in_({act.store_id for act in acts})))}
    parties = {act.id: _parties(act, operators.get(act.store_id or 0)) for act in acts}
    belongings = _belongings(session, by)
    concerned = {i for sides in parties.values() for i in sides.values()} | {i for some in belongings.values() for i, _ in some}
    known = budgets(session, concerned)
    found: dict[int, Side] = {}
    for act in acts:
        taken = {known.of(organization_id): side for side, organization_id in reversed(parties[act.id].items())}
        mine = next((i for i, _ in belongings.get(by, ()) if known.of(i) in taken), None)
        if mine is not None:
            scope = operators.get(act.store_id or 0, act.receiver_id)
            found[act.id] = Side(taken[known.of(mine)], mine, _outside(known, belongings, taken, scope, inside.get(act.id, {}), by))
    return found


def _parties(act: SavingAct, operator_id: int | None) -> dict[str, int]:
    sides = {"giver": act.giver_id, "receiver": act.receiver_id, "operator": operator_id}
    return {side: organization_id for side, organization_id in sides.items() if organization_id is not None}


def _belongings(session: Session, by: int) -> dict[int, list[tuple[int, str]]]:
    """Return the memberships (organization, role) of this person and of all active reviewers of the pool."""
    reviewers = select(Membership.person_id).where(Membership.role == Role.REVIEWER)
    statement = (
        select(Membership.person_id, Membership.organization_id, Membership.role)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.active, Membership.role != Role.AUDITOR, (Person.id == by) | Person.id.in_(reviewers))
        .order_by(Membership.person_id, Membership.id)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.person_id].append((row.organization_id, row.role))
    return found


def _outside(known: Budgets, belongings: Mapping[int, list[tuple[int, str]]], taken: Mapping[int, str], scope: int, inside: Mapping[int, str], by: int) -> int:
    """Count the reviewers for an organization who took no part and belong to none of the sides."""
    above = {row.id for row in known.line(scope)}
    return sum(
        person_id != by
        and person_id not in inside
        and any(role == Role.REVIEWER and i in above for i, role in some)
        and not any(known.of(i) in taken for i, _ in some)
        for person_id, some in belongings.items()
    )
