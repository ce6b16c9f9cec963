"""What waits for whom, and what was decided."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval, ApprovalDue
from assetpool.approvals.rule_sets import DECIDING
from assetpool.approvals.standing_in import lent_to
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.org.queries import Access
from assetpool.records.models import Document


def open_steps(session: Session, document_id: int) -> list[ApprovalDue]:
    """Return the steps of a document that are not closed, in their order; those awaited now have `opened_at`."""
    return open_steps_of(session, [document_id])


def open_steps_of(session: Session, document_ids: Collection[int]) -> list[ApprovalDue]:
    """Return the steps of documents that are not closed, those of each in their order, in one query."""
    statement = select(ApprovalDue).where(ApprovalDue.document_id.in_(document_ids), ApprovalDue.closed_at.is_(None))
    return list(session.scalars(statement.order_by(ApprovalDue.document_id, ApprovalDue.round, ApprovalDue.stage, ApprovalDue.position)))


def due_of(session: Session, document_id: int) -> ApprovalDue | None:
    """Return the step a document waits for now (of several the first), if any."""
    found = open_steps(session, document_id)
    return found[0] if found else None


def dues_of(session: Session, document_id: int) -> list[ApprovalDue]:
    """Return the steps a document waits for now."""
    return [row for row in open_steps(session, document_id) if row.opened_at is not None]


def round_of(session: Session, document_id: int) -> list[ApprovalDue]:
    """Return all steps of a document's last round, taken ones too, in their order."""
    statement = select(ApprovalDue).where(ApprovalDue.document_id == document_id)
    rows = list(session.scalars(statement.order_by(ApprovalDue.round, ApprovalDue.stage, ApprovalDue.position)))
    return [row for row in rows if row.round == rows[-1].round]


def given(session: Session, document_id: int) -> list[Approval]:
    """Return the decisions on a document, oldest first."""
    return list(session.scalars(select(Approval).where(Approval.document_id == document_id).order_by(Approval.height)))


def deciders(session: Session, document_id: int) -> dict[int, str]:
    """Return who decided on a document, with the step."""
    return {row.person_id: row.step for row in given(session, document_id)}


def waiting_for(session: Session, access: Access) -> list[tuple[Document, ApprovalDue]]:
    """Return the documents whose present step this person may take, in their own right or in somebody's place, each once.

    Own requests are among them; they are barred at the act.
    """
    conditions = [(ApprovalDue.role == role) & ApprovalDue.organization_id.in_(access.organizations(role)) for role in sorted(access.roles & set(DECIDING))]
    pool = session.get(Pool, access.pool_id)
    lent = lent_to(session, access.person_id, clock.today(pool.time_zone)) if pool is not None else []
    if lent:
        place = Access(access.person_id, access.pool_id, tuple(one.grant for one in lent))
        conditions += [(ApprovalDue.role == role) & ApprovalDue.organization_id.in_(place.organizations(role)) for role in sorted(place.roles)]
    if not conditions:
        return []
    statement = (
        select(Document, ApprovalDue)
        .join(ApprovalDue, ApprovalDue.document_id == Document.id)
        .where(ApprovalDue.closed_at.is_(None), ApprovalDue.opened_at.is_not(None), or_(*conditions))
        .order_by(ApprovalDue.opened_at, Document.id, ApprovalDue.position)
    )
    found: dict[int, tuple[Document, ApprovalDue]] = {}
    for row in session.execute(statement):
        found.setdefault(row[0].id, (row[0], row[1]))
    return list(found.values())
