"""Acts on change orders: approve (which changes the request in the same act), reject, send back, withdraw."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.changes import applying, ordering
from assetpool.changes.models import ChangeOrder
from assetpool.changes.ordering import ask as ask
from assetpool.changes.steps import STEPS
from assetpool.core.errors import N_
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document


def _locked(session: Session, number: str, revision: int | None) -> tuple[Document, ChangeOrder]:
    document = records.lock(session, number, "CO")
    records.unchanged(document, revision)
    return document, session.get_one(ChangeOrder, document.id)


def approve(
    session: Session,
    number: str,
    *,
    by: int,
    reason: str = "",
    revision: int | None = None,
    occurred_at: datetime | None = None,
    paper: approvals.PaperDecision | None = None,
) -> Document:
    """Give the approval that is due; with the last one the request changes, or NotEnoughStock, PromisedElsewhere, StandsDifferently is raised."""
    document, row = _locked(session, number, revision)
    request = records.lock_ids(session, [row.request_id])[row.request_id]
    when = records.occurrence(session, occurred_at)
    step = approvals.awaited(session, document).step
    digest, barred = ordering.content_digest(session, row), ordering.barred(session, document, row)
    if approvals.give(session, document, by, digest, barred, "yes", reason, when, paper) is not None:
        records.remark(session, document, by, "endorse" if step == "endorse" else "agree", reason, when)
        return document
    applying.apply(session, request, row, by)
    records.remark(session, request, by, "change", document.number, when)
    records.step(session, document, "approved", by, "approve", STEPS, reason, when)
    return document


def _decline(session: Session, number: str, to: str, by: int, reason: str, revision: int | None) -> Document:
    document, row = _locked(session, number, revision)
    digest, barred = ordering.content_digest(session, row), {row.requester_id: N_("requester")}
    approvals.decline(session, document, to, by=by, content_digest=digest, barred=barred, steps=STEPS, reason=reason)
    return document


def reject(session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
    """Reject a change; the request stays as it was approved."""
    return _decline(session, number, "rejected", by, reason, revision)


def send_back(session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
    """Send a change back to be asked for in another way."""
    return _decline(session, number, "sent_back", by, reason, revision)


def cancel(session: Session, number: str, *, by: int, reason: str = "", revision: int | None = None) -> Document:
    """Take a change back before it is decided."""
    document, _row = _locked(session, number, revision)
    demand(session, by, (Role.ORGANIZER, Role.CLERK), document.organization_id)
    approvals.close_round(session, document)
    records.step(session, document, "withdrawn", by, "cancel", STEPS, reason)
    return document
