"""The demonstration world says what the bulletins said, to the fen, and shows a request in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.audit.verification import verify
from assetpool.catalog.models import Store
from assetpool.closings import sheet
from assetpool.core.db import db
from assetpool.core.models import Pool
from assetpool.core.money import Fen
from assetpool.custody.models import Asset
from assetpool.demo import crowd
from assetpool.demo.load import NotDemonstration, PoolThere, load
from assetpool.demo.people import PASSWORD, SIGN_INS
from assetpool.demo.scene import Scene
from assetpool.org.models import Organization, Person
from assetpool.org.queries import Access, access_of
from assetpool.records.models import Document
from assetpool.reports.figures import Row
from assetpool.reports.queries import report
from assetpool.requisitions.steps import STEPS
from assetpool.reservations.queries import at_risk, promised_keys
from assetpool.reservations.service import pool_today
from assetpool.savings.period_models import Closing


def fill(app: Flask) -> None:
    load("demo", app.config["DATA_DIR"], app.config["PUBLIC_URL"])


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("demonstration", fill)


def auditor() -> Access:
    session = db.session()
    return access_of(session, session.scalars(select(Person.id).where(Person.username == "xuning")).one())


def loans_of_2022(basis: str) -> Row:
    return next(row for row in report(db.session(), auditor(), date(2022, 1, 1), date(2022, 12, 31), "kind", basis).totals if row.kind == "loan")


def test_the_universiade_says_184_wan_at_seventy_percent(context: Flask) -> None:
    headline = loans_of_2022("adopted").headline
    assert (headline.items, headline.item_loans, headline.acts) == (2344, 2344, 6)
    assert (headline.avoided("adopted"), headline.known_cost, headline.saving("adopted")) == (262_860_000, 78_858_000, 184_002_000)
    assert headline.rate == Fraction(7, 10)


@pytest.mark.parametrize(("basis", "avoided", "saving"), [("rental", 48_870_000, -29_988_000), ("consumption", 7_415_158, -71_442_842)])
def test_the_other_bases_stand_beside_it(context: Flask, basis: str, avoided: Fen, saving: Fen) -> None:
    headline = loans_of_2022(basis).headline
    assert (headline.avoided(basis), headline.saving(basis)) == (avoided, saving)


def test_leshan_is_a_lower_bound_outside_the_headline(context: Flask) -> None:
    until_2021 = report(db.session(), auditor(), date(2020, 1, 1), date(2021, 12, 31))
    (row,) = until_2021.totals
    data = row.data("adopted")
    assert (row.kind, row.lower_bound, row.standings["C"].items) == ("transfer", 8_600_000_000, 11_600)
    assert (data["avoided_fen"], data["saving_fen"], data["rate"], data["acts"]) == (None, None, None, 0)


def test_the_whole_book_can_be_recomputed(context: Flask) -> None:
    session = db.session()
    found = verify(session, session.scalars(select(Pool.id)).one())
    assert found.ok, found.first_difference


def test_a_request_stands_in_every_state(context: Flask) -> None:
    states = set(db.session().scalars(select(Document.state).where(Document.kind == "RQ")))
    passing = {"submitted"}
    assert states == (set(STEPS) | {to for steps in STEPS.values() for to in steps}) - passing


def test_a_promise_is_at_risk_and_an_intake_waits_for_each_duty(context: Flask) -> None:
    session = db.session()
    today = pool_today(session, session.scalars(select(Pool.id)).one())
    assert sum(at_risk(session, promised_keys(session), today).values()) == 1
    assert {"draft", "submitted", "endorsed", "approved", "partly_received"} <= set(session.scalars(select(Document.state).where(Document.kind == "IN")))


def test_everybody_who_is_shown_can_sign_in(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for one in SIGN_INS[:1] + SIGN_INS[-1:]:
        answer = app.test_client().post("/sign-in", data={"username": one.login, "password": PASSWORD})
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/")


def test_a_second_world_and_a_real_installation_are_refused(context: Flask) -> None:
    with pytest.raises(PoolThere):
        load("demo", context.config["DATA_DIR"], "")
    with pytest.raises(NotDemonstration):
        load("production", context.config["DATA_DIR"], "")


def test_many_more_assets_come_in_by_number(context: Flask) -> None:
    session = db.session()
    before = session.scalar(select(func.count()).select_from(Asset)) or 0
    scene = Scene(date(2026, 1, 1), context.config["DATA_DIR"], "")
    scene.organizations = {row.code: row.id for row in session.scalars(select(Organization))}
    scene.stores = {row.code: row.id for row in session.scalars(select(Store))}
    scene.people = {row.username: row.id for row in session.scalars(select(Person))}
    crowd.bring(scene, 1200)
    assert session.scalar(select(func.count()).select_from(Asset)) == before + 1200


def test_the_quarter_of_the_games_is_closed_with_its_headline(context: Flask) -> None:
    session = db.session()
    closing, state = session.execute(select(Closing, Document.state).join(Document, Document.id == Closing.id)).one()
    assert (closing.period, state) == ("2022-Q2", "closed")
    total = sheet.kinds_on(sheet.read(closing.sheet)["figures"]["totals"])["loan"]["A"]
    assert (total["saving"]["adopted"], total["rate"], total["items"]) == (184_002_000, [7, 10], 2344)
    found = report(session, auditor(), date(2022, 4, 1), date(2022, 6, 30)).bridges[0]
    assert found.closed == found.known
