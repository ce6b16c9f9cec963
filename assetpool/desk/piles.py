"""What each pile on the desk of the day is called, what it says when empty, and where all of it lies."""

from __future__ import annotations

from assetpool.core.errors import N_

WORDS: dict[str, tuple[str, str, str, str, dict[str, str]]] = {
    # name: figure, heading, what the empty pile says, endpoint of all, its filter
    "approve": (N_("To approve"), N_("Waiting for your decision"), N_("Nothing waits for your decision."), "approvals.inbox", {}),
    "hand_over": (N_("To hand over"), N_("To hand over today and tomorrow"), N_("Nothing has to go out."), "handovers.index", {"show": "ready"}),
    "due": (N_("Due back today"), N_("Due back today"), N_("Nothing is due back today."), "handovers.index", {"show": "out"}),
    "overdue": (N_("Overdue"), N_("Overdue"), N_("Nothing is overdue."), "handovers.index", {"show": "overdue"}),
    "receive": (N_("To receive"), N_("Approved intakes to receive"), N_("No intake waits to be received."), "intake.index", {"state": "approved"}),
    "inspect": (N_("To inspect"), N_("Returned, waiting for inspection"), N_("Everything that came back is inspected."), "returns.index", {}),
    "review": (N_("To review"), N_("Savings to review"), N_("No saving waits for review."), "savings.review", {}),
    "own_requests": (N_("Your requests"), N_("Your organization's requests"), N_("Your organization asks for nothing at present."), "requisitions.index", {}),
    "borrowed": (N_("Borrowed"), N_("What your organization has borrowed"), N_("Your organization has borrowed nothing."), "handovers.index", {"show": "out"}),
    "own_overdue": (N_("To bring back"), N_("Overdue: bring it back"), N_("Nothing is overdue."), "handovers.index", {"show": "overdue"}),
}
"""Name of a pile → its words; features above the desk add theirs."""
