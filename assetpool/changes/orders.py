"""Acts on change orders: approve (which changes the request in the same act), reject, send back, withdraw."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assetpool.approvals.service import PaperDecision
from assetpool.changes import applying, ordering, telling
from assetpool.changes.deciding import Undecided
from assetpool.changes.models import ChangeOrder
from assetpool.changes.ordering import ask as ask
from assetpool.changes.steps import STEPS
from assetpool.records import service as records
from assetpool.records.models import Document

_decisions = Undecided("CO", ChangeOrder, ordering.content_digest)
reject, send_back, cancel = _decisions.reject, _decisions.send_back, _decisions.cancel


def approve(
    session: Session,
    number: str,
    *,
    by: int,
    reason: str = "",
    revision: int | None = None,
    occurred_at: datetime | None = None,
    paper: PaperDecision | None = None,
) -> Document:
    """Give the approval that is due; with the last one the request changes, or NotEnoughStock, PromisedElsewhere, StandsDifferently is raised."""
    document, row = _decisions.locked(session, number, revision)
    request = records.lock_ids(session, [row.request_id])[row.request_id]
    when = records.occurrence(session, occurred_at)
    if _decisions.consent(session, document, row, by, ordering.barred(session, document, row), reason, when, paper):
        applying.apply(session, request, row, by)
        records.remark(session, request, by, "change", document.number, when)
        records.step(session, document, "approved", by, "approve", STEPS, reason, when)
        telling.changed(session, document, row, request)
    return document
