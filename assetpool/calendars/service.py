"""Making and revoking the secret addresses of calendars."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.calendars.models import CalendarFeed
from assetpool.calendars.queries import Scope
from assetpool.calendars.scopes import seen
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.org.models import Person
from assetpool.org.queries import Access, access_of
from assetpool.org.service import token_digest

MOST = 20


class TooManyFeeds(DomainError):
    """A person has enough addresses."""

    status = 409
    sentence = N_("You have %(most)s calendar addresses. Revoke one that is no longer used, then make another.")


def make(session: Session, scope: Scope, *, by: int) -> str:
    """Make an address for oneself and return its secret, the only time it is readable; raise NotFound for what one may not see."""
    seen(session, access_of(session, by), scope)
    session.get_one(Person, by, with_for_update=True)
    alive = session.scalar(select(func.count()).select_from(CalendarFeed).where(CalendarFeed.person_id == by, CalendarFeed.revoked_at.is_(None))) or 0
    if alive >= MOST:
        raise TooManyFeeds(most=MOST)
    token = secrets.token_urlsafe(32)
    named = {"store_id": scope.store_id, "kind_id": scope.kind_id, "event_id": scope.event_id}
    session.add(CalendarFeed(person_id=by, digest=token_digest(token), mine=scope.mine, made_at=clock.now(), **named))
    session.flush()
    return token


def revoke(session: Session, feed_id: int, *, by: int) -> None:
    """End one of one's own addresses; ending it twice changes nothing."""
    row = session.get(CalendarFeed, feed_id)
    if row is None or row.person_id != by:
        raise NotFound(what=str(feed_id))
    row.revoked_at = row.revoked_at or clock.now()
    session.flush()


def own(session: Session, person_id: int) -> list[CalendarFeed]:
    """Return a person's addresses that still answer, newest first."""
    alive = select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    return list(session.scalars(alive.order_by(CalendarFeed.id.desc())))


def reader(session: Session, token: str) -> tuple[CalendarFeed, Person, Access] | None:
    """Return the address of a secret with its person and what they may see today; None when it was revoked or the person has left."""
    statement = select(CalendarFeed, Person).join(Person, Person.id == CalendarFeed.person_id)
    row = session.execute(statement.where(CalendarFeed.digest == token_digest(token), CalendarFeed.revoked_at.is_(None), Person.active)).first()
    if row is None:
        return None
    access = access_of(session, row[1].id)
    return (row[0], row[1], access) if access.grants else None
