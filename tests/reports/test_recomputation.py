"""A reckoning that shares no code with the program arrives at every total of the report, from the exported files alone."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from assetpool.core.db import atomic, db
from assetpool.events.models import Event
from assetpool.org.queries import access_of
from assetpool.reports import exports, queries
from assetpool.savings import service as savings
from assetpool.savings.models import SavingEntry
from tests import world as worlds
from tests.independent import recompute
from tests.independent.comparing import FIRST, LAST, agree, exported
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill
from tests.savings import golden, ledger
from tests.world import World

SCRIPT = Path(recompute.__file__)


def lives(world: World) -> Bill:
    """Make the bill of G1, an opening statement, a loan lent again from one lot, one that was reversed, one rejected, one without costs."""
    made = bills.lend_the_bill(world)
    bills.bring_back(world, made, BEGUN + timedelta(days=90))
    bills.open_statement(world)
    day = date(2023, 3, 1)
    with bills.clock.at(ledger.at_noon(day)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "=条桌", 900_00, 200, 120, day)
        tag = ledger.bring(session, world, kind_id, 30, day, world.department_a)
        first = ledger.hand_over(session, world, tag, 20, day, day + timedelta(days=60))
        ledger.hand_over(session, world, tag, 5, day, None, kind="transfer")
    with bills.clock.at(ledger.at_noon(day + timedelta(days=10))), atomic() as session:
        back = ledger.take_back(session, world, first.tranches[0], day + timedelta(days=10), count=8)
        assert back
    with bills.clock.at(ledger.at_noon(day + timedelta(days=12))), atomic() as session:
        again = ledger.hand_over(session, world, tag, 12, day + timedelta(days=12), day + timedelta(days=30))
        gone = ledger.hand_over(session, world, tag, 1, day + timedelta(days=12), day + timedelta(days=30))
    with bills.clock.at(ledger.at_noon(day + timedelta(days=20))), atomic() as session:
        savings.accrue(session, world.pool, day + timedelta(days=20))
    with bills.clock.at(ledger.at_noon(day + timedelta(days=21))), atomic() as session:
        savings.review(session, [again.act], "accepted", "看过", world.reviewer)
        savings.review(session, [gone.act], "rejected", "没有用", world.reviewer)
    return made


def test_the_second_reckoning_arrives_at_every_total(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        world = worlds.found()
        lives(world)
        auditor = access_of(db.session(), world.auditor)
        assert agree(auditor, tmp_path / "all") > 100
        assert agree(auditor, tmp_path / "part", date(2023, 3, 12), date(2023, 3, 15)) > 10
        stranger = access_of(db.session(), world.stranger)
        exported(stranger, tmp_path / "none")
        assert recompute.reckon(str(tmp_path / "none"))["totals"] == []


def test_the_second_reckoning_sees_a_figure_that_was_altered(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        world = worlds.found()
        lives(world)
        auditor = access_of(db.session(), world.auditor)
        exported(auditor, tmp_path)
        file = tmp_path / "entries.csv"
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
        at = rows[0].index("adopted_fen")
        line = next(row for row in rows[1:] if row[at] not in ("", "0"))
        line[at] = str(int(line[at]) + 1)
        with file.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(rows)
        report = queries.report(db.session(), auditor, FIRST, LAST, "kind", "adopted")
        second = {(r["key"], r["standing"]): r["adopted"] for r in recompute.reckon(str(tmp_path))["totals"]}
        ours = {(r.key, s): f.series["adopted"] for r in report.totals for s, f in r.standings.items() if f.acts}
        assert second.keys() == ours.keys() and second != ours


def test_the_script_stands_alone(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        world = worlds.found()
        bills.lend_the_bill(world)
        exported(access_of(db.session(), world.auditor), tmp_path)
    imported = {line.split()[1].partition(".")[0] for line in SCRIPT.read_text().splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names) and importlib.util.find_spec("assetpool")
    run = [sys.executable, "-I", str(SCRIPT), str(tmp_path), "--basis", "purchase"]
    printed = json.loads(subprocess.run(run, capture_output=True, check=True, text=True, cwd=tmp_path).stdout)
    headline = next(row for row in printed["totals"] if row["standing"] == "A")
    assert (headline["purchase"], headline["cost"], headline["items"]) == (golden.G1_PURCHASE, golden.G1_COST, 2344)
    assert headline["rate"] == {"numerator": 7, "denominator": 10}
    assert all(cost["amount"] == cost["shared"] for cost in printed["costs"])


def test_text_that_a_spreadsheet_would_run_is_neutralised(app: Flask) -> None:
    with app.app_context():
        world = worlds.found()
        bills.lend_the_bill(world)
        with atomic() as session:
            session.query(Event).one().name = "=cmd()"
            kind_id = ledger.add_kind(session, world, "=HYPERLINK(1)", 100, 1, 12, BEGUN)
            ledger.hand_over(session, world, ledger.bring(session, world, kind_id, 1, BEGUN), 1, BEGUN, BEGUN)
    body = worlds.sign_in(app, "auditor").get("/savings/export/acts.csv?from=2021-01-01&to=2026-12-31").get_data(as_text=True)
    assert ",'=HYPERLINK(1)," in body and ",=HYPERLINK" not in body


def test_entries_are_streamed_to_those_who_may_see_them(app: Flask) -> None:
    with app.app_context():
        bills.lend_the_bill(worlds.found())
        count = db.session().query(SavingEntry).count()
    address = "/savings/export/entries.csv?from=2021-01-01&to=2026-12-31"
    answer = worlds.sign_in(app, "auditor").get(address)
    assert answer.is_streamed and answer.mimetype == "text/csv"
    assert len(answer.data.splitlines()) == count + 1
    assert len(worlds.sign_in(app, "stranger").get(address).data.splitlines()) == 1
    assert app.test_client().get(address).status_code == 302
    assert worlds.sign_in(app, "auditor").get("/savings/export/secrets.csv").status_code == 404


def test_the_command_writes_the_files_and_the_script_reads_them(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        bills.lend_the_bill(worlds.found())
    asked = ["savings", "report", "--from", "2022-01-01", "--to", "2022-12-31", "--csv", str(tmp_path / "raw")]
    assert app.test_cli_runner().invoke(args=asked).exit_code == 0
    headline = recompute.reckon(str(tmp_path / "raw"), "kind", "adopted", posted=True)["totals"][0]
    assert (headline["adopted"], headline["cost"]) == (golden.G1_PURCHASE, golden.G1_COST)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_of_every_file_is_explained(app: Flask, language: str) -> None:
    page = worlds.sign_in(app, "auditor").get(f"/savings/export?lang={language}").text
    for what, columns in exports.COLUMNS.items():
        assert f"/savings/export/{what}.csv" in page
        assert all(f"<code>{name}</code>" in page for name, _ in columns)
