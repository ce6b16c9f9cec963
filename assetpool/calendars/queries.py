"""What a calendar shows, as a person may see it: a fixed number of queries however much is promised and out.

Whose it is stands there for who may read the document; everybody else learns that so many units are busy on those days, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from assetpool.calendars.grid import Stretch
from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.custody.finder import MAY_SEE_RESERVES
from assetpool.custody.models import State, Tranche
from assetpool.handovers.models import Slip
from assetpool.intake.models import Intake, IntakeLine
from assetpool.intake.steps import RECEIVABLE
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.requisitions.models import Requisition
from assetpool.reservations import queries as stock
from assetpool.reservations import together
from assetpool.reservations.availability import Ledger
from assetpool.reservations.models import Reservation
from assetpool.transfers.models import Transfer

MOST = 1000
"""So many stretches are shown at once; a longer calendar asks to be narrowed."""


@dataclass(frozen=True)
class Scope:
    """What a calendar is narrowed to; nothing set: everything. `mine`: my organizations' papers, those I wrote, and the stores I keep."""

    store_id: int | None = None
    kind_id: int | None = None
    event_id: int | None = None
    mine: bool = False


@dataclass(frozen=True)
class Announced:
    """An intake that may come any day: nobody names one."""

    number: str
    organization: Organization
    store: Store
    units: int


@dataclass(frozen=True)
class Drawn:
    """A calendar's stretches, the earliest first, and whether there are more than it shows."""

    stretches: list[Stretch]
    cut: bool


def drawn(session: Session, access: Access, scope: Scope, window: tuple[date, date], today: date, zone: str) -> Drawn:
    """Return what is promised or out on the days of a window; two queries."""
    promised = session.execute(_narrowed(_promised(access, window), access, scope, Requisition.event_id).limit(MOST + 1)).all()
    out = session.execute(_narrowed(_out(access, window, today, zone), access, scope, Slip.event_id).limit(MOST + 1)).all()
    found = [_promise(row) for row in promised] + [_lent(row, today, zone) for row in out]
    ordered = sorted(_masked(found, {row.document_id for row in (*promised, *out) if row.named}), key=lambda one: (one.first, one.number, one.kind_id))
    return Drawn(ordered[:MOST], len(promised) > MOST or len(out) > MOST or len(ordered) > MOST)


def _stretches(of: type[Reservation] | type[Tranche], units: Any, receiver: Any, columns: Sequence[Any], access: Access) -> Select[*tuple[Any, ...]]:
    """Return how to read promises or things out by their paper, its receiver and these columns, and whether the reader may know the paper."""
    return (
        select(
            Document.id.label("document_id"),
            Document.number,
            Document.changed_at,
            receiver.label("organization_id"),
            *columns,
            func.sum(units).label("units"),
            visible(access).label("named"),
        )
        .select_from(of)
        .join(Document, Document.id == of.document_id)
        .join(Kind, Kind.id == of.kind_id)
        .join(Store, Store.id == of.store_id)
        .group_by(Document.id, Document.number, Document.changed_at, receiver, *columns)
    )


def _promised(access: Access, window: tuple[date, date]) -> Select[*tuple[Any, ...]]:
    receiver = func.coalesce(Transfer.receiver_id, Document.organization_id)
    columns = (Reservation.kind_id, Reservation.store_id, Reservation.first_day, Reservation.last_day, Reservation.purpose, Requisition.event_id)
    return (
        _stretches(Reservation, Reservation.open_units, receiver, columns, access)
        .outerjoin(Requisition, Requisition.id == Document.id)
        .outerjoin(Transfer, Transfer.id == Document.id)
        .where(Reservation.open_units > 0, Reservation.first_day <= window[1], or_(Reservation.last_day.is_(None), Reservation.last_day >= window[0]))
        .order_by(Reservation.first_day, Document.id, Reservation.kind_id, Reservation.store_id)
    )


def _out(access: Access, window: tuple[date, date], today: date, zone: str) -> Select[*tuple[Any, ...]]:
    columns = (Tranche.kind_id, Tranche.store_id, Tranche.due_on, Slip.loaded_at, Slip.event_id, Slip.purpose)
    still = or_(Tranche.due_on.is_(None), Tranche.due_on >= window[0], *([Tranche.due_on < today] if window[0] <= today else []))
    return (
        _stretches(Tranche, Tranche.count, Slip.receiver_id, columns, access)
        .join(Slip, Slip.id == Document.id)
        .where(Tranche.state.in_((State.LOADED, State.OUT)), Tranche.count > 0, still)
        .where(Slip.loaded_at < clock.moment_on(window[1] + timedelta(days=1), zone, 0))
        .order_by(Slip.loaded_at, Document.id, Tranche.kind_id, Tranche.store_id, Tranche.due_on)
    )


