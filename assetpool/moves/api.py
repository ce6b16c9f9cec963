"""Moves for machines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.rest import reached
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import db
from assetpool.core.errors import NotFound
from assetpool.custody.service import NotThatMany
from assetpool.moves import queries, service, singles
from assetpool.moves.models import Move
from assetpool.moves.schemas import MoveAnswer, MoveBody, MovePage, MoveRow, SinglesAnswer, SinglesBody
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.schemas import DocumentAnswer, ListQuery
from assetpool.reservations.service import PromisedElsewhere

bp = rest.blueprint("moves", __name__, "Moves")


@bp.post("/moves")
@access.signed_in
@rest.writes(DocumentAnswer, MoveBody, refuses=(NotFound, NotThatMany, PromisedElsewhere, service.NotHere, service.SeveralStores, service.AlreadyThere))
def carry(session: Session, body: MoveBody) -> rest.Json:
    """Carry things to a place of a store, all or nothing; what is promised elsewhere stays."""
    store = store_by_code(session, access.current().pool_id, body.store_code)
    lines = [service.Carried(line.tag, line.count) for line in body.lines]
    document = service.move(session, lines, store.id, body.place, by=access.me(), occurred_at=body.occurred_at)
    return reached(document)


@bp.post("/moves/singles")
@access.signed_in
@rest.writes(SinglesAnswer, SinglesBody, refuses=(NotFound, NotThatMany, singles.NotALot, singles.CountedByLot, singles.BoughtAsLot, singles.PromisedAsLot))
def single_out(session: Session, body: SinglesBody) -> rest.Json:
    """Turn units of a counted lot into single things with tags of their own."""
    made = singles.single_out(session, body.tag, body.count, by=access.me(), occurred_at=body.occurred_at)
    return {**reached(made.document), "tags": made.tags}


def _row(document: Document, move: Move, store: str) -> MoveRow:
    return {"number": document.number, "state": document.state, "store": store, "place": move.place, "moved_at": document.created_at}


@bp.get("/moves")
@access.signed_in
@rest.reads(MovePage, ListQuery)
def moves(asked: ListQuery) -> rest.Json:
    """List the moves one may see, newest first."""
    return rest.newest(asked, queries.page, lambda row: row[0], lambda row: _row(row[0], row[1], row[2].code))


@bp.get("/moves/<number>")
@access.signed_in
@rest.reads(MoveAnswer)
def moved(number: str) -> rest.Json:
    """Show a move with what was carried."""
    view = queries.move(db.session(), access.current(), number)
    things = [{"tag": asset.tag, "kind": kind.name, "count": units} for asset, kind, units in view.things]
    return {**_row(view.document, view.move, view.store.code), "lines": things}
