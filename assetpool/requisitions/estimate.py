"""What a request would spare at most, before anybody decides: prices and rents of today, things as if new, nothing claimed before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds, prices_on, rents_on
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.savings.policies import policy_on
from assetpool.savings.policy import ActKind
from assetpool.savings.rent import Rent
from assetpool.savings.tariffs import bounds_on
from assetpool.savings.valuation import Claimed, Terms, reference_price, worth


@dataclass(frozen=True)
class Estimate:
    """Upper bounds in fen per basis; None where a line cannot be valued on it at all."""

    purchase: int | None
    rental: int | None
    unvalued_lines: int


@dataclass(frozen=True)
class Counted:
    """So many units of a kind for some days (last None: for good), with the price in the budget if one is known."""

    kind_id: int
    units: int
    first_day: date
    last_day: date | None
    budget_price: int | None = None


def estimate(session: Session, pool_id: int, row: Requisition, lines: Iterable[RequisitionLine], today: date) -> Estimate:
    """Return the avoided cost of a request if every line were granted in full; a fixed number of queries."""
    wanted = [Counted(line.kind_id, line.approved or line.asked, row.first_day, row.last_day, line.budget_price) for line in lines]
    return estimate_of(session, pool_id, row.organization_id, ActKind(row.kind), wanted, today)


def estimate_of(session: Session, pool_id: int, organization_id: int, act: ActKind, wanted: Sequence[Counted], today: date) -> Estimate:
    """Return the avoided cost of units that an organization thinks of asking for; six queries, and one for each further year they begin in."""
    known = kinds(session, [one.kind_id for one in wanted])
    bounds = bounds_on(session, pool_id, organization_id, known, today)
    prices, rents = prices_on(session, known, today), rents_on(session, known, today)
    # Policies begin on the first of January.
    policies = {year: policy_on(session, pool_id, date(year, 1, 1)) for year in {max(one.first_day, today).year for one in wanted}}
    purchase: int | None = None
    rental: int | None = None
    unvalued = 0
    for one in wanted:
        bound, price, rent = bounds[one.kind_id], prices.get(one.kind_id), rents.get(one.kind_id)
        policy = policies[max(one.first_day, today).year]
        days = (one.last_day - one.first_day).days + 1 if one.last_day is not None else 0
        found = reference_price(price.amount if price else None, None, bound.cap, one.budget_price, None, None, one.first_day)
        terms = Terms(
            kind=act,
            accepted_on=one.first_day,
            price=found[0] if found else None,
            rent=Rent(rent.per_day, rent.per_7_days, rent.per_30_days) if rent else None,
            life_months=bound.life_months,
            acquired_on=one.first_day,
            adopted_basis=policy.basis_for(act),
            age_scales=policy.age_scales,
            floor=policy.floor,
            rho=policy.rho,
        )
        value = worth(terms, Claimed(), None, days)
        if value.purchase is None:
            unvalued += 1
        else:
            purchase = (purchase or 0) + one.units * value.purchase
        if value.rental is not None and rent is not None:
            rental = (rental or 0) + one.units * value.rental
    return Estimate(purchase, rental, unvalued)
