"""Approving many requests in one act: the stock that all of them concern is locked in one order, and what each reads is read once for all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds
from assetpool.core.db import hold
from assetpool.records.models import Document
from assetpool.requisitions.effects import helped
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines_of_several
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations


def prepare(session: Session, documents: Sequence[Document]) -> None:
    """Lock the stock rows of locked requests: of what they ask for, of what is given instead and of what is kept for them."""
    ids = [document.id for document in documents]
    hold(session, list(session.scalars(select(Requisition).where(Requisition.id.in_(ids)))))
    wanted: set[tuple[int, int | None]] = {(line.kind_id, line.store_id) for lines in lines_of_several(session, ids).values() for line in lines}
    wanted |= {(kind_id, None) for help_ in helped(session, ids).values() for units in help_.instead.values() for kind_id in units}
    hold(session, list(kinds(session, {kind_id for kind_id, _store in wanted}).values()))
    reservations.lock(session, {*wanted, *stock.keys_offered(session, ids)})
