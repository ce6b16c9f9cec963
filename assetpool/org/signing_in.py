"""Who knows the password: compared before the act that rests on it, counted inside it, and shut out for a while after too many failures."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.org.models import Person, SignIn

FAILURES_ALLOWED = 5
ADDRESS_FAILURES_ALLOWED = 30
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 8

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_nobody = _hasher.hash(secrets.token_hex(16))


class SignInRefused(DomainError):
    """Name or password do not fit; which of them is not said."""

    status = 401
    sentence = N_("Name or password is not right. Check both, or ask an administrator to set a new password.")


class SignInLocked(DomainError):
    """Too many failures in a row."""

    status = 429
    sentence = N_("Too many failed attempts. Wait %(minutes)d minutes, or ask an administrator.")


def hashed(password: str) -> str:
    """Return what is stored of a password of at least eight characters; slow on purpose, so an entry point asks for it before its act."""
    if len(password) < SHORTEST_PASSWORD:
        raise FieldInvalid(field=Word(N_("Password")), problem=Word(N_("use at least 8 characters.")))
    return _hasher.hash(password)


def locked(session: Session, username: str, address: str) -> bool:
    """Say whether failures since the last success have closed this name, or this address, for a while."""
    since = clock.now() - LOCKED_FOR
    last_good = session.scalar(select(func.max(SignIn.at)).where(SignIn.username == username, SignIn.succeeded, SignIn.at > since)) or since
    count = select(func.count()).select_from(SignIn).where(~SignIn.succeeded)
    by_name = session.scalar(count.where(SignIn.username == username, SignIn.at > last_good)) or 0
    by_address = session.scalar(count.where(SignIn.address == address, SignIn.at > since)) or 0
    return by_name >= FAILURES_ALLOWED or by_address >= ADDRESS_FAILURES_ALLOWED


@dataclass(frozen=True)
class Comparison:
    """A password held against what was stored under a user name at that moment."""

    username: str
    stored: str | None
    fits: bool


def compare(session: Session, username: str, password: str, address: str) -> Comparison:
    """Hold a password against what is stored, before the act that rests on it, since it takes long; raise SignInLocked.

    It takes the same time whether the person exists or not.
    """
    username = username.strip()
    _demand_open(session, username, address)
    stored = session.scalar(select(Person.password_hash).where(Person.username == username, Person.active))
    try:
        return Comparison(username, stored, _hasher.verify(stored or _nobody, password) and bool(stored))
    except (VerificationError, InvalidHashError):
        return Comparison(username, stored, False)


def _demand_open(session: Session, username: str, address: str) -> None:
    if locked(session, username, address):
        raise SignInLocked(minutes=int(LOCKED_FOR.total_seconds() // 60))


def sign_in(session: Session, compared: Comparison, address: str) -> Person | None:
    """Record an attempt and return the person, or None; raise SignInLocked when the throttle has closed meanwhile.

    The attempt must be committed even when it fails, so a failure is an answer here, not an error.
    """
    _demand_open(session, compared.username, address)
    person = session.scalar(select(Person).where(Person.username == compared.username, Person.active).execution_options(populate_existing=True))
    good = person is not None and compared.fits and person.password_hash == compared.stored
    session.add(
        SignIn(person_id=person.id if person else None, username=compared.username, address=address, succeeded=good, at=clock.now()),
    )
    session.flush()
    return person if good else None
