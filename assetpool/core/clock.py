"""The only source of time: everything asks here, so that tests and the demonstration world can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta(0))


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift.get()


def today(zone: str) -> date:
    """Return the calendar day in the given IANA time zone."""
    return day_of(now(), zone)


def day_of(moment: datetime, zone: str) -> date:
    """Return the calendar day on which an aware moment falls in the given IANA time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def moment_on(day: date, zone: str, hour: int = 9, minute: int = 0) -> datetime:
    """Return the aware UTC moment of a wall-clock hour on a day in the given IANA time zone."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock start from `moment` (aware) inside the block; it goes on running."""
    token = _shift.set(moment - datetime.now(UTC))
    try:
        yield
    finally:
        _shift.reset(token)
