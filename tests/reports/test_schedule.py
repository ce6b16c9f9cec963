"""Saved and scheduled reports: on their day, once per period, with the sight of the person they are for."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotFound
from assetpool.org.models import Person
from assetpool.org.queries import access_of
from assetpool.reports import making, saved, sheet
from assetpool.reports.models import ReadyReport
from assetpool.reports.schedule import Due, latest
from tests import walking
from tests import world as worlds
from tests.bulletins.test_views import pdf_text
from tests.reports import bill as bills
from tests.reports.bill import BEGUN
from tests.savings import golden, ledger

SAVED_ON, DAY = date(2022, 4, 20), 5


@pytest.mark.parametrize(
    ("schedule", "day", "today", "due"),
    [
        ("monthly", 5, date(2022, 5, 5), Due(date(2022, 4, 1), date(2022, 4, 30), date(2022, 5, 5))),
        ("monthly", 5, date(2022, 5, 4), Due(date(2022, 3, 1), date(2022, 3, 31), date(2022, 4, 5))),
        ("monthly", 28, date(2022, 1, 1), Due(date(2021, 11, 1), date(2021, 11, 30), date(2021, 12, 28))),
        ("quarterly", 1, date(2022, 4, 1), Due(date(2022, 1, 1), date(2022, 3, 31), date(2022, 4, 1))),
        ("quarterly", 10, date(2022, 4, 9), Due(date(2021, 10, 1), date(2021, 12, 31), date(2022, 1, 10))),
        ("quarterly", 10, date(2022, 6, 30), Due(date(2022, 1, 1), date(2022, 3, 31), date(2022, 4, 10))),
    ],
)
def test_a_period_is_due_on_the_day_after_it_ended(schedule: str, day: int, today: date, due: Due) -> None:
    assert latest(schedule, day, today) == due


def test_without_a_schedule_nothing_is_due() -> None:
    assert latest("none", 5, date(2022, 5, 5)) is None


def kept(who: str, schedule: str = "monthly", name: str = "每月节约") -> int:
    """Let a person keep a report on 20 April 2022."""
    with clock.at(ledger.at_noon(SAVED_ON)), atomic() as session:
        access = access_of(session, getattr(worlds.found(), who))
        return saved.keep(session, access, name, None, None, "class", "adopted", schedule=schedule, day=DAY).id


def run_on(day: date) -> int:
    """Do the scheduled work of a day."""
    with clock.at(ledger.at_noon(day)):
        return making.run()


def made() -> list[ReadyReport]:
    return list(db.session().scalars(select(ReadyReport).order_by(ReadyReport.id)))


def test_a_monthly_report_is_made_on_its_day_and_only_once(app: Flask) -> None:
    with app.app_context():
        bills.lend_the_bill(worlds.found())
        kept("auditor")
        assert run_on(date(2022, 5, 4)) == 0
        assert run_on(date(2022, 5, 5)) == 1
        assert run_on(date(2022, 5, 5)) == run_on(date(2022, 5, 30)) == 0
        (row,) = made()
        assert (row.first_day, row.last_day) == (date(2022, 4, 1), date(2022, 4, 30))
        assert row.height > 0 and len(row.head) == 64
        assert run_on(date(2022, 7, 20)) == 1
        assert made()[-1].first_day == date(2022, 6, 1)


def test_what_was_due_before_it_was_saved_is_not_made(app: Flask) -> None:
    with app.app_context():
        kept("auditor")
        assert run_on(SAVED_ON) == 0 == run_on(date(2022, 5, 1))


def test_the_files_hold_the_figures_of_the_period_and_wait_in_the_list(app: Flask) -> None:
    with app.app_context():
        bills.lend_the_bill(worlds.found())
        kept("auditor")
        run_on(date(2022, 5, 5))
        ready = made()[0].id
    client = worlds.sign_in(app, "auditor")
    assert "ready for you" in client.get("/?lang=en").text
    page = client.get("/savings/reports?lang=en").text
    assert ("每月节约" in page and ">new<" in page.replace("\n", "")) or "new</" in page
    book = openpyxl.load_workbook(BytesIO(client.get(f"/savings/reports/ready/{ready}.xlsx").data), data_only=True).worksheets[0]
    at = sheet.COLUMNS.index("saving") + 1
    assert golden.G1_PURCHASE_SAVING / 100 in [book.cell(line, at).value for line in range(1, 20)]
    assert "1,840,020.00" in pdf_text(client.get(f"/savings/reports/ready/{ready}.pdf").data)
    assert "ready for you" not in client.get("/?lang=en").text
    assert worlds.sign_in(app, "finance").get(f"/savings/reports/ready/{ready}.pdf").status_code == 404


def test_a_person_gets_only_what_the_person_may_see_and_in_the_own_language(app: Flask) -> None:
    with app.app_context():
        bills.lend_the_bill(worlds.found())
        kept("stranger")
        with atomic() as session:
            session.get_one(Person, worlds.found().stranger).language = "en"
        run_on(date(2022, 5, 5))
        ready = made()[0].id
    text = pdf_text(worlds.sign_in(app, "stranger").get(f"/savings/reports/ready/{ready}.pdf").data)
    assert "1,840,020.00" not in text and text.startswith("20220401")
    assert "Net saving = avoided cost" in text


def test_people_who_left_get_nothing(app: Flask) -> None:
    with app.app_context():
        kept("auditor")
        with atomic() as session:
            session.get_one(Person, worlds.found().auditor).active = False
        assert run_on(date(2022, 5, 5)) == 0


def test_names_are_taken_once_and_others_reports_are_out_of_reach(app: Flask) -> None:
    with app.app_context():
        mine = kept("auditor")
        with pytest.raises(saved.NameTaken):
            kept("auditor")
        kept("finance")
        for wrong in (("hourly", 5), ("monthly", 29), ("monthly", 0)):
            with pytest.raises(FieldInvalid), atomic() as session:
                saved.plan(session, worlds.found().auditor, mine, *wrong)
        with pytest.raises(NotFound), atomic() as session:
            saved.delete(session, worlds.found().finance, mine)
        with atomic() as session:
            saved.delete(session, worlds.found().auditor, mine)
        assert len(saved.of_person(db.session(), worlds.found().auditor)) == 0


def test_the_page_keeps_opens_plans_and_deletes(app: Flask) -> None:
    with app.app_context():
        bills.lend_the_bill(worlds.found())
    client = worlds.sign_in(app, "auditor")
    address = "/savings/reports/new?from=2022-04-01&to=2022-06-30&by=store&basis=rental&kind=loan"
    assert walking.send(client, address, {"name": " ", "schedule": "none", "day": "5"}).status_code == 422
    assert walking.send(client, address, {"name": "季度", "fixed": "y", "schedule": "quarterly", "day": "10"}).status_code == 303
    page = client.get("/savings/reports?lang=en").text
    number = page.split("/savings/reports/")[1].split('"')[0].split("/")[0]
    opened = client.get(f"/savings/reports/{number}")
    assert opened.status_code == 302 and "from=2022-04-01" in opened.location and "by=store" in opened.location and "kind=loan" in opened.location
    plan = walking.send(client, f"/savings/reports/{number}/schedule", {"schedule": "monthly", "day": "99"}, "/savings/reports")
    assert plan.status_code in (303, 422)
    assert walking.send(client, f"/savings/reports/{number}/schedule", {"schedule": "monthly", "day": "9"}, "/savings/reports").status_code == 303
    assert walking.send(client, f"/savings/reports/{number}/delete", {}, "/savings/reports").status_code == 303
    assert "You keep no report yet" in client.get("/savings/reports?lang=en").text


def test_the_daily_work_makes_the_reports(app: Flask) -> None:
    with app.app_context():
        kept("auditor")
    with clock.at(ledger.at_noon(BEGUN + timedelta(days=60))):
        assert app.test_cli_runner().invoke(args=["jobs", "run"]).exit_code == 0
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(ReadyReport)) == 1
