"""The pages, papers, inbox and REST answers of change orders."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.changes.models import ChangeLine
from assetpool.core.db import atomic, db
from tests import world as worlds
from tests.handovers.conftest import Floor, apart
from tests.walking import send


@pytest.fixture
def floor(app: Flask) -> Floor:
    return apart(app)


@pytest.fixture
def number(floor: Floor) -> str:
    return floor.approved([(floor.world.chair, 80)])


def test_a_change_is_asked_on_the_page_and_approved_in_the_inbox(app: Flask, floor: Floor, number: str) -> None:
    borrower, approver = worlds.sign_in(app, "organizer_b"), worlds.sign_in(app, "approver")
    form = f"/requisitions/{number}/change"
    assert form in borrower.get(f"/requisitions/{number}").text and form not in approver.get(f"/requisitions/{number}").text
    same = {"units-1": "80", "drop-1": ""}
    assert send(borrower, form, same).status_code == 422
    assert send(borrower, form, {**same, "last_day": "soon"}).status_code == 422
    more = {"new-1-kind": f"会议椅 #{floor.world.chair}", "new-1-units": "421", "new-1-what": "add"}
    refused = send(borrower, form, {**same, **more})
    assert refused.status_code == 409 and 'value="421"' in refused.text
    chosen = {"new-1-store": "MAIN", "new-1-drop": "看台", "new-1-price": "1,200.50"}
    for wrong in ({"new-1-price": "cheap"}, {"new-1-price": "-1"}, {"new-1-store": "NOWHERE"}):
        again = send(borrower, form, {**same, **more, "new-1-units": "20", **chosen, **wrong})
        assert again.status_code in (404, 422) and 'value="看台"' in again.text
    made = send(borrower, form, {**same, **more, "new-1-units": "20", "reason": "增加看台", **chosen})
    where = made.headers["Location"]
    assert made.status_code == 303 and where.startswith("/changes/CO-")
    assert borrower.get(where).status_code == 200 and where.rpartition("/")[2] in approver.get("/approvals").text
    assert "增加看台" in approver.get(where).text
    assert send(approver, f"{where}/approve", {}, "/catalog").status_code == 303
    assert floor.state(where.rpartition("/")[2]) == "approved"
    with app.app_context():
        added = db.session().scalars(select(ChangeLine).where(ChangeLine.what == "add")).one()
        assert (added.store_id, added.drop, added.budget_price) == (floor.world.main, "看台", 120_050)
    paper = approver.get(f"{where}.pdf")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF")
    assert where.rpartition("/")[2] in borrower.get(f"/requisitions/{number}").text


def test_a_cut_on_the_page_happens_at_once(app: Flask, floor: Floor, number: str) -> None:
    borrower = worlds.sign_in(app, "organizer_b")
    made = send(borrower, f"/requisitions/{number}/change", {"units-1": "30", "drop-1": "东门"})
    assert made.status_code == 303 and floor.state(made.headers["Location"].rpartition("/")[2]) == "approved"
    page = borrower.get(made.headers["Location"])
    assert page.status_code == 200 and "东门" in page.text


def test_rest_asks_shows_and_decides(app: Flask, floor: Floor, number: str) -> None:
    with app.app_context(), atomic() as session:
        asking = {**worlds.token(session, floor.world.organizer_b), "Idempotency-Key": "c1"}
        deciding = {**worlds.token(session, floor.world.approver), "Idempotency-Key": "c2"}
        strange = {**worlds.token(session, floor.world.stranger), "Idempotency-Key": "c3"}
    client = app.test_client()
    body = {"last_day": "2026-12-18", "add": [{"kind_id": floor.world.desk, "units": 2}]}
    url = f"/api/v1/requisitions/{number}/changes"
    assert client.post(url, json=body, headers=strange).status_code == 404
    made = client.post(url, json=body, headers=asking)
    assert made.status_code == 201 and made.json["state"] == "submitted"
    change = made.json["number"]
    decided = client.post(f"/api/v1/changes/{change}/approve", json={}, headers=deciding)
    assert decided.status_code == 200 and decided.json["state"] == "approved"
    shown = client.get(f"/api/v1/changes/{change}", headers=asking).json
    assert shown["request"] == number and shown["last_day"] == "2026-12-18" and shown["lines"][0]["units_after"] == 2
