"""Take the cells of one row as text, codes and amounts, and note what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assetpool.core.money import yuan
from assetpool.intake.figures import Cell, as_code, as_text, is_placeholder, parse_decimal, to_fen
from assetpool.intake.problems import REFUSED, Problem

TEXT_MAX: Final[dict[str, int]] = {
    "name": 200,
    "spec": 200,
    "model": 200,
    "brand": 100,
    "serial": 100,
    "external_no": 100,
    "place": 80,
    "measure": 20,
    "class_code": 20,
    "class_code_set": 20,
    "organization": 200,
    "code": 100,
    "note": 2000,
}
_DAMAGED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)


@dataclass(slots=True)
class Columns:
    """What the rows have in common: the columns' labels by field, the amounts' factor (10,000 for 万元), the order of day and month."""

    labels: dict[str, str]
    factors: dict[str, Decimal]
    day_first: bool | None
    from_text: bool
    code_set: str


class CellReader:
    """Read the cells of the row that is set, and grow `problems`."""

    def __init__(self, columns: Columns) -> None:
        self.problems: list[Problem] = []
        self.columns = columns
        self.labels = columns.labels
        self.row_no = 0
        self.cells: Mapping[str, Cell] = {}
        self.formulas: Mapping[str, bool] = {}
        self.is_refused = False

    def is_blank(self, name: str) -> bool:
        """Tell whether a cell holds nothing, or only a sign for nothing."""
        cell = self.cells.get(name)
        return cell is None or cell == "" or (isinstance(cell, str) and (not cell.strip() or is_placeholder(cell.strip())))

    def tell(self, name: str, code: str, **figures: Any) -> None:
        """Note a problem of this row; one of the refusing kind refuses the row."""
        level = "refused" if code in REFUSED else "warning"
        self.is_refused = self.is_refused or level == "refused"
        self.problems.append(Problem(self.row_no, name, level, code, figures))

    def tell_cell(self, name: str, code: str, **figures: Any) -> None:
        """Note a problem of a cell, with what stands in it and its column."""
        self.tell(name, code, value=as_text(self.cells.get(name)), column=self.labels.get(name, name), **figures)

    def unreadable(self, name: str, code: str) -> None:
        """Refuse a number or day; a cell that begins like a formula is named as one."""
        cell = self.cells.get(name)
        is_formula = isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@") and self.columns.from_text
        self.tell_cell(name, "formula_without_value" if is_formula else code)

    def text(self, name: str) -> str:
        """Return a cell as text, fitted to what the book holds."""
        cell = self.cells.get(name)
        if cell is None or cell == "":
            return ""
        return self.fitted(name, as_text(cell))

    def code(self, name: str) -> str:
        """Return a cell as a code; placeholders count as nothing."""
        cell = self.cells.get(name)
        if cell is None or cell == "":
            return ""
        text = self.fitted(name, as_code(cell))
        if text[1:2] in (".", "E", "e") and _DAMAGED.fullmatch(text):
            self.tell_cell(name, "code_damaged")
        return "" if is_placeholder(text) else text

    def optional(self, name: str) -> str:
        """Return a cell as text; placeholders count as nothing."""
        if name not in self.labels:
            return ""
        text = self.text(name)
        return "" if is_placeholder(text) else text

    def fitted(self, name: str, text: str) -> str:
        """Cut a text to what the book holds and take the teeth out of formulas written as text."""
        if self.columns.from_text and text[:1] in ("=", "+", "-", "@", "'"):
            text = self.defused(name, text)
        if len(text) > TEXT_MAX[name]:
            self.tell(name, "text_shortened", column=self.labels.get(name, name), limit=TEXT_MAX[name])
            text = text[: TEXT_MAX[name]].rstrip()
        return text

    def defused(self, name: str, text: str) -> str:
        """Take off the apostrophe that exports put before such cells; tell a text that a spreadsheet program would compute."""
        if text[0] == "'":
            return text[1:] if text[1:2] in ("=", "+", "-", "@") else text
        try:
            parse_decimal(text)
        except ValueError:
            if text[0] in "=@" or text[1:2].isalnum() or text[1:2] in ("(", "="):
                self.tell_cell(name, "formula_as_text")
        return text

    def amount(self, name: str) -> tuple[int | None, Decimal]:
        """Return fen and the exact amount in yuan; None for an empty cell and, told, for what cannot be used."""
        if self.is_blank(name):
            return None, Decimal(0)
        if self.formulas.get(name) is False:
            return None, Decimal(0)
        try:
            exact = parse_decimal(self.cells.get(name)) * self.columns.factors.get(name, 1)
            fen, is_rounded = to_fen(exact)
        except ValueError:
            self.unreadable(name, "amount_unreadable")
            return None, Decimal(0)
        if fen < 0:
            self.tell_cell(name, "amount_negative")
            return None, Decimal(0)
        if is_rounded:
            self.tell_cell(name, "amount_rounded", rounded=yuan(fen, grouped=False))
        return fen, exact

    def word(self, name: str, parse: Callable[[Cell], Any], unknown: str) -> Any:
        """Return what `parse` reads in a cell; None, with the warning `unknown`, where it cannot."""
        if name not in self.labels:
            return None
        try:
            return parse(self.cells.get(name))
        except ValueError:
            self.tell_cell(name, unknown)
            return None
