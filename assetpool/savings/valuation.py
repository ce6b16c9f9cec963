"""What one unit of an act would have cost its receiver otherwise, on every basis, to the fen (SAVINGS.md, Three bases).

All amounts are per unit and rounded once; the caller multiplies by the count. Nothing here reads a database or a clock.
Terms freeze on the day of acceptance; `worth` is then asked again and again with the days claimed so far, and an entry posts
what it says now less what the act has posted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from assetpool.core.money import Fen, rhu
from assetpool.savings.life import add_months, life_days, newness
from assetpool.savings.policy import ActKind, Basis
from assetpool.savings.rent import Rent, rent_for
from assetpool.savings.zero import Zero


class PriceFrom(StrEnum):
    """Which known value became the reference price; among equals the first named here."""

    ASKED_KIND = "asked_kind"
    DELIVERED_KIND = "delivered_kind"
    STANDARD_CAP = "standard_cap"
    BUDGET = "budget"
    ORIGINAL_VALUE = "original_value"


def reference_price(
    asked: Fen | None,
    delivered: Fen | None,
    standard_cap: Fen | None,
    budget: Fen | None,
    original_value: Fen | None,
    acquired_on: date | None,
    accepted_on: date,
) -> tuple[Fen, PriceFrom] | None:
    """Return `P` per unit, the least of the values known, and which one it is; None if none is known.

    The original value counts if the thing was bought less than 36 months before the acceptance.
    """
    recent = acquired_on is not None and accepted_on < add_months(acquired_on, 36)
    known = zip(PriceFrom, (asked, delivered, standard_cap, budget, original_value if recent else None), strict=True)
    return min(((amount, source) for source, amount in known if amount is not None), key=lambda pair: pair[0], default=None)


@dataclass(frozen=True, slots=True)
class Terms:
    """What freezes on the day of acceptance for like units of one act; `adopted_basis`, `age_scales`, `floor`, `rho` are the policy's.

    `good_on_inspection`: a keeper received the units in condition good or better. With the acquisition unknown, `N` is counted
    from the day of acceptance and `a` = `N`: nothing of the life is left but the floor.
    """

    kind: ActKind
    accepted_on: date
    price: Fen | None
    rent: Rent | None
    life_months: int | None
    acquired_on: date | None
    adopted_basis: Basis
    age_scales: bool
    floor: Fraction
    rho: Fraction
    good_on_inspection: bool = False
    zero: Zero | None = None

    @property
    def life(self) -> int | None:
        """Return `N` in days, None without a service life."""
        return None if self.life_months is None else life_days(self.acquired_on or self.accepted_on, self.life_months)

    @property
    def used(self) -> int | None:
        """Return `a`: days from acquisition to acceptance, never below 0; `N` if the acquisition is unknown."""
        return self.life if self.acquired_on is None else max(0, (self.accepted_on - self.acquired_on).days)

    @property
    def n(self) -> Fraction | None:
        """Return the newness: 1 where age does not scale, None where it does and no service life is known."""
        if not self.age_scales:
            return Fraction(1)
        life, used = self.life, self.used
        if life is None or used is None:
            return None
        return newness(life, used, self.floor if self.good_on_inspection else None)

    @property
    def full_value(self) -> Fen | None:
        """Return `rhu(P × n)`, None where nothing is valued."""
        return None if self.price is None or self.n is None else rhu(self.price * self.n)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What all other acts have posted on a unit, per series in fen, and on how many days; proposed ones too."""

    purchase: Fen = 0
    rental: Fen = 0
    consumption: Fen = 0
    adopted: Fen = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """Avoided cost per unit and series in fen; None = not valued.

    `stand_in`: consumption stands in for a rent nobody filed. `cap`: what bounds the unit over all acts; it becomes the unit's
    own with the first entry above 0. `days`: what the act claims of the unit's life.
    """

    purchase: Fen | None
    rental: Fen | None
    consumption: Fen | None
    adopted: Fen | None
    stand_in: bool
    cap: Fen | None
    days: int

    @property
    def bases(self) -> Mapping[Basis, Fen | None]:
        """Return the three bases by name."""
        return {Basis.PURCHASE: self.purchase, Basis.RENTAL: self.rental, Basis.CONSUMPTION: self.consumption}


