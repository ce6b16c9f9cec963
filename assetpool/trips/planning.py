"""Planning a trip: vehicle, driver and work, and which units of which slips travel on it; loads may change until a pass is out."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word, WrongState
from assetpool.handovers.models import Slip, SlipItem
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document, PersonalFact
from assetpool.records.queries import visible
from assetpool.records.states import STATE_WORDS
from assetpool.trips.models import Trip, TripLoad

MOST_LOADERS = 1000
MOST_HOURS = 100_000_00
Line = tuple[int, int]
"""A line of a slip: the slip's id and the line's number."""


class NotThatManyLoaded(DomainError):
    """More units of a slip's line are on trips than were loaded."""

    sentence = N_("%(number)s, line %(line)s: %(loaded)s units were loaded and %(travel)s travel on other trips, so %(asked)s cannot go on this one.")


class AnotherStore(DomainError):
    """A trip leaves from one store."""

    status = 422
    sentence = N_("%(number)s left another store. A trip carries what leaves from one store; plan another trip for it.")


@dataclass(frozen=True)
class Planned:
    """What is known of a trip beforehand: vehicle, driver (personal), who loads for how long (`hours` in hundredths), draft fees in fen."""

    day: date
    plate: str
    carrier: str = ""
    driver: str = ""
    telephone: str = ""
    loaders: int = 0
    hours: int = 0
    haulage: int | None = None
    loading: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Part:
    """So many units of a slip's line (`line_no` and `units` None: all that does not travel on another trip)."""

    slip: str
    line_no: int | None = None
    units: int | None = None


def plan(session: Session, store_id: int, planned: Planned, parts: Iterable[Part], *, by: int) -> Document:
    """Make a trip from a store with its loads; raise NotAllowed, FieldInvalid, NotThatManyLoaded, AnotherStore."""
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(what=str(store_id))
    demand(session, by, Role.KEEPER, store.organization_id)
    wanted = list(parts)
    slips = _slips(session, wanted, by)
    document = records.create(session, store.pool_id, "TP", store.organization_id, "planned", by)
    trip = Trip(id=document.id, store_id=store.id, **_fields(planned))
    session.add(trip)
    session.flush()
    _driver(session, document, trip, planned)
    _put(session, document, trip, slips, wanted)
    return document


def change(session: Session, number: str, planned: Planned, *, by: int, revision: int | None = None) -> Document:
    """Change vehicle, driver, work or draft fees of a trip that has no pass yet; afterwards only work and fees, until it is closed."""
    document, trip = locked(session, number, by)
    records.unchanged(document, revision)
    if document.state in ("closed", "cancelled"):
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    fields = _fields(planned)
    if document.state != "planned" and (fields["plate"], fields["day"]) != (trip.plate, trip.day):
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    for name, value in fields.items():
        setattr(trip, name, value)
    _driver(session, document, trip, planned)
    records.remark(session, document, by, "change")
    return document


def load(session: Session, number: str, parts: Iterable[Part], *, by: int, revision: int | None = None) -> Document:
    """Say anew what a planned trip carries; raise NotThatManyLoaded, AnotherStore, WrongState."""
    wanted = list(parts)
    document, trip = locked(session, number, by)
    records.unchanged(document, revision)
    if document.state != "planned":
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    slips = _slips(session, wanted, by)
    session.execute(delete(TripLoad).where(TripLoad.trip_id == trip.id))
    _put(session, document, trip, slips, wanted)
    records.remark(session, document, by, "load")
    return document


def locked(session: Session, number: str, by: int, roles: tuple[Role, ...] = (Role.KEEPER,)) -> tuple[Document, Trip]:
    """Read a trip again under its lock, for who keeps its store; raise NotFound, NotAllowed."""
    document = records.lock(session, number, "TP")
    demand(session, by, roles, document.organization_id)
    return document, session.get_one(Trip, document.id, populate_existing=True)


def _fields(planned: Planned) -> dict[str, object]:
    plate = plain_plate(planned.plate)
    if not plate or len(plate) > 20:
        raise FieldInvalid(field=Word(N_("Plate")), problem=Word(N_("enter the number plate, at most 20 characters.")))
    if not 0 <= planned.loaders <= MOST_LOADERS or not 0 <= planned.hours <= MOST_HOURS:
        raise FieldInvalid(field=Word(N_("Loading work")), problem=Word(N_("enter how many people loaded for how many hours.")))
    return {
        "day": planned.day,
        "plate": plate,
        "carrier": planned.carrier.strip()[:200],
        "loaders": planned.loaders,
        "hours": planned.hours,
        "haulage": planned.haulage,
        "loading": planned.loading,
        "note": planned.note.strip(),
    }


