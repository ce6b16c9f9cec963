"""The scan desk in a real browser: 300 labels by a wedge scanner, 300 desks in one act, two keepers at once, by keyboard, by photo, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from tests import world as worlds
from tests.handovers.conftest import Floor, apart
from tests.journeys.hand import Hand, served

SPOKEN = [("zh", 360), ("en", 1280)]
MOST_TAPS = 12


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@pytest.fixture
def floor(app: Flask) -> Floor:
    return apart(app)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture(params=SPOKEN, ids=[f"{lang}-{width}" for lang, width in SPOKEN])
def hand(request: pytest.FixtureRequest, address: str, chromium: Browser, tmp_path: Path) -> Iterator[Hand]:
    one = Hand(chromium, address, *request.param, tmp_path)
    yield one
    one.close()


@pytest.fixture
def desk(address: str, chromium: Browser, tmp_path: Path) -> Iterator[Hand]:
    """Give a hand that speaks English at a phone."""
    one = Hand(chromium, address, "en", 360, tmp_path)
    yield one
    one.close()


@dataclass
class Taps:
    """Counts what a thumb does beside the scans."""

    made: list[str] = field(default_factory=list)

    def tap(self, button: Locator) -> None:
        """Tap, and count it."""
        button.click()
        self.made.append(str(button))

    def write(self, place: Locator, text: str) -> None:
        """Tap a field and write into it; counts as one tap."""
        place.fill(text)
        self.made.append(str(place))


def ready(page: Page) -> None:
    """Wait until the desk's script listens."""
    expect(page.locator("#desk[data-ready]")).to_have_count(1)


def scanner(page: Page, texts: list[str], suffix: str = "Enter") -> None:
    """Type as a wedge scanner does: every character at once, a suffix, and on with the next."""
    for text in texts:
        for character in text:
            page.keyboard.press(character)
        page.keyboard.press(suffix)


def listed(page: Page) -> Locator:
    """Return the rows of the list that may go."""
    return page.locator("#desk-list > li")


def test_three_hundred_desks_go_out_in_one_act_with_few_taps(hand: Hand, floor: Floor) -> None:
    w = floor.world
    floor.stock(w.desk, 295)
    desks = floor.tags(w.desk)
    number = floor.approved([(w.desk, 300)])
    taps = Taps()
    page = hand.go(hand.as_user("keeper"), "/floor")
    hand.go(page, "/floor/out")
    ready(page)
    taps.tap(page.locator(f"[data-target='{number}']"))
    expect(page.locator("#desk-lines li")).to_have_count(1)
    scanner(page, desks[:150])
    scanner(page, [desks[3], *(f"http://anywhere.example/a/{tag}" for tag in desks[150:300])], "Tab")
    expect(listed(page)).to_have_count(300)
    expect(page.locator("#desk-lines .tag.done")).to_have_count(1)
    expect(page.locator("#desk-total")).to_contain_text("300")
    hand.look(page)
    taps.write(page.locator("[name=out-no_cost_reason]"), "自提")
    taps.write(page.locator("[name=out-name]"), "何静")
    taps.write(page.locator("[name=out-pin]"), "2468")
    taps.tap(page.locator("[data-act=hand_over]"))
    expect(page.locator("#desk-result a")).to_be_visible()
    assert len(taps.made) <= MOST_TAPS, taps.made
    assert floor.state(number) == "issued"
    assert {tuple(floor.where(tag).items()) for tag in desks[:300]} == {(("out", 1),)} and floor.where(desks[300]) == {"in_store": 1}
    hand.look(page)
    page.locator("#desk-result a").click()
    expect(page.locator("main")).to_contain_text("300")
