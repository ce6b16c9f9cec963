"""What the journeys at the scan desk share: the small world, a served address, a desk that listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import world as worlds
from tests.handovers import aparts
from tests.journeys.hand import served

PATIENCE = 60_000
"""Milliseconds: a busy computer takes its time over 300 things."""


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


floor = aparts.floor


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


def sign_in(page: Page, address: str) -> None:
    """Sign in as the keeper by the form."""
    page.goto(f"{address}/sign-in?lang=en")
    page.fill("#username", "keeper")
    page.fill("#password", worlds.PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("#username")).to_have_count(0)


def ready(page: Page) -> None:
    """Wait until the desk's script listens."""
    expect(page.locator("#desk[data-ready]")).to_have_count(1, timeout=PATIENCE)
