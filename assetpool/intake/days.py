"""Read days as ledgers write them; say when a day was only guessed."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assetpool.intake.figures import Cell

_EPOCH: Final = datetime.date(1899, 12, 30)
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp][Mm])?\s*(?:Z|[+-]\d{2}:?\d{2})?$")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_MONTH_ONLY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_YEAR_ONLY = re.compile(r"(19[4-9]\d|20\d\d)\s*年?")
_COMPACT = re.compile(r"(19\d\d|20\d\d)(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED = re.compile(r"(?:(\d{1,2})[\s-]+)?([A-Za-z]{3})[a-z]*\.?[\s-]*(?:(\d{1,2}),?)?[\s-]+(\d{4}|\d{2})")
_MONTHS: Final = {name: n for n, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was read. `guess` is '' (sure), 'order' (day and month could be swapped) or 'part' (only year or month was written)."""

    day: datetime.date
    guess: str = ""


def is_day_first(cells: Iterable[Cell]) -> bool | None:
    """Decide from a whole column whether 3/4/2023 means 3 April: a part above 12 tells; None when no cell or cells of both kinds tell."""
    day_first = month_first = False
    for cell in cells:
        written = _YEAR_LAST.match(cell.strip()) if isinstance(cell, str) and len(cell) < 40 else None
        if written:
            if written.group(2) == ".":
                day_first = True
            day_first = day_first or int(written.group(1)) > 12
            month_first = month_first or int(written.group(3)) > 12
    return None if day_first == month_first else day_first


def parse_day(value: Cell, day_first: bool | None = None) -> Day:
    """Read a day from a date cell, an Excel serial or text (ISO, 2023/4/1, 2023年4月1日, 20230401, 1/23/23, 3-Nov-2011).

    `day_first` settles d/m against m/d for the column; when it is None month first is taken and the doubt is told.
    """
    if isinstance(value, datetime.datetime):
        return Day(value.date())
    if isinstance(value, datetime.date):
        return Day(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _day_in(str(value).strip(), day_first)


@lru_cache(maxsize=4096)
def _day_in(text: str, day_first: bool | None) -> Day:
    iso = _ISO.match(text) if len(text) == 10 or text[10:11] in (" ", "T") else None
    if iso and (len(text) == 10 or _TIME.fullmatch(text[10:])):
        return Day(_day(*iso.groups()))
    return _written(_TIME.sub("", unicodedata.normalize("NFKC", text)).strip(), day_first)


def _day(year: str, month: str, day: str) -> datetime.date:
    return datetime.date(_full_year(year), int(month), int(day))


def _full_year(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return int(year) + (2000 if int(year) < 69 else 1900)


def _written(text: str, day_first: bool | None) -> Day:
    if found := _YEAR_FIRST.fullmatch(text):
        return Day(_day(*found.groups()))
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(found.group(1), found.group(3), found.group(4), True if found.group(2) == "." else day_first)
    if found := _COMPACT.fullmatch(text):
        return Day(_day(*found.groups()))
    if found := _YEAR_ONLY.fullmatch(text):
        return Day(datetime.date(int(found.group(1)), 1, 1), "part")
    if found := _MONTH_ONLY.fullmatch(text):
        return Day(datetime.date(int(found.group(1)), int(found.group(2)), 1), "part")
    if found := _SERIAL.fullmatch(text):
        return Day(_EPOCH + datetime.timedelta(days=int(found.group(1))))
    found = _NAMED.fullmatch(text)
    month = _MONTHS.get(found.group(2).casefold()) if found else None
    if found and month and (found.group(1) is None) != (found.group(3) is None):
        return Day(datetime.date(_full_year(found.group(4)), month, int(found.group(1) or found.group(3))))
    raise ValueError(text)


def _year_last(first: str, second: str, year: str, day_first: bool | None) -> Day:
    one, two = int(first), int(second)
    if one > 12 or two > 12:
        return Day(_day(year, second, first) if one > 12 else _day(year, first, second))
    if day_first is None:
        return Day(_day(year, first, second), "" if one == two else "order")
    return Day(_day(year, second, first) if day_first else _day(year, first, second))
