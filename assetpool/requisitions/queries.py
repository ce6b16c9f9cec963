"""Requests as a person may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.events.models import Event
from assetpool.events.queries import events
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.org.queries import names as organizations_named
from assetpool.records.models import Document, PersonalFact
from assetpool.records.queries import visible
from assetpool.requisitions.models import Requisition, RequisitionLine

SHOWN_KINDS = 3


@dataclass(frozen=True)
class Row:
    """One request of a list, with what it says about itself in a line."""

    document: Document
    requisition: Requisition
    organization: Organization
    event: Event | None
    things: tuple[tuple[Kind, int], ...]
    more: int


@dataclass(frozen=True)
class Sought:
    """What a list of requests is narrowed to; empty values narrow nothing."""

    state: str = ""
    kind: str = ""
    text: str = ""
    organization_id: int | None = None
    event_id: int | None = None


def lines(session: Session, requisition_id: int) -> list[RequisitionLine]:
    """Return a request's lines in order."""
    return list(session.scalars(select(RequisitionLine).where(RequisitionLine.requisition_id == requisition_id).order_by(RequisitionLine.line_no)))


def lines_of_several(session: Session, ids: Iterable[int]) -> dict[int, list[RequisitionLine]]:
    """Return the lines of several requests, in order, in one query."""
    found: dict[int, list[RequisitionLine]] = defaultdict(list)
    statement = select(RequisitionLine).where(RequisitionLine.requisition_id.in_(set(ids)))
    for line in session.scalars(statement.order_by(RequisitionLine.requisition_id, RequisitionLine.line_no)):
        found[line.requisition_id].append(line)
    return found


def page(session: Session, access: Access, sought: Sought | None = None, before: int | None = None, limit: int = 25) -> list[tuple[Document, Requisition]]:
    """Return visible requests, newest first, one more than `limit` when there is a next page."""
    asked = sought or Sought()
    statement = select(Document, Requisition).join(Requisition, Requisition.id == Document.id).where(visible(access))
    if asked.state:
        statement = statement.where(Document.state == asked.state)
    if asked.kind:
        statement = statement.where(Requisition.kind == asked.kind)
    if asked.organization_id is not None:
        statement = statement.where(Document.organization_id == asked.organization_id)
    if asked.event_id is not None:
        statement = statement.where(Requisition.event_id == asked.event_id)
    if asked.text.strip():
        words = asked.text.strip()
        named = select(Organization.id).where(Organization.name.contains(words, autoescape=True) | Organization.name_en.icontains(words, autoescape=True))
        statement = statement.where(
            or_(
                Document.number.contains(words.upper(), autoescape=True),
                Requisition.purpose.contains(words, autoescape=True),
                Document.organization_id.in_(named),
                Requisition.event_id.in_(select(Event.id).where(Event.name.contains(words, autoescape=True))),
            )
        )
    if before is not None:
        statement = statement.where(Document.id < before)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit + 1))]


def described(session: Session, found: Sequence[tuple[Document, Requisition]]) -> list[Row]:
    """Return what a list says of each request: organization, event and its first kinds; four queries however long the list."""
    organizations = organizations_named(session, [document.organization_id for document, _ in found])
    known = events(session, [row.event_id for _, row in found])
    asked = lines_of_several(session, [row.id for _, row in found])
    first = {row.id: _per_kind(asked[row.id]) for _, row in found}
    wanted = {kind for units in first.values() for kind in list(units)[:SHOWN_KINDS]}
    kinds = {kind.id: kind for kind in session.scalars(select(Kind).where(Kind.id.in_(wanted)))}
    return [
        Row(
            document,
            row,
            organizations[document.organization_id],
            known.get(row.event_id or 0),
            tuple((kinds[kind], units) for kind, units in list(first[row.id].items())[:SHOWN_KINDS]),
            max(0, len(first[row.id]) - SHOWN_KINDS),
        )
        for document, row in found
    ]


def _per_kind(asked: Iterable[RequisitionLine]) -> dict[int, int]:
    units: dict[int, int] = {}
    for line in asked:
        units[line.kind_id] = units.get(line.kind_id, 0) + line.asked
    return units


def contacts(session: Session, requisition_id: int) -> list[PersonalFact]:
    """Return who may receive the things, in the order they were named."""
    statement = select(PersonalFact).where(PersonalFact.document_id == requisition_id, PersonalFact.role == "receiver", PersonalFact.erased_at.is_(None))
    return list(session.scalars(statement.order_by(PersonalFact.id)))


def asking_organizations(session: Session, access: Access) -> list[Organization]:
    """Return the organizations for which this person may ask for things, in the order of their codes."""
    statement = select(Organization).where(Organization.id.in_(access.organizations("organizer", "clerk")))
    return list(session.scalars(statement.order_by(Organization.code)))


def open_events(session: Session, access: Access, today: date) -> list[Event]:
    """Return the events that are not over, soonest first."""
    return list(session.scalars(select(Event).where(Event.pool_id == access.pool_id, Event.last_day >= today).order_by(Event.first_day, Event.id)))
