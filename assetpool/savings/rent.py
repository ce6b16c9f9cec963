"""Rent tariffs: the cheapest mix of day, 7-day and 30-day prices that covers the days."""

from __future__ import annotations

from dataclasses import dataclass

from assetpool.core.money import Fen


@dataclass(frozen=True, slots=True)
class Rent:
    """A rent tariff per unit in fen; None where that span is not offered."""

    per_day: Fen
    per_7_days: Fen | None = None
    per_30_days: Fen | None = None


def rent_for(rent: Rent, days: int) -> Fen:
    """Return `r(D)`: the least price of any mix of spans that covers at least `days` days; 0 for no day."""
    if days <= 0:
        return 0
    if rent.per_30_days is None:
        return _by_weeks_and_days(rent, days)
    return min(months * rent.per_30_days + _by_weeks_and_days(rent, max(0, days - 30 * months)) for months in range(-(-days // 30) + 1))


def _by_weeks_and_days(rent: Rent, days: int) -> Fen:
    """Return the least price without 30-day spans; between no week and all whole weeks the price is linear, so the ends decide."""
    if rent.per_7_days is None or days == 0:
        return days * rent.per_day
    weeks = days // 7
    return min(days * rent.per_day, weeks * rent.per_7_days + days % 7 * rent.per_day, -(-days // 7) * rent.per_7_days)
