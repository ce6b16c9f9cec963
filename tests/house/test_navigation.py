"""The navigation knows every list, and every page says under which of its entries it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from assetpool.core.db import atomic
from assetpool.org import service as org
from assetpool.org.models import Role
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


@pytest.mark.parametrize("page", ["/sign-in", "/", "/catalog", "/requisitions/new", "/intakes/new", "/transfers/new", "/events/new", "/labels"])
def test_asking_for_the_head_of_a_page_is_answered_like_asking_for_the_page(app: Flask, page: str) -> None:
    with app.app_context(), atomic() as session:
        org.grant(session, worlds.found().organizer_b, worlds.found().department_b, Role.CLERK)
    client = app.test_client() if page == "/sign-in" else worlds.sign_in(app, "organizer_b")
    assert (client.get(page).status_code, client.head(page).status_code) == (200, 200)


def test_moves_are_no_entry_for_who_moves_nothing(app: Flask) -> None:
    assert 'href="/moves"' not in worlds.sign_in(app, "organizer_b").get("/requisitions").text


@pytest.mark.parametrize("person", ["keeper", "auditor"])
def test_what_is_no_number_in_an_address_breaks_no_page(app: Flask, person: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client, broken = worlds.sign_in(app, person), []
    pages = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    for page in pages:
        for odd in () if "." in page or page == "/sign-out" else ("²", "9" * 25):
            given = dict.fromkeys(("after", "batch", "before", "bought_before", "page", "printer", "since", "year"), odd)
            broken += [(page, odd)] if client.get(page, query_string=given).status_code == 500 else []
    assert broken == []
