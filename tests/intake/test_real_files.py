"""Files that governments and other programs really published are read to their own totals.

They lie beside the repository and not in it; where they are missing these tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from assetpool.intake.reading import Reading, read_rows

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the published files are not beside the repository")


def read(name: str, sheet: str | None = None) -> Reading:
    path = REAL / name
    reading = read_rows(path.read_bytes(), path.name, sheet)
    assert reading.stored + len(reading.refused) + len(reading.skipped) == reading.rows_read
    return reading


def test_tennessee_is_read_to_the_totals_it_states() -> None:
    reading = read("leso-state-books/TN.xlsx")
    assert (reading.stored, reading.units, reading.value_fen, reading.refused) == (7608, 41626, 12_157_493_543, [])
    assert reading.skipped == [(7610, "total"), (7611, "footer")] and reading.header_row == 1
    warned = Counter(problem.code for problem in reading.problems)
    assert warned == {"price_zero": 214, "external_no_missing": 43, "name_from_code": 5}
    sporting = [row for row in reading.rows if row.name == "ATHLETIC AND SPORTING EQUIPMENT"]
    assert (len(sporting), sum(row.quantity for row in sporting)) == (22, 884)
    assert {(row.class_code_set, row.class_code) for row in sporting} == {("FSC", "7810")}


def test_idaho_is_read_to_the_totals_it_states() -> None:
    reading = read("leso-state-books/ID.xlsx")
    assert (reading.stored, reading.units, reading.value_fen) == (1041, 2947, 961_353_751)
    assert [reason for _, reason in reading.skipped] == ["total", "footer"]


def test_minnesota_lacks_five_names_and_has_no_code_to_take_instead() -> None:
    reading = read("leso-state-books/MN.xlsx")
    assert (reading.stored, len(reading.refused), reading.skipped) == (3693, 5, [(3700, "total")])
    nameless = sum(int(float(row.cells["total_value"]) * 100) for row in reading.refused)
    assert reading.value_fen + nameless == 991_180_756


def test_north_carolina_has_two_sheets() -> None:
    general = read("leso-state-books/NC.xlsx")
    assert (general.sheet, general.stored) == ("NC General", 1108)
    assert [problem.code for problem in general.problems if problem.row == 0] == ["other_sheets"]
    assert read("leso-state-books/NC.xlsx", "NC Tactical").stored == 3096


def test_a_workbook_and_a_text_file_of_the_same_rows_are_the_same() -> None:
    as_book, as_text = read("leso-federal/2019-12-31-federal-agencies.xlsx"), read("leso-federal/2019-12-31-federal-agencies.csv")
    assert as_book.rows == as_text.rows and as_book.stored == 169


def test_an_inventory_in_spanish_keeps_its_leading_zeros() -> None:
    reading = read("peru-drtc/inventory-2025-part.csv")
    assert reading.stored == 1727 and all(len(row.external_no) == 12 for row in reading.rows)
    assert Counter(row.condition for row in reading.rows) == {"fair": 1067, "good": 384, "poor": 276}
    assert "SIN MARCA" not in {row.brand for row in reading.rows}


def test_files_of_other_programs_are_read() -> None:
    snipe = read("peers/snipe-it/assets-sample.csv")
    assert (snipe.encoding, snipe.stored, snipe.problems) == ("utf-8-sig", 22, [])
    assert (snipe.rows[0].external_no, str(snipe.rows[0].acquired_on), snipe.rows[0].tag) == ("ICC-2065556", "2023-01-23", "")
    assert read("peers/homebox/fields.csv").units == 6
    shelf = read("peers/shelf/asset-import.csv")
    assert [(row.name, row.quantity) for row in shelf.rows] == [("Office Pens", 500), ("Server Rack U6", 8)]
    assert read("cjk-public-facilities/yaizu-aed.csv").stored == 82


def test_every_published_table_is_read_without_a_fault() -> None:
    for path in sorted(REAL.glob("peers/*/*.csv")):
        assert read(str(path.relative_to(REAL))).rows_read > 0
