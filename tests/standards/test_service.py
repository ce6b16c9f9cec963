"""Rows of the standard with their versions and scopes, posts, and what they do before buying."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from assetpool.certificates import service as certificates
from assetpool.certificates import standard
from assetpool.certificates.looking import Days, Wanted
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.standards import queries, refusals, service
from assetpool.standards.service import NewRow
from tests import walking
from tests import world as worlds
from tests.world import World

COMPUTERS = "A02010105"
world = worlds.apart


def today() -> date:
    return clock.today(worlds.ZONE)


def put(world: World, *, by: int | None = None, cap: int = 400_000, owner: int | None = None, **more: object) -> int:
    with atomic() as session:
        new = NewRow("本地标准", "台式计算机", class_code=COMPUTERS, price_cap=cap, organization_id=owner, **more)  # type: ignore[arg-type]
        return service.put(session, world.pool, new, by=by or world.administrator).id


def cap_for(world: World, organization: int, day: date | None = None) -> int | None:
    session = db.session()
    session.expire_all()
    book = queries.book(session, world.pool, organization, day or today())
    found = book.clause(("A02000000", COMPUTERS), "台式计算机", "")
    return found.price_cap if found else None


def issued(world: World, *lines: Wanted, reason: str = "new", replaces: str = "", allow: str = "") -> str:
    with atomic() as session:
        kept = certificates.search(session, world.department_b, lines, Days(today(), None), by=world.organizer_b, reason=reason, replaces=replaces).id
    if allow:
        with atomic() as session:
            standard.allow(session, kept, 1, allow, by=world.approver)
    with atomic() as session:
        return certificates.issue(session, kept, {}, by=world.organizer_b, days_valid=30).number


def test_the_nearest_organization_s_row_holds_and_later_versions_follow(app: Flask, world: World) -> None:
    with app.app_context():
        assert cap_for(world, world.department_b) == 500_000
        put(world, owner=world.department_b)
        put(world, cap=450_000)
        assert (cap_for(world, world.department_b), cap_for(world, world.department_a)) == (400_000, 450_000)
        later = today() + timedelta(days=10)
        row = put(world, cap=350_000, owner=world.department_b, valid_from=later)
        assert (cap_for(world, world.department_b), cap_for(world, world.department_b, later)) == (400_000, 350_000)
        with pytest.raises(service.LaterVersion):
            put(world, owner=world.department_b)
        with atomic() as session:
            service.end(session, world.pool, row, later, by=world.administrator)
        assert cap_for(world, world.department_b, later) == 450_000


def test_who_may_put_rows_and_what_they_must_say(app: Flask, world: World) -> None:
    with app.app_context():
        for person in (world.organizer_b, world.keeper, world.approver):
            with pytest.raises(NotAllowed):
                put(world, by=person)
        put(world, by=world.finance)
        with pytest.raises(FieldInvalid):
            put(world, pieces=1)
        with pytest.raises(FieldInvalid):
            put(world, up_to_posts=1)


def test_too_young_to_replace_is_refused_until_the_card_or_the_day_says_otherwise(app: Flask, world: World) -> None:
    with app.app_context():
        with atomic() as session:
            tag = worlds.stock(session, world.computer, 1, acquired_on=today() - timedelta(days=400))[0]
        line = Wanted("台式计算机", COMPUTERS, 3, since=today() - timedelta(days=4000))
        with pytest.raises(refusals.TooYoungToReplace):
            issued(world, line, reason="replace", replaces=tag)
        with pytest.raises(refusals.AgeUnknown):
            issued(world, Wanted("台式计算机", COMPUTERS, 3), reason="replace", replaces="旧卡片")
        assert issued(world, line, reason="replace", replaces="旧卡片").startswith("NC-")
        assert issued(world, line, reason="replace", replaces=tag, allow="屏幕已坏").startswith("NC-")


def test_more_than_the_posts_may_have_is_refused(app: Flask, world: World) -> None:
    with app.app_context():
        assert issued(world, Wanted("台式计算机", COMPUTERS, 30)).startswith("NC-")
        with atomic() as session:
            service.count_posts(session, world.department_b, "", 20, by=world.administrator)
        with pytest.raises(refusals.TooManyForPosts, match=r"20 posts may have 20 .*18 are there and 3"):
            issued(world, Wanted("台式计算机", COMPUTERS, 3, held=18))
        assert issued(world, Wanted("台式计算机", COMPUTERS, 2, held=18)).startswith("NC-")


def test_a_worse_class_of_energy_is_refused(app: Flask, world: World) -> None:
    with app.app_context():
        with pytest.raises(refusals.EnergyClassTooLow):
            issued(world, Wanted("台式计算机", COMPUTERS, 3, energy=3))
        assert issued(world, Wanted("台式计算机", COMPUTERS, 3, energy=2)).startswith("NC-")


def test_what_was_allowed_does_not_cover_what_broke_since(app: Flask, world: World) -> None:
    with app.app_context():
        line = Wanted("台式计算机", COMPUTERS, 3, energy=3)
        with atomic() as session:
            kept = certificates.search(session, world.department_b, [line], Days(today(), None), by=world.organizer_b).id
        with atomic() as session:
            standard.allow(session, kept, 1, "样机", by=world.approver)
        with atomic() as session:
            service.count_posts(session, world.department_b, "", 2, by=world.administrator)
        with pytest.raises(refusals.TooManyForPosts), atomic() as session:
            certificates.issue(session, kept, {}, by=world.organizer_b, days_valid=30)


def test_rows_and_posts_are_put_on_file_in_the_pages(app: Flask, world: World) -> None:
    administrator = worlds.sign_in(app, "administrator")
    typed = {"organization": "0", "standard": "市标准", "category": "台式计算机", "class_code": COMPUTERS, "price_cap": "4,200", "evidence": "checked"}
    made = walking.send(administrator, "/admin/standard/new", typed, page="/admin/standard/new")
    assert made.status_code == 303
    shown = administrator.get(made.headers["Location"]).text
    assert "4,200.00" in shown
    assert "5,000.00" in shown
    assert walking.send(administrator, "/admin/standard/new", {**typed, "pieces": "1"}, page="/admin/standard/new").status_code == 422
    posts = {"organization": str(world.department_b), "posts": "20"}
    assert walking.send(administrator, "/admin/standard/posts", posts, page="/admin/standard/posts").status_code == 303
    with app.app_context():
        assert cap_for(world, world.department_b) == 420_000
        assert queries.posts_of(db.session(), [world.department_b], today()) == {world.department_b: {"": 20}}
    reader = worlds.sign_in(app, "organizer_b")
    assert "市标准" in reader.get("/admin/standard").text
    assert reader.get("/admin/standard/new").status_code == 403
