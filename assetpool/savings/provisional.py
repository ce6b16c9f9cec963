"""What running loans would add to the posted entries if they came back tomorrow; shown apart, never written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.custody.models import Tranche
from assetpool.savings import policies, posting
from assetpool.savings.models import SavingAct, SavingShare
from assetpool.savings.policy import ActKind
from assetpool.savings.running import STOPPED, due_day
from assetpool.savings.sums import DIMENSIONS, Key, Sum, key_of, standing_of
from assetpool.savings.valuation import claimed_days, worth

_OF_SHARE = (
    SavingShare.price, SavingShare.rent_day, SavingShare.rent_7_days, SavingShare.rent_30_days, SavingShare.life_months, SavingShare.acquired_on,
    SavingShare.inspected_good, SavingShare.zero_reason, SavingShare.prior_claimed_days, SavingShare.prior_last_day, SavingShare.posted_days,
    SavingShare.posted_purchase, SavingShare.posted_rental, SavingShare.posted_consumption, SavingShare.posted_adopted,
)  # fmt: skip
_OF_UNIT = (
    Tranche.cap, Tranche.claimed_purchase, Tranche.claimed_rental, Tranche.claimed_consumption, Tranche.claimed_adopted, Tranche.due_on,
)  # fmt: skip


def provisional(session: Session, pool_id: int, first: date, last: date, by: str = "kind") -> list[Sum]:
    """Return what running loans would post beyond their entries up to the earlier of `last` and today, per key; costs and counts are 0.

    Nothing is written. Alike shares are valued once. Raise ValueError for an unknown dimension.
    """
    if by not in DIMENSIONS:
        raise ValueError(by)
    upto = min(last, clock.today(session.get_one(Pool, pool_id).time_zone))
    if upto < first:
        return []
    added: dict[tuple[Key, str], dict[str, int]] = defaultdict(dict)
    for key, standing, units, more in _growths(session, pool_id, upto, by):
        total = added[(posting.period_of(upto) if by == "month" else key, standing)]
        for series, amount in more.items():
            if amount is not None:
                total[series] = total.get(series, 0) + amount * units
    return [
        Sum(key, "loan", standing, total.get("purchase"), total.get("rental"), total.get("consumption"), total.get("adopted"))
        for (key, standing), total in added.items()
    ]


def _growths(session: Session, pool_id: int, upto: date, by: str) -> Iterator[tuple[Key, str, int, dict[str, int | None]]]:
    """Yield key, standing, units and what each unit would add, per group of alike shares that run."""
    columns: tuple[Any, ...] = (SavingAct.id.label("act_id"), (SavingAct.kind if by == "month" else key_of(by)).label("key"), standing_of().label("standing"))
    columns = (*columns, *_OF_SHARE, *_OF_UNIT)
    statement = select(*columns, func.sum(SavingShare.count).label("units")).join(SavingAct, SavingAct.id == SavingShare.act_id)
    statement = statement.join(Tranche, Tranche.id == SavingShare.tranche_id)
    if by == "class":
        statement = statement.outerjoin(Kind, Kind.id == SavingAct.kind_id)
    running = (SavingAct.pool_id == pool_id, SavingAct.kind == "loan", SavingShare.ended_on.is_(None), SavingAct.reviewed.not_in(STOPPED))
    rows = session.execute(statement.where(*running, SavingAct.accepted_on <= upto).group_by(*columns)).all()
    taking_part = select(SavingShare.act_id).where(SavingShare.ended_on.is_(None))
    acts = {act.id: act for act in session.scalars(select(SavingAct).where(SavingAct.pool_id == pool_id, SavingAct.id.in_(taking_part)))}
    known = {row.id: policies.as_policy(row) for row in policies.all_of(session, pool_id)}
    for row in rows:
        act = acts[row.act_id]
        policy = known[act.policy_id]
        share = SavingShare(**{column.key: row._mapping[column.key] for column in _OF_SHARE})
        unit = Tranche(**{column.key: row._mapping[column.key] for column in _OF_UNIT})
        days = claimed_days(act.accepted_on, None, due_day(act, unit), upto, share.prior_last_day)
        if days.count > share.posted_days:
            now = worth(posting.terms_of(act, share, policy), posting.others_on(unit, share), unit.cap, days.count)
            yield row.key, row.standing, int(row.units), posting.growth(now, share, policy.basis_for(ActKind(act.kind)), "accrual")
