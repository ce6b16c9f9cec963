"""What is told about changes that were granted: keepers learn what goes out otherwise, and what comes back later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from assetpool.catalog.queries import stores
from assetpool.changes.models import ChangeOrder, Extension, ExtensionLine
from assetpool.handovers.models import Slip
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.records import outbox
from assetpool.records.models import Document
from assetpool.reservations import queries as stock


def changed(session: Session, document: Document, row: ChangeOrder, request: Document) -> None:
    """Tell the keepers of the stores concerned that an approved request was changed."""
    concerned = {promise.store_id for promise in stock.of_document(session, request.id)}
    _tell(session, "change_decided", document, _keepers(session, concerned), {row.requester_id}, request=request.number)


def extended(session: Session, document: Document, row: Extension, slip: Slip, lines: Sequence[ExtensionLine]) -> None:
    """Tell whoever handed the things over and the keepers of their store until when they stay out."""
    number, units = session.get_one(Document, row.slip_id).number, sum(line.units for line in lines)
    facts: dict[str, str | int] = {"slip": number, "units": units, "until": row.until.isoformat()}
    _tell(session, "extension_decided", document, _keepers(session, {slip.store_id}), {row.requester_id, slip.keeper_id}, **facts)


def _keepers(session: Session, store_ids: Iterable[int]) -> list[tuple[str, int]]:
    return sorted({(Role.KEEPER, store.organization_id) for store in stores(session, store_ids).values()})


def _tell(session: Session, topic: str, document: Document, roles: list[tuple[str, int]], people: set[int], **facts: str | int) -> None:
    organization = names(session, [document.organization_id])[document.organization_id].name
    told = {"number": document.number, "organization": organization, **facts}
    outbox.tell(session, topic, pool_id=document.pool_id, people=people, roles=roles, document_id=document.id, facts=told)
