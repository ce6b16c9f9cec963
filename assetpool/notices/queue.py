"""What mails and webhook messages share: claimed under lock before they are sent, marked after it, tried again later, given up with a reason.

Never sent twice: a claim keeps other processes away. Only where a process died between sending and marking is a message repeated, once, under
the same name, so that its receiver can drop it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_
from assetpool.notices.models import Delivery, Mail

Row = TypeVar("Row", Mail, Delivery)

LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long to wait after the first, second … failure; after the last of them it is given up."""
INTERRUPTED = N_("The server stopped twice while sending this; whether it arrived is not known.")


def claim(session: Session, model: type[Row], condition: ColumnElement[bool], limit: int) -> Sequence[Row]:
    """Take what is due inside the open act, so that no other process sends it; what two processes died over is given up."""
    now = clock.now()
    free = or_(model.claimed_until.is_(None), model.claimed_until < now)
    statement = select(model).where(condition, model.state == "waiting", model.next_at <= now, free).order_by(model.id).limit(limit)
    taken = []
    for row in session.scalars(statement.with_for_update(skip_locked=True, of=model).execution_options(populate_existing=True)):
        if row.claimed_until is not None:
            row.unreported += 1
        if row.unreported > 1:
            row.state, row.reason, row.claimed_until = "failed", INTERRUPTED, None
            continue
        row.claimed_until = now + LEASE
        row.attempts += 1
        taken.append(row)
    session.flush()
    return taken


def sent(row: Mail | Delivery) -> None:
    """Mark as sent."""
    row.state, row.reason, row.claimed_until, row.sent_at = "sent", "", None, clock.now()


def not_sent(row: Mail | Delivery, reason: str, for_good: bool = False) -> None:
    """Mark as not sent: tried again later, or given up when it can never succeed or was tried often enough."""
    row.reason, row.claimed_until = reason[:500], None
    if for_good or row.attempts > len(PAUSES):
        row.state = "failed"
    else:
        row.next_at = clock.now() + PAUSES[row.attempts - 1]


def again(row: Mail | Delivery) -> None:
    """Let what was given up be tried anew from the start."""
    row.state, row.reason, row.attempts, row.unreported, row.claimed_until, row.next_at = "waiting", "", 0, 0, None, clock.now()
