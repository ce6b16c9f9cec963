"""Seals: rows outside the chained ledgers that figures rest on, bound to the chain by the digest of all their columns."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.core import chain, clock
from assetpool.savings.cost_models import Compensation, CostAtRate, CostRate, CostSeal, PoolPurchase, RunningCost
from assetpool.savings.models import Voucher

Sealed = Voucher | Compensation | CostRate | CostAtRate | RunningCost | PoolPurchase
SUBJECTS: tuple[type[Sealed], ...] = (Voucher, Compensation, CostRate, CostAtRate, RunningCost, PoolPurchase)


def seal(session: Session, pool_id: int, row: Sealed) -> None:
    """Bind a row to the chain as it stands; a later seal of the same row replaces the earlier one."""
    session.flush()
    chain.append(session, CostSeal, pool_id=pool_id, subject=row.__tablename__, subject_id=row.id, content_digest=digest(row), recorded_at=clock.now())


def digest(row: Sealed) -> str:
    """Return the digest of all columns of a row, as both engines store them."""
    values = [chain.raw(getattr(row, column.key)) for column in row.__table__.columns]
    return chain.digest_of(row.__tablename__, values, "")
