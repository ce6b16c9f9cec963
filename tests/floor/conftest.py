"""The floor's tests stand in the small world of the hand-overs; requests of several people never share a context."""

from __future__ import annotations

from tests.handovers import aparts
from tests.handovers.conftest import Floor, database_template, monday

__all__ = ["Floor", "database_template", "monday"]


floor, world = aparts.floor, aparts.world
