"""Handing an organizer's list in: one request per period, its lines with their drop points; the liaison is the one who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.words import terms
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, NotFound, Word, WrongState
from assetpool.events.models import Event, EventVenue
from assetpool.events.queries import drop_point, venues_of
from assetpool.events.service import MAY_LEAD
from assetpool.invitations.lists import open_lines
from assetpool.invitations.matching import match
from assetpool.invitations.models import Invitation, ListLine
from assetpool.invitations.outlook import grouped_by_days
from assetpool.org.models import Person
from assetpool.org.service import demand
from assetpool.records.models import Document
from assetpool.records.outbox import tell
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import drafting, service
from assetpool.requisitions.drafting import Contact, Wish
from assetpool.requisitions.models import Requisition
from assetpool.reservations.service import pool_today
from assetpool.shortages import wishes
from assetpool.shortages.models import Wish as Followed

TAKEN_BACK = ("submitted", "stock_checked")


class NothingToHandIn(DomainError):
    """Only wishes, or nothing at all."""

    status = 422
    sentence = N_("No line of the list names something from the catalogue yet. Choose a kind for at least one line.")


class QuantityMissing(DomainError):
    """A line without a number."""

    status = 422
    sentence = N_("Line %(line)s (%(thing)s) says no number. Enter how many, or take the line out.")


class StillGuessed(DomainError):
    """Kinds that nobody has looked at."""

    status = 422
    sentence = N_("For %(count)d lines the kind is a guess. Look at them, choose another where it is wrong, and press “These kinds are right”.")


class DaysPassed(DomainError):
    """A line that begins before today."""

    status = 422
    sentence = N_("Line %(line)s (%(thing)s) begins on %(day)s, which has passed. Choose today or a later day.")


def hand_in(session: Session, invitation: Invitation, *, purpose: str = "") -> list[Document]:
    """Make the open lines into requests, submit them and return them. What nothing in the catalogue fits stays as a wish.

    A request that was sent back is written anew; one whose lines are all gone is taken back. Raise what drafting and submitting raise.
    """
    event = session.scalars(select(Event).where(Event.id == invitation.event_id).with_for_update().execution_options(populate_existing=True)).one()
    lines = open_lines(session, event.id)
    today = pool_today(session, event.pool_id)
    for number, line in enumerate(lines, start=1):
        if line.quantity is None:
            raise QuantityMissing(line=number, thing=line.thing)
        if line.first_day < today:
            raise DaysPassed(line=number, thing=line.thing, day=line.first_day)
    wanted = [line for line in lines if line.kind_id is not None]
    if not wanted:
        raise NothingToHandIn
    by = invitation.person_id
    venues = {venue.id: venue for venue in venues_of(session, event.id)}
    again = _sent_back(session, event.id, by)
    made = []
    for (first, last), group in grouped_by_days(wanted).items():
        earlier = next((document for document in again if any(line.document_id == document.id for line in group)), None)
        if earlier is not None:
            again.remove(earlier)
        made.append(_request(session, event, group, venues, first, last, earlier, by, purpose))
    for document in again:
        service.cancel(session, document.number, by=by)
    for line in lines:
        line.submitted_at = clock.now()
        line.document_id = line.document_id if line.kind_id is not None else None
    session.flush()
    _follow(session, [line.thing for line in lines if line.kind_id is None], by)
    facts: dict[str, str | int] = {"event": event.name, "lines": len(lines), "wishes": len(lines) - len(wanted)}
    tell(session, "organizer_submitted", pool_id=event.pool_id, people=[invitation.invited_by], document_id=made[0].id, facts=facts)
    return made


def _follow(session: Session, things: Sequence[str], by: int) -> None:
    """Let the liaison be told when something fitting comes in, as far as one person may follow wishes."""
    followed = set(session.scalars(select(Followed.words).where(Followed.person_id == by, Followed.ended_at.is_(None))))
    for words in dict.fromkeys(" ".join(thing.split())[:100] for thing in things):
        if words not in followed and len(followed) < wishes.MOST_WISHES and terms(words):
            wishes.make(session, by=by, words=words)
            followed.add(words)


def _sent_back(session: Session, event_id: int, by: int) -> list[Document]:
    """Return the organizer's requests that were sent back, the earliest first."""
    statement = select(Document).join(Requisition, Requisition.id == Document.id).where(Document.state == "sent_back")
    return list(session.scalars(statement.where(Requisition.event_id == event_id, Requisition.requester_id == by).order_by(Document.id)))


