"""The workbook adds up: recalculated by another program, its formulas arrive at what the report shows, to the fen."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask

from assetpool.core.db import db
from assetpool.org.queries import access_of
from assetpool.reports import lines, queries, sheet
from assetpool.reports.figures import BASES, BYS, Report
from assetpool.savings.standing import STANDINGS
from tests import world as worlds
from tests.reports.bill import lend_the_bill
from tests.reports.test_recomputation import lives
from tests.savings import golden

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
FIRST, LAST = date(2021, 1, 1), date(2026, 12, 31)
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def made(by: str, basis: str) -> tuple[Report, bytes]:
    """Make the report and its workbook for the auditor."""
    session = db.session()
    access = access_of(session, worlds.found().auditor)
    asked = queries.ask(session, access, FIRST, LAST, by, basis)
    report = queries.report(session, access, FIRST, LAST, by, basis)
    return report, sheet.workbook(session, report, asked)


def forgotten(content: bytes) -> bytes:
    """Return a workbook whose formulas have forgotten their values, so that whatever it shows was reckoned anew."""
    kept = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(kept, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/"):
                data = re.sub(rb'<c ([^>]*?)( t="str")?><f>(.*?)</f><v>.*?</v></c>', rb"<c \1><f>\3</f><v>-77</v></c>", data)
            new.writestr(item, data)
    return kept.getvalue()


def recalculated(content: bytes, folder: Path) -> bytes:
    """Let LibreOffice reckon a workbook and save it."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(ALWAYS)
    (folder / "in.xlsx").write_bytes(forgotten(content))
    run = [str(OFFICE), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*run, str(folder / "out"), str(folder / "in.xlsx")], check=True, capture_output=True, timeout=240)
    return (folder / "out" / "in.xlsx").read_bytes()


def cells(content: bytes) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return the lines of the first two sheets: (row number or 'total', kind, standing) → columns."""
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for page in book.worksheets[:2]:
        for row in page.iter_rows(min_row=sheet.HEAD + 3, values_only=True):
            values = dict(zip(sheet.COLUMNS, row, strict=False))
            if values["standing"]:
                found[str(values["no"] or "total"), str(values["kind"]), str(values["standing"])] = values
    return found


def expected(report: Report) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return what each line should say: amounts in yuan, n/a where the report has None."""
    kinds = {"loan": "借用", "transfer": "调剂"}
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    numbered = [(str(number), row) for number, row in enumerate(report.rows, start=1)] + [("total", row) for row in report.totals]
    for number, row in numbered:
        for stands in STANDINGS:
            figures = row.standings[stands]
            if not figures.acts and not any(amount is not None for amount in figures.provisional.values()):
                continue
            amounts = {"avoided": figures.avoided(report.basis), "cost": figures.known_cost, "saving": figures.saving(report.basis)}
            amounts |= {name: figures.series[name] for name in BASES[1:]}
            rate = None if figures.rate is None else float(figures.rate)
            found[number, kinds.get(row.kind, row.kind), stands] = {
                **{name: "n/a" if amount is None else amount / 100 for name, amount in amounts.items()},
                "items": figures.items,
                "item_loans": figures.item_loans,
                "valued": figures.valued,
                "costed": figures.costed,
                "rate": "n/a" if rate is None else round(rate, 4),
            }
    return found


def differences(report: Report, content: bytes) -> list[str]:
    """Compare a workbook's cells with the report."""
    got, wanted = cells(content), expected(report)
    kinds = {key[1] for key in got}
    if not kinds & {"借用", "调剂"}:
        wanted = {(n, {"借用": "Loan", "调剂": "Transfer"}.get(k, k), s): v for (n, k, s), v in wanted.items()}
    found = [f"{key} is {'missing' if key in wanted else 'too much'}" for key in got.keys() ^ wanted.keys()]
    for key in got.keys() & wanted.keys():
        for name, value in wanted[key].items():
            cell = got[key][name]
            if (
                (cell if isinstance(cell, (int, float)) else "n/a") != pytest.approx(value, abs=0.0001)
                if isinstance(value, float)
                else (cell not in (value, "不适用") if value == "n/a" else cell != value)
            ):
                found.append(f"{key} {name}: {cell!r} instead of {value!r}")
    return found


