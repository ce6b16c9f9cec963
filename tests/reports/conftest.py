"""The small world for tests of reports, with a way to watch what is asked of the database."""

from __future__ import annotations

from tests import counting
from tests import world as small_world

database_template = small_world.template
asked_of = counting.asked_of
