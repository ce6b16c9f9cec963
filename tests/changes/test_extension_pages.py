"""The pages, papers, inbox and REST answers of extensions."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.core import clock
from assetpool.core.db import atomic
from tests import world as worlds
from tests.handovers.conftest import Floor, apart
from tests.walking import send


@pytest.fixture
def floor(app: Flask) -> Floor:
    return apart(app)


@pytest.fixture
def slip(floor: Floor) -> str:
    lot = floor.tags(floor.world.chair)[0]
    return floor.lend(floor.approved([(floor.world.chair, 80)]), [(lot, 80)])


def sent(client: FlaskClient, url: str, **fields: str) -> tuple[int, str, str]:
    answer = send(client, url, dict(fields), "/catalog")
    return answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location", "")


def test_the_borrower_asks_on_the_page_and_the_approver_decides_in_the_inbox(app: Flask, floor: Floor, slip: str) -> None:
    borrower, approver = worlds.sign_in(app, "organizer_b"), worlds.sign_in(app, "approver")
    assert f"/handovers/{slip}/extend" in borrower.get(f"/handovers/{slip}").get_data(as_text=True)
    assert f"/handovers/{slip}/extend" not in approver.get(f"/handovers/{slip}").get_data(as_text=True)
    assert borrower.get(f"/handovers/{slip}/extend").status_code == 200
    fields = {"until": "2026-12-18", "units-1": "80", "reason": "决赛推迟"}
    status, _text, where = sent(borrower, f"/handovers/{slip}/extend", **fields)
    assert status == 303 and where.startswith("/extensions/EX-")
    number = where.rpartition("/")[2]
    assert borrower.get(where).status_code == 200
    inbox = approver.get("/approvals").get_data(as_text=True)
    assert number in inbox and slip in inbox
    assert approver.get(where).status_code == 200
    assert sent(approver, f"{where}/approve", revision="0")[0] == 409
    assert sent(approver, f"{where}/approve")[0] == 303
    assert floor.state(number) == "approved"
    paper = approver.get(f"{where}.pdf")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF")


def test_a_refusal_offers_the_longest_day_in_one_tap(app: Flask, floor: Floor, slip: str) -> None:
    floor.approved([(floor.world.chair, 450)], clock.today(worlds.ZONE).replace(month=12, day=14), clock.today(worlds.ZONE).replace(month=12, day=16))
    borrower = worlds.sign_in(app, "organizer_b")
    status, text, _where = sent(borrower, f"/handovers/{slip}/extend", **{"until": "2026-12-18", "units-1": "80"})
    assert status == 409 and 'value="2026-12-13"' in text and 'name="units-1" value="80"' in text
    assert sent(borrower, f"/handovers/{slip}/extend", **{"until": "2026-12-13", "units-1": "80"})[0] == 303
    assert sent(borrower, f"/handovers/{slip}/extend", until="", **{"units-1": "80"})[0] == 422
    assert sent(borrower, f"/handovers/{slip}/extend", **{"until": "2026-12-13", "units-1": "0"})[0] == 422


def test_rest_asks_shows_and_decides(app: Flask, floor: Floor, slip: str) -> None:
    with app.app_context(), atomic() as session:
        asking = {**worlds.token(session, floor.world.organizer_b), "Idempotency-Key": "e1"}
        deciding = {**worlds.token(session, floor.world.approver), "Idempotency-Key": "e2"}
        strange = {**worlds.token(session, floor.world.stranger), "Idempotency-Key": "e3"}
    client = app.test_client()
    body = {"until": "2026-12-18", "lines": [{"line_no": 1, "units": 30}]}
    assert client.post(f"/api/v1/handovers/{slip}/extensions", json=body, headers=strange).status_code == 404
    made = client.post(f"/api/v1/handovers/{slip}/extensions", json=body, headers=asking)
    assert made.status_code == 201 and made.json["state"] == "submitted"
    number = made.json["number"]
    decided = client.post(f"/api/v1/extensions/{number}/approve", json={}, headers=deciding)
    assert decided.status_code == 200 and decided.json["state"] == "approved"
    shown = client.get(f"/api/v1/extensions/{number}", headers=asking).json
    assert shown["slip"] == slip and shown["lines"][0]["units"] == 30 and shown["until"] == "2026-12-18"
