"""Events as a person may see them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core.errors import NotFound
from assetpool.events.models import Event, EventLiaison, EventMember, EventVenue
from assetpool.org.models import Organization, Person
from assetpool.org.queries import Access

LONGEST_DROP = 200


def events(session: Session, ids: Iterable[int | None]) -> dict[int, Event]:
    """Return events by id, in one query."""
    wanted = {i for i in ids if i is not None}
    return {row.id: row for row in session.scalars(select(Event).where(Event.id.in_(wanted)))} if wanted else {}


def event(session: Session, access: Access, event_id: int) -> Event:
    """Return an event of an organization where the person holds a role (or below); else raise NotFound."""
    found = session.scalar(select(Event).where(Event.id == event_id, Event.pool_id == access.pool_id, access.sees(Event.organization_id)))
    if found is None:
        raise NotFound(what=str(event_id))
    return found


def listed(session: Session, access: Access, before: int | None = None, limit: int = 50, organization_id: int | None = None) -> list[Event]:
    """Return a page of the events a person may see, newest first."""
    statement = select(Event).where(Event.pool_id == access.pool_id, access.sees(Event.organization_id)).order_by(Event.id.desc()).limit(limit)
    if organization_id is not None:
        statement = statement.where(Event.organization_id == organization_id)
    return list(session.scalars(statement if before is None else statement.where(Event.id < before)))


def members_of(session: Session, event_id: int) -> list[Organization]:
    """Return the organizations that take part beside the one that leads, by code."""
    statement = select(Organization).join(EventMember, EventMember.organization_id == Organization.id).where(EventMember.event_id == event_id)
    return list(session.scalars(statement.order_by(Organization.code)))


def venues_of(session: Session, event_id: int) -> list[EventVenue]:
    """Return an event's venues in order."""
    return list(session.scalars(select(EventVenue).where(EventVenue.event_id == event_id).order_by(EventVenue.position, EventVenue.id)))


def liaison_of(session: Session, event_id: int) -> Person | None:
    """Return who speaks for an event, if anybody was named."""
    statement = select(Person).join(EventLiaison, EventLiaison.person_id == Person.id).where(EventLiaison.event_id == event_id)
    return session.scalar(statement.order_by(EventLiaison.id.desc()).limit(1))


def drop_point(venue: EventVenue, english: bool = False) -> str:
    """Write where something is brought: name, address, floor, lift, hours; in Chinese, as papers do, unless English is asked for."""
    words = ("no lift", "lift") if english else ("无电梯", "有电梯")
    lift = "" if venue.lift is None else words[venue.lift]
    return " · ".join(part for part in (venue.name, venue.address, venue.floor, lift, venue.window) if part)[:LONGEST_DROP]
