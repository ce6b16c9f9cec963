"""The acts of the savings ledger as others ask for them, with their frozen terms, entries, decisions and costs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingReview, SavingShare, Voucher


def acts_of(session: Session, document_id: int) -> list[SavingAct]:
    """Return the acts of a slip (or opening statement), by line."""
    return list(session.scalars(select(SavingAct).where(SavingAct.document_id == document_id).order_by(SavingAct.line_no)))


def act_of(session: Session, document_id: int, line_no: int) -> SavingAct | None:
    """Return the act of a slip's line, if it was accepted."""
    return session.scalar(select(SavingAct).where(SavingAct.document_id == document_id, SavingAct.line_no == line_no))


def shares_of(session: Session, act_id: int) -> list[SavingShare]:
    """Return the frozen terms of an act, tranche by tranche."""
    return list(session.scalars(select(SavingShare).where(SavingShare.act_id == act_id).order_by(SavingShare.id)))


def entries_of(session: Session, act_id: int) -> list[SavingEntry]:
    """Return the entries of an act in the order of the chain."""
    return list(session.scalars(select(SavingEntry).where(SavingEntry.act_id == act_id).order_by(SavingEntry.height)))


def reviews_of(session: Session, act_id: int) -> list[SavingReview]:
    """Return the decisions on an act, oldest first."""
    return list(session.scalars(select(SavingReview).where(SavingReview.act_id == act_id).order_by(SavingReview.height)))


def costs_of(session: Session, *document_ids: int) -> list[tuple[Cost, Voucher | None]]:
    """Return what documents cost, document by document in the order entered, with the vouchers; one query."""
    statement = select(Cost, Voucher).outerjoin(Voucher, Voucher.id == Cost.voucher_id).where(Cost.document_id.in_(document_ids))
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Cost.document_id, Cost.id))]
