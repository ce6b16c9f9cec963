"""Acts on events: who borrows for what, from when to when, with which funds; who speaks for it, and where things are brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.events.models import Event, EventLiaison, EventMember, EventVenue
from assetpool.org.models import Organization, Person, Role
from assetpool.org.service import add_person, demand

MAY_LEAD = (Role.CLERK, Role.HEAD, Role.APPROVER, Role.ADMINISTRATOR, Role.ORGANIZER)
MOST_VENUES = 200


class TooManyVenues(DomainError):
    """More venues than one event can name."""

    status = 422
    sentence = N_("An event has %(limit)d venues at most. Gather several under one name, or enter two events.")


@dataclass(frozen=True)
class Venue:
    """A place things are brought to; `id` names one that is there already. `lift` None: not known."""

    name: str
    id: int | None = None
    address: str = ""
    floor: str = ""
    lift: bool | None = None
    window: str = ""
    contact_name: str = ""
    contact_telephone: str = ""


@dataclass(frozen=True)
class Said:
    """What is said of an event; `budget` in fen, `members` are organizations beside the one that leads."""

    name: str
    first_day: date
    last_day: date
    name_en: str = ""
    budget: int | None = None
    approval_number: str = ""
    funds: str = ""
    budget_line: str = ""
    members: tuple[int, ...] = ()


def add(
    session: Session,
    pool_id: int,
    name: str,
    organization_id: int,
    first_day: date,
    last_day: date,
    by: int,
    *,
    name_en: str = "",
    budget: int | None = None,
    approval_number: str = "",
    funds: str = "",
    budget_line: str = "",
    members: Iterable[int] = (),
) -> Event:
    """Enter an event of an organization; budget in fen."""
    said = Said(name, first_day, last_day, name_en, budget, approval_number, funds, budget_line, tuple(members))
    return enter(session, pool_id, organization_id, said, by=by)


def enter(session: Session, pool_id: int, organization_id: int, said: Said, *, by: int) -> Event:
    """Enter an event of an organization, as it is said."""
    _organization(session, pool_id, organization_id)
    demand(session, by, MAY_LEAD[::-1], organization_id)
    _check(said)
    event = Event(pool_id=pool_id, organization_id=organization_id, created_by=by, created_at=clock.now(), **_columns(said))
    session.add(event)
    session.flush()
    _set_members(session, event, said.members)
    return event


def correct(session: Session, event_id: int, said: Said, *, by: int) -> Event:
    """Say anew what is said of an event."""
    event = _own(session, event_id, by)
    _check(said)
    for name, value in _columns(said).items():
        setattr(event, name, value)
    session.flush()
    _set_members(session, event, said.members)
    return event


def name_liaison(session: Session, event_id: int, name: str, telephone: str, email: str, *, by: int) -> Person:
    """Say who speaks for an event. Nobody gets an account: the person has no password and can only come in by an invitation.

    A corrected telephone or mail stays with the same person; another name is another person.
    """
    event = _own(session, event_id, by)
    name, telephone, email = name.strip(), telephone.strip(), email.strip()
    if not name:
        raise FieldInvalid(field=Word(N_("Liaison")), problem=Word(N_("give the name of the person who speaks for the event.")))
    known = session.scalar(
        select(Person)
        .join(EventLiaison, EventLiaison.person_id == Person.id)
        .where(EventLiaison.event_id == event.id)
        .order_by(EventLiaison.id.desc())
        .limit(1)
    )
    if known is not None and known.name == name:
        known.telephone, known.email = telephone, email
        session.flush()
        return known
    earlier = session.scalar(select(func.count()).select_from(EventLiaison).where(EventLiaison.event_id == event.id)) or 0
    person = add_person(session, event.pool_id, f"liaison-{event.id}-{earlier + 1}", name, None, telephone, email)
    session.add(EventLiaison(event_id=event.id, person_id=person.id, named_by=by, named_at=clock.now()))
    session.flush()
    return person


def set_venues(session: Session, event_id: int, venues: Sequence[Venue], *, by: int, keep: Iterable[int] = ()) -> list[EventVenue]:
    """Write an event's venues anew, in this order; those in `keep` stay, after the others, even if they are not named."""
    event = _own(session, event_id, by)
    if len(venues) > MOST_VENUES:
        raise TooManyVenues(limit=MOST_VENUES)
    names = [venue.name.strip() for venue in venues]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None or not all(names):
        raise FieldInvalid(field=Word(N_("Venues")), problem=Word(N_("give each venue a name of its own.")))
    known = {row.id: row for row in session.scalars(select(EventVenue).where(EventVenue.event_id == event.id))}
    named = {venue.id for venue in venues if venue.id in known}
    staying = [row for row in known.values() if row.id in set(keep) - named]
    gone = set(known) - named - set(keep)
    taken = next((row.name for row in staying if row.name in names), None)
    if taken is not None:
        raise FieldInvalid(field=Word(N_("Venues")), problem=Word(N_("a venue with lines of the list keeps its name; correct it instead of entering it anew.")))
    session.execute(delete(EventVenue).where(EventVenue.id.in_(gone)))
    for row in known.values():
        # Names may be exchanged between venues; on the way no two may be alike.
        row.name = f"\n{row.id}" if row.id in named else row.name
    session.flush()
    for position, row in enumerate(staying, start=len(venues) + 1):
        row.position = position
    return [_write_venue(session, event.id, position, venue, known.get(venue.id or 0)) for position, venue in enumerate(venues, start=1)]


