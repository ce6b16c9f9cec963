"""The life of a thing in days and months: service life, newness and carrying amount, all exact (SAVINGS.md, Words)."""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction

from assetpool.core.money import Fen, rhu


def add_months(day: date, months: int) -> date:
    """Return the day `months` later (or earlier); days 29 to 31 clamp to the month's end, beyond the calendar to its last day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def life_days(begun_on: date, months: int) -> int:
    """Return `N`: days from a day to `months` (≥ 1) later; ValueError for a shorter life."""
    if months < 1:
        raise ValueError("a service life has at least one month")
    return (add_months(begun_on, months) - begun_on).days


def newness(life: int, used: int, floor: Fraction | None) -> Fraction:
    """Return `n` = max(0, N − a) / N exactly, at least `floor` where one is granted (received good or better by a keeper)."""
    exact = Fraction(max(0, life - max(0, used)), life)
    return exact if floor is None else max(exact, floor)


def carrying_amount(original_value: Fen | None, acquired_on: date | None, life_months: int | None, on_day: date) -> Fen | None:
    """Return the book value per unit on a day by straight line and whole months, without residual value; None if the original value is unknown.

    As government accounting has it (政府会计准则第3号应用指南): the month of acquisition is depreciated, the month in which the thing
    leaves is not. Where acquisition or life is unknown nothing is depreciated, so that a loss is never stated too low.
    """
    if original_value is None or acquired_on is None or life_months is None:
        return original_value
    months = (on_day.year - acquired_on.year) * 12 + on_day.month - acquired_on.month
    return original_value - rhu(Fraction(original_value * min(max(0, months), life_months), life_months))
