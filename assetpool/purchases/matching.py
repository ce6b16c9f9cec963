"""Which acts a later purchase puts in doubt: the same class, bought by the receiver or the giver around the hand-over (SAVINGS.md, rule 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assetpool.savings.life import add_months

AROUND = {"receiver": (3, 12), "giver": (12, 24)}
"""Months before and after the hand-over in which a purchase of that side counts; the last day of either counts too."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An act of the class: its day, the budget organizations of its sides, and how many of its units still claim something nobody proposed to reverse."""

    act_id: int
    accepted_on: date
    receiver_id: int
    giver_id: int | None
    units: int


@dataclass(frozen=True, slots=True)
class Match:
    """So many units of an act, by the side that bought."""

    act_id: int
    side: str
    units: int


def side_of(candidate: Candidate, buyer_id: int, bought_on: date) -> str | None:
    """Return on which side of an act a buyer stands, if the day lies in the months that count; the receiver's side first."""
    for side, organization_id in (("receiver", candidate.receiver_id), ("giver", candidate.giver_id)):
        before, after = AROUND[side]
        if organization_id == buyer_id and add_months(candidate.accepted_on, -before) <= bought_on <= add_months(candidate.accepted_on, after):
            return side
    return None


def match(buyer_id: int, bought_on: date, quantity: int, candidates: Iterable[Candidate]) -> Sequence[Match]:
    """Share a purchase's quantity over the acts it puts in doubt: the nearest day first, then the lowest id; no act for more units than it claims."""
    near = sorted(candidates, key=lambda one: (abs((bought_on - one.accepted_on).days), one.act_id))
    found: list[Match] = []
    for candidate in near:
        side = side_of(candidate, buyer_id, bought_on)
        units = min(quantity, candidate.units)
        if side is not None and units > 0:
            found.append(Match(candidate.act_id, side, units))
            quantity -= units
    return found
