"""What waits for whom today: a fixed number of queries per person, whatever the size of the pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import Session

from assetpool.approvals.queries import waiting_for
from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.custody.models import State, Stock, Tranche
from assetpool.handovers.models import Return, Slip
from assetpool.intake.models import Intake, IntakeLine
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.models import Document, Trail
from assetpool.records.queries import visible
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations import queries as stock
from assetpool.reservations.models import Reservation
from assetpool.savings.models import SavingAct
from assetpool.transfers.models import TransferLine

SHOWN = 6


@dataclass(frozen=True)
class Waiting:
    """One document that waits: number, kind and state, whose, what (the largest of how many kinds), since or until when, how many units."""

    number: str
    kind: str
    state: str
    organization: str
    organization_en: str
    what: str = ""
    day: date | None = None
    last_day: date | None = None
    units: int = 0
    what_en: str = ""
    kinds: int = 0


@dataclass(frozen=True)
class Pile:
    """A pile on the desk: its name, how many lie there, and the first of them."""

    name: str
    count: int
    first: list[Waiting] = field(default_factory=list)
    trouble: bool = False


@dataclass(frozen=True)
class Shelf:
    """What the stores hold: owned, present, and promised units."""

    owned: int
    present: int
    promised: int


others: list[Callable[[Session, Access, date], Pile | None]] = []
"""Piles of features above the desk, laid here where the application is put together; None where the person has no duty."""


def piles(session: Session, access: Access, today: date) -> list[Pile]:
    """Return the piles this person has a duty in, empty ones too; the most urgent first."""
    found: list[Pile] = []
    to_approve = _to_approve(session, access)
    if to_approve.count or access.has("head", "approver"):
        found.append(to_approve)
    if access.has("keeper", "approver"):
        stores = select(Store.id).where(Store.organization_id.in_(access.organizations("keeper", "approver")))
        found += [_overdue(session, access, today, stores), _to_hand_over(session, access, today, stores), _due_back(session, access, today, stores)]
    if access.has("keeper"):
        kept = select(Store.id).where(Store.organization_id.in_(access.organizations("keeper")))
        found += [_to_receive(session, access, kept), _to_inspect(session, access, kept)]
    if access.has("reviewer"):
        found.append(Pile("review", _count(session, select(SavingAct.id).where(SavingAct.reviewed == "proposed", SavingAct.pool_id == access.pool_id))))
    found += [pile for pile in (other(session, access, today) for other in others) if pile is not None]
    if access.has("clerk", "organizer"):
        found += _own_requests(session, access, today)
    return found


def _count(session: Session, statement: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def _documents(session: Session, statement: Select[int], day: str = "") -> tuple[int, list[Waiting]]:
    """Return how many documents a select of ids holds, and the first of them with their organization and quantity."""
    count = _count(session, statement)
    rows = session.execute(
        select(Document, Organization.name, Organization.name_en, Requisition.first_day, Requisition.last_day, Requisition.purpose)
        .join(Organization, Organization.id == Document.organization_id)
        .outerjoin(Requisition, Requisition.id == Document.id)
        .where(Document.id.in_(statement))
        .order_by(Requisition.first_day, Document.id)
        .limit(SHOWN)
    ).all()
    units = _units(session, [row.Document.id for row in rows])
    none = _Things("", "", 0, 0)
    return count, [
        Waiting(
            row.Document.number, row.Document.kind, row.Document.state, row.name, row.name_en, things.what, row.first_day, row.last_day, things.units,
            things.what_en, things.kinds,
        )
        for row in rows
        for things in (units.get(row.Document.id, none),)
    ]  # fmt: skip


class _Things(NamedTuple):
    """What a document is about: the name of the kind it has most of, how many units in all, of how many kinds."""

    what: str
    what_en: str
    units: int
    kinds: int


def _units(session: Session, ids: list[int]) -> dict[int, _Things]:
    """Return what requests, intakes and transfers ask for or announce, by document."""
    found: dict[int, _Things] = {}
    lines: tuple[tuple[Any, Any], ...] = (
        (RequisitionLine.requisition_id, RequisitionLine.asked),
        (IntakeLine.intake_id, IntakeLine.announced),
        (TransferLine.transfer_id, TransferLine.asked),
    )
    for document, units in lines:
        rows = session.execute(
            select(document.label("document"), Kind.name, Kind.name_en, func.sum(units).label("units"))
            .join(Kind, Kind.id == document.class_.kind_id)
            .where(document.in_(ids))
            .group_by(document, Kind.id)
            .order_by(func.sum(units))
        ).all()
        for row in rows:
            known = found.get(row.document, _Things("", "", 0, 0))
            found[row.document] = _Things(row.name, row.name_en, known.units + int(row.units), known.kinds + 1)
    return found


def _to_approve(session: Session, access: Access) -> Pile:
    waiting = [document.id for document, _ in waiting_for(session, access) if document.created_by != access.person_id]
    count, first = _documents(session, select(Document.id).where(Document.id.in_(waiting)))
    return Pile("approve", count, first)


def _slips(access: Access, stores: Select[int]) -> Select[int]:
    return select(Slip.id).join(Document, Document.id == Slip.id).where(visible(access), Slip.store_id.in_(stores), Slip.purpose == "loan")


def _still_out(statement: Select[int]) -> Select[int]:
    return statement.where(select(Tranche.id).where(Tranche.document_id == Slip.id, Tranche.state == State.OUT, Tranche.count > 0).exists())


def _slip_pile(session: Session, name: str, statement: Select[int], trouble: bool = False) -> Pile:
    kinds = (func.min(Tranche.kind_id).label("kind"), func.count(distinct(Tranche.kind_id)).label("kinds"))
    every = func.count().over().label("every")
    rows = session.execute(
        select(Document, Organization.name, Organization.name_en, Slip.due_on, func.sum(Tranche.count).label("units"), *kinds, every)
        .join(Slip, Slip.id == Document.id)
        .join(Organization, Organization.id == Slip.receiver_id)
        .join(Tranche, (Tranche.document_id == Slip.id) & (Tranche.state == State.OUT))
        .where(Document.id.in_(statement))
        .group_by(Document.id, Organization.id, Slip.id)
        .order_by(Slip.due_on, Document.id)
        .limit(SHOWN)
    ).all()
    named = kinds_of(session, [row.kind for row in rows])
    first = [
        Waiting(
            row.Document.number, "HS", row.Document.state, row.name, row.name_en, named[row.kind].name, None, row.due_on, int(row.units),
            named[row.kind].name_en, row.kinds,
        )
        for row in rows
    ]  # fmt: skip
    return Pile(name, rows[0].every if rows else 0, first, trouble and bool(rows))


def _overdue(session: Session, access: Access, today: date, stores: Select[int]) -> Pile:
    return _slip_pile(session, "overdue", _still_out(_slips(access, stores).where(Slip.due_on < today)), trouble=True)


def _due_back(session: Session, access: Access, today: date, stores: Select[int]) -> Pile:
    return _slip_pile(session, "due", _still_out(_slips(access, stores).where(Slip.due_on == today)))


def _to_hand_over(session: Session, access: Access, today: date, stores: Select[int]) -> Pile:
    ready = (
        select(Reservation.document_id)
        .where(Reservation.open_units > 0, Reservation.store_id.in_(stores), Reservation.first_day <= today + timedelta(days=1))
        .distinct()
    )
    return Pile("hand_over", *_documents(session, select(Document.id).where(visible(access), Document.id.in_(ready))))


def _to_receive(session: Session, access: Access, stores: Select[int]) -> Pile:
    statement = (
        select(Intake.id).join(Document, Document.id == Intake.id).where(Document.state.in_(("approved", "partly_received")), Intake.store_id.in_(stores))
    )
    return Pile("receive", *_documents(session, statement.where(visible(access))))


def _to_inspect(session: Session, access: Access, stores: Select[int]) -> Pile:
    statement = select(Return.id).join(Document, Document.id == Return.id).where(Return.inspected_at.is_(None), Return.store_id.in_(stores))
    return Pile("inspect", *_documents(session, statement.where(visible(access))))


def _own_requests(session: Session, access: Access, today: date) -> list[Pile]:
    mine = access.organizations("clerk", "organizer")
    requests = select(Requisition.id).join(Document, Document.id == Requisition.id).where(Requisition.organization_id.in_(mine))
    running = requests.where(Document.state.in_(("draft", "sent_back", "submitted", "stock_checked", "approved", "partly_issued")))
    borrowed = _still_out(select(Slip.id).where(Slip.receiver_id.in_(mine), Slip.purpose == "loan"))
    late = _slip_pile(session, "own_overdue", borrowed.where(Slip.due_on < today), trouble=True)
    return [late, Pile("own_requests", *_documents(session, running)), _slip_pile(session, "borrowed", borrowed)]


def shelf(session: Session, access: Access) -> Shelf:
    """Return the sums over the stores of the pool."""
    row = session.execute(
        select(func.coalesce(func.sum(Stock.owned), 0), func.coalesce(func.sum(Stock.present), 0))
        .join(Store, Store.id == Stock.store_id)
        .where(Store.pool_id == access.pool_id)
    ).one()
    promised = session.scalar(select(func.coalesce(func.sum(Reservation.open_units), 0)).where(Reservation.pool_id == access.pool_id)) or 0
    return Shelf(int(row[0]), int(row[1]), int(promised))


def lately(session: Session, access: Access, limit: int = 8) -> list[tuple[Trail, Document]]:
    """Return what happened last on documents this person may see; one deed that left several traces stands once."""
    statement = select(Trail, Document).join(Document, Document.id == Trail.document_id).where(visible(access), Trail.person_id.is_not(None))
    found: dict[tuple[int, str, int | None, datetime], tuple[Trail, Document]] = {}
    for trail, document in session.execute(statement.order_by(Trail.id.desc()).limit(4 * limit)):
        found.setdefault((document.id, trail.act, trail.person_id, trail.occurred_at.replace(second=0, microsecond=0)), (trail, document))
    return list(found.values())[:limit]


def at_risk(session: Session, access: Access, today: date) -> int:
    """Return how many promised units no longer fit in the keeper's stores, after loss, damage or lateness."""
    stores = select(Store.id).where(Store.organization_id.in_(access.organizations("keeper", "approver")))
    return sum(stock.at_risk(session, stock.promised_keys(session, stores), today).values())
