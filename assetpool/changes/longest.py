"""How long things may stay out beside every promise: pure arithmetic over a ledger, knows neither database nor clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assetpool.reservations.availability import Fact, Ledger


@dataclass(frozen=True)
class Out:
    """Units of one asset that are out until a day, with the days of turn-round promised after it."""

    asset_id: int
    count: int
    due: date
    turn_round: int


def later(book: Ledger, outs: Sequence[Out], until: date) -> Ledger:
    """Return the ledger as it would be with these units out until a later day."""
    facts = list(book.facts)
    for out in outs:
        facts = _without(facts, out, _busy_until(out.due, out, book.today))
        facts.append(Fact(out.count, _busy_until(until, out, book.today), out.asset_id))
    return Ledger(book.owned, facts, book.promises, book.today)


def _busy_until(day: date, out: Out, today: date) -> date:
    return max(day, today) + timedelta(days=out.turn_round)


def _without(facts: list[Fact], out: Out, until: date) -> list[Fact]:
    left, found = out.count, []
    for fact in facts:
        part = min(left, fact.count) if fact.asset_id == out.asset_id and fact.until == until else 0
        left -= part
        if fact.count > part:
            found.append(Fact(fact.count - part, fact.until, fact.asset_id))
    if left:
        raise ValueError("more units than are out until that day")
    return found


def worse(book: Ledger, after: Ledger) -> list[int]:
    """Return the ids of the promises that lack more in the ledger after than before."""
    before = book.at_risk()
    return sorted(promise for promise, lacking in after.at_risk().items() if lacking > before.get(promise, 0))


def longest(book: Ledger, outs: Sequence[Out], wanted: date) -> date | None:
    """Return the latest day, `wanted` at most, until which these units may stay out and no promise lacks more; None: not one day longer.

    More days out never lack less, and what they take first matters on a promise's first day: so the days just before those are searched by halves.
    """
    latest = max(out.due for out in outs)
    ends = {promise.first - timedelta(days=1 + out.turn_round) for promise in book.promises for out in outs}
    days = [*sorted(day for day in ends if latest < day < wanted), wanted]
    low, high = 0, len(days)
    while low < high:
        middle = (low + high) // 2
        if worse(book, later(book, outs, days[middle])):
            high = middle
        else:
            low = middle + 1
    return days[low - 1] if low else None


def promised_from(book: Ledger, outs: Sequence[Out], wanted: date) -> date | None:
    """Return the first day of the promises that would lack something if these units stayed out until `wanted`; None if none would."""
    lacking = set(worse(book, later(book, outs, wanted)))
    return min((promise.first for promise in book.promises if promise.id in lacking), default=None)
