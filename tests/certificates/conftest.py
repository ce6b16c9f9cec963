"""The small world, made once, for tests of looking before buying."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import world as small_world


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world: 10 desks and a lot of 500 chairs in the main store."""
    return make_template("world", small_world.fill)
