"""The floor without network in a real browser: the server goes, the browser dies, both come back; everything arrives once and no refusal is lost."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from assetpool.core.db import atomic, db
from assetpool.handovers.models import SlipItem
from assetpool.records.models import Document
from assetpool.stocktake import service as stocktakes
from assetpool.stocktake.models import StocktakeCount
from tests.handovers.conftest import Floor
from tests.journeys import phone as phones
from tests.journeys.phone import PATIENCE, REFUSED, WAITING, Phone, Server, approved, at_desk, fill_in, hand_over, prepare, scan

database_template, floor, server, phone = phones.database_template, phones.floor, phones.server, phones.phone


def frozen(app: Flask, floor: Floor) -> str:
    with app.app_context(), atomic() as session:
        number = stocktakes.plan(session, floor.world.main, by=floor.world.keeper).number
        stocktakes.freeze(session, number, by=floor.world.keeper)
        return number


def keepers(app: Flask) -> list[int | None]:
    """Return who made each hand-over slip there is."""
    with app.app_context():
        return list(db.session().scalars(select(Document.created_by).where(Document.kind == "HS").order_by(Document.id)))


def kept_on(phone: Phone, server: Server, floor: Floor) -> Page:
    """Hand one desk over while the server is away; the act waits on the phone."""
    number = approved(floor, 1)
    page = phone.sign_in("keeper")
    prepare(page)
    at_desk(page, server, number)
    server.stop()
    scan(page, floor.tags(floor.world.desk)[:1])
    hand_over(page)
    return page


def test_five_hundred_scans_survive_the_server_the_browser_and_the_session_and_arrive_once(app: Flask, phone: Phone, server: Server, floor: Floor) -> None:
    floor.stock(floor.world.desk, 490)
    desks = floor.tags(floor.world.desk)
    number, counted = approved(floor, 250), frozen(app, floor)
    page = phone.sign_in("keeper")
    prepare(page)
    at_desk(page, server, number)
    scan(page, desks[:100])
    expect(page.locator("#desk-list > li")).to_have_count(100)
    server.stop()
    scan(page, desks[100:250])
    expect(page.locator("#desk-list > li")).to_have_count(250)
    page.reload()
    expect(page.locator("[data-stored]")).to_be_visible()
    expect(page.locator("#desk-list > li")).to_have_count(250)
    hand_over(page)
    page.goto(f"{server.address}/stocktakes/{counted}/count")
    expect(page.locator("[data-counting][data-ready]")).to_have_count(1)
    page.locator("[data-scan-input]").focus()
    scan(page, desks[250:500])
    expect(page.locator("[data-kept] li").first).to_contain_text(desks[499], timeout=PATIENCE)
    phone.kill()

    page = phone.open("/floor/queue")
    expect(page.locator(WAITING)).to_have_count(251)
    page.context.clear_cookies()
    server.start()
    page.locator("[data-act=send]").click()
    expect(page.locator("[data-when=signed_out]")).to_be_visible()
    assert (keepers(app), floor.state(number)) == ([], "approved")
    page.locator("[data-when=signed_out] a").click()
    fill_in(page, "keeper")
    expect(page.locator("[data-list=done]")).to_contain_text("HS-", timeout=PATIENCE)
    expect(page.locator(WAITING)).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(REFUSED)).to_have_count(0)
    assert (keepers(app), floor.state(number)) == ([floor.world.keeper], "issued")
    with app.app_context(), atomic() as session:
        assert session.scalar(select(func.sum(SlipItem.accepted))) == 250
        rows = session.execute(select(StocktakeCount.asset_id, StocktakeCount.occurred_at, StocktakeCount.recorded_at)).all()
    assert (len(rows), len({row.asset_id for row in rows})) == (250, 250)
    assert all(row.occurred_at < row.recorded_at for row in rows)
    assert {tuple(floor.where(tag).items()) for tag in desks[:250]} == {(("out", 1),)}


def test_what_others_did_meanwhile_is_a_conflict_in_words_and_none_is_dropped(phone: Phone, server: Server, floor: Floor) -> None:
    desks = floor.tags(floor.world.desk)
    first, second = approved(floor, 2), approved(floor, 2)
    page = phone.sign_in("keeper")
    prepare(page)
    at_desk(page, server, first)
    server.stop()
    scan(page, desks[:2])
    expect(page.locator("#desk-list > li")).to_have_count(2)
    hand_over(page)
    at_desk(page, server, second)
    scan(page, desks[2:4])
    expect(page.locator("#desk-list > li")).to_have_count(2)
    hand_over(page)
    floor.lend_elsewhere(floor.world.desk, desks[:1])

    server.start()
    page.goto(f"{server.address}/floor/queue")
    conflict = page.locator(REFUSED)
    expect(conflict).to_have_count(1, timeout=PATIENCE)
    expect(conflict).to_contain_text(first)
    expect(conflict).to_contain_text(desks[0])
    expect(conflict).to_contain_text(re.compile(r"刘保管 handed it out on \d+ \w+ \d{4}, \d\d:\d\d; it is on loan to 气象局"))
    expect(page.locator(WAITING)).to_have_count(0)
    assert floor.state(second) == "issued"
    conflict.locator("[data-act=again]").click()
    expect(page.locator(REFUSED)).to_contain_text(desks[0])
    page.locator(f"{REFUSED} [data-act=back]").click()
    expect(page.locator(REFUSED)).to_have_count(0)
    at_desk(page, server, first)
    expect(page.locator("#desk-blocked > li")).to_contain_text(desks[0])
    expect(page.locator("#desk-list > li")).to_contain_text(desks[1])
    hand_over(page)
    assert (floor.state(first), floor.where(desks[1])) == ("partly_issued", {"out": 1})


def test_an_act_is_given_up_only_with_a_reason_and_stays_on_the_list_of_what_was_done(phone: Phone, server: Server, floor: Floor) -> None:
    page = kept_on(phone, server, floor)
    floor.lend_elsewhere(floor.world.desk, floor.tags(floor.world.desk)[:1])
    server.start()
    page.goto(f"{server.address}/floor/queue")
    conflict = page.locator(REFUSED)
    conflict.locator("summary").click()
    conflict.locator("[data-act=drop]").click()
    expect(conflict.locator("[data-missing]")).to_be_visible()
    conflict.locator("[data-why-not]").fill("someone was faster")
    conflict.locator("[data-act=drop]").click()
    expect(page.locator(REFUSED)).to_have_count(0)
    expect(page.locator("[data-list=done]")).to_contain_text("Given up: someone was faster")


def test_an_answer_that_is_lost_on_the_way_does_not_do_the_act_twice(app: Flask, phone: Phone, server: Server, floor: Floor) -> None:
    number = approved(floor, 1)
    page = phone.sign_in("keeper", f"/floor/out?target={number}")
    expect(page.locator("#desk[data-ready]")).to_have_count(1)
    scan(page, floor.tags(floor.world.desk)[:1])
    expect(page.locator("#desk-list > li")).to_have_count(1)
    lost = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        page.unroute_all(behavior="ignoreErrors")
        route.abort()

    page.route("**/issue*", lose)
    hand_over(page)
    page.goto(f"{server.address}/floor/queue")
    expect(page.locator("[data-list=done]")).to_contain_text("HS-", timeout=PATIENCE)
    expect(page.locator(WAITING)).to_have_count(0)
    assert (lost, keepers(app)) == ([201], [floor.world.keeper])


def test_what_one_person_left_is_never_sent_in_the_name_of_another(app: Flask, phone: Phone, server: Server, floor: Floor) -> None:
    kept_on(phone, server, floor)
    server.start()
    assert phone.context is not None
    phone.context.clear_cookies()
    page = phone.sign_in("keeper2")
    expect(page.locator("[data-when=others]")).to_contain_text("1 acts of other people")
    expect(page.locator("[data-check=work]")).to_have_class("no")
    assert keepers(app) == []
    phone.context.clear_cookies()
    page = phone.sign_in("keeper")
    expect(page.locator("[data-list=done]")).to_contain_text("HS-", timeout=PATIENCE)
    assert keepers(app) == [floor.world.keeper]
