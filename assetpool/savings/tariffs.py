"""What an accepted line is valued by: prices, cap and life of the allocation standard, and rents as they were on file on the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Price
from assetpool.catalog.models import Rent as RentRow
from assetpool.catalog.queries import prices_on, rents_on
from assetpool.savings.rent import Rent, rent_for
from assetpool.standards import queries as standards
from assetpool.standards.rules import Clause


@dataclass(frozen=True)
class Delivery:
    """One accepted line of a slip, which is one act; `replaces`: these units stand in for broken ones already handed over."""

    document_id: int
    line_no: int
    pool_id: int
    kind: str
    kind_id: int
    asked_kind_id: int
    receiver_id: int
    event_id: int | None
    store_id: int
    request_id: int | None
    accepted_on: date
    due_on: date | None
    budget_price: int | None
    need_dated_on: date | None
    need_file_id: int | None
    budget_file_id: int | None
    replaces: bool
    by: int


@dataclass(frozen=True)
class Tariff:
    """What is on file for the kinds on the day: price and rent of the kind asked for and of the kind delivered, life and cap."""

    asked: Price | None
    delivered: Price | None
    standard_cap: int | None
    life_months: int | None
    rent: RentRow | None

    @property
    def price(self) -> Price | None:
        """Return the lower of the two reference prices, whose evidence the act rests on."""
        known = [row for row in (self.asked, self.delivered) if row is not None]
        return min(known, key=lambda row: row.amount, default=None)


@dataclass(frozen=True)
class Bound:
    """What a kind's price and life may be at most in an organization: the lower of its own cap and the standard's in fen, the life in months."""

    cap: int | None
    life_months: int | None


def bounds_on(session: Session, pool_id: int, organization_id: int, kinds: Mapping[int, Kind], day: date) -> dict[int, Bound]:
    """Return the bound of every kind on a day in an organization; two queries however many kinds."""
    clauses = standards.bounds(session, pool_id, organization_id, kinds.values(), day)
    return {kind_id: bound_of(kind, clauses.get(kind_id)) for kind_id, kind in kinds.items()}


def bound_of(kind: Kind, clause: Clause | None) -> Bound:
    """Return the bound of a kind under a clause: the lower cap, and the least life that the standard names, else the kind's own (SAVINGS.md, Words)."""
    caps = [cap for cap in (kind.standard_cap, None if clause is None else clause.cap_per_piece) if cap is not None]
    life = kind.service_life_months if clause is None or clause.min_years is None else clause.min_years * 12
    return Bound(min(caps, default=None), life)


def tariffs_on(session: Session, deliveries: Sequence[Delivery]) -> list[Tariff]:
    """Return for each delivery of one day the newest prices valid on it, cap and life, and of the rents asked for and delivered the cheaper one."""
    day = deliveries[0].accepted_on
    ids = {kind_id for each in deliveries for kind_id in (each.kind_id, each.asked_kind_id)}
    kinds = {row.id: row for row in session.scalars(select(Kind).where(Kind.id.in_(ids)))}
    bounds = bounds_on(session, deliveries[0].pool_id, deliveries[0].receiver_id, kinds, day)
    newest, filed = prices_on(session, ids, day), rents_on(session, ids, day)
    place = {kind_id: number for number, kind_id in enumerate(filed)}
    tariffs = []
    for each in deliveries:
        both = {each.kind_id, each.asked_kind_id}
        costs = {
            kind_id: rent_for(Rent(row.per_day, row.per_7_days, row.per_30_days), _days(each)) for kind_id in both & filed.keys() if (row := filed[kind_id])
        }
        cheapest = min(costs, key=lambda kind_id, costs=costs: (costs[kind_id], place[kind_id]), default=None)  # type: ignore[misc]
        rent = None if cheapest is None else filed[cheapest]
        cap = min((cap for kind_id in both & bounds.keys() if (cap := bounds[kind_id].cap) is not None), default=None)
        tariffs.append(Tariff(newest.get(each.asked_kind_id), newest.get(each.kind_id), cap, bounds[each.kind_id].life_months, rent))
    return tariffs


def _days(delivery: Delivery) -> int:
    return 30 if delivery.due_on is None else max(1, (delivery.due_on - delivery.accepted_on).days + 1)