def worth(terms: Terms, claimed: Claimed, cap: Fen | None, days: int) -> Worth:
    """Return what a unit is worth after `days` claimed days of a loan (a transfer claims its whole life at once, whatever `days`).

    `claimed` counts other acts only; `cap` is the unit's, None before its first entry above 0.
    """
    full = terms.full_value
    if terms.price is None or full is None:
        return Worth(None, None, None, None, False, cap, 0)
    bound = full if cap is None else cap
    if terms.kind is ActKind.TRANSFER:
        days = max(0, (terms.life or 0) - claimed.days)
    purchase = _purchase(terms, full, bound, claimed.purchase)
    rental = _rental(terms, bound, claimed.rental, days)
    consumption = _consumption(terms, bound, claimed.consumption, claimed.days, days)
    stand_in = False
    adopted: Fen | None
    if terms.adopted_basis is Basis.PURCHASE:
        adopted = _purchase(terms, full, bound, claimed.adopted)
    elif terms.adopted_basis is Basis.RENTAL and rental is not None:
        adopted = _rental(terms, bound, claimed.adopted, days)
    else:
        adopted = _consumption(terms, bound, claimed.adopted, claimed.days, days)
        stand_in = terms.adopted_basis is Basis.RENTAL and adopted is not None
    return Worth(purchase, rental, consumption, adopted, stand_in, bound, 0 if _claims_nothing(terms) else days)


def _claims_nothing(terms: Terms) -> bool:
    """Say whether every basis is zero; a need line that was used up takes away only the purchase it would have spared twice."""
    return terms.zero is not None and terms.zero is not Zero.NEED_CLAIMED


def _purchase(terms: Terms, full: Fen, cap: Fen, claimed: Fen) -> Fen:
    return 0 if terms.zero is not None else max(0, min(full, cap - claimed))


def _rental(terms: Terms, cap: Fen, claimed: Fen, days: int) -> Fen | None:
    if terms.kind is not ActKind.LOAN or terms.rent is None:
        return None
    return 0 if _claims_nothing(terms) else max(0, min(rent_for(terms.rent, days), rhu(cap * (1 - terms.rho)) - claimed))


def _consumption(terms: Terms, cap: Fen, claimed: Fen, days_before: int, days: int) -> Fen | None:
    """Return cum(before + days) − cum(before): each claimed day of a unit is priced in its place, so that single days add up to `P` exactly."""
    if terms.price is None or terms.life is None:
        return None
    if _claims_nothing(terms):
        return 0
    part = consumed(terms.price, terms.life, days_before + days) - consumed(terms.price, terms.life, days_before)
    return max(0, min(part, cap - claimed))


def consumed(price: Fen, life: int, days: int) -> Fen:
    """Return `cum(k)` = rhu(P × min(k, N) / N): what the first `days` claimed days of a unit wear off."""
    return rhu(Fraction(price * min(days, life), life))


@dataclass(frozen=True, slots=True)
class ClaimedDays:
    """The days an act claims: `count` days from `first` on, possibly none."""

    first: date
    count: int

    @property
    def last(self) -> date | None:
        """Return the last claimed day, None if there is none."""
        return self.first + timedelta(days=self.count - 1) if self.count else None


def claimed_days(accepted_on: date, ended_on: date | None, due_on: date, upto: date, last_claimed: date | None = None) -> ClaimedDays:
    """Return the days a loan claims up to the end of day `upto` (not later than today).

    They run from the acceptance to the earliest of `ended_on` (arrival in a store, loss or damage, hand-over under another
    document; itself not counted) and the due day as extended (counted); a loan still out counts as if returned the day after
    `upto`. The first day always counts. Days up to `last_claimed`, the unit's last day claimed by other acts, are left out; an
    act recorded late for days before that one claims none of them.
    """
    if upto < accepted_on:
        return ClaimedDays(accepted_on, 0)
    one = timedelta(days=1)
    end = min(due_on + one, upto + one)
    if ended_on is not None:
        end = min(end, ended_on)
    end = max(end, accepted_on + one)
    first = accepted_on if last_claimed is None else max(accepted_on, last_claimed + one)
    return ClaimedDays(first, max(0, (end - first).days))


def rate(avoided: Fen, cost: Fen | None, costs_complete: bool) -> Fraction | None:
    """Return the saving rate `S / G` exactly; None (n/a) when `G` is 0, `C` is 0 or any cost is unknown."""
    if not costs_complete or cost is None or avoided == 0 or cost == 0:
        return None
    return Fraction(avoided - cost, avoided)


def has_reached(exact: Fraction, percent: int) -> bool:
    """Say whether a text may write 达 `percent` %: only if the exact ratio reaches it, otherwise it writes 约."""
    return exact * 100 >= percent


def is_covered(items: int, valued: int, costed: int) -> bool:
    """Say whether a rate may be printed: at least 90 % of the things are valued and at least 90 % have complete costs (rule 11)."""
    return items > 0 and min(valued, costed) * 10 >= items * 9
