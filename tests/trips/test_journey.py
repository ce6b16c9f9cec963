"""From the shelf to the receiver on a phone: fetched, put on a truck, stopped and let go by a guard with the PIN, accepted with differences by a link."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests import world as worlds
from tests.journeys.hand import Hand, served
from tests.journeys.test_browser import number_in
from tests.trips.conftest import Yard


def loaded(app: Flask) -> tuple[str, str]:
    """Return a slip of desks and chairs that waits for a truck, and the secret of its receiver's link."""
    with app.app_context():
        yard = Yard(worlds.found())
        today, desks = yard.today(), yard.tags(yard.world.desk)
        number = yard.approved([(yard.world.desk, 3), (yard.world.chair, 40)], today, today)
        made = yard.load(number, [*((tag, None) for tag in desks[:3]), (yard.tags(yard.world.chair)[0], 40)], destination="体育中心")
        yard.approved([(yard.world.desk, 2)], today, today)
        return made.document.number, made.token


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_truck_leaves_once_and_its_load_is_signed_for(app: Flask, chromium: Browser, tmp_path: Path, lang: str) -> None:
    slip, token = loaded(app)
    with served(app) as address:
        hand = Hand(chromium, address, lang, 360, tmp_path)
        keeper = hand.as_user("keeper")
        hand.go(keeper, "/picks")
        hand.go(keeper, f"/trips/new?slip={slip}")
        for name, text in (("plate", "川a·12345"), ("driver", "赵师傅"), ("loaders", "3"), ("hours", "4.5"), ("haulage", "300")):
            keeper.fill(f"#{name}", text)
        hand.press(keeper, keeper.locator("form.stack > .acts button.go"))
        hand.press(keeper, keeper.locator("form[action$='/pass'] button"))
        trip, issued = number_in(keeper, "TP"), number_in(keeper, "GP")
        hand.go(keeper, "/gate/pin")
        hand.press(keeper, keeper.locator("form[action$='/gate/pin'] button"))
        pin = keeper.locator(".gate-pin").inner_text()

        guard = hand.stranger()
        hand.go(guard, f"/gate?lang={lang}")
        guard.fill("#pin", pin)
        guard.fill("#name", "老李")
        hand.press(guard, guard.locator(".dock button"))
        guard.fill("#tag", issued.lower())
        hand.press(guard, guard.locator("[data-scan] button[type=submit]"))
        expect(guard.locator(".gate-plate")).to_have_text("川A12345")
        guard.locator("details summary").click()
        guard.fill("#reason", "少一张桌子")
        hand.press(guard, guard.locator("#gate-word button.bad"))
        hand.go(keeper, f"/trips/{trip}")
        hand.press(keeper, keeper.locator("form[action$='/release'] button"))
        hand.go(guard, f"/gate/{issued}")
        hand.press(guard, guard.locator(".dock button.go"))
        hand.go(guard, f"/gate/{issued}")
        expect(guard.locator(".gate-verdict")).to_have_class("gate-verdict gate-bad")
        hand.go(keeper, "/gate/log")

        receiver = guard
        hand.go(receiver, f"/s/{token}?lang={lang}")
        expect(receiver.locator("main")).to_contain_text("川A12345")
        for name, count in (("short-2", "1"), ("damaged-2", "2"), ("refused-2", "3")):
            receiver.fill(f"[name={name}]", count)
        receiver.fill("#name", "何静")
        receiver.fill("#pin", "2468")
        hand.press(receiver, receiver.locator(".dock button.go"))
        hand.go(keeper, f"/handovers/{slip}")
        expect(keeper.locator("main")).to_contain_text(trip)
        hand.go(keeper, f"/trips/{trip}")
        keeper.locator("[name='costs-0-number']").fill("N-77")
        keeper.locator("[name='costs-0-issuer']").fill("顺达运输")
        hand.press(keeper, keeper.locator("form[action$='/costs'] button.go"))
        expect(keeper.locator("main")).to_contain_text("N-77")
        hand.close()
