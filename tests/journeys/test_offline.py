"""The floor without network in a real browser: the server goes, the browser dies, both come back; everything arrives once and no refusal is lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import func, select
from werkzeug.serving import BaseWSGIServer, make_server

from assetpool.core.db import atomic, db
from assetpool.floor import offline_views
from assetpool.handovers.models import SlipItem
from assetpool.records.models import Document
from assetpool.stocktake import service as stocktakes
from assetpool.stocktake.models import StocktakeCount
from tests import world as worlds
from tests.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES
from tests.handovers.conftest import Floor, apart

PATIENCE = 120_000
WAITING = "[data-list=waiting] > li"
REFUSED = "[data-list=refused] .conflict"


@dataclass
class Server:
    """The product at one address that can go away and come back."""

    app: Flask
    port: int = 0
    _serving: BaseWSGIServer | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._serving = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self._serving.server_port
        Thread(target=self._serving.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self._serving is not None:
            self._serving.shutdown()
            self._serving.server_close()
            self._serving = None


@dataclass
class Phone:
    """A browser with a profile of its own on disk, that can be killed like a phone whose battery ends."""

    browser: Browser
    server: Server
    profile: Path
    arguments: list[str] = field(default_factory=list)
    context: BrowserContext | None = None

    def open(self, path: str) -> Page:
        """Open a page in the running browser, or in a new one on the same profile."""
        if self.context is None:
            program = next(found for name in CHROMIUM_NAMES if (found := shutil.which(name)))
            self.context = self.browser.browser_type.launch_persistent_context(
                str(self.profile),
                executable_path=program,
                args=[*CHROMIUM_ARGUMENTS, *self.arguments],
                viewport={"width": 360, "height": 800},
                locale="en-GB",
                timezone_id=worlds.ZONE,
            )
            self.context.set_default_timeout(PATIENCE)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.goto(self.server.address + path)
        return page

    def sign_in(self, user: str, path: str = "/floor/queue") -> Page:
        """Sign in by the form and go on to a page."""
        page = self.open(f"/sign-in?lang=en&next={path}")
        fill_in(page, user)
        return page

    def kill(self) -> None:
        """End the browser's processes at once; nothing is written any more."""
        mine = f"--user-data-dir={self.profile}".encode()
        for one in Path("/proc").iterdir():
            with suppress(OSError):
                if one.name.isdigit() and mine in (one / "cmdline").read_bytes() and b"--type=" not in (one / "cmdline").read_bytes():
                    os.kill(int(one.name), signal.SIGKILL)
        with suppress(Exception):
            self.close()
        self.context = None
        for left in self.profile.glob("Singleton*"):
            left.unlink()

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


def fill_in(page: Page, user: str) -> None:
    page.fill("#username", user)
    page.fill("#password", worlds.PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("#username")).to_have_count(0)


def prepare(page: Page) -> None:
    """Make the device ready for the day."""
    page.locator("[data-act=prepare]").click()
    expect(page.locator("[data-said]")).to_have_text(re.compile("Prepared. "), timeout=PATIENCE)


def scan(page: Page, tags: list[str]) -> None:
    """Type as a wedge scanner does."""
    for tag in tags:
        page.keyboard.type(f"{tag}\n")


def at_desk(page: Page, server: Server, number: str) -> None:
    page.goto(f"{server.address}/floor/out?target={number}")
    expect(page.locator("#desk[data-ready]")).to_have_count(1)


def hand_over(page: Page) -> None:
    """Say what the act needs, and press."""
    page.fill("[name=out-no_cost_reason]", "own truck")
    page.fill("[name=out-name]", "何静")
    page.fill("[name=out-pin]", "2468")
    page.click("[data-act=hand_over]")
    expect(page.locator("#desk-result")).to_be_visible(timeout=PATIENCE)


@pytest.fixture
def database_template(make_template: object) -> str:
    return make_template("world", worlds.fill)  # type: ignore[no-any-return, operator]


