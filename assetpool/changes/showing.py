"""What the pages of extensions and change orders show: before and after, what is free, who decides, what this person can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.pages import Duty, duty
from assetpool.approvals.queries import dues_of
from assetpool.approvals.showing import Round, of_document
from assetpool.approvals.wording import awaited, timeline, way
from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.changes import applying, extending, ordering
from assetpool.changes.models import ChangeLine, ChangeOrder, Extension, ExtensionLine
from assetpool.core.errors import N_
from assetpool.custody.models import Asset
from assetpool.handovers.models import Slip
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access, path_of, people
from assetpool.records.models import Document
from assetpool.records.queries import trail_of, visible
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.steps import OPEN
from assetpool.reservations.queries import keys_of, ledgers
from assetpool.reservations.service import pool_today

STATIONS = (("draft", "create", N_("Written")), ("submitted", "submit", N_("Handed in")), ("approved", "approve", N_("Approved by the pool")))


@dataclass(frozen=True)
class Frame:
    """What the page of every change says about its decision."""

    steps: tuple[dict[str, str], ...]
    awaited: str
    round: Round
    timeline: tuple[dict[str, str], ...]
    duty: Duty
    cancel: bool


def frame(session: Session, access: Access, document: Document, requester_id: int, barred: dict[int, str]) -> Frame:
    """Return it for an extension or a change order."""
    dues = dues_of(session, document.id)
    trail = trail_of(session, document.id)
    persons = people(session, [entry.person_id for entry in trail])
    own = access.may((Role.ORGANIZER, Role.CLERK), path_of(session, document.organization_id))
    stations = [(state, act, _(label)) for state, act, label in STATIONS]
    return Frame(
        tuple(way(document, stations, trail, persons, "submitted" if document.state == "sent_back" else None)),
        awaited(session, dues[0] if dues else None),
        of_document(session, document, barred),
        tuple(timeline(trail, persons)),
        duty(session, access, dues, requester_id, barred),
        own and document.state == "submitted",
    )


@dataclass(frozen=True)
class Extended:
    """Everything on the page of an extension."""

    document: Document
    row: Extension
    slip: Document
    borrower: Organization
    lines: tuple[tuple[ExtensionLine, Asset, Kind], ...]
    frame: Frame

    @property
    def units(self) -> int:
        """Return how many units are to stay longer."""
        return sum(line.units for line, _asset, _kind in self.lines)

    @property
    def due(self) -> date:
        """Return the first day on which one of them was due when asked."""
        return min(line.due_before for line, _asset, _kind in self.lines)


def lines_of(session: Session, extension_ids: Sequence[int]) -> list[tuple[ExtensionLine, Asset, Kind]]:
    """Return the lines of extensions with their tags and kinds, in one query."""
    statement = select(ExtensionLine, Asset, Kind).join(Asset, Asset.id == ExtensionLine.asset_id).join(Kind, Kind.id == Asset.kind_id)
    statement = statement.where(ExtensionLine.extension_id.in_(extension_ids)).order_by(ExtensionLine.extension_id, ExtensionLine.line_no, ExtensionLine.id)
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def extended(session: Session, access: Access, document: Document) -> Extended:
    """Put together the page of an extension."""
    row = session.get_one(Extension, document.id)
    return Extended(
        document,
        row,
        session.get_one(Document, row.slip_id),
        session.get_one(Organization, session.get_one(Slip, row.slip_id).receiver_id),
        tuple(lines_of(session, [row.id])),
        frame(session, access, document, row.requester_id, extending.barred(session, document, row)),
    )


@dataclass(frozen=True)
class Changed:
    """Everything on the page of a change order; `lines` with kind and, while it is undecided, the units free for what is new (None: not concerned)."""

    document: Document
    row: ChangeOrder
    request: Document
    borrower: Organization
    lines: tuple[tuple[ChangeLine, Kind, int | None], ...]
    frame: Frame

    @property
    def moves(self) -> bool:
        """Say whether the days differ."""
        return (self.row.first_before, self.row.last_before) != (self.row.first_day, self.row.last_day)


def changed(session: Session, access: Access, document: Document) -> Changed:
    """Put together the page of a change order."""
    row = session.get_one(ChangeOrder, document.id)
    lines = applying.lines_of(session, row.id)
    kinds = kinds_of(session, [line.kind_id for line in lines])
    today = pool_today(session, document.pool_id)
    books = ledgers(session, keys_of(session, kinds), today) if document.state == "submitted" else {}
    shown = []
    for line in lines:
        kind = kinds[line.kind_id]
        stores = [book for (kind_id, store_id), book in books.items() if kind_id == kind.id and line.store_id in (None, store_id)]
        free = sum(book.free(max(row.first_day, today), row.last_day, kind.turn_round_days) for book in stores)
        shown.append((line, kind, free if books and line.what != "keep" else None))
    return Changed(
        document,
        row,
        session.get_one(Document, row.request_id),
        session.get_one(Organization, document.organization_id),
        tuple(shown),
        frame(session, access, document, row.requester_id, ordering.barred(session, document, row)),
    )


def came_of(session: Session, access: Access, request_id: int) -> list[Document]:
    """Return the visible change orders of a request and extensions of its slips, oldest first."""
    orders = select(ChangeOrder.id).where(ChangeOrder.request_id == request_id)
    extensions = select(Extension.id).join(Slip, Slip.id == Extension.slip_id).where(Slip.request_id == request_id)
    statement = select(Document).where(Document.id.in_(orders.union_all(extensions)), visible(access))
    return list(session.scalars(statement.order_by(Document.id)))


def of_request(session: Session, access: Access, document: Document) -> dict[str, Any]:
    """Say whether this person may ask for a change of a request."""
    own = document.state in OPEN and access.may((Role.ORGANIZER, Role.CLERK), path_of(session, document.organization_id))
    return {"may_change": own and session.get_one(Requisition, document.id).kind == "loan"}
