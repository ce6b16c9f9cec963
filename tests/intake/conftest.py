"""What the tests of intakes share: the small world."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import world as worlds

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)
