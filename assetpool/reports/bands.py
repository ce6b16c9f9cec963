"""Plausibility (SAVINGS.md, rule 13): what was saved per item beside figures that others published, and which acts lie far outside."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from assetpool.core.errors import N_
from assetpool.core.money import Fen
from assetpool.reports.figures import Figures

FAR = 10
"""An act is an outlier when it saved more than this many times the highest published figure of its kind, less than this part of the lowest, or lost."""


class Band(NamedTuple):
    """One published figure: fen per item, and whose it is."""

    per_item: Fen
    name: str


PUBLISHED: dict[str, tuple[Band, ...]] = {
    "loan": (Band(78_500, N_("Event loan of 2022, 2,344 items")),),
    "transfer": (Band(566_600, N_("National platform, transfers")), Band(740_000, N_("City pools, transfers"))),
    "premises": (),
}


class Limits(NamedTuple):
    """Below and above which a saving per item is far from what others published, in fen."""

    low: Fraction
    high: Fraction


def limits(kind: str) -> Limits | None:
    """Return the limits of a kind of saving; None where nothing is published."""
    known = PUBLISHED.get(kind) or ()
    return Limits(Fraction(min(band.per_item for band in known), FAR), Fraction(max(band.per_item for band in known) * FAR)) if known else None


def per_item(figures: Figures, basis: str) -> Fraction | None:
    """Return the net saving per item in fen, None while it is unknown or nothing is there."""
    saving = figures.saving(basis)
    return None if saving is None or not figures.items else Fraction(saving, figures.items)


def is_far(kind: str, value: Fraction) -> bool:
    """Say whether a saving per item lies far outside what others published for its kind; a loss always does."""
    known = limits(kind)
    return value < 0 or (known is not None and not known.low <= value <= known.high)
