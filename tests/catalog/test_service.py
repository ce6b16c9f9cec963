"""The catalogue's acts: kinds find their class, first prices hold from the beginning, strangers are refused."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from assetpool.catalog import service
from assetpool.catalog.classes import ancestry, possible_ancestors
from assetpool.catalog.models import Kind, Price
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.org.service import NameTaken
from assetpool.prices import service as prices
from tests import world as worlds


@pytest.fixture
def database_template(make_template) -> str:  # type: ignore[no-untyped-def]
    return str(make_template("world", worlds.fill))


@pytest.fixture
def world(context: Flask) -> worlds.World:
    return worlds.found()


@pytest.mark.parametrize(
    ("code", "parents", "expected"),
    [
        ("A05010303", {"A05010303": "A05010000", "A05010000": "A05000000", "A05000000": None}, ["A05000000", "A05010000", "A05010303"]),
        ("A05010201", {"A05010000": "A05000000", "A05000000": None}, ["A05000000", "A05010000", "A05010201"]),
        ("A05010201", {}, ["A05010201"]),
        ("7110", {}, ["71", "7110"]),
        ("x-1", {}, ["x-1"]),
        ("A", {"A": "B", "B": "A"}, ["B", "A"]),
    ],
)
def test_a_code_stands_under_the_nearest_known_one(code: str, parents: dict[str, str | None], expected: list[str]) -> None:
    assert ancestry(code, parents) == expected


def test_the_levels_above_a_code_come_from_its_form() -> None:
    assert possible_ancestors("A05010301") == ["A05010300", "A05010000", "A05000000"]


def test_an_unknown_class_is_accepted_and_flagged(world: worlds.World) -> None:
    desk, chair = db.session().get_one(Kind, world.desk), db.session().get_one(Kind, world.chair)
    assert (desk.class_confirmed, desk.class_path, desk.class_root) == (False, "/A05000000/A05010000/A05010201/", "A05000000")
    assert (chair.class_confirmed, chair.class_path) == (True, "/A05000000/A05010000/A05010303/")
    assert "desk" in desk.search_text and "桌" in desk.search_text


def test_the_same_kind_is_not_made_twice(world: worlds.World) -> None:
    with pytest.raises(service.KindExists) as refusal, atomic() as session:
        service.add_kind(session, world.pool, service.NewKind("办公桌", "A05010201", spec="1400×700"), world.keeper)
    assert refusal.value.figures["kind_id"] == world.desk


def test_the_first_price_holds_from_the_beginning_and_the_next_from_today(world: worlds.World) -> None:
    with atomic() as session:
        later = prices.set_price(session, world.desk, prices.NewPrice(90_000, source="网价"), world.valuer).id
    first = db.session().query(Price).filter_by(kind_id=world.desk).order_by(Price.id).first()
    assert first is not None and first.valid_from == date(2000, 1, 1)
    assert db.session().get_one(Price, later).valid_from > date(2026, 1, 1)


def test_an_organizer_prices_nothing(world: worlds.World) -> None:
    with pytest.raises(NotAllowed), atomic() as session:
        prices.set_price(session, world.desk, prices.NewPrice(1), world.organizer_b)


def test_a_store_is_opened_by_those_who_may_and_once(world: worlds.World) -> None:
    with pytest.raises(NotAllowed), atomic() as session:
        service.add_store(session, world.pool, "S2", "二号仓", world.city, "physical", world.clerk_a)
    with pytest.raises(NameTaken), atomic() as session:
        service.add_store(session, world.pool, "MAIN", "二号仓", world.city, "physical", world.administrator)
    with pytest.raises(FieldInvalid), atomic() as session:
        service.add_store(session, world.pool, "S2", "二号仓", world.city, "floating", world.administrator)
