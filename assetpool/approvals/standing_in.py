"""Stand-ins with dates: another person decides in somebody's place. Who may not decide lends nobody the right to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from assetpool.approvals.rule_models import StandIn
from assetpool.approvals.rule_sets import DECIDING
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, NotFound, Word
from assetpool.core.models import Pool
from assetpool.org.models import Membership, Organization, Person, Role
from assetpool.org.queries import Grant, access_of
from assetpool.org.service import ROLE_WORDS


class StandsInForNobody(DomainError):
    """Only somebody who decides needs a stand-in."""

    status = 422
    sentence = N_("%(name)s has no role that decides, so nobody can stand in. Choose somebody who decides.")


@dataclass(frozen=True)
class Lent:
    """A right to decide that a person holds in somebody's place."""

    person_id: int
    grant: Grant


def appoint(session: Session, person_id: int, stand_in_id: int, first_day: date, last_day: date, *, by: int, role: str = "", reason: str = "") -> StandIn:
    """Let another person decide in somebody's place from day to day; the person or their administrator says so. Raise NotAllowed, FieldInvalid."""
    person, stand_in = session.get(Person, person_id), session.get(Person, stand_in_id)
    mine = access_of(session, by)
    if person is None or stand_in is None or person.pool_id != mine.pool_id or stand_in.pool_id != mine.pool_id or not stand_in.active:
        raise FieldInvalid(field=Word(N_("Stand-in")), problem=Word(N_("choose a person from the list.")))
    _may_arrange(session, by, person_id)
    if person_id == stand_in_id:
        raise FieldInvalid(field=Word(N_("Stand-in")), problem=Word(N_("choose another person: nobody stands in for themselves.")))
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    if last_day < first_day or last_day < today:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it lies before the first day or before today. Choose a later day.")))
    decides = access_of(session, person_id).roles & set(DECIDING)
    if not decides or (role and role not in decides):
        raise StandsInForNobody(name=person.name)
    row = StandIn(
        pool_id=mine.pool_id,
        person_id=person_id,
        stand_in_id=stand_in_id,
        role=role,
        first_day=first_day,
        last_day=last_day,
        reason=reason.strip()[:200],
        made_by=by,
        made_at=clock.now(),
        ended_at=None,
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, stand_in_row: int, *, by: int) -> StandIn:
    """End a stand-in at once; what was decided meanwhile stays as it is."""
    row = session.get(StandIn, stand_in_row)
    if row is None or row.pool_id != access_of(session, by).pool_id:
        raise NotFound(what=str(stand_in_row))
    _may_arrange(session, by, row.person_id)
    row.ended_at = row.ended_at or clock.now()
    session.flush()
    return row


def _may_arrange(session: Session, by: int, person_id: int) -> None:
    """Let a person arrange for themselves; for others only an administrator above all their roles."""
    if by == person_id:
        return
    access = access_of(session, by)
    theirs = access_of(session, person_id).grants
    if not theirs or not all(access.may(Role.ADMINISTRATOR, grant.path) for grant in theirs):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.ADMINISTRATOR]))


def lent_to(session: Session, stand_in_id: int, day: date) -> list[Lent]:
    """Return the rights to decide that a person holds in others' places on a day, in one query."""
    statement = (
        select(StandIn.person_id, Membership.role, Membership.organization_id, Organization.path)
        .join(Membership, Membership.person_id == StandIn.person_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .join(Person, Person.id == StandIn.person_id)
        .where(StandIn.stand_in_id == stand_in_id, StandIn.first_day <= day, StandIn.last_day >= day, StandIn.ended_at.is_(None), Person.active)
        .where(or_(StandIn.role == "", StandIn.role == Membership.role), Membership.role.in_([str(role) for role in DECIDING]))
        .order_by(StandIn.id, Membership.id)
    )
    return [Lent(row.person_id, Grant(row.role, row.organization_id, row.path)) for row in session.execute(statement)]


def standing_in_for(session: Session, person_ids: Collection[int], day: date) -> list[tuple[StandIn, Person]]:
    """Return who stands in for these persons on a day, in one query."""
    statement = (
        select(StandIn, Person)
        .join(Person, Person.id == StandIn.stand_in_id)
        .where(StandIn.person_id.in_(person_ids), StandIn.first_day <= day, StandIn.last_day >= day, StandIn.ended_at.is_(None), Person.active)
        .order_by(StandIn.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)] if person_ids else []


def listed(session: Session, pool_id: int, since: date, person_id: int | None = None) -> list[tuple[StandIn, Person, Person]]:
    """Return stand-ins that have not ended before a day, soonest first: of the pool, or those that concern one person."""
    other = aliased(Person)
    statement = (
        select(StandIn, Person, other)
        .join(Person, Person.id == StandIn.person_id)
        .join(other, other.id == StandIn.stand_in_id)
        .where(StandIn.pool_id == pool_id, StandIn.last_day >= since, StandIn.ended_at.is_(None))
    )
    if person_id is not None:
        statement = statement.where(or_(StandIn.person_id == person_id, StandIn.stand_in_id == person_id))
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(StandIn.first_day, StandIn.id))]
