"""Every row of a table is stored, refused or skipped, for a reason that is said."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetpool.core.tags import make_tag
from assetpool.intake.problems import REFUSED, WARNINGS, problem_sentence, skip_sentence
from assetpool.intake.reading import Reading, read_rows
from tests.intake.tables import csv_file, replaced, xlsx

HEAD = ["name", "NSN", "quantity", "unit cost", "purchase date", "property number", "serial", "condition", "tag"]


def read(*rows: Sequence[Any], head: Sequence[str] = HEAD, **options: Any) -> Reading:
    reading = read_rows(xlsx([head, *rows]), "a.xlsx", **options)
    assert reading.stored + len(reading.refused) + len(reading.skipped) == reading.rows_read
    return reading


def codes(reading: Reading, level: str = "") -> list[tuple[int, str, str]]:
    return [(p.row, p.field, p.code) for p in reading.problems if not level or p.level == level]


def test_a_good_row_is_stored_as_it_stands() -> None:
    reading = read([" DESK,  OAK ", "7110-00-123-4567", 3, 1200.5, datetime.date(2020, 3, 4), "P-1", "S1", "good", ""])
    row = reading.rows[0]
    assert (row.name, row.class_code, row.class_code_set, row.quantity, row.lot) == ("DESK, OAK", "7110", "FSC", 3, True)
    assert (row.unit_value_fen, row.acquired_on, row.external_no, row.serial, row.condition) == (120050, datetime.date(2020, 3, 4), "P-1", "S1", "good")
    assert (reading.units, reading.value_fen, reading.assets, reading.problems) == (3, 360150, 1, [])


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (["", "", 1, 5, "2020-01-01", "P1"], "name", "name_missing"),
        (["desk", "", "", 5, "2020-01-01", "P1"], "quantity", "quantity_missing"),
        (["desk", "", "无", 5, "2020-01-01", "P1"], "quantity", "quantity_missing"),
        (["desk", "", 0, 5, "2020-01-01", "P1"], "quantity", "quantity_not_positive"),
        (["desk", "", -2, 5, "2020-01-01", "P1"], "quantity", "quantity_not_positive"),
        (["desk", "", 1.5, 5, "2020-01-01", "P1"], "quantity", "quantity_unreadable"),
        (["desk", "", "a few", 5, "2020-01-01", "P1"], "quantity", "quantity_unreadable"),
        (["desk", "", True, 5, "2020-01-01", "P1"], "quantity", "quantity_unreadable"),
        (["desk", "", 1, "cheap", "2020-01-01", "P1"], "unit_value", "amount_unreadable"),
        (["desk", "", 1, -5, "2020-01-01", "P1"], "unit_value", "amount_negative"),
        (["desk", "", 10_000_000, 9e12, "2020-01-01", "P1"], "unit_value", "amount_too_large"),
        (["desk", "", 1, 5, "soon", "P1"], "acquired_on", "date_unreadable"),
        (["desk", "", 1, 5, "2020-02-30", "P1"], "acquired_on", "date_unreadable"),
    ],
)
def test_a_row_that_cannot_be_stored_is_refused_with_its_reason(row: list[Any], field: str, code: str) -> None:
    reading = read(row, ["chair", "", 1, 5, "2020-01-01", "P2"])
    assert codes(reading, "refused") == [(2, field, code)]
    assert [r.row_no for r in reading.refused] == [2] and [r.name for r in reading.rows] == ["chair"]
    assert reading.refused[0].cells["external_no"] == "P1"


def test_all_faults_of_a_row_are_told_at_once() -> None:
    reading = read(["", "", "x", -1, "y", "P1"])
    assert {code for _, _, code in codes(reading, "refused")} == {"name_missing", "quantity_unreadable", "amount_negative", "date_unreadable"}


def test_what_is_doubtful_is_stored_with_a_warning() -> None:
    reading = read(
        ["", "7110-00-123-4567", 1, 5, "2020-01-01", "P1"],
        ["desk", "", 1, 0, "2020-01-01", "P2", "S1"],
        ["desk", "", 1, "", "2020-01-01", "", "s1", "shiny"],
        ["desk", "", 1, 1.005, "2020-01", "P2"],
    )
    assert codes(reading) == [
        (2, "name", "name_from_code"),
        (3, "unit_value", "price_zero"),
        (4, "unit_value", "price_missing"),
        (4, "external_no", "external_no_missing"),
        (4, "serial", "serial_repeated"),
        (4, "condition", "condition_unknown"),
        (5, "unit_value", "amount_rounded"),
        (5, "acquired_on", "date_incomplete"),
        (5, "external_no", "external_no_repeated"),
    ]
    assert reading.rows[0].name == "7110-00-123-4567" and not reading.refused
    assert [row.unit_value_fen for row in reading.rows] == [500, 0, None, 101]


def test_our_own_tag_comes_once() -> None:
    tag = make_tag(7)
    reading = read(
        ["desk", "", 1, 5, "", "P1", "", "", tag],
        ["desk", "", 1, 5, "", "P2", "", "", tag.lower()],
        ["desk", "", 1, 5, "", "P3", "", "", "old 7"],
    )
    assert [row.tag for row in reading.rows] == [tag, ""]
    assert (3, "tag", "tag_repeated") in codes(reading, "refused") and (4, "tag", "tag_unreadable") in codes(reading, "warning")


def test_a_tag_claimed_by_a_refused_row_is_free_for_the_next() -> None:
    tag = make_tag(7)
    reading = read(["desk", "", 0, 5, "", "P1", "", "", tag], ["desk", "", 1, 5, "", "P2", "", "", tag])
    assert [row.tag for row in reading.rows] == [tag]


def test_a_foreign_number_is_never_our_tag_but_our_tag_is_known_in_its_column() -> None:
    tag = make_tag(7)
    wrong = tag[:-1] + ("2" if tag[-1] != "2" else "3")
    reading = read(["desk", "", 1, 5, "", "7"], ["desk", "", 1, 5, "", tag], ["desk", "", 1, 5, "", wrong])
    assert [(row.tag, row.external_no) for row in reading.rows] == [("", "7"), (tag, ""), ("", wrong)]


def test_totals_footers_and_headings_between_are_skipped_and_things_are_not() -> None:
    reading = read(
        ["一、办公家具"],
        ["desk", "", 2, 10, "2020-01-01", "P1"],
        ["chair", "", 3, 5, "2020-01-01", "P2"],
        ["小计", "", 5, 15],
        [],
        HEAD,
        ["Total Station", "", 1, 100, "2020-01-01", "P3"],
        ["", "", 6, 115],
        ["", "", 4, 50],
        ["第 1 页"],
        ["制表人：张三", "", "", "", "审核：李四"],
        ["lonely name"],
    )
    assert reading.skipped == [(2, "section"), (5, "total"), (7, "heading"), (9, "total"), (11, "footer"), (12, "footer")]
    assert [row.name for row in reading.rows] == ["desk", "chair", "Total Station"]
    assert [refused.row_no for refused in reading.refused] == [10, 13]
    assert reading.rows_read == 11


def test_a_line_of_sums_by_formula_is_a_total_even_without_results() -> None:
    reading = read(["desk", "", 2, 10], ["chair", "", 3, 5], ["", "", "=SUM(C2:C3)", ""], head=HEAD[:4])
    assert reading.stored == 2 and reading.refused == []


def test_totals_become_unit_values_and_are_held_against_them() -> None:
    head = ["名称", "数量", "单价", "金额", "累计折旧"]
    reading = read(["桌", 3, "", 100, 30], ["桌", 4, "", 100, 500], ["桌", 2, 10, 25, ""], ["桌", 2, 10, 20, ""], ["桌", 10, 0.068, 0.68, ""], head=head)
    assert [row.unit_value_fen for row in reading.rows] == [3333, 2500, 1000, 1000, 7]
    assert [row.accumulated_depreciation_fen for row in reading.rows] == [1000, 12500, None, None, None]
    assert [(row, code) for row, field, code in codes(reading) if field != "external_no"] == [
        (2, "total_not_even"),
        (3, "depreciation_exceeds_value"),
        (4, "total_differs"),
        (6, "amount_rounded"),
    ]


def test_amounts_in_ten_thousands_are_read_so() -> None:
    assert read(["桌", 1, 1.25], head=["名称", "数量", "原值（万元）"]).rows[0].unit_value_fen == 1_250_000


def test_formulas_count_by_their_stored_result_and_not_without() -> None:
    data = xlsx([["name", "quantity", "unit cost", "total cost"], ["desk", 2, 5, "=B2*C2"], ["chair", "=1+1", 5, 10], ["stool", "=2+2", 5, 20]])
    data = replaced(data, "xl/worksheets/sheet1.xml", b"<f>2+2</f><v/>", b"<f>2+2</f><v>4</v>")
    reading = read_rows(data, "a.xlsx")
    assert [(row.name, row.quantity) for row in reading.rows] == [("desk", 2), ("stool", 4)]
    assert [found for found in codes(reading) if found[0] > 1] == [
        (2, "total_value", "formula_left_out"),
        (3, "quantity", "formula_without_value"),
        (4, "quantity", "formula"),
    ]


def test_formulas_in_text_files_are_refused_as_figures_and_kept_harmless_as_text() -> None:
    reading = read_rows(
        csv_file([["name", "quantity", "note"], ["desk", "=1+1", ""], ["=HYPERLINK(1)", 1, "-5"], ["'=chair", 1, "- soft"], ["stool", "+2", ""]]), "a.csv"
    )
    assert [(row.name, row.quantity) for row in reading.rows] == [("=HYPERLINK(1)", 1), ("=chair", 1), ("stool", 2)]
    assert [found for found in codes(reading) if found[0] > 1] == [(2, "quantity", "formula_without_value"), (3, "name", "formula_as_text")]


def test_a_measure_behind_the_count_and_a_flag_for_lots() -> None:
    reading = read(["桌", "12张", "否"], ["椅", 1, "是"], head=["名称", "数量", "是否批量"])
    assert [(row.quantity, row.measure, row.lot) for row in reading.rows] == [(12, "张", False), (1, "", True)]
    assert reading.assets == 13


def test_specification_and_model_in_two_columns_are_one() -> None:
    reading = read(["桌", "1.4m", "BG-2"], ["椅", "", "BY-1"], ["柜", "无", ""], head=["名称", "规格", "型号"])
    assert [row.spec for row in reading.rows] == ["1.4m BG-2", "BY-1", ""]


def test_codes_stay_text_and_damaged_ones_are_told() -> None:
    data = csv_file([["name", "FSC", "property number"], ["desk", "7110", "000123"], ["chair", "7110", "3.01043E+13"]])
    reading = read_rows(data, "a.csv")
    assert [(row.class_code, row.class_code_set, row.external_no) for row in reading.rows] == [("7110", "FSC", "000123"), ("7110", "FSC", "3.01043E+13")]
    assert (3, "external_no", "code_damaged") in codes(reading)
    assert read(["desk", 7110, 123456789012], head=["name", "FSC", "property number"]).rows[0].external_no == "123456789012"


def test_long_texts_are_cut_and_told() -> None:
    reading = read(["x" * 300, "", 1, 5, "", "P1"])
    assert len(reading.rows[0].name) == 200 and codes(reading) == [(2, "name", "text_shortened")]


def test_corrections_take_the_place_of_cells() -> None:
    rows = [["desk", "", "two", 5, "", "P1"], ["", "", 1, 5, "", "P2"]]
    reading = read(*rows, corrections={2: {"quantity": "2"}, 3: {"name": "chair"}})
    assert [(row.name, row.quantity) for row in reading.rows] == [("desk", 2), ("chair", 1)] and not reading.refused


def test_other_sheets_with_data_are_named() -> None:
    data = xlsx([["name"], ["desk"]], [["name"], ["chair"]], names=["One", "Two"])
    reading = read_rows(data, "a.xlsx")
    assert reading.sheet == "One" and [(p.code, p.figures["others"]) for p in reading.problems if p.row == 0] == [("other_sheets", "Two")]
    assert not [p for p in read_rows(data, "a.xlsx", sheet="Two").problems if p.row == 0]


def test_an_empty_sheet_is_told_and_not_an_error() -> None:
    reading = read_rows(xlsx([]), "a.xlsx")
    assert (reading.rows_read, reading.header_row, [p.code for p in reading.problems]) == (0, 0, ["sheet_empty"])


def test_every_problem_has_a_sentence_with_its_figures_in_either_language() -> None:
    reading = read(["", "", "x", -1, "y", ""], ["desk", "", 1, 0, "3/4/2020", "", "", "odd", "odd"])
    sentences = [problem_sentence(problem) for problem in reading.problems]
    assert "“x” in the column “quantity” is no whole number of pieces. Write it like 12." in sentences
    assert not [sentence for sentence in sentences if "%(" in sentence]
    assert problem_sentence(reading.problems[0], lambda sentence: "译文") == "译文"
    assert skip_sentence("total") == "A line with totals" and not set(REFUSED) & set(WARNINGS)


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co", "Cf")), min_size=1, max_size=12)
ROW = st.tuples(CELL, st.integers(1, 9999), st.integers(0, 10**9), st.dates(datetime.date(1960, 1, 1), datetime.date(2030, 1, 1)), CELL)


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12))
def test_a_random_table_says_the_same_as_workbook_and_as_text(rows: list[tuple[str, int, int, datetime.date, str]]) -> None:
    head = ["Item Name", "Quantity", "Unit Cost", "Ship Date", "Property Number"]
    book = openpyxl.Workbook()
    sheet = book.active
    for line in [head, *([name, count, fen / 100, day, number] for name, count, fen, day, number in rows)]:
        sheet.append(line)
    for line in sheet.iter_rows():
        for cell in line:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    out = io.BytesIO()
    book.save(out)
    text = csv_file([head, *([name, count, f"{fen // 100:,}.{fen % 100:02d}", day.isoformat(), number] for name, count, fen, day, number in rows)])
    as_book, as_text = read_rows(out.getvalue(), "a.xlsx"), read_rows(text, "a.csv")
    assert as_book.rows == as_text.rows or any(name[:1] in "'=+-@" or number[:1] in "'=+-@" for name, _, _, _, number in rows)
    assert (as_book.rows_read, as_book.skipped, as_book.units, as_book.value_fen) == (as_text.rows_read, as_text.skipped, as_text.units, as_text.value_fen)
    stored = {row.row_no: row for row in as_book.rows}
    for row_no, (name, count, fen, day, _) in enumerate(rows, 2):
        if row_no in stored:
            assert (stored[row_no].quantity, stored[row_no].unit_value_fen, stored[row_no].acquired_on) == (count, fen, day)
        else:
            assert not name.strip() or (row_no, "total") in as_book.skipped
