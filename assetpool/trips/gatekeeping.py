"""Who stands at a gate: people with the role, or whoever entered the PIN of the day on a shared phone; tries are throttled."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.org import signing_in
from assetpool.org.models import Role, SignIn
from assetpool.org.queries import holders
from assetpool.org.service import demand
from assetpool.reservations.service import pool_today
from assetpool.trips.models import GatePin

DIGITS = 6
KEEPING = (Role.GATE, Role.KEEPER)


class PinRefused(DomainError):
    """No gate has this PIN today."""

    status = 401
    sentence = N_("This is not today's PIN of a gate. Ask the keeper for it; it changes every day.")


class WrongGate(DomainError):
    """The pass belongs to another store's gate."""

    status = 403
    sentence = N_("This pass is for the gate of %(store)s. Send the truck there, or ask the keeper.")


@dataclass(frozen=True)
class Guard:
    """Who speaks at a gate: a person with an account, or by name on the phone of a store's gate."""

    person_id: int | None = None
    store_id: int | None = None
    name: str = ""


def pin_of(secret: str, row: GatePin) -> str:
    """Return the digits of a day's PIN; only this installation can make them."""
    made = hmac.new(secret.encode(), f"gate:{row.store_id}:{row.day.isoformat()}:{row.salt}".encode(), sha256).digest()
    return f"{int.from_bytes(made[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def todays(session: Session, store: Store) -> GatePin | None:
    """Return the PIN row of a store's gate for today, if one was made."""
    return session.scalar(select(GatePin).where(GatePin.store_id == store.id, GatePin.day == pool_today(session, store.pool_id)))


def renew(session: Session, store_id: int, *, by: int) -> GatePin:
    """Make today's PIN of a store's gate, or a new one that ends the old; raise NotAllowed."""
    store = session.get(Store, store_id, with_for_update=True)
    if store is None:
        raise NotFound(what=str(store_id))
    demand(session, by, Role.KEEPER, store.organization_id)
    row, salt = todays(session, store), secrets.token_hex(12)
    if row is None:
        row = GatePin(store_id=store.id, day=pool_today(session, store.pool_id), salt=salt, made_by=by, made_at=clock.now())
        session.add(row)
    row.salt, row.made_by, row.made_at = salt, by, clock.now()
    session.flush()
    return row


def enter(session: Session, secret: str, pin: str, name: str, address: str) -> GatePin | None:
    """Check a PIN typed on a shared phone by somebody with a name; return whose gate it opens, None where it is wrong (the try must be committed all the same).

    Raise SignInLocked after too many wrong tries from an address, FieldInvalid without a name.
    """
    tried_as = f"gate@{address}"[:80]
    if signing_in.locked(session, tried_as, address):
        raise signing_in.SignInLocked(minutes=int(signing_in.LOCKED_FOR.total_seconds() // 60))
    if not name.strip():
        raise FieldInvalid(field=Word(N_("Your name")), problem=Word(N_("enter who stands at the gate.")))
    found = next((row for row in of_today(session) if hmac.compare_digest(pin_of(secret, row).encode(), pin.strip().encode())), None)
    session.add(SignIn(person_id=None, username=tried_as, address=address, succeeded=found is not None, at=clock.now()))
    session.flush()
    return found


def of_today(session: Session) -> list[GatePin]:
    """Return the PINs of all gates whose day is today where they stand."""
    lately = clock.today("UTC") - timedelta(days=1)
    rows = session.execute(
        select(GatePin, Pool.time_zone).join(Store, Store.id == GatePin.store_id).join(Pool, Pool.id == Store.pool_id).where(GatePin.day >= lately)
    )
    return [row[0] for row in rows if row[0].day == clock.today(row[1])]


def still(session: Session, pin_id: int, salt: str) -> GatePin | None:
    """Return the PIN a phone was let in with, if it is today's still."""
    row = session.get(GatePin, pin_id)
    return row if row is not None and row.salt == salt and row in of_today(session) else None


def demand_guard(session: Session, guard: Guard, store: Store) -> None:
    """Let a guard speak at a store's gate: the phone at its own, a person with the role for it; raise NotAllowed."""
    if guard.person_id is not None:
        demand(session, guard.person_id, KEEPING, store.organization_id)
    elif guard.store_id != store.id:
        raise WrongGate(store=store.name)


def is_kept(session: Session, store: Store) -> bool:
    """Say whether somebody keeps this store's gate: a person with the role, or a PIN was made for today."""
    return bool(holders(session, Role.GATE, store.organization_id)) or todays(session, store) is not None
