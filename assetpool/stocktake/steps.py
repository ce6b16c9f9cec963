"""The one table of steps of a stocktake (PRODUCT.md, Documents)."""

from __future__ import annotations

STEPS: dict[str, frozenset[str]] = {
    "planned": frozenset({"frozen", "cancelled"}),
    "frozen": frozenset({"counting", "cancelled"}),
    "counting": frozenset({"recount", "differences", "cancelled"}),
    "recount": frozenset({"differences", "cancelled"}),
    "differences": frozenset({"approved", "rejected", "sent_back", "cancelled"}),
    "sent_back": frozenset({"recount", "cancelled"}),
    "approved": frozenset({"posted"}),
}

ORDER = ("planned", "frozen", "counting", "recount", "differences", "approved", "posted")
OPEN = frozenset({"frozen", "counting", "recount"})
"""Counts are taken."""
UNDER_WAY = OPEN | {"planned", "differences", "sent_back", "approved"}
"""Neither posted nor ended."""
BLIND = frozenset({"planned", "frozen", "counting", "recount"})
"""Of a blind count nobody reads what is expected."""
