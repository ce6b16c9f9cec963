"""A stranger with 40 lines over six venues: from the link to the sealed letter, in few steps, in Chinese on a phone and in English on a desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from assetpool.core import clock
from tests import world as worlds
from tests.invitations import tables
from tests.journeys.hand import Hand, served

SPOKEN = [("zh", 360), ("en", 1280)]
MOST_STEPS = 14
"""A press or a field filled in is a step; at twenty seconds each they are under five of the ten minutes, the rest is for reading."""


@pytest.fixture(params=SPOKEN, ids=[f"{lang}-{width}" for lang, width in SPOKEN])
def hand(request: pytest.FixtureRequest, app: Flask, chromium: Browser, tmp_path: Path) -> Iterator[Hand]:
    lang, width = request.param
    with served(app) as address:
        one = Hand(chromium, address, lang, width, tmp_path)
        yield one
        one.close()


SAVE = "address => { const link = document.createElement('a'); link.href = address; link.download = ''; link.click(); }"


class Stranger:
    """Somebody without an account who counts what they have to do."""

    def __init__(self, hand: Hand, page: Page) -> None:
        self.hand, self.page, self.steps = hand, page, 0

    def fill(self, field: str, text: str) -> None:
        self.steps += 1
        self.page.fill(field, text)

    def choose(self, field: str, name: str, content: bytes, media: str) -> None:
        self.steps += 1
        self.page.set_input_files(field, {"name": name, "mimeType": media, "buffer": content})

    def tick(self, field: str) -> None:
        self.steps += 1
        self.page.check(field)

    def press(self, button: Locator) -> None:
        self.steps += 1
        self.hand.press(self.page, button)


def days() -> tuple[date, date]:
    first = clock.today(worlds.ZONE) + timedelta(days=60)
    return first, first + timedelta(days=4)


def make_event(hand: Hand) -> tuple[str, str, str]:
    """The pool enters the event with its liaison and sends the link; return the event's address, the link's path and the code."""
    first, last = days()
    page = hand.go(hand.as_user("approver"), "/events/new")
    page.fill("#name", "第十届市运动会")
    page.fill("#name_en", "10th City Games")
    page.select_option("#organization_id", label="体育局" if hand.lang == "zh" else "Sports Bureau")
    page.fill("#first_day", first.isoformat())
    page.fill("#last_day", last.isoformat())
    page.fill("#approval_number", "市府函〔2026〕12号")
    page.fill("#funds", "市级财政专项")
    page.fill("#liaison_name", "何静")
    page.fill("#liaison_telephone", "13800002210")
    hand.press(page, page.locator(".form-acts button.go"))
    event = page.url.removeprefix(hand.address)
    page.locator("#link details form").wait_for()
    hand.press(page, page.locator("#link form[action$='/invite'] button.go"))
    link = page.locator(".link-sent .address").inner_text().strip()
    return event, "/o/" + link.rpartition("/o/")[2], page.locator(".link-sent .one-code").inner_text().strip()


def test_forty_lines_over_six_venues_from_the_link_to_the_letter(hand: Hand) -> None:
    event, path, code = make_event(hand)
    first, last = days()
    page = hand.stranger()
    page.goto(f"{hand.address}{path}?lang={hand.lang}")
    hand.look(page)
    who = Stranger(hand, page)
    who.fill("#code", code)
    who.press(page.locator("button.go"))
    who.choose("#file", "需求清单.xlsx", tables.forty_lines(first, last), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    who.press(page.locator("form[action$='/upload'] button.go"))
    expect(page.locator(".wanted > li")).to_have_count(40)
    expect(page.locator(".venue-head")).to_have_count(6)
    assert page.locator(".wanted .tag.bad").count() > 0, "ten desks do not go round, and that is said line by line"
    who.press(page.locator("button[value=confirm]"))
    who.tick("input[name=agreed]")
    who.press(page.locator("button[name=hand_in]"))
    number = page.locator("main h2 .code").first.inner_text().strip()
    with page.expect_download() as download:
        who.steps += 1
        page.evaluate(SAVE, f"{path}/requests/{number}.pdf")
    letter = Path(download.value.path()).read_bytes()
    assert letter.startswith(b"%PDF")
    who.choose("input[name=scan]", "sealed.pdf", letter, "application/pdf")
    who.press(page.locator("form[action$='/letter'] button"))
    assert who.steps <= MOST_STEPS, who.steps
    decide(hand, event, number)
    page.reload()
    hand.look(page)
    said = page.locator("main").inner_text()
    assert REASON in said
    assert page.locator(".granted .tag.bad").count() > 0


REASON = "办公桌不足，先保主会场"


def decide(hand: Hand, event: str, number: str) -> None:
    """The pool sees the event whole and grants what it has, with a reason."""
    page = hand.go(hand.as_user("approver"), event)
    expect(page.locator("main")).to_contain_text(number)
    page = hand.go(page, f"/requisitions/{number}")
    expect(page.locator("main")).to_contain_text("sealed.pdf")
    page.get_by_text(re.compile("Approve what is free|按可借数量批准")).first.click()
    form = page.locator("dialog[open]")
    form.locator("[name=reason]").fill(REASON)
    hand.press(page, form.locator("button.go"))
