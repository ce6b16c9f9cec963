"""Who asked for or approved a kind in a request still open, so that the same person does not price it meanwhile."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.core.errors import N_
from assetpool.records.models import Document
from assetpool.requisitions.models import Requisition, RequisitionLine

OPEN = ("submitted", "endorsed", "stock_checked", "approved", "partly_issued", "issued")
"""From handing in until what was issued is accepted the price of a request is not frozen yet."""


def parts(session: Session, person_id: int, kind_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return by kind in which open request a person asked for it or decided on it, and as what; in one query."""
    decided = select(Approval.document_id).where(Approval.person_id == person_id)
    statement = (
        select(RequisitionLine.kind_id, Document.number, Requisition.requester_id)
        .join(Requisition, Requisition.id == RequisitionLine.requisition_id)
        .join(Document, Document.id == Requisition.id)
        .where(RequisitionLine.kind_id.in_(kind_ids), Document.state.in_(OPEN))
        .where(or_(Requisition.requester_id == person_id, Document.id.in_(decided)))
        .order_by(Document.id.desc())
    )
    rows = session.execute(statement)
    return {row.kind_id: (row.number, N_("requester") if row.requester_id == person_id else N_("approver")) for row in rows}