venues_in_use: list[Callable[[Session, int], Iterable[int]]] = []
"""Asked with session and event for the ids of venues that something stands at; features above register."""


def kept_venues(session: Session, event_id: int) -> set[int]:
    """Return the venues of an event that cannot be taken away, because lines of a list stand there."""
    return {venue for ask in venues_in_use for venue in ask(session, event_id)}


def add_venue(session: Session, event: Event, name: str) -> EventVenue:
    """Return an event's venue of that name, made anew if there is none."""
    wanted = name.strip()[:120]
    found = session.scalar(select(EventVenue).where(EventVenue.event_id == event.id, EventVenue.name == wanted))
    if found is not None:
        return found
    count = session.scalar(select(func.count()).select_from(EventVenue).where(EventVenue.event_id == event.id)) or 0
    if count >= MOST_VENUES:
        raise TooManyVenues(limit=MOST_VENUES)
    return _write_venue(session, event.id, count + 1, Venue(wanted), None)


def _write_venue(session: Session, event_id: int, position: int, venue: Venue, row: EventVenue | None) -> EventVenue:
    if row is None:
        row = EventVenue(event_id=event_id, position=position, name=venue.name.strip())
        session.add(row)
    row.position, row.name, row.address, row.floor = position, venue.name.strip()[:120], venue.address.strip()[:200], venue.floor.strip()[:40]
    row.lift, row.window = venue.lift, venue.window.strip()[:80]
    row.contact_name, row.contact_telephone = venue.contact_name.strip()[:120], venue.contact_telephone.strip()[:60]
    session.flush()
    return row


def _organization(session: Session, pool_id: int, organization_id: int) -> Organization:
    organization = session.get(Organization, organization_id)
    if organization is None or organization.pool_id != pool_id:
        raise NotFound(what=str(organization_id))
    return organization


def _own(session: Session, event_id: int, by: int) -> Event:
    """Return an event, locked, of an organization for which the person may lead one."""
    event = session.scalar(select(Event).where(Event.id == event_id).with_for_update().execution_options(populate_existing=True))
    if event is None:
        raise NotFound(what=str(event_id))
    demand(session, by, MAY_LEAD[::-1], event.organization_id)
    return event


def _check(said: Said) -> None:
    if not said.name.strip():
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("say what the event is called.")))
    if said.last_day < said.first_day:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it lies before the first day. Swap or correct the days.")))


def _columns(said: Said) -> dict[str, object]:
    return {
        "name": said.name.strip(),
        "name_en": said.name_en.strip(),
        "first_day": said.first_day,
        "last_day": said.last_day,
        "budget": said.budget,
        "approval_number": said.approval_number.strip(),
        "funds": said.funds.strip(),
        "budget_line": said.budget_line.strip(),
    }


def _set_members(session: Session, event: Event, members: Iterable[int]) -> None:
    wanted = {member for member in members if member != event.organization_id}
    for member in sorted(wanted):
        _organization(session, event.pool_id, member)
    known = set(session.scalars(select(EventMember.organization_id).where(EventMember.event_id == event.id)))
    session.execute(delete(EventMember).where(EventMember.event_id == event.id, EventMember.organization_id.in_(known - wanted)))
    session.add_all(EventMember(event_id=event.id, organization_id=member) for member in sorted(wanted - known))
    session.flush()
