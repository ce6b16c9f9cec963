"""What the tests of intakes share: the small world."""

from __future__ import annotations

from pathlib import Path

from tests import world as worlds

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
database_template = worlds.template
