"""The small world for the tests of the allocation standard, with the shipped table on file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from assetpool.catalog.shipped import table
from assetpool.core.db import atomic
from assetpool.standards import service
from tests import world as small_world


def fill(app: Flask) -> None:
    """Fill the world and load the shipped table."""
    small_world.fill(app)
    with app.app_context(), atomic() as session:
        assert service.load(session, small_world.found().pool, table("configuration_standard")) == 33


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template."""
    return make_template("standards", fill)
