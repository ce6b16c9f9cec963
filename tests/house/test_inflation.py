"""The page that tells an auditor which try is stopped by what names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_try_names_a_test_that_exists() -> None:
    rows = [line for line in (ROOT / "docs" / "inflation.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "`tests/" in line]
    assert len(rows) >= 29
    for row in rows:
        for path, name in NAMED.findall(row):
            text = (ROOT / path).read_text(encoding="utf-8")
            assert not name or f"def {name}(" in text, f"{path} has no {name}"
