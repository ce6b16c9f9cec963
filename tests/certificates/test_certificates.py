"""Search, certificate, paper and its code; what is free is never certified away."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import text

from assetpool.certificates import queries, service
from assetpool.certificates.looking import Days, Wanted
from assetpool.certificates.models import NoStockCertificate, StockSearch
from assetpool.core import chain, clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.org.queries import access_of
from assetpool.records.models import Document
from assetpool.reservations import substitutes
from tests import walking
from tests import world as worlds
from tests.world import World

DESKS = "A05010201"
CHAIRS = "A05010303"
COMPUTERS = "A02010105"
world = worlds.apart


def today() -> date:
    return clock.today(worlds.ZONE)


def searched(world: World, *lines: Wanted, last: date | None = None, by: int | None = None) -> int:
    """Search for department B from today on and return the search's id."""
    with atomic() as session:
        return service.search(session, world.department_b, lines, Days(today(), last), by=by or world.organizer_b).id


def content(search_id: int) -> dict[str, Any]:
    session = db.session()
    session.expire_all()
    return json.loads(session.get_one(StockSearch, search_id).content)  # type: ignore[no-any-return]


def issued(world: World, search_id: int, declined: dict[int, str] | None = None, days: int = 30) -> str:
    with atomic() as session:
        return service.issue(session, search_id, declined or {}, by=world.organizer_b, days_valid=days).number


def certificate(world: World, number: str) -> queries.Certificate:
    session = db.session()
    session.expire_all()
    return queries.certificate(session, access_of(session, world.organizer_b), number)


def test_what_is_free_is_found_and_what_is_short_is_certified(app: Flask, world: World) -> None:
    with app.app_context():
        search = searched(world, Wanted("办公桌", DESKS, 25), Wanted("台式计算机", COMPUTERS, 3))
        desks, computers = content(search)["lines"]
        assert (desks["owned"], desks["free"], desks["covers"]) == (10, 10, 15)
        assert desks["kinds"][0]["stores"] == [{"code": "MAIN", "name": "中心仓", "virtual": False, "organization": "示范市", "owned": 10, "free": 10}]
        assert (computers["free"], computers["covers"]) == (0, 3)
        found = certificate(world, issued(world, search))
        assert found.document.number.startswith("NC-")
        assert found.intact
        assert found.content["number"] == found.document.number
        assert queries.since(db.session(), found) == queries.Since(None, False, {})
        with db.engine.connect() as connection:
            counts, _height, _head, difference = chain.verify(connection, world.pool)
        assert (counts["no_stock_certificate"], difference) == (1, None)


def test_what_was_listed_by_others_counts_and_is_named(app: Flask, world: World) -> None:
    with app.app_context():
        with atomic() as session:
            worlds.stock(session, world.computer, 2, store_id=world.virtual)
        line = content(searched(world, Wanted("台式计算机", COMPUTERS, 3)))["lines"][0]
        assert (line["free"], line["covers"]) == (2, 1)
        assert line["kinds"][0]["stores"][0]["virtual"]


def test_an_absurd_spec_hides_nothing_and_the_refusal_to_take_it_stands_on_the_certificate(app: Flask, world: World) -> None:
    with app.app_context():
        search = searched(world, Wanted("镀金人体工学椅", CHAIRS, 42, spec="24K 镀金扶手"))
        line = content(search)["lines"][0]
        assert (line["free"], line["covers"]) == (500, 0)
        with pytest.raises(service.StockIsFree):
            issued(world, search)
        line = certificate(world, issued(world, search, {1: "需镀金"})).content["lines"][0]
        assert (line["free"], line["covers"], line["declined"]) == (500, 0, "需镀金")


def test_a_need_split_over_lines_counts_the_same_stock_once(app: Flask, world: World) -> None:
    with app.app_context():
        lines = content(searched(world, Wanted("办公桌", DESKS, 6), Wanted("办公桌", DESKS, 6)))["lines"]
        assert [(line["free"], line["covers"]) for line in lines] == [(10, 0), (4, 2)]


def test_declared_substitutes_are_looked_at(app: Flask, world: World) -> None:
    with app.app_context():
        with atomic() as session:
            measure = text("UPDATE kind SET measure = '把' WHERE id = :id")
            session.execute(measure, {"id": world.computer})
        with atomic() as session:
            substitutes.declare(session, world.computer, world.chair, False, by=world.approver)
        line = content(searched(world, Wanted("台式计算机", COMPUTERS, 3)))["lines"][0]
        assert [(kind["kind_id"], kind["why"]) for kind in line["kinds"]] == [(world.chair, "substitute"), (world.computer, "fits")]
        assert line["covers"] == 0


def test_a_later_certificate_replaces_and_time_ends_and_stock_enters(app: Flask, world: World) -> None:
    with app.app_context():
        first = issued(world, searched(world, Wanted("台式计算机", COMPUTERS, 3)), days=10)
        second = issued(world, searched(world, Wanted("台式计算机", COMPUTERS, 2)))
        assert queries.since(db.session(), certificate(world, first)).newer == second
        assert queries.since(db.session(), certificate(world, second)).valid
        with atomic() as session:
            worlds.stock(session, world.computer, 1)
        assert queries.since(db.session(), certificate(world, second)).entered == {1: 1}
        with clock.at(clock.now() + timedelta(days=31)):
            assert queries.since(db.session(), certificate(world, second)).ended


