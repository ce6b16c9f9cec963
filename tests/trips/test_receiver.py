"""On site without an account: received, short, broken and refused by count, signed in each of the three ways, once; the page says which truck brings it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from assetpool.core.db import db
from assetpool.handovers.models import SlipItem
from assetpool.records.models import PersonalFact
from assetpool.records.outbox_models import Telling
from assetpool.trips.planning import Part
from tests import world as worlds
from tests.trips.conftest import PLATE, Yard
from tests.walking import send


def photographed() -> dict[str, Any]:
    kept = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(kept, "JPEG")
    kept.seek(0)
    return {"paper": (kept, "signed.jpg")}


DRAWN = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WAYS: dict[str, Callable[[], dict[str, Any]]] = {"drawn": lambda: {"signature": DRAWN}, "typed_pin": lambda: {"pin": "2468"}, "paper_photo": photographed}


@pytest.mark.parametrize("way", WAYS)
def test_a_volunteer_counts_and_signs_once(app: Flask, way: str) -> None:
    with app.app_context():
        yard = Yard(worlds.found())
        today = yard.today()
        number = yard.approved([(yard.world.chair, 40)], today, today)
        made = yard.load(number, [(yard.tags(yard.world.chair)[0], 40)])
        yard.plan([Part(made.document.number)])
    phone = app.test_client()
    page = f"/s/{made.token}"
    assert PLATE in phone.get(page).text
    counts = {"short-1": "2", "damaged-1": "3", "refused-1": "4", "name": "何静"}
    assert send(phone, page, counts).status_code == 422
    assert send(phone, page, {**counts, **WAYS[way]()}).status_code == 303
    with app.app_context():
        item = db.session().scalars(select(SlipItem)).one()
        assert (item.loaded, item.accepted, item.short, item.damaged, item.refused) == (40, 31, 2, 3, 4)
        fact = db.session().scalars(select(PersonalFact).where(PersonalFact.name == "何静")).one()
        assert fact.signature_method == way
    assert phone.post(page, data=counts).status_code in (400, 410)
    assert PLATE not in phone.get(page).text


def test_three_hundred_desks_on_one_slip_are_one_telling(app: Flask) -> None:
    with app.app_context():
        yard = Yard(worlds.found())
        today = yard.today()
        tags = [*yard.tags(yard.world.desk), *yard.stock(yard.world.desk, 290)]
        number = yard.approved([(yard.world.desk, 300)], today, today)
        yard.load(number, [(tag, None) for tag in tags])
        told = db.session().scalar(select(func.count()).select_from(Telling).where(Telling.topic == "slip_loaded"))
        assert told == 1
