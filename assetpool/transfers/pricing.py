"""Who asked for or approved a kind in a transfer still open, so that the same person does not price it meanwhile."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.core.errors import N_
from assetpool.records.models import Document
from assetpool.transfers.models import Transfer, TransferLine

OPEN = ("submitted", "giver_endorsed", "receiver_endorsed", "approved", "partly_handed_over", "handed_over")
"""From handing in until it is accepted the price of a transfer is not frozen yet."""


def parts(session: Session, person_id: int, kind_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return by kind in which open transfer a person asked for it or decided on it, and as what; in one query."""
    decided = select(Approval.document_id).where(Approval.person_id == person_id)
    statement = (
        select(TransferLine.kind_id, Document.number, Transfer.requester_id)
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .join(Document, Document.id == Transfer.id)
        .where(TransferLine.kind_id.in_(kind_ids), Document.state.in_(OPEN))
        .where(or_(Transfer.requester_id == person_id, Document.id.in_(decided)))
        .order_by(Document.id.desc())
    )
    rows = session.execute(statement)
    return {row.kind_id: (row.number, N_("requester") if row.requester_id == person_id else N_("approver")) for row in rows}
