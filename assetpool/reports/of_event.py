"""The figures of one event, over all time: the rows of the savings report narrowed to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.org.queries import Access
from assetpool.reports.figures import Row
from assetpool.reports.queries import report
from assetpool.savings.models import SavingAct


def totals(session: Session, access: Access, event_id: int, today: date) -> Sequence[Row]:
    """Return what an event spared, per kind of saving; nothing while no act of it was accepted."""
    first = session.scalar(select(func.min(SavingAct.accepted_on)).where(SavingAct.event_id == event_id))
    return () if first is None else report(session, access, first, max(today, first), "kind", narrow=[SavingAct.event_id == event_id]).totals
