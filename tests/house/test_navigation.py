"""The navigation knows every list, and every page says under which of its entries it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests import world as worlds


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


def marked(page: str) -> set[str]:
    """Return the addresses that the side navigation marks as the present place."""
    side = page.split('<nav class="side"')[1].split("</nav>")[0]
    return set(re.findall(r'href="([^"]+)" aria-current="page"', side))


@pytest.mark.parametrize(
    ("person", "page", "entry"),
    [
        ("organizer_b", "/events", "/events"),
        ("organizer_b", "/events/new", "/events"),
        ("keeper", "/moves", "/moves"),
        ("approver", "/approvals", "/"),
        ("finance", "/savings/statements/new", "/savings"),
        ("reviewer", "/savings/review", "/savings/review"),
        ("keeper", "/catalog/assets", "/catalog"),
    ],
)
def test_a_page_stands_under_one_entry(app: Flask, person: str, page: str, entry: str) -> None:
    answer = worlds.sign_in(app, person).get(page)
    assert (answer.status_code, marked(answer.text)) == (200, {entry})


def test_moves_are_no_entry_for_who_moves_nothing(app: Flask) -> None:
    assert 'href="/moves"' not in worlds.sign_in(app, "organizer_b").get("/requisitions").text
