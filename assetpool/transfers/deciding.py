"""What the rules of approval are asked about a transfer: its lines by class, value and units, the receiver who asks, and both sides."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.rules import Facts
from assetpool.approvals.rules import Kind as Decided
from assetpool.catalog.models import Store
from assetpool.org.models import Organization, Role
from assetpool.org.queries import holders
from assetpool.records.models import Document
from assetpool.requisitions.deciding import parts_of
from assetpool.transfers.models import Transfer
from assetpool.transfers.queries import lines as lines_of

Question = tuple[list[approvals.Step], approvals.Asked]


def has_head(session: Session, organization_id: int, requester_id: int) -> bool:
    """Say whether an organization itself has a head other than the requester."""
    return any(person != requester_id for person in holders(session, Role.HEAD, organization_id, exactly=True))


def question(session: Session, document: Document, row: Transfer) -> Question:
    """Return the usual steps of a transfer (the heads of giver and receiver where there are some, then the store's approver) and what the rules are asked."""
    store = session.get_one(Store, row.store_id)
    receiver = session.get_one(Organization, row.receiver_id)
    parts = parts_of(session, document.pool_id, [(line.kind_id, line.asked) for line in lines_of(session, row.id)])
    facts = Facts(Decided.TRANSFER, receiver.path, receiver.kind, parts)
    asked = approvals.Asked(facts, row.requester_id, row.receiver_id, giver_id=row.giver_id, receiver_id=row.receiver_id, store_id=store.organization_id)
    sides = (("giver_endorse", row.giver_id), ("receiver_endorse", row.receiver_id))
    endorsements = [approvals.Step(step, Role.HEAD, side) for step, side in sides if has_head(session, side, row.requester_id)]
    return [*endorsements, approvals.Step("approve", Role.APPROVER, store.organization_id)], asked


def plan(session: Session, document: Document, row: Transfer) -> approvals.Plan:
    """Return who would have to say yes if the transfer were handed in now."""
    return approvals.plan(session, *question(session, document, row))
