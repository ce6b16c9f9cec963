"""Entries: what an act claims now less what it has posted, appended to the chain and counted on the unit and on the act's share."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetpool.core import chain, clock
from assetpool.custody.models import Tranche
from assetpool.savings import bought, periods
from assetpool.savings.models import SavingAct, SavingEntry, SavingShare
from assetpool.savings.policy import ActKind, Basis, Policy
from assetpool.savings.rent import Rent
from assetpool.savings.valuation import Claimed, Terms, Worth, worth
from assetpool.savings.zero import AFTERWARDS, Zero

SERIES = ("purchase", "rental", "consumption", "adopted")


def terms_of(act: SavingAct, share: SavingShare, policy: Policy) -> Terms:
    """Return the terms a share froze on the day of acceptance."""
    kind = ActKind(act.kind)
    return Terms(
        kind=kind,
        accepted_on=act.accepted_on,
        price=share.price,
        rent=None if share.rent_day is None else Rent(share.rent_day, share.rent_7_days, share.rent_30_days),
        life_months=share.life_months,
        acquired_on=share.acquired_on,
        adopted_basis=policy.basis_for(kind),
        age_scales=policy.age_scales,
        floor=policy.floor,
        rho=policy.rho,
        good_on_inspection=share.inspected_good,
        zero=Zero(share.zero_reason) if share.zero_reason and share.zero_reason not in AFTERWARDS else None,
    )


def others_on(tranche: Tranche, share: SavingShare) -> Claimed:
    """Return what all other acts have posted on each unit: the unit's counters less the act's own; days as they stood at acceptance."""
    return Claimed(
        purchase=tranche.claimed_purchase - share.posted_purchase,
        rental=tranche.claimed_rental - share.posted_rental,
        consumption=tranche.claimed_consumption - share.posted_consumption,
        adopted=tranche.claimed_adopted - share.posted_adopted,
        days=share.prior_claimed_days,
    )


def growth(now: Worth, share: SavingShare, basis: Basis, entry: str) -> dict[str, int | None]:
    """Return per series what an entry must add: `now` less what the share has posted.

    A purchase is recognised once, on acceptance, and not computed again by later accruals.
    """
    added: dict[str, int | None] = {}
    for series in SERIES:
        value = getattr(now, series)
        once = entry == "accrual" and (series == "purchase" or (series == "adopted" and basis is Basis.PURCHASE))
        added[series] = None if value is None else 0 if once else value - getattr(share, f"posted_{series}")
    return added


def post_growth(
    session: Session,
    act: SavingAct,
    share: SavingShare,
    tranche: Tranche,
    policy: Policy,
    *,
    entry: str,
    days: int,
    day: date,
    by: int | None,
    reason: str = "",
) -> bool:
    """Post what each unit of a share is worth after `days` claimed days, less what was posted; an accrual of nothing is not written (False)."""
    now = worth(terms_of(act, share, policy), others_on(tranche, share), tranche.cap, days)
    added = growth(now, share, policy.basis_for(ActKind(act.kind)), entry)
    more_days = now.days - share.posted_days
    if entry == "accrual" and not more_days and not any(added.values()):
        return False
    if tranche.cap is None and any((amount or 0) > 0 for amount in added.values()):
        tranche.cap = now.cap
    before = share.posted_days
    count_on(tranche, share, added, more_days)
    if now.days:
        last = claimed_until(share, act, now.days)
        if tranche.last_claimed_day is None or last > tranche.last_claimed_day:
            tranche.last_claimed_day = last
    append(
        session, act, entry=entry, tranche_id=tranche.id, count=share.count, days=more_days, stand_in=now.stand_in, cap=tranche.cap,
        business_day=day, person_id=by, reason=reason, **added,
    )  # fmt: skip
    _carry_price(session, act, share, tranche, before, day, by)
    return True


def _carry_price(session: Session, act: SavingAct, share: SavingShare, tranche: Tranche, before: int, day: date, by: int | None) -> None:
    """Post what of the price of units that the pool bought the act's claimed days consumed, beyond those `before`."""
    own = bought.purchase_of(session, act.pool_id, tranche.asset_id)
    if own is None:
        return
    more = bought.grown(own.price, own.life_days, act.kind == ActKind.TRANSFER, share.prior_claimed_days, before, share.posted_days)
    if more:
        append(
            session, act, entry="cost", business_day=day, tranche_id=tranche.id, count=share.count, cost=more * share.count, cost_kind="purchase",
            person_id=by, reason=f"{bought.MARK} {own.id}",
        )  # fmt: skip


def claimed_until(share: SavingShare, act: SavingAct, days: int) -> date:
    """Return the last of `days` days an act claims: they follow the acceptance and the days that others claimed."""
    first = act.accepted_on
    if share.prior_last_day is not None and share.prior_last_day >= first:
        first = date.fromordinal(share.prior_last_day.toordinal() + 1)
    return date.fromordinal(min(first.toordinal() + days - 1, date.max.toordinal()))


def count_on(tranche: Tranche, share: SavingShare, added: dict[str, int | None], days: int) -> None:
    """Add an entry's amounts per unit to the unit's counters and to what the share has posted."""
    for series in SERIES:
        amount = added[series] or 0
        if amount:
            setattr(tranche, f"claimed_{series}", getattr(tranche, f"claimed_{series}") + amount)
            setattr(share, f"posted_{series}", getattr(share, f"posted_{series}") + amount)
    tranche.claimed_days += days
    share.posted_days += days


def append(session: Session, act: SavingAct, *, entry: str, business_day: date, **values: Any) -> None:
    """Append one entry of an act to the chain; what is not named stays empty.

    It is posted in the month of its business day if that is open, else in the earliest open month after it, and names the month it corrects:
    `corrects_period` (of the entry it reverses, say) where that is another one, else that of its business day. Nobody can close the month meanwhile.
    """
    period = periods.open_month(periods.month_of(business_day), periods.closed_months(session, act.pool_id))
    full: dict[str, Any] = {
        "document_id": act.document_id, "tranche_id": None, "count": act.units, "days": 0, "purchase": None, "rental": None, "consumption": None,
        "adopted": None, "stand_in": False, "cost": None, "cost_kind": None, "cost_id": None, "lower_bound": None, "cap": None,
        "corrects_period": None, "reverses_id": None, "reason": "", "person_id": None, **values,
    }  # fmt: skip
    full["corrects_period"] = periods.corrected(period, business_day, full["corrects_period"])
    chain.append(
        session,
        SavingEntry,
        pool_id=act.pool_id,
        act_id=act.id,
        entry=entry,
        kind=act.kind,
        policy_id=act.policy_id,
        business_day=business_day,
        period=period,
        recorded_at=clock.now(),
        **full,
    )


def pending(session: Session) -> list[dict[str, Any]]:
    """Return the entries that the present act has queued and not sealed yet."""
    return [values for table, values in session.info.get(chain.PENDING, []) if table is SavingEntry.__table__]
