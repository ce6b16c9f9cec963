"""The steps of the savings ledger's own document, the opening statement: it is recorded once and at most reversed."""

from __future__ import annotations

STEPS: dict[str, frozenset[str]] = {"done": frozenset({"reversed"}), "reversed": frozenset()}
