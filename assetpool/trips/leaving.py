"""A trip on its way out: its pass is issued or made void, it departs, or it is given up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, Word, WrongState
from assetpool.handovers import telling
from assetpool.handovers.models import Slip
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.trips import gatekeeping, planning
from assetpool.trips.models import GatePass, Trip, TripLoad
from assetpool.trips.steps import PASS_STEPS, TRIP_STEPS


class NothingOnTrip(DomainError):
    """A trip without a load needs no pass."""

    status = 422
    sentence = N_("Nothing is on this trip yet. Put a loaded slip on it first.")


class GateKept(DomainError):
    """Where somebody keeps a gate, a truck leaves through it with a pass."""

    sentence = N_("This store has a gate. Issue the gate pass; the trip departs when the gate lets it go.")


def cancel(session: Session, number: str, *, by: int, reason: str = "") -> Document:
    """Give a trip up before it departed; its pass is void and its loads may travel on another."""
    document, trip = planning.locked(session, number, by)
    records.step(session, document, "cancelled", by, "cancel", TRIP_STEPS, reason.strip())
    void_passes(session, trip, by, reason)
    session.execute(delete(TripLoad).where(TripLoad.trip_id == trip.id))
    return document


def issue_pass(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Issue the gate pass of a planned trip; from now on its loads stay as they are. Return the pass; raise NothingOnTrip, WrongState."""
    document, trip = planning.locked(session, number, by)
    records.unchanged(document, revision)
    if document.state != "planned":
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    units = session.scalar(select(func.sum(TripLoad.units)).where(TripLoad.trip_id == trip.id))
    if not units:
        raise NothingOnTrip()
    issued = records.create(session, document.pool_id, "GP", document.organization_id, "valid", by)
    session.add(GatePass(id=issued.id, trip_id=trip.id, store_id=trip.store_id, plate=trip.plate, units=int(units)))
    records.step(session, document, "ready", by, "issue_pass", TRIP_STEPS, issued.number)
    return issued


def revoke_pass(session: Session, number: str, *, by: int, reason: str = "") -> Document:
    """Make a trip's pass void, so that its loads can be changed; a new pass is issued afterwards."""
    document, trip = planning.locked(session, number, by)
    if document.state != "ready":
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    void_passes(session, trip, by, reason)
    records.step(session, document, "planned", by, "revoke_pass", TRIP_STEPS, reason.strip())
    return document


def release_pass(session: Session, number: str, *, by: int, note: str = "") -> Document:
    """Let a pass that was stopped at the gate hold again, after the keeper looked; raise WrongState."""
    document = records.lock(session, number, "GP")
    demand(session, by, Role.KEEPER, document.organization_id)
    records.step(session, document, "valid", by, "release_pass", PASS_STEPS, note.strip())
    return document


def depart(session: Session, number: str, *, by: int, occurred_at: datetime | None = None) -> Document:
    """Say that a trip left a store where nobody keeps a gate; raise GateKept, NothingOnTrip, WrongState."""
    document, trip = planning.locked(session, number, by)
    if document.state != "planned":
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    if gatekeeping.is_kept(session, session.get_one(Store, trip.store_id)):
        raise GateKept()
    if session.scalar(select(TripLoad.id).where(TripLoad.trip_id == trip.id).limit(1)) is None:
        raise NothingOnTrip()
    departed(session, document, trip, by, records.occurrence(session, occurred_at, document.created_at))
    return document


def departed(session: Session, document: Document, trip: Trip, by: int | None, when: datetime) -> None:
    """Step a locked trip to departed and tell the receivers of its slips, once each."""
    records.step(session, document, "departed", by, "depart", TRIP_STEPS, occurred_at=when)
    trip.departed_at = when
    units = select(TripLoad.slip_id, func.sum(TripLoad.units).label("units")).where(TripLoad.trip_id == trip.id).group_by(TripLoad.slip_id)
    for row in session.execute(units.order_by(TripLoad.slip_id)):
        receiver = session.scalar(select(Slip.receiver_id).where(Slip.id == row.slip_id))
        outbox.tell(
            session,
            "trip_departed",
            pool_id=document.pool_id,
            people=telling.receiving(session, [receiver] if receiver is not None else []),
            document_id=row.slip_id,
            facts={"plate": trip.plate, "units": int(row.units)},
            once=f"departed {document.number} {row.slip_id}",
        )


def void_passes(session: Session, trip: Trip, by: int, reason: str = "") -> None:
    """Make every pass of a locked trip void that has not been used."""
    rows = select(Document).join(GatePass, GatePass.id == Document.id).where(GatePass.trip_id == trip.id, Document.state.in_(PASS_STEPS))
    for issued in session.scalars(rows.order_by(Document.id).with_for_update(of=Document).execution_options(populate_existing=True)):
        records.step(session, issued, "cancelled", by, "cancel", PASS_STEPS, reason.strip())
