"""The list of assets: what words, numbers and filters find, in which order, page by page, and who sees what of a thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from assetpool.catalog import service as catalog
from assetpool.catalog.models import Kind
from assetpool.core.db import atomic, db
from assetpool.custody import finder
from assetpool.custody.models import Asset
from tests import world as worlds

Get = Callable[..., dict[str, Any]]
database_template, world = worlds.template, worlds.apart


@pytest.fixture
def get(app: Flask, client: FlaskClient, world: worlds.World) -> Get:
    def asked(path: str, username: str = "keeper", expects: int = 200, **query: Any) -> dict[str, Any]:
        with app.app_context(), atomic() as session:
            headers = worlds.token(session, getattr(world, username))
        answer = client.get(f"/api/v1/{path}", query_string=query, headers=headers)
        assert answer.status_code == expects, answer.data
        found: dict[str, Any] = answer.get_json()
        return found

    return asked


def tags(page: dict[str, Any]) -> list[str]:
    return [item["tag"] for item in page["items"]]


def whole(get: Get, **query: Any) -> list[str]:
    found, cursor = [], ""
    while True:
        page = get("assets", cursor=cursor, **query)
        found += tags(page)
        if page["next"] is None:
            return found
        cursor = page["next"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "桌"}, 10),
        ({"q": "desk"}, 10),
        ({"q": "DESKS"}, 10),
        ({"q": "办公桌 1400"}, 10),
        ({"q": "椅"}, 1),
        ({"q": "办公桌椅"}, 10),
        ({"q": "沙发"}, 0),
        ({"q": "%"}, 0),
        ({"class": "A05000000"}, 11),
        ({"class": "A05010303"}, 1),
        ({"class": "A05010000", "q": "desk"}, 10),
        ({"class": "A02000000"}, 0),
        ({"class": "%"}, 0),
        ({"status": "in_store"}, 11),
        ({"status": "out"}, 0),
        ({"condition": "good", "store": "MAIN"}, 11),
        ({"store": "A-VIRTUAL"}, 0),
        ({"organization": "A"}, 11),
        ({"organization": "CITY"}, 11),
        ({"organization": "X"}, 0),
        ({}, 11),
    ],
)
def test_filters_find_what_they_name(get: Get, query: dict[str, str], expected: int) -> None:
    page = get("assets", **query)
    assert (len(page["items"]), page["total"], page["total_capped"], page["next"]) == (expected, expected, False, None)


def test_a_tag_a_serial_and_an_old_number_find_just_that(app: Flask, get: Get, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        made = worlds.stock(session, world.computer, 2, serials=("SN-1", "SN-2"))
        session.execute(update(Asset).where(Asset.tag == made[0]).values(external_no="国资-77"))
    assert tags(get("assets", q=made[1].lower())) == [made[1]]
    assert tags(get("assets", q=f"http://pool.example/a/{made[1]}")) == [made[1]]
    assert tags(get("assets", q="SN-2")) == [made[1]]
    assert tags(get("assets", q="国资-77")) == [made[0]]


@pytest.mark.parametrize("sort", ["kind", "newest", "oldest", "tag", ""])
def test_every_order_reads_each_thing_once(get: Get, sort: str) -> None:
    found = whole(get, sort=sort, limit=3)
    assert len(found) == len(set(found)) == 11
    if sort == "tag":
        assert found == sorted(found)


def test_newest_comes_first_unless_something_narrows_the_list(app: Flask, get: Get, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        newest = worlds.stock(session, world.desk, 1)[0]
    assert tags(get("assets"))[0] == newest
    assert tags(get("assets", q="desk"))[-1] == newest


def test_a_cursor_of_another_order_is_refused(get: Get) -> None:
    cursor = get("assets", limit=3, sort="oldest")["next"]
    assert get("assets", cursor=cursor, sort="newest", expects=422)["code"] == "field_invalid"
    assert get("assets", cursor=cursor, expects=422)["code"] == "field_invalid"


def test_totals_are_counted_to_a_thousand(app: Flask, get: Get, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        worlds.stock(session, world.computer, 1001)
    page = get("assets", q="computer", limit=1)
    assert (page["total"], page["total_capped"]) == (1000, True)
    assert get("assets", store="MAIN", status="in_store", q="椅", limit=1)["total_capped"] is False


def test_many_kinds_are_found_without_carrying_them_along(app: Flask, get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = whole(get, **{"class": "A05000000", "limit": 4})
    monkeypatch.setattr(finder, "SEVERAL", 1)
    assert whole(get, **{"class": "A05000000", "limit": 4}) == exact
    assert len(exact) == 11


def test_many_things_of_an_organization_are_found_without_carrying_them_along(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "_FEW", 1)
    assert get("assets", organization="A")["total"] == 11
    assert get("assets", organization="X")["total"] == 0


@pytest.mark.parametrize(("username", "expected"), [("keeper", 3), ("auditor", 3), ("organizer_b", 0), ("stranger", 0)])
def test_reserves_stay_out_of_sight_of_borrowers(app: Flask, get: Get, world: worlds.World, username: str, expected: int) -> None:
    with app.app_context(), atomic() as session:
        tent = catalog.add_kind(session, world.pool, catalog.NewKind("救灾帐篷", register="emergency"), None)
        worlds.stock(session, tent.id, 3)
    assert get("assets", username, q="帐篷")["total"] == expected
    assert get("assets", username, limit=100)["total"] == 11 + expected


def test_an_asset_shows_its_parts_and_its_past(app: Flask, get: Get, world: worlds.World) -> None:
    with app.app_context():
        tag = db.session().scalars(select(Asset.tag).where(Asset.kind_id == world.chair)).one()
    asset = get(f"assets/{tag.lower()}")
    assert (asset["lot"], asset["units"], asset["store"], asset["custodian"]) == (True, 500, "MAIN", "CITY")
    assert [(part["count"], part["owner"], part["original_value_fen"]) for part in asset["parts"]] == [(500, "A", 120_000)]
    moved = get(f"assets/{tag}/movements")
    assert [(m["act"], m["count"], m["store"], m["height"]) for m in moved["items"]] == [("receive", 500, "MAIN", 11)]
    assert moved["items"][0]["occurred_at"].endswith("Z")


@pytest.mark.parametrize(("username", "value"), [("clerk_a", 120_000), ("keeper", 120_000), ("auditor", 120_000), ("organizer_b", None), ("stranger", None)])
def test_book_figures_are_read_by_the_owner_the_pool_and_the_auditor_only(get: Get, world: worlds.World, username: str, value: int | None) -> None:
    tag = tags(get("assets", q="desk", limit=1))[0]
    assert get(f"assets/{tag}", username)["parts"][0]["original_value_fen"] == value


def test_a_withdrawn_kind_leaves_the_catalogue_but_its_things_stay(app: Flask, get: Get, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        catalog.withdraw(session, world.desk, world.valuer)
        assert session.get_one(Kind, world.desk).withdrawn_at is not None
    assert get("kinds", q="办公桌")["total"] == 0
    assert get("assets", q="desk")["total"] == 10
