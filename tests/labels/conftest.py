"""The small world for what labels keep, and the labels that the tests of sheets print."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests import world as worlds


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@pytest.fixture
def world(context: Flask) -> worlds.World:
    return worlds.found()
