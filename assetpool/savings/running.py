"""Loans that run and end: their shares follow a parted tranche, grow with the days, and close with the last accrual or a loss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.custody.models import State, Tranche
from assetpool.custody.service import lock_assets
from assetpool.savings import periods, policies, posting, reversal
from assetpool.savings.cost_sharing import loss_cost
from assetpool.savings.lineage import chunks
from assetpool.savings.models import Cost, SavingAct, SavingShare, ValuationPolicy
from assetpool.savings.valuation import claimed_days, worth
from assetpool.savings.zero import Zero

STOPPED = ("rejected", "reversed")
"""Acts in these states post nothing more for their days."""

ENDINGS = ("returned", "unused", "lost", "damaged", "transferred")


Carried = tuple[SavingShare, SavingAct]


def carried_shares(session: Session, tranches: Iterable[Tranche]) -> dict[int, Carried]:
    """Return per tranche the share and act under which it is out, or from which it arrived and waits to be inspected; one query."""
    asked = {tranche.id: tranche for tranche in tranches}
    found: dict[int, Carried] = {}
    statement = select(SavingShare, SavingAct).join(SavingAct, SavingAct.id == SavingShare.act_id).order_by(SavingShare.id)
    for some in chunks(asked):
        for share, act in session.execute(statement.where(SavingShare.tranche_id.in_(some))):
            found[share.tranche_id] = (share, act)
    return {tranche_id: pair for tranche_id, pair in found.items() if _is_carried(asked[tranche_id], *pair)}


def _is_carried(tranche: Tranche, share: SavingShare, act: SavingAct) -> bool:
    waits = tranche.state == State.ARRIVED and share.ended_by == "returned"
    return act.kind == "loan" and (share.ended_on is None or waits)


def follow(session: Session, old: Tranche, new: Tranche) -> None:
    """Part the share of a tranche of which `new` was just split off: same terms, same amounts posted per unit."""
    found = carried_shares(session, [old]).get(old.id)
    if found is None or old.id == new.id:
        return
    share = found[0]
    copied = {c.key: getattr(share, c.key) for c in SavingShare.__table__.columns if c.key not in ("id", "tranche_id", "count")}
    share.count -= new.count
    session.add(SavingShare(**copied, tranche_id=new.id, count=new.count))
    session.flush()


def end(session: Session, tranche: Tranche, ended_on: date, how: str, by: int) -> None:
    """Close the loan of a tranche that is still out: returned, unused, lost, damaged or transferred on a day.

    Called before the tranche moves back. Posts the last accrual; `unused` gives everything back by opposite entries; a loss costs
    max(carrying amount, rhu(P × n)) per unit. Called again for what arrived and is inspected now, it adds what only the inspection
    shows: that units were unused, or are damaged or lost. A tranche without an act is left alone.
    """
    end_all(session, [(tranche, how)], ended_on, by)


def end_all(session: Session, endings: Sequence[tuple[Tranche, str]], ended_on: date, by: int) -> None:
    """Close the loans of several tranches on one day, each as `end` does, unused ones first; their shares are read at once."""
    unknown = {how for _, how in endings} - set(ENDINGS)
    if unknown:
        raise ValueError(f"no such ending: {sorted(unknown)}")
    carried = carried_shares(session, [tranche for tranche, _ in endings])
    for tranche, how in sorted(endings, key=lambda ending: ending[1] != "unused"):
        if tranche.id in carried:
            _end(session, tranche, *carried[tranche.id], ended_on, how, by)
    session.flush()


def _end(session: Session, tranche: Tranche, share: SavingShare, act: SavingAct, ended_on: date, how: str, by: int) -> None:
    arrived_before = share.ended_on is not None
    if arrived_before and how in ("returned", "transferred"):
        return
    share.ended_on, share.ended_by = share.ended_on or ended_on, how
    if how == "unused":
        share.zero_reason = share.zero_reason or "unused"
        reversal.give_back(session, act, [tranche.id], ended_on, "unused", by)
    elif act.reviewed not in STOPPED and not arrived_before and share.zero_reason != Zero.BOUGHT_ANYWAY:
        policy = policies.as_policy(session.get_one(ValuationPolicy, act.policy_id))
        days = claimed_days(act.accepted_on, ended_on, due_day(act, tranche), ended_on, share.prior_last_day)
        posting.post_growth(session, act, share, tranche, policy, entry="accrual", days=days.count, day=ended_on, by=by, reason=how)
    if how in ("lost", "damaged"):
        _post_loss(session, act, share, share.count, ended_on, by, how)


def write_off(session: Session, act_id: int, asset_id: int, count: int, day: date, by: int) -> None:
    """Charge an act with units of a label that came back broken and proved beyond repair, the dearest of them first."""
    act = session.get_one(SavingAct, act_id)
    mine = select(SavingShare).join(Tranche, Tranche.id == SavingShare.tranche_id).where(SavingShare.act_id == act_id, Tranche.asset_id == asset_id)
    shares = list(session.scalars(mine.where(SavingShare.ended_by == "returned").order_by(SavingShare.id)))
    for share in sorted(shares, key=lambda share: -(_loss_of(share) or 0)):
        units = min(count, share.count)
        count -= units
        if units:
            _post_loss(session, act, share, units, day, by, "damaged")


def due_day(act: SavingAct, tranche: Tranche) -> date:
    """Return the day a loan is due, as extended: what stands on the tranche while it is out."""
    return tranche.due_on or act.due_on or date.max.replace(day=30)


def _loss_of(share: SavingShare) -> int | None:
    return loss_cost(share.carrying_amount, share.price, newness_of(share))


def _post_loss(session: Session, act: SavingAct, share: SavingShare, count: int, day: date, by: int, how: str) -> None:
    per_unit = _loss_of(share)
    if per_unit is None:
        return
    cost = Cost(
        pool_id=act.pool_id,
        document_id=act.document_id,
        kind="loss",
        amount=per_unit * count,
        reason=how,
        business_day=day,
        shared=True,
        entered_by=by,
        entered_at=clock.now(),
    )
    session.add(cost)
    session.flush()
    posting.append(
        session, act, entry="cost", business_day=day, tranche_id=share.tranche_id, count=count, cost=cost.amount, cost_kind="loss",
        cost_id=cost.id, person_id=by, reason=how,
    )  # fmt: skip


def newness_of(share: SavingShare) -> Fraction | None:
    """Return the frozen newness of a share; None where no service life was known."""
    if share.life_days is None and share.n_numerator == 0:
        return None
    return Fraction(share.n_numerator, share.n_denominator)


def accrue(session: Session, pool_id: int, upto: date, by: int | None = None) -> int:
    """Post what running loans are worth up to the end of a day (never later than today); return how many entries were written.

    What belongs to a month that has ended is posted on its last day, so that each month holds its own days. A share that has already claimed
    as many days is left alone, so that running it twice posts nothing.
    """
    last = min(upto, clock.today(session.get_one(Pool, pool_id).time_zone))
    statement = _running(pool_id, last).execution_options(populate_existing=True)
    lock_assets(session, session.scalars(statement.with_only_columns(Tranche.asset_id)))
    known = {row.id: policies.as_policy(row) for row in policies.all_of(session, pool_id)}
    written = 0
    for share, act, tranche in session.execute(statement):
        due = due_day(act, tranche)
        if claimed_days(act.accepted_on, None, due, last, share.prior_last_day).count <= share.posted_days:
            continue
        for day in [*periods.month_ends(act.accepted_on, last), last]:
            days = claimed_days(act.accepted_on, None, due, day, share.prior_last_day)
            if days.count > share.posted_days:
                written += posting.post_growth(session, act, share, tranche, known[act.policy_id], entry="accrual", days=days.count, day=day, by=by)
    session.flush()
    return written


def unposted(session: Session, pool_id: int, upto: date) -> int:
    """Return how many shares of running loans claim more days up to the end of a day than they have posted."""
    known = {row.id: policies.as_policy(row) for row in policies.all_of(session, pool_id)}
    found = 0
    for share, act, tranche in session.execute(_running(pool_id, upto)):
        days = claimed_days(act.accepted_on, None, due_day(act, tranche), upto, share.prior_last_day).count
        terms = posting.terms_of(act, share, known[act.policy_id])
        found += days > share.posted_days and worth(terms, posting.others_on(tranche, share), tranche.cap, days).days > share.posted_days
    return found


def _running(pool_id: int, upto: date) -> Select[SavingShare, SavingAct, Tranche]:
    return (
        select(SavingShare, SavingAct, Tranche)
        .join(SavingAct, SavingAct.id == SavingShare.act_id)
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .where(
            SavingAct.pool_id == pool_id,
            SavingAct.kind == "loan",
            SavingAct.reviewed.not_in(STOPPED),
            SavingAct.accepted_on <= upto,
            SavingShare.ended_on.is_(None),
            SavingShare.zero_reason != Zero.BOUGHT_ANYWAY,
        )
        .order_by(SavingAct.id, SavingShare.id)
    )
