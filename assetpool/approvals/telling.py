"""What is told about decisions: a step is due, is due soon, went past its time, is taken."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from assetpool.approvals.models import ApprovalDue
from assetpool.org.models import Organization
from assetpool.records import outbox
from assetpool.records.models import Document
from assetpool.records.outbox import Message

DUE, REMINDER, ESCALATED = "approval_due", "approval_reminder", "approval_escalated"
DECIDED = {"yes": "decided_yes", "no": "decided_no", "sent_back": "decided_back"}


def due(session: Session, document: Document, row: ApprovalDue) -> Message:
    """Say to who holds the role that a document waits for them."""
    roles = frozenset({(row.role, row.organization_id)})
    return Message(DUE, document.pool_id, roles=roles, document_id=document.id, facts=_facts(session, document), once=f"due:{row.id}")


def reminder(session: Session, document: Document, row: ApprovalDue) -> None:
    """Tell them again before the time is over."""
    outbox.tell(
        session, REMINDER, pool_id=document.pool_id, roles=[(row.role, row.organization_id)], document_id=document.id,
        facts={**_facts(session, document), "until": row.due_at.isoformat() if row.due_at else ""}, urgent=True, once=f"remind:{row.id}",
    )  # fmt: skip


def escalated(session: Session, document: Document, row: ApprovalDue, people: Iterable[int]) -> None:
    """Tell those above that a step was not taken in time."""
    outbox.tell(
        session, ESCALATED, pool_id=document.pool_id, people=people, document_id=document.id,
        facts={**_facts(session, document), "until": row.due_at.isoformat() if row.due_at else ""}, urgent=True, once=f"escalate:{row.id}",
    )  # fmt: skip


def decided(session: Session, document: Document, decision: str, reason: str) -> Message:
    """Say to who handed a document in how it was decided, with the reason."""
    facts = {**_facts(session, document), "decision": decision, "reason": reason}
    return Message(DECIDED[decision], document.pool_id, people=frozenset({document.created_by}), document_id=document.id, facts=facts)


def _facts(session: Session, document: Document) -> dict[str, str]:
    organization = session.get_one(Organization, document.organization_id)
    return {"number": document.number, "organization": organization.name}
