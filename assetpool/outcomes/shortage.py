"""How much of a request the stores could not meet, and the greatest shortage on one day. Pure: knows lines as figures, no database.

A line is short by what was asked less what was free for it, at its stock check or at an approval that failed, whichever left less; but never by more than
what it did not get. What was cut although enough was free is no unmet demand of the stores and counts apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

GRANTED = ("approved", "partly_issued", "issued", "partly_returned", "returned", "closed")
GIVEN_UP = ("rejected", "withdrawn", "sent_back")
WAITING = ("submitted", "endorsed", "stock_checked")


class Outcome(StrEnum):
    """What became of a line that did not get all it asked for."""

    CUT = "cut"
    REFUSED = "refused"
    WAITING = "waiting"


@dataclass(frozen=True)
class Wanted:
    """A line: what was asked and granted, in which state its request stands, and the least that was ever free for it (None: nobody looked)."""

    asked: int
    approved: int
    state: str
    free: int | None


@dataclass(frozen=True)
class Unmet:
    """What a line lacks for want of stock, and what it lacks for another reason."""

    outcome: Outcome
    short: int
    other: int


def unmet(line: Wanted) -> Unmet | None:
    """Return what a line lacks; None for one that got all, was never handed in, or was taken back after it was granted."""
    outcome = Outcome.CUT if line.state in GRANTED else Outcome.REFUSED if line.state in GIVEN_UP else Outcome.WAITING if line.state in WAITING else None
    if outcome is None:
        return None
    lacking = line.asked - (line.approved if outcome is Outcome.CUT else 0)
    short = 0 if line.free is None else min(lacking, max(0, line.asked - line.free))
    other = 0 if outcome is Outcome.WAITING else lacking - short
    return Unmet(outcome, short, other) if short or other else None


@dataclass(frozen=True)
class Span:
    """So many units short from a day through a day (None: for good)."""

    first: date
    last: date | None
    units: int


@dataclass(frozen=True)
class Peak:
    """The first day on which most units were short at once."""

    day: date
    units: int


def peak(spans: Iterable[Span], first: date, last: date) -> Peak | None:
    """Return the greatest shortage on one day between two days; None when nothing was short."""
    changes: dict[date, int] = {}
    for span in spans:
        begin, end = max(span.first, first), last if span.last is None else min(span.last, last)
        if begin <= end and span.units:
            changes[begin] = changes.get(begin, 0) + span.units
            after = end + timedelta(days=1)
            changes[after] = changes.get(after, 0) - span.units
    best, level = None, 0
    for day in sorted(changes):
        level += changes[day]
        if best is None or level > best.units:
            best = Peak(day, level)
    return best


def months(span: Span, first: date, last: date) -> list[str]:
    """Return the months (YYYY-MM) that a span touches between two days."""
    begin, end = max(span.first, first), last if span.last is None else min(span.last, last)
    found = []
    while begin <= end:
        found.append(f"{begin:%Y-%m}")
        begin = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
    return found
