"""Acts on events: who borrows for what, from when to when, with which funds."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.events.models import Event
from assetpool.org.models import Organization, Role
from assetpool.org.service import demand

MAY_LEAD = (Role.CLERK, Role.HEAD, Role.APPROVER, Role.ADMINISTRATOR, Role.ORGANIZER)


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
) -> Event:
    """Enter an event of an organization; budget in fen."""
    organization = session.get(Organization, organization_id)
    if organization is None or organization.pool_id != pool_id:
        raise NotFound(what=str(organization_id))
    demand(session, by, MAY_LEAD[::-1], organization_id)
    if not name.strip():
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("say what the event is called.")))
    if last_day < first_day:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it lies before the first day. Swap or correct the days.")))
    event = Event(
        pool_id=pool_id,
        organization_id=organization_id,
        name=name.strip(),
        name_en=name_en.strip(),
        first_day=first_day,
        last_day=last_day,
        budget=budget,
        approval_number=approval_number.strip(),
        created_by=by,
        created_at=clock.now(),
    )
    session.add(event)
    session.flush()
    return event
