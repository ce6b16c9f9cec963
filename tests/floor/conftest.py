"""The floor's tests stand in the small world of the hand-overs; requests of several people never share a context."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import world as worlds
from tests.handovers.conftest import Floor, apart, database_template, monday

__all__ = ["Floor", "database_template", "monday"]


@pytest.fixture
def floor(app: Flask) -> Floor:
    return apart(app)


@pytest.fixture
def world(floor: Floor) -> worlds.World:
    return floor.world
