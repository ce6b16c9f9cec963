"""Hand-overs, acceptance, returns and moves over REST, as scripts rely on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.core.db import db
from assetpool.records.models import Document
from assetpool.savings.models import SavingAct
from tests.handovers import aparts
from tests.handovers.conftest import Floor

pytestmark = pytest.mark.usefixtures("monday")
SIGNATURE = {"method": "typed_pin", "data": "2210"}


floor, world = aparts.floor, aparts.world


def test_pick_up_at_the_counter_return_and_see_the_slip(floor: Floor, call: Callable[..., Any]) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    number = floor.approved([(w.desk, 2), (w.chair, 80)])
    body = {
        "lines": [{"tag": desks[0]}, {"tag": f"http://anywhere/a/{desks[1]}"}, {"tag": lot, "count": 80}],
        "costs": [{"kind": "haulage", "amount_fen": 16_400, "voucher": {"issuer": "市运输公司", "number": "FP-1"}}],
        "received_by": "何静",
        "signature": SIGNATURE,
    }
    status, slip = call("POST", f"/requisitions/{number}/issue", body, **{"Idempotency-Key": "one"})
    assert (status, slip["state"], slip["link"]) == (201, "accepted", None)
    assert call("POST", f"/requisitions/{number}/issue", body, **{"Idempotency-Key": "one"}) == (201, slip)
    shown = call("GET", f"/slips/{slip['number']}")[1]
    assert [(line["tag"], line["accepted"], line["out"]) for line in shown["lines"]] == [(desks[0], 1, 1), (desks[1], 1, 1), (lot, 80, 80)]
    assert shown["costs"][0]["amount_fen"] == 16_400
    back = {
        "store_code": "MAIN",
        "returned_by": "何静",
        "no_cost_reason": "brought by them",
        "lines": [{"tag": lot, "good": 70, "damaged": 2}, {"tag": desks[0]}],
    }
    status, receipt = call("POST", "/returns", back)
    assert (status, receipt["state"]) == (201, "received")
    lines = call("GET", f"/returns/{receipt['number']}")[1]["lines"]
    assert [(line["good"], line["damaged"], line["inspected"]) for line in lines] == [(70, 2, True), (0, 0, False)]
    assert call("POST", f"/returns/{receipt['number']}/inspect", {"lines": [{"line": 2, "good": 1, "condition": "fair"}]})[1]["state"] == "closed"
    rest = {"lines": [{"slip": slip["number"], "line": 2, "lost": 8}, {"tag": desks[1], "unused": 1}], "no_cost_reason": "none"}
    assert call("POST", "/returns", rest)[0] == 201
    assert call("GET", f"/slips/{slip['number']}")[1]["state"] == "closed"
    assert len(call("GET", "/returns?limit=1")[1]["items"]) == 1
    assert call("GET", "/slips?show=out")[1]["items"] == []


def test_loaded_then_accepted_with_differences_and_settled(floor: Floor, call: Callable[..., Any]) -> None:
    w = floor.world
    lot = floor.tags(w.chair)[0]
    number = floor.approved([(w.chair, 80)])
    status, slip = call("POST", f"/requisitions/{number}/issue", {"lines": [{"tag": lot}], "no_cost_reason": "own truck"})
    assert (status, slip["state"]) == (201, "loaded")
    assert slip["link"].startswith("http://localhost/s/")
    assert call("POST", f"/slips/{slip['number']}/deliver", by=w.stranger)[0] == 404
    assert call("POST", f"/slips/{slip['number']}/deliver") == (200, {"number": slip["number"], "state": "delivered"})
    assert call("POST", f"/slips/{slip['number']}/deliver")[1]["code"] == "wrong_state"
    line = {"tag": lot, "accepted": 70, "short": 5, "damaged": 3, "refused": 2}
    wrong = call("POST", f"/slips/{slip['number']}/accept", {"lines": [{**line, "accepted": 71}], "name": "何静", "signature": SIGNATURE})
    assert (wrong[0], wrong[1]["code"], wrong[1]["loaded"]) == (422, "counts_differ", 80)
    body = {"lines": [line], "name": "何静", "phone": "138", "signature": SIGNATURE}
    assert call("POST", f"/slips/{slip['number']}/accept", body, by=w.stranger)[0] == 404
    assert call("POST", f"/slips/{slip['number']}/accept", body, by=w.organizer_b) == (
        200,
        {"number": slip["number"], "state": "accepted_with_differences"},
    )
    assert call("POST", f"/slips/{slip['number']}/accept", body)[1]["code"] == "wrong_state"
    settled = {"lines": [{"tag": lot, "difference": "short", "in_store": 5}, {"tag": lot, "difference": "refused", "in_store": 2}]}
    assert call("POST", f"/slips/{slip['number']}/settle", settled)[0] == 200
    late = {"costs": [{"kind": "labour", "amount_fen": 700, "voucher": {"issuer": "甲", "number": "9"}}]}
    assert call("POST", f"/slips/{slip['number']}/costs", late)[0] == 200
    again = call("POST", f"/slips/{slip['number']}/costs", late)
    assert (again[0], again[1]["code"]) == (409, "voucher_taken")


def test_refusals_have_names_and_each_blocker_its_own(floor: Floor, call: Callable[..., Any]) -> None:
    w = floor.world
    desks = floor.tags(w.desk)
    floor.lend(floor.approved([(w.desk, 1)]), [(desks[0], None)])
    number = floor.approved([(w.desk, 1)])
    path = f"/requisitions/{number}/issue"
    assert call("POST", path, {"lines": [{"tag": desks[1]}]})[1]["code"] == "cost_missing"
    status, problem = call("POST", path, {"lines": [{"tag": desks[0]}, {"tag": "x"}], "no_cost_reason": "x"}, **{"Accept-Language": "en"})
    assert (status, problem["code"]) == (409, "blocked")
    assert [(one["tag"], one["code"]) for one in problem["blockers"]] == [("x", "tag_unreadable"), (desks[0], "on_loan")]
    assert "on loan to 体育局" in problem["blockers"][1]["sentence"]
    assert call("POST", path, {"lines": []})[0] == 422
    assert call("POST", path, {"lines": [{"tag": desks[1], "count": 0}], "no_cost_reason": "x"})[0] == 422
    assert call("POST", path, {"lines": [{"tag": desks[1]}], "no_cost_reason": "x"}, by=w.organizer_b)[1]["code"] in ("same_person", "not_allowed")
    assert call("POST", "/requisitions/RQ-2026-999999/issue", {"lines": [{"tag": desks[1]}], "no_cost_reason": "x"})[0] == 404


def test_a_machine_may_vouch_for_a_receipt_but_that_is_no_signed_slip(app: Flask, floor: Floor, call: Callable[..., Any]) -> None:
    w = floor.world
    number = floor.approved([(w.desk, 1)])
    body = {"lines": [{"tag": floor.tags(w.desk)[0]}], "no_cost_reason": "own truck", "received_by": "何静"}
    status, slip = call("POST", f"/requisitions/{number}/issue", body)
    assert (status, slip["state"]) == (201, "accepted")
    with app.app_context():
        act = db.session().scalars(select(SavingAct).join(Document, Document.id == SavingAct.document_id).where(Document.number == slip["number"])).one()
        assert act.grade == "C"
        assert "signature" in act.missing


def test_an_ambiguous_return_names_the_slips(floor: Floor, call: Callable[..., Any]) -> None:
    lot = floor.tags(floor.world.chair)[0]
    first, second = (floor.lend(floor.approved([(floor.world.chair, 5)]), [(lot, 5)]) for _ in range(2))
    body = {"store_code": "MAIN", "lines": [{"tag": lot, "good": 5}], "no_cost_reason": "none"}
    status, problem = call("POST", "/returns", body)
    assert (status, problem["code"], problem["slips"]) == (409, "slip_ambiguous", [first, second])
    named = {**body, "lines": [{"tag": lot, "slip": second, "good": 5}]}
    assert call("POST", "/returns", named)[0] == 201
    assert call("POST", "/returns", {**body, "lines": [{"good": 5}]})[0] == 422


def test_things_are_moved_in_one_call(floor: Floor, call: Callable[..., Any]) -> None:
    desks, lot = floor.tags(floor.world.desk), floor.tags(floor.world.chair)[0]
    body = {"lines": [*({"tag": tag} for tag in desks), {"tag": lot, "count": 100}], "store_code": "MAIN", "place": "C-07"}
    status, move = call("POST", "/moves", body)
    assert (status, move["number"][:3], move["state"]) == (201, "MV-", "closed")
    assert sum(line["count"] for line in call("GET", f"/moves/{move['number']}")[1]["lines"]) == 110
    assert call("GET", "/moves")[1]["items"][0]["place"] == "C-07"
