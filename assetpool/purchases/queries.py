"""Recorded purchases and what they put in doubt, as the lists show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.purchases.models import LaterPurchase, PurchaseMatch
from assetpool.records.models import Document
from assetpool.savings.models import SavingAct
from assetpool.savings.standing import visible

STATES = ("proposed", "accepted", "dismissed")


@dataclass(frozen=True)
class Doubt:
    """An act beside the purchase that puts it in doubt."""

    match: PurchaseMatch
    purchase: LaterPurchase
    buyer: Organization
    act: SavingAct
    number: str
    kind: Kind | None


def doubts(session: Session, access: Access, state: str, before: int | None, limit: int) -> list[Doubt]:
    """Return what purchases put in doubt in a state, of the acts a person may see, the newest first; one query."""
    statement = (
        select(PurchaseMatch, LaterPurchase, Organization, SavingAct, Document.number, Kind)
        .join(LaterPurchase, LaterPurchase.id == PurchaseMatch.purchase_id)
        .join(Organization, Organization.id == LaterPurchase.organization_id)
        .join(SavingAct, SavingAct.id == PurchaseMatch.act_id)
        .join(Document, Document.id == SavingAct.document_id)
        .outerjoin(Kind, Kind.id == SavingAct.kind_id)
        .where(PurchaseMatch.pool_id == access.pool_id, PurchaseMatch.state == state, visible(session, access))
        .order_by(PurchaseMatch.id.desc())
        .limit(limit)
    )
    rows = session.execute(statement if before is None else statement.where(PurchaseMatch.id < before))
    return [Doubt(*row) for row in rows]


def purchases(session: Session, access: Access, before: int | None, limit: int) -> list[tuple[LaterPurchase, Organization, int]]:
    """Return recorded purchases of organizations where a person holds a role, the newest first, with how many acts each put in doubt."""
    found = select(func.count()).where(PurchaseMatch.purchase_id == LaterPurchase.id).scalar_subquery()
    statement = (
        select(LaterPurchase, Organization, found)
        .join(Organization, Organization.id == LaterPurchase.organization_id)
        .where(LaterPurchase.pool_id == access.pool_id, access.sees(LaterPurchase.organization_id))
        .order_by(LaterPurchase.id.desc())
        .limit(limit)
    )
    rows = session.execute(statement if before is None else statement.where(LaterPurchase.id < before))
    return [(row[0], row[1], row[2]) for row in rows]
