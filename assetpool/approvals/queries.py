"""What waits for whom, and what was decided."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval, ApprovalDue
from assetpool.org.queries import Access
from assetpool.records.models import Document


def due_of(session: Session, document_id: int) -> ApprovalDue | None:
    """Return the step a document waits for now, if any."""
    statement = select(ApprovalDue).where(ApprovalDue.document_id == document_id, ApprovalDue.closed_at.is_(None))
    return session.scalar(statement.order_by(ApprovalDue.round, ApprovalDue.position).limit(1))


def given(session: Session, document_id: int) -> list[Approval]:
    """Return the decisions on a document, oldest first."""
    return list(session.scalars(select(Approval).where(Approval.document_id == document_id).order_by(Approval.height)))


def deciders(session: Session, document_id: int) -> dict[int, str]:
    """Return who decided on a document, with the step."""
    return {row.person_id: row.step for row in given(session, document_id)}


def waiting_for(session: Session, access: Access) -> list[tuple[Document, ApprovalDue]]:
    """Return the documents whose present step this person may take (own requests included; they are barred at the act)."""
    conditions = [
        (ApprovalDue.role == role) & ApprovalDue.organization_id.in_(access.organizations(role)) for role in sorted(access.roles & {"head", "approver"})
    ]
    if not conditions:
        return []
    either = conditions[0] if len(conditions) == 1 else conditions[0] | conditions[1]
    statement = (
        select(Document, ApprovalDue)
        .join(ApprovalDue, ApprovalDue.document_id == Document.id)
        .where(ApprovalDue.closed_at.is_(None), ApprovalDue.opened_at.is_not(None), either)
        .order_by(ApprovalDue.opened_at, Document.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]
