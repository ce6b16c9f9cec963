"""A phone whose battery ends and a server that goes away and comes back, for the journeys without network."""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from assetpool.cli import authority
from assetpool.core.secured import CERTIFICATE, KEY, ROOT
from tests import world as worlds
from tests.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES
from tests.handovers import aparts
from tests.handovers.conftest import Floor

PATIENCE = 240_000
# A machine that does much beside this test is slow, not wrong.
expect.set_options(timeout=60_000)
WAITING = "[data-list=waiting] > li"
REFUSED = "[data-list=refused] .conflict"


@dataclass
class Server:
    """The product at one address that can go away and come back."""

    app: Flask
    port: int = 0
    certificate: tuple[str, str] | None = None
    busy: str = ""
    """What an address holds that is answered with 503, as a proxy does while the server behind it starts."""
    _serving: BaseWSGIServer | None = None

    @property
    def address(self) -> str:
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._serving = make_server("127.0.0.1", self.port, self._answer, threaded=True, ssl_context=self.certificate)
        self.port = self._serving.server_port
        Thread(target=self._serving.serve_forever, daemon=True).start()

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if self.busy and self.busy in environ["PATH_INFO"]:
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b""]
        return self.app(environ, start)

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


def certified(app: Flask, folder: Path) -> tuple[Server, str]:
    """Return a server with a certificate of a local authority of its own, and the argument by which a browser trusts that authority's root."""
    authority.set_up(folder, "公物仓", *authority.read(["localhost", "127.0.0.1"]), datetime.now(UTC))
    root = x509.load_pem_x509_certificate((folder / ROOT).read_bytes())
    public = root.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    trust = f"--ignore-certificate-errors-spki-list={base64.b64encode(sha256(public).digest()).decode()}"
    return Server(app, certificate=(str(folder / CERTIFICATE), str(folder / KEY))), trust


database_template = worlds.template


floor = aparts.floor


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