@pytest.fixture
def floor(app: Flask) -> Floor:
    return apart(app)


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    one = Server(app)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def phone(chromium: Browser, server: Server, tmp_path: Path) -> Iterator[Phone]:
    one = Phone(chromium, server, tmp_path / "profile")
    yield one
    one.close()


def approved(floor: Floor, units: int) -> str:
    return floor.approved([(floor.world.desk, units)], floor.today(), floor.today() + timedelta(days=9))


def frozen(app: Flask, floor: Floor) -> str:
    with app.app_context(), atomic() as session:
        number = stocktakes.plan(session, floor.world.main, by=floor.world.keeper).number
        stocktakes.freeze(session, number, by=floor.world.keeper)
        return number


def keepers(app: Flask) -> list[int | None]:
    """Return who made each hand-over slip there is."""
    with app.app_context():
        return list(db.session().scalars(select(Document.created_by).where(Document.kind == "HS").order_by(Document.id)))


def test_five_hundred_scans_survive_the_server_the_browser_and_the_session_and_arrive_once(app: Flask, phone: Phone, server: Server, floor: Floor) -> None:
    floor.stock(floor.world.desk, 490)
    desks = floor.tags(floor.world.desk)
    number, counted = approved(floor, 250), frozen(app, floor)
    page = phone.sign_in("keeper")
    prepare(page)
    page.goto(f"{server.address}/stocktakes/{counted}/count")
    expect(page.locator("[data-counting][data-ready]")).to_have_count(1)
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
    server.start()
    page.locator("[data-act=send]").click()
    expect(page.locator("[data-when=signed_out]")).to_be_visible()
    assert (keepers(app), floor.state(number)) == ([], "approved")
    page.locator("[data-when=signed_out] a").click()
    fill_in(page, "keeper")
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
    number = approved(floor, 1)
    page = phone.sign_in("keeper")
    prepare(page)
    at_desk(page, server, number)
    server.stop()
    scan(page, floor.tags(floor.world.desk)[:1])
    hand_over(page)
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
    number = approved(floor, 1)
    page = phone.sign_in("keeper")
    prepare(page)
    at_desk(page, server, number)
    server.stop()
    scan(page, floor.tags(floor.world.desk)[:1])
    hand_over(page)
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


def test_a_new_version_takes_over_and_loses_nothing(
    app: Flask, phone: Phone, server: Server, floor: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "static_folder", str(shutil.copytree(app.static_folder or "", tmp_path / "static")))
    number = approved(floor, 2)
    desks = floor.tags(floor.world.desk)
    page = phone.sign_in("keeper")
    prepare(page)
    at_desk(page, server, number)
    server.stop()
    scan(page, desks[:1])
    hand_over(page)
    scan(page, desks[1:2])
    expect(page.locator("#desk-list > li")).to_have_count(1)
    before = page.evaluate("caches.keys()")

    (tmp_path / "static" / "new.css").write_text("body { outline: 0 }")
    offline_views.worker_text.cache_clear()
    page.route("**/issue*", lambda route: route.abort())
    server.start()
    page.goto(f"{server.address}/floor/queue")
    expect(page.locator(WAITING)).to_have_count(1)
    for _ in range(100):
        after = page.evaluate("caches.keys()")
        if set(after) != set(before) and len(after) == len(before):
            break
        page.wait_for_timeout(100)
    assert [name for name in after if name.startswith("parts-")] != [name for name in before if name.startswith("parts-")]
    server.stop()
    page.reload()
    expect(page.locator(WAITING)).to_have_count(1)
    expect(page.locator("[data-list=scans]")).to_contain_text("Scans: 1")
    page.unroute_all()
    server.start()
    page.locator("[data-act=send]").click()
    expect(page.locator("[data-list=done]")).to_contain_text("HS-", timeout=PATIENCE)
    assert floor.state(number) == "partly_issued"
