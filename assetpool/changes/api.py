"""Change orders for machines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.rest import Deciding, reached
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import store_by_code
from assetpool.changes import applying, ordering, orders
from assetpool.changes.models import ChangeOrder
from assetpool.changes.schemas import ChangeAnswer, ChangeBody
from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, WrongState
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer
from assetpool.reservations.service import NotEnoughStock, PromisedElsewhere

bp = rest.blueprint("changes", __name__, "Changes")
SHORT = (FieldInvalid, WrongState, NotEnoughStock, PromisedElsewhere, applying.NothingLeft, applying.StandsDifferently, ordering.NothingChanges)


@bp.post("/requisitions/<number>/changes")
@access.signed_in
@rest.writes(DocumentAnswer, ChangeBody, refuses=(NotAllowed, NotFound, *SHORT))
def change(session: Session, body: ChangeBody, number: str) -> rest.Json:
    """Ask for a change of an approved loan request; what only gives back happens at once."""
    mine = access.current()
    request = by_number(session, mine, number, "RQ")
    keep = [ordering.Kept(line.line_no, line.units, line.drop) for line in body.keep]
    add = [
        ordering.Added(
            line.units,
            line.kind_id,
            line.what,
            line.of_line,
            store_by_code(session, mine.pool_id, line.store_code).id if line.store_code else None,
            line.drop,
            line.budget_price_fen,
        )
        for line in body.add
    ]
    kinds = {line.kind_id for line in body.add if line.kind_id is not None}
    known = kinds_of(session, kinds)
    if any(kind_id not in known or known[kind_id].pool_id != mine.pool_id for kind_id in kinds):
        raise NotFound(what=", ".join(map(str, sorted(kinds - known.keys()))))
    days = {"first_day": body.first_day, "last_day": body.last_day}
    return reached(orders.ask(session, request.number, by=access.me(), keep=keep, add=add, reason=body.reason, **days))


@bp.get("/changes/<number>")
@access.signed_in
@rest.reads(ChangeAnswer, refuses=(NotFound,))
def changed(number: str) -> rest.Json:
    """Show a change order, before and after."""
    session = db.session()
    document = by_number(session, access.current(), number, "CO")
    row = session.get_one(ChangeOrder, document.id)
    lines = applying.lines_of(session, row.id)
    kinds = kinds_of(session, [line.kind_id for line in lines])
    names = ("what", "line_no", "of_line", "kind_id", "units_before", "units_after", "drop_before", "drop")
    return {
        "number": document.number,
        "state": document.state,
        "revision": document.revision,
        "request": session.get_one(Document, row.request_id).number,
        "reason": row.reason,
        **{name: getattr(row, name) for name in ("first_before", "last_before", "first_day", "last_day")},
        "lines": [{**{name: getattr(line, name) for name in names}, "kind": kinds[line.kind_id].name} for line in lines],
    }


acts = Deciding(bp, "/changes", "CO")
acts.decisions(
    orders,
    "Say yes to a change; with the last yes the request changes.",
    "Reject a change; the request stays as it was approved.",
    "Send a change back to be asked for in another way.",
    SHORT,
)
acts.reasoned("withdraw", orders.cancel, "Take a change back before it is decided.")
