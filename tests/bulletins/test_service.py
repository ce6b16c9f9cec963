"""Issued bulletins: numbered, frozen, and honest about what became of their figures."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.bulletins import brief, queries, service
from assetpool.bulletins.models import Bulletin
from assetpool.bulletins.queries import Question
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.records.models import Document
from assetpool.savings import service as savings
from tests import world as worlds
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill
from tests.savings import golden, ledger
from tests.savings.golden import fen
from tests.world import World

YEAR = Question(date(2022, 1, 1), date(2022, 12, 31))
PUBLISHED = '通过"公物仓"提供办公桌椅、电脑等办公设施设备2344件，节约财政资金184万元，经费节支率达70%'


def issue(world: World, question: Question = YEAR, by: int | None = None) -> str:
    with atomic() as session:
        return service.issue(session, world.pool, question, by or world.finance).number


def row_of(number: str) -> Bulletin:
    session = db.session()
    return session.scalars(select(Bulletin).join(Document, Document.id == Bulletin.document_id).where(Document.number == number)).one()


def test_the_universiade_is_issued_as_it_was_published(app: Flask, bill: Bill) -> None:
    with app.app_context():
        number = issue(worlds.found())
        assert number.startswith("BU-") and number.endswith("-000001")
        row = row_of(number)
        values = json.loads(row.figures)
        assert values["sentences"]["zh"] == [PUBLISHED]
        assert "reaching 70 %" in values["sentences"]["en"][0]
        (loan,) = values["kinds"]
        assert (loan["avoided_fen"], loan["cost_fen"], loan["saving_fen"]) == (golden.G1_PURCHASE, golden.G1_COST, golden.G1_PURCHASE_SAVING)
        assert row.digest == queries.digest(row.figures) and (row.height, row.head) == (values["chain"]["height"], values["chain"]["head"])
        assert row.title == "示范市公物仓2022年盘活资产节约财政资金情况"


def test_the_same_bill_by_rent_says_its_loss(app: Flask, bill: Bill) -> None:
    with app.app_context():
        said = queries.figures(db.session(), worlds.found().pool, Question(YEAR.first_day, YEAR.last_day, "rental"))["sentences"]
        assert said["zh"] == ['通过"公物仓"提供办公桌椅、电脑等办公设施设备2344件，盘活成本高于测算支出约30万元（按租赁口径测算）']
        assert said["en"][0].endswith("above the estimated expense (on the rental basis)")


def test_kinds_have_a_sentence_each_and_a_lower_bound_its_own(app: Flask, bill: Bill) -> None:
    with app.app_context():
        said = queries.figures(db.session(), worlds.found().pool, Question(date(2021, 1, 1), date(2022, 12, 31)))["sentences"]
        assert len(said["zh"]) == len(said["en"]) == 2
        assert "至少8600万元" in said["zh"][1] and "11600件" in said["zh"][1]


def test_a_lower_bound_that_stands_apart_is_rounded_down_in_the_notes_too(app: Flask, bill: Bill) -> None:
    with app.app_context():
        values = queries.figures(db.session(), worlds.found().pool, Question(date(2021, 1, 1), date(2022, 12, 31)))
    for kind in values["kinds"]:
        if kind["lower_bound_fen"]:
            kind["apart"]["C"]["avoided_fen"] += fen("9999.99")
    notes = {language: "".join(brief.brief(values, language).notes) for language in ("zh", "en")}
    assert "原需支出至少8600万元" in notes["zh"]
    assert "avoided at least CNY 86.00 million" in notes["en"]


def test_an_event_and_a_receiver_narrow_it(app: Flask, bill: Bill) -> None:
    with app.app_context():
        world = worlds.found()
        of_event = queries.figures(db.session(), world.pool, Question(YEAR.first_day, YEAR.last_day, event_id=bill.event))
        assert of_event["event"]["name"] == "大运会" and of_event["sentences"]["zh"] == [PUBLISHED]
        nobody = queries.figures(db.session(), world.pool, Question(YEAR.first_day, YEAR.last_day, organization_id=world.department_a))
        assert nobody["kinds"] == []
        with pytest.raises(NotFound):
            queries.figures(db.session(), world.pool, Question(YEAR.first_day, YEAR.last_day, event_id=999))
        with pytest.raises(FieldInvalid):
            queries.figures(db.session(), world.pool, Question(YEAR.last_day, YEAR.first_day))


@pytest.mark.parametrize("who", ["reviewer", "auditor", "clerk_a", "organizer_b", "stranger", "keeper"])
def test_only_those_who_answer_for_the_pool_issue_one(app: Flask, bill: Bill, who: str) -> None:
    with app.app_context():
        world = worlds.found()
        with pytest.raises(NotAllowed):
            issue(world, by=getattr(world, who))
        assert db.session().scalar(select(func.count()).select_from(Bulletin)) == 0


def test_nothing_accepted_makes_no_bulletin_and_wastes_no_number(app: Flask, bill: Bill) -> None:
    with app.app_context():
        world = worlds.found()
        with pytest.raises(service.NothingToSay):
            issue(world, Question(date(2030, 1, 1), date(2030, 1, 31)))
        assert issue(world).endswith("-000001")


def test_what_waits_for_review_is_not_said(app: Flask) -> None:
    with app.app_context():
        world = worlds.found()
        bills.lend_the_bill(world, accept=False)
        with pytest.raises(service.NothingToSay):
            issue(world)


def test_a_later_correction_shows_and_the_frozen_figures_stay(app: Flask, bill: Bill) -> None:
    with app.app_context():
        world = worlds.found()
        number = issue(world)
        before = row_of(number).figures
        assert queries.since(db.session(), row_of(number)) == queries.Since(None, False)
        db.session().rollback()
        with clock.at(ledger.at_noon(BEGUN + timedelta(days=200))), atomic() as session:
            slip = session.get_one(Document, bill.slip)
            paper = ledger.paper(session, world, "迟到发票.pdf")
            savings.record_costs(session, slip, [savings.CostLine("haulage", 100, "运输公司", "late", paper)], "", world.keeper, BEGUN + timedelta(days=199))
            savings.post_costs(session, slip, dict.fromkeys(bill.acts, 1), world.keeper)
        assert queries.since(db.session(), row_of(number)) == queries.Since(None, True)
        assert row_of(number).figures == before
        db.session().rollback()
        newer = issue(world)
        assert queries.since(db.session(), row_of(number)) == queries.Since(newer, True)
        assert queries.since(db.session(), row_of(newer)) == queries.Since(None, False)


def test_the_page_behind_the_code_says_what_became_of_it(app: Flask, bill: Bill) -> None:
    with app.app_context():
        world = worlds.found()
        number = issue(world)
    client = worlds.sign_in(app, "auditor")
    assert client.get(f"/api/v1/bulletins/{number}").status_code == 401
    page = client.get(f"/savings/bulletins/{number}?lang=en").text
    address = page.split('href="/V/')[1].split('"')[0]
    stranger = app.test_client()
    assert "still stand as they were issued" in stranger.get(f"/v/{address}?lang=en").text
    with app.app_context():
        second = issue(worlds.found())
    shown = stranger.get(f"/v/{address}?lang=en").text
    assert f"Superseded: a later bulletin on the same question, {second}" in shown and "钱财务" not in shown