@pytest.mark.parametrize("by", BYS)
def test_what_is_shown_without_reckoning_is_the_report(app: Flask, by: str) -> None:
    with app.app_context():
        lives(worlds.found())
        report, content = made(by, "adopted")
        assert differences(report, content) == []
        assert {str(row["agrees"]) for row in cells(content).values()} <= {"yes", "是"}


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed, so the workbook was not reckoned by another program")
@pytest.mark.parametrize(("by", "basis"), [("event", "adopted"), ("month", "adopted"), ("class", "rental"), ("organization", "consumption")])
def test_another_program_arrives_at_what_is_shown(app: Flask, tmp_path: Path, by: str, basis: str) -> None:
    with app.app_context():
        lives(worlds.found())
        report, content = made(by, basis)
    again = recalculated(content, tmp_path)
    assert differences(report, again) == []
    assert {str(row["agrees"]) for row in cells(again).values()} <= {"yes", "是"}
    assert len(cells(again)) > 5


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed, so the workbook was not reckoned by another program")
def test_another_program_sees_an_entry_that_was_altered(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        lend_the_bill(worlds.found())
        report, content = made("kind", "adopted")
    book = openpyxl.load_workbook(BytesIO(content))
    page = book["Entries"]
    cell = next(page.cell(row, 7) for row in range(5, page.max_row + 1) if page.cell(row, 7).value)
    cell.value = cell.value + 1
    altered = BytesIO()
    book.save(altered)
    again = recalculated(altered.getvalue(), tmp_path)
    assert differences(report, again) != []
    assert {str(row["agrees"]) for row in cells(again).values()} & {"no", "否"}


def test_the_golden_loan_stands_in_the_workbook_to_the_fen(app: Flask) -> None:
    with app.app_context():
        lend_the_bill(worlds.found())
        _, content = made("class", "adopted")
    total = next(row for (number, _, stands), row in cells(content).items() if number == "total" and stands == "A")
    assert (total["avoided"], total["cost"], total["saving"]) == (golden.G1_PURCHASE / 100, golden.G1_COST / 100, golden.G1_PURCHASE_SAVING / 100)
    assert (total["items"], total["rate"]) == (2344, 0.7)


def test_totals_are_formulas_and_texts_never_are(app: Flask) -> None:
    with app.app_context():
        lives(worlds.found())
        _, content = made("class", "adopted")
    book = openpyxl.load_workbook(BytesIO(content))
    page = book.worksheets[0]
    formulas = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str) and cell.value.startswith("=")]
    assert any("SUMIFS(Acts!" in one for one in formulas) and any("SUM(J" in one for one in formulas)
    assert any(str(cell.value).startswith("=ROUND(SUM(Entries!") for row in book["Acts"].iter_rows() for cell in row)
    assert all(one.startswith(("=SUM", "=IF(", "=ROUND(", "=COUNT(")) for page in book for row in page.iter_rows() for one in _running(row))
    assert any(cell.value == "=条桌" and cell.data_type == "s" for row in _raw(content)["Acts"].iter_rows() for cell in row)


def _running(row: Any) -> list[str]:
    return [cell.value for cell in row if cell.data_type == "f" and cell.value != "=条桌"]


def _raw(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content), data_only=True)


def test_too_many_entries_stay_out_and_the_acts_carry_their_sums(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        lives(worlds.found())
        monkeypatch.setattr(sheet, "MOST_ENTRIES", 3)
        report, content = made("event", "adopted")
        assert differences(report, content) == []
        assert openpyxl.load_workbook(BytesIO(content)).sheetnames[2:] == ["Acts"]
        count = lines.entry_count(db.session(), queries.ask(db.session(), access_of(db.session(), worlds.found().auditor), FIRST, LAST, "event", "adopted"))
        assert count > 30
