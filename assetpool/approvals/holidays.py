"""The calendar of days off and of weekends that are worked: read from a table of `day,working,name`, kept per pool."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.rule_models import CalendarDay
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.org.models import Role
from assetpool.org.queries import access_of, root_of
from assetpool.org.service import demand

WORKED = frozenset({"1", "true", "yes", "y", "working", "work", "是", "班", "上班", "工作日"})
OFF = frozenset({"0", "false", "no", "n", "off", "holiday", "否", "休", "休息", "放假", "节假日"})
MOST_DAYS = 5000
LARGEST_FILE = 1_000_000


class CalendarUnreadable(DomainError):
    """A row of the table cannot be read."""

    status = 422
    sentence = N_("Row %(row)s of the calendar cannot be read: “%(text)s”. Write a day as 2026-10-01, then 1 for worked or 0 for off.")


@dataclass(frozen=True)
class Day:
    """One day that differs from the week: worked or off, and what it is called."""

    day: date
    working: bool
    name: str = ""


def read(content: bytes) -> list[Day]:
    """Read a table of days, in UTF-8 or GB18030, with or without a heading; raise CalendarUnreadable with the row."""
    if len(content) > LARGEST_FILE:
        raise FieldInvalid(field=Word(N_("File")), problem=Word(N_("it is larger than 1 MB. Choose the table of days.")))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    found: dict[date, Day] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and not any(letter.isdigit() for letter in cells[0])):
            continue
        one = _day(number, cells)
        found[one.day] = one
    if not found:
        raise FieldInvalid(field=Word(N_("File")), problem=Word(N_("it holds no days. Write one a row: day,working,name.")))
    if len(found) > MOST_DAYS:
        raise FieldInvalid(field=Word(N_("File")), problem=Word(N_("it holds more than 5,000 days. Import fewer years.")))
    return sorted(found.values(), key=lambda one: one.day)


def _day(number: int, cells: list[str]) -> Day:
    said = cells[1].lower() if len(cells) > 1 else ""
    try:
        day = date.fromisoformat(cells[0].replace("/", "-"))
    except ValueError as error:
        raise CalendarUnreadable(row=number, text=",".join(cells)[:80]) from error
    if said not in WORKED | OFF:
        raise CalendarUnreadable(row=number, text=",".join(cells)[:80])
    return Day(day, said in WORKED, cells[2][:80] if len(cells) > 2 else "")


def keep(session: Session, days: Iterable[Day], *, by: int) -> int:
    """Write days into the calendar of the pool, over what stood there; return how many. An administrator of the whole pool does it."""
    pool_id = access_of(session, by).pool_id
    root = root_of(session, pool_id)
    demand(session, by, Role.ADMINISTRATOR, root.id if root is not None else 0)
    wanted = {one.day: one for one in days}
    known = {row.day: row for row in session.scalars(select(CalendarDay).where(CalendarDay.pool_id == pool_id, CalendarDay.day.in_(wanted)))}
    for day, one in wanted.items():
        row = known.get(day)
        if row is None:
            session.add(CalendarDay(pool_id=pool_id, day=day, working=one.working, name=one.name))
        else:
            row.working, row.name = one.working, one.name
    session.flush()
    return len(wanted)


def forget(session: Session, day: date, *, by: int) -> None:
    """Let a day be again what its weekday says."""
    pool_id = access_of(session, by).pool_id
    root = root_of(session, pool_id)
    demand(session, by, Role.ADMINISTRATOR, root.id if root is not None else 0)
    row = session.scalar(select(CalendarDay).where(CalendarDay.pool_id == pool_id, CalendarDay.day == day))
    if row is not None:
        session.delete(row)
        session.flush()


def days_known(session: Session, pool_id: int, first: date, last: date) -> dict[date, bool]:
    """Return which days from first to last are worked or off other than their weekday says."""
    statement = select(CalendarDay.day, CalendarDay.working).where(CalendarDay.pool_id == pool_id, CalendarDay.day >= first, CalendarDay.day <= last)
    return {row.day: row.working for row in session.execute(statement)}


def listed(session: Session, pool_id: int, year: int) -> list[CalendarDay]:
    """Return the days of a year that the calendar knows, in order."""
    statement = select(CalendarDay).where(CalendarDay.pool_id == pool_id, CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
    return list(session.scalars(statement.order_by(CalendarDay.day)))
