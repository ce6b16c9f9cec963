"""The terms an organizer agrees to when handing in: who brings, who sets up, what breaks, when things come back."""

from __future__ import annotations

from flask_babel import gettext as _

from assetpool.core.errors import N_, DomainError
from assetpool.invitations.models import Invitation

HAULS = {
    "pool": N_("The pool brings the things to the drop points and fetches them."),
    "organizer": N_("The organizer fetches the things from the store and brings them back."),
    "agreed": N_("Who brings and fetches the things is agreed with the pool before the first day."),
}
SETS_UP = {
    "pool": N_("The pool sets the things up and takes them down."),
    "organizer": N_("The organizer sets the things up and takes them down."),
    "agreed": N_("Who sets the things up is agreed with the pool before the first day."),
}
HELPER_WORDS = {"pool": N_("the pool"), "organizer": N_("the organizer"), "agreed": N_("as agreed")}
STANDING = (
    N_("The things serve this event only and are not passed on."),
    N_("They come back by their last day, counted and dry; whoever needs them longer asks before."),
    N_("Damage and loss are paid by the price beside each line, by the age of what broke, never more than the price of a new one."),
    N_("Handing in promises nothing yet: the pool decides line by line, and you see the reason where less is granted."),
)


class NotAgreed(DomainError):
    """The tick is missing."""

    status = 422
    sentence = N_("Tick that you agree to the terms, then hand in again. Everything you typed is still there.")


def sentences(invitation: Invitation) -> list[str]:
    """Return the terms of an invitation in the reader's language; what the pool wrote itself stands as it was written."""
    own = [part.strip() for part in invitation.terms.splitlines() if part.strip()]
    return [str(_(HAULS[invitation.hauls])), str(_(SETS_UP[invitation.sets_up])), *(str(_(one)) for one in STANDING), *own]
