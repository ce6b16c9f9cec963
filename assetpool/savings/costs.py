"""What a document cost: vouchers entered once in all pools, a reason where there are none, and the parts that fall on each act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.records.models import Document
from assetpool.savings import periods, posting, rates, seals, vouchers
from assetpool.savings.cost_models import CostAtRate
from assetpool.savings.cost_sharing import CostLine as Sharer
from assetpool.savings.cost_sharing import share_cost
from assetpool.savings.grading import regrade
from assetpool.savings.models import Cost, SavingAct, SavingShare

KINDS = ("haulage", "loading", "repair", "cleaning", "installation", "storage", "labour", "purchase", "other")


class CostMissing(DomainError):
    """Neither costs nor a reason why there are none."""

    status = 422
    sentence = N_("%(number)s: enter what it cost, with vouchers, or say why it cost nothing.")


@dataclass(frozen=True)
class CostLine:
    """One amount of a kind in fen, with the issuer and number of its voucher; several kinds may stand on one voucher.

    `reason`: why there is no voucher. `total`: the paper's own amount where this is a part of it; `share`: the paper was entered before, on another
    document perhaps, and this takes of what is left. `rate_id`, `hundredths`: own trucks or staff, so many hundredths of a rate's measure; kind,
    amount and reason follow from the rate.
    """

    kind: str
    amount: int
    issuer: str = ""
    number: str = ""
    file_id: int | None = None
    reason: str = ""
    total: int | None = None
    share: bool = False
    rate_id: int | None = None
    hundredths: int = 0


def record_costs(session: Session, document: Document, lines: Sequence[CostLine], no_cost_reason: str, by: int, business_day: date) -> None:
    """Record what a locked document cost; raise CostMissing when neither costs nor a reason are given, VoucherTaken, VoucherExceeded, FieldInvalid.

    A recorded zero is kept as such, with its reason. What comes after the first time is late and belongs to today's open period.
    """
    reason = no_cost_reason.strip()
    if not lines and not reason:
        raise CostMissing(number=document.number)
    lines = [_at_rate(session, document.pool_id, line, business_day) for line in lines]
    for line in lines:
        _check(line)
    if session.scalar(select(Cost.id).where(Cost.document_id == document.id, Cost.kind != "loss").limit(1)) is not None:
        business_day = max(business_day, clock.today(session.get_one(Pool, document.pool_id).time_zone))
    parts = [vouchers.Part(line.issuer, line.number, line.amount, line.total, line.file_id, line.share) for line in lines if line.number.strip()]
    papers = vouchers.enter(session, document.pool_id, parts, by)
    now = clock.now()
    for line in lines or [CostLine("other", 0, reason=reason)]:
        cost = Cost(
            pool_id=document.pool_id,
            document_id=document.id,
            kind=line.kind,
            amount=line.amount,
            voucher_id=papers.get(vouchers.voucher_key(line.issuer, line.number)),
            reason=line.reason.strip() or ("" if line.number.strip() else reason),
            business_day=business_day,
            shared=False,
            entered_by=by,
            entered_at=now,
        )
        session.add(cost)
        if line.rate_id is not None:
            session.flush()
            reckoned = CostAtRate(id=cost.id, pool_id=document.pool_id, rate_id=line.rate_id, hundredths=line.hundredths)
            session.add(reckoned)
            seals.seal(session, document.pool_id, reckoned)
    session.flush()


def _at_rate(session: Session, pool_id: int, line: CostLine, day: date) -> CostLine:
    """Reckon a line of own trucks or staff: kind, amount and reason follow from the rate."""
    if line.rate_id is None:
        return line
    if line.hundredths <= 0 or line.number.strip():
        raise FieldInvalid(field=Word(N_("Rate of the policy")), problem=Word(N_("say how much of it was used; a rate takes the place of a voucher.")))
    rate, version = rates.rate_for(session, pool_id, line.rate_id, day)
    return replace(line, kind=rate.kind, amount=rates.amount_of(rate, line.hundredths), reason=rates.reason_of(rate, line.hundredths, version))


def _check(line: CostLine) -> None:
    if line.kind not in KINDS:
        raise FieldInvalid(field=Word(N_("Kind of cost")), problem=Word(N_("choose one of the kinds in the list.")))
    if line.amount < 0:
        raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("a cost cannot be negative. Reverse the wrong entry instead.")))
    if line.number.strip() and not line.issuer.strip():
        raise FieldInvalid(field=Word(N_("Voucher")), problem=Word(N_("name who issued it.")))


def post_costs(session: Session, document: Document, acts: Mapping[int, int], by: int, repaired: Mapping[int, int] | None = None) -> None:
    """Share all costs of a document that are not shared yet over acts {act id: units}, by largest remainder, as entries per act.

    `repaired` {act id: units} says what repairs were for. Without acts the costs stay unshared until there are some.
    """
    if not acts:
        return
    rows = select(SavingAct).where(SavingAct.id.in_(acts)).order_by(SavingAct.document_id, SavingAct.line_no)
    lines = list(session.scalars(rows))
    volumes = {row.id: row.volume_litres for row in session.execute(select(Kind.id, Kind.volume_litres).where(Kind.id.in_({a.kind_id for a in lines})))}
    mended = repaired or {}
    sharers = [Sharer(acts[act.id], volumes.get(act.kind_id) if act.kind_id else None, mended.get(act.id, 0)) for act in lines]
    costs = list(session.scalars(select(Cost).where(Cost.document_id == document.id, ~Cost.shared).order_by(Cost.id)))
    first_day = session.scalar(select(func.min(Cost.business_day)).where(Cost.document_id == document.id))
    first = None if first_day is None else periods.month_of(first_day)
    for cost in costs:
        cost.shared = True
        corrected = None if first == periods.month_of(cost.business_day) else first
        for act, part in zip(lines, share_cost(cost.kind, cost.amount, sharers), strict=True):
            posting.append(
                session, act, entry="cost", business_day=cost.business_day, document_id=document.id, count=acts[act.id], cost=part, cost_kind=cost.kind,
                cost_id=cost.id, corrects_period=corrected, reason=cost.reason, person_id=by,
            )  # fmt: skip
    if costs:
        for act in lines:
            act.costed = True
    regrade(session, acts)


def unshared(session: Session, document_id: int) -> list[Cost]:
    """Return the costs of a document that no act carries yet."""
    return list(session.scalars(select(Cost).where(Cost.document_id == document_id, ~Cost.shared).order_by(Cost.id)))


def units_of(session: Session, act_ids: Sequence[int]) -> dict[int, int]:
    """Return the units of acts by id, as costs are shared over them."""
    statement = select(SavingShare.act_id, func.sum(SavingShare.count)).where(SavingShare.act_id.in_(act_ids)).group_by(SavingShare.act_id)
    return {row[0]: int(row[1]) for row in session.execute(statement)}
