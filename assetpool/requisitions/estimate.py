"""What a request would spare at most, before anybody decides: prices and rents of today, things as if new, nothing claimed before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds, prices_on, rents_on
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.savings.policies import policy_on
from assetpool.savings.policy import ActKind
from assetpool.savings.rent import Rent
from assetpool.savings.valuation import Claimed, Terms, reference_price, worth


@dataclass(frozen=True)
class Estimate:
    """Upper bounds in fen per basis; None where a line cannot be valued on it at all."""

    purchase: int | None
    rental: int | None
    unvalued_lines: int


def estimate(session: Session, pool_id: int, row: Requisition, lines: Iterable[RequisitionLine], today: date) -> Estimate:
    """Return the avoided cost of a request if every line were granted in full; a fixed number of queries."""
    asked = list(lines)
    known = kinds(session, [line.kind_id for line in asked])
    prices, rents = prices_on(session, known, today), rents_on(session, known, today)
    policy = policy_on(session, pool_id, max(row.first_day, today))
    act = ActKind(row.kind)
    days = (row.last_day - row.first_day).days + 1 if row.last_day is not None else 0
    purchase: int | None = None
    rental: int | None = None
    unvalued = 0
    for line in asked:
        kind, price, rent = known[line.kind_id], prices.get(line.kind_id), rents.get(line.kind_id)
        found = reference_price(price.amount if price else None, None, kind.standard_cap, line.budget_price, None, None, row.first_day)
        terms = Terms(
            kind=act,
            accepted_on=row.first_day,
            price=found[0] if found else None,
            rent=Rent(rent.per_day, rent.per_7_days, rent.per_30_days) if rent else None,
            life_months=kind.service_life_months,
            acquired_on=row.first_day,
            adopted_basis=policy.basis_for(act),
            age_scales=policy.age_scales,
            floor=policy.floor,
            rho=policy.rho,
        )
        value = worth(terms, Claimed(), None, days)
        units = line.approved or line.asked
        if value.purchase is None:
            unvalued += 1
        else:
            purchase = (purchase or 0) + units * value.purchase
        if value.rental is not None and rent is not None:
            rental = (rental or 0) + units * value.rental
    return Estimate(purchase, rental, unvalued)
