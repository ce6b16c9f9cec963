"""The words of the outcomes."""

from __future__ import annotations

from assetpool.core.errors import N_

MEASURE_WORDS = {
    "gross": N_("Carbon of making new things"),
    "net": N_("Carbon saved by reuse, net"),
    "waste": N_("Waste"),
}
MEASURE_UNITS = {"gross": "kg CO2e", "net": "kg CO2e", "waste": "kg"}
BY_WORDS = {
    "thing": N_("Kind of thing"),
    "class": N_("Class"),
    "organization": N_("Receiving organization"),
    "event": N_("Event"),
    "store": N_("Store"),
}
NAMELESS = {
    "thing": N_("Without a kind"),
    "class": N_("Without a class"),
    "organization": N_("Without a receiver"),
    "event": N_("Without an event"),
    "store": N_("Without a store"),
}
METHOD = (
    N_("Only accepted grade A acts count; what waits for review, grades B and C and the same system stand apart."),
    N_("An act avoids something only where its purchase claim is above zero: a second loan of the same chair does not avoid a second chair."),
    N_("A transfer avoids its purchase claim ÷ the price of a new thing: an old desk spares part of a new one."),
    N_("A loan avoids the part of the service life that its claimed days used up, never the whole thing, and never more than its purchase claim."),
    N_("Over its whole life a thing avoids one new thing at most, because its claims stay under its cap."),
    N_("Gross is the footprint of making a new thing. Net is a published saving of reuse after its effort. They have other boundaries and are never added."),
    N_("The transport of our own reuse is not on file in kilometres or fuel, so nothing is taken from gross to make a net figure."),
    N_("No factor, no price or no service life means not estimated; it is not zero. Carbon and waste are never money and never part of a saving."),
    N_("Low and high are the quartiles of the source. Where it gives one figure, both are that figure, and the true range is wider."),
)
LIST_WORDS = {"given": N_("Gave most things"), "taken": N_("Used most things"), "saved": N_("Saved most")}
FIGURE_WORDS = {"given": N_("Items given"), "taken": N_("Items taken"), "saved": N_("Net saving (yuan)")}
PRAISES = {
    ("loan", "given"): N_("In %(year)s, %(names)s lent most through the pool: %(figure)s items."),
    ("loan", "taken"): N_("In %(year)s, %(names)s borrowed most from the pool instead of buying: %(figure)s items."),
    ("loan", "saved"): N_("In %(year)s, %(names)s saved most by borrowing: %(figure)s."),
    ("transfer", "given"): N_("In %(year)s, %(names)s gave away most for good through the pool: %(figure)s items."),
    ("transfer", "taken"): N_("In %(year)s, %(names)s took over most for good from the pool: %(figure)s items."),
    ("transfer", "saved"): N_("In %(year)s, %(names)s saved most by taking over: %(figure)s."),
}
PRAISE_METHOD = (
    N_("Things and savings of accepted grade A, by business day in the year. Kinds of saving are never added."),
    N_("Items are distinct things. The giver is the organization that owned them at the hand-over; saved is what the receiver did not spend, less the cost."),
    N_("The same system stands apart. Equal figures share a place. A saving whose costs are not complete has no place."),
    N_("A mark says that acts were reversed, or that acts of lower grade or still under review stand beside the figure: look before you praise."),
)
USE_METHOD = (
    N_("Share = unit-days out ÷ unit-days owned, from movements. A unit is out on a day if it was loaded or with a borrower at the end of it."),
    N_("The day a thing comes into the pool counts, the day it leaves for good does not; days ahead are not counted."),
    N_("Idle: days since a thing last came into a store. Things of the emergency reserve and confiscated goods are left out."),
)
DEMAND_BYS = {"kind": N_("Kind of thing"), "class": N_("Class"), "month": N_("Month")}
OUTCOME_WORDS = {"cut": N_("granted in part"), "refused": N_("not granted"), "waiting": N_("waiting")}
OUTCOME_LOOKS = {"cut": "wait", "refused": "bad", "waiting": "live"}
DEMAND_METHOD = (
    N_("Short for want of stock: asked less free, at the stock check or at an approval that failed; never more than what was not granted."),
    N_("Not granted: rejected, sent back or withdrawn. Granted in part: cut by the approver. Waiting requests stand apart until they are decided."),
    N_("Other reasons: what was not granted although enough was free."),
    N_("The worst day is the day within the period on which most units were short at once. A request asked again under a new number counts again."),
)
