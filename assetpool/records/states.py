"""The words of every state a document can be in, and which of four looks it takes."""

from __future__ import annotations

from assetpool.core.errors import N_

STATE_WORDS: dict[str, str] = {
    "draft": N_("Draft"),
    "submitted": N_("Submitted"),
    "endorsed": N_("Endorsed"),
    "stock_checked": N_("Stock checked"),
    "approved": N_("Approved"),
    "partly_received": N_("Partly received"),
    "received": N_("Received"),
    "partly_issued": N_("Partly issued"),
    "issued": N_("Issued"),
    "partly_returned": N_("Partly returned"),
    "returned": N_("Returned"),
    "closed": N_("Closed"),
    "rejected": N_("Rejected"),
    "withdrawn": N_("Withdrawn"),
    "sent_back": N_("Sent back"),
    "cancelled": N_("Cancelled"),
    "reversed": N_("Reversed"),
    "loaded": N_("Loaded"),
    "delivered": N_("Delivered"),
    "accepted": N_("Accepted"),
    "accepted_with_differences": N_("Accepted with differences"),
    "giver_endorsed": N_("Endorsed by giver"),
    "receiver_endorsed": N_("Endorsed by receiver"),
    "handed_over": N_("Handed over"),
    "partly_handed_over": N_("Partly handed over"),
    "booked": N_("Booked"),
    "inspected": N_("Inspected"),
    "done": N_("Done"),
    "raised": N_("Raised"),
    "answered": N_("Answered"),
}

STATE_LOOKS: dict[str, str] = {
    **dict.fromkeys(("submitted", "endorsed", "stock_checked", "sent_back", "giver_endorsed", "receiver_endorsed", "delivered", "raised", "answered"), "wait"),
    **dict.fromkeys(("approved", "partly_received", "partly_issued", "issued", "partly_returned", "partly_handed_over", "handed_over", "loaded"), "live"),
    **dict.fromkeys(("accepted", "received", "returned", "closed", "booked", "inspected", "done"), "done"),
    **dict.fromkeys(("rejected", "accepted_with_differences"), "bad"),
    **dict.fromkeys(("draft", "withdrawn", "cancelled", "reversed"), "off"),
}

KIND_WORDS: dict[str, str] = {
    "IN": N_("Intake"),
    "RQ": N_("Requisition"),
    "HS": N_("Hand-over slip"),
    "RT": N_("Return"),
    "TR": N_("Transfer"),
    "MV": N_("Move"),
    "OS": N_("Opening statement"),
    "AF": N_("Audit finding"),
}

ACT_WORDS: dict[str, str] = {
    "create": N_("drafted"),
    "rewrite": N_("changed"),
    "submit": N_("submitted"),
    "check_stock": N_("stock checked"),
    "endorse": N_("endorsed"),
    "approve": N_("approved"),
    "no": N_("rejected"),
    "sent_back": N_("sent back"),
    "cancel": N_("cancelled"),
    "receive": N_("received"),
    "issue": N_("issued"),
    "load": N_("loaded"),
    "deliver": N_("delivered"),
    "renew_link": N_("made a new link for the receiver"),
    "accept": N_("accepted"),
    "return": N_("took back"),
    "inspect": N_("inspected"),
    "settle": N_("settled"),
    "cost": N_("entered costs"),
    "move": N_("moved"),
    "hand_over": N_("handed over"),
    "book": N_("booked"),
    "close": N_("closed"),
    "review": N_("reviewed"),
    "open": N_("opened"),
    "answer": N_("answered"),
    "ask_again": N_("asked again"),
    "withdraw": N_("withdrew"),
}
