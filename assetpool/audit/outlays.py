"""What entries of costs rest on, compared with the chain: losses and their compensation, prices of what the pool bought, shares of vouchers, rates, seals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetpool.audit.differences import Differs, same
from assetpool.custody.models import Tranche
from assetpool.savings import bought, compensation, rates, seals, vouchers
from assetpool.savings.cost_models import Compensation, CostAtRate, CostRate, CostSeal, PoolPurchase, RunningCost
from assetpool.savings.models import Cost, SavingEntry, ValuationPolicy, Voucher
from assetpool.savings.policy import ActKind

BATCH = 2000


@dataclass
class Outlays:
    """What a replay knows of losses per act, of compensation not met yet, of what the pool bought per tranche, and of prices to be carried next."""

    losses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    paid: dict[int, Compensation] = field(default_factory=dict)
    own: dict[int, PoolPurchase] = field(default_factory=dict)
    due: dict[tuple[int, int], int] = field(default_factory=dict)


def load(session: Session, pool_id: int) -> Outlays:
    """Read what a pool was paid for losses and what it bought itself."""
    found = Outlays(paid={row.id: row for row in session.scalars(select(Compensation).where(Compensation.pool_id == pool_id))})
    statement = select(Tranche.id, PoolPurchase).join(PoolPurchase, PoolPurchase.asset_id == Tranche.asset_id).where(PoolPurchase.pool_id == pool_id)
    found.own = {row[0]: row[1] for row in session.execute(statement)}
    return found


def grow(outlays: Outlays, act: Any, row: Any, prior: int, before: int, after: int) -> None:
    """Note what of the price of units that the pool bought must be carried by the entry after one that claimed days."""
    settled(outlays, row)
    own = outlays.own.get(row.tranche_id)
    if own is not None:
        more = bought.grown(own.price, own.life_days, act.kind == ActKind.TRANSFER, prior, before, after)
        if more:
            outlays.due[(row.act_id, row.tranche_id)] = more * row.count


def settled(outlays: Outlays, row: Any) -> None:
    """Raise Differs if units claimed days before and their price was not carried."""
    if (row.act_id, row.tranche_id) in outlays.due:
        raise Differs("saving_entry.cost", row.id, f"the price carried before: {outlays.due[(row.act_id, row.tranche_id)]}", None)


def is_price(row: Any) -> bool:
    """Say whether an entry carries a part of what the pool paid."""
    return bought.is_consumed_price(row.entry, row.cost_kind, row.tranche_id)


def carry(outlays: Outlays, row: Any) -> None:
    """Compare an entry that carries a price with what the claimed days before it consumed."""
    own = outlays.own.get(row.tranche_id)
    expected = outlays.due.pop((row.act_id, row.tranche_id), None)
    if own is None or expected is None:
        raise Differs("saving_entry.cost", row.id, "units that the pool bought and that claimed days", row.cost)
    same("saving_entry.cost", row.id, expected, row.cost)
    same("saving_entry.reason", row.id, f"{bought.MARK} {own.id}", row.reason)


def compensate(outlays: Outlays, row: Any) -> None:
    """Compare an entry that lessens a loss with what was paid in, by whom, and with the loss."""
    mark, _, number = row.reason.partition(" ")
    paid = outlays.paid.pop(int(number), None) if mark == compensation.MARK and number.isdecimal() else None
    if paid is None:
        raise Differs("saving_entry.cost", row.id, "compensation that was paid in, once", row.reason)
    same("compensation.act_id", paid.id, row.act_id, paid.act_id)
    same("compensation.document_id", paid.id, row.document_id, paid.document_id)
    same("compensation.credited", paid.id, compensation.credit(paid.payer_kind, paid.amount, outlays.losses[row.act_id]), paid.credited)
    same("saving_entry.cost", row.id, -paid.credited, row.cost)
    outlays.losses[row.act_id] += row.cost


def finish(outlays: Outlays) -> None:
    """Raise Differs for compensation without its entry, and for a price that was not carried."""
    for paid_id in sorted(outlays.paid):
        raise Differs("compensation", paid_id, "an entry in the ledger", None)
    for (act_id, tranche_id), amount in sorted(outlays.due.items()):
        raise Differs("saving_entry.cost", act_id, f"{amount} of the price of tranche {tranche_id} carried", None)


def check(session: Session, pool_id: int) -> int:
    """Compare vouchers with their parts, own trucks and staff with their rates, and every sealed row with its seal; return how many seals."""
    sealed = _seals(session, pool_id)
    _check_vouchers(session, pool_id)
    _check_rates(session, pool_id)
    _check_told(session, pool_id)
    return sum(_check_sealed(session, pool_id, model, sealed[model.__tablename__]) for model in seals.SUBJECTS)


def _seals(session: Session, pool_id: int) -> dict[str, dict[int, str]]:
    """Return the newest seal of every row, by table."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    statement = select(CostSeal.subject, CostSeal.subject_id, CostSeal.content_digest).where(CostSeal.pool_id == pool_id).order_by(CostSeal.height)
    for row in session.execute(statement.execution_options(yield_per=BATCH)):
        found[row.subject][row.subject_id] = row.content_digest
    return found


