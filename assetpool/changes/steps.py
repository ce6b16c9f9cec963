"""The tables of steps of an extension and of a change order (PRODUCT.md, Documents)."""

from __future__ import annotations

STEPS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted"}),
    "submitted": frozenset({"approved", "rejected", "sent_back", "withdrawn"}),
}
"""What was sent back is asked for anew, by a document of its own, since what is out or promised may have changed meanwhile."""