def _narrowed(statement: Select[*tuple[Any, ...]], access: Access, scope: Scope, event: Any) -> Select[*tuple[Any, ...]]:
    statement = statement.where(Document.pool_id == access.pool_id)
    if scope.store_id is not None:
        statement = statement.where(Store.id == scope.store_id)
    if scope.kind_id is not None:
        statement = statement.where(Kind.id == scope.kind_id)
    if scope.event_id is not None:
        # For which event something is busy, only who may read the paper learns.
        statement = statement.where(event == scope.event_id, visible(access))
    if scope.mine:
        own = {grant.organization_id for grant in access.grants}
        wrote = or_(Document.created_by == access.person_id, Document.organization_id.in_(own))
        statement = statement.where(visible(access), or_(wrote, Store.organization_id.in_(access.organizations(Role.KEEPER))))
    return statement if access.has(*MAY_SEE_RESERVES) else statement.where(or_(Kind.register == "ordinary", visible(access)))


def _promise(row: Any) -> Stretch:
    what = {"offer": "offer", "transfer": "transfer"}.get(row.purpose, "promise")
    return Stretch(
        what,
        row.kind_id,
        row.store_id,
        int(row.units),
        row.first_day,
        row.last_day,
        row.number,
        row.organization_id,
        row.event_id,
        row.last_day,
        row.document_id,
        row.changed_at,
    )


def _lent(row: Any, today: date, zone: str) -> Stretch:
    late = row.due_on is not None and row.due_on < today
    what = "transfer" if row.purpose == "transfer" else "overdue" if late else "out"
    first = clock.day_of(row.loaded_at, zone)
    last = today if late else row.due_on
    return Stretch(
        what, row.kind_id, row.store_id, int(row.units), first, last, row.number, row.organization_id, row.event_id, row.due_on, row.document_id, row.changed_at
    )


def _masked(found: Iterable[Stretch], named: set[int]) -> list[Stretch]:
    """Leave of what the reader may not know only that units are busy, those of the same days together."""
    shown: list[Stretch] = []
    busy: dict[tuple[int, int, date, date | None], Stretch] = {}
    for one in found:
        if one.document_id in named:
            shown.append(one)
            continue
        key = (one.kind_id, one.store_id, one.first, one.last)
        before = busy.get(key)
        busy[key] = Stretch("busy", *key[:2], one.units, *key[2:]) if before is None else replace(before, units=before.units + one.units)
    return [*shown, *busy.values()]


def announced(session: Session, access: Access, scope: Scope, limit: int = 50) -> list[Announced]:
    """Return the intakes the reader may see that were approved and have not all come, the oldest first; one query."""
    left = func.sum(IntakeLine.announced - IntakeLine.received)
    statement = (
        select(Document.number, Organization, Store, left)
        .select_from(Intake)
        .join(Document, Document.id == Intake.id)
        .join(Organization, Organization.id == Intake.organization_id)
        .join(Store, Store.id == Intake.store_id)
        .join(IntakeLine, IntakeLine.intake_id == Intake.id)
        .join(Kind, Kind.id == IntakeLine.kind_id)
        .where(Document.state.in_(RECEIVABLE), IntakeLine.closed.is_(False), IntakeLine.announced > IntakeLine.received, visible(access))
        .group_by(Document.id, Organization.id, Store.id)
        .order_by(Document.id)
        .limit(limit)
    )
    rows = session.execute(_narrowed(statement, access, scope, Intake.event_id))
    return [Announced(row[0], row[1], row[2], int(row[3])) for row in rows]


def free_counts(session: Session, kind_ids: Iterable[int], store_id: int | None, window: tuple[date, date], today: date) -> dict[int, list[tuple[date, int]]]:
    """Return per kind (day, free units) for the first day from today on in a window and each later day on which the number changes."""
    first = max(window[0], today)
    if first > window[1]:
        return {}
    books: dict[int, list[Ledger]] = {}
    for (kind_id, _), book in stock.ledgers(session, stock.keys_of(session, kind_ids, store_id), today).items():
        books.setdefault(kind_id, []).append(book)
    return {kind_id: together.calendar(several, first, window[1]) for kind_id, several in books.items()}
