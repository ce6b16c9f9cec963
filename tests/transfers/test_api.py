"""Transfers through the REST interface, from the draft to both books."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from assetpool.core.db import atomic
from assetpool.org import service as org
from assetpool.org.models import Role
from tests import world as worlds
from tests.intake.test_api import Caller

SIGNED = {"method": "typed_pin", "data": "2210"}


@pytest.fixture
def caller(app: Flask) -> Caller:
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            org.grant(session, world.organizer_b, world.department_b, Role.CLERK)
        return Caller(app, world)


def tags(caller: Caller, kind_id: int) -> list[str]:
    return sorted(row["tag"] for row in caller.get("auditor", f"/assets?kind_id={kind_id}&limit=200")[1]["items"])


def approved(caller: Caller, **more: Any) -> str:
    w = caller.world
    body = {"giver_code": "A", "receiver_code": "B", "store_code": "MAIN", "lines": [{"kind_id": w.desk, "quantity": 2}], "reason": "撤并", **more}
    status, made = caller.post("clerk_a", "/transfers", body)
    assert status == 201, made
    number = str(made["number"])
    assert caller.post("clerk_a", f"/transfers/{number}/submit")[1]["state"] == "submitted"
    for who, state in (("head_a", "giver_endorsed"), ("head_b", "receiver_endorsed"), ("approver", "approved")):
        assert caller.post(who, f"/transfers/{number}/approve") == (200, {"number": number, "state": state})
    return number


def test_from_the_draft_to_both_books(caller: Caller) -> None:
    number = approved(caller, consideration_fen=150_000)
    desks = tags(caller, caller.world.desk)
    lines = [{"tag": tag} for tag in desks[:2]]
    assert caller.post("keeper", f"/transfers/{number}/hand-over", {"lines": lines})[1]["code"] == "cost_missing"
    status, handed = caller.post("keeper", f"/transfers/{number}/hand-over", {"lines": lines, "no_cost_reason": "own truck"})
    assert (status, handed["state"], handed["slip_state"]) == (200, "handed_over", "loaded") and "/s/" in handed["link"]
    status, taken = caller.post("organizer_b", f"/transfers/{number}/accept", {"name": "何静", "signature": SIGNED})
    assert (status, taken["state"], taken["slip"]) == (200, "accepted", handed["slip"])
    shown = caller.get("organizer_b", f"/transfers/{number}")[1]
    assert [(line["accepted"], line["original_value_fen"], line["accumulated_depreciation_fen"], line["carrying_amount_fen"]) for line in shown["lines"]] == [
        (2, 240_000, 48_000, 192_000)
    ]
    assert (shown["giver_code"], shown["receiver_code"], shown["consideration_fen"], shown["giver_booked"]) == ("A", "B", 150_000, False)
    confirmed = {"lines": [{"line": 1, "accumulated_depreciation_fen": 50_000}]}
    assert caller.post("clerk_a", f"/transfers/{number}/book", confirmed)[1]["state"] == "accepted"
    assert caller.post("organizer_b", f"/transfers/{number}/book")[1]["state"] == "booked"
    assert caller.post("clerk_a", f"/transfers/{number}/close")[1]["code"] == "price_not_paid_in"
    paid = {"way": "direct", "amount_fen": 150_000, "paid_on": "2026-11-20", "receipt": "缴款书 1"}
    assert caller.post("organizer_b", f"/transfers/{number}/payments", paid)[0] == 201
    assert caller.post("clerk_a", f"/transfers/{number}/close")[1]["state"] == "closed"
    assert caller.get("auditor", f"/assets/{desks[0]}")[1]["status"] == "transferred"
    assert caller.get("clerk_a", f"/transfers/{number}")[1]["lines"][0]["carrying_amount_fen"] == 190_000


def test_giver_and_store_follow_from_the_tag(caller: Caller) -> None:
    tag = tags(caller, caller.world.desk)[0]
    status, made = caller.post("organizer_b", "/transfers", {"organization_code": "B", "lines": [{"tag": tag}]})
    assert status == 201, made
    shown = caller.get("organizer_b", f"/transfers/{made['number']}")[1]
    assert (shown["giver_code"], shown["store_code"], shown["lines"][0]["tag"]) == ("A", "MAIN", tag)


def test_one_step_with_the_receivers_signature(caller: Caller) -> None:
    number = approved(caller)
    lines = [{"tag": tag} for tag in tags(caller, caller.world.desk)[:2]]
    body = {"lines": lines, "costs": [{"kind": "haulage", "amount_fen": 20_000, "voucher": {"issuer": "货运", "number": "1"}}]}
    status, handed = caller.post("keeper", f"/transfers/{number}/hand-over", {**body, "received_by": "何静", "signature": SIGNED})
    assert (status, handed["state"], handed["link"]) == (200, "accepted", None)
    assert caller.post("keeper", f"/transfers/{number}/accept", {"name": "x", "signature": SIGNED})[0] == 422


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"lines": []}, 422, None),
        ({"lines": [{"quantity": 1}]}, 422, None),
        ({"receiver_code": "A"}, 422, "field_invalid"),
        ({"receiver_code": "NOSUCH"}, 404, "not_found"),
        ({"giver_code": "X", "receiver_code": "A"}, 409, "giver_has_fewer"),
        ({"lines": [{"kind_id": 1, "quantity": 11}]}, 409, "giver_has_fewer"),
        ({"giver_code": "B", "receiver_code": "X"}, 403, "not_allowed"),
    ],
)
def test_what_cannot_be_is_a_problem_with_a_sentence(caller: Caller, change: dict[str, Any], status: int, code: str | None) -> None:
    body = {"giver_code": "A", "receiver_code": "B", "store_code": "MAIN", "lines": [{"kind_id": caller.world.desk, "quantity": 1}], **change}
    answer = caller.post("clerk_a", "/transfers", body)
    assert answer[0] == status and answer[1]["detail"] and code in (None, answer[1]["code"]), answer


def test_strangers_see_no_transfer_and_more_than_free_says_how_many(caller: Caller) -> None:
    number = approved(caller, lines=[{"kind_id": caller.world.desk, "quantity": 8}])
    assert caller.get("stranger", f"/transfers/{number}")[0] == 404 and caller.get("stranger", "/transfers")[1]["items"] == []
    assert [row["number"] for row in caller.get("head_b", "/transfers?state=approved")[1]["items"]] == [number]
    body = {"giver_code": "A", "receiver_code": "B", "lines": [{"kind_id": caller.world.desk, "quantity": 8}]}
    second = caller.post("clerk_a", "/transfers", body)[1]["number"]
    caller.post("clerk_a", f"/transfers/{second}/submit")
    for who in ("head_a", "head_b"):
        caller.post(who, f"/transfers/{second}/approve")
    status, refused = caller.post("approver", f"/transfers/{second}/approve")
    assert (status, refused["code"], refused["asked"], refused["free"]) == (409, "not_enough_stock", 8, 2)
