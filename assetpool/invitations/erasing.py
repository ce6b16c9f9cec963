"""Who spoke for an event is forgotten some time after it: liaison, contacts of venues and of the list's lines. Nothing of it stands in the chain."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.events.models import Event, EventLiaison, EventVenue
from assetpool.invitations.models import Invitation, InvitationDevice, ListLine
from assetpool.org.models import Person
from assetpool.records.erasing import terms

NOBODY = "—"


def erase_liaisons(session: Session, pool_id: int) -> int:
    """Erase the liaisons and contacts of events that ended longer ago than the pool keeps them; return how many people.

    Only who never had an account is erased: a liaison is entered for one event and can come in by its link alone.
    """
    held = terms(session, pool_id)
    if held is None or held.liaison_days is None:
        return 0
    last = clock.today(session.get_one(Pool, pool_id).time_zone) - timedelta(days=held.liaison_days)
    over = select(Event.id).where(Event.pool_id == pool_id, Event.last_day < last)
    session.execute(delete(InvitationDevice).where(InvitationDevice.invitation_id.in_(select(Invitation.id).where(Invitation.event_id.in_(over)))))
    for table in (EventVenue, ListLine):
        known = or_(table.contact_name != "", table.contact_telephone != "")
        session.execute(update(table).where(table.event_id.in_(over), known).values(contact_name="", contact_telephone=""))
    spoke = select(EventLiaison.person_id).where(EventLiaison.event_id.in_(over))
    rows = list(session.scalars(select(Person).where(Person.id.in_(spoke), Person.password_hash.is_(None), Person.name != NOBODY).order_by(Person.id)))
    for person in rows:
        person.name, person.telephone, person.email, person.active = NOBODY, "", "", False
    session.flush()
    return len(rows)
