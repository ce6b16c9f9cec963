"""What becomes of an account: a person changes the own password, administrators let somebody in no longer, and in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.org import service, signing_in
from assetpool.org.models import ApiToken, Person, Role
from assetpool.org.queries import Access, access_of, root_of


class PasswordWrong(DomainError):
    """The present password does not fit."""

    status = 422
    sentence = N_("The present password is not right. Type it again, or ask an administrator to set a new one.")


class NotOneself(DomainError):
    """Nobody shuts the own door."""

    status = 422
    sentence = N_("Nobody can deactivate the own account. Ask another administrator.")


class Change(NamedTuple):
    """An account was deactivated (`active` False) or reactivated: whose, by whom, why."""

    person: Person
    active: bool
    by: int
    reason: str


on_change: list[Callable[[Session, Change], None]] = []
"""Called inside the act, when somebody is let in no longer or again."""


def demand_new(username: str, old: str, new: str) -> None:
    """Raise FieldInvalid for a new password that is too short, the present one or the user name."""
    problem = ""
    if len(new) < signing_in.SHORTEST_PASSWORD:
        problem = N_("use at least 8 characters.")
    elif new == old:
        problem = N_("choose another one than the present.")
    elif new.strip().casefold() == username.casefold():
        problem = N_("choose another one than your user name.")
    if problem:
        raise FieldInvalid(field=Word(N_("New password")), problem=Word(problem))


def change_password(session: Session, compared: signing_in.Comparison, digest: str, address: str) -> Person | None:
    """Let a new password hold where the present one fitted, and end all sessions; None: it did not fit, which must be committed too.

    `compared` is what `signing_in.compare` said of the present password, `digest` what `signing_in.hashed` made of the new one. Tokens stay.
    """
    person = signing_in.sign_in(session, compared, address)
    if person is not None:
        service.set_password(session, person, digest)
    return person


def open_tokens(session: Session, person_id: int) -> int:
    """Return how many tokens of a person are valid."""
    return session.scalar(select(func.count()).select_from(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))) or 0


def looked_after(session: Session, person_id: int, access: Access) -> Person:
    """Return a person whose every role lies under this administrator (an auditor's: under the whole pool's); else raise NotFound."""
    person = session.get(Person, person_id)
    if person is None or person.pool_id != access.pool_id or not access.has(Role.ADMINISTRATOR):
        raise NotFound(what=str(person_id))
    held = access_of(session, person_id)
    below = all(access.may(Role.ADMINISTRATOR, grant.path) for grant in held.grants)
    if not below or (held.sees_everything and not service.administers_all(session, access)):
        raise NotFound(what=str(person_id))
    return person


def deactivate(session: Session, person_id: int, reason: str, *, by: int) -> int:
    """Let a person in no longer: sessions end, tokens are revoked (their count is returned), roles stay.

    Raise NotFound, NotOneself, LastAdministrator, FieldInvalid without a reason.
    """
    person = _changing(session, person_id, by)
    if person_id == by:
        raise NotOneself
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why, in a few words.")))
    if not person.active:
        return 0
    root = root_of(session, person.pool_id)
    if root is not None:
        session.refresh(root, with_for_update=True)
        if access_of(session, person_id).may(Role.ADMINISTRATOR, root.path):
            service.leave_an_administrator(session, root.id, person_id)
    revoked = open_tokens(session, person_id)
    session.execute(update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)).values(revoked_at=clock.now()))
    # The epoch ends the cookies for good: they are not valid again once the person is let in again.
    person.active, person.session_epoch = False, person.session_epoch + 1
    _tell(session, Change(person, False, by, reason.strip()))
    return revoked


def reactivate(session: Session, person_id: int, *, by: int) -> None:
    """Let a person in again, with the same password and roles; revoked tokens stay revoked. Raise NotFound."""
    person = _changing(session, person_id, by)
    if not person.active:
        person.active = True
        _tell(session, Change(person, True, by, ""))


def _changing(session: Session, person_id: int, by: int) -> Person:
    """Return the person as the row stands now, if `by` looks after them."""
    person = looked_after(session, person_id, access_of(session, by))
    session.refresh(person, with_for_update=True)
    return person


def _tell(session: Session, change: Change) -> None:
    session.flush()
    for told in on_change:
        told(session, change)
