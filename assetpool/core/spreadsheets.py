"""Tables for spreadsheets, as CSV and as workbooks: what stands in a cell is text or a number, never a formula or a link that somebody typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pkgutil import resolve_name
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Spreadsheets read a CSV as UTF-8 only with this before it."""
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


@cache
def _writer(part: str) -> Any:
    """Return what writes workbooks; it comes with the first one, since three megabytes would stand in every worker that never makes any."""
    return resolve_name(f"xlsxwriter.{part}")


def workbook(kept: io.BytesIO) -> Any:
    """Open a workbook, to be used in a `with`; afterwards `kept` holds the file. Text written into it stays text."""
    return _writer("workbook").Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def place(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the name of a cell in a formula, A1 for 0, 0; with `fixed` its column stays when the formula is copied."""
    return str(_writer("utility").xl_rowcol_to_cell(row, column, col_abs=fixed))


def letters(column: int) -> str:
    """Return the name of a column in a formula, A for 0."""
    return str(_writer("utility").xl_col_to_name(column))


def money(fen: int | None) -> Decimal | None:
    """Return fen as yuan with two decimals, a number for a cell of either kind; None stays empty."""
    return None if fen is None else Decimal(fen).scaleb(-2)


def cell(value: Any) -> Any:
    """Return a value as a CSV holds it: truth as 1 or 0, text that would run as a formula with an apostrophe before it, all else as it is."""
    if value.__class__ is str:
        return f"'{value}" if value.lstrip(" ")[:1] in _STARTS_FORMULA and value else value
    return int(value) if value.__class__ is bool else value


def csv_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as lines of CSV in UTF-8; every cell goes through `cell`, None stays empty."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[cell(value) for value in row] for row in rows])
    return text.getvalue().encode()


def csv_pages(heads: Sequence[str], pages: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """Yield a table of any length as CSV with a byte order mark, in the memory of one page."""
    yield BYTE_ORDER_MARK + csv_lines([heads])
    yield from map(csv_lines, pages)


def csv_whole(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a short table as CSV, as `csv_pages` writes it."""
    return b"".join(csv_pages(heads, [rows]))
