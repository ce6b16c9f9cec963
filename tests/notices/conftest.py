"""The small world for tests of notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from assetpool.core.db import atomic
from assetpool.org.models import Person
from tests import world as small_world
from tests.notices.post_office import PostOffice, post_office
from tests.world import World


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", small_world.fill)


@pytest.fixture
def world(context: Flask) -> World:
    """Give the ids of the small world, inside an application context."""
    return small_world.found()


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    """Open a post office and send the application's mail there."""
    with post_office() as opened:
        app.config["MAIL_URL"] = f"smtp://127.0.0.1:{opened.port}?from=pool@example.gov"
        yield opened


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    """Give three people an address: two who read Chinese, one who reads English."""
    given = {"approver": "zh", "head_b": "zh", "organizer_b": "en"}
    with atomic() as session:
        for name, language in given.items():
            person = session.get_one(Person, getattr(world, name))
            person.email, person.language = f"{name}@example.gov", language
    return {name: f"{name}@example.gov" for name in given}
