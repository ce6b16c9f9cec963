"""What the entries of a calendar are called, and how each looks."""

from __future__ import annotations

from assetpool.core.errors import N_

ENTRIES: dict[str, tuple[str, str]] = {
    # what happens on a day: word, look
    "goes_out": (N_("goes out"), "live"),
    "due_back": (N_("due back"), "wait"),
    "comes_back": (N_("promised until"), "off"),
    "overdue": (N_("overdue"), "bad"),
    "transfer": (N_("given away for good"), "done"),
    "offer": (N_("kept as an offer"), "off"),
    "busy": (N_("busy"), "off"),
}
STRETCHES: dict[str, tuple[str, str]] = {
    # what a bar stands for: word, look
    "promise": (N_("promised"), "live"),
    "out": (N_("lent out"), "wait"),
    "overdue": (N_("overdue"), "bad"),
    "transfer": (N_("given away for good"), "done"),
    "offer": (N_("kept as an offer"), "off"),
    "busy": (N_("busy"), "off"),
}
