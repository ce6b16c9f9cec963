"""The reading engine lent to the price book, which stands below and cannot call it: any table file, and the cells people write."""

from __future__ import annotations

from datetime import date

from assetpool.intake.days import parse_day
from assetpool.intake.figures import Cell, as_text, parse_decimal, parse_flag, to_fen
from assetpool.intake.headings import plain
from assetpool.intake.spreadsheet import Workbook
from assetpool.prices.reading import Engine


def table(data: bytes, filename: str, sheet: str | None) -> tuple[str, list[list[Cell]]]:
    """Return the name and cells of a sheet (default: the first visible one); raise FileRefused and SheetNotFound."""
    book = Workbook(data, filename)
    found = book.table(sheet if sheet is not None else book.visible[0])
    return found.sheet, found.rows


def amount(cell: Cell) -> int:
    """Return an amount in fen; raise ValueError for what is none or has more than two decimals."""
    fen, is_odd = to_fen(parse_decimal(cell))
    if is_odd:
        raise ValueError(cell)
    return fen


def day(cell: Cell) -> date:
    """Return a day written in full and beyond doubt; raise ValueError for any other."""
    found = parse_day(cell)
    if found.guess:
        raise ValueError(cell)
    return found.day


ENGINE = Engine(table, amount, day, parse_flag, as_text, plain)
