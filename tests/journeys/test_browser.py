"""The main job by hand in a real browser: nine steps, in Chinese on a phone and in English on a desk, every page looked at in both widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from assetpool.core import clock
from tests import world as worlds
from tests.journeys.codes import codes_of
from tests.journeys.hand import Hand, served
from tests.journeys.machine import Machine, on

SPOKEN = [("zh", 360), ("en", 1280)]


@pytest.fixture(params=SPOKEN, ids=[f"{lang}-{width}" for lang, width in SPOKEN])
def hand(request: pytest.FixtureRequest, app: Flask, chromium: Browser, tmp_path: Path) -> Iterator[Hand]:
    lang, width = request.param
    lend_something_overdue(app)
    with served(app) as address:
        one = Hand(chromium, address, lang, width, tmp_path)
        yield one
        one.close()


def lend_something_overdue(app: Flask) -> None:
    """Lend ten desks ten days ago for three days; nobody brought them back."""
    machine = Machine(app)
    then = clock.now() - timedelta(days=10)
    with on(then):
        first = clock.day_of(then, worlds.ZONE)
        (desk,) = [kind for kind in machine.get("keeper", "/kinds?q=desk")["items"] if kind["name"] == "办公桌"]
        line = {"kind_id": desk["id"], "quantity": 10}
        days = {"first_day": first.isoformat(), "last_day": (first + timedelta(days=2)).isoformat()}
        number = machine.post("organizer_b", "/requisitions", {"organization_code": "B", **days, "lines": [line]}, 201)["number"]
        machine.post("organizer_b", f"/requisitions/{number}/submit")
        machine.post("approver", f"/requisitions/{number}/approve")
        tags = [{"tag": row["tag"]} for row in machine.get("keeper", f"/assets?kind_id={desk['id']}&limit=200")["items"]]
        signed = {"received_by": "何静", "signature": {"method": "typed_pin", "data": "2468"}}
        machine.post("keeper2", f"/requisitions/{number}/issue", {"lines": tags[:10], "no_cost_reason": "自提", **signed})


def number_in(page: Page, kind: str) -> str:
    """Return the first document number of a kind that stands on the page."""
    found = re.search(rf"{kind}-\d{{4}}-\d{{6}}", page.locator("main").inner_text())
    assert found is not None, page.url
    return found.group(0)


def decide(hand: Hand, user: str, path: str) -> None:
    page = hand.go(hand.as_user(user), path)
    hand.press(page, page.locator("form[action$='/approve'] > button.go").first)


def bring_in(hand: Hand) -> tuple[str, str]:
    """Step 1: announce 320 desks as one lot, endorse from the inbox, approve, receive 315. Return the intake and the tag."""
    page = hand.go(hand.as_user("clerk_a"), "/")
    page = hand.go(page, "/intakes/new")
    page.fill("#lines-0-kind", "办公桌")
    page.fill("#lines-0-quantity", "320")
    page.select_option("#lines-0-labels", "lot")
    page.fill("#lines-0-value", "1000")
    page.fill("#lines-0-acquired_on", "2026-02-01")
    page.select_option("#store_id", index=_option(page, "#store_id", re.compile("中心仓|Central store")))
    page.fill("#reason", "搬迁" if hand.lang == "zh" else "The office moved")
    hand.press(page, page.locator("button[name=submit]"))
    number = number_in(page, "IN")
    inbox = hand.go(hand.as_user("head_a"), "/approvals")
    inbox.locator("input[name=chosen]").first.check()
    hand.press(inbox, inbox.locator("form .acts > button.go"))
    decide(hand, "approver", f"/intakes/{number}")
    page = hand.go(hand.as_user("keeper"), f"/intakes/{number}")
    page.fill("#count-1", "315")
    page.check("#done-1")
    hand.press(page, page.locator("form[action$='/receive'] button.go"))
    return number, page.locator("main a[href^='/a/']").first.inner_text().strip()


def _option(page: Page, select: str, wanted: re.Pattern[str]) -> int:
    texts = page.locator(f"{select} option").all_inner_texts()
    return next(index for index, text in enumerate(texts) if wanted.search(text))


def print_label(hand: Hand, intake: str, tag: str) -> None:
    """Step 2: one label, one code; whoever scans it finds a page, a stranger only "found item"."""
    page = hand.go(hand.as_user("keeper"), f"/labels?intake={intake}")
    page.fill("#intake", intake)
    typed = page.evaluate("Object.fromEntries(new FormData(document.querySelector('main form[action$=\"/labels\"]')))")
    sheet = page.request.post(f"{hand.address}/labels", form=typed)
    assert (sheet.status, sheet.headers["content-type"]) == (200, "application/pdf"), sheet.text()
    (address,) = codes_of(sheet.body())
    assert address.upper().endswith(f"/A/{tag}")
    hand.go(hand.stranger(), f"/a/{tag}?lang={hand.lang}")
    hand.go(page, f"/a/{tag}")


def ask(hand: Hand) -> str:
    """Step 3: found by 桌椅, put into the basket, free on those days, handed in."""
    page = hand.go(hand.as_user("organizer_b"), "/catalog?q=桌椅")
    row = page.locator("tr", has=page.get_by_text(re.compile("办公桌|Office desk"))).first
    row.locator("input[name=quantity]").fill("300")
    hand.press(page, row.locator("button"))
    hand.go(page, "/requisitions/new?basket=1")
    today = clock.today(worlds.ZONE)
    page.fill("#first_day", today.isoformat())
    page.fill("#last_day", (today + timedelta(days=9)).isoformat())
    page.fill("#purpose", "市运会" if hand.lang == "zh" else "City Games")
    hand.press(page, page.locator("button[name=check]").last)
    expect(page.locator("#free")).to_contain_text("315")
    hand.press(page, page.locator("button[name=submit]"))
    return number_in(page, "RQ")


def approve(hand: Hand, number: str) -> None:
    """Step 4: another person approves; the next wish sees how many are left, and from when all are free."""
    hand.go(hand.as_user("approver"), "/")
    decide(hand, "approver", f"/requisitions/{number}")
    page = hand.go(hand.as_user("organizer_b"), "/requisitions/new")
    today = clock.today(worlds.ZONE)
    page.fill("#lines-0-kind", "办公桌")
    page.fill("#lines-0-quantity", "100")
    page.fill("#first_day", today.isoformat())
    page.fill("#last_day", (today + timedelta(days=2)).isoformat())
    hand.press(page, page.locator("button[name=check]").last)
    expect(page.locator("#free")).to_contain_text("15")
    expect(page.locator("button[name=shift]")).to_have_attribute("value", (today + timedelta(days=10)).isoformat())


def hand_over(hand: Hand, number: str, tag: str) -> str:
    """Step 5: a wrong tag is named; the lot is counted; the truck is loaded; the receiver signs on site by the link, two short and one damaged."""
    page = hand.go(hand.as_user("keeper"), f"/handovers/new?request={number}")
    page.fill("#tag", "ZC-0000-0")
    page.press("#tag", "Enter")
    expect(page.locator(".blocked, .errors").first).to_be_visible()
    hand.look(page)
    for button in page.locator(".blocked button[name=remove]").all():
        button.click()
    page.fill("#tag", tag)
    page.press("#tag", "Enter")
    expect(page.locator(f"input[name='count-{tag}']")).to_have_value("300")
    page.fill("#costs-0-amount", "1200")
    page.fill("#costs-0-issuer", "城际物流")
    page.fill("#costs-0-number", "2026-88")
    page.fill("#destination", "主新闻中心")
    hand.press(page, page.locator("button[value=load]"))
    slip = number_in(page, "HS")
    link = page.locator(".handing-url").inner_text().strip()
    site = hand.go(hand.stranger(), "/s/" + link.split("/s/")[1])
    site.fill("input[name=short-1]", "2")
    site.fill("input[name=damaged-1]", "1")
    site.fill("#name", "何静")
    site.fill("#pin", "2468")
    hand.press(site, site.locator("button[form=accept-form]"))
    page = hand.go(hand.as_user("keeper"), f"/handovers/{slip}")
    page.fill(f"input[name='in_store-short-{tag}']", "2")
    page.fill(f"input[name='repair-damage-{tag}']", "1")
    hand.press(page, page.locator("form[action$='/settle'] button.go"))
    paper = page.request.get(f"{hand.address}/handovers/{slip}.pdf")
    assert paper.ok and codes_of(paper.body())[0].find(f"/{slip}/") > 0
    return slip


def take_back(hand: Hand, slip: str, tag: str) -> None:
    """Step 6: a batch inspected at once, a batch inspected later; the slip stays open for the rest; the overdue shows on the desk of the day."""
    page = hand.go(hand.as_user("keeper"), f"/returns/new?slip={slip}")
    page.locator("input[name^='good-']").fill("200")
    page.fill("#returned_by", "何静")
    page.fill("#no_cost_reason", "自提")
    hand.press(page, page.locator("button[value=take_back]"))
    page = hand.go(page, f"/returns/new?slip={slip}")
    page.locator("input[name^='arrived-']").fill("95")
    page.fill("#no_cost_reason", "自提")
    hand.press(page, page.locator("button[value=take_back]"))
    page.locator("input[name^='good-']").fill("90")
    page.locator("input[name^='repair-']").fill("5")
    hand.press(page, page.locator("form[action$='/inspect'] button.go"))
    hand.go(page, f"/handovers/{slip}")
    expect(page.locator("main")).to_contain_text("295")
    hand.go(page, "/")
    expect(page.locator("main")).to_contain_text("逾期" if hand.lang == "zh" else "verdue")


def give_for_good(hand: Hand, tag: str) -> None:
    """Step 7: a computer goes straight from one department to another: endorsed by both heads, approved, signed for, booked by both."""
    page = hand.go(hand.as_user("clerk_a"), "/transfers/new")
    page.fill("#lines-0-tag", tag)
    page.fill("#lines-0-quantity", "1")
    for select, words in (("giver_id", "教育局|Education"), ("receiver_id", "体育局|Sports"), ("store_id", "虚拟仓")):
        page.select_option(f"#{select}", index=_option(page, f"#{select}", re.compile(words)))
    hand.press(page, page.locator("button[name=submit]"))
    number = number_in(page, "TR")
    for who in ("head_a", "head_b", "approver"):
        decide(hand, who, f"/transfers/{number}")
    page = hand.go(hand.as_user("keeper"), f"/handovers/new?request={number}")
    page.fill("#tag", tag)
    page.press("#tag", "Enter")
    expect(page.locator(f"input[name=item][value='{tag}']")).to_have_count(1)
    page.fill("#no_cost_reason", "自提")
    page.fill("#name", "何静")
    page.fill("#pin", "2468")
    hand.press(page, page.locator("button[value=hand_over]"))
    page = hand.go(hand.as_user("finance"), f"/transfers/{number}")
    for _ in ("giver", "receiver"):
        hand.press(page, page.locator("form[action$='/book'] button.go").first)
    expect(page.locator("form[action$='/book']")).to_have_count(0)


def review(hand: Hand) -> None:
    """Step 8: the reviewer accepts on one page; the report shows it, and each figure leads down to its papers."""
    page = hand.go(hand.as_user("reviewer"), "/savings/review")
    page.check("input[name=decision][value=accepted]")
    page.fill("#reason", "材料齐全")
    hand.press(page, page.locator("form button.go").last)
    page = hand.go(hand.as_user("auditor"), "/savings")
    for by in ("event", "organization", "class", "store", "month"):
        page.goto(f"{hand.address}/savings?by={by}")
    hand.look(page)
    hand.go(page, "/savings/acts")
    act = page.locator("main a[href*='/savings/acts/']").first.get_attribute("href")
    hand.go(page, act or "")
    entry = page.locator("main a[href*='/savings/entries/']").first.get_attribute("href")
    hand.go(page, entry or "")


def verify(hand: Hand) -> None:
    """Step 9: the whole book is recomputed."""
    page = hand.go(hand.as_user("auditor"), "/audit")
    hand.press(page, page.locator("form[action$='/audit/verify'] button.go"))
    assert not page.locator(".errors").count()


def test_the_nine_steps_by_hand(hand: Hand, app: Flask) -> None:
    intake, tag = bring_in(hand)
    print_label(hand, intake, tag)
    number = ask(hand)
    approve(hand, number)
    slip = hand_over(hand, number, tag)
    take_back(hand, slip, tag)
    (computer,) = Machine(app).get("keeper", "/assets?q=台式计算机")["items"]
    give_for_good(hand, computer["tag"])
    review(hand)
    verify(hand)
