"""The small world for tests of reports, with a way to watch what is asked of the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from assetpool.core.db import db
from tests import world as small_world
from tests.counting import queries


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", small_world.fill)


@pytest.fixture
def asked_of() -> Callable[[], AbstractContextManager[list[str]]]:
    """Give the watcher of statements."""
    return lambda: queries(db.engine)
