"""What is free, kinds, events and files through REST, in the shapes that scripts rely on."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.records import service as records
from assetpool.reservations import service as reservations
from tests import world as worlds

Ask = Callable[..., Any]
database_template, world = worlds.template, worlds.apart


@pytest.fixture
def ask(app: Flask, client: FlaskClient, world: worlds.World) -> Ask:
    def asked(path: str, username: str = "keeper", body: dict[str, Any] | None = None, expects: int = 200, **query: Any) -> Any:
        with app.app_context(), atomic() as session:
            headers = worlds.token(session, getattr(world, username))
        url = f"/api/v1/{path}"
        answer = client.get(url, query_string=query, headers=headers) if body is None else client.post(url, json=body, headers=headers)
        assert answer.status_code == expects, answer.data
        return answer.get_json()

    return asked


def test_free_units_are_counted_for_exactly_the_period(app: Flask, ask: Ask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        today = reservations.pool_today(session, world.pool)
        document = records.create(session, world.pool, "RQ", world.department_b, "approved", world.organizer_b)
        reservations.lock(session, [(world.desk, None)])
        reservations.promise(session, document, 1, session.get_one(Kind, world.desk), 8, today + timedelta(days=5), today + timedelta(days=9))
    path = f"kinds/{world.desk}/availability"
    day = lambda offset: (today + timedelta(days=offset)).isoformat()  # noqa: E731
    overlapping = ask(path, **{"from": day(1), "to": day(5), "quantity": 3})
    assert overlapping == {"free": 2, "owned": 10, "peak_promised": 8, "at_risk": 0, "free_from": day(10)}
    assert ask(path, **{"from": day(1), "to": day(4), "quantity": 10})["free_from"] == day(1)
    assert ask(path, **{"from": day(1)})["free"] == 2
    assert ask(path, **{"from": day(1), "to": day(4), "store": "A-VIRTUAL"}) == {"free": 0, "owned": 0, "peak_promised": 0, "at_risk": 0, "free_from": None}
    assert ask(path, **{"from": day(1), "to": day(2), "quantity": 11})["free_from"] is None
    assert ask(path, **{"from": day(-9), "to": day(-5)})["free"] == 0


@pytest.mark.parametrize("query", [{"from": "2026-01-02", "to": "2026-01-01"}, {"from": "tomorrow"}, {"quantity": 0}, {"quantity": 10**8}])
def test_a_period_that_cannot_be_is_refused(ask: Ask, world: worlds.World, query: dict[str, Any]) -> None:
    assert ask(f"kinds/{world.desk}/availability", expects=422, **query)["code"] == "field_invalid"


def test_a_kind_is_entered_with_its_price_and_rent(ask: Ask, world: worlds.World) -> None:
    body = {
        "class_code": "A05010999",
        "name": "折叠桌",
        "spec": "1200×600",
        "measure": "张",
        "reference_price_fen": 25000,
        "price_source": "框架协议",
        "price_dated_on": "2026-10-01",
        "rent_fen_per_day": 200,
        "rent_fen_per_7_days": 1000,
        "service_life_months": 180,
        "turn_round_days": 1,
        "label_policy": "lot",
        "colour": "unknown members are let pass",
    }
    assert ask("kinds", "keeper", body, 403)["code"] == "not_allowed"
    made = ask("kinds", "valuer", body, 201)
    assert (made["class_code_set"], made["class_confirmed"], made["reference_price_fen"], made["rent_fen_per_day"]) == ("GPC-2022", False, 25000, 200)
    assert ask(f"kinds/{made['id']}") == made
    assert ask("kinds", q="桌", **{"class": "A05000000"})["total"] == 2
    again = ask("kinds", "valuer", body, 409)
    assert (again["code"], again["kind_id"]) == ("kind_exists", made["id"])
    assert ask("kinds", "valuer", {"name": "有据之物", "reference_price_fen": 1, "price_file_id": 77}, 404)["code"] == "not_found"
    assert ask("kinds", "clerk_a", {"name": "无价之物"}, 201)["reference_price_fen"] is None


@pytest.mark.parametrize(
    ("name", "value"), [("reference_price_fen", -1), ("reference_price_fen", 1.5), ("turn_round_days", -1), ("label_policy", "box"), ("name", "  ")]
)
def test_a_kind_that_cannot_be_names_its_field(ask: Ask, name: str, value: Any) -> None:
    assert ask("kinds", "valuer", {"name": "物", name: value}, 422)["field"] == name


def test_a_store_is_opened_under_its_organization(ask: Ask) -> None:
    body = {"code": "BR", "name": "分仓", "organization_code": "CITY", "type": "physical", "parent_code": "MAIN"}
    assert ask("stores", "keeper", body, 403)["code"] == "not_allowed"
    assert ask("stores", "administrator", body, 201)["parent_code"] == "MAIN"
    assert ask("stores", "administrator", body, 409)["code"] == "name_taken"
    assert [store["code"] for store in ask("stores", organization="CITY")["items"]] == ["MAIN", "BR"]


def test_an_event_is_seen_by_its_organization_and_those_above(ask: Ask) -> None:
    body = {
        "name": "运动会",
        "organization_code": "B",
        "first_day": "2026-12-01",
        "last_day": "2026-12-10",
        "budget_fen": 100,
        "approval_no": "乐府〔2026〕1号",
    }
    assert ask("events", "stranger", body, 403)["code"] == "not_allowed"
    made = ask("events", "organizer_b", body, 201)
    assert (made["budget_fen"], made["approval_no"]) == (100, "乐府〔2026〕1号")
    for username, seen in (("organizer_b", 1), ("keeper", 1), ("auditor", 1), ("clerk_a", 0), ("stranger", 0)):
        assert len(ask("events", username)["items"]) == seen
        ask(f"events/{made['id']}", username, expects=200 if seen else 404)
    assert ask("events", "organizer_b", {**body, "last_day": "2026-11-01"}, 422)["code"] == "field_invalid"


def test_a_file_comes_back_to_those_who_may_read_it(app: Flask, client: FlaskClient, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        headers = {name: worlds.token(session, getattr(world, name)) for name in ("clerk_a", "stranger", "auditor", "organizer_b")}
        document = records.create(session, world.pool, "RQ", world.department_b, "draft", world.organizer_b)
        document_id = document.id
    content = b"%PDF-1.7 paper"
    sent = client.post("/api/v1/files", data={"file": (io.BytesIO(content), "借条.pdf")}, headers=headers["clerk_a"])
    assert sent.status_code == 201
    file_id = sent.get_json()["id"]
    given = client.get(f"/api/v1/files/{file_id}", headers=headers["clerk_a"])
    assert (given.data, given.mimetype, given.headers["Content-Disposition"].partition(";")[0]) == (content, "application/pdf", "attachment")
    statuses = lambda: [client.get(f"/api/v1/files/{file_id}", headers=headers[name]).status_code for name in ("stranger", "organizer_b", "auditor")]  # noqa: E731
    assert statuses() == [404, 404, 200]
    with app.app_context(), atomic() as session:
        records.attach(session, document_id, file_id, "need")
    assert statuses() == [404, 200, 200]
    wrong = client.post("/api/v1/files", data={"file": (io.BytesIO(b"MZ program"), "x.exe")}, headers=headers["clerk_a"])
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "file_refused")
    assert client.post("/api/v1/files", data={}, headers=headers["clerk_a"]).status_code == 422


def test_days_are_the_pools_own(ask: Ask, app: Flask, world: worlds.World) -> None:
    with app.app_context():
        assert reservations.pool_today(db.session(), world.pool) == clock.today(worlds.ZONE)
