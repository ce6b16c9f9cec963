"""The day's work and the judged list: what a page needs to know before the act, scoped to the keeper's stores, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from assetpool.core.db import db
from assetpool.floor import judging
from assetpool.handovers.choosing import Item
from assetpool.org.queries import access_of
from tests import counting
from tests import world as worlds
from tests.floor.conftest import Floor
from tests.handovers.conftest import apart

pytestmark = pytest.mark.usefixtures("monday")
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(app: Flask, floor: Floor) -> Ask:
    """Ask as a page's script does: with the session's cookie and the header that only our pages send."""
    clients = {}

    def asked(path: str, body: Any = None, user: str = "keeper", **headers: str) -> tuple[int, Any]:
        if user not in clients:
            clients[user] = worlds.sign_in(app, user)
        sent = headers or {"X-From-Page": "1"}
        answer = clients[user].open(f"/api/v1{path}", method="GET" if body is None else "POST", json=body, headers=sent)
        return answer.status_code, answer.get_json()

    return asked


def test_the_days_work_names_what_goes_out_what_comes_back_and_every_tag(floor: Floor, ask: Ask) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    slip = floor.lend(floor.approved([(w.desk, 2), (w.chair, 40)], last=date(2026, 11, 24)), [(desks[0], None), (desks[1], None), (lot, 40)])
    late = floor.approved([(w.desk, 1)], first=date(2026, 12, 10), last=date(2026, 12, 12))
    number = floor.approved([(w.desk, 3), (w.chair, 100)])
    status, work = ask("/floor/work?lang=en")
    assert status == 200
    (out,) = work["out"]
    assert (out["number"], out["units"], [line["units"] for line in out["lines"]]) == (number, 103, [3, 100])
    (back,) = work["back"]
    assert (back["number"], back["units"], back["overdue"]) == (slip, 42, False)
    things = {thing["tag"]: thing for thing in work["things"]}
    assert things[desks[0]]["out"] == [{"slip": slip, "line": 1, "units": 1}] and things[desks[0]]["standing"] == 0
    assert (things[lot]["standing"], things[lot]["out"]) == (460, [{"slip": slip, "line": 2, "units": 40}])
    assert {desk: things[desk]["standing"] for desk in desks[2:]} == dict.fromkeys(desks[2:], 1)
    assert {kind["name"] for kind in work["kinds"]} == {"Office desk", "Conference chair"} and work["complete"]
    assert late not in {one["number"] for one in work["out"]}
    assert late in {one["number"] for one in ask(f"/floor/work?document={late}")[1]["out"]}
    assert late in {one["number"] for one in ask("/floor/work?days=30")[1]["out"]}


def test_a_cookie_alone_never_reaches_the_rest_interface(floor: Floor, ask: Ask) -> None:
    assert ask("/floor/work", **{"X-Other": "1"})[0] == 401
    assert ask("/floor/work", **{"X-From-Page": "1", "Sec-Fetch-Site": "cross-site"})[0] == 401
    assert ask("/floor/work", **{"X-From-Page": "1", "Authorization": "Bearer wrong"})[0] == 401
    assert ask("/floor/work", **{"X-From-Page": "1", "Sec-Fetch-Site": "same-origin"})[0] == 200


def test_only_keepers_see_the_work_and_only_that_of_their_stores(floor: Floor, ask: Ask) -> None:
    assert ask("/floor/work", user="organizer_b")[0] == 403
    assert ask("/floor/look", {"mode": "find", "lines": []}, user="organizer_b")[0] == 403
    assert ask("/floor/look", {"mode": "dance", "lines": []})[0] == 404
    assert [store["code"] for store in ask("/floor/work")[1]["stores"]] == ["MAIN", "A-VIRTUAL"]


def test_each_thing_of_a_list_is_judged_with_its_reason_and_cure(floor: Floor, ask: Ask) -> None:
    w = floor.world
    desks, lot, other = floor.tags(w.desk), floor.tags(w.chair)[0], floor.stock(w.computer, 1)[0]
    slip = floor.lend(floor.approved([(w.desk, 1)]), [(desks[5], None)])
    number = floor.approved([(w.desk, 2), (w.chair, 40)])
    lines = [{"tag": desks[0]}, {"tag": f"http://host/a/{desks[1]}"}, {"tag": lot, "count": 600}, {"tag": desks[5]}, {"tag": other}, {"tag": "ZC-0000-0"}]
    status, seen = ask("/floor/look?lang=en", {"mode": "out", "target": number, "lines": [*lines, {"tag": desks[0]}]})
    assert status == 200, seen
    reasons = {row["tag"]: (row["reason"] or {}).get("code") for row in seen["rows"] if row["tag"] != desks[0]}
    assert reasons == {desks[1]: None, lot: "fewer_units", desks[5]: "on_loan", other: "not_asked_for", "ZC-0000-0": "tag_mistyped"}
    cures = {row["tag"]: row["cure"] and (row["cure"]["act"], row["cure"]["count"]) for row in seen["rows"]}
    assert cures[lot] == ("count", 500) and cures[desks[5]] == ("open", None) and cures[other] == ("drop", None)
    assert [row["reason"]["code"] for row in seen["rows"] if row["tag"] == desks[0] and row["reason"]] == ["twice_in_list"]
    assert slip in next(row["reason"]["sentence"] for row in seen["rows"] if row["tag"] == desks[5])
    assert [(line["picked"], line["promised"]) for line in seen["lines"]] == [(2, 2), (0, 40)]
    status, seen = ask("/floor/look?lang=en", {"mode": "back", "lines": [{"tag": desks[5]}, {"tag": desks[0]}, {"tag": lot}]})
    assert [(row["tag"], row["slip"], (row["reason"] or {}).get("code")) for row in seen["rows"]] == [
        (desks[5], slip, None), (desks[0], "", "not_out"), (lot, "", "not_out"),
    ]  # fmt: skip
    status, seen = ask("/floor/look?lang=en", {"mode": "find", "target": "MAIN/B-02", "lines": [{"tag": desks[0]}, {"tag": desks[5]}]})
    assert [(row["remark"] or {}).get("code") for row in seen["rows"]] == ["stands_elsewhere", None] and seen["rows"][1]["reason"]["code"] == "not_here"
    status, seen = ask("/floor/look", {"mode": "find", "target": "MAIN/A-01", "lines": [{"tag": desks[0]}]})
    assert seen["rows"][0]["remark"] is None
    status, seen = ask("/floor/look", {"mode": "move", "target": "MAIN/B-02", "lines": [{"tag": desks[0]}, {"tag": desks[5]}]})
    assert seen["picked"] == 1


def test_work_and_judging_ask_a_fixed_number_of_queries(app: Flask) -> None:
    floor = apart(app)
    w = floor.world
    floor.stock(w.desk, 60)
    desks = floor.tags(w.desk)

    def asked(count: int) -> list[int]:
        number = floor.approved([(w.desk, count)])
        client = worlds.sign_in(app, "keeper")
        with app.app_context(), counting.queries(db.engine) as found:
            assert client.get("/api/v1/floor/work", headers={"X-From-Page": "1"}).status_code == 200
        numbers = [len(found)]
        for mode, judge in (("out", judging.out), ("back", judging.back), ("move", judging.move), ("find", judging.find)):
            with app.app_context():
                session = db.session()
                mine = access_of(session, w.keeper)
                with counting.queries(db.engine) as found:
                    judge(session, mine, number if mode == "out" else "MAIN/A-01", [Item(tag) for tag in desks[:count]])
                numbers.append(len(found))
        return numbers

    few, many = asked(2), asked(30)
    assert many == few and few[0] <= 12, (few, many)
