"""Trips, gate passes, the gate and pick lists for machines."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Response, request
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotFound, SamePerson, WrongState
from assetpool.handovers.stated import costs_said
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer, NoBody, Words
from assetpool.savings.service import CostMissing, VoucherExceeded, VoucherTaken
from assetpool.trips import costing, gate, gatekeeping, leaving, picks, planning, queries
from assetpool.trips.gatekeeping import KEEPING, Guard
from assetpool.trips.models import GateWord, Trip
from assetpool.trips.planning import Part, Planned
from assetpool.trips.schemas import (
    GateAnswer,
    GateBody,
    LeftBody,
    LoadsBody,
    PartBody,
    PassedAnswer,
    PickAnswer,
    PickQuery,
    TripAnswer,
    TripBody,
    TripCostsBody,
    TripPage,
    TripQuery,
    TripRow,
)

bp = rest.blueprint("trips", __name__, "Trips and the gate")
LOADING = (NotFound, WrongState, planning.NotThatManyLoaded, planning.AnotherStore)


def _parts(loads: list[PartBody]) -> list[Part]:
    return [Part(load.slip, load.line, load.units) for load in loads]


def _row(document: Document, trip: Trip, store: Store, units: int) -> TripRow:
    return {"number": document.number, "state": document.state, "store": store.code, "day": trip.day, "plate": trip.plate, "units": units}


@bp.get("/trips")
@access.signed_in
@rest.reads(TripPage, TripQuery)
def trips(asked: TripQuery) -> rest.Json:
    """List the trips one may see, newest first."""
    before = rest.after(asked.cursor, (int,))
    rows = queries.page(db.session(), access.current(), state=asked.state, day=asked.day, before=before[0] if before else None, limit=asked.limit)
    shown = rows[: asked.limit]
    items = [_row(row.document, row.trip, row.store, row.units) for row in shown]
    return rest.page(items, (shown[-1].document.id,) if len(rows) > len(shown) else None)


@bp.post("/trips")
@access.role(Role.KEEPER)
@rest.writes(DocumentAnswer, TripBody, refuses=LOADING)
def plan(session: Session, body: TripBody) -> rest.Json:
    """Plan a trip with its loads; a pass is issued for it afterwards."""
    pool_id = access.current().pool_id
    store = store_by_code(session, pool_id, body.store_code)
    planned = Planned(
        body.day or access.today(),
        body.plate,
        body.carrier,
        body.driver,
        body.telephone,
        body.loaders,
        body.hours,
        body.haulage_fen,
        body.loading_fen,
        body.note,
    )
    document = planning.plan(session, store.id, planned, _parts(body.loads), by=access.me())
    return {"number": document.number, "state": document.state}


@bp.get("/trips/<number>")
@access.signed_in
@rest.reads(TripAnswer, refuses=(NotFound,))
def trip(number: str) -> rest.Json:
    """Show a trip with its loads, passes and what the gate said."""
    view = queries.trip(db.session(), access.current(), number)
    row = view.trip
    return {
        **_row(view.document, row, view.store, view.units),
        "carrier": row.carrier,
        "loaders": row.loaders,
        "hours": row.hours,
        "haulage_fen": row.haulage,
        "loading_fen": row.loading,
        "departed_at": row.departed_at,
        "entered_at": row.entered_at,
        "loads": [
            {"slip": load.slip.number, "state": load.slip.state, "line": load.line.line_no, "kind": load.kind.name, "units": load.units} for load in view.loads
        ],
        "passes": [{"number": document.number, "state": document.state, "units": issued.units} for issued, document in view.passes],
        "words": [{"said": one.word.said, "reason": one.word.reason, "occurred_at": one.word.occurred_at} for one in view.words],
    }


@bp.post("/trips/<number>/loads")
@access.role(Role.KEEPER)
@rest.writes(DocumentAnswer, LoadsBody, status=200, refuses=LOADING)
def load(session: Session, body: LoadsBody, number: str) -> rest.Json:
    """Say anew what a planned trip carries."""
    by_number(session, access.current(), number, "TP")
    document = planning.load(session, number, _parts(body.loads), by=access.me())
    return {"number": document.number, "state": document.state}


@bp.post("/trips/<number>/pass")
@access.role(Role.KEEPER)
@rest.writes(PassedAnswer, NoBody, optional=True, refuses=(NotFound, WrongState, leaving.NothingOnTrip))
def issue(session: Session, body: NoBody, number: str) -> rest.Json:
    """Issue the gate pass of a planned trip."""
    document = by_number(session, access.current(), number, "TP")
    issued = leaving.issue_pass(session, number, by=access.me())
    return {"number": document.number, "state": document.state, "gate_pass": issued.number}


@bp.post("/trips/<number>/revoke")
@access.role(Role.KEEPER)
@rest.writes(DocumentAnswer, Words, status=200, optional=True, refuses=(NotFound, WrongState))
def revoke(session: Session, body: Words, number: str) -> rest.Json:
    """Make a trip's pass void, so that its loads can be changed."""
    by_number(session, access.current(), number, "TP")
    document = leaving.revoke_pass(session, number, by=access.me(), reason=body.reason)
    return {"number": document.number, "state": document.state}


