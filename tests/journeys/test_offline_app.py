"""The floor as an app in a real browser: a new version loses nothing, HTTPS by the local authority, pages without a fault for whoever needs help to read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, expect

from assetpool.cli import authority
from assetpool.core.secured import FOLDER
from assetpool.floor import offline_views
from tests.handovers.conftest import Floor
from tests.journeys import phone as phones
from tests.journeys.hand import Hand
from tests.journeys.phone import PATIENCE, REFUSED, WAITING, Phone, Server, approved, at_desk, hand_over, prepare, scan

database_template, floor, server, phone = phones.database_template, phones.floor, phones.server, phones.phone
KEEP = """async () => {
  const queue = await import('/static/js/offline/queue.js');
  await queue.scan({ mode: 'out', target: 'RQ-2026-000001', tag: 'ZC-0000-0' });
  queue.act({ url: '/api/v1/requisitions/RQ-2026-000001/issue', body: {}, label: 'Hand over 1' });
  await new Promise((done) => setTimeout(done, 500));
  const stored = await import('/static/js/offline/store.js');
  const problem = { status: 409, detail: 'Another keeper has handed this out.', blockers: [{ tag: 'ZC-0000-0', sentence: 'Gone.' }] };
  const act = { person: queue.person(), state: 'refused', label: 'Move 2', at: new Date().toISOString(), problem };
  await stored.writing(['acts'], (acts) => stored.asked(acts.add(act)));
  queue.events.dispatchEvent(new Event('change'));
}"""


@pytest.fixture
def secured(app: Flask, chromium: Browser, tmp_path: Path) -> Iterator[Phone]:
    """Give a phone that trusts the local authority's root, and a server with its certificate."""
    server, trust = phones.certified(app, tmp_path / "tls")
    server.start()
    one = Phone(chromium, server, tmp_path / "profile", [trust])
    yield one
    one.close()
    server.stop()


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
    server.busy = "/issue"
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
    server.busy = ""
    server.start()
    page.locator("[data-act=send]").click()
    expect(page.locator("[data-list=done]")).to_contain_text("HS-", timeout=PATIENCE)
    assert floor.state(number) == "partly_issued"


def test_over_https_with_the_local_authority_the_camera_and_the_app_are_there(secured: Phone, floor: Floor) -> None:
    page = secured.sign_in("keeper")
    assert page.url.startswith("https://") and page.evaluate("isSecureContext && 'mediaDevices' in navigator")
    prepare(page)
    secured.server.stop()
    page.reload()
    expect(page.locator("[data-stored]")).to_be_visible()


def test_a_browser_that_does_not_know_the_authority_is_warned(secured: Phone) -> None:
    secured.arguments.clear()
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        secured.open("/healthz")


@pytest.mark.parametrize(("lang", "width"), [("zh", 360), ("en", 1280)])
def test_the_pages_have_no_fault_for_whoever_needs_help_to_read(
    server: Server, chromium: Browser, floor: Floor, app: Flask, tmp_path: Path, lang: str, width: int
) -> None:
    app.config.update(DATA_DIR=str(tmp_path))
    authority.set_up(tmp_path / FOLDER, "公物仓", *authority.read(["localhost"]), datetime.now(UTC))
    hand = Hand(chromium, server.address, lang, width, tmp_path)
    page = hand.go(hand.as_user("keeper"), "/floor/queue")
    page.route("**/issue*", lambda route: route.abort())
    page.evaluate(KEEP)
    expect(page.locator(WAITING)).to_have_count(1)
    expect(page.locator(REFUSED)).to_have_count(1)
    hand.look(page)
    page.locator(f"{REFUSED} summary").click()
    # What is opened stays open, though the rest is tried again meanwhile and the list drawn anew.
    page.locator("[data-act=send]").click()
    page.evaluate("async () => { const queue = await import('/static/js/offline/queue.js'); queue.events.dispatchEvent(new Event('change')); }")
    page.wait_for_timeout(300)
    page.locator("[data-act=drop]").click()
    hand.look(page)
    hand.go(page, "/floor/offline")
    hand.go(page, "/ca")
    hand.close()
