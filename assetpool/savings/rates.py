"""Own trucks and staff at the policy's rates: what a kilometre, hour, day or trip costs, with its source, and what so many of them come to."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.money import rhu, yuan
from assetpool.org.models import Organization, Role
from assetpool.org.queries import access_of, root_of
from assetpool.org.service import demand
from assetpool.records.queries import file_for
from assetpool.savings import policies, seals
from assetpool.savings.cost_models import CostRate
from assetpool.savings.models import ValuationPolicy

MEASURES = {"km": N_("kilometre"), "hour": N_("hour"), "day": N_("day"), "trip": N_("trip")}
KINDS = ("haulage", "loading", "repair", "cleaning", "installation", "storage", "labour", "other")


class RateKnown(DomainError):
    """The policy names this rate already; rates of a policy are not overwritten."""

    sentence = N_("Policy %(policy)s already has the rate “%(name)s” per %(per)s. A new amount belongs to the next policy, or needs another name.")


def set_rate(session: Session, policy_id: int, kind: str, name: str, per: str, amount: int, source: str, by: int, file_id: int | None = None) -> CostRate:
    """Put a rate (fen per kilometre, hour, day or trip) into a policy, with its source; raise RateKnown, FieldInvalid. Guarded by the valuer's role."""
    policy = session.get(ValuationPolicy, policy_id)
    if policy is None:
        raise NotFound(what=str(policy_id))
    root = root_of(session, policy.pool_id)
    demand(session, by, (Role.VALUER, Role.ADMINISTRATOR), root.id if isinstance(root, Organization) else 0)
    if kind not in KINDS or per not in MEASURES:
        raise FieldInvalid(field=Word(N_("Rate of the policy")), problem=Word(N_("choose what it is for and what it is measured by.")))
    if amount <= 0:
        raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("a rate costs more than nothing.")))
    if not name.strip() or not source.strip():
        raise FieldInvalid(field=Word(N_("Rate of the policy")), problem=Word(N_("give it a name, and name the paper it comes from.")))
    if file_id is not None:
        file_for(session, access_of(session, by), file_id)
    known = select(CostRate.id).where(CostRate.policy_id == policy_id, CostRate.name == name.strip(), CostRate.per == per)
    if session.scalar(known) is not None:
        raise RateKnown(policy=policy.version, name=name.strip(), per=Word(MEASURES[per]))
    rate = CostRate(
        pool_id=policy.pool_id, policy_id=policy_id, kind=kind, name=name.strip(), per=per, amount=amount, source=source.strip(), file_id=file_id,
        set_by=by, set_at=clock.now(),
    )  # fmt: skip
    session.add(rate)
    seals.seal(session, policy.pool_id, rate)
    return rate


def rates_of(session: Session, policy_ids: list[int]) -> list[CostRate]:
    """Return the rates of policies, by policy and name."""
    statement = select(CostRate).where(CostRate.policy_id.in_(policy_ids)).order_by(CostRate.policy_id.desc(), CostRate.kind, CostRate.name, CostRate.id)
    return list(session.scalars(statement))


def rates_on(session: Session, pool_id: int, day: date) -> list[CostRate]:
    """Return the rates of the policy of a day."""
    return rates_of(session, [policies.row_on(session, pool_id, day).id])


def amount_of(rate: CostRate, hundredths: int) -> int:
    """Return what so many hundredths of a rate's measure cost, rounded once."""
    return rhu(Fraction(rate.amount * hundredths, 100))


def reason_of(rate: CostRate, hundredths: int, version: str) -> str:
    """Return how the amount was reckoned, as it stands beside the cost: it takes the place of a voucher."""
    quantity = f"{hundredths // 100}" if hundredths % 100 == 0 else f"{hundredths // 100}.{hundredths % 100:02d}"
    return f"{rate.name}: {quantity} {rate.per} × {yuan(rate.amount)} = {yuan(amount_of(rate, hundredths))} ({version}; {rate.source})"


def rate_for(session: Session, pool_id: int, rate_id: int, day: date) -> tuple[CostRate, str]:
    """Return a rate of the policy of a day with the policy's version; raise FieldInvalid for one of another policy."""
    policy = policies.row_on(session, pool_id, day)
    rate = session.get(CostRate, rate_id)
    if rate is None or rate.policy_id != policy.id:
        raise FieldInvalid(field=Word(N_("Rate of the policy")), problem=Word(N_("this is no rate of the policy of that day.")))
    return rate, policy.version
