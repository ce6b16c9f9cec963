"""Valuation policies: which basis makes the headline, whether age scales, and how old a price may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Basis(StrEnum):
    """The three ways to say what the receiver would have spent otherwise: 购置口径, 租赁口径, 折旧口径."""

    PURCHASE = "purchase"
    RENTAL = "rental"
    CONSUMPTION = "consumption"


class ActKind(StrEnum):
    """What a hand-over gives: temporary use, or the thing itself."""

    LOAN = "loan"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy, for hand-overs from `first_day` on.

    `floor` is the least newness of a thing a keeper received in condition good or better, `rho` the share of its price a buyer
    would have got back after the event (变现率), `price_days` how old a price may be.
    """

    version: str
    first_day: date
    loan_basis: Basis
    transfer_basis: Basis
    age_scales: bool
    floor: Fraction
    rho: Fraction
    price_days: int = 365
    computer_price_days: int = 180

    def basis_for(self, kind: ActKind) -> Basis:
        """Return the basis of the headline for a loan or a transfer."""
        return self.loan_basis if kind is ActKind.LOAN else self.transfer_basis


POLICY_2020_1 = Policy("2020-1", date(2020, 1, 1), Basis.PURCHASE, Basis.PURCHASE, False, Fraction(1, 10), Fraction(0))
"""The practice of bulletins: everything by purchase, as if new."""

POLICY_2026_1 = Policy("2026-1", date(2026, 1, 1), Basis.RENTAL, Basis.PURCHASE, True, Fraction(1, 10), Fraction(1, 5))
"""The default: loans by rental, transfers by purchase, age scales."""

SHIPPED = (POLICY_2020_1, POLICY_2026_1)


def policy_for(day: date, policies: Iterable[Policy] = SHIPPED) -> Policy | None:
    """Return the policy a hand-over accepted on `day` belongs to: the last that began by then, None before the first."""
    begun = [policy for policy in policies if policy.first_day <= day]
    return max(begun, key=lambda policy: policy.first_day) if begun else None
