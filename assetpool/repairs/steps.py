"""The steps of a repair."""

from __future__ import annotations

STEPS: dict[str, frozenset[str]] = {
    "opened": frozenset({"in_work", "done"}),
    "in_work": frozenset({"done"}),
}
