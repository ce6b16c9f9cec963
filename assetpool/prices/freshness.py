"""How old a price may be before it proves less: the valuation policy of the day says so, and stands above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

Limits = tuple[int, int]
"""Days for prices in general, and days for those of computers."""

USUAL: Limits = (365, 180)
source: list[Callable[[Session, int, date], Limits]] = []
"""What tells the limits of a pool on a day; registered by the application, the usual ones hold where nothing is."""


def limits(session: Session, pool_id: int, day: date) -> Limits:
    """Return how many days a price stays fresh: in general, and for computers."""
    return source[0](session, pool_id, day) if source else USUAL


def is_stale(dated_on: date | None, computer: bool, allowed: Limits, day: date) -> bool:
    """Say whether a price is older on a day than it may be, or dated by nothing at all."""
    return dated_on is None or (day - dated_on).days > allowed[1 if computer else 0]
