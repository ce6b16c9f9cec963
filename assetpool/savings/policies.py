"""The valuation policies of a pool as rows: shipped ones, and the one a day belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError
from assetpool.savings.models import ValuationPolicy
from assetpool.savings.policy import SHIPPED, Basis, Policy


class NoPolicy(DomainError):
    """The pool has no valuation policy at all."""

    sentence = N_("This pool has no valuation policy yet. Ask an administrator to set the pool up.")


def install(session: Session, pool_id: int, policies: Iterable[Policy] = SHIPPED) -> None:
    """Put the shipped policies into a pool; those it has already stay as they are."""
    known = set(session.scalars(select(ValuationPolicy.version).where(ValuationPolicy.pool_id == pool_id)))
    for policy in policies:
        if policy.version not in known:
            session.add(
                ValuationPolicy(
                    pool_id=pool_id,
                    version=policy.version,
                    first_day=policy.first_day,
                    loan_basis=policy.loan_basis.value,
                    transfer_basis=policy.transfer_basis.value,
                    age_scales=policy.age_scales,
                    floor_numerator=policy.floor.numerator,
                    floor_denominator=policy.floor.denominator,
                    rho_numerator=policy.rho.numerator,
                    rho_denominator=policy.rho.denominator,
                    price_days=policy.price_days,
                    computer_price_days=policy.computer_price_days,
                    created_at=clock.now(),
                )
            )
    session.flush()


def all_of(session: Session, pool_id: int) -> list[ValuationPolicy]:
    """Return a pool's policies, the earliest first."""
    return list(session.scalars(select(ValuationPolicy).where(ValuationPolicy.pool_id == pool_id).order_by(ValuationPolicy.first_day)))


def row_on(session: Session, pool_id: int, day: date) -> ValuationPolicy:
    """Return the approved policy a hand-over accepted on a day belongs to: the last begun by then, before the first one the first; raise NoPolicy."""
    rows = [row for row in all_of(session, pool_id) if row.state == "approved"]
    if not rows:
        raise NoPolicy
    return max((row for row in rows if row.first_day <= day), key=lambda row: row.first_day, default=rows[0])


def policy_on(session: Session, pool_id: int, day: date) -> Policy:
    """Return the policy of a day as exact ratios."""
    return as_policy(row_on(session, pool_id, day))


def price_days(session: Session, pool_id: int, day: date) -> tuple[int, int]:
    """Return how many days a price stays fresh by the policy of a day: in general, and for computers; the shipped limits where there is no policy."""
    rows = [row for row in all_of(session, pool_id) if row.state == "approved"]
    row = max((row for row in rows if row.first_day <= day), key=lambda row: row.first_day, default=rows[0] if rows else None)
    return (row.price_days, row.computer_price_days) if row is not None else (SHIPPED[-1].price_days, SHIPPED[-1].computer_price_days)


def as_policy(row: ValuationPolicy) -> Policy:
    """Return a stored policy as exact ratios."""
    return Policy(
        version=row.version,
        first_day=row.first_day,
        loan_basis=Basis(row.loan_basis),
        transfer_basis=Basis(row.transfer_basis),
        age_scales=row.age_scales,
        floor=Fraction(row.floor_numerator, row.floor_denominator),
        rho=Fraction(row.rho_numerator, row.rho_denominator),
        price_days=row.price_days,
        computer_price_days=row.computer_price_days,
    )
