"""The pages of stocktakes, as a browser without scripts walks them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset
from assetpool.stocktake import counting, service
from assetpool.stocktake.answering import Counted
from tests import counting as statements
from tests import world as worlds
from tests.walking import send
from tests.world import World

database_template, world = worlds.template, worlds.apart


def tags(app: Flask, kind_id: int) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == kind_id).order_by(Asset.id)))


def test_a_store_is_counted_over_pages(app: Flask, world: World) -> None:
    keeper, other, approver = (worlds.sign_in(app, name) for name in ("keeper", "keeper2", "approver"))
    desks, chairs = tags(app, world.desk), tags(app, world.chair)
    made = send(keeper, "/stocktakes/new", {"store_id": world.main, "way": "spot", "owner_id": 0, "blind": "y", "freeze": "1"})
    page = made.headers["Location"]
    here = f"{page}/count"
    assert ">500<" not in keeper.get(page).text
    asked = send(keeper, here, {"key": "p1", "tag": chairs[0]})
    assert 'name="units"' in asked.text and asked.status_code == 200
    send(keeper, here, {"key": "p1", "tag": chairs[0], "units": "499"})
    send(keeper, here, {"key": "p1", "tag": chairs[0], "units": "499"})
    send(keeper, here, {"key": "p2", "tag": "\n".join(desks)})
    send(keeper, here, {"key": "p3", "words": "一块黑板", "units": "1", "place": "A-02"})
    wrong = send(keeper, here, {"key": "p4", "tag": f"{desks[0][:-1]}{'0' if desks[0][-1] != '0' else '1'}"})
    assert wrong.status_code == 422 and 'role="alert"' in wrong.text
    assert send(keeper, f"{page}/finish", {}, page).status_code == 303
    assert chairs[0] in other.get(here).text
    assert send(keeper, here, {"key": "p5", "tag": chairs[0], "units": "500"}).status_code == 403
    send(other, here, {"key": "p5", "tag": chairs[0], "units": "498"})
    send(other, f"{page}/finish", {}, page)
    shown = keeper.get(page).text
    assert "一块黑板" in shown and ">498<" in shown
    lost = re.search(r'name="position" value="(\d+)"', shown)
    assert lost is not None
    assert send(keeper, f"{page}/resolve", {"position": lost[1], "resolution": "lost", "note": "报失"}, page).status_code == 303
    assert page.rsplit("/", 1)[1] in approver.get("/approvals").text
    assert send(approver, f"{page}/approve", {}, page).status_code == 303
    assert send(keeper, f"{page}/post", {}, page).status_code == 303
    paper = keeper.get(f"{page}.pdf")
    assert paper.data.startswith(b"%PDF") and paper.status_code == 200
    with app.app_context():
        assert db.session().scalar(select(Asset.units).where(Asset.tag == chairs[0])) == 498


def test_a_count_is_taken_back_and_a_stranger_sees_nothing(app: Flask, world: World) -> None:
    keeper, stranger = worlds.sign_in(app, "keeper"), worlds.sign_in(app, "stranger")
    desks = tags(app, world.desk)
    with app.app_context(), atomic() as session:
        number = service.plan(session, world.main, by=world.keeper).number
        service.freeze(session, number, by=world.keeper)
    here = f"/stocktakes/{number}/count"
    page = send(keeper, here, {"key": "a", "tag": desks[0]})
    undo = re.search(r'name="undo" value="([^"]+)"', page.text)
    assert undo is not None
    assert 'name="undo"' not in send(keeper, here, {"key": "b", "undo": undo[1]}).text
    assert stranger.get(here).status_code == 404
    assert stranger.get(f"/stocktakes/{number}").status_code == 404
    assert stranger.get("/stocktakes/new").status_code == 200 and number not in stranger.get("/stocktakes").text


@pytest.mark.parametrize("address", ["/stocktakes", "/stocktakes/{number}", "/stocktakes/{number}/count"])
def test_the_statements_of_a_page_do_not_grow_with_the_count(app: Flask, world: World, address: str) -> None:
    keeper = worlds.sign_in(app, "keeper")
    desks = tags(app, world.desk)
    with app.app_context(), atomic() as session:
        number = service.plan(session, world.main, by=world.keeper, blind=False).number
        service.freeze(session, number, by=world.keeper)
    spent = []
    for few in (desks[:1], desks[1:]):
        with app.app_context(), atomic() as session:
            counting.count(session, number, [Counted(tag, tag) for tag in few], by=world.keeper)
        with app.app_context():
            engine = db.engine
        keeper.get(address.format(number=number))
        with statements.queries(engine) as found:
            assert keeper.get(address.format(number=number)).status_code == 200
        spent.append(len(found))
    assert spent[1] <= spent[0] <= 40


def test_a_list_on_paper_is_printed_and_entered_line_by_line(app: Flask, world: World) -> None:
    keeper = worlds.sign_in(app, "keeper")
    with app.app_context(), atomic() as session:
        number = service.plan(session, world.main, by=world.keeper).number
        service.freeze(session, number, by=world.keeper)
    page = f"/stocktakes/{number}/sheet"
    assert keeper.get(f"/stocktakes/{number}/sheets.pdf").data.startswith(b"%PDF")
    shown = keeper.get(page).text
    assert shown.count('name="line-') == 11 and ">500<" not in shown
    assert send(keeper, page, {"key": "k"}).status_code == 422
    assert send(keeper, page, {"key": "k", "line-1": "one"}).status_code == 422
    assert send(keeper, page, {"key": "k", **{f"line-{line}": "1" for line in range(1, 11)}, "line-11": "500"}).status_code == 303
    assert keeper.get(page).text.count('name="line-') == 0
    with app.app_context(), atomic() as session:
        assert service.finish(session, number, by=world.keeper).state == "differences"
