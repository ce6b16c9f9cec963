"""The floor outside the application's context, as what speaks HTTP to it needs it; a module takes these by `floor, world = aparts.floor, aparts.world`."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import world as worlds
from tests.handovers.conftest import Floor, apart


@pytest.fixture
def floor(app: Flask) -> Floor:
    return apart(app)


@pytest.fixture
def world(floor: Floor) -> worlds.World:
    return floor.world
