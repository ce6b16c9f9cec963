"""What running loans are worth beyond what they have posted: provisional, per row, computed once for all units that froze the same terms."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.custody.models import Tranche
from assetpool.reports.figures import BASES, plus
from assetpool.reports.ledger import Place, Span, key_of
from assetpool.savings import policies, posting
from assetpool.savings.models import SavingAct, SavingShare
from assetpool.savings.policy import ActKind
from assetpool.savings.running import STOPPED, due_day
from assetpool.savings.valuation import claimed_days, worth

ACT = ("kind", "accepted_on", "due_on", "policy_id")
SHARE = (
    "price", "life_months", "acquired_on", "rent_day", "rent_7_days", "rent_30_days", "inspected_good", "zero_reason", "prior_claimed_days",
    "prior_last_day", "posted_days", "posted_purchase", "posted_rental", "posted_consumption", "posted_adopted",
)  # fmt: skip
UNIT = ("cap", "claimed_purchase", "claimed_rental", "claimed_consumption", "claimed_adopted")


@cache
def _like(by: str) -> Select[Any]:
    """Return the question for running loans of a `pool` accepted by the day `upto`: one row per terms, days, counters and row of the breakdown."""
    key = [] if by == "month" else [key_of(by).label("row_key")]
    act, share, unit = [getattr(SavingAct, n) for n in ACT], [getattr(SavingShare, n) for n in SHARE], [getattr(Tranche, n) for n in UNIT]
    due = func.coalesce(Tranche.due_on, SavingAct.due_on).label("due")
    statement = (
        select(*key, *act, *share, *unit, due, func.sum(SavingShare.count).label("units"))
        .select_from(SavingShare)
        .join(SavingAct, SavingAct.id == SavingShare.act_id)
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .where(
            SavingAct.pool_id == bindparam("pool"),
            SavingAct.kind == ActKind.LOAN.value,
            SavingAct.reviewed.not_in(STOPPED),
            SavingAct.accepted_on <= bindparam("upto"),
            SavingShare.ended_on.is_(None),
        )
        .group_by(*["row_key" for _ in key], *act, *share, *unit, "due")
    )
    return statement.outerjoin(Kind, Kind.id == SavingAct.kind_id) if by == "class" else statement


def provisional(session: Session, asked: Span, upto: date) -> dict[Place, dict[str, int | None]]:
    """Return per row (standing: proposed) what accruals up to the end of day `upto` would post on each basis; none for days after today.

    Like terms, days and counters are grouped by the database and valued once.
    """
    if upto < asked.first_day:
        return {}
    rows = session.execute(_like(asked.by).where(asked.seen), {"pool": asked.pool_id, "upto": upto}).all()
    known = {row.id: policies.as_policy(row) for row in policies.all_of(session, asked.pool_id)} if rows else {}
    found: dict[Place, dict[str, int | None]] = {}
    for row in rows:
        values = row._mapping
        one_act = SavingAct(**{name: values[name] for name in ACT})
        one_share = SavingShare(**{name: values[name] for name in SHARE})
        one_unit = Tranche(**{name: values[name] for name in UNIT}, due_on=values["due"])
        days = claimed_days(one_act.accepted_on, None, due_day(one_act, one_unit), upto, one_share.prior_last_day)
        if days.count <= one_share.posted_days:
            continue
        policy = known[one_act.policy_id]
        now = worth(posting.terms_of(one_act, one_share, policy), posting.others_on(one_unit, one_share), one_unit.cap, days.count)
        added = posting.growth(now, one_share, policy.basis_for(ActKind(one_act.kind)), "accrual")
        place = found.setdefault((f"{upto:%Y-%m}" if asked.by == "month" else values["row_key"], one_act.kind, "proposed"), dict.fromkeys(BASES))
        for basis in BASES:
            amount = added[basis]
            place[basis] = plus(place[basis], None if amount is None else amount * int(row.units))
    return found
