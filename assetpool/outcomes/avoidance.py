"""How much of a new thing an act spared, and what making (or throwing away) that much would have weighed. Pure; exact until the last step.

Only an act that spared a purchase avoids anything, and it avoids the part of a thing that the ledger says it spared, never more:

- a transfer: its purchase claim over the price of a new thing (`rhu(P × n)` over `P`: an old thing spares part of a new one);
- a loan: the part of the service life that its days used up, which is its consumption claim over the price, and never more than its purchase claim;
- units whose purchase claim is zero (lent or given before, the receiver's own, a need already served): nothing.

The counters of a thing keep its purchase claims over all acts within its cap, and the cap is never more than what they are divided by: over its life a
thing spares one new thing at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from assetpool.core.money import rhu
from assetpool.outcomes.factors import Factor


@dataclass(frozen=True)
class Claim:
    """What an act posted up to some day on units that froze one price and stand under one cap, summed over them, in fen."""

    price: int
    cap: int
    purchase: int
    consumption: int


@dataclass(frozen=True)
class Weight:
    """Grams: the figure, and the low and high that the sources give."""

    grams: int = 0
    low: int = 0
    high: int = 0

    def __add__(self, other: Weight) -> Weight:
        """Add two weights of the same measure."""
        return Weight(self.grams + other.grams, self.low + other.low, self.high + other.high)


def spared(kind: str, claims: Iterable[Claim]) -> Fraction:
    """Return how many new things the units of an act spared; `kind` is loan or transfer, any other spares none."""
    found = Fraction(0)
    for claim in claims:
        amount = {"loan": min(claim.consumption, claim.purchase), "transfer": claim.purchase}.get(kind, 0)
        if amount > 0:
            found += Fraction(amount, max(claim.price, claim.cap))
    return found


def weight(things: Fraction, factor: Factor) -> Weight:
    """Return what so many things weigh in grams, each figure rounded half up once."""
    return Weight(rhu(things * factor.grams), rhu(things * factor.low), rhu(things * factor.high))
