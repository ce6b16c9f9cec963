"""Trips, passes and what was said at gates as a person may see them; a fixed number of queries however long they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import NotFound
from assetpool.handovers.models import Slip, SlipItem, SlipLine
from assetpool.handovers.queries import kept_stores
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.handovers.trucks import Truck
from assetpool.org.models import Organization, Person, Role
from assetpool.org.queries import Access
from assetpool.records import photos
from assetpool.records.models import Document, PersonalFact
from assetpool.records.queries import by_number, visible
from assetpool.savings.models import Cost, Voucher
from assetpool.savings.queries import costs_of
from assetpool.trips.models import ALERTS, GatePass, GateWord, Trip, TripLoad


@dataclass(frozen=True)
class LoadView:
    """Units of one line of a slip on a trip, of how many that were loaded for it, and how many travel on other trips."""

    slip: Document
    receiver: Organization
    destination: str
    line: SlipLine
    kind: Kind
    loaded: int
    elsewhere: int
    units: int

    @property
    def room(self) -> int:
        """Return how many of the line may travel on this trip."""
        return self.loaded - self.elsewhere


@dataclass(frozen=True)
class WordView:
    """What was said at a gate, by whom, about which pass."""

    word: GateWord
    store: Store
    issued: str
    who: str
    answered_by: str


@dataclass(frozen=True)
class TripView:
    """A trip with everything its page, papers and answer show."""

    document: Document
    trip: Trip
    store: Store
    driver: PersonalFact | None
    loads: list[LoadView]
    passes: list[tuple[GatePass, Document]]
    words: list[WordView]
    costs: list[tuple[Document, Cost, Voucher | None]] = field(default_factory=list)

    @property
    def units(self) -> int:
        """Return how many units travel."""
        return sum(load.units for load in self.loads)

    @property
    def current_pass(self) -> Document | None:
        """Return the pass that holds, is stopped or was used; None where none is out."""
        return next((document for _, document in reversed(self.passes) if document.state != "cancelled"), None)


def trip(session: Session, access: Access, number: str) -> TripView:
    """Return a visible trip; raise NotFound."""
    document = by_number(session, access, number, "TP")
    row = session.get_one(Trip, document.id)
    passes = session.execute(select(GatePass, Document).join(Document, Document.id == GatePass.id).where(GatePass.trip_id == row.id).order_by(GatePass.id))
    loads = _loads(session, (TripLoad.trip_id == row.id) & visible(access), row.id)
    inside = access.sees_everything or access.has(Role.KEEPER, Role.GATE, Role.APPROVER)
    slips = {load.slip.id: load.slip for load in loads}
    costs = costs_of(session, *slips) if access.has(Role.KEEPER, Role.FINANCE, Role.AUDITOR, Role.REVIEWER) else []
    return TripView(
        document,
        row,
        session.get_one(Store, row.store_id),
        session.get(PersonalFact, row.driver_fact_id) if row.driver_fact_id else None,
        loads,
        [(found[0], found[1]) for found in passes],
        _words(session, select(GateWord).where(GateWord.trip_id == row.id).order_by(GateWord.id)) if inside else [],
        [(slips[cost.document_id], cost, voucher) for cost, voucher in costs],
    )


def loads_of(session: Session, trip_id: int) -> list[LoadView]:
    """Return what travels on a trip, by slip and line."""
    return _loads(session, TripLoad.trip_id == trip_id, trip_id)


def waiting(session: Session, store_id: int, trip_id: int | None = None) -> list[LoadView]:
    """Return the lines of slips that wait at a store for a truck: loaded, not accepted, with units that travel on no (other) trip."""
    found = _loads(session, (Slip.store_id == store_id) & Document.state.in_(AWAITING_RECEIVER), trip_id or 0, outer=True)
    return [load for load in found if load.room > 0]


def _loads(session: Session, condition: object, trip_id: int, outer: bool = False) -> list[LoadView]:
    loaded = select(SlipItem.slip_id, SlipItem.line_no, func.sum(SlipItem.loaded).label("units")).group_by(SlipItem.slip_id, SlipItem.line_no).subquery()
    other = (
        select(TripLoad.slip_id, TripLoad.line_no, func.sum(TripLoad.units).label("units"))
        .where(TripLoad.trip_id != trip_id)
        .group_by(TripLoad.slip_id, TripLoad.line_no)
        .subquery()
    )
    here = (TripLoad.trip_id == trip_id) & (TripLoad.slip_id == SlipLine.slip_id) & (TripLoad.line_no == SlipLine.line_no)
    statement = (
        select(Document, Organization, Slip.destination, SlipLine, Kind, loaded.c.units, func.coalesce(other.c.units, 0), func.coalesce(TripLoad.units, 0))
        .join(Slip, Slip.id == Document.id)
        .join(SlipLine, SlipLine.slip_id == Slip.id)
        .join(Kind, Kind.id == SlipLine.kind_id)
        .join(Organization, Organization.id == Slip.receiver_id)
        .join(loaded, (loaded.c.slip_id == SlipLine.slip_id) & (loaded.c.line_no == SlipLine.line_no))
        .outerjoin(other, (other.c.slip_id == SlipLine.slip_id) & (other.c.line_no == SlipLine.line_no))
        .join(TripLoad, here, isouter=outer)
        .where(condition)  # type: ignore[arg-type]
        .order_by(Document.id, SlipLine.line_no)
    )
    return [LoadView(row[0], row[1], row[2], row[3], row[4], int(row[5]), int(row[6]), int(row[7])) for row in session.execute(statement)]


@dataclass(frozen=True)
class TripEntry:
    """A trip in a list with how many units it carries."""

    document: Document
    trip: Trip
    store: Store
    units: int


def page(
    session: Session, access: Access, *, state: str = "", text: str = "", day: date | None = None, before: int | None = None, limit: int = 25
) -> list[TripEntry]:
    """Return visible trips, newest first, one more than `limit` when there is a next page."""
    statement = select(Document, Trip, Store).join(Trip, Trip.id == Document.id).join(Store, Store.id == Trip.store_id).where(visible(access))
    if state:
        statement = statement.where(Document.state == state)
    if text.strip():
        wanted = text.strip().upper()
        statement = statement.where(Document.number.contains(wanted, autoescape=True) | Trip.plate.contains(wanted, autoescape=True))
    if day is not None:
        statement = statement.where(Trip.day == day)
    if before is not None:
        statement = statement.where(Document.id < before)
    rows = session.execute(statement.order_by(Document.id.desc()).limit(limit + 1)).all()
    sums = select(TripLoad.trip_id, func.sum(TripLoad.units)).where(TripLoad.trip_id.in_([row[0].id for row in rows])).group_by(TripLoad.trip_id)
    units = {row[0]: int(row[1]) for row in session.execute(sums)}
    return [TripEntry(row[0], row[1], row[2], units.get(row[0].id, 0)) for row in rows]


@dataclass(frozen=True)
class PassView:
    """A gate pass as the gate sees it: plate, units, and the trip behind it."""

    document: Document
    issued: GatePass
    trip: Trip
    store: Store
    loads: list[LoadView]
    words: list[WordView]

    @property
    def last(self) -> WordView | None:
        """Return what was said last about this pass."""
        return self.words[-1] if self.words else None


def gate_pass(session: Session, number: str) -> PassView:
    """Return a pass by its number, for whoever stands at its gate; raise NotFound."""
    row = session.execute(select(Document, GatePass).join(GatePass, GatePass.id == Document.id).where(Document.number == number.strip().upper())).first()
    if row is None:
        raise NotFound(what=number)
    document, issued = row[0], row[1]
    words = _words(session, select(GateWord).where(GateWord.pass_id == issued.id).order_by(GateWord.id))
    trip_row = session.get_one(Trip, issued.trip_id)
    return PassView(document, issued, trip_row, session.get_one(Store, issued.store_id), loads_of(session, trip_row.id), words)


def log(session: Session, access: Access, *, open_only: bool = False, before: int | None = None, limit: int = 50) -> list[WordView]:
    """Return what was said at the gates a person keeps, manages, guards or audits, newest first; one more than `limit` when there is a next page."""
    statement = _at_gates(access)
    if open_only:
        statement = statement.where(GateWord.said.in_(ALERTS), GateWord.answered_at.is_(None))
    if before is not None:
        statement = statement.where(GateWord.id < before)
    return _words(session, statement.order_by(GateWord.id.desc()).limit(limit + 1))


def open_alarms(session: Session, access: Access) -> int:
    """Return how many alarms wait for an answer at the gates a person keeps or manages."""
    statement = _at_gates(access).where(GateWord.said.in_(ALERTS), GateWord.answered_at.is_(None))
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def gates(session: Session, access: Access) -> list[Store]:
    """Return the stores at whose gates a person may speak."""
    mine = access.organizations(Role.GATE, Role.KEEPER)
    return list(session.scalars(select(Store).where(Store.organization_id.in_(mine), Store.type == "physical").order_by(Store.id)))


def reads_word(session: Session, access: Access, word_id: int) -> bool:
    """Say whether a word was said at a gate that the person keeps, manages, guards or audits."""
    return session.scalar(_at_gates(access).where(GateWord.id == word_id)) is not None


photos.readers["gate_word"] = reads_word


def _at_gates(access: Access) -> Select[GateWord]:
    statement = select(GateWord).where(GateWord.pool_id == access.pool_id)
    if access.sees_everything:
        return statement
    mine = access.organizations(Role.GATE, Role.KEEPER, Role.APPROVER)
    return statement.where(exists().where(Store.id == GateWord.store_id, Store.organization_id.in_(mine)))


def _words(session: Session, statement: Select[GateWord]) -> list[WordView]:
    rows = list(session.scalars(statement))
    stores = {row.id: row for row in session.scalars(select(Store).where(Store.id.in_({word.store_id for word in rows})))}
    ids = {word.person_id for word in rows} | {word.answered_by for word in rows}
    persons = {row.id: row.name for row in session.scalars(select(Person).where(Person.id.in_(ids - {None})))}
    guards = {row.id: row for row in session.scalars(select(PersonalFact).where(PersonalFact.id.in_({word.guard_id for word in rows} - {None})))}
    numbers = {row.id: row.number for row in session.scalars(select(Document).where(Document.id.in_({word.pass_id for word in rows} - {None})))}
    found = []
    for word in rows:
        fact = guards.get(word.guard_id or 0)
        who = persons.get(word.person_id or 0) or (fact.name if fact is not None and fact.erased_at is None else "")
        found.append(WordView(word, stores[word.store_id], numbers.get(word.pass_id or 0, ""), who, persons.get(word.answered_by or 0, "")))
    return found


def trucks(session: Session, slip_id: int) -> list[Truck]:
    """Return which trips carry a slip, in one query."""
    statement = (
        select(Document.number, Trip.plate, Trip.day, func.sum(TripLoad.units), Trip.departed_at)
        .join(Trip, Trip.id == TripLoad.trip_id)
        .join(Document, Document.id == Trip.id)
        .where(TripLoad.slip_id == slip_id)
        .group_by(Document.id, Trip.id)
        .order_by(Document.id)
    )
    return [Truck(row[0], row[1], row[2], int(row[3]), row[4]) for row in session.execute(statement)]


def trip_of_pass(session: Session, access: Access, number: str) -> TripView:
    """Return the visible trip of a pass; raise NotFound."""
    statement = select(Document.number).join(GatePass, GatePass.trip_id == Document.id).where(GatePass.id == by_number(session, access, number, "GP").id)
    return trip(session, access, session.scalars(statement).one())


def store_of_slip(session: Session, access: Access, number: str) -> int | None:
    """Return the store that a visible slip leaves; None where there is no such slip."""
    statement = select(Slip.store_id).join(Document, Document.id == Slip.id).where(Document.number == number.strip().upper(), visible(access))
    return session.scalar(statement)


def kept_gates(session: Session, access: Access) -> list[Store]:
    """Return the physical stores that a person keeps."""
    return [store for store in kept_stores(session, access) if store.type == "physical"]
