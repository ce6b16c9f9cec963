"""The tables of steps of a trip and of a gate pass."""

from __future__ import annotations

TRIP_STEPS: dict[str, frozenset[str]] = {
    "planned": frozenset({"ready", "departed", "cancelled"}),
    "ready": frozenset({"planned", "departed", "cancelled"}),
    "departed": frozenset({"closed"}),
}
"""planned: its loads may be changed; ready: a pass is out; departed: let go at the gate; closed: its costs are confirmed."""
TRIP_ORDER = ("planned", "ready", "departed", "closed")

PASS_STEPS: dict[str, frozenset[str]] = {
    "valid": frozenset({"used", "stopped", "cancelled"}),
    "stopped": frozenset({"valid", "cancelled"}),
}
