"""Letting an organizer in for one event: a link and, told apart from it, a code that works once; what was let in can be shut out again.

A link alone opens nothing. The code is forgotten once it was entered; the browser then keeps a key that opens this event and nothing else.
Token, code and key are kept as digests.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.events.models import Event
from assetpool.events.queries import liaison_of
from assetpool.invitations.models import Invitation, InvitationDevice
from assetpool.org import service as org
from assetpool.org import signing_in
from assetpool.org.models import Person, Role, SignIn
from assetpool.records.outbox import tell

MAY_INVITE = (Role.APPROVER, Role.ADMINISTRATOR)
HELPERS = ("pool", "organizer", "agreed")
LONGEST_OPEN = timedelta(days=400)
CODE_DIGITS = 6
WRONG_CODES_ALLOWED = 15
"""After so many wrong codes in all, the code is void; after five in a row the door is shut for a quarter of an hour."""


class NoLiaison(DomainError):
    """Nobody to invite."""

    status = 422
    sentence = N_("Nobody speaks for %(event)s yet. Enter the liaison's name and telephone on the event first.")


class CodeWrong(DomainError):
    """The code does not fit; how many tries are left is not said."""

    status = 401
    sentence = N_("This code is not right. Check it, or ask who sent you the link for a new one.")


class InvitationOver(DomainError):
    """The link opens nothing any more."""

    status = 410
    sentence = N_("This invitation is over. Ask the pool for a new link.")


@dataclass(frozen=True)
class Sent:
    """An invitation with what only its sender is shown, once."""

    invitation: Invitation
    token: str
    code: str


def invite(session: Session, event_id: int, *, by: int, expires_on: date, hauls: str = "agreed", sets_up: str = "agreed", terms: str = "") -> Sent:
    """Make a link and a code for the liaison of an event; earlier ones are void. Raise NoLiaison, FieldInvalid, NotAllowed."""
    event = _event(session, event_id, by)
    person = liaison_of(session, event.id)
    if person is None:
        raise NoLiaison(event=event.name)
    today = clock.today(session.get_one(Pool, event.pool_id).time_zone)
    if not today <= expires_on <= today + LONGEST_OPEN:
        raise FieldInvalid(field=Word(N_("Open until")), problem=Word(N_("choose a day from today on, within about a year.")))
    if hauls not in HELPERS or sets_up not in HELPERS:
        raise FieldInvalid(field=Word(N_("Who brings the things")), problem=Word(N_("choose one from the list.")))
    _shut(session, event, by)
    token, code = secrets.token_urlsafe(24), new_code()
    invitation = Invitation(
        pool_id=event.pool_id,
        event_id=event.id,
        person_id=person.id,
        token_digest=digest(token),
        code_digest=digest(token, code),
        hauls=hauls,
        sets_up=sets_up,
        terms=terms.strip(),
        invited_by=by,
        invited_at=clock.now(),
        expires_on=expires_on,
    )
    session.add(invitation)
    person.active = True
    org.grant(session, person.id, event.organization_id, Role.ORGANIZER)
    session.flush()
    # The mail says neither link nor code: what is written here stands in clear until it is sent.
    facts = {"event": event.name, "who": session.get_one(Person, by).name, "until": expires_on.isoformat()}
    tell(session, "organizer_invited", pool_id=event.pool_id, people=[person.id], facts=facts, once=f"invitation-{invitation.id}")
    return Sent(invitation, token, code)


def revoke(session: Session, event_id: int, *, by: int) -> None:
    """Make the link of an event void; who came in by it is shut out at once. Nothing handed in is touched."""
    event = _event(session, event_id, by)
    if not _shut(session, event, by):
        raise InvitationOver


def digest(*parts: str) -> str:
    """Return what is kept of a secret."""
    return sha256(":".join(parts).encode()).hexdigest()


def new_code() -> str:
    """Return a code that can be told over the telephone."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def _event(session: Session, event_id: int, by: int) -> Event:
    event = session.scalar(select(Event).where(Event.id == event_id).with_for_update().execution_options(populate_existing=True))
    if event is None:
        raise NotFound(what=str(event_id))
    org.demand(session, by, MAY_INVITE, event.organization_id)
    return event


def _shut(session: Session, event: Event, by: int) -> bool:
    """Revoke what is open for an event, and take the liaison's role back; say whether anything was open."""
    rows = list(session.scalars(select(Invitation).where(Invitation.event_id == event.id, Invitation.revoked_at.is_(None))))
    for row in rows:
        row.revoked_at, row.revoked_by, row.code_digest = clock.now(), by, None
        org.withdraw(session, row.person_id, event.organization_id, Role.ORGANIZER)
    session.flush()
    return bool(rows)


def open_invitation(session: Session, token: str) -> Invitation | None:
    """Return the invitation that a link names, if it is still open."""
    statement = select(Invitation).where(Invitation.token_digest == digest(token), Invitation.revoked_at.is_(None))
    found = session.scalar(statement)
    if found is None or clock.today(session.get_one(Pool, found.pool_id).time_zone) > found.expires_on:
        return None
    return found


def enter(session: Session, token: str, code: str, address: str) -> str | None:
    """Check a code and return the key that the browser keeps; None for a wrong one, which must be committed too.

    Raise InvitationOver, and SignInLocked after too many failures of this link or this address.
    """
    invitation = open_invitation(session, token)
    if invitation is None:
        raise InvitationOver
    session.refresh(invitation, with_for_update=True)
    username = session.get_one(Person, invitation.person_id).username
    if signing_in.locked(session, username, address):
        raise signing_in.SignInLocked(minutes=int(signing_in.LOCKED_FOR.total_seconds() // 60))
    typed = "".join(character for character in code if character.isdigit())
    good = invitation.code_digest is not None and secrets.compare_digest(invitation.code_digest, digest(token, typed))
    session.add(SignIn(person_id=invitation.person_id, username=username, address=address, succeeded=good, at=clock.now()))
    if not good:
        invitation.wrong_codes += 1
        if invitation.wrong_codes >= WRONG_CODES_ALLOWED:
            invitation.code_digest = None
        session.flush()
        return None
    key = secrets.token_urlsafe(24)
    invitation.code_digest = None
    session.add(InvitationDevice(invitation_id=invitation.id, key_digest=digest(key), admitted_at=clock.now()))
    session.flush()
    return key


def another_code(session: Session, token: str, key: str) -> str:
    """Make a code for another device of who is already in; raise InvitationOver."""
    invitation = admitted(session, token, key)
    if invitation is None:
        raise InvitationOver
    code = new_code()
    session.execute(update(Invitation).where(Invitation.id == invitation.id).values(code_digest=digest(token, code), wrong_codes=0))
    return code


def leave(session: Session, token: str, key: str) -> None:
    """Forget a browser's key."""
    invitation = admitted(session, token, key)
    if invitation is not None:
        session.delete(session.scalars(select(InvitationDevice).where(InvitationDevice.key_digest == digest(key))).one())
        session.flush()


def admitted(session: Session, token: str, key: str) -> Invitation | None:
    """Return the open invitation that a link names and a browser's key opens, or None."""
    invitation = open_invitation(session, token)
    if invitation is None or not key:
        return None
    known = select(InvitationDevice.id).where(InvitationDevice.invitation_id == invitation.id, InvitationDevice.key_digest == digest(key))
    return invitation if session.scalar(known) is not None else None


def devices(session: Session, invitation_id: int) -> int:
    """Return in how many browsers an invitation is open."""
    return session.scalar(select(func.count()).select_from(InvitationDevice).where(InvitationDevice.invitation_id == invitation_id)) or 0
