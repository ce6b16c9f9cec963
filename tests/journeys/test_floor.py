"""The scan desk in a real browser: 300 labels by a wedge scanner, 300 desks in one act, two keepers at once, by keyboard, by photo, without scripts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.handovers.conftest import Floor
from tests.journeys.hand import Hand
from tests.journeys.scanning import PATIENCE, address, database_template, floor, ready, sign_in

SPOKEN = [("zh", 360), ("en", 1280)]
__all__ = ["address", "database_template", "floor"]
MOST_TAPS = 12
SMALL = """
[...document.querySelectorAll('main :is(button, a.btn, input, select, summary), .dock button')]
  .filter((one) => one.checkVisibility() && !one.closest('.lines') && !one.matches('.unseen, [type=hidden], [type=checkbox], [type=file]'))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, at]) => at.width < 44 || at.height < 44)
  .map(([html, at]) => `${Math.round(at.width)}×${Math.round(at.height)} ${html}`)
"""


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


def scanner(page: Page, texts: list[str], suffix: str = "Enter") -> None:
    """Type as a wedge scanner does: every character at once, a suffix, and on with the next."""
    if suffix == "Enter":
        page.keyboard.type("".join(f"{text}\n" for text in texts))
        return
    for text in texts:
        page.keyboard.type(text)
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
    expect(page.locator("#desk-lines li")).to_have_count(1, timeout=PATIENCE)
    scanner(page, desks[:150])
    scanner(page, [desks[3], *desks[150:295]], "Tab")
    scanner(page, [f"http://anywhere.example/a/{tag}" for tag in desks[295:300]])
    expect(listed(page)).to_have_count(300, timeout=PATIENCE)
    expect(page.locator("#desk-lines .tag.done")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("#desk-total")).to_contain_text("300", timeout=PATIENCE)
    page.screenshot(path=hand.folder / f"three-hundred-{hand.lang}-{hand.width}.png")
    taps.write(page.locator("[name=out-no_cost_reason]"), "自提")
    taps.write(page.locator("[name=out-name]"), "何静")
    taps.write(page.locator("[name=out-pin]"), "2468")
    taps.tap(page.locator("[data-act=hand_over]"))
    expect(page.locator("#desk-result a")).to_be_visible(timeout=PATIENCE)
    assert len(taps.made) <= MOST_TAPS, taps.made
    assert floor.state(number) == "issued"
    assert {tuple(floor.where(tag).items()) for tag in desks[:300]} == {(("out", 1),)} and floor.where(desks[300]) == {"in_store": 1}
    hand.look(page)
    page.locator("#desk-result a").click()
    expect(page.locator("main")).to_contain_text("300", timeout=PATIENCE)


def test_a_burst_into_another_field_is_a_scan_and_leaves_the_field_as_it_was(desk: Hand, floor: Floor) -> None:
    w = floor.world
    desks = floor.tags(w.desk)
    number = floor.approved([(w.desk, 5)])
    page = desk.go(desk.as_user("keeper"), f"/floor/out?target={number}")
    ready(page)
    scanner(page, desks[:1])
    expect(listed(page)).to_have_count(1, timeout=PATIENCE)
    page.locator("[name=out-name]").fill("He Jing")
    scanner(page, [desks[1]], "Tab")
    expect(listed(page)).to_have_count(2, timeout=PATIENCE)
    expect(page.locator("[name=out-name]")).to_have_value("He Jing")
    page.locator("h1").click()
    scanner(page, [desks[2].lower().replace("-", ""), desks[2], desks[0][:-1] + ("A" if desks[0][-1] != "A" else "B")])
    expect(listed(page)).to_have_count(3, timeout=PATIENCE)
    expect(page.locator("[data-said]")).to_contain_text("cannot be right", timeout=PATIENCE)
    page.reload()
    ready(page)
    expect(listed(page)).to_have_count(3, timeout=PATIENCE)


def test_each_blocker_is_named_with_a_cure_of_one_tap_and_a_stack_is_counted_on_a_photo(desk: Hand, floor: Floor) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    slip = floor.lend(floor.approved([(w.desk, 1)]), [(desks[5], None)])
    number = floor.approved([(w.desk, 1), (w.chair, 40)])
    page = desk.go(desk.as_user("keeper"), f"/floor/out?target={number}")
    ready(page)
    scanner(page, [desks[0], desks[5], desks[1], lot])
    expect(page.locator("#desk-blocked > li")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator(f"#desk-blocked [data-tag='{desks[5]}']")).to_contain_text(slip, timeout=PATIENCE)
    desk.look(page)
    page.locator(f"[data-tag='{desks[5]}'] [data-part=off]").click()
    page.locator(f"[data-tag='{desks[1]}'] .desk-more button").click()
    expect(page.locator("#desk-blocked > li")).to_have_count(0, timeout=PATIENCE)
    row = page.locator(f"[data-tag='{lot}']")
    expect(row.locator("input")).to_have_value("40")
    with page.expect_file_chooser() as chooser:
        row.get_by_text("Count on a photo").click()
    chooser.value.set_files({"name": "stack.png", "mimeType": "image/png", "buffer": picture()})
    for x, y in ((20, 20), (90, 20), (160, 20), (90, 21)):
        page.locator("#desk-photo canvas").click(position={"x": x, "y": y})
    expect(page.locator(".desk-dots")).to_contain_text("2 counted", timeout=PATIENCE)
    page.locator("#desk-photo canvas").click(position={"x": 90, "y": 60})
    desk.look(page)
    page.locator("#desk-photo .btn.go").click()
    expect(row.locator("input")).to_have_value("3")
    row.locator("[data-part=more]").click()
    expect(row.locator("input")).to_have_value("4")
    page.locator("[name=out-no_cost_reason]").fill("own truck")
    with page.expect_response("**/api/v1/floor/photos/**") as kept:
        page.locator("[data-act=load]").click()
    assert kept.value.status == 201
    expect(page.locator(".handing-url")).to_contain_text("/s/", timeout=PATIENCE)
    assert floor.where(lot) == {"in_store": 496, "loaded": 4} and floor.where(desks[0]) == {"loaded": 1}
    desk.look(page)


def picture() -> bytes:
    """Return a photo of a stack."""
    drawn = io.BytesIO()
    Image.new("RGB", (240, 160), "#776655").save(drawn, "PNG")
    return drawn.getvalue()


def test_two_keepers_scan_the_same_thing_one_wins_and_the_other_reads_why(desk: Hand, floor: Floor) -> None:
    w = floor.world
    thing = floor.tags(w.desk)[0]
    pages = []
    for user in ("keeper", "keeper2"):
        number = floor.approved([(w.desk, 1)])
        page = desk.go(desk.as_user(user), f"/floor/out?target={number}")
        ready(page)
        scanner(page, [thing])
        expect(listed(page)).to_have_count(1, timeout=PATIENCE)
        page.locator("[name=out-no_cost_reason]").fill("own truck")
        page.locator("[name=out-name]").fill("He Jing")
        page.locator("[name=out-pin]").fill("2468")
        pages.append(page)
    for page in pages:
        page.evaluate("setTimeout(() => document.querySelector('[data-act=hand_over]').click(), 300)")
    ended = [page.locator("#desk-result a, #desk-blocked > li") for page in pages]
    for end in ended:
        expect(end).to_have_count(1, timeout=PATIENCE)
    won = [page for page in pages if page.locator("#desk-result a").count()]
    (lost,) = [page for page in pages if page not in won]
    assert len(won) == 1
    expect(lost.locator("#desk-blocked")).to_contain_text("on loan", timeout=PATIENCE)
    expect(lost.locator("#desk-blocked")).to_contain_text("HS-", timeout=PATIENCE)
    assert floor.where(thing) == {"out": 1}
    desk.look(lost)


def test_the_desk_takes_back_moves_and_finds_by_keyboard_alone(desk: Hand, floor: Floor) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    slip = floor.lend(floor.approved([(w.desk, 2), (w.chair, 10)]), [(desks[0], None), (desks[1], None), (lot, 10)])
    page = desk.go(desk.as_user("keeper"), "/floor/back")
    ready(page)
    expect(page.locator("#desk-tag")).to_be_focused()
    scanner(page, [slip, desks[5]])
    expect(listed(page)).to_have_count(3, timeout=PATIENCE)
    expect(page.locator("#desk-blocked > li")).to_have_count(1, timeout=PATIENCE)
    desk.look(page)
    to(page, "#desk-good").press("Space")
    to(page, "[name=back-no_cost_reason]").type("own truck")
    to(page, "[data-act=take_back]").press("Enter")
    expect(page.locator("#desk-result a")).to_be_visible(timeout=PATIENCE)
    assert floor.where(desks[0]) == {"in_store": 1} and floor.where(lot) == {"in_store": 500}
    desk.go(page, "/floor/move")
    ready(page)
    scanner(page, [desks[0]])
    expect(page.locator("[data-said]")).to_contain_text("shelf first", timeout=PATIENCE)
    page.locator("#desk-place").focus()
    page.keyboard.type("B-02")
    page.keyboard.press("Tab")
    scanner(page, [desks[0], desks[1]])
    expect(listed(page)).to_have_count(2, timeout=PATIENCE)
    to(page, "[data-act=move]").press("Enter")
    expect(page.locator("#desk-result a")).to_be_visible(timeout=PATIENCE)
    desk.go(page, "/floor/find?target=MAIN/B-02")
    ready(page)
    scanner(page, [desks[0], desks[2]])
    expect(page.locator(".desk-remark")).to_have_count(1, timeout=PATIENCE)
    desk.look(page)
    to(page, "[data-act=put_right]").press("Enter")
    expect(page.locator("#desk-result a")).to_be_visible(timeout=PATIENCE)
    for tag in desks[:3]:
        assert page.request.get(f"{desk.address}/api/v1/assets/{tag}", headers={"X-From-Page": "1"}).json()["place"] == "B-02"


def to(page: Page, selector: str) -> Locator:
    """Go to something with the Tab key alone."""
    place = page.locator(selector)
    for _ in range(120):
        if place.evaluate("(one) => one === document.activeElement"):
            return place
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is never reached with the Tab key")


def test_targets_are_large_enough_for_gloves(desk: Hand, floor: Floor) -> None:
    w = floor.world
    lot = floor.tags(w.chair)[0]
    page = desk.go(desk.as_user("keeper"), f"/floor/out?target={floor.approved([(w.chair, 5)])}")
    ready(page)
    scanner(page, [lot])
    expect(listed(page)).to_have_count(1, timeout=PATIENCE)
    small = page.evaluate(SMALL)
    assert small == []


def test_without_scripts_typed_tags_do_the_whole_job(chromium: Browser, address: str, floor: Floor) -> None:
    w = floor.world
    desks = floor.tags(w.desk)
    number = floor.approved([(w.desk, 2)])
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800}, locale="en-GB")
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/floor/out")
    page.locator(f"a[data-target='{number}']").click()
    page.locator(".desk-typed summary").click() if not page.locator("#desk-tags").is_visible() else None
    page.fill("#desk-tags", f"{desks[0]}\n{desks[1]}")
    page.get_by_role("button", name="Put them on the list").click()
    expect(page.locator("main")).to_contain_text(desks[1], timeout=PATIENCE)
    page.fill("#no_cost_reason", "own truck")
    page.fill("#name", "He Jing")
    page.fill("#pin", "2468")
    page.locator("button[value=hand_over]").click()
    assert floor.state(number) == "issued"
    page.goto(f"{address}/floor/move")
    page.fill("#desk-tags", desks[4])
    page.get_by_role("button", name="Put them on the list").click()
    expect(page.locator("#tags")).to_have_value(desks[4])
    context.close()


def test_a_blank_label_is_claimed_by_scanning_it_and_then_its_thing(desk: Hand, floor: Floor) -> None:
    thing, other = floor.tags(floor.world.desk)[:2]
    page = desk.as_user("keeper")
    made = page.request.post(f"{desk.address}/api/v1/labels/blanks", headers={"X-From-Page": "1"}, data={"store_code": "MAIN", "count": 2})
    blank, _second = made.json()["tags"]
    desk.go(page, "/floor/claim")
    ready(page)
    scanner(page, [thing])
    expect(page.locator("[data-said]")).to_contain_text("no blank label", timeout=PATIENCE)
    scanner(page, [blank])
    expect(page.locator("#desk-blocked > li")).to_have_count(1, timeout=PATIENCE)
    scanner(page, [thing])
    expect(listed(page)).to_contain_text(thing, timeout=PATIENCE)
    desk.look(page)
    page.locator("[data-act=claim]").click()
    expect(page.locator("#desk-result")).to_be_visible(timeout=PATIENCE)
    assert floor.where(blank) == {"in_store": 1} and floor.where(thing) == {} and floor.where(other) == {"in_store": 1}
