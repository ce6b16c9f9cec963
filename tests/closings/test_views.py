"""Closing in pages, over REST and by the command: the same guards on every path."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.records.service import check_of
from assetpool.savings.period_models import Closing
from tests import world as worlds
from tests.closings.months import MARCH, close, desks, draft, lend, prices_set_by, sign
from tests.guards import past_the_guards
from tests.world import World

APRIL = date(2025, 4, 2)


@pytest.fixture
def lent(app: Flask) -> World:
    """Give a world with a loan in March 2025; no application context is pushed, so that each request has its own person."""
    with app.app_context():
        world = worlds.found()
        lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    return world


def digest_of(app: Flask, number: str) -> str:
    with app.app_context():
        return db.session().scalars(select(Closing.digest).join(Document, Document.id == Closing.id).where(Document.number == number)).one()


def closed(app: Flask, world: World) -> str:
    """Close March 2025 and return the number of its sheet."""
    with app.app_context():
        return close(world, "2025-03", APRIL)


def signed(app: Flask, number: str, day: date, *people: int) -> None:
    """Let people sign."""
    with app.app_context():
        sign(number, day, *people)


def test_the_list_shows_what_each_period_waits_for(lent: World, app: Flask) -> None:
    closed(app, lent)
    page = worlds.sign_in(app, "finance").get("/savings/closings?year=2025&lang=en")
    assert page.status_code == 200
    assert "March 2025" in page.text and "PC-2025-000001" in page.text and "Quarter 1 of 2025" in page.text
    assert worlds.sign_in(app, "clerk_a").get("/savings/closings").status_code == 403
    assert worlds.sign_in(app, "head_a").get("/savings/closings").status_code == 403


def test_two_people_sign_on_the_page_and_one_closes(lent: World, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    finance, reviewer = worlds.sign_in(app, "finance"), worlds.sign_in(app, "reviewer")
    assert "Draft the closing sheet" in finance.get("/savings/closings/of/2025-03?lang=en").text
    made = finance.post("/savings/closings", data={"period": "2025-03"})
    number = made.headers["Location"].rsplit("/", 1)[1]
    sign_url = f"/savings/closings/{number}/sign"
    wrong = finance.post(sign_url, data={"digest": digest_of(app, number), "password": "not this one"})
    assert wrong.status_code == 422
    refused = finance.post(f"/savings/closings/{number}/close")
    assert refused.status_code == 409
    for client in (finance, reviewer):
        assert client.post(sign_url, data={"digest": digest_of(app, number), "password": worlds.PASSWORD}).status_code == 303
    again = finance.post(sign_url, data={"digest": digest_of(app, number), "password": worlds.PASSWORD})
    assert again.status_code in (403, 409)
    assert finance.post(f"/savings/closings/{number}/close").status_code == 303
    shown = finance.get(f"/savings/closings/{number}?lang=en").text
    assert "Bridge to what is known today" not in shown or "As closed" in shown
    assert digest_of(app, number) in shown
    assert finance.get(f"/savings/closings/{number}.pdf").data.startswith(b"%PDF")


def test_the_check_of_a_sheet_shows_its_digest_and_no_name(lent: World, app: Flask) -> None:
    number = closed(app, lent)
    page = app.test_client().get(f"/v/{number}/{check_of(app.config['SECRET_KEY'], number)}")
    assert page.status_code == 200
    assert digest_of(app, number) in page.text
    assert "钱财务" not in page.text


def test_the_rest_interface_reads_drafts_and_closes(lent: World, app: Flask) -> None:
    with app.app_context(), atomic() as session:
        mine, other = worlds.token(session, lent.finance), worlds.token(session, lent.keeper)
    client = app.test_client()
    assert client.post("/api/v1/closings", json={"period": "2025-03"}, headers=other).status_code == 403
    assert client.post("/api/v1/closings", json={"period": "2025-3"}, headers=mine).status_code == 422
    made = client.post("/api/v1/closings", json={"period": "2025-03"}, headers=mine)
    assert made.status_code == 201
    number = made.json["number"]
    assert client.post(f"/api/v1/closings/{number}/close", headers=mine).json["code"] == "not_signed"
    signed(app, number, date(2026, 12, 1), lent.finance, lent.reviewer)
    assert client.post(f"/api/v1/closings/{number}/close", headers=mine).json["state"] == "closed"
    found = client.get(f"/api/v1/closings/{number}", headers=mine).json
    assert (found["period"], len(found["signatures"]), found["sheet"]["figures"]["counts"]["acts"]) == ("2025-03", 2, 1)
    assert [row["number"] for row in client.get("/api/v1/closings", headers=mine).json["items"]] == [number]
    assert client.get(f"/api/v1/closings/{number}", headers=other).status_code in (200, 404)


def test_a_sheet_is_signed_over_rest_by_two_people_exactly_as_it_was_read(lent: World, app: Flask) -> None:
    with app.app_context(), atomic() as session:
        bearers = {name: worlds.token(session, getattr(lent, name)) for name in ("finance", "reviewer", "keeper", "stranger", "head_a")}
        org.grant(session, lent.finance, lent.city, Role.REVIEWER)
    client = app.test_client()
    number = client.post("/api/v1/closings", json={"period": "2025-03"}, headers=bearers["finance"]).json["number"]
    seen = client.get(f"/api/v1/closings/{number}", headers=bearers["finance"]).json["digest"]

    def signed_by(name: str, digest: str = seen) -> tuple[int, str]:
        answer = client.post(f"/api/v1/closings/{number}/sign", json={"digest": digest}, headers=bearers[name])
        return answer.status_code, answer.json.get("code") or answer.json["state"]

    assert [signed_by(name)[0] for name in ("keeper", "stranger", "head_a")] == [403, 403, 404], "no role, no role, a head of a part only"
    assert signed_by("finance", "0" * 64) == (409, "figures_changed")
    assert signed_by("finance", "short") == (422, "field_invalid")
    assert signed_by("finance") == (200, "half_signed")
    assert signed_by("finance")[1] == "same_person", "a second role makes no second person"
    assert signed_by("reviewer") == (200, "signed")
    assert signed_by("reviewer")[1] == "wrong_state"
    assert client.post(f"/api/v1/closings/{number}/close", headers=bearers["finance"]).json["state"] == "closed"


def test_an_unfinished_sheet_is_given_up_over_rest(lent: World, app: Flask) -> None:
    with app.app_context(), atomic() as session:
        finance, reviewer = worlds.token(session, lent.finance), worlds.token(session, lent.reviewer)
    client = app.test_client()
    number = client.post("/api/v1/closings", json={"period": "2025-03"}, headers=finance).json["number"]
    assert client.post(f"/api/v1/closings/{number}/give-up", headers=reviewer).status_code == 403
    assert client.post(f"/api/v1/closings/{number}/give-up", headers=finance).json["state"] == "cancelled"
    assert client.post(f"/api/v1/closings/{number}/give-up", headers=finance).status_code == 409


def test_who_set_a_price_reads_why_another_person_must_sign(lent: World, app: Flask) -> None:
    with app.app_context():
        with atomic() as session:
            past_the_guards(session, prices_set_by(lent.finance))
        number = draft(lent, "2025-03", APRIL)
    page = worlds.sign_in(app, "finance").get(f"/savings/closings/{number}?lang=en").text
    assert "another person must sign it" in page and f"/savings/closings/{number}/sign" not in page
    assert f"/savings/closings/{number}/sign" in worlds.sign_in(app, "reviewer").get(f"/savings/closings/{number}?lang=en").text


def test_the_command_refuses_what_two_people_have_not_signed(lent: World, app: Flask) -> None:
    runner = app.test_cli_runner()
    absent = runner.invoke(args=["savings", "close", "2025-03"], env={"LANG": "en"})
    assert (absent.exit_code, "no closing sheet" in absent.output) == (1, True)
    with app.app_context():
        number = draft(lent, "2025-03", APRIL)
    signed(app, number, APRIL, lent.finance)
    one = runner.invoke(args=["savings", "close", "2025-03"], env={"LANG": "en"})
    assert (one.exit_code, "1 of 2 signatures" in one.output) == (1, True)
    signed(app, number, APRIL, lent.reviewer)
    done = runner.invoke(args=["savings", "close", "2025-03", "--json"], env={"LANG": "en"})
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    assert (said["number"], said["state"]) == (number, "closed")
    anchor = f"{said['chain']['height']}:{said['chain']['head']}"
    assert runner.invoke(args=["audit", "verify", "--anchor", anchor]).exit_code == 0
    assert runner.invoke(args=["savings", "close", "2025-03"], env={"LANG": "en"}).exit_code == 1
    assert runner.invoke(args=["savings", "close", "March"], env={"LANG": "en"}).exit_code == 1
