"""What the tests of changes share: the small world on a Monday, with what the tests of hand-overs know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assetpool.core import clock
from tests import world as worlds
from tests.handovers.conftest import MONDAY, Floor

database_template = worlds.template


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Let it be Monday, 23 November 2026, nine in the morning."""
    with clock.at(MONDAY):
        yield


@pytest.fixture
def floor(world: worlds.World) -> Floor:
    """Give the floor of the store, inside one context."""
    return Floor(world)


@pytest.fixture
def lot(floor: Floor) -> str:
    """Give the tag of the 500 chairs."""
    return floor.tags(floor.world.chair)[0]
