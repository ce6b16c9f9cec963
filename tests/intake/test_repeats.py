"""Rows that repeat an earlier one are read as if each were looked at anew."""

from __future__ import annotations

import csv
import io
import random

import pytest

from assetpool.intake import reading, repeats
from assetpool.intake.reading import Reading, read_rows
from tests.intake.tables import xlsx

HEADINGS = ["资产名称", "分类代码", "规格型号", "单位", "数量", "单价", "取得日期", "序列号", "资产编号", "标签", "存放地点", "备注"]
NAMES = ["折叠桌", "合计", "", "资产名称", "会议椅"]
NUMBERS = ["", "N/A", "无", "SN-1", "sn-1", "=1+1", "+7", "1E+05", "ZC-0000-0", "ａ１", "a b", "x" * 101, " k1 ", "0012"]

ODDITIES = ((0, NAMES), (4, ["2", "", "0", "x", "12张"]), (5, ["0", "", "12.345", "两百"]), (6, ["3/4/2023", "2025", "?"]), (11, ["注：略"]))


def _row(dice: random.Random, number: int) -> list[str]:
    usual = ["折叠桌", "A02010000", "规格", "张", "1", "1200.00", "2025-03-01", f"S{number}", f"E{number}", "", "甲区", ""]
    if dice.random() < 0.5:
        usual[dice.choice((7, 8))] = dice.choice(NUMBERS)
    if dice.random() < 0.2:
        place, others = dice.choice(ODDITIES)
        usual[place] = dice.choice(others)
    return usual


def _all_of(found: Reading) -> list[object]:
    return [found.rows, found.problems, found.refused, found.skipped]


def _in_full(monkeypatch: pytest.MonkeyPatch, content: bytes, name: str) -> Reading:
    with monkeypatch.context() as patched:
        patched.setattr(repeats, "PATTERNS_MAX", 0)
        return read_rows(content, name)


@pytest.mark.parametrize("seed", range(8))
def test_a_repeated_row_reads_as_if_it_stood_alone(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    dice = random.Random(seed)
    rows = [_row(dice, number // dice.choice((1, 1, 1, 9))) for number in range(400)]
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    book = text.getvalue().encode()
    assert _all_of(read_rows(book, "book.csv")) == _all_of(_in_full(monkeypatch, book, "book.csv"))
    cells = [[float(cell) if cell in ("1", "1200.00", "0012") else cell or None for cell in row] for row in rows]
    workbook = xlsx([HEADINGS, *cells])
    assert _all_of(read_rows(workbook, "book.xlsx")) == _all_of(_in_full(monkeypatch, workbook, "book.xlsx"))


def test_most_rows_of_a_plain_book_are_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    shared = ["折叠桌", "A02010000", "规格", "张", "1", "1200.00", "2025-03-01"]
    csv.writer(text).writerows([HEADINGS, *([*shared, f"S{n}", f"E{n}", "", "", ""] for n in range(50))])
    read: list[int] = []
    whole = reading.RowReader.read

    def counted(self: reading.RowReader, row_no: int, *rest: object) -> object:
        read.append(row_no)
        return whole(self, row_no, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.RowReader, "read", counted)
    found = read_rows(text.getvalue().encode(), "book.csv")
    assert found.stored == 50 and found.rows[-1].serial == "S49" and found.rows[-1].row_no == 51
    assert read == [2]
