"""When a saved report is asked anew by itself: on a day of the month after each finished month or quarter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

SCHEDULES = ("none", "monthly", "quarterly")
LAST_DAY = 28


class Due(NamedTuple):
    """A finished period (days included) and the day its report is made on."""

    first_day: date
    last_day: date
    made_on: date


def latest(schedule: str, day: int, today: date) -> Due | None:
    """Return the latest period whose report is due by today; None without a schedule."""
    if schedule not in SCHEDULES or schedule == "none":
        return None
    months = 1 if schedule == "monthly" else 3
    begun = date(today.year, (today.month - 1) // months * months + 1, 1)
    if today < begun.replace(day=day):
        begun = _months_before(begun, months)
    return Due(_months_before(begun, months), begun - timedelta(days=1), begun.replace(day=day))


def _months_before(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
