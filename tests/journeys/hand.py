"""A person at a browser: signs in, fills, presses, and looks at every page in both widths with axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from werkzeug.serving import make_server

from tests import world as worlds

WIDTHS = (360, 1280)
HEIGHT = 800
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of this computer; return its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@dataclass
class Hand:
    """One browser window after another, a person in each; pictures of every page go to `folder`."""

    browser: Browser
    address: str
    lang: str
    width: int
    folder: Path
    seen: list[str] = field(default_factory=list)
    _windows: dict[str, tuple[BrowserContext, Page]] = field(default_factory=dict)
    _last: str = ""

    def as_user(self, user: str) -> Page:
        """Return the window of a person, signed in by the form the first time."""
        if user not in self._windows:
            self._windows[user] = self._open()
            page = self._windows[user][1]
            page.goto(f"{self.address}/sign-in?lang={self.lang}")
            page.fill("#username", user)
            page.fill("#password", worlds.PASSWORD)
            page.press("#password", "Enter")
            expect(page.locator("#username")).to_have_count(0)
        self._last = user
        return self._windows[user][1]

    def stranger(self) -> Page:
        """Return a window of nobody."""
        if "-" not in self._windows:
            self._windows["-"] = self._open()
        return self._windows["-"][1]

    def _open(self) -> tuple[BrowserContext, Page]:
        language = "zh-CN" if self.lang == "zh" else "en-GB"
        context = self.browser.new_context(viewport={"width": self.width, "height": HEIGHT}, locale=language, timezone_id=worlds.ZONE)
        context.set_default_timeout(60_000)
        return context, context.new_page()

    def go(self, page: Page, path: str) -> Page:
        """Open a page and look at it."""
        answer = page.goto(self.address + path)
        assert answer is not None and answer.status == 200, (path, answer and answer.status)
        self.look(page)
        return page

    def press(self, page: Page, button: Locator) -> None:
        """Press a button that loads a page, and look at what comes."""
        with page.expect_navigation():
            button.click()
        assert not page.get_by_role("heading", name="500").count()
        self.look(page)

    def look(self, page: Page) -> None:
        """See that axe finds nothing and nothing is wider than the screen, in both widths; keep a picture of each."""
        name = f"{len(self.seen):02d}-{page.url.removeprefix(self.address).strip('/').split('?')[0].replace('/', '_') or 'today'}"
        self.seen.append(name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=self.folder / f"{name}-{self.lang}-{width}.png", full_page=True)
            over = page.evaluate(WIDER_THAN_SCREEN)
            assert over <= 0, f"{page.url}: {over} pixels wider than a screen of {width}"
            found = Axe().run(page).response["violations"]
            told = [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
            assert not told, f"{page.url} at {width}:\n" + "\n".join(told)
        page.set_viewport_size({"width": self.width, "height": HEIGHT})

    def close(self) -> None:
        """Close every window."""
        for context, _ in self._windows.values():
            context.close()
