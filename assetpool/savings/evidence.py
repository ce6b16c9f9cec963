"""The evidence grade of an act: which papers stand behind its figure, and which are missing (SAVINGS.md, rules 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from assetpool.core.errors import N_

Letter = Literal["A", "B", "C"]


class Missing(StrEnum):
    """A paper or fact that keeps an act from grade A, in the order it is told."""

    OPENING = "opening"
    NEED_LINE = "need_line"
    NEED_LATE = "need_late"
    BUDGET_PAPER = "budget_paper"
    NOT_VALUED = "not_valued"
    PRICE_UNSOURCED = "price_unsourced"
    PRICE_WEAK = "price_weak"
    PRICE_STALE = "price_stale"
    RENT_UNSOURCED = "rent_unsourced"
    RENT_STALE = "rent_stale"
    STAND_IN = "stand_in"
    SIGNATURE = "signature"
    COSTS = "costs"
    INSPECTION = "inspection"
    OPEN_FLAG = "open_flag"


MISSING_SENTENCES: dict[Missing, str] = {
    Missing.OPENING: N_("An opening statement: a lower bound taken over with its source."),
    Missing.NEED_LINE: N_("No need line with class, quantity and price."),
    Missing.NEED_LATE: N_("The need line is not dated before the request."),
    Missing.BUDGET_PAPER: N_("No paper that the budget was cut or the line stayed unspent."),
    Missing.NOT_VALUED: N_("Not valued: no reference price, or no service life where age counts."),
    Missing.PRICE_UNSOURCED: N_("The reference price has no source or no date."),
    Missing.PRICE_WEAK: N_("The reference price is neither a framework price nor backed by three quotes."),
    Missing.PRICE_STALE: N_("The reference price is older than the policy allows."),
    Missing.RENT_UNSOURCED: N_("The rent tariff has no source or no date."),
    Missing.RENT_STALE: N_("The rent tariff is older than the policy allows."),
    Missing.STAND_IN: N_("No rent tariff on file: consumption stands in for it."),
    Missing.SIGNATURE: N_("A slip for what has happened so far is not signed."),
    Missing.COSTS: N_("Cost vouchers are missing."),
    Missing.INSPECTION: N_("Returned things are not inspected yet."),
    Missing.OPEN_FLAG: N_("A flag on this act is still open."),
}

STILL_B = frozenset({Missing.BUDGET_PAPER, Missing.STAND_IN, Missing.PRICE_STALE, Missing.RENT_STALE})
"""What keeps an act from A but leaves it B."""


@dataclass(frozen=True, slots=True)
class PriceEvidence:
    """What stands behind a price or rent; it is fresh through `days` days after `dated_on`."""

    source: str
    dated_on: date | None
    framework: bool = False
    quotes: int = 0
    days: int = 365

    @property
    def is_sourced(self) -> bool:
        """Say whether source and date are known."""
        return bool(self.source.strip()) and self.dated_on is not None

    def is_stale(self, on_day: date) -> bool:
        """Say whether the price is older on a day than it may be."""
        return self.dated_on is not None and (on_day - self.dated_on).days > self.days


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """All that decides the grade. `rent` only where the headline is by rental; `price` None where nothing is on file.

    `need_complete`: the need line names class, quantity and price. `slips_signed`, `inspected`: for what has happened so far,
    so a loan still out lacks no inspection.
    """

    accepted_on: date
    requested_on: date
    valued: bool
    need_complete: bool
    need_dated_on: date | None
    budget_paper: bool
    price: PriceEvidence | None
    slips_signed: bool
    costs_complete: bool
    inspected: bool
    rent: PriceEvidence | None = None
    stand_in: bool = False
    open_flags: int = 0
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """The letter and what is missing for an A."""

    letter: Letter
    missing: tuple[Missing, ...]


def grade(facts: EvidenceFacts) -> Grade:
    """Return the evidence grade: A with nothing missing, B without the budget paper, with a stand-in or a stale price, else C."""
    found = {
        Missing.OPENING: facts.opening,
        Missing.NEED_LINE: not facts.need_complete,
        Missing.NEED_LATE: facts.need_complete and (facts.need_dated_on is None or facts.need_dated_on >= facts.requested_on),
        Missing.BUDGET_PAPER: not facts.budget_paper,
        Missing.NOT_VALUED: not facts.valued,
        Missing.STAND_IN: facts.stand_in,
        Missing.SIGNATURE: not facts.slips_signed,
        Missing.COSTS: not facts.costs_complete,
        Missing.INSPECTION: not facts.inspected,
        Missing.OPEN_FLAG: facts.open_flags > 0,
    }
    price, rent = facts.price, facts.rent
    found[Missing.PRICE_UNSOURCED] = price is None or not price.is_sourced
    found[Missing.PRICE_WEAK] = price is not None and not price.framework and price.quotes < 3
    found[Missing.PRICE_STALE] = price is not None and price.is_stale(facts.accepted_on)
    found[Missing.RENT_UNSOURCED] = rent is not None and not rent.is_sourced
    found[Missing.RENT_STALE] = rent is not None and rent.is_stale(facts.accepted_on)
    missing = tuple(code for code in Missing if found[code])
    if not missing:
        return Grade("A", ())
    return Grade("B" if STILL_B.issuperset(missing) else "C", missing)
