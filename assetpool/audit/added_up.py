"""The sums kept with the entries, and the marks of what was handed over several times, against the entries and shares themselves."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.audit.differences import Differs, same
from assetpool.custody.models import Tranche
from assetpool.savings import sums
from assetpool.savings.models import SavingAct, SavingShare

NAMES = (*sums.PER_UNIT, *sums.WHOLE, "claims", "entries")
_NONE: tuple[Any, Any] = (None, None)


def check(session: Session, pool_id: int) -> int:
    """Add up every entry anew and compare with the sums that reports read, in constant memory; return how many sums."""
    found = 0
    streams = (sums.read(session, statement) for statement in (sums.added_up(pool_id), sums.kept(pool_id)))
    for (key, amounts), (kept_key, kept) in zip_longest(*streams, fillvalue=_NONE):
        found += 1
        if key != kept_key:
            raise Differs("saving_sum", (key or kept_key)[0], _told(key), _told(kept_key))
        for name, expected, stands in zip(NAMES, amounts, kept, strict=True):
            same(f"saving_sum.{name} of {_told(key)}", key[0], expected, stands)
    _check_reused(session, pool_id)
    return found


def _told(key: tuple[Any, ...] | None) -> str | None:
    return None if key is None else " ".join(str(part) for part in key if part != "")


def _check_reused(session: Session, pool_id: int) -> None:
    held = select(Tranche.asset_id).join(SavingShare, SavingShare.tranche_id == Tranche.id).group_by(Tranche.asset_id)
    several = held.having(func.count(func.distinct(SavingShare.act_id)) > 1).subquery()
    statement = (
        select(SavingShare.id, SavingShare.reused)
        .join(SavingAct, SavingAct.id == SavingShare.act_id)
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .outerjoin(several, several.c.asset_id == Tranche.asset_id)
        .where(SavingAct.pool_id == pool_id, SavingShare.reused != several.c.asset_id.is_not(None))
        .order_by(SavingShare.id)
        .limit(1)
    )
    for row in session.execute(statement):
        same("saving_share.reused", row.id, not row.reused, row.reused)
