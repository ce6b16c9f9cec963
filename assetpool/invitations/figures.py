"""What an event spared, asked of the reports, which stand above and register themselves here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetpool.org.queries import Access

sources: list[Callable[[Session, Access, int, date], Sequence[Any]]] = []


def of_event(session: Session, access: Access, event_id: int, today: date) -> list[Any]:
    """Return the rows of the savings report for an event, per kind of saving."""
    return [row for source in sources for row in source(session, access, event_id, today)]
