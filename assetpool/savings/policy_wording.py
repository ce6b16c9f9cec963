"""The words of valuation policies."""

from __future__ import annotations

from assetpool.core.errors import N_

STATE_WORDS = {"draft": N_("draft"), "approved": N_("approved"), "rejected": N_("rejected")}
STATE_LOOKS = {"draft": "wait", "approved": "done", "rejected": "bad"}
BASIS_WORDS = {"purchase": N_("purchase"), "rental": N_("rental"), "consumption": N_("consumption")}
ACT_WORDS = {
    "draft": N_("%(who)s drafted it"),
    "change": N_("%(who)s changed the draft"),
    "approve": N_("%(who)s approved it"),
    "reject": N_("%(who)s rejected it"),
}
