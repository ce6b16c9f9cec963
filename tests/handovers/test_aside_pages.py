"""Keeping aside, matching, exchanging and handing out through the pages, and who may see them."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from PIL import Image

from assetpool.core import clock
from assetpool.handovers.service import Back
from tests.handovers import aparts
from tests.handovers.conftest import MONDAY, Floor
from tests.walking import send
from tests.world import sign_in

NUMBER = re.compile(r"/(?:asides|exchanges)/([A-Z]{2}-\d{4}-\d{6})$")
SIGNS = {"name": "何静", "telephone": "13800002210", "pin": "2210"}


@pytest.fixture(autouse=True)
def of_monday():  # type: ignore[no-untyped-def]
    with clock.at(MONDAY):
        yield


floor = aparts.floor


def photo() -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (400, 300), "brown").save(content, "JPEG")
    content.seek(0)
    return content, "chair.jpg"


def test_a_thing_without_label_goes_the_whole_way(app: Flask, floor: Floor) -> None:
    desks = floor.tags(floor.world.desk)
    slip = floor.lend(floor.approved([(floor.world.desk, 2)]), [(tag, None) for tag in desks[:2]])
    floor.back([Back(desks[0], good=1)])
    keeper = sign_in(app, "keeper")
    store = str(floor.world.main)
    refused = send(keeper, "/asides/new", {"sort": "no_label", "what": "", "store_id": store, "owner_id": "0", "count": "1"})
    assert refused.status_code == 422
    asked = {"sort": "no_label", "what": "办公桌，标签脱落", "slip": slip, "store_id": store, "owner_id": "0", "count": "1", "photos": [photo()]}
    answer = send(keeper, "/asides/new", asked)
    assert answer.status_code == 303
    here = str(answer.location)
    page = keeper.get(here).text
    assert desks[1] in page and slip in page and "/small" in page
    assert send(keeper, f"{here}/match", {"thing": f"{desks[1]}|{slip}", "fate": "good", "no_cost_reason": "随车"}, page=here).status_code == 303
    assert floor.state(slip) == "closed"
    assert "RT-" in keeper.get(here).text
    assert keeper.get(f"{here}.pdf").data.startswith(b"%PDF")
    assert desks[1] not in keeper.get("/asides").text
    assert here.rsplit("/", 1)[1] in keeper.get("/asides?show=ended").text


def test_an_exchange_is_signed_through_the_pages(app: Flask, floor: Floor) -> None:
    w = floor.world
    desks = floor.tags(w.desk)
    ours = floor.lend(floor.approved([(w.desk, 1)]), [(desks[0], None)])
    theirs = floor.lend_elsewhere(w.desk, [desks[1]])
    keeper, organizer, other = (sign_in(app, name) for name in ("keeper", "organizer_b", "organizer_x"))
    asked = {"sort": "wrong", "what": "办公桌", "tag": desks[1], "slip": ours, "store_id": str(w.main), "owner_id": "0", "count": "1"}
    aside = str(send(keeper, "/asides/new", asked).location)
    here = str(send(keeper, f"{aside}/exchange", {"missing": f"{desks[0]}|{ours}"}, page=aside).location)
    assert NUMBER.search(here)
    assert f"{here}/sign/first" in organizer.get(here).text and f"{here}/sign/second" not in organizer.get(here).text
    assert sign_in(app, "finance").get(here).status_code == 200 and sign_in(app, "clerk_a").get(here).status_code == 404
    unsigned = send(organizer, f"{here}/sign/first", {"name": "何静"})
    assert (unsigned.status_code, "何静" in unsigned.text) == (422, True)
    assert send(organizer, f"{here}/sign/first", SIGNS).status_code == 303
    assert floor.state(theirs) == "accepted"
    assert send(other, f"{here}/sign/second", SIGNS).status_code == 303
    assert (floor.state(theirs), floor.where(desks[1])) == ("closed", {"arrived": 1})
    assert keeper.get(f"{here}.pdf").data.startswith(b"%PDF")
    floor.back([Back(desks[0], good=1)])
    assert floor.state(ours) == "closed"


def test_what_is_not_ours_is_handed_out_against_a_signature(app: Flask, floor: Floor) -> None:
    w = floor.world
    keeper = sign_in(app, "keeper")
    asked = {"sort": "foreign", "what": "折叠椅", "store_id": str(w.main), "owner_id": str(w.elsewhere), "count": "1"}
    here = str(send(keeper, "/asides/new", asked).location)
    found = NUMBER.search(here)
    assert found
    assert sign_in(app, "stranger").get(here).status_code == 200
    assert sign_in(app, "organizer_b").get(here).status_code == 404
    unsigned = send(keeper, f"{here}/hand-out", {"name": "路人甲"})
    assert (unsigned.status_code, "路人甲" in unsigned.text) == (422, True)
    assert send(keeper, f"{here}/hand-out", SIGNS).status_code == 303
    assert floor.state(found.group(1)) == "closed"


def test_only_keepers_keep_aside(app: Flask, floor: Floor) -> None:
    organizer = sign_in(app, "organizer_b")
    assert organizer.get("/asides/new").status_code == 403
    assert organizer.get("/asides").status_code == 200
    assert organizer.get("/exchanges/XC-2026-000009").status_code == 404
