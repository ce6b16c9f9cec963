"""Until when a step should be taken, over weekends, holidays and the weekends worked for them; and the table of days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetpool.approvals.deadline import is_working, last_day
from assetpool.approvals.holidays import CalendarUnreadable, Day, read
from assetpool.core.errors import FieldInvalid

FRIDAY = date(2026, 9, 25)
# Made up for the test: three days off, and a Sunday worked for one of them.
KNOWN = {date(2026, 9, 28): False, date(2026, 9, 29): False, date(2026, 9, 30): False, date(2026, 9, 27): True}


@pytest.mark.parametrize(
    ("asked", "days", "working", "known", "last"),
    [
        (FRIDAY, 3, False, KNOWN, date(2026, 9, 28)),
        (FRIDAY, 0, False, {}, FRIDAY),
        (FRIDAY, 1, True, {}, date(2026, 9, 28)),
        (FRIDAY, 2, True, {}, date(2026, 9, 29)),
        (FRIDAY, 1, True, KNOWN, date(2026, 9, 27)),
        (FRIDAY, 2, True, KNOWN, date(2026, 10, 1)),
        (date(2026, 9, 26), 0, True, {}, date(2026, 9, 28)),
        (FRIDAY, 0, True, {}, FRIDAY),
    ],
)
def test_the_last_day_for_a_step(asked: date, days: int, working: bool, known: dict[date, bool], last: date) -> None:
    assert last_day(asked, days, working, known) == last


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 20), st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.booleans()))
def test_so_many_days_are_worked_from_the_day_after_through_the_last_one(asked: date, days: int, known: dict[date, bool]) -> None:
    last = last_day(asked, days, True, known)
    between = [asked + timedelta(days=offset) for offset in range(1, (last - asked).days + 1)]
    assert is_working(last, known)
    assert sum(is_working(day, known) for day in between) == days or (days == 0 and not is_working(asked, known))


def test_the_table_of_days_is_read_as_offices_write_it() -> None:
    text = "日期,是否上班,名称\n2026-10-01,休,国庆节\n2026/10/10,班,\n\n2026-10-02,0\n"
    wanted = [Day(date(2026, 10, 1), False, "国庆节"), Day(date(2026, 10, 2), False), Day(date(2026, 10, 10), True)]
    assert read(text.encode()) == read(text.encode("gb18030")) == read(("\ufeff" + text).encode()) == wanted


@pytest.mark.parametrize("text", ["2026-10-01", "2026-10-01,maybe", "2026-13-01,1", "first day,1\nsecond day,0"])
def test_a_row_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(CalendarUnreadable):
        read(text.encode())


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(FieldInvalid):
        read(b"day,working\n")
