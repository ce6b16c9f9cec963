"""Costs: how a document's cost falls on its lines, and what a loss costs (SAVINGS.md, Costs)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assetpool.core.money import Fen, rhu, share

BY_VOLUME = frozenset({"haulage", "loading", "storage"})


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line that shares a cost: its units, the volume of one unit in litres where known, and how many of them were repaired."""

    count: int
    volume: int | None = None
    repaired: int = 0


def share_cost(kind: str, amount: Fen, lines: Sequence[CostLine]) -> list[Fen]:
    """Share a cost of a whole document over its lines by largest remainder; the parts add up to `amount`.

    Haulage, loading and storage by volume where every line has one, else by count; repair to the things repaired (by count where
    none is named); all else by count.
    """
    counts = [line.count for line in lines]
    if kind in BY_VOLUME:
        volumes = [line.count * line.volume for line in lines if line.volume is not None]
        return share(amount, volumes if len(volumes) == len(lines) and any(volumes) else counts)
    if kind == "repair" and any(line.repaired for line in lines):
        return share(amount, [line.repaired for line in lines])
    return share(amount, counts)


def loss_cost(carrying: Fen | None, price: Fen | None, n: Fraction | None, paid_from_outside: Fen = 0) -> Fen | None:
    """Return what the loss of one unit costs: max(carrying amount, rhu(P × n)) less compensation, never below 0; None if neither is known.

    `n` is as frozen at acceptance; `paid_from_outside` is compensation paid in, with proof, by somebody outside the treasury.
    """
    known = [amount for amount in (carrying, None if price is None or n is None else rhu(price * n)) if amount is not None]
    return max(0, max(known) - paid_from_outside) if known else None
