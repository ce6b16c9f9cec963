"""Why an act claims nothing: the receiver's own thing and its detours, and claims that would be made twice (SAVINGS.md, rule 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assetpool.core.errors import N_
from assetpool.savings.life import add_months


class Zero(StrEnum):
    """A reason for zero, printed beside it."""

    OWN_THING = "own_thing"
    RECENTLY_OWN = "recently_own"
    OWN_MONEY = "own_money"
    SAME_ORGANISER = "same_organiser"
    NEED_CLAIMED = "need_claimed"
    REPLACEMENT = "replacement"
    UNUSED = "unused"
    BOUGHT_ANYWAY = "bought_anyway"


AFTERWARDS = (Zero.UNUSED, Zero.BOUGHT_ANYWAY)
"""Reasons that showed only after the acceptance: what was claimed until then is reversed, the terms stay."""


ZERO_SENTENCES: dict[Zero, str] = {
    Zero.OWN_THING: N_("The receiver's budget organization owns these things or keeps them in its books."),
    Zero.RECENTLY_OWN: N_("The receiver's budget organization owned, booked or donated these things within the last 24 months."),
    Zero.OWN_MONEY: N_("These things were bought with the receiver's money within the last 36 months."),
    Zero.SAME_ORGANISER: N_("An event of the same organizer brought these things into the pool."),
    Zero.NEED_CLAIMED: N_("This need line already claimed a purchase within the last 12 months."),
    Zero.REPLACEMENT: N_("This unit replaces a broken one; the first hand-over made the claim."),
    Zero.UNUSED: N_("These units came back unused."),
    Zero.BOUGHT_ANYWAY: N_("The same class was bought anyway."),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """A budget organization that owned, booked or donated the thing; `until` None while it still does."""

    organization_id: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a thing comes from: holdings, whose money bought it and when, and the organizer of the event that brought it in."""

    holdings: Sequence[Holding] = ()
    paid_by: int | None = None
    bought_on: date | None = None
    brought_by_organizer: int | None = None


def zero_reason(origins: Origins, receiver: int, organizer: int | None, accepted_on: date) -> Zero | None:
    """Return why these things claim nothing from this receiver (a budget organization) and event organizer, or None.

    A day exactly 24 or 36 months back is still within; money of an unknown day counts as recent.
    """
    own = [holding for holding in holders(origins, accepted_on) if holding.organization_id == receiver]
    if any(holding.until is None for holding in own):
        return Zero.OWN_THING
    if own:
        return Zero.RECENTLY_OWN
    if origins.paid_by == receiver and (origins.bought_on is None or is_within(origins.bought_on, 36, accepted_on)):
        return Zero.OWN_MONEY
    if organizer is not None and origins.brought_by_organizer == organizer:
        return Zero.SAME_ORGANISER
    return None


def holders(origins: Origins, accepted_on: date) -> list[Holding]:
    """Return who owned, booked or donated these things within the 24 months before a day, or still does."""
    return [holding for holding in origins.holdings if holding.until is None or is_within(holding.until, 24, accepted_on)]


def is_within(then: date, months: int, day: date) -> bool:
    """Say whether `then` lies at most `months` months before `day` (or after it)."""
    return add_months(then, months) >= day
