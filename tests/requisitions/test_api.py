"""Requests through REST: sensible defaults, the refusals that scripts rely on, nothing done twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from assetpool.core import clock
from assetpool.core.db import atomic
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.requisitions.conftest import FIRST, LAST, Asking

DAYS = {"first_day": FIRST.isoformat(), "last_day": LAST.isoformat()}


def call(asking: Asking, who: str, method: str, path: str, json: Any = None, key: str | None = None) -> TestResponse:
    with asking.app.app_context(), atomic() as session:
        headers = worlds.token(session, getattr(asking.world, who))
    if key:
        headers["Idempotency-Key"] = key
    return asking.app.test_client().open(f"/api/v1{path}", method=method, json=json, headers=headers)


def body(asking: Asking, quantity: int = 2, **more: Any) -> dict[str, Any]:
    return {**DAYS, "lines": [{"kind_id": asking.world.desk, "quantity": quantity}], **more}


def test_the_least_that_must_be_said_is_enough(asking: Asking) -> None:
    made = call(asking, "organizer_b", "POST", "/requisitions", body(asking))
    assert (made.status_code, made.json["state"], made.json["organization_code"]) == (201, "draft", "B")
    number = made.json["number"]
    states = [call(asking, who, "POST", f"/requisitions/{number}/{act}").json["state"] for who, act in (("organizer_b", "submit"), ("approver", "approve"))]
    assert states == ["stock_checked", "approved"]
    shown = call(asking, "keeper", "GET", f"/requisitions/{number}").json
    assert [(line["quantity"], line["approved"], line["issued"]) for line in shown["lines"]] == [(2, 2, 0)]
    assert [(r["store_code"], r["promised"], r["first_day"]) for r in shown["reservations"]] == [("MAIN", 2, FIRST.isoformat())]


def test_everything_that_may_be_said_is_kept(asking: Asking) -> None:
    event = call(asking, "organizer_b", "POST", "/events", {"name": "市运会", "organization_code": "B", **DAYS}).json["id"]
    line = {
        "kind_id": asking.world.chair, "quantity": 30, "store_code": "MAIN", "drop": "2 层", "budget_price_fen": 30000, "need_dated_on": "2098-01-01",
    }  # fmt: skip
    sent = {
        "kind": "loan",
        "organization_code": "B",
        "event_id": event,
        **DAYS,
        "purpose": "开幕",
        "receivers": [{"name": "何静", "phone": "138"}],
        "lines": [line],
    }
    made = call(asking, "organizer_b", "POST", "/requisitions", sent).json
    assert (made["event_id"], made["purpose"], made["organization_code"]) == (event, "开幕", "B")
    assert {name: value for name, value in made["lines"][0].items() if name in line} == line


def test_not_enough_says_asked_free_and_from_when(asking: Asking) -> None:
    asking.approved(wish(asking, 8))
    number = call(asking, "organizer_b", "POST", "/requisitions", body(asking, 5)).json["number"]
    call(asking, "organizer_b", "POST", f"/requisitions/{number}/submit")
    refused = call(asking, "approver", "POST", f"/requisitions/{number}/approve")
    assert (refused.status_code, refused.content_type) == (409, "application/problem+json")
    figures = {name: refused.json[name] for name in ("code", "asked", "free", "free_from")}
    assert figures == {"code": "not_enough_stock", "asked": 5, "free": 2, "free_from": (LAST + timedelta(days=1)).isoformat()}
    part = call(asking, "approver", "POST", f"/requisitions/{number}/approve", {"lines": [{"line": 1, "approved": 2}], "reason": "the rest is lent"})
    assert (part.status_code, part.json["state"]) == (200, "approved")


def wish(asking: Asking, quantity: int) -> Wish:
    return Wish(quantity, asking.world.desk)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lines": []}, 422),
        ({"lines": [{"quantity": 1}]}, 422),
        ({"lines": [{"kind_id": 1}]}, 422),
        ({"lines": [{"kind_id": 1, "quantity": 0}]}, 422),
        ({"lines": [{"kind_id": 10**12, "quantity": 1}]}, 422),
        ({"lines": [{"kind_id": 1, "quantity": 1, "store_code": "nowhere"}]}, 404),
        ({"lines": [{"tag": "not a tag"}]}, 404),
        ({"lines": [{"kind_id": 1, "quantity": 1, "need_file_id": 4711}]}, 404),
        ({"event_id": 4711}, 422),
        ({"last_day": "2098-01-01"}, 422),
        ({"last_day": None}, 422),
        ({"first_day": "tomorrow"}, 422),
        ({"organization_code": "A"}, 403),
        ({"organization_code": "nobody"}, 404),
    ],
)
def test_what_cannot_be_is_refused_without_a_trace(asking: Asking, change: dict[str, Any], status: int) -> None:
    answer = call(asking, "organizer_b", "POST", "/requisitions", body(asking, **change))
    assert answer.status_code == status, answer.text
    assert call(asking, "organizer_b", "GET", "/requisitions").json["items"] == []


def test_who_may_ask_for_several_must_say_for_which(asking: Asking) -> None:
    with asking.app.app_context(), atomic() as session:
        org.grant(session, asking.world.organizer_b, asking.world.elsewhere, Role.CLERK)
    assert call(asking, "organizer_b", "POST", "/requisitions", body(asking)).status_code == 422
    assert call(asking, "organizer_b", "POST", "/requisitions", body(asking, organization_code="X")).status_code == 201
    assert call(asking, "keeper", "POST", "/requisitions", body(asking)).status_code == 422


def test_a_label_is_asked_for_by_its_tag(asking: Asking) -> None:
    with asking.app.app_context(), atomic() as session:
        tag = worlds.stock(session, asking.world.chair, 40, lot=True)[0]
    made = call(asking, "organizer_b", "POST", "/requisitions", {**DAYS, "lines": [{"tag": tag}]})
    assert [(line["tag"], line["quantity"], line["store_code"]) for line in made.json["lines"]] == [(tag, 40, "MAIN")]


def test_the_same_key_writes_one_request(asking: Asking) -> None:
    first, second = (call(asking, "organizer_b", "POST", "/requisitions", body(asking), key="once") for _ in range(2))
    assert first.json == second.json
    assert len(call(asking, "organizer_b", "GET", "/requisitions").json["items"]) == 1


def test_rejecting_and_sending_back_need_a_reason_and_end_where_they_should(asking: Asking) -> None:
    for act, state in (("reject", "rejected"), ("send-back", "sent_back")):
        number = asking.submitted()
        assert call(asking, "approver", "POST", f"/requisitions/{number}/{act}", {}).status_code == 422
        assert call(asking, "approver", "POST", f"/requisitions/{number}/{act}", {"reason": "which building?"}).json["state"] == state
    number = asking.approved()
    assert call(asking, "organizer_b", "POST", f"/requisitions/{number}/cancel").json["state"] == "cancelled"
    assert call(asking, "organizer_b", "POST", f"/requisitions/{number}/cancel").status_code == 409


def test_strangers_find_nothing(asking: Asking) -> None:
    number = asking.submitted()
    assert call(asking, "stranger", "GET", f"/requisitions/{number}").status_code == 404
    assert call(asking, "stranger", "GET", "/requisitions").json["items"] == []
    assert call(asking, "stranger", "POST", f"/requisitions/{number}/approve").status_code == 404
    assert call(asking, "auditor", "GET", f"/requisitions/{number}").status_code == 200
    assert call(asking, "auditor", "POST", f"/requisitions/{number}/approve").status_code == 403


def test_a_list_goes_on_where_it_stopped(asking: Asking) -> None:
    numbers = [asking.draft() for _ in range(5)]
    found, cursor = [], ""
    while True:
        page = call(asking, "organizer_b", "GET", f"/requisitions?limit=2{cursor}").json
        found += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == numbers[::-1]


def test_days_in_the_past_may_be_entered_late(asking: Asking) -> None:
    day = clock.today(worlds.ZONE) - timedelta(days=3)
    made = call(asking, "organizer_b", "POST", "/requisitions", body(asking, first_day=day.isoformat(), last_day=(day + timedelta(days=1)).isoformat()))
    assert made.status_code == 201
