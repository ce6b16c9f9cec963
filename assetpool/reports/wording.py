"""The words of a report, and what may be said of a rate: 达 only where the exact ratio reaches it, otherwise 约."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import gettext

from assetpool.core.errors import N_
from assetpool.core.money import percent, rhu
from assetpool.core.web import language
from assetpool.reports.figures import Row
from assetpool.savings.valuation import has_reached
from assetpool.savings.wording import COST_WORDS as COST_WORDS
from assetpool.savings.wording import KIND_WORDS as KIND_WORDS

BASIS_WORDS = {"adopted": N_("Basis of the policy"), "purchase": N_("Purchase basis"), "rental": N_("Rental basis"), "consumption": N_("Consumption basis")}
BY_WORDS = {
    "event": N_("Event"),
    "organization": N_("Receiving organization"),
    "class": N_("Class"),
    "store": N_("Store"),
    "month": N_("Month"),
    "kind": N_("Kind of saving"),
}
NAMELESS = {
    "event": N_("Without an event"),
    "organization": N_("Without a receiver"),
    "class": N_("Without a class"),
    "store": N_("Without a store"),
}


def name_of(row: Row, by: str) -> str:
    """Return what a row is called in the reader's language."""
    if by == "kind":
        return str(gettext(KIND_WORDS[row.kind]))
    if not row.key:
        return str(gettext(NAMELESS.get(by, "")))
    return row.label if language() == "zh" else row.label_en


def rate_in_words(rate: Fraction | None) -> str:
    """Return a rate as a bulletin may print it: whole percent, reached or about; empty when it is n/a."""
    if rate is None:
        return ""
    whole = rhu(rate * 100)
    return str(gettext(N_("reaching %(percent)d %%"), percent=whole) if has_reached(rate, whole) else gettext(N_("about %(percent)d %%"), percent=whole))


def exact_rate(rate: Fraction | None) -> str:
    """Return a rate with two decimals, or n/a."""
    return str(gettext(N_("n/a"))) if rate is None else f"{percent(rate)} %"
