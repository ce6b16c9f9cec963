"""Shortages for machines: proposals, substitutes, the waiting list, promises at risk, wishes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.catalog.queries import kind as kind_of
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, NotFound, SamePerson, Word, WrongState
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer, ListQuery, NoBody
from assetpool.requisitions.effects import outlook
from assetpool.requisitions.standing import Asked
from assetpool.reservations import substitutes
from assetpool.reservations.models import Substitute
from assetpool.reservations.service import NotEnoughStock, pool_today
from assetpool.shortages import choosing, rebooking, risks, waiting, wishes
from assetpool.shortages.models import Waiting, Wish
from assetpool.shortages.schemas import (
    ProposalsAnswer,
    ProposalsQuery,
    RebookBody,
    RiskAnswer,
    RiskList,
    StandInBody,
    SubstituteAnswer,
    SubstituteBody,
    SubstituteList,
    WaitBody,
    WaitingAnswer,
    WaitingList,
    WishAnswer,
    WishBody,
    WishList,
)

bp = rest.blueprint("shortages", __name__, "Requisitions")


@bp.get("/kinds/<int:kind_id>/proposals")
@access.signed_in
@rest.reads(ProposalsAnswer, ProposalsQuery, refuses=(NotFound,))
def proposals(asked: ProposalsQuery, kind_id: int) -> rest.Json:
    """Say what a wish for a kind meets and what else could be done: other stores, substitutes, the nearest later and earlier days."""
    session, pool_id = db.session(), access.current().pool_id
    kind = kind_of(session, pool_id, kind_id)
    if asked.to is not None and asked.to < asked.from_:
        raise FieldInvalid(field="to", problem=Word(N_("it lies before the first day. Swap or correct the days.")))
    store_id = store_by_code(session, pool_id, asked.store).id if asked.store else None
    found = outlook(session, [Asked(1, kind.id, asked.quantity, None, store_id)], asked.from_, asked.to, pool_today(session, pool_id)).lines[0]
    return {
        "free": found.free,
        "short": found.short,
        "later": found.free_from,
        "earlier": found.earlier,
        "stores": [{"store": name, "free": free} for name, free in found.elsewhere],
        "substitutes": [{"kind_id": k.id, "kind": k.name, "free": free, "declared": k.id in found.declared} for k, free in found.substitutes],
    }


def _substitute(row: Substitute) -> SubstituteAnswer:
    return {"id": row.id, "kind_id": row.kind_id, "other_id": row.other_id, "mutual": row.mutual}


@bp.get("/substitutes")
@access.signed_in
@rest.reads(SubstituteList)
def declared() -> rest.Json:
    """List which kinds may stand in for which."""
    return {"items": [_substitute(row) for row in substitutes.declared(db.session(), access.current().pool_id)]}


@bp.post("/substitutes")
@access.signed_in
@rest.writes(SubstituteAnswer, SubstituteBody, refuses=(NotFound, substitutes.DeclaredAlready))
def declare(session: Session, body: SubstituteBody) -> rest.Json:
    """Declare that a kind may stand in for another."""
    return _substitute(substitutes.declare(session, body.kind_id, body.other_id, body.mutual, by=access.me()))


@bp.post("/substitutes/<int:substitute_id>/withdraw")
@access.signed_in
@rest.writes(SubstituteList, NoBody, status=200, optional=True, refuses=(NotFound,))
def withdraw(session: Session, _body: NoBody, substitute_id: int) -> rest.Json:
    """Take a declaration back; answer what is left."""
    substitutes.withdraw(session, substitute_id, by=access.me())
    return {"items": [_substitute(row) for row in substitutes.declared(session, access.current().pool_id)]}


@bp.post("/requisitions/<number>/lines/<int:line_no>/stand-in")
@access.signed_in
@rest.writes(DocumentAnswer, StandInBody, status=200, refuses=(NotFound, NotEnoughStock, SamePerson, WrongState, choosing.NotDeclared))
def stand_in(session: Session, body: StandInBody, number: str, line_no: int) -> rest.Json:
    """Let a declared substitute stand in for what a line lacks; promised with the approval."""
    document = choosing.choose(session, number, line_no, body.kind_id, by=access.me())
    return {"number": document.number, "state": document.state}


def _waiting(row: Waiting, document: Document) -> WaitingAnswer:
    return {
        "id": row.id,
        "number": document.number,
        "line": row.line_no,
        "kind_id": row.kind_id,
        "quantity": row.units,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "state": row.state,
        "keep_until": row.keep_until,
    }


@bp.get("/waiting")
@access.signed_in
@rest.reads(WaitingList)
def queue() -> rest.Json:
    """List the open queue that one may see, in its order."""
    return {"items": [_waiting(row, document) for row, document, _kind in waiting.queue(db.session(), access.current())]}


@bp.post("/requisitions/<number>/wait")
@access.signed_in
@rest.writes(WaitingAnswer, WaitBody, refuses=(NotFound, WrongState, waiting.WaitsAlready))
def join(session: Session, body: WaitBody, number: str) -> rest.Json:
    """Queue for what a line of a request lacks."""
    row = waiting.join(session, number, body.line, by=access.me(), units=body.quantity)
    return _waiting(row, by_number(session, access.current(), number, "RQ"))


@bp.post("/waiting/<int:waiting_id>/take")
@access.signed_in
@rest.writes(DocumentAnswer, NoBody, status=200, optional=True, refuses=(NotFound, waiting.OfferOver))
def take(session: Session, _body: NoBody, waiting_id: int) -> rest.Json:
    """Take an offer; answer the request that goes on with it."""
    document = waiting.take(session, waiting_id, by=access.me())
    return {"number": document.number, "state": document.state}


@bp.post("/waiting/<int:waiting_id>/leave")
@access.signed_in
@rest.writes(WaitingList, NoBody, status=200, optional=True, refuses=(NotFound, waiting.OfferOver))
def leave(session: Session, _body: NoBody, waiting_id: int) -> rest.Json:
    """Leave the queue or decline an offer; answer the queue."""
    waiting.leave(session, waiting_id, by=access.me())
    return {"items": [_waiting(row, document) for row, document, _kind in waiting.queue(session, access.current())]}


def _risk(found: risks.Risk) -> RiskAnswer:
    return {
        "id": found.reservation.id,
        "number": found.document.number,
        "line": found.reservation.line_no,
        "kind_id": found.kind.id,
        "store": found.store.code,
        "lacking": found.lacking,
        "ways": [
            {"way": way.how, "quantity": way.units, "kind_id": way.kind.id, "kind": way.kind.name, "store": way.store.code, "first_day": way.first_day}
            for way in found.proposals
        ],
    }


@bp.get("/risks")
@access.signed_in
@rest.reads(RiskList, ListQuery)
def at_risk(_asked: ListQuery) -> rest.Json:
    """List promises at risk in the stores one keeps or approves for, each with its ways out."""
    session, mine = db.session(), access.current()
    return {"items": [_risk(found) for found in risks.risks(session, mine, pool_today(session, mine.pool_id))]}


@bp.post("/risks/<int:reservation_id>/rebook")
@access.signed_in
@rest.writes(DocumentAnswer, RebookBody, status=200, refuses=(NotFound, SamePerson, rebooking.NoLongerAtRisk, rebooking.NothingWouldBeLeft))
def rebook(session: Session, body: RebookBody, reservation_id: int) -> rest.Json:
    """Take a way out for a promise at risk, reckoned anew under lock."""
    store_id = store_by_code(session, access.current().pool_id, body.store).id if body.store else None
    document = rebooking.rebook(session, reservation_id, body.way, by=access.me(), kind_id=body.kind_id, store_id=store_id)
    return {"number": document.number, "state": document.state}


def _wish(row: Wish) -> WishAnswer:
    return {"id": row.id, "words": row.words, "class_code": row.class_code}


@bp.get("/wishes")
@access.signed_in
@rest.reads(WishList)
def mine() -> rest.Json:
    """List one's own wishes."""
    return {"items": [_wish(row) for row, _matches in wishes.mine(db.session(), access.me())]}


@bp.post("/wishes")
@access.signed_in
@rest.writes(WishAnswer, WishBody, refuses=(wishes.TooManyWishes,))
def wish(session: Session, body: WishBody) -> rest.Json:
    """Wish to be told when such a thing enters."""
    return _wish(wishes.make(session, by=access.me(), class_code=body.class_code, words=body.words))