def _request(
    session: Session,
    event: Event,
    group: Sequence[ListLine],
    venues: dict[int, EventVenue],
    first: date,
    last: date,
    earlier: Document | None,
    by: int,
    purpose: str,
) -> Document:
    wanted = [Wish(line.quantity or 0, line.kind_id, drop=drop_point(venues[line.venue_id]) if line.venue_id in venues else "") for line in group]
    contacts = _contacts(session, group, venues, by)
    about = purpose.strip() or event.name
    if earlier is None:
        document = drafting.draft(
            session, event.organization_id, wanted, first, last, by=by, event_id=event.id, purpose=about, budget_line=event.budget_line, contacts=contacts
        )
    else:
        document = drafting.rewrite(
            session, earlier.number, wanted, first, last, by=by, event_id=event.id, purpose=about, budget_line=event.budget_line, contacts=contacts
        )
    for number, line in enumerate(group, start=1):
        line.document_id, line.line_no = document.id, number
    session.flush()
    return service.submit(session, document.number, by=by)


def _contacts(session: Session, group: Sequence[ListLine], venues: dict[int, EventVenue], by: int) -> list[Contact]:
    """Return who may receive the things: the liaison first, then whoever the lines and their venues name."""
    liaison = session.get_one(Person, by)
    named = [(liaison.name, liaison.telephone)]
    for line in group:
        venue = venues.get(line.venue_id or 0)
        named.append((line.contact_name, line.contact_telephone))
        if venue is not None:
            named.append((venue.contact_name, venue.contact_telephone))
    telephones: dict[str, str] = {}
    for name, telephone in named:
        telephones[name] = telephones.get(name) or telephone
    return [Contact(name, telephone) for name, telephone in telephones.items() if name]


def take_back(session: Session, invitation: Invitation, number: str) -> Document:
    """Take a request back while nobody has decided on it; its lines can be written again."""
    document = own_request(session, invitation, number)
    if document.state not in TAKEN_BACK:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    document = service.cancel(session, document.number, by=invitation.person_id)
    for line in session.scalars(select(ListLine).where(ListLine.document_id == document.id)):
        line.document_id, line.line_no, line.submitted_at = None, None, None
    session.flush()
    return document


def own_request(session: Session, invitation: Invitation, number: str) -> Document:
    """Return a request of the invitation's event and its leading organization by its number; raise NotFound for any other."""
    event = session.get_one(Event, invitation.event_id)
    statement = select(Document).join(Requisition, Requisition.id == Document.id).where(Requisition.event_id == event.id)
    found = session.scalar(statement.where(Document.number == number.strip().upper(), Document.organization_id == event.organization_id))
    if found is None:
        raise NotFound(what=number)
    return found


def reopen_wishes(session: Session, event_id: int, line_ids: Sequence[int], *, by: int) -> int:
    """Put wishes back into the list, for example since something fitting came in, matched anew; return how many."""
    event = session.get_one(Event, event_id)
    demand(session, by, MAY_LEAD[::-1], event.organization_id)
    statement = select(ListLine).where(
        ListLine.event_id == event.id, ListLine.id.in_(line_ids), ListLine.document_id.is_(None), ListLine.submitted_at.is_not(None)
    )
    rows = list(session.scalars(statement))
    found = match(session, event.pool_id, [row.thing for row in rows])
    for row in rows:
        matched = found.get(row.thing)
        row.submitted_at = None
        row.kind_id, row.sure = (matched.candidates[0].kind_id, matched.sure) if matched else (None, False)
    session.flush()
    return len(rows)
