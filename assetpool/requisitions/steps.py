"""The one table of steps of a requisition (PRODUCT.md, Documents)."""

from __future__ import annotations

_ENDS = frozenset({"rejected", "sent_back", "withdrawn", "cancelled"})

STEPS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "cancelled"}),
    "sent_back": frozenset({"submitted", "cancelled"}),
    "submitted": _ENDS | {"stock_checked"},
    "stock_checked": _ENDS | {"approved"},
    "approved": frozenset({"partly_issued", "issued", "cancelled"}),
    "partly_issued": frozenset({"partly_issued", "issued", "partly_returned", "returned"}),
    "issued": frozenset({"issued", "partly_issued", "partly_returned", "returned", "closed"}),
    "partly_returned": frozenset({"partly_issued", "issued", "partly_returned", "returned"}),
    "returned": frozenset({"closed", "partly_issued", "issued"}),
}

EDITABLE = frozenset({"draft", "sent_back"})
OPEN = frozenset({"approved", "partly_issued", "issued", "partly_returned"})
ISSUABLE = frozenset({"approved", "partly_issued", "partly_returned", "issued", "returned"})
ORDER = ("draft", "submitted", "stock_checked", "approved", "issued", "returned", "closed")
