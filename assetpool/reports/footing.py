"""What every report stands on, asked for at once: the chain's head, the day, the policies, and whether anything runs, came late or is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from assetpool.core.models import ChainHead, Pool
from assetpool.core.prepared import Prepared
from assetpool.reports.ledger import Span
from assetpool.savings.models import SavingEntry, SavingShare, ValuationPolicy
from assetpool.savings.period_models import ClosedPeriod


class Footing(NamedTuple):
    """Time zone of the pool, height and digest of its newest chained row, versions of its policies by id (the earliest first).

    `runs`: a loan is still out; `late`: something was entered late in the months asked for, or concerns them; `closed`: one of them is closed.
    """

    zone: str
    height: int
    head: str
    policies: dict[int, str]
    runs: bool
    late: bool
    closed: bool


def of(session: Session, asked: Span) -> Footing:
    """Return what the report of a question stands on, in one query."""
    first, last = asked.posted or ("", "")
    rows: Sequence[Any] = _FOOTING.rows(session, pool=asked.pool_id, first=first, last=last)
    zone, height, head, _, _, runs, late, closed = rows[0]
    return Footing(zone, height, head, {row.id: row.version for row in rows}, bool(runs), bool(late), bool(closed))


_MONTHS: Any = (bindparam("first"), bindparam("last"))
_E = SavingEntry
# Written out, so that a plan made for any values knows how few entries correct anything.
_LATE = (_E.corrects_period > literal_column("''", String), or_(func.substr(_E.period, 1, 7).between(*_MONTHS), _E.corrects_period.between(*_MONTHS)))
_FOOTING = Prepared(
    select(
        Pool.time_zone,
        ChainHead.height,
        ChainHead.digest,
        ValuationPolicy.id,
        ValuationPolicy.version,
        exists().where(SavingShare.ended_on.is_(None)).label("runs"),
        exists().where(_E.pool_id == bindparam("pool"), *_LATE).label("late"),
        exists().where(ClosedPeriod.pool_id == bindparam("pool"), ClosedPeriod.period.between(*_MONTHS)).label("closed"),
    )
    .join(ChainHead, ChainHead.pool_id == Pool.id)
    .outerjoin(ValuationPolicy, ValuationPolicy.pool_id == Pool.id)
    .where(Pool.id == bindparam("pool"))
    .order_by(ValuationPolicy.first_day)
)
