"""Compensation for losses: only what an outsider paid in, with proof, takes something off a loss, and never more than the loss (SAVINGS.md, Costs)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records.models import Document, PersonalFact
from assetpool.records.service import keep_personal, lock_ids
from assetpool.savings import posting, seals, vouchers
from assetpool.savings.cost_models import Compensation
from assetpool.savings.models import SavingAct, SavingEntry, Voucher
from assetpool.savings.running import STOPPED

PAYERS = {"outside": N_("Somebody outside the treasury"), "treasury": N_("A body the treasury pays for")}
MARK = "compensation"
"""What the entry of a compensation says as its reason, with its id behind."""


class NothingLost(DomainError):
    """The act has no loss that could be compensated."""

    sentence = N_("%(number)s, line %(line)d: nothing was lost or damaged on it, so there is nothing to compensate.")


@dataclass(frozen=True)
class Paid:
    """What was paid in: by whom (`kind`: outside or treasury), how much in fen, when, by which receipt with its file."""

    payer: str
    kind: str
    amount: int
    paid_on: date
    issuer: str
    number: str
    file_id: int | None = None
    total: int | None = None
    share: bool = False


def compensate(session: Session, act_id: int, paid: Paid, *, by: int, document_id: int | None = None) -> Compensation:
    """Record what was paid in for the losses of an act, on its slip or the return named; post what that takes off the loss.

    What the treasury paid itself is recorded and takes nothing off; neither does what goes beyond the loss. It is entered on today's day
    and names the period of the loss. Raise NothingLost, FieldInvalid, VoucherTaken, VoucherExceeded; guarded by the role of finance.
    """
    act = session.get(SavingAct, act_id)
    if act is None:
        raise NotFound(what=str(act_id))
    documents = lock_ids(session, {act.document_id, document_id or act.document_id})
    session.refresh(act)
    number = documents[act.document_id].number
    store = session.get(Store, act.store_id) if act.store_id else None
    demand(session, by, (Role.FINANCE, Role.ADMINISTRATOR), store.organization_id if store else act.receiver_id)
    today = clock.today(session.get_one(Pool, act.pool_id).time_zone)
    _check(paid, today)
    period = _period_of_loss(session, act)
    if period is None or act.reviewed in STOPPED:
        raise NothingLost(number=number, line=act.line_no)
    part = vouchers.Part(paid.issuer, paid.number, paid.amount, paid.total, paid.file_id, paid.share)
    voucher_id = vouchers.enter(session, act.pool_id, [part], by)[vouchers.voucher_key(paid.issuer, paid.number)]
    if paid.kind == "outside" and session.get_one(Voucher, voucher_id).file_id is None:
        raise FieldInvalid(field=Word(N_("Proof")), problem=Word(N_("attach the receipt that shows the money was paid in.")))
    payer = keep_personal(session, act.pool_id, document_id or act.document_id, "payer", paid.payer.strip())
    row = Compensation(
        pool_id=act.pool_id, act_id=act.id, document_id=document_id or act.document_id, payer_id=payer.id, payer_digest=payer.digest,
        payer_kind=paid.kind, amount=paid.amount, credited=credit(paid.kind, paid.amount, open_loss(session, act.id)), paid_on=paid.paid_on,
        voucher_id=voucher_id, entered_by=by, entered_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    seals.seal(session, act.pool_id, row)
    posting.append(
        session, act, entry="cost", business_day=today, corrects_period=period, document_id=row.document_id, cost=-row.credited, cost_kind="loss",
        person_id=by, reason=f"{MARK} {row.id}",
    )  # fmt: skip
    return row


def credit(payer_kind: str, amount: int, loss: int) -> int:
    """Return what a compensation takes off a loss: nothing if the treasury paid it, never more than the loss."""
    return min(amount, max(0, loss)) if payer_kind == "outside" else 0


def open_loss(session: Session, act_id: int) -> int:
    """Return what an act's losses still cost, less compensation and reversals."""
    posted = select(func.coalesce(func.sum(SavingEntry.cost), 0)).where(SavingEntry.act_id == act_id, SavingEntry.cost_kind == "loss")
    queued = sum(fact["cost"] or 0 for fact in posting.pending(session) if fact["act_id"] == act_id and fact["cost_kind"] == "loss")
    return int(session.scalar(posted) or 0) + queued


def compensations_of(session: Session, act_ids: list[int]) -> list[tuple[Compensation, Voucher, PersonalFact]]:
    """Return what was paid in for acts, with receipt and payer, in the order entered."""
    statement = (
        select(Compensation, Voucher, PersonalFact)
        .join(Voucher, Voucher.id == Compensation.voucher_id)
        .join(PersonalFact, PersonalFact.id == Compensation.payer_id)
        .where(Compensation.act_id.in_(act_ids))
        .order_by(Compensation.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def _check(paid: Paid, today: date) -> None:
    if paid.kind not in PAYERS:
        raise FieldInvalid(field=Word(N_("Payer")), problem=Word(N_("say whether the treasury pays for this body.")))
    if not paid.payer.strip():
        raise FieldInvalid(field=Word(N_("Payer")), problem=Word(N_("name who paid.")))
    if paid.amount <= 0:
        raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("enter what was paid in.")))
    if not paid.issuer.strip() or not paid.number.strip():
        raise FieldInvalid(field=Word(N_("Receipt")), problem=Word(N_("name who issued it, and its number.")))
    if paid.paid_on > today:
        raise FieldInvalid(field=Word(N_("Paid on")), problem=Word(N_("only what was paid in counts, so this day cannot lie in the future.")))


def _period_of_loss(session: Session, act: SavingAct) -> str | None:
    """Return the period of the newest loss of an act, None if nothing was lost."""
    lost = select(SavingEntry.period).where(SavingEntry.act_id == act.id, SavingEntry.cost_kind == "loss", SavingEntry.cost > 0)
    found = session.scalar(lost.order_by(SavingEntry.height.desc()).limit(1))
    if found is not None:
        return found
    queued = [fact["period"] for fact in posting.pending(session) if fact["act_id"] == act.id and fact["cost_kind"] == "loss" and (fact["cost"] or 0) > 0]
    return queued[-1] if queued else None


def lost_on(session: Session, document: Document) -> list[SavingAct]:
    """Return the acts of a slip that have losses."""
    lost = select(SavingEntry.act_id).where(SavingEntry.cost_kind == "loss", SavingEntry.cost > 0)
    return list(session.scalars(select(SavingAct).where(SavingAct.document_id == document.id, SavingAct.id.in_(lost)).order_by(SavingAct.line_no)))
