"""The small world for tests of notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests import world as small_world
from tests.world import World


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", small_world.fill)


@pytest.fixture
def world(context: Flask) -> World:
    """Give the ids of the small world, inside an application context."""
    return small_world.found()
