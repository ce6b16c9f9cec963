"""The catalogue's pages: found by words in both languages, narrowed, with what is free when; photos; labels."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from PIL import Image

from assetpool.catalog import service as catalog
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.requisitions import drafting, service
from assetpool.requisitions.drafting import Wish
from assetpool.reservations import offers
from assetpool.reservations.offers import Wanted
from tests import world as worlds
from tests.counting import queries
from tests.walking import send

TODAY = clock.today(worlds.ZONE)
database_template, world = worlds.template, worlds.apart


def lent(app: Flask, world: worlds.World, desks: int, first: date, last: date) -> None:
    with app.app_context(), atomic() as session:
        number = drafting.draft(session, world.department_b, [Wish(desks, world.desk)], first, last, by=world.organizer_b).number
        service.submit(session, number, by=world.organizer_b)
        service.approve(session, number, by=world.approver)


def shown(app: Flask, address: str, who: str = "organizer_b") -> str:
    answer = worlds.sign_in(app, who).get(address)
    assert answer.status_code == 200, address
    return answer.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [("桌", ["办公桌"]), ("桌椅", ["办公桌", "会议椅"]), ("desk", ["办公桌"]), ("ＣＨＡＩＲＳ", ["会议椅"]), ("1400", ["办公桌"]), ("飞船", []), ("%", [])],
)
def test_words_find_kinds_in_both_languages(app: Flask, world: worlds.World, asked: str, found: list[str]) -> None:
    page = shown(app, f"/catalog?q={asked}").split("<tbody>")[-1]
    assert [name for name in ("办公桌", "会议椅", "台式计算机") if f"<b>{name}</b>" in page] == found


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ("", ["办公桌", "会议椅"]),
        ("show=all", ["办公桌", "会议椅", "台式计算机"]),
        ("class=A05000000", ["办公桌", "会议椅"]),
        ("class=A02000000&show=all", ["台式计算机"]),
        ("condition=poor", []),
        ("condition=good", ["办公桌", "会议椅"]),
        ("store={virtual}", []),
        ("store={main}", ["办公桌", "会议椅"]),
        ("organization={city}", ["办公桌", "会议椅"]),
        ("organization={department_a}", []),
    ],
)
def test_facets_narrow_the_list(app: Flask, world: worlds.World, narrowing: str, found: list[str]) -> None:
    page = shown(app, f"/catalog?{narrowing.format(**world.__dict__)}")
    assert [name for name in ("办公桌", "会议椅", "台式计算机") if f"<b>{name}</b>" in page] == found


def test_a_kind_in_a_store_of_another_organization_is_found_there_alone(app: Flask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        worlds.stock(session, world.computer, 4, store_id=world.virtual)
    page = shown(app, f"/catalog?organization={world.department_a}")
    assert ("<b>台式计算机</b>" in page, "<b>办公桌</b>" in page) == (True, False)


def test_what_is_lent_in_the_days_asked_for_is_not_free(app: Flask, world: worlds.World) -> None:
    first, last = TODAY + timedelta(days=5), TODAY + timedelta(days=9)
    lent(app, world, 10, first, last)
    days = f"first_day={last}&last_day={last + timedelta(days=3)}"
    assert "<b>办公桌</b>" in shown(app, f"/catalog?{days}")
    assert "<b>办公桌</b>" not in shown(app, f"/catalog?{days}&show=free")
    assert "<b>办公桌</b>" in shown(app, f"/catalog?first_day={last + timedelta(days=1)}&show=free")


def test_the_strip_shows_every_day_of_a_loan_and_no_other(app: Flask, world: worlds.World) -> None:
    lent(app, world, 4, TODAY + timedelta(days=5), TODAY + timedelta(days=9))
    with app.app_context():
        kind = db.session().get_one(catalog.Kind, world.desk)
        days = dict(offers.calendar(db.session(), kind, TODAY))
    assert len(days) == 60
    assert [day for day, free in days.items() if free == 6] == [TODAY + timedelta(days=n) for n in range(5, 10)]
    assert set(days.values()) == {6, 10}


def test_pages_follow_each_other_without_a_gap_also_when_only_free_things_are_wanted(app: Flask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        for number in range(30):
            kind = catalog.add_kind(session, world.pool, catalog.NewKind(f"柜 {number}", "A05010599"), None)
            worlds.stock(session, kind.id, 1)
    for show in ("", "free"):
        found: list[str] = []
        after = None
        with app.app_context():
            while True:
                page = offers.page(db.session(), world.pool, Wanted(show=show), TODAY, after, 7)
                found += [offer.kind.name for offer in page.offers]
                if page.following is None:
                    break
                after = page.following
        assert found == ["办公桌", "会议椅", *(f"柜 {number}" for number in range(30))]


def test_a_longer_list_takes_no_more_queries(app: Flask, world: worlds.World) -> None:
    client, counts = worlds.sign_in(app, "organizer_b"), []
    for more in range(2):
        with app.app_context(), atomic() as session:
            for number in range(20 * more):
                worlds.stock(session, catalog.add_kind(session, world.pool, catalog.NewKind(f"柜 {number}", "A05010599"), None).id, 1)
        with app.app_context():
            engine = db.engine
        client.get(f"/catalog?first_day={TODAY}")
        with queries(engine) as statements:
            assert client.get(f"/catalog?first_day={TODAY}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 25


def test_a_kind_says_what_it_is_worth_where_it_is_and_how_to_get_it(app: Flask, world: worlds.World) -> None:
    page = shown(app, f"/catalog/kinds/{world.desk}?lang=en&first_day={TODAY}")
    for said in ("1,000.00", "三家询价", "3.00 yuan a day", "15 years", "Central store", f"/requisitions/new?kind={world.desk}"):
        assert said in page
    assert "/requisitions/new?kind" not in shown(app, f"/catalog/kinds/{world.desk}", "auditor")


def test_a_withdrawn_kind_stays_readable_and_cannot_be_asked_for(app: Flask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        catalog.withdraw(session, world.desk, world.administrator)
    assert "<b>办公桌</b>" not in shown(app, "/catalog")
    page = shown(app, f"/catalog/kinds/{world.desk}?lang=en")
    assert ("no longer offered" in page, "/requisitions/new?kind" in page) == (True, False)


def test_keepers_and_clerks_give_photos_others_do_not(app: Flask, world: worlds.World) -> None:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(content, "JPEG")
    address = f"/catalog/kinds/{world.desk}"
    for who, status in (("organizer_b", 404), ("auditor", 404), ("keeper", 200)):
        client = worlds.sign_in(app, who)
        send(client, f"{address}/photo", {"photo": (io.BytesIO(content.getvalue()), "desk.jpg")}, "/catalog")
        assert client.get(f"{address}/photo").status_code == status, who
    assert f"{address}/photo" in shown(app, "/catalog")
    keeper = worlds.sign_in(app, "keeper")
    send(keeper, f"{address}/photo", {"photo": (io.BytesIO(b"GIF89a"), "desk.gif")}, "/catalog?lang=en")
    assert "This photo cannot be used" in keeper.get(f"{address}?lang=en").text
    assert app.test_client().get(f"{address}/photo").status_code == 302


def test_labels_are_listed_by_kind_and_found_by_tag(app: Flask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        tag = worlds.stock(session, world.computer, 1)[0]
    assert tag in shown(app, f"/catalog/assets?kind={world.computer}")
    assert tag in shown(app, f"/catalog/assets?q={tag.lower()}")
    assert tag not in shown(app, f"/catalog/assets?kind={world.desk}")
    client = worlds.sign_in(app, "organizer_b")
    assert client.get("/catalog/assets?cursor=nonsense").status_code == 422
    assert client.get("/catalog/kinds/4711").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/catalog?first_day=2020-13-45&store=x&after=-1",
        "/catalog?q=%00",
        "/catalog?class=%25&show=all",
        "/catalog/assets?state=lost",
        f"/catalog?store={10**30}&after={10**30}",
    ],
)
def test_odd_addresses_do_no_harm(app: Flask, world: worlds.World, address: str) -> None:
    shown(app, address)


def test_numbers_that_no_row_has_are_not_found(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "organizer_b")
    for address in (f"/catalog/kinds/{10**30}", f"/catalog/kinds/{10**30}/photo", f"/events/{10**30}", "/requisitions/RQ-1", "/requisitions/RQ-1.pdf"):
        assert client.get(address).status_code == 404, address
