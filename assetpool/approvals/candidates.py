"""Who could take a step: holders of its role at the organization or above, the nearest first, and their stand-ins; and who may not, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.standing_in import standing_in_for
from assetpool.org.models import Membership, Organization, Person

Place = tuple[str, int]
"""A role and the organization it is asked at."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a step, from which organization, perhaps in somebody's place; `barred` says as what they acted before."""

    person: Person
    organization: Organization
    nearest: bool
    stands_for: Person | None = None
    barred: str = ""


def candidates(session: Session, steps: Sequence[Place], barred: Mapping[int, str], day: date) -> list[list[Candidate]]:
    """Return for each step who could take it, the nearest first; three queries however many steps."""
    places = {organization_id for _role, organization_id in steps}
    paths = session.execute(select(Organization.id, Organization.path).where(Organization.id.in_(places)))
    above = {row.id: [int(part) for part in row.path.split("/") if part] for row in paths}
    rows = session.execute(
        select(Membership.role, Organization, Person)
        .join(Organization, Organization.id == Membership.organization_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.active, Membership.role.in_({role for role, _place in steps}), Organization.id.in_({one for some in above.values() for one in some}))
        .order_by(Person.name, Person.id)
    ).all()
    absent: dict[int, list[tuple[str, Person]]] = {}
    for row, stand_in in standing_in_for(session, {person.id for _role, _organization, person in rows}, day):
        absent.setdefault(row.person_id, []).append((row.role, stand_in))
    found = []
    for role, place in steps:
        held = [(organization, person) for held_role, organization, person in rows if held_role == role and organization.id in above.get(place, ())]
        held.sort(key=lambda one: -above[place].index(one[0].id))
        found.append(_of_step(role, held, absent, barred))
    return found


def _of_step(
    role: str, held: Sequence[tuple[Organization, Person]], absent: Mapping[int, Sequence[tuple[str, Person]]], barred: Mapping[int, str]
) -> list[Candidate]:
    found: dict[int, Candidate] = {}
    for organization, person in held:
        nearest = organization.id == held[0][0].id
        found.setdefault(person.id, Candidate(person, organization, nearest, None, barred.get(person.id, "")))
    for organization, person in held:
        for for_role, stand_in in absent.get(person.id, ()):
            # Who may not decide lends nobody the right to.
            if for_role in ("", role) and person.id not in barred and stand_in.id not in found:
                nearest = organization.id == held[0][0].id
                found[stand_in.id] = Candidate(stand_in, organization, nearest, person, barred.get(stand_in.id, ""))
    return list(found.values())
