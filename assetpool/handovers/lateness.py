"""What an organization should have brought back long ago."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.custody.models import State, Tranche
from assetpool.handovers.models import Slip
from assetpool.records.models import Document
from assetpool.requisitions.blocking import Overdue


def longest_overdue(session: Session, organization_id: int, today: date, days: int) -> Overdue | None:
    """Return the slip of an organization that is overdue longest, if by more than so many days; None if there is none.

    Who answers for a thing counts: after an exchange that may be another borrower than the one it was handed to.
    """
    statement = (
        select(Document.number, Slip.due_on, func.sum(Tranche.count).label("units"))
        .join(Slip, Slip.id == Document.id)
        .join(Tranche, (Tranche.document_id == Slip.id) & (Tranche.state == State.OUT) & (Tranche.count > 0))
        .where(Tranche.custodian_id == organization_id, Slip.purpose == "loan", Slip.due_on < today - timedelta(days=days))
        .group_by(Document.id, Slip.id)
        .order_by(Slip.due_on, Document.id)
        .limit(1)
    )
    row = session.execute(statement).first()
    return None if row is None or row.due_on is None else Overdue(row.number, (today - row.due_on).days, int(row.units))
