"""Rows that repeat an earlier one in everything but their numbers: what was read of that one holds for them too.

Only a row about which there was nothing to tell is repeated, and only where its own numbers are plain and new; every other row is read in full.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any, Final

from assetpool.intake.figures import PLACEHOLDERS, Cell
from assetpool.intake.rows import Row

NUMBERS: Final = ("external_no", "serial")
PATTERNS_MAX: Final = 20_000
# Free of what a code is examined for: formulas, blanks, wide letters, shortened figures; and within what the book holds.
_PLAIN_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_./-]{0,99}")
_BEFORE = attrgetter("name", "class_code", "class_code_set", "spec", "measure", "quantity", "unit_value_fen", "acquired_on")
_AFTER = attrgetter("condition", "brand", "tag", "organization", "place", "accumulated_depreciation_fen", "lot", "note", "code")


class Repeats:
    """Remember rows by all their cells but the numbers; `seen` are the numbers that must not come twice, (field, folded text) → row."""

    def __init__(self, columns: Mapping[str, int], from_text: bool, seen: dict[tuple[str, str], int]) -> None:
        others = sorted({column for name, column in columns.items() if name not in NUMBERS})
        self._cells = itemgetter(*others, others[0]) if others else None
        self._numbers = [(name, columns.get(name)) for name in NUMBERS]
        self._from_text = from_text
        self._seen = seen
        self._known: dict[Any, tuple[Any, Any, Any]] = {}

    def learn(self, row: Sequence[Cell], read: Row, amounts: Any) -> None:
        """Remember a row that was read without a word, with whatever its figures are counted by."""
        if self._cells is not None and not read.tag and len(self._known) < PATTERNS_MAX:
            self._known[self._key(row)] = (_BEFORE(read), _AFTER(read), amounts)

    def again(self, row_no: int, row: Sequence[Cell]) -> tuple[Row, Any] | None:
        """Return the row as it would be read, with its figures; None where it has to be read in full."""
        known = self._known.get(self._key(row)) if self._known else None
        if known is None:
            return None
        numbers, claimed = [], []
        for name, column in self._numbers:
            number = "" if column is None else _plain(row[column])
            if number is None or (not number and name == "external_no" and column is not None):
                return None
            if number:
                key = (name, number.casefold())
                if key in self._seen or key[1] in PLACEHOLDERS or key[1].startswith("zc-"):
                    return None
                claimed.append(key)
            numbers.append(number)
        for key in claimed:
            self._seen[key] = row_no
        before, after, amounts = known
        return Row(row_no, *before, *numbers, *after), amounts

    def _key(self, row: Sequence[Cell]) -> Any:
        """Return the cells by which rows are alike; in a workbook 1 and true are told apart."""
        assert self._cells is not None
        cells = self._cells(row)
        return cells if self._from_text else (cells, tuple(map(type, cells)))


def _plain(cell: Cell) -> str | None:
    """Return a cell's number as it is stored; None where it has to be looked at."""
    if cell is None or cell == "":
        return ""
    if type(cell) is float and cell.is_integer():
        cell = str(int(cell))
    return cell if type(cell) is str and _PLAIN_NUMBER.fullmatch(cell) else None
