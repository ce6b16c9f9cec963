"""The ledger replayed from its first row: counters, shares and costs as movements and entries make them, each entry recomputed.

Movements, entries and reviews are read once, in the order of the chain. An entry must say what the method gives for the frozen
terms of its share and the counters of its units as they stood at that height.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.audit import outlays
from assetpool.audit.differences import Differs, same
from assetpool.audit.known import Acts, Known, Ledger, Posted, Unit
from assetpool.core import chain
from assetpool.custody.models import Movement
from assetpool.savings import periods, posting
from assetpool.savings.cost_sharing import loss_cost
from assetpool.savings.models import SavingEntry, SavingReview, SavingShare
from assetpool.savings.policy import Basis
from assetpool.savings.posting import SERIES
from assetpool.savings.running import ENDINGS, due_day, newness_of
from assetpool.savings.valuation import Claimed, Worth, claimed_days, worth
from assetpool.savings.zero import Zero

BATCH = 2000


def replay(session: Session, pool_id: int, closed: Mapping[str, int] | None = None, progress: chain.Progress | None = None) -> Ledger:
    """Replay a pool's movements, entries and reviews; raise Differs at the first entry that is not what it must be.

    `closed`: at which height each closed month was closed; no later entry may be posted in it.
    """
    ledger = Ledger(closed=dict(closed or {}), outlays=outlays.load(session, pool_id))
    acts = Acts(session, pool_id)
    stream = heapq.merge(*(_rows(session, pool_id, model) for model in (Movement, SavingEntry, SavingReview)), key=lambda pair: int(pair[1].height))
    while batch := list(islice(stream, BATCH)):
        if progress is not None:
            progress(int(batch[-1][1].height))
        entries = [row for model, row in batch if model is SavingEntry]
        acts.load({row.act_id for row in entries})
        originals = _originals(session, {row.reverses_id for row in entries if row.reverses_id is not None})
        for model, row in batch:
            if model is Movement:
                _move(ledger, row)
            elif model is SavingReview:
                ledger.decisions[row.act_id] = (row.decision, row.grade)
            else:
                _enter(ledger, acts.of(row), row, originals)
    outlays.finish(ledger.outlays)
    return ledger


_NEEDED: dict[Any, tuple[Any, ...]] = {
    Movement: (Movement.height, Movement.id, Movement.tranche_id, Movement.from_tranche_id, Movement.count, Movement.due_on),
    SavingReview: (SavingReview.height, SavingReview.act_id, SavingReview.decision, SavingReview.grade),
    SavingEntry: tuple(SavingEntry.__table__.columns),
}


def _rows(session: Session, pool_id: int, model: Any) -> Iterator[tuple[Any, Any]]:
    statement = select(*_NEEDED[model]).where(model.pool_id == pool_id).order_by(model.height).execution_options(yield_per=BATCH)
    for row in session.execute(statement):
        yield model, row


def _originals(session: Session, ids: set[int]) -> dict[int, Any]:
    return {row.id: row for row in session.execute(select(*_NEEDED[SavingEntry]).where(SavingEntry.id.in_(ids)))} if ids else {}


def _move(ledger: Ledger, row: Any) -> None:
    """Part a tranche off another with all that was claimed on its units, or note its count and due day."""
    if row.from_tranche_id is not None:
        source = ledger.units.get(row.from_tranche_id)
        if source is None or source.count <= row.count:
            raise Differs("movement.count", row.id, f"fewer than {source.count if source else 0}", row.count)
        source.count -= row.count
        ledger.units[row.tranche_id] = replace(source, count=row.count, claimed=dict(source.claimed))
        for act_id, posted in ledger.posted.get(row.from_tranche_id, {}).items():
            ledger.posted[row.tranche_id][act_id] = replace(posted, amounts=dict(posted.amounts))
            ledger.zeros[(act_id, row.tranche_id)] = ledger.zeros.get((act_id, row.from_tranche_id), "")
    elif row.tranche_id not in ledger.units:
        ledger.units[row.tranche_id] = Unit(row.count)
    unit = ledger.units[row.tranche_id]
    same("movement.count", row.id, unit.count, row.count)
    unit.due_on = row.due_on


def _enter(ledger: Ledger, known: Known, row: Any, originals: dict[int, Any]) -> None:
    act = known.act
    same("saving_entry.kind", row.id, act.kind, row.kind)
    same("saving_entry.policy_id", row.id, act.policy_id, row.policy_id)
    _check_period(ledger, row, originals)
    if act.reviewed != "rejected":  # Reports leave rejected acts out.
        total = ledger.totals[row.kind]
        for series in SERIES:
            total[series] += row.count * (getattr(row, series) or 0)
        total["cost"] += row.cost or 0
        total["lower_bound"] += row.lower_bound or 0
    if row.entry == "claim":
        _claim(ledger, known, row)
    elif row.entry == "accrual":
        _accrue(ledger, known, row)
    elif row.entry == "reversal":
        _reverse(ledger, known, row, originals)
    elif row.entry == "cost":
        _cost(ledger, known, row)
    else:
        same("saving_entry.entry", row.id, act.opening, True)


def _check_period(ledger: Ledger, row: Any, originals: dict[int, Any]) -> None:
    """An entry stands in the month of its business day, or in the next one that was open when it was recorded, and names what it corrects."""
    month = periods.month_of(row.business_day)
    closed = {name for name, height in ledger.closed.items() if height < row.height} if month in ledger.closed else ()
    same("saving_entry.period", row.id, periods.open_month(month, closed), row.period)
    if row.entry == "cost":
        named = row.corrects_period if row.corrects_period is not None and row.corrects_period <= month else None
    else:
        original = originals.get(row.reverses_id)
        named = None if original is None else original.corrects_period or original.period
        if original is not None and row.corrects_period == original.period != row.period:  # A late fact's opposite once named where it was posted.
            named = original.period
    same("saving_entry.corrects_period", row.id, periods.corrected(row.period, row.business_day, named), row.corrects_period)


def _share(known: Known, row: Any) -> SavingShare:
    share = known.shares.get(row.tranche_id)
    if share is None:
        raise Differs("saving_share", row.id, f"a share of tranche {row.tranche_id}", None)
    return share


def _unit(ledger: Ledger, row: Any) -> Unit:
    unit = ledger.units.get(row.tranche_id)
    if unit is None:
        raise Differs("saving_entry.tranche_id", row.id, "a tranche with a movement before", row.tranche_id)
    same("saving_entry.count", row.id, unit.count, row.count)
    return unit


def _claim(ledger: Ledger, known: Known, row: Any) -> None:
    """A claim is what the units are worth on the day of acceptance, over what all others had claimed by then."""
    share, unit = _share(known, row), _unit(ledger, row)
    same("saving_entry.business_day", row.id, known.act.accepted_on, row.business_day)
    if share.zero_reason not in (row.reason, Zero.UNUSED, Zero.BOUGHT_ANYWAY):
        raise Differs("saving_share.zero_reason", share.id, row.reason, share.zero_reason)
    terms = known.terms(share, row.reason)
    same("saving_share.life_days", share.id, terms.life, share.life_days)
    same("saving_share.used_days", share.id, terms.used, share.used_days)
    newness = (0, 1) if terms.n is None else (terms.n.numerator, terms.n.denominator)
    same("saving_share.n", share.id, newness, (share.n_numerator, share.n_denominator))
    same("saving_share.prior_claimed_days", share.id, unit.days, share.prior_claimed_days)
    same("saving_share.prior_last_day", share.id, unit.last, share.prior_last_day)
    posted = Posted(unit.days, unit.last)
    ledger.posted[row.tranche_id][row.act_id] = posted
    ledger.zeros[(row.act_id, row.tranche_id)] = row.reason
    others = Claimed(**unit.claimed, days=unit.days)
    _grow(ledger, known, share, unit, posted, row, worth(terms, others, unit.cap, 0))


def _accrue(ledger: Ledger, known: Known, row: Any) -> None:
    """An accrual is what the units are worth by now, less what the act had posted on them."""
    share, unit = _share(known, row), _unit(ledger, row)
    posted = ledger.posted.get(row.tranche_id, {}).get(row.act_id)
    if posted is None:
        raise Differs("saving_entry.entry", row.id, "a claim before", "accrual")
    due = unit.due_on or due_day(known.act, _NO_UNIT)
    ended = row.business_day if row.reason in ENDINGS else None
    days = claimed_days(known.act.accepted_on, ended, due, row.business_day, posted.prior_last).count
    others = Claimed(**{series: unit.claimed[series] - posted.amounts[series] for series in SERIES}, days=posted.prior_days)
    now = worth(known.terms(share, ledger.zeros.get((row.act_id, row.tranche_id), "")), others, unit.cap, days)
    _grow(ledger, known, share, unit, posted, row, now)


class _Undated:
    due_on: date | None = None


_NO_UNIT: Any = _Undated()


def _grow(ledger: Ledger, known: Known, share: SavingShare, unit: Unit, posted: Posted, row: Any, now: Worth) -> None:
    """Compare an entry with what it must add, and count it."""
    for series in SERIES:
        value = getattr(now, series)
        once = row.entry == "accrual" and (series == "purchase" or (series == "adopted" and known.basis is Basis.PURCHASE))
        expected = None if value is None else 0 if once else value - posted.amounts[series]
        same(f"saving_entry.{series}", row.id, expected, getattr(row, series))
    same("saving_entry.days", row.id, now.days - posted.days, row.days)
    same("saving_entry.stand_in", row.id, now.stand_in, row.stand_in)
    if unit.cap is None and any((getattr(row, series) or 0) > 0 for series in SERIES):
        unit.cap = now.cap
    same("saving_entry.cap", row.id, unit.cap, row.cap)
    outlays.grow(ledger.outlays, known.act, row, posted.prior_days, posted.days, now.days)
    _count(unit, posted, row)
    if now.days:
        last = posting.claimed_until(share, known.act, now.days)
        unit.last = last if unit.last is None else max(unit.last, last)


def _count(unit: Unit, posted: Posted, row: Any) -> None:
    for series in SERIES:
        unit.claimed[series] += getattr(row, series) or 0
        posted.amounts[series] += getattr(row, series) or 0
    unit.days += row.days
    posted.days += row.days


def _reverse(ledger: Ledger, known: Known, row: Any, originals: dict[int, Any]) -> None:
    """A reversal is the exact opposite of an entry of the same act, on units that carry it."""
    original = originals.get(row.reverses_id)
    if original is None or original.act_id != row.act_id or original.height >= row.height:
        raise Differs("saving_entry.reverses_id", row.id, "an earlier entry of the act", row.reverses_id)
    priced = outlays.is_price(original)
    for name in (*SERIES, "cost", "lower_bound"):
        amount = getattr(original, name)
        whole = amount // original.count * row.count if priced and name == "cost" else amount
        same(f"saving_entry.{name}", row.id, None if whole is None else -whole, getattr(row, name))
    same("saving_entry.days", row.id, -original.days, row.days)
    ledger.reversed.add(row.act_id)
    if priced:
        _unit(ledger, row)
    if original.cost_kind == "loss":
        ledger.outlays.losses[row.act_id] += row.cost
    if original.entry not in ("claim", "accrual"):
        return
    unit = _unit(ledger, row)
    posted = ledger.posted.get(row.tranche_id, {}).get(row.act_id)
    if posted is None:
        raise Differs("saving_entry.tranche_id", row.id, "units that carry the entry", row.tranche_id)
    frozen = SavingShare(prior_last_day=posted.prior_last)
    if posted.days and unit.last == posting.claimed_until(frozen, known.act, posted.days):
        unit.last = posted.prior_last
    _count(unit, posted, row)
    if not any(unit.claimed.values()):
        unit.cap = None


def _cost(ledger: Ledger, known: Known, row: Any) -> None:
    if outlays.is_price(row):
        _unit(ledger, row)
        outlays.carry(ledger.outlays, row)
        return
    if row.cost_kind == "loss" and row.cost_id is None:
        outlays.compensate(ledger.outlays, row)
        return
    if row.cost_id is None:
        raise Differs("saving_entry.cost_id", row.id, "a cost", None)
    ledger.costs[row.cost_id] += row.cost
    if row.cost_kind != "loss":
        ledger.costed.add(row.act_id)
        return
    share = _share(known, row)
    per_unit = loss_cost(share.carrying_amount, share.price, newness_of(share))
    same("saving_entry.cost", row.id, None if per_unit is None else per_unit * row.count, row.cost)
    ledger.outlays.losses[row.act_id] += row.cost
