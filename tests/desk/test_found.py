"""A stranger's scan: whom to call, a message that reaches the keepers of that store alone, and no flood."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset
from assetpool.desk import found
from assetpool.desk.found_models import FoundReport
from assetpool.org import service as org
from assetpool.org.models import Person, Role
from assetpool.records import erasing
from assetpool.records.outbox_models import Notice, Telling
from tests import world as worlds
from tests.walking import send


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@pytest.fixture
def tags(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(select(Asset.tag).order_by(Asset.id)))


def write(client: FlaskClient, tag: str, **more: object) -> int:
    return send(client, f"/a/{tag}/found", {"message": "在体育馆东门", **more}, page=f"/a/{tag}").status_code


def count(app: Flask) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(FoundReport)) or 0


def photo() -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (400, 300), "brown").save(content, "JPEG")
    content.seek(0)
    return content, "there.jpg"


def test_a_strangers_message_reaches_the_keepers_and_nobody_else(app: Flask, client: FlaskClient, tags: list[str]) -> None:
    page = client.get(f"/a/{tags[0]}").text
    assert "体育" not in page and "中心仓" not in page
    assert write(client, tags[0], contact="13900001111", photos=[photo()]) == 303
    with app.app_context():
        told = set(db.session().scalars(select(Person.username).join(Notice, Notice.person_id == Person.id).join(Telling).where(Telling.topic == "found_item")))
        row = db.session().scalars(select(FoundReport)).one()
        report_id, digest = row.id, row.from_digest
    assert told == {"keeper", "keeper2"} and "127.0.0.1" not in digest
    keeper = worlds.sign_in(app, "keeper")
    listed = keeper.get("/found").text
    assert "在体育馆东门" in listed and "13900001111" in listed and "/photos/1/small" in listed
    assert keeper.get("/photos/1/small").status_code == 200
    assert worlds.sign_in(app, "clerk_a").get("/found").status_code == 403
    assert worlds.sign_in(app, "clerk_a").get("/photos/1").status_code == 404
    assert client.get("/photos/1").status_code == 302
    assert send(keeper, f"/found/{report_id}/handled", {"note": "已取回"}, page="/found").status_code == 303
    assert "已取回" in keeper.get("/found").text


def test_what_is_refused_stays_in_the_form(app: Flask, client: FlaskClient, tags: list[str]) -> None:
    answer = send(client, f"/a/{tags[0]}/found", {"message": " ", "contact": "张三"}, page=f"/a/{tags[0]}")
    assert (answer.status_code, "张三" in answer.text, count(app)) == (422, True, 0)
    broken = send(client, f"/a/{tags[0]}/found", {"message": "这里", "photos": [(io.BytesIO(b"%PDF"), "x.jpg")]}, page=f"/a/{tags[0]}")
    assert (broken.status_code, "这里" in broken.text, count(app)) == (422, True, 0)


def test_one_address_and_one_thing_are_throttled(app: Flask, client: FlaskClient, tags: list[str]) -> None:
    for number in range(found.PER_ADDRESS):
        assert write(client, tags[number]) == 303
    assert write(client, tags[9]) == 429
    for number in range(found.PER_THING - 1):
        other = app.test_client()
        other.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        assert write(other, tags[0]) == 303
    last = app.test_client()
    last.environ_base["REMOTE_ADDR"] = "10.0.9.9"
    assert (write(last, tags[0]), write(last, tags[8])) == (429, 303)
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        assert write(client, tags[0]) == 303


def test_a_keeper_of_another_store_reads_nothing_of_it(app: Flask, client: FlaskClient, tags: list[str]) -> None:
    assert write(client, tags[0], photos=[photo()]) == 303
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            org.grant(session, world.stranger, world.elsewhere, Role.KEEPER)
    other = worlds.sign_in(app, "stranger")
    assert "体育馆" not in other.get("/found").text
    assert other.get("/photos/1").status_code == 404
    page = other.get("/returns/new")
    assert page.status_code == 200
    assert send(other, "/found/1/handled", {"note": "x"}, page="/returns/new").status_code in (303, 403)
    with app.app_context():
        assert db.session().get_one(FoundReport, 1).handled_at is None


def test_how_a_finder_can_be_reached_goes_after_its_term_once_the_message_was_dealt_with(app: Flask, client: FlaskClient, tags: list[str]) -> None:
    for tag in tags[:2]:
        assert write(client, tag, contact="13900001111") == 303
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            found.handle(session, 1, "已取回", by=world.keeper)
            erasing.settle(session, world.pool, 30, None, by=world.administrator)
            assert found.forget(session, world.pool) == 0
        with clock.at(clock.now() + timedelta(days=31)), atomic() as session:
            assert found.forget(session, world.pool) == 1
        kept = db.session().execute(select(FoundReport.contact, FoundReport.message).order_by(FoundReport.id)).all()
        assert [tuple(row) for row in kept] == [("", "在体育馆东门"), ("13900001111", "在体育馆东门")]
