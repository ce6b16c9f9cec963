"""The answer once given to a person's key: kept in the act's own transaction, so it exists exactly when the act does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError
from assetpool.records.models import Idempotency

KEPT_FOR = timedelta(days=90)
LONGEST_KEY = 200


class IdempotencyKeyReused(DomainError):
    """A key that belongs to another request."""

    status = 422
    sentence = N_("The Idempotency-Key %(key)s was used for another request before. Take a new key for each new act.")


@dataclass(frozen=True)
class Kept:
    """An answer given before: status and JSON text."""

    status: int
    body: str


def claim(session: Session, person_id: int, key: str, request_digest: str) -> Kept | None:
    """Take a key for the act that begins; return the answer if the act was done before, else None (the act goes on, `keep` follows).

    A twin that is under way holds the row, so this waits until it has ended. Raise IdempotencyKeyReused for another request.
    """
    now = clock.now()
    mine = (Idempotency.person_id == person_id, Idempotency.key == key)
    session.execute(delete(Idempotency).where(*mine, Idempotency.created_at < now - KEPT_FOR))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"person_id": person_id, "key": key, "request_digest": request_digest, "status": 0, "body": "", "created_at": now}
    taken = session.execute(dialect.insert(Idempotency).values(row).on_conflict_do_nothing().returning(Idempotency.id)).first()
    if taken is not None:
        return None
    known = session.execute(select(Idempotency.request_digest, Idempotency.status, Idempotency.body).where(*mine)).one()
    if known.request_digest != request_digest:
        raise IdempotencyKeyReused(key=key)
    return Kept(known.status, known.body)


def keep(session: Session, person_id: int, key: str, status: int, body: str) -> None:
    """Keep the answer of the act that claimed the key."""
    session.execute(update(Idempotency).where(Idempotency.person_id == person_id, Idempotency.key == key).values(status=status, body=body))


def forget_old(session: Session) -> int:
    """Delete what is older than 90 days; return how many answers were forgotten."""
    gone = session.execute(delete(Idempotency).where(Idempotency.created_at < clock.now() - KEPT_FOR).returning(Idempotency.id))
    return len(gone.all())