def _check_sealed(session: Session, pool_id: int, model: Any, sealed: dict[int, str]) -> int:
    """Compare rows with their seals; vouchers entered before there were seals stand without one."""
    first, found, name = min(sealed, default=None), 0, model.__tablename__
    for row in session.scalars(select(model).where(model.pool_id == pool_id).order_by(model.id).execution_options(yield_per=BATCH)):
        expected = sealed.pop(row.id, None)
        if expected is None and model is Voucher and (first is None or row.id < first):
            continue
        found += 1
        same(name, row.id, expected, seals.digest(row))
    for row_id in sorted(sealed):
        raise Differs(name, row_id, "a row, as its seal says", None)
    return found


def _check_vouchers(session: Session, pool_id: int) -> None:
    """What documents took of a voucher, and what stores took of it, never adds up to more than it says."""
    running = select(RunningCost.voucher_id, func.sum(RunningCost.amount).label("amount")).group_by(RunningCost.voucher_id).subquery()
    taken = vouchers.parts_of_all()
    statement = (
        select(Voucher.id, Voucher.amount, taken.c.amount.label("taken"), running.c.amount.label("running"))
        .outerjoin(taken, taken.c.voucher_id == Voucher.id)
        .outerjoin(running, running.c.voucher_id == Voucher.id)
        .where(Voucher.pool_id == pool_id, or_(taken.c.amount > Voucher.amount, running.c.amount > Voucher.amount))
    )
    for row in session.execute(statement.order_by(Voucher.id).limit(1)):
        raise Differs("voucher.amount", row.id, f"at least {max(int(row.taken or 0), int(row.running or 0))}", row.amount)


def _check_rates(session: Session, pool_id: int) -> None:
    """A cost at a rate is what so many kilometres, hours, days or trips come to, and says so."""
    statement = (
        select(CostAtRate, Cost, CostRate, ValuationPolicy.version)
        .join(Cost, Cost.id == CostAtRate.id)
        .join(CostRate, CostRate.id == CostAtRate.rate_id)
        .join(ValuationPolicy, ValuationPolicy.id == CostRate.policy_id)
        .where(CostAtRate.pool_id == pool_id)
        .order_by(CostAtRate.id)
    )
    for used, cost, rate, version in session.execute(statement.execution_options(yield_per=BATCH)):
        same("cost.amount", cost.id, rates.amount_of(rate, used.hundredths), cost.amount)
        same("cost.reason", cost.id, rates.reason_of(rate, used.hundredths, version), cost.reason)


def _check_told(session: Session, pool_id: int) -> None:
    """Kind, day and reason of a cost are those its entries tell."""
    differs = or_(SavingEntry.cost_kind != Cost.kind, SavingEntry.business_day != Cost.business_day, SavingEntry.reason != Cost.reason)
    statement = select(SavingEntry.cost_kind, SavingEntry.business_day, SavingEntry.reason, Cost).join(Cost, Cost.id == SavingEntry.cost_id)
    for row in session.execute(statement.where(SavingEntry.pool_id == pool_id, SavingEntry.entry == "cost", differs).order_by(SavingEntry.height).limit(1)):
        same("cost", row.Cost.id, (row.cost_kind, row.business_day, row.reason), (row.Cost.kind, row.Cost.business_day, row.Cost.reason))