def test_a_change_behind_the_back_is_seen(app: Flask, world: World) -> None:
    with app.app_context():
        number = issued(world, searched(world, Wanted("台式计算机", COMPUTERS, 3)))
        search = certificate(world, number).search
        with atomic() as session:
            search = session.get_one(StockSearch, search.id)
            search.content = search.content.replace('"covers":3', '"covers":9')
        assert not certificate(world, number).intact
        with pytest.raises(Exception, match="append-only"), atomic() as session:
            session.execute(text("UPDATE no_stock_certificate SET content_digest = 'x'"))


def test_who_may_not_ask_and_what_cannot_be_asked(app: Flask, world: World) -> None:
    with app.app_context():
        with pytest.raises(NotAllowed):
            searched(world, Wanted("办公桌", DESKS, 1), by=world.stranger)
        with pytest.raises(FieldInvalid):
            searched(world, Wanted("办公桌", "", 1))
        search = searched(world, Wanted("台式计算机", COMPUTERS, 3))
        issued(world, search)
        with pytest.raises(service.AlreadyIssued):
            issued(world, search)


def typed(world: World) -> dict[str, str]:
    return {
        "organization_id": str(world.department_b), "first_day": today().isoformat(), "last_day": "", "reason": "new", "replaces": "",
        "lines-0-words": "台式计算机", "lines-0-class_code": f"GPC-2022/{COMPUTERS}", "lines-0-spec": "", "lines-0-quantity": "3", "lines-0-budget": "4,500",
    }  # fmt: skip


def test_the_journey_in_pages_to_the_paper_and_back_by_its_code(app: Flask, world: World) -> None:
    client = worlds.sign_in(app, "organizer_b")
    answer = walking.send(client, "/certificates/new", typed(world))
    assert answer.status_code == 303
    search = answer.headers["Location"]
    assert client.get(search).status_code == 200
    answer = walking.send(client, f"{search}/certificate", {}, page=search)
    assert answer.status_code == 303
    number = answer.headers["Location"].rsplit("/", 1)[1]
    assert number in client.get("/certificates").text
    assert "台式计算机" in client.get(f"/certificates/{number}").text
    paper = client.get(f"/certificates/{number}.pdf").data
    document = pypdfium2.PdfDocument(paper)
    printed = document[0].get_textpage().get_text_range()
    assert "公物仓无可调剂资产证明" in printed
    assert "No-stock certificate" in printed
    code = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)[0].text
    path = code[code.index("/V/") :]
    assert number in path
    checked = app.test_client().get(path)
    assert checked.status_code == 200
    with app.app_context():
        digest = db.session().scalars(db.select(NoStockCertificate.content_digest)).one()
        db.session().scalars(db.select(Document).where(Document.number == number)).one()
    assert digest in checked.text
    assert digest in printed.replace("\r\n", "")
    wrong = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert app.test_client().get(wrong).status_code == 404
    stranger = worlds.sign_in(app, "stranger")
    assert stranger.get(f"/certificates/{number}").status_code == 404
    assert stranger.get(search).status_code == 404


def test_what_is_free_is_refused_in_the_page_with_its_cure(app: Flask, world: World) -> None:
    client = worlds.sign_in(app, "organizer_b")
    search = walking.send(client, "/certificates/new", typed(world) | {"lines-0-words": "办公椅", "lines-0-class_code": f"GPC-2022/{CHAIRS}"}).headers[
        "Location"
    ]
    page = client.get(f"{search}?lang=en").text
    assert "requisitions/new?" in page
    assert walking.send(client, f"{search}/certificate", {}, page=search).status_code == 422
    assert walking.send(client, f"{search}/certificate", {"declined-1": "不合用"}, page=search).status_code == 303


def test_machines_search_and_certify(app: Flask, world: World) -> None:
    client = app.test_client()
    with app.app_context(), atomic() as session:
        key = worlds.token(session, world.organizer_b)
    body = {"organization_code": "B", "from": today().isoformat(), "lines": [{"words": "办公桌", "class_code": DESKS, "quantity": 12}]}
    answer = client.post("/api/v1/stock-searches", json=body, headers=key | {"Idempotency-Key": "a"})
    assert answer.status_code == 201, answer.text
    assert answer.json["lines"][0]["free"] == 10
    made = client.post(f"/api/v1/stock-searches/{answer.json['id']}/certificate", headers=key | {"Idempotency-Key": "b"})
    assert made.status_code == 201, made.text
    shown = client.get(f"/api/v1/certificates/{made.json['number']}", headers=key).json
    assert (shown["valid"], shown["intact"], shown["content"]["lines"][0]["covers"]) == (True, True, 2)
    listed = client.get("/api/v1/stock-searches?issued=true", headers=key).json
    assert [item["certificate"] for item in listed["items"]] == [made.json["number"]]
    assert client.get(f"/api/v1/certificates/{made.json['number']}.pdf", headers=key).data.startswith(b"%PDF")


def test_what_only_resembles_the_words_is_no_stock(app: Flask, world: World) -> None:
    with app.app_context():
        line = content(searched(world, Wanted("会议摄像设备", "A02091107", 5)))["lines"][0]
        assert (line["owned"], line["free"], line["covers"]) == (0, 0, 5)
