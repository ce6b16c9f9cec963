"""What the gates lay on a keeper's or manager's desk: alarms without an answer."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from assetpool.core.errors import N_
from assetpool.desk.queries import Pile
from assetpool.org.queries import Access
from assetpool.trips import queries

WORDS: tuple[str, str, str, str, dict[str, str]] = (
    N_("At the gate"),
    N_("Alarms at the gate that wait for an answer"),
    N_("Every alarm is answered"),
    "gate.log",
    {"show": "open"},
)


def pile(session: Session, access: Access, today: date) -> Pile | None:
    """Return the alarms that wait for this person's answer; None where none does."""
    if not access.has("keeper", "approver"):
        return None
    count = queries.open_alarms(session, access)
    return Pile("gate", count, trouble=True) if count else None
