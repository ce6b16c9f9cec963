"""Four worked rule sets by hand in a real browser: a county with two steps, a city with finance over 50,000 yuan, temporary bodies always by finance,
and a small office that signs on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.demo.load import load
from assetpool.demo.people import PASSWORD
from assetpool.records.models import Document
from tests import world as worlds
from tests.journeys.hand import Hand, served
from tests.journeys.test_browser import number_in


def fill(app: Flask) -> None:
    load("demo", app.config["DATA_DIR"], app.config["PUBLIC_URL"])


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("demonstration", fill)


@pytest.fixture
def at_hand(app: Flask, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, int], Hand]]:
    monkeypatch.setattr(worlds, "PASSWORD", PASSWORD)
    made: list[Hand] = []
    with served(app) as address:

        def one(lang: str, width: int) -> Hand:
            made.append(Hand(chromium, address, lang, width, tmp_path))
            return made[-1]

        yield one
        for hand in made:
            hand.close()


def ask(hand: Hand, who: str, things: str, count: int) -> str:
    """Ask for things next year; the draft's page says who would decide. Return the number once it is handed in."""
    page = hand.go(hand.as_user(who), "/requisitions/new")
    page.fill("#lines-0-kind", things)
    page.fill("#lines-0-quantity", str(count))
    first = clock.today(worlds.ZONE) + timedelta(days=300)
    page.fill("#first_day", first.isoformat())
    page.fill("#last_day", (first + timedelta(days=4)).isoformat())
    page.fill("#purpose", "会议" if hand.lang == "zh" else "A meeting")
    hand.press(page, page.locator("button[name=submit]"))
    return number_in(page, "RQ")


def steps(page: Page) -> list[str]:
    return [text.replace("\n", " ") for text in page.locator(".deciding > li").all_inner_texts()]


def decide(hand: Hand, who: str, number: str) -> None:
    page = hand.go(hand.as_user(who), f"/requisitions/{number}")
    hand.press(page, page.locator("form[action$='/approve'] > button.go").first)


def may_decide(hand: Hand, who: str, number: str) -> bool:
    page = hand.go(hand.as_user(who), f"/requisitions/{number}")
    return page.locator("form[action$='/approve']").count() > 0


def state(app: Flask, number: str) -> str:
    with app.app_context():
        return db.session().scalars(select(Document.state).where(Document.number == number)).one()


def test_a_county_with_two_steps(app: Flask, at_hand: Callable[[str, int], Hand]) -> None:
    hand = at_hand("zh", 360)
    number = ask(hand, "yulin", "折叠会议桌", 10)
    page = hand.go(hand.as_user("yulin"), f"/requisitions/{number}")
    assert [("罗涛" in step, "周敏" in step) for step in steps(page)] == [(True, False), (False, True)]
    assert not may_decide(hand, "zhoumin", number)
    decide(hand, "luotao", number)
    decide(hand, "zhoumin", number)
    assert state(app, number) == "approved"


def test_a_city_with_finance_over_fifty_thousand_yuan_however_it_is_split(app: Flask, at_hand: Callable[[str, int], Hand]) -> None:
    hand = at_hand("en", 1280)
    first = ask(hand, "hanxue", "折叠会议桌", 30)
    page = hand.go(hand.as_user("zhoumin"), f"/requisitions/{first}")
    # The request for 120 tables that waits already counts too, so that even the small one is above the limit.
    assert ["钱慧" in step for step in steps(page)] == [False, True]
    expect(page.locator("#who-decides")).to_contain_text("more than 50,000.00")
    expect(page.locator("#who-decides")).to_contain_text("with RQ-")
    decide(hand, "zhoumin", first)
    assert state(app, first) == "stock_checked"
    inbox = hand.go(hand.as_user("qianhui"), "/approvals")
    expect(inbox.locator("main")).to_contain_text(first)
    decide(hand, "qianhui", first)
    assert state(app, first) == "approved"
    cheap = ask(hand, "hanxue", "学生椅", 20)
    decide(hand, "zhoumin", cheap)
    assert state(app, cheap) == "approved"


def test_temporary_bodies_always_by_finance_and_both_at_once(app: Flask, at_hand: Callable[[str, int], Hand]) -> None:
    hand = at_hand("zh", 1280)
    number = ask(hand, "pengyu", "学生椅", 5)
    assert may_decide(hand, "zhoumin", number)
    decide(hand, "qianhui", number)
    assert state(app, number) == "stock_checked"
    decide(hand, "zhoumin", number)
    assert state(app, number) == "approved"


def test_a_small_office_that_signs_on_paper(app: Flask, at_hand: Callable[[str, int], Hand], tmp_path: Path) -> None:
    hand = at_hand("en", 360)
    number = ask(hand, "shenlan", "学生椅", 5)
    assert not may_decide(hand, "luotao", number)
    page = hand.go(hand.as_user("taoran"), f"/requisitions/{number}")
    page.get_by_text("Record an approval on paper", exact=True).first.click()
    page.fill("#paper_number", "白档〔2026〕3 号")
    page.fill("#signer", "馆长")
    page.fill("#paper_day", clock.today(worlds.ZONE).isoformat())
    scan = tmp_path / "signed.pdf"
    scan.write_bytes(b"%PDF-1.7 signed")
    page.set_input_files("#scan", str(scan))
    hand.press(page, page.locator("form[action$='/record-paper'] button.go, form[action$='/record-paper'] button[type=submit]").last)
    assert state(app, number) == "approved"
    expect(page.locator("main")).to_contain_text("signed.pdf")


def test_an_administrator_writes_a_rule_and_sees_who_would_sign(at_hand: Callable[[str, int], Hand]) -> None:
    hand = at_hand("zh", 360)
    page = hand.go(hand.as_user("admin"), "/admin/rules")
    page.get_by_role("link", name="蓉江市文化和旅游局").click()
    hand.look(page)
    hand.press(page, page.locator("button[value=add-rule]"))
    page.fill("#rule-0-name", "电脑须经财政")
    page.fill("#rule-0-class", "A02010000")
    page.select_option("#rule-0-step-1-role", "finance")
    page.select_option("#rule-0-step-1-place", "root")
    hand.press(page, page.locator("button.go[value=publish]"))
    hand.go(page, "/approvals/preview")
    page.select_option("#organization", label="　　蓉江市文化和旅游局")
    page.fill("#class", "A02010105")
    page.fill("#value", "8600")
    hand.press(page, page.locator("main form button.go"))
    expect(page.locator("#who-decides")).to_contain_text("钱慧")
    for path in ("/stand-ins", "/admin/holidays"):
        hand.go(page, path)
