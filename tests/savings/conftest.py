"""The small world, made once, for tests of the ledger."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import world as small_world


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", small_world.fill)
