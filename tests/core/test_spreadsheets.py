"""Cells that spreadsheets keep as they were typed."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from assetpool.core import spreadsheets


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", " =1"])
def test_text_that_would_run_begins_with_an_apostrophe(typed: str) -> None:
    assert spreadsheets.cell(typed) == f"'{typed}"


@pytest.mark.parametrize(("value", "written"), [("a=1", "a=1"), ("", ""), ("  ", "  "), (-5, -5), (True, 1), (None, None)])
def test_all_else_stays_as_it_is(value: Any, written: Any) -> None:
    assert spreadsheets.cell(value) == written


def test_amounts_below_zero_stay_numbers_to_the_fen() -> None:
    rows = [["=1", spreadsheets.money(-500)], ["less", spreadsheets.money(-7)], ["unknown", spreadsheets.money(None)]]
    assert spreadsheets.csv_whole(["what", "yuan"], rows) == "\ufeffwhat,yuan\r\n'=1,-5.00\r\nless,-0.07\r\nunknown,\r\n".encode()


def test_a_workbook_keeps_text_as_text() -> None:
    kept = io.BytesIO()
    with spreadsheets.workbook(kept) as book:
        book.add_worksheet("a").write_row(0, 0, ["=1+1", "https://example.org", spreadsheets.money(-150), None])
    row = openpyxl.load_workbook(kept).active[1]
    assert [(one.value, one.data_type, one.hyperlink) for one in row[:3]] == [("=1+1", "s", None), ("https://example.org", "s", None), (-1.5, "n", None)]
