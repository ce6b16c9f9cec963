"""The tables of steps of a hand-over slip and of a return (PRODUCT.md, Documents), and who may stand in which."""

from __future__ import annotations

SLIP_STEPS: dict[str, frozenset[str]] = {
    "loaded": frozenset({"delivered", "accepted", "accepted_with_differences"}),
    "delivered": frozenset({"accepted", "accepted_with_differences"}),
    "accepted": frozenset({"closed"}),
    "accepted_with_differences": frozenset({"closed"}),
}
AWAITING_RECEIVER = frozenset({"loaded", "delivered"})
SLIP_ORDER = ("loaded", "accepted", "closed")

RETURN_STEPS: dict[str, frozenset[str]] = {
    "received": frozenset({"inspected"}),
    "inspected": frozenset({"closed"}),
}
RETURN_ORDER = ("received", "inspected", "closed")

ASIDE_STEPS: dict[str, frozenset[str]] = {"kept_aside": frozenset({"closed"})}
EXCHANGE_STEPS: dict[str, frozenset[str]] = {
    "opened": frozenset({"half_signed", "cancelled"}),
    "half_signed": frozenset({"closed", "cancelled"}),
}
