"""A table of outcomes to take away: as a workbook, or as CSV with a byte order mark."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import Response

from assetpool.core import spreadsheets
from assetpool.core.web import attachment


@dataclass(frozen=True)
class Sheet:
    """Heads and rows under a title, with notes on how they were found. Whole numbers, exact ratios, days and texts; None stays empty."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the tables as XLSX, a page each."""
    kept = io.BytesIO()
    book = spreadsheets.workbook(kept)
    heavy, head = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    for number, sheet in enumerate(sheets, 1):
        page = book.add_worksheet(f"{number} {''.join(' ' if c in ':[]*?/' + chr(92) else c for c in sheet.title)}"[:31])
        page.write_string(0, 0, sheet.title, heavy)
        for line, note in enumerate(sheet.notes, 1):
            page.write_string(line, 0, note)
        first = len(sheet.notes) + 2
        page.write_row(first, 0, sheet.heads, head)
        for line, row in enumerate(sheet.rows, first + 1):
            page.write_row(line, 0, [_cell(value) for value in row])
        page.set_column(0, 0, 34)
        page.set_column(1, max(1, len(sheet.heads) - 1), 16)
        page.freeze_panes(first + 1, 1)
    book.close()
    return kept.getvalue()


def _cell(value: Any) -> Any:
    """Return a value as a workbook holds it; a float only here, where spreadsheets know nothing else."""
    if isinstance(value, Fraction):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def csv_text(sheet: Sheet) -> bytes:
    """Return heads and rows as CSV in UTF-8; a text that a spreadsheet would run begins with an apostrophe."""
    return spreadsheets.csv_whole(sheet.heads, ([f"{float(value):.6f}" if isinstance(value, Fraction) else value for value in row] for row in sheet.rows))


def given(kind: str, sheets: Sequence[Sheet], name: str) -> Response:
    """Answer with the tables as a file: xlsx holds all of them, csv the first."""
    content, media = (workbook(sheets), spreadsheets.XLSX) if kind == "xlsx" else (csv_text(sheets[0]), spreadsheets.CSV)
    return attachment(content, media, f"{name}.{kind}")
