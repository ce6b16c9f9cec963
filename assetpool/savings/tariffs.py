"""What an accepted line is valued by: prices, cap and life of the allocation standard, and rents as they were on file on the day."""

from __future__ import annotations

from collections.abc import Sequence
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


def tariffs_on(session: Session, deliveries: Sequence[Delivery]) -> list[Tariff]:
    """Return for each delivery of one day the newest prices valid on it, cap and life, and of the rents asked for and delivered the cheaper one."""
    day = deliveries[0].accepted_on
    ids = {kind_id for each in deliveries for kind_id in (each.kind_id, each.asked_kind_id)}
    kinds = {row.id: row for row in session.scalars(select(Kind).where(Kind.id.in_(ids)))}
    clauses = standards.bounds(session, deliveries[0].pool_id, deliveries[0].receiver_id, kinds.values(), day)
    newest, filed = prices_on(session, ids, day), rents_on(session, ids, day)
    place = {kind_id: number for number, kind_id in enumerate(filed)}
    tariffs = []
    for each in deliveries:
        both = {each.kind_id, each.asked_kind_id}
        caps = [kinds[kind_id].standard_cap for kind_id in both & kinds.keys()] + [clauses[kind_id].cap_per_piece for kind_id in both & clauses.keys()]
        costs = {
            kind_id: rent_for(Rent(row.per_day, row.per_7_days, row.per_30_days), _days(each)) for kind_id in both & filed.keys() if (row := filed[kind_id])
        }
        cheapest = min(costs, key=lambda kind_id, costs=costs: (costs[kind_id], place[kind_id]), default=None)  # type: ignore[misc]
        rent = None if cheapest is None else filed[cheapest]
        cap = min((cap for cap in caps if cap is not None), default=None)
        life = _life(kinds[each.kind_id], clauses.get(each.kind_id))
        tariffs.append(Tariff(newest.get(each.asked_kind_id), newest.get(each.kind_id), cap, life, rent))
    return tariffs


def _life(kind: Kind, clause: Clause | None) -> int | None:
    """Return the service life in months: the minimum that the standard on file names, else what the kind says (SAVINGS.md, Words)."""
    return kind.service_life_months if clause is None or clause.min_years is None else clause.min_years * 12


def _days(delivery: Delivery) -> int:
    return 30 if delivery.due_on is None else max(1, (delivery.due_on - delivery.accepted_on).days + 1)
