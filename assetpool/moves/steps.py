"""A move is written once, when it is done; nothing steps on from it."""

from __future__ import annotations

STEPS: dict[str, frozenset[str]] = {"closed": frozenset()}
