"""The one table of steps of an intake (PRODUCT.md, Documents)."""

from __future__ import annotations

_ENDS = frozenset({"rejected", "sent_back", "withdrawn"})

STEPS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "cancelled", "received"}),
    "sent_back": frozenset({"submitted", "cancelled"}),
    "submitted": _ENDS | {"endorsed", "approved"},
    "endorsed": _ENDS | {"approved"},
    "approved": frozenset({"partly_received", "received", "cancelled"}),
    "partly_received": frozenset({"partly_received", "received"}),
    "received": frozenset({"closed"}),
}

EDITABLE = frozenset({"draft", "sent_back"})
RECEIVABLE = frozenset({"approved", "partly_received"})
ORDER = ("draft", "submitted", "endorsed", "approved", "received", "closed")
