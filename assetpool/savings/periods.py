"""Periods of the ledger: months, quarters and years by name, which of them are closed, and where a fact of a day is entered.

A closed period takes no entry any more. A fact of a closed month is entered in the earliest open month after it and names the month it
corrects; its business day stays (SAVINGS.md, rule 8).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assetpool.core.errors import N_, DomainError
from assetpool.core.models import Pool
from assetpool.savings.models import SavingEntry
from assetpool.savings.period_models import ClosedPeriod

_MONTH, _QUARTER, _YEAR = re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), re.compile(r"(\d{4})-Q([1-4])"), re.compile(r"\d{4}")
_KEPT = "closed_months"
FIRST_YEAR = 1900


class NoSuchPeriod(DomainError):
    """A name that is neither a month nor a quarter nor a year."""

    status = 422
    sentence = N_("%(name)s is no period. Write a month as 2026-04, a quarter as 2026-Q2, a year as 2026.")


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year: its name, its first and last month (YYYY-MM)."""

    name: str
    first_month: str
    last_month: str

    @property
    def first_day(self) -> date:
        """Return the first day."""
        return date(int(self.first_month[:4]), int(self.first_month[5:]), 1)

    @property
    def last_day(self) -> date:
        """Return the last day."""
        return last_day_of(self.last_month)

    @property
    def months(self) -> tuple[str, ...]:
        """Return the months, the earliest first."""
        found, month = [self.first_month], self.first_month
        while month < self.last_month:
            month = month_after(month)
            found.append(month)
        return tuple(found)

    @property
    def contained(self) -> tuple[str, ...]:
        """Return the names of all periods that close with this one: its months, the quarters that lie in it, itself."""
        quarters = [f"{self.name}-Q{number}" for number in range(1, 5)] if len(self.name) == 4 else []
        return tuple(dict.fromkeys([*self.months, *quarters, self.name]))


def named(name: str) -> Period:
    """Return the period of a name (YYYY-MM, YYYY-Qn, YYYY); raise NoSuchPeriod."""
    text = name.strip().upper()
    if text[:4].isdigit() and int(text[:4]) >= FIRST_YEAR and text.isascii():
        if _MONTH.fullmatch(text):
            return Period(text, text, text)
        if quarter := _QUARTER.fullmatch(text):
            last = int(quarter[2]) * 3
            return Period(text, f"{quarter[1]}-{last - 2:02d}", f"{quarter[1]}-{last:02d}")
        if _YEAR.fullmatch(text):
            return Period(text, f"{text}-01", f"{text}-12")
    raise NoSuchPeriod(name=name.strip()[:20] or "-")


def month_of(day: date) -> str:
    """Return the month a business day belongs to (YYYY-MM)."""
    return f"{day.year:04d}-{day.month:02d}"


def month_after(month: str) -> str:
    """Return the month after a month."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def last_day_of(month: str) -> date:
    """Return the last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def month_ends(first: date, last: date) -> list[date]:
    """Return the last days of the months from that of `first` on that lie before `last`."""
    found, month = [], month_of(first)
    while (end := last_day_of(month)) < last:
        found.append(end)
        month = month_after(month)
    return found


def whole_months(first_day: date, last_day: date) -> tuple[str, str] | None:
    """Return first and last month of days that are whole months; None for others."""
    if first_day.day != 1 or first_day > last_day or last_day != last_day_of(month_of(last_day)):
        return None
    return month_of(first_day), month_of(last_day)


def entered(first_day: date, last_day: date, entry: Any = SavingEntry) -> ColumnElement[bool]:
    """Return which entries belong to days: over whole months those posted in them, over other days those whose business day lies there."""
    months = whole_months(first_day, last_day)
    found: ColumnElement[bool] = entry.business_day.between(first_day, last_day) if months is None else entry.period.between(*months)
    return found


def open_month(month: str, closed: Container[str]) -> str:
    """Return the month itself if it is open, else the earliest open one after it."""
    while month in closed:
        month = month_after(month)
    return month


def corrected(period: str, day: date, corrects: str | None = None) -> str | None:
    """Return which period an entry in `period` corrects: the one named (of the entry it reverses, say), else that of its business day; None for its own."""
    if corrects is not None and corrects != period:
        return corrects
    return None if month_of(day) == period else month_of(day)


def closed_months(session: Session, pool_id: int) -> frozenset[str]:
    """Return the closed months of a pool, for an act that posts: none of them can be closed by somebody else until the act ends.

    Read once per act, under a shared lock on the pool that `hold_still` of a closing excludes.
    """
    transaction = session.get_transaction()
    kept = session.info.get(_KEPT)
    if kept is not None and kept[0] is transaction and pool_id in kept[1]:
        found: frozenset[str] = kept[1][pool_id]
        return found
    session.execute(select(Pool.id).where(Pool.id == pool_id).with_for_update(read=True)).one()
    found = frozenset(name for name in closed_names(session, pool_id) if _MONTH.fullmatch(name))
    transaction = session.get_transaction()
    kept = session.info.get(_KEPT)
    known = kept[1] if kept is not None and kept[0] is transaction else {}
    session.info[_KEPT] = (transaction, {**known, pool_id: found})
    return found


def closed_names(session: Session, pool_id: int) -> list[str]:
    """Return the names of all closed periods of a pool, in order."""
    return list(session.scalars(select(ClosedPeriod.period).where(ClosedPeriod.pool_id == pool_id).order_by(ClosedPeriod.period)))


def hold_still(session: Session, pool_id: int) -> None:
    """Wait until every act that posts in this pool has ended, and keep others from beginning to post until this act ends."""
    session.execute(select(Pool.id).where(Pool.id == pool_id).with_for_update(key_share=True)).one()
    session.info.pop(_KEPT, None)
