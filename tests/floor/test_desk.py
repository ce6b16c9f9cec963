"""The page of the scan desk and the photos that go with a count: who may, under which policy, in how many queries."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from assetpool.core.db import db
from assetpool.floor.modes import ELSEWHERE, MODES
from assetpool.records.models import Document
from assetpool.records.photos import Photo
from tests import counting
from tests import world as worlds
from tests.floor.conftest import Floor

pytestmark = pytest.mark.usefixtures("monday")
OURS = {"X-From-Page": "1"}


def test_every_mode_has_a_page_and_only_keepers_open_it(app: Flask, floor: Floor) -> None:
    keeper, clerk = worlds.sign_in(app, "keeper"), worlds.sign_in(app, "clerk_a")
    for path in ("/floor", *(f"/floor/{mode}" for mode in MODES)):
        page = keeper.get(f"{path}?lang=en")
        assert page.status_code == 200 and clerk.get(path).status_code == 403, path
        assert "script-src 'self' 'wasm-unsafe-eval';" in page.headers["Content-Security-Policy"]
        for mode in MODES.values():
            assert mode.title in page.text
    assert "wasm" not in keeper.get("/handovers").headers["Content-Security-Policy"]
    assert keeper.get("/floor/dance").status_code == 404
    for other in ELSEWHERE:
        assert other.title in keeper.get("/floor?lang=en").text


def test_the_page_asks_a_fixed_number_of_queries_however_much_waits(app: Flask, floor: Floor) -> None:
    w = floor.world
    keeper = worlds.sign_in(app, "keeper")

    def asked() -> int:
        with app.app_context(), counting.queries(db.engine) as found:
            assert keeper.get("/floor/out").status_code == 200
        return len(found)

    floor.approved([(w.desk, 1)])
    few = asked()
    for _ in range(5):
        floor.approved([(w.desk, 1)])
    assert asked() == few


def test_a_counting_photo_is_kept_small_with_the_document_it_was_counted_for(app: Flask, floor: Floor) -> None:
    w = floor.world
    slip = floor.lend(floor.approved([(w.desk, 1)]), [(floor.tags(w.desk)[0], None)])
    drawn = io.BytesIO()
    Image.new("RGB", (2000, 1000), "#335577").save(drawn, "PNG")

    def sent(user: str, number: str, content: bytes) -> int:
        file = {"file": (io.BytesIO(content), "stack.png")}
        client = worlds.sign_in(app, user)
        return client.post(f"/api/v1/floor/photos/{number}", data=file, headers=OURS, content_type="multipart/form-data").status_code

    assert sent("keeper", slip, drawn.getvalue()) == 201
    assert sent("stranger", slip, drawn.getvalue()) == 403
    assert sent("keeper", "HS-2026-999999", drawn.getvalue()) == 404
    assert sent("keeper", slip, b"no picture") == 422
    with app.app_context():
        (photo,) = db.session().scalars(select(Photo))
        number = db.session().scalar(select(Document.number).where(Document.id == photo.document_id))
    assert (photo.subject, number) == ("document", slip)
