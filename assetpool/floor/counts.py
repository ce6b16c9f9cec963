"""Which stocktakes are being counted, so that a device can take their pages along."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.stocktake.steps import OPEN

MOST = 20


def under_way(session: Session, access: Access) -> list[str]:
    """Return the numbers of the newest stocktakes one may see that take counts now."""
    statement = select(Document.number).where(Document.kind == "ST", Document.state.in_(OPEN), visible(access))
    return list(session.scalars(statement.order_by(Document.id.desc()).limit(MOST)))
