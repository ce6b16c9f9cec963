"""The versions of prices and rents on file for some kinds, and the rules a new one must keep: nothing overwritten, nothing raised for days gone by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Price, Rent
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, NotFound, SamePerson, Word
from assetpool.core.money import yuan
from assetpool.prices import duties

Version = TypeVar("Version", Price, Rent)
FIRST_DAY = date(2000, 1, 1)
"""From here on the first price and the first rent of a kind hold, so that late papers about earlier days find one."""


class PastRaised(DomainError):
    """A higher price for days that are over would value late papers anew."""

    status = 422
    sentence = N_(
        "%(held)s yuan held on %(day)s already; a higher price cannot begin on a day that is over. Leave the first day empty, and it holds from today on."
    )


@dataclass
class Versions:
    """All versions of some kinds in the order in which they hold (first day, then entry), and what a person is in open documents about them."""

    today: date
    kinds: dict[int, Kind]
    prices: defaultdict[int, list[Price]] = field(default_factory=lambda: defaultdict(list))
    rents: defaultdict[int, list[Rent]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[int, duties.Part] = field(default_factory=dict)

    def demand_apart(self, kind_id: int) -> None:
        """Raise SamePerson if the person asked for or approved, in a document still open, what the price would value."""
        if kind_id in self.parts:
            number, duty = self.parts[kind_id]
            raise SamePerson(number=number, earlier=Word(duty))

    def first_day(self, known: Sequence[Price] | Sequence[Rent], given: date | None) -> date:
        """Return from which day a version holds: as given, else the first of a kind from the beginning and every later one from today."""
        return given if given is not None else self.today if known else FIRST_DAY

    def demand_no_past_rise(self, kind_id: int, amount: int, first_day: date) -> None:
        """Raise PastRaised for a price above the one that held on a day gone by."""
        held = holding(self.prices[kind_id], first_day)
        if first_day < self.today and held is not None and amount > held.amount:
            raise PastRaised(held=yuan(held.amount), day=first_day)

    def demand_no_past_rise_of_rent(self, kind_id: int, tariff: tuple[int, int | None, int | None], first_day: date) -> None:
        """Raise PastRaised for a rent above the one that held on a day gone by, for a day, a week or a month."""
        held = holding(self.rents[kind_id], first_day)
        if first_day < self.today and held is not None:
            before = _dearest(held.per_day, held.per_7_days, held.per_30_days)
            if any(now > then for now, then in zip(_dearest(*tariff), before, strict=True)):
                raise PastRaised(held=yuan(held.per_day), day=first_day)


def versions_of(session: Session, kind_ids: Collection[int], by: int | None) -> Versions:
    """Return all versions of kinds of one pool, in a fixed number of queries; raise NotFound for a kind that is not there."""
    wanted = sorted(set(kind_ids))
    kinds = {row.id: row for row in session.scalars(select(Kind).where(Kind.id.in_(wanted)))}
    for kind_id in wanted:
        if kind_id not in kinds:
            raise NotFound(what=str(kind_id))
    pools = {kind.pool_id for kind in kinds.values()}
    today = clock.today(duties.zone_of(session, min(pools))) if pools else FIRST_DAY
    found = Versions(today, kinds, parts=duties.parts(session, by, wanted) if by is not None and wanted else {})
    for price in session.scalars(select(Price).where(Price.kind_id.in_(wanted)).order_by(Price.valid_from, Price.id)):
        found.prices[price.kind_id].append(price)
    for rent in session.scalars(select(Rent).where(Rent.kind_id.in_(wanted)).order_by(Rent.valid_from, Rent.id)):
        found.rents[rent.kind_id].append(rent)
    return found


def holding(known: Sequence[Version], day: date) -> Version | None:
    """Return the version that holds on a day, of versions in their order; None if none does."""
    begun = [row for row in known if row.valid_from <= day]
    last = max(begun, key=lambda row: (row.valid_from, row.id), default=None)
    return last if last is not None and not last.void and (last.valid_until is None or last.valid_until >= day) else None


def _dearest(day: int, week: int | None, month: int | None) -> tuple[int, int, int]:
    a_week = 7 * day if week is None else min(week, 7 * day)
    a_month = 4 * a_week + 2 * day
    return day, a_week, a_month if month is None else min(month, a_month)
