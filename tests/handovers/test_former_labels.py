"""A thing that got another label is known by its former one on every path by which a tag comes in; what is written shows the present one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from assetpool.core.db import db
from tests import world as worlds
from tests.counting import queries as statements
from tests.handovers import aparts
from tests.handovers.conftest import Floor
from tests.walking import in_english, send

pytestmark = pytest.mark.usefixtures("monday")
SIGNATURE = {"method": "typed_pin", "data": "2210"}
Call = Callable[..., Any]

floor, world = aparts.floor, aparts.world


def relabelled(call: Call, tags: list[str]) -> list[str]:
    """Let things take blank labels; return their present tags in the same order."""
    blanks: list[str] = call("POST", "/labels/blanks", {"store_code": "MAIN", "count": len(tags)})[1]["tags"]
    lines = [{"blank": blank, "thing": tag} for blank, tag in zip(blanks, tags, strict=True)]
    assert call("POST", "/labels/claims", {"lines": lines})[0] == 201
    return blanks


def test_a_former_label_goes_out_is_accepted_settled_and_comes_back(floor: Floor, call: Call) -> None:
    w = floor.world
    olds = [*floor.tags(w.desk)[:2], floor.tags(w.chair)[0]]
    desk, other, lot = relabelled(call, olds)
    number = floor.approved([(w.desk, 2), (w.chair, 80)])
    lines = [{"tag": olds[0]}, {"tag": other}, {"tag": olds[2], "count": 80}]
    twice = call("POST", f"/requisitions/{number}/issue", {"lines": [*lines, {"tag": desk}], "no_cost_reason": "own truck"})
    assert [(one["tag"], one["code"]) for one in twice[1]["blockers"]] == [(desk, "twice_in_list")]
    status, slip = call("POST", f"/requisitions/{number}/issue", {"lines": lines, "no_cost_reason": "own truck"})
    assert status == 201, slip
    assert {line["tag"] for line in call("GET", f"/slips/{slip['number']}")[1]["lines"]} == {desk, other, lot}
    counts = [{"tag": olds[0]}, {"tag": olds[1]}, {"tag": olds[2], "short": 3}]
    status, accepted = call("POST", f"/slips/{slip['number']}/accept", {"lines": counts, "name": "何静", "signature": SIGNATURE}, by=w.organizer_b)
    assert status == 200, accepted
    settled = call("POST", f"/slips/{slip['number']}/settle", {"lines": [{"tag": olds[2], "difference": "short", "in_store": 3}]})
    assert settled[0] == 200, settled[1]
    back = {
        "lines": [{"tag": olds[0], "good": 1}, {"tag": olds[2], "good": 40}, {"tag": lot, "good": 37}],
        "returned_by": "何静",
        "no_cost_reason": "own truck",
    }
    status, more = call("POST", "/returns", {**back, "lines": [*back["lines"], {"tag": desk, "good": 1}]})
    assert more["code"] == "more_than_out"
    status, receipt = call("POST", "/returns", back)
    assert status == 201, receipt
    assert floor.where(lot) == {"in_store": 500} and floor.where(desk) == {"in_store": 1}
    assert {line["tag"] for line in call("GET", f"/returns/{receipt['number']}")[1]["lines"]} == {desk, lot}


def test_a_former_label_is_moved_and_mended(floor: Floor, call: Call) -> None:
    w = floor.world
    olds = [*floor.tags(w.desk)[:2], floor.tags(w.chair)[0]]
    desk, _other, lot = relabelled(call, olds)
    body = {"lines": [{"tag": olds[0]}, {"tag": olds[2], "count": 5}], "store_code": "MAIN", "place": "C-07"}
    status, twice = call("POST", "/moves", {**body, "lines": [*body["lines"], {"tag": desk}]})
    assert (status, "twice" in str(twice)) == (422, True)
    status, move = call("POST", "/moves", body)
    assert status == 201, move
    assert call("GET", f"/assets/{desk}")[1]["place"] == "C-07"
    status, repair = call("POST", "/repairs", {"tag": olds[2], "count": 2, "fault": "断腿"})
    assert status == 201, repair
    assert call("GET", f"/repairs/{repair['number']}")[1]["tag"] == lot


def test_counts_under_a_former_and_the_present_label_are_counts_of_one_thing(floor: Floor, call: Call) -> None:
    w = floor.world
    olds = [floor.tags(w.desk)[0], floor.tags(w.chair)[0]]
    desk, lot = relabelled(call, olds)
    number = call("POST", "/stocktakes", {"store_code": "MAIN"})[1]["number"]
    assert call("POST", f"/stocktakes/{number}/freeze", {})[0] == 200
    counts = [{"key": "a", "tag": olds[0]}, {"key": "b", "tag": desk}, {"key": "c", "tag": olds[1], "units": 200}, {"key": "d", "tag": lot, "units": 300}]
    said = call("POST", f"/stocktakes/{number}/counts", {"counts": counts})[1]["counts"]
    assert [(one["tag"], one["outcome"], one["units"]) for one in said] == [
        (desk, "counted", 1), (desk, "again", 1), (lot, "counted", 500), (lot, "counted", 500),
    ]  # fmt: skip


def test_lists_that_are_typed_and_the_desk_take_former_labels(app: Flask, floor: Floor, call: Call) -> None:
    w = floor.world
    olds = floor.tags(w.desk)[:2]
    desk, other = relabelled(call, olds)
    number = floor.approved([(w.desk, 2)])
    keeper = in_english(worlds.sign_in(app, "keeper"))
    page = send(keeper, f"/handovers/new?request={number}", {"request": number, "tag": f"{olds[0]}\n{other}"}).text
    assert f'name="item" value="{desk}"' in page and f'value="{olds[0]}"' not in page
    floor.lend(number, [(desk, None), (other, None)])
    page = send(keeper, "/returns/new", {"tag": olds[1]}).text
    assert f"{other}|HS-" in page


def test_a_former_label_costs_one_statement_however_many(app: Flask, floor: Floor, call: Call) -> None:
    w = floor.world
    olds = floor.tags(w.desk)[:8]
    news = relabelled(call, olds)
    spent = []
    with app.app_context():
        engine = db.engine
    for place, tags in (("D-1", news), ("D-2", [*olds[:1], *news[1:]]), ("D-3", olds)):
        with statements(engine) as found:
            assert call("POST", "/moves", {"lines": [{"tag": tag} for tag in tags], "store_code": "MAIN", "place": place})[0] == 201
        spent.append(len(found))
    assert [count - spent[0] for count in spent] == [0, 1, 1]


@pytest.mark.parametrize(("mode", "target"), [("out", ""), ("back", ""), ("move", "MAIN/B-02"), ("find", "")])
def test_the_desk_is_told_what_a_former_label_is_called_now(floor: Floor, call: Call, mode: str, target: str) -> None:
    w = floor.world
    first, second = floor.tags(w.desk)[:2]
    (middle,) = relabelled(call, [first])
    (last,) = relabelled(call, [middle])
    asked = {"mode": mode, "target": target or floor.approved([(w.desk, 2)]), "lines": [{"tag": tag} for tag in (first, middle, second)]}
    rows = {row["tag"]: row for row in call("POST", "/floor/look", asked)[1]["rows"]}
    assert {tag: row["code"] and (row["code"]["purpose"], row["code"]["thing"]) for tag, row in rows.items()} == {
        first: ("former", last), middle: ("former", last), second: None,
    }  # fmt: skip
