"""The acts of the savings ledger as others ask for them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.savings.models import SavingAct


def acts_of(session: Session, document_id: int) -> list[SavingAct]:
    """Return the acts of a slip (or opening statement), by line."""
    return list(session.scalars(select(SavingAct).where(SavingAct.document_id == document_id).order_by(SavingAct.line_no)))


def act_of(session: Session, document_id: int, line_no: int) -> SavingAct | None:
    """Return the act of a slip's line, if it was accepted."""
    return session.scalar(select(SavingAct).where(SavingAct.document_id == document_id, SavingAct.line_no == line_no))
