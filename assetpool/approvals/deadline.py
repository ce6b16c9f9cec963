"""Until when a step should be taken: calendar or working days after the day it was asked for. Knows neither database nor clock.

Saturday and Sunday are off and the other days are worked, unless the calendar of the pool says otherwise (holidays, and the weekends worked for them).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

SATURDAY = 5
LONGEST = 3660


def is_working(day: date, known: Mapping[date, bool]) -> bool:
    """Say whether a day is worked: as the calendar says, else Monday to Friday."""
    return known.get(day, day.weekday() < SATURDAY)


def last_day(asked: date, days: int, working: bool, known: Mapping[date, bool]) -> date:
    """Return the last day for a step asked for on `asked`, which itself does not count; 0 days means the same day (or the next one worked)."""
    if not working:
        return asked + timedelta(days=days)
    day, left = asked, days
    for _ in range(LONGEST):
        if left == 0 and is_working(day, known):
            return day
        day += timedelta(days=1)
        if left and is_working(day, known):
            left -= 1
    return day