@bp.post("/trips/<number>/cancel")
@access.role(Role.KEEPER)
@rest.writes(DocumentAnswer, Words, status=200, optional=True, refuses=(NotFound, WrongState))
def cancel(session: Session, body: Words, number: str) -> rest.Json:
    """Give a trip up before it departed."""
    by_number(session, access.current(), number, "TP")
    document = leaving.cancel(session, number, by=access.me(), reason=body.reason)
    return {"number": document.number, "state": document.state}


@bp.post("/trips/<number>/depart")
@access.role(Role.KEEPER)
@rest.writes(DocumentAnswer, Words, status=200, optional=True, refuses=(NotFound, WrongState, leaving.GateKept, leaving.NothingOnTrip))
def depart(session: Session, body: Words, number: str) -> rest.Json:
    """Say that a trip left a store where nobody keeps a gate."""
    by_number(session, access.current(), number, "TP")
    document = leaving.depart(session, number, by=access.me(), occurred_at=body.occurred_at)
    return {"number": document.number, "state": document.state}


@bp.post("/trips/<number>/costs")
@access.role(Role.KEEPER, Role.FINANCE)
@rest.writes(DocumentAnswer, TripCostsBody, status=200, refuses=(NotFound, WrongState, CostMissing, VoucherTaken, VoucherExceeded))
def costs(session: Session, body: TripCostsBody, number: str) -> rest.Json:
    """Confirm what a departed trip cost: shared over its slips by what travelled."""
    by_number(session, access.current(), number, "TP")
    document = costing.confirm(session, number, costs_said(body.costs, body.no_cost_reason), by=access.me())
    return {"number": document.number, "state": document.state}


def _said(session: Session, word: GateWord) -> GateAnswer:
    document = session.get(Document, word.pass_id) if word.pass_id else None
    return {"number": document.number if document else None, "state": document.state if document else "", "said": word.said, "plate": word.plate}


def _alarming(view: Callable[..., Response]) -> Callable[..., Response]:
    """Keep that a used or void pass was shown again, once per key, before it is refused."""

    @wraps(view)
    def watched(number: str) -> Response:
        try:
            return view(number=number)
        except (gate.PassUsed, gate.PassVoid):
            with atomic() as session:
                gate.alarm(session, number, Guard(access.me()), key=request.headers.get("Idempotency-Key", ""))
            raise

    return watched


@bp.post("/gate/<number>/let-go")
@access.role(*KEEPING)
@_alarming
@rest.writes(GateAnswer, GateBody, status=200, optional=True, refuses=(NotFound, gate.PassUsed, gate.PassVoid, SamePerson))
def let_go(session: Session, body: GateBody, number: str) -> rest.Json:
    """Let a pass's truck out, once; a used or void pass is refused and the keepers are told."""
    return _said(session, gate.let_go(session, number, Guard(access.me()), occurred_at=body.occurred_at))


@bp.post("/gate/<number>/stop")
@access.role(*KEEPING)
@rest.writes(GateAnswer, GateBody, status=200, refuses=(NotFound, WrongState))
def stop(session: Session, body: GateBody, number: str) -> rest.Json:
    """Say what is not right; the pass holds no longer and the keepers are told."""
    return _said(session, gate.stop(session, number, Guard(access.me()), reason=body.reason))


@bp.post("/gate/<number>/enter")
@access.role(*KEEPING)
@rest.writes(GateAnswer, GateBody, status=200, optional=True, refuses=(NotFound, WrongState))
def enter(session: Session, body: GateBody, number: str) -> rest.Json:
    """Say that the truck of a used pass came back in."""
    return _said(session, gate.enter(session, number, Guard(access.me()), reason=body.reason, occurred_at=body.occurred_at))


@bp.post("/gate/<number>/again")
@access.role(*KEEPING)
@rest.writes(GateAnswer, GateBody, status=200, optional=True, refuses=(NotFound,))
def again(session: Session, body: GateBody, number: str) -> rest.Json:
    """Report that a used or void pass was shown again; the keepers are told."""
    return _said(session, gate.alarm(session, number, Guard(access.me()), body.reason))


@bp.post("/gate/left")
@access.role(*KEEPING)
@rest.writes(GateAnswer, LeftBody, refuses=(NotFound, gatekeeping.WrongGate))
def left(session: Session, body: LeftBody) -> rest.Json:
    """Report a truck that left without a pass; the keepers are told."""
    store = store_by_code(session, access.current().pool_id, body.store_code)
    return _said(session, gate.left_without(session, store.id, body.plate, Guard(access.me()), reason=body.reason))


@bp.get("/picks")
@access.role(Role.KEEPER)
@rest.reads(PickAnswer, PickQuery, refuses=(NotFound,))
def picked(asked: PickQuery) -> rest.Json:
    """List what to fetch from which shelf, in walking order."""
    session, mine = db.session(), access.current()
    store_id = store_by_code(session, mine.pool_id, asked.store).id if asked.store else None
    day = asked.day or access.today()
    found = picks.of_request(session, mine, asked.request, store_id) if asked.request else picks.of_day(session, mine, day, store_id)
    return {
        "units": found.units,
        "lines": [
            {
                "store": line.store.code,
                "area": line.area,
                "shelf": line.shelf,
                "kind": line.kind.name,
                "units": line.units,
                "tags": list(line.tags),
                "pinned": line.pinned,
                "request": line.request,
                "drop": line.drop,
            }
            for line in found.lines
        ],
        "missing": [{"store": one.store.code, "kind": one.kind.name, "units": one.units, "request": one.request} for one in found.missing],
    }
