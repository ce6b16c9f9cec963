"""Things kept aside, exchanges and repairs over REST, as scripts rely on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from assetpool.core.db import atomic, db
from assetpool.handovers.service import Back
from assetpool.org.models import Person
from tests.handovers import aparts
from tests.handovers.conftest import Floor

pytestmark = pytest.mark.usefixtures("monday")
Call = Callable[..., tuple[int, Any]]
PIN = {"method": "typed_pin", "data": "2210"}


floor, world = aparts.floor, aparts.world


def test_a_label_less_desk_is_kept_aside_and_matched(floor: Floor, call: Call) -> None:
    w = floor.world
    desk = floor.tags(w.desk)[0]
    slip = floor.lend(floor.approved([(w.desk, 1)]), [(desk, None)])
    body = {"store_code": "MAIN", "sort": "no_label", "what": "办公桌，标签脱落", "slip": slip}
    status, made = call("POST", "/asides", body, **{"Idempotency-Key": "one"})
    assert (status, made["state"]) == (201, "kept_aside")
    assert call("POST", "/asides", body, **{"Idempotency-Key": "one"}) == (201, made)
    number = made["number"]
    assert call("GET", f"/asides/{number}", by=w.stranger)[0] == 404
    assert call("POST", f"/asides/{number}/match", {"tag": desk, "slip": slip, "fate": "good"})[1]["code"] == "cost_missing"
    status, receipt = call("POST", f"/asides/{number}/match", {"tag": desk, "slip": slip, "fate": "good", "no_cost_reason": "随车"})
    assert (status, receipt["number"][:2], floor.state(slip)) == (200, "RT", "closed")
    shown = call("GET", f"/asides/{number}")[1]
    assert (shown["outcome"], shown["tag"], shown["receipt"]) == ("matched", desk, receipt["number"])
    assert [row["number"] for row in call("GET", "/asides")[1]["items"]] == [number]


def test_swapped_desks_are_exchanged(floor: Floor, call: Call, app: Flask) -> None:
    w = floor.world
    one, other = floor.tags(w.desk)[:2]
    ours = floor.lend(floor.approved([(w.desk, 1)]), [(one, None)])
    theirs = floor.lend_elsewhere(w.desk, [other])
    with app.app_context(), atomic():
        organizer_x = db.session().query(Person.id).filter_by(username="organizer_x").scalar()
    kept = call("POST", "/asides", {"store_code": "MAIN", "sort": "wrong", "what": "办公桌", "tag": other, "slip": ours})[1]["number"]
    assert call("POST", f"/asides/{kept}/hand-out", {"name": "路人"})[1]["code"] == "not_that_owner"
    exchange = call("POST", f"/asides/{kept}/exchange", {"missing": one})[1]["number"]
    path = f"/exchanges/{exchange}/sign"
    assert call("POST", path, {"side": "first", "name": "何静", "signature": PIN}, by=w.organizer_b) == (200, {"number": exchange, "state": "half_signed"})
    assert call("POST", path, {"side": "first", "name": "何静", "signature": PIN}, by=w.organizer_b)[1]["code"] == "signed_already"
    assert call("GET", f"/exchanges/{exchange}", by=w.organizer_b)[1]["signed"] == ["first"]
    assert call("POST", path, {"side": "second", "name": "气象", "signature": PIN}, by=organizer_x)[1]["state"] == "closed"
    floor.back([Back(one, good=1)])
    assert (floor.state(ours), floor.state(theirs)) == ("closed", "closed")


def test_a_broken_chair_is_reported_and_mended(floor: Floor, call: Call) -> None:
    w = floor.world
    chair = floor.tags(w.chair)[0]
    assert call("POST", "/repairs", {"tag": chair, "count": 2, "fault": "断腿"}, by=w.organizer_b)[0] == 403
    number = call("POST", "/repairs", {"tag": chair, "count": 2, "fault": "断腿"})[1]["number"]
    assert call("POST", f"/repairs/{number}/begin", {"workshop": "红木家具厂", "expected_on": "2026-12-01"})[1]["state"] == "in_work"
    assert call("POST", f"/repairs/{number}/finish", {"mended": 2})[1]["code"] == "cost_missing"
    paid = {"amount_fen": 8550, "voucher": {"issuer": "红木家具厂", "number": "0099"}}
    assert call("POST", f"/repairs/{number}/finish", {"mended": 1, "beyond": 1, "costs": [paid]})[1]["state"] == "done"
    shown = call("GET", f"/repairs/{number}")[1]
    assert (shown["mended"], shown["beyond"], shown["workshop"]) == (1, 1, "红木家具厂")
    assert floor.where(chair) == {"in_store": 499, "damaged": 1}
    assert call("GET", "/repairs")[1]["items"][0]["number"] == number
