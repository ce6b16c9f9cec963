"""Tell the rows that are no assets: totals, page footers, signature lines, headings between the rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from assetpool.intake.figures import Cell, as_text, parse_decimal
from assetpool.intake.headings import plain

_TOTAL_WORDS: Final = (
    "summary|total|totals|grandtotal|subtotal|sum|合计|总计|小计|共计|累计|本页合计|本页小计|本页累计|金额合计|数量合计|"
    "资产合计|合计金额|合計|小計|総計|总合计|totalgeneral|suma|sumatotal"
)
_TOTALS: Final = frozenset(_TOTAL_WORDS.split("|"))
_FOOTER = re.compile(
    r"^(?:[-–—]\s*\d+\s*[-–—]|第\s*\d+\s*页.*|共\s*\d+\s*页.*|(?:page|página|pag\.?)\s*\d+.*|\d+\s*/\s*\d+\s*页?|"
    r"(?:制表|填表|审核|复核|经办|经手|打印|编制|录入|负责|盖章|单位负责|资产管理|部门负责|"
    r"财务负责|监交|交接|接收|移交|制单|printed|prepared by|signature)"
    r"(?:人|日期|时间|员|单位)?(?:\s*[（(].{0,8}[)）])?\s*[:：].*|(?:注|说明|备注|note)\s*[:：].*)$",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^(?:[一二三四五六七八九十]+\s*[、.．]|[（(][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十]+[章节部分类])")
_AMOUNTS: Final = ("quantity", "unit_value", "total_value", "accumulated_depreciation")
Amounts = tuple[Cell, ...]
_KNOWN_BY: Final = ("serial", "external_no", "tag", "acquired_on")


class Footers:
    """Judge rows in order, keeping the running sums against which a nameless line of figures is held."""

    def __init__(self, columns: Mapping[str, int], labels: Sequence[str], merged: Mapping[int, int]) -> None:
        self._columns = columns
        self._labels = labels
        self._merged = merged
        self._name_label = labels[columns["name"]] if "name" in columns else ""
        self._sums: dict[str, Decimal] = {name: Decimal(0) for name in _AMOUNTS}
        self._counted = 0
        self._waiting: list[Amounts] = []

    def reason(self, index: int, row: Sequence[Cell], cells: Mapping[str, Cell], computed: Mapping[str, bool]) -> str | None:
        """Return why a row is passed over ('total', 'footer', 'section', 'heading'), or None when it is a thing."""
        name, code = cells.get("name"), cells.get("code")
        if type(name) is str and len(name) > 6 and name != self._name_label and type(cells.get("quantity")) is float and plain(name) not in _TOTALS:
            return None
        texts = [text for cell in row if isinstance(cell, str) and (text := cell.strip())]
        if _is_total_word(name) or (texts and _is_total_word(texts[0]) and not as_text(name)):
            return "total" if not any(as_text(cells.get(known)) for known in _KNOWN_BY) else None
        if texts and self._repeats_labels(row):
            return "heading"
        figures = any(as_text(cells.get(amount)) for amount in _AMOUNTS)
        if not figures and any(_FOOTER.match(text) for text in texts):
            return "footer"
        if not figures and len(texts) == 1 and "quantity" in self._columns and sum(map(bool, map(as_text, row))) == 1:
            return "section" if self._merged.get(index, 1) > 2 or _SECTION.match(texts[0]) else None
        if not as_text(name) and not as_text(code) and not texts and self._adds_up(row, cells, computed):
            return "total"
        return None

    def is_thing(self, cells: Mapping[str, Cell]) -> bool:
        """Tell whether a row with these cells is a thing whatever its numbers are: it has a name that is no total's, and figures."""
        name = cells.get("name")
        named = isinstance(name, str) and bool(name.strip()) and bool(self._name_label) and name != self._name_label and not _is_total_word(name)
        return named and any(as_text(cells.get(amount)) for amount in _AMOUNTS)

    def count(self, cells: Mapping[str, Cell]) -> Amounts:
        """Count a thing's figures to the running sums; return them as `count_again` takes them."""
        amounts = tuple(cells.get(name) for name in _AMOUNTS)
        self._waiting.append(amounts)
        return amounts

    def count_again(self, amounts: Amounts) -> None:
        """Count the same figures once more."""
        self._waiting.append(amounts)

    def _add_up(self) -> None:
        """Bring the sums up to the last thing; seldom asked for, so that most files never need them."""
        self._counted += len(self._waiting)
        for amounts in self._waiting:
            for name, cell in zip(_AMOUNTS, amounts, strict=True):
                if cell:
                    self._sums[name] += _number(cell) or 0
        self._waiting.clear()

    def _repeats_labels(self, row: Sequence[Cell]) -> bool:
        same = 0
        for i in self._columns.values():
            if i < len(row) and self._labels[i]:
                if row[i] != self._labels[i]:
                    return False
                same += 1
        return same > 1

    def _adds_up(self, row: Sequence[Cell], cells: Mapping[str, Cell], computed: Mapping[str, bool]) -> bool:
        """Tell whether nothing but sums of the rows above, or formulas, stands in the row."""
        self._add_up()
        if self._counted < 2:
            return False
        written = {name: number for name in _AMOUNTS if (number := _number(cells.get(name))) is not None}
        if len(written) != sum(1 for cell in row if as_text(cell)):
            return False
        return all(name in computed or abs(number - self._sums[name]) < Decimal("0.01") for name, number in written.items())


def _is_total_word(cell: Cell) -> bool:
    return isinstance(cell, str) and 0 < len(cell) < 24 and plain(cell) in _TOTALS


def _number(cell: Cell) -> Decimal | None:
    try:
        return parse_decimal(cell)
    except ValueError:
        return None
