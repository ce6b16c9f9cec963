"""A store counted in the browser: plan and freeze, count by typing and by a list on paper, count again, decide, post; axe looks at every page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from assetpool.core.db import db
from assetpool.custody.models import Asset
from tests import world as worlds
from tests.journeys.hand import Hand, served


@pytest.fixture(params=[("zh", 360), ("en", 1280)], ids=["zh-360", "en-1280"])
def hand(request: pytest.FixtureRequest, app: Flask, chromium: Browser, tmp_path: Path) -> Iterator[Hand]:
    lang, width = request.param
    with served(app) as address:
        one = Hand(chromium, address, lang, width, tmp_path)
        yield one
        one.close()


def confirm(hand: Hand, page: Page, act: str) -> None:
    """Open the dialog of an act and press its button."""
    form = page.locator(f"form[action$='/{act}']")
    page.locator(f"dialog:has(form[action$='/{act}'])").evaluate("dialog => dialog.showModal()")
    hand.press(page, form.locator("button[type=submit]").last)


def test_a_store_is_counted(hand: Hand, app: Flask) -> None:
    with app.app_context():
        desks = list(db.session().scalars(select(Asset.tag).where(Asset.form == "unit", Asset.place == "A-01").order_by(Asset.id)))
        chairs = db.session().scalars(select(Asset.tag).where(Asset.form == "lot")).first() or ""
        store = worlds.found().main
    keeper = hand.as_user("keeper")
    hand.go(keeper, "/stocktakes")
    hand.go(keeper, "/stocktakes/plans")
    hand.go(keeper, "/stocktakes/new")
    keeper.select_option("#store_id", str(store))
    hand.press(keeper, keeper.locator("button[name=freeze]"))
    here = keeper.url.removeprefix(hand.address)
    hand.go(keeper, f"{here}/count")
    for tag in desks[:2]:
        keeper.fill("#tag", tag)
        keeper.press("#tag", "Enter")
        expect(keeper.locator("#count-list .fresh .code")).to_have_text(tag)
    hand.go(keeper, f"{here}/sheet")
    rows = keeper.locator("form tr:has(input[name^=line-])")
    for row in rows.all():
        row.locator("input").fill("498" if chairs in row.inner_text() else "1")
    hand.press(keeper, keeper.locator("form:has(input[name^=line-]) .form-acts button"))
    hand.go(keeper, here)
    confirm(hand, keeper, "finish")
    other = hand.as_user("keeper2")
    hand.go(other, f"{here}/count")
    expect(other.locator("#count-list")).to_contain_text(chairs)
    hand.go(other, here)
    hand.go(other, f"{here}/sheet")
    other.locator("input[name^=line-]").fill("498")
    hand.press(other, other.locator("form:has(input[name^=line-]) .form-acts button"))
    hand.go(other, here)
    confirm(hand, other, "finish")
    approver = hand.as_user("approver")
    hand.go(approver, here)
    hand.press(approver, approver.locator("form[action$='/approve'] button"))
    hand.go(keeper, here)
    confirm(hand, keeper, "post")
    hand.go(keeper, "/stocktakes/accuracy")
    with app.app_context():
        held = db.session().scalar(select(Asset.units).where(Asset.tag == chairs))
    assert held == 500
