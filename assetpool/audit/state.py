"""What stands in the books of the moment against what the chain says: tranches, stock, labels, shares, costs, reviews, totals."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, select, true
from sqlalchemy.orm import Session, aliased

from assetpool.audit.differences import Differs, same
from assetpool.audit.known import Ledger, Unit
from assetpool.audit.replay import BATCH
from assetpool.catalog.models import Kind
from assetpool.custody.models import OWNED, Asset, Movement, State, Stock, Tranche
from assetpool.reports.ledger import Span, amounts
from assetpool.savings.models import Cost, SavingAct, SavingShare
from assetpool.savings.posting import SERIES

STATE_COLUMNS = (
    "pool_id", "asset_id", "kind_id", "store_id", "place", "state", "condition", "custodian_id", "owner_id", "book_id", "document_id", "line_no",
    "due_on", "turn_round", "acquired_on", "original_value", "accumulated_depreciation",
)  # fmt: skip


def check_tranches(session: Session, pool_id: int, ledger: Ledger) -> int:
    """Compare every tranche with its last movement, its count with the partings, its counters with the entries; return how many."""
    move = aliased(Movement)
    newest = select(func.max(move.height)).where(move.tranche_id == Tranche.id).scalar_subquery()
    columns = [getattr(Tranche, name).label(f"t_{name}") for name in STATE_COLUMNS] + [getattr(Movement, name).label(f"m_{name}") for name in STATE_COLUMNS]
    columns += [getattr(Tranche, f"claimed_{series}") for series in SERIES]
    columns += [Tranche.count.label("units"), Tranche.cap, Tranche.claimed_days, Tranche.last_claimed_day]
    statement = (
        select(Tranche.id, Movement.id.label("movement_id"), *columns)
        .outerjoin(Movement, and_(Movement.tranche_id == Tranche.id, Movement.height == newest))
        .where(Tranche.pool_id == pool_id)
        .order_by(Tranche.id)
        .execution_options(yield_per=BATCH)
    )
    found = 0
    for row in session.execute(statement):
        found += 1
        if row.movement_id is None:
            raise Differs("tranche", row.id, "a movement", None)
        values = row._mapping
        for name in STATE_COLUMNS:
            same(f"tranche.{name}", row.id, values[f"m_{name}"], values[f"t_{name}"])
        unit = ledger.units.get(row.id) or Unit(0)
        same("tranche.count", row.id, unit.count, row.units)
        for series in SERIES:
            same(f"tranche.claimed_{series}", row.id, unit.claimed[series], values[f"claimed_{series}"])
        same("tranche.cap", row.id, unit.cap, row.cap)
        same("tranche.claimed_days", row.id, unit.days, row.claimed_days)
        same("tranche.last_claimed_day", row.id, unit.last, row.last_claimed_day)
    same("tranche", None, len(ledger.units), found)
    _check_parents(session, pool_id)
    return found


def _check_parents(session: Session, pool_id: int) -> None:
    parted = select(Movement.tranche_id, Movement.from_tranche_id).where(Movement.pool_id == pool_id, Movement.from_tranche_id.is_not(None)).subquery()
    statement = (
        select(Tranche.id, Tranche.parent_id, parted.c.from_tranche_id)
        .outerjoin(parted, parted.c.tranche_id == Tranche.id)
        .where(Tranche.pool_id == pool_id, Tranche.parent_id.is_distinct_from(parted.c.from_tranche_id))
        .order_by(Tranche.id)
        .limit(1)
    )
    row = session.execute(statement).first()
    if row is not None:
        raise Differs("tranche.parent_id", row.id, row.from_tranche_id, row.parent_id)


def check_stock(session: Session, pool_id: int) -> int:
    """Compare the sums of every kind in every store with its tranches; return how many."""
    statement = select(Tranche.kind_id, Tranche.store_id, Tranche.state, func.sum(Tranche.count).label("units"))
    owned: dict[tuple[int, int], int] = defaultdict(int)
    present: dict[tuple[int, int], int] = defaultdict(int)
    for row in session.execute(
        statement.where(Tranche.pool_id == pool_id, Tranche.state.in_(OWNED)).group_by(Tranche.kind_id, Tranche.store_id, Tranche.state)
    ):
        owned[(row.kind_id, row.store_id)] += int(row.units)
        if row.state == State.IN_STORE:
            present[(row.kind_id, row.store_id)] += int(row.units)
    rows = list(session.scalars(select(Stock).join(Kind, Kind.id == Stock.kind_id).where(Kind.pool_id == pool_id).order_by(Stock.kind_id, Stock.store_id)))
    for stock in rows:
        key = (stock.kind_id, stock.store_id)
        same(f"stock.owned of kind {key[0]} in store {key[1]}", key[0], owned.pop(key, 0), stock.owned)
        same(f"stock.present of kind {key[0]} in store {key[1]}", key[0], present.pop(key, 0), stock.present)
    for key, units in owned.items():
        raise Differs(f"stock of kind {key[0]} in store {key[1]}", key[0], units, None)
    return len(rows)


def check_assets(session: Session, pool_id: int) -> int:
    """Compare what labels repeat for lists with their tranches; return how many."""
    repeated = ("store_id", "place", "state", "condition", "custodian_id")
    columns: list[Any] = [
        Asset.id,
        Asset.units,
        Asset.kind_id,
        Tranche.id.label("tranche_id"),
        Tranche.count.label("t_count"),
        Tranche.kind_id.label("t_kind_id"),
    ]
    columns += [getattr(Asset, name) for name in repeated] + [getattr(Tranche, name).label(f"t_{name}") for name in repeated]
    statement = select(*columns).outerjoin(Tranche, and_(Tranche.asset_id == Asset.id, Tranche.count > 0)).where(Asset.pool_id == pool_id)
    found = 0
    stream = session.execute(statement.order_by(Asset.id, Tranche.id).execution_options(yield_per=BATCH))
    for asset_id, group in groupby(stream, key=lambda row: row.id):
        found += 1
        parts = list(group)
        if parts[0].tranche_id is None:
            raise Differs("asset", asset_id, "a tranche", None)
        owned = [part for part in parts if part.t_state in OWNED]
        same("asset.units", asset_id, sum(part.t_count for part in owned), parts[0].units)
        same("asset.kind_id", asset_id, parts[0].t_kind_id, parts[0].kind_id)
        shown = max(owned or parts, key=lambda part: (part.t_state == State.IN_STORE, part.t_count, -part.tranche_id))
        for name in repeated:
            same(f"asset.{name}", asset_id, shown._mapping[f"t_{name}"], parts[0]._mapping[name])
    return found


def check_shares(session: Session, pool_id: int, ledger: Ledger) -> int:
    """Compare what shares say is posted with the entries; return how many."""
    statement = select(SavingShare).join(SavingAct, SavingAct.id == SavingShare.act_id).where(SavingAct.pool_id == pool_id).order_by(SavingShare.id)
    found = 0
    for share in session.scalars(statement.execution_options(yield_per=BATCH)):
        found += 1
        posted = ledger.posted.get(share.tranche_id, {}).get(share.act_id)
        if posted is None:
            raise Differs("saving_share", share.id, None, "a share without a claim")
        for series in SERIES:
            same(f"saving_share.posted_{series}", share.id, posted.amounts[series], getattr(share, f"posted_{series}"))
        same("saving_share.posted_days", share.id, posted.days, share.posted_days)
        same("saving_share.prior_claimed_days", share.id, posted.prior_days, share.prior_claimed_days)
        same("saving_share.prior_last_day", share.id, posted.prior_last, share.prior_last_day)
    return found


def check_acts(session: Session, pool_id: int, ledger: Ledger) -> int:
    """Compare acts with their shares, costs and last reviews; return how many."""
    shares = select(SavingShare.act_id, func.sum(SavingShare.count).label("units")).group_by(SavingShare.act_id).subquery()
    statement = select(SavingAct, shares.c.units.label("shared")).outerjoin(shares, shares.c.act_id == SavingAct.id).where(SavingAct.pool_id == pool_id)
    found = 0
    for act, shared in session.execute(statement.order_by(SavingAct.id).execution_options(yield_per=BATCH)):
        found += 1
        if not act.opening:
            same("saving_act.units", act.id, int(shared or 0), act.units)
        same("saving_act.costed", act.id, act.id in ledger.costed, act.costed)
        decision, grade = ledger.decisions.get(act.id, ("proposed", ""))
        if act.reviewed == "reversed":
            same("saving_act.reviewed", act.id, True, act.id in ledger.reversed)
        else:
            expected = decision if decision in ("rejected", "proposed") or grade == act.grade else "proposed"
            same("saving_act.reviewed", act.id, expected, act.reviewed)
    return found


def check_costs(session: Session, pool_id: int, ledger: Ledger) -> int:
    """Compare costs with the parts that acts carry; return how many costs."""
    found = 0
    for cost in session.scalars(select(Cost).where(Cost.pool_id == pool_id).order_by(Cost.id).execution_options(yield_per=BATCH)):
        found += 1
        if cost.shared or cost.id in ledger.costs:
            same("cost.amount", cost.id, ledger.costs.get(cost.id), cost.amount)
            same("cost.shared", cost.id, True, cost.shared)
    return found


def check_totals(session: Session, pool_id: int, ledger: Ledger) -> None:
    """Compare what the reports add up with what the entries add up to, per kind of saving and series."""
    found, _ = amounts(session, Span(pool_id, date.min, date.max, "kind", "adopted", true()))
    reported: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((*SERIES, "cost", "lower_bound"), 0))
    for (_, kind, _), figures in found.items():
        for name, amount in {**figures.series, "cost": figures.cost, "lower_bound": figures.lower_bound}.items():
            reported[kind][name] += amount or 0
    for kind, total in ledger.totals.items():
        for name, amount in total.items():
            same(f"report.{kind}.{name}", None, amount, reported[kind][name])
