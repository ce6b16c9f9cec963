"""The one table of steps of a transfer (PRODUCT.md, Documents)."""

from __future__ import annotations

_ENDS = frozenset({"rejected", "sent_back", "withdrawn"})

STEPS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "cancelled"}),
    "sent_back": frozenset({"submitted", "cancelled"}),
    "submitted": _ENDS | {"giver_endorsed", "receiver_endorsed", "approved"},
    "giver_endorsed": _ENDS | {"receiver_endorsed", "approved"},
    "receiver_endorsed": _ENDS | {"approved"},
    "approved": frozenset({"partly_handed_over", "handed_over", "cancelled"}),
    "partly_handed_over": frozenset({"partly_handed_over", "handed_over", "accepted", "cancelled"}),
    "handed_over": frozenset({"partly_handed_over", "accepted", "cancelled"}),
    "accepted": frozenset({"booked"}),
    "booked": frozenset({"closed"}),
}

EDITABLE = frozenset({"draft", "sent_back"})
DECIDED_UPON = frozenset({"submitted", "giver_endorsed", "receiver_endorsed"})
GIVABLE = frozenset({"approved", "partly_handed_over"})
AFTER_STEP = {"giver_endorse": "giver_endorsed", "receiver_endorse": "receiver_endorsed", "approve": "approved"}
ORDER = ("draft", "submitted", "giver_endorsed", "receiver_endorsed", "approved", "handed_over", "accepted", "booked", "closed")