def plain_plate(text: str) -> str:
    """Return a number plate as plates are compared: half-width capitals without spaces, dots and hyphens."""
    return re.sub(r"[\s·・.\-—]+", "", unicodedata.normalize("NFKC", text)).upper()


def _driver(session: Session, document: Document, trip: Trip, planned: Planned) -> None:
    """Keep the driver's name and telephone outside the books' chain; another driver is another fact."""
    name, telephone = planned.driver.strip()[:120], planned.telephone.strip()[:60]
    known = session.get(PersonalFact, trip.driver_fact_id) if trip.driver_fact_id else None
    if (known.name, known.telephone) == (name, telephone) if known is not None else not (name or telephone):
        return
    trip.driver_fact_id = records.keep_personal(session, document.pool_id, document.id, "driver", name, telephone).id if name or telephone else None


def _slips(session: Session, parts: Iterable[Part], by: int) -> dict[str, Document]:
    """Lock the slips of the parts, in the order of their ids, after the trip; raise NotFound for those not visible."""
    numbers = {part.slip.strip().upper() for part in parts}
    readable = select(Document.id).where(Document.number.in_(numbers), Document.kind == "HS", visible(access_of(session, by)))
    found = {document.number: document for document in records.lock_ids(session, session.scalars(readable)).values()}
    for number in sorted(numbers - found.keys()):
        raise NotFound(what=number)
    return found


def _put(session: Session, document: Document, trip: Trip, slips: Mapping[str, Document], parts: Iterable[Part]) -> None:
    """Put the parts on a trip under the locks of their slips."""
    rows = {row.id: row for row in session.scalars(select(Slip).where(Slip.id.in_({slip.id for slip in slips.values()})))}
    for slip in slips.values():
        if rows[slip.id].store_id != trip.store_id:
            raise AnotherStore(number=slip.number)
        if slip.state not in AWAITING_RECEIVER:
            raise WrongState(number=slip.number, state=Word(STATE_WORDS[slip.state]))
    loaded, travelling = loaded_units(session, rows), units_on_trips(session, rows, but=trip.id)
    sums: dict[Line, int] = defaultdict(int)
    for part in parts:
        slip = slips[part.slip.strip().upper()]
        lines = [line for line in loaded if line[0] == slip.id and part.line_no in (None, line[1])]
        if not lines:
            raise NotFound(what=f"{slip.number} {part.line_no}")
        for line in lines:
            sums[line] += loaded[line] - travelling.get(line, 0) if part.units is None else part.units
    numbers = {slip.id: slip.number for slip in slips.values()}
    for line, units in sorted(sums.items()):
        if units < 0 or units + travelling.get(line, 0) > loaded[line]:
            raise NotThatManyLoaded(number=numbers[line[0]], line=line[1], loaded=loaded[line], travel=travelling.get(line, 0), asked=units)
        if units:
            session.add(TripLoad(trip_id=trip.id, slip_id=line[0], line_no=line[1], units=units))
    receivers = {rows[slip_id].receiver_id for slip_id, _ in sums}
    records.concern(session, document.id, receivers)
    session.flush()


def loaded_units(session: Session, slip_ids: Iterable[int]) -> dict[Line, int]:
    """Return how many units were loaded per line of slips."""
    sums = select(SlipItem.slip_id, SlipItem.line_no, func.sum(SlipItem.loaded).label("units")).where(SlipItem.slip_id.in_(list(slip_ids)))
    rows = session.execute(sums.group_by(SlipItem.slip_id, SlipItem.line_no).order_by(SlipItem.slip_id, SlipItem.line_no))
    return {(row.slip_id, row.line_no): int(row.units) for row in rows}


def units_on_trips(session: Session, slip_ids: Iterable[int], but: int | None = None) -> dict[Line, int]:
    """Return how many units per line of slips travel on trips (other than one)."""
    sums = select(TripLoad.slip_id, TripLoad.line_no, func.sum(TripLoad.units).label("units")).where(TripLoad.slip_id.in_(list(slip_ids)))
    if but is not None:
        sums = sums.where(TripLoad.trip_id != but)
    return {(row.slip_id, row.line_no): int(row.units) for row in session.execute(sums.group_by(TripLoad.slip_id, TripLoad.line_no))}
