"""The pages of the floor work without a script: scan, load, sign on site, take back, inspect; nothing typed is lost."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import qrcode
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetpool.core.db import db
from assetpool.handovers import service as handovers
from assetpool.records.models import PersonalFact
from tests import world as worlds
from tests.handovers import aparts
from tests.handovers.conftest import Floor

pytestmark = pytest.mark.usefixtures("monday")


floor, world = aparts.floor, aparts.world


@pytest.fixture
def keeper(app: Flask, world: worlds.World) -> FlaskClient:
    return worlds.sign_in(app, "keeper")


def post(client: FlaskClient, url: str, page: str, **values: Any) -> Any:
    """Send a form with the token and the revision that the page carried."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    revision = re.search(r'name="revision"[^>]*value="([^"]*)"', page)
    data = {"csrf_token": token.group(1) if token else "", "revision": revision.group(1) if revision else "", **values}
    return client.post(url, data=data, content_type="multipart/form-data")


def scan_page(client: FlaskClient, number: str) -> str:
    return client.get(f"/handovers/new?request={number}&lang=en").get_data(as_text=True)


def test_the_scan_desk_keeps_its_list_in_the_page_and_names_each_blocker(floor: Floor, keeper: FlaskClient) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    slip = floor.lend(floor.approved([(w.desk, 1)]), [(desks[5], None)])
    number = floor.approved([(w.desk, 2), (w.chair, 40)])
    page = scan_page(keeper, number)
    assert "0 of 42 things" in page
    page = post(keeper, "/handovers/new", page, request=number, tag=desks[0], name="He Jing").get_data(as_text=True)
    assert "1 of 42 things" in page and 'value="He Jing"' in page
    listed = {"item": [desks[0]], "tag": f"{lot}, {desks[5]}"}
    page = post(keeper, "/handovers/new", page, request=number, **listed).get_data(as_text=True)
    assert "41 of 42 things" in page and slip in page and "on loan to 体育局" in page
    again = post(keeper, "/handovers/new", page, request=number, item=[desks[0]], tag=desks[0]).get_data(as_text=True)
    assert "stands in the list already" in again
    mistyped = post(keeper, "/handovers/new", page, request=number, item=[desks[0]], tag=desks[0][:-1] + ("A" if desks[0][-1] != "A" else "B"))
    assert "cannot be right" in mistyped.get_data(as_text=True)
    blocked = post(keeper, "/handovers/new", page, request=number, item=[desks[0], desks[5]], act="load", no_cost_reason="own truck", destination="Hall 3")
    assert blocked.status_code == 409
    text = blocked.get_data(as_text=True)
    assert "on loan to 体育局" in text and "own truck" in text and "Hall 3" in text and f'value="{desks[0]}"' in text
    removed = post(keeper, "/handovers/new", page, request=number, item=[desks[0], desks[5]], remove=desks[5]).get_data(as_text=True)
    assert "on loan to" not in removed and "1 of 42 things" in removed


def test_load_show_the_link_and_let_the_volunteer_sign_once(floor: Floor, keeper: FlaskClient, app: Flask) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    number = floor.approved([(w.desk, 2), (w.chair, 40)])
    missing = post(keeper, "/handovers/new", scan_page(keeper, number), request=number, item=[desks[0]], act="load")
    assert missing.status_code == 422 and "say why it cost nothing" in missing.get_data(as_text=True)
    page = scan_page(keeper, number)
    done = post(keeper, "/handovers/new", page, request=number, item=[desks[0], desks[1], lot], act="load", no_cost_reason="own truck")
    assert done.status_code == 303, done.get_data(as_text=True)
    slip = keeper.get(done.location).get_data(as_text=True)
    link = re.search(r"http://localhost(/s/[\w-]+)", slip)
    assert link and "<svg" in slip
    volunteer = app.test_client()
    form = volunteer.get(link.group(1) + "?lang=en").get_data(as_text=True)
    assert "What came off the truck?" in form and desks[0] in form
    unsigned = post(volunteer, link.group(1), form, **{"short-2": "3"}, name="Volunteer")
    assert unsigned.status_code == 422 and 'value="3"' in unsigned.get_data(as_text=True)
    counts = {"short-2": "3", "damaged-1": "1", f"tag-{desks[0]}": "damaged", "name": "Volunteer", "pin": "2468"}
    assert post(volunteer, link.group(1), form, **counts).status_code == 303
    assert floor.where(lot) == {"in_store": 460, "out": 37, "held": 3}
    assert (floor.where(desks[0]), floor.where(desks[1])) == ({"held": 1}, {"out": 1})
    gone = volunteer.get(link.group(1))
    assert gone.status_code == 200 and "Thank you" in gone.get_data(as_text=True)
    assert post(volunteer, link.group(1), form, name="Again", pin="2468").status_code == 410
    assert volunteer.get("/s/guessed").status_code == 404
    slip = keeper.get(done.location).get_data(as_text=True)
    assert "/s/" not in slip and "Differences to settle" in slip
    settled = post(keeper, f"{done.location}/settle", slip, difference=[f"short:{lot}"], **{f"in_store-short-{lot}": "3"})
    assert settled.status_code == 303 and floor.where(lot) == {"in_store": 463, "out": 37}
    assert keeper.get(f"{done.location}.pdf").data[:5] == b"%PDF-"


def test_one_tap_says_that_the_truck_arrived(floor: Floor, keeper: FlaskClient, app: Flask) -> None:
    w = floor.world
    slip = floor.load(floor.approved([(w.desk, 1)]), [(floor.tags(w.desk)[0], None)]).document.number
    page = keeper.get(f"/handovers/{slip}?lang=en").get_data(as_text=True)
    assert "It arrived on site" in page
    assert post(keeper, f"/handovers/{slip}/deliver", page).status_code == 303
    after = keeper.get(f"/handovers/{slip}").get_data(as_text=True)
    assert "It arrived on site" not in after and "Delivered" in after and "Record what was accepted" in after
    again = post(keeper, f"/handovers/{slip}/deliver", page)
    assert again.status_code == 409 and "changed meanwhile" in again.get_data(as_text=True)
    assert worlds.sign_in(app, "stranger").post(f"/handovers/{slip}/deliver").status_code in (400, 404)


def test_a_counter_pick_up_needs_a_signature(floor: Floor, keeper: FlaskClient) -> None:
    number = floor.approved([(floor.world.desk, 1)])
    tag = floor.tags(floor.world.desk)[0]
    page = scan_page(keeper, number)
    values = {"request": number, "item": [tag], "act": "hand_over", "no_cost_reason": "none", "name": "何静"}
    assert post(keeper, "/handovers/new", page, **values).status_code == 422
    assert post(keeper, "/handovers/new", page, **values, pin="1234").status_code == 303
    assert floor.where(tag) == {"out": 1}


def picture_of(text: str) -> io.BytesIO:
    """Return a photo of a label: its QR code as PNG."""
    made = io.BytesIO()
    qrcode.make(text).save(made)
    made.seek(0)
    return made


def test_a_photo_is_read_by_the_server_and_a_signed_paper_is_kept(floor: Floor, keeper: FlaskClient, app: Flask) -> None:
    number = floor.approved([(floor.world.desk, 1)])
    tag = floor.tags(floor.world.desk)[0]
    page = scan_page(keeper, number)
    photo = (picture_of(f"HTTP://LOCALHOST/A/{tag}"), "label.png")
    page = post(keeper, "/handovers/new", page, request=number, photo=photo).get_data(as_text=True)
    assert "1 of 1 things" in page and tag in page
    none = post(keeper, "/handovers/new", page, request=number, photo=(io.BytesIO(b"no picture"), "x.png"))
    assert "not a picture" in none.get_data(as_text=True)
    paper = (picture_of("signed"), "signed.png")
    unpriced = post(keeper, "/handovers/new", page, request=number, item=[tag], act="hand_over", name="何静", paper=paper)
    kept = re.search(r'name="paper_id"[^>]*value="(\d+)"', unpriced.get_data(as_text=True))
    assert unpriced.status_code == 422 and kept and "signed.png" in unpriced.get_data(as_text=True)
    values = {"request": number, "item": [tag], "act": "hand_over", "name": "何静", "paper_id": kept.group(1), "no_cost_reason": "none"}
    done = post(keeper, "/handovers/new", page, **values)
    assert done.status_code == 303
    assert "signed.png" in keeper.get(done.location).get_data(as_text=True)
    assert keeper.get(f"{done.location}/files/{kept.group(1)}").data[1:4] == b"PNG"
    assert worlds.sign_in(app, "stranger").get(f"{done.location}/files/{kept.group(1)}").status_code == 404
    with app.app_context():
        fact = db.session().scalars(select(PersonalFact).where(PersonalFact.signature_method == "paper_photo")).one()
        assert fact.signature == f"file:{kept.group(1)}"


def test_costs_typed_in_yuan_reach_the_slip(floor: Floor, keeper: FlaskClient) -> None:
    number = floor.approved([(floor.world.desk, 1)])
    tag = floor.tags(floor.world.desk)[0]
    page = scan_page(keeper, number)
    values = {"request": number, "item": [tag], "name": "何静", "pin": "1234", "costs-0-kind": "haulage"}
    more = post(keeper, "/handovers/new", page, **values, add_line="costs", **{"costs-0-amount": "1,200.50"}).get_data(as_text=True)
    assert 'value="1,200.50"' in more and 'name="costs-1-amount"' in more
    wrong = post(keeper, "/handovers/new", page, **values, act="hand_over", **{"costs-0-amount": "much"})
    assert wrong.status_code == 422
    vouched = {"costs-0-amount": "1,200.50", "costs-0-issuer": "市运输公司", "costs-0-number": "FP-77"}
    done = post(keeper, "/handovers/new", page, **values, act="hand_over", **vouched)
    assert done.status_code == 303
    assert "1,200.50" in keeper.get(done.location).get_data(as_text=True)


def test_take_a_slip_back_then_inspect_the_rest(floor: Floor, keeper: FlaskClient) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    slip = floor.lend(floor.approved([(w.desk, 1), (w.chair, 40)]), [(desks[0], None), (lot, 40)])
    page = keeper.get(f"/returns/new?slip={slip}&lang=en").get_data(as_text=True)
    assert desks[0] in page and lot in page
    lines = [f"{desks[0]}|{slip}", f"{lot}|{slip}"]
    good = post(keeper, "/returns/new", page, line=lines, store_id=str(w.main), act="all_good").get_data(as_text=True)
    assert 'value="good" selected' in good and f'name="good-{lot}|{slip}" value="40"' in good
    counts = {f"good-{lot}|{slip}": "30", f"repair-{lot}|{slip}": "2"}
    unpriced = post(keeper, "/returns/new", page, line=lines, store_id=str(w.main), act="take_back", returned_by="何静", **counts)
    assert unpriced.status_code == 422 and 'value="30"' in unpriced.get_data(as_text=True)
    done = post(keeper, "/returns/new", page, line=lines, store_id=str(w.main), act="take_back", no_cost_reason="brought by them", **counts)
    assert done.status_code == 303
    assert floor.where(lot) == {"in_store": 490, "repair": 2, "out": 8} and floor.where(desks[0]) == {"arrived": 1}
    receipt = keeper.get(done.location).get_data(as_text=True)
    wrong = post(keeper, f"{done.location}/inspect", receipt, line=["1"], **{"good-1": "2"})
    assert wrong.status_code == 422
    assert post(keeper, f"{done.location}/inspect", receipt, line=["1"], **{"fate-1": "good", "condition-1": "fair"}).status_code == 303
    assert floor.where(desks[0]) == {"in_store": 1}
    assert keeper.get(f"{done.location}.pdf").data[:5] == b"%PDF-"


def test_too_much_is_said_beside_what_was_typed(floor: Floor, keeper: FlaskClient) -> None:
    lot = floor.tags(floor.world.chair)[0]
    slip = floor.lend(floor.approved([(floor.world.chair, 4)]), [(lot, 4)])
    page = keeper.get(f"/returns/new?tag={lot}&lang=en").get_data(as_text=True)
    key = f"{lot}|{slip}"
    answer = post(keeper, "/returns/new", page, line=[key], store_id=str(floor.world.main), act="take_back", no_cost_reason="x", **{f"good-{key}": "5"})
    assert answer.status_code == 409 and "only 4 are out" in answer.get_data(as_text=True)
    assert "not out on loan" in post(keeper, "/returns/new", page, tag=floor.tags(floor.world.desk)[0]).get_data(as_text=True)


@pytest.mark.parametrize("show", ["", "ready", "loaded", "out", "overdue"])
def test_the_lists_open_for_keepers_receivers_and_auditors(floor: Floor, app: Flask, show: str) -> None:
    lot = floor.tags(floor.world.chair)[0]
    number = floor.approved([(floor.world.chair, 4)])
    slip = floor.lend(number, [(lot, 2)])
    floor.load(number, [(lot, 2)])
    floor.back([handovers.Back(lot, slip=slip)])
    for person in ("keeper", "organizer_b", "auditor", "stranger"):
        client = worlds.sign_in(app, person)
        text = client.get(f"/handovers?show={show}&lang=en").get_data(as_text=True)
        assert (slip in text) == (person != "stranger" and show == ""), (person, show)
        assert client.get("/returns").status_code == 200
        assert client.get(f"/handovers/{slip}").status_code == (404 if person == "stranger" else 200)
    assert worlds.sign_in(app, "organizer_b").get(f"/handovers/new?request={number}").status_code == 403


def test_moves_are_typed_or_scanned(floor: Floor, keeper: FlaskClient) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    page = keeper.get(f"/moves/new?tag={desks[0]}&lang=en").get_data(as_text=True)
    assert desks[0] in page
    scanned = post(keeper, "/moves/new", page, tags=desks[0], tag=desks[1], store_id=str(w.main), place="B-1").get_data(as_text=True)
    assert desks[0] in scanned and desks[1] in scanned
    wrong = post(keeper, "/moves/new", page, tags=f"{desks[0]} × many", store_id=str(w.main), act="move")
    assert wrong.status_code == 422 and "× many" in wrong.get_data(as_text=True)
    done = post(keeper, "/moves/new", page, tags=f"{desks[0]}\n{lot} × 20", store_id=str(w.main), place="B-1", act="move")
    assert done.status_code == 303
    assert lot in keeper.get(done.location).get_data(as_text=True)
    assert done.location.rsplit("/", 1)[1] in keeper.get("/moves").get_data(as_text=True)
