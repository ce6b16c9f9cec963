"""A repair through its pages: reported, given to a workshop, done; photos stay with it, strangers see nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from PIL import Image

from assetpool.core import clock
from tests.handovers.conftest import MONDAY, Floor, apart
from tests.handovers.conftest import database_template as database_template
from tests.walking import send
from tests.world import sign_in


@pytest.fixture(autouse=True)
def of_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def floor(app: Flask) -> Floor:
    return apart(app)


def test_a_broken_thing_goes_to_the_workshop_and_back(app: Flask, floor: Floor) -> None:
    chair = floor.tags(floor.world.chair)[0]
    keeper = sign_in(app, "keeper")
    assert send(keeper, "/repairs/new", {"tag": chair, "count": "0", "fault": "断腿"}).status_code == 422
    here = str(send(keeper, "/repairs/new", {"tag": chair, "count": "2", "fault": "断腿"}).location)
    assert floor.where(chair) == {"in_store": 498, "repair": 2}
    content = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(content, "JPEG")
    content.seek(0)
    number = here.rsplit("/", 1)[1]
    assert send(keeper, f"/photos/of/{number}", {"photos": [(content, "leg.jpg")]}, page=here).location == here
    assert "/photos/1/small" in keeper.get(here).text
    assert send(keeper, f"{here}/begin", {"workshop": "红木家具厂", "expected_on": "2026-11-20"}, page=here).status_code == 422
    assert send(keeper, f"{here}/begin", {"workshop": "红木家具厂", "expected_on": "2026-11-30"}, page=here).status_code == 303
    wrong = send(keeper, f"{here}/finish", {"mended": "2", "beyond": "0", "issuer": "红木家具厂", "number": "0099"}, page=here)
    assert (wrong.status_code, "0099" in wrong.text) == (422, True)
    done = {"mended": "2", "beyond": "0", "condition": "good", "amount": "85.50", "issuer": "红木家具厂", "number": "0099"}
    assert send(keeper, f"{here}/finish", done, page=here).status_code == 303
    page = keeper.get(here).text
    assert "85.50" in page and "0099" in page
    assert floor.where(chair) == {"in_store": 500}
    assert number in keeper.get("/repairs?state=done").text and number not in keeper.get("/repairs?state=opened").text
    stranger = sign_in(app, "stranger")
    assert (stranger.get(here).status_code, stranger.get("/repairs/new").status_code) == (404, 403)
    assert number not in stranger.get("/repairs").text
    assert stranger.get("/photos/1").status_code == 404
