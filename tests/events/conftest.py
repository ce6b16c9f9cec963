"""The small world with its stock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import world as worlds


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)
