"""Things kept aside and exchanges for machines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.rest import reached
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import db
from assetpool.core.errors import WrongState
from assetpool.handovers import aside_queries, asides, exchanges
from assetpool.handovers.asides_schemas import (
    AsideAnswer,
    AsideBody,
    AsidePage,
    AsideRow,
    ExchangeAnswer,
    MatchBody,
    ProposeBody,
    PutBackBody,
    SideBody,
    SignBody,
)
from assetpool.handovers.finding import MoreThanOut, NotOut, SlipAmbiguous
from assetpool.handovers.stated import costs_said, receipt_said
from assetpool.org import access
from assetpool.org.queries import organization_by_code
from assetpool.records import rest
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer, ListQuery
from assetpool.savings.service import CostMissing

bp = rest.blueprint("asides", __name__, "Hand-overs and returns")


@bp.post("/asides")
@access.signed_in
@rest.writes(DocumentAnswer, AsideBody, refuses=(asides.NotThatOwner,))
def keep_aside(session: Session, body: AsideBody) -> rest.Json:
    """Keep something aside under a number; whom it concerns is told."""
    mine = access.current()
    owner = organization_by_code(session, mine.pool_id, body.owner_code).id if body.owner_code else None
    found = asides.Found(body.sort, body.what, body.count, body.tag or "", body.slip, owner, body.owner_name, body.place)
    store = store_by_code(session, mine.pool_id, body.store_code)
    given = {"returned_by": body.returned_by, "telephone": body.phone}
    return reached(asides.keep_aside(session, store.id, found, by=access.me(), occurred_at=body.occurred_at, **given))


def _row(entry: aside_queries.AsideEntry | aside_queries.AsideView) -> AsideRow:
    row = entry.row
    parts: AsideRow = {
        "number": entry.document.number, "state": entry.document.state, "store": entry.store.code, "sort": row.sort, "what": row.what,
        "count": row.count, "outcome": row.outcome, "kept_at": row.kept_at,
    }  # fmt: skip
    return parts


@bp.get("/asides")
@access.signed_in
@rest.reads(AsidePage, ListQuery)
def listed(asked: ListQuery) -> rest.Json:
    """List the things kept aside one may see, newest first."""
    return rest.newest(asked, aside_queries.page, lambda entry: entry.document, _row)


@bp.get("/asides/<number>")
@access.signed_in
@rest.reads(AsideAnswer)
def aside(number: str) -> rest.Json:
    """Show a thing kept aside."""
    view = aside_queries.aside(db.session(), access.current(), number)
    owner = view.owner.name if view.owner else view.row.owner_name
    more = {"place": view.row.place, "tag": view.asset.tag if view.asset else "", "slip": view.slip, "owner": owner}
    return {**_row(view), **more, "receipt": view.receipt, "exchange": view.exchange}


@bp.post("/asides/<number>/match")
@access.signed_in
@rest.writes(DocumentAnswer, MatchBody, status=200, refuses=(WrongState, NotOut, SlipAmbiguous, MoreThanOut, CostMissing))
def match(session: Session, body: MatchBody, number: str) -> rest.Json:
    """Say which missing unit it is; it is taken back on that slip. Answers the return."""
    by_number(session, access.current(), number, "KA")
    grade, costs = body.condition.value if body.condition else "", costs_said(body.costs, body.no_cost_reason)
    return reached(asides.match(session, number, body.tag, body.slip, body.fate or "", by=access.me(), costs=costs, condition=grade))


@bp.post("/asides/<number>/hand-out")
@access.signed_in
@rest.writes(DocumentAnswer, SignBody, status=200, refuses=(WrongState, asides.NotThatOwner))
def hand_out(session: Session, body: SignBody, number: str) -> rest.Json:
    """Give somebody else's thing to its owner against a signature."""
    by_number(session, access.current(), number, "KA")
    return reached(asides.hand_out(session, number, receipt_said(session, body.name, body.phone, body.signature), by=access.me()))


@bp.post("/asides/<number>/put-back")
@access.signed_in
@rest.writes(DocumentAnswer, PutBackBody, status=200, refuses=(WrongState,))
def put_back(session: Session, body: PutBackBody, number: str) -> rest.Json:
    """Close what stood in the books already or was taken in anew."""
    by_number(session, access.current(), number, "KA")
    return reached(asides.put_back(session, number, body.outcome, body.note, by=access.me()))


@bp.post("/asides/<number>/exchange")
@access.signed_in
@rest.writes(DocumentAnswer, ProposeBody, refuses=(WrongState, exchanges.NothingSwapped, exchanges.ExchangedAlready, NotOut, MoreThanOut))
def propose(session: Session, body: ProposeBody, number: str) -> rest.Json:
    """Open the exchange that both borrowers of swapped things sign. Answers the exchange."""
    by_number(session, access.current(), number, "KA")
    return reached(exchanges.propose(session, number, body.missing or "", by=access.me()))


@bp.get("/exchanges/<number>")
@access.signed_in
@rest.reads(ExchangeAnswer)
def exchange(number: str) -> rest.Json:
    """Show an exchange."""
    view = aside_queries.exchange(db.session(), access.current(), number)
    lines = [
        {"tag": one.asset.tag, "count": one.line.count, "slip": one.slip, "holder": one.holder.code, "aside": one.aside}
        for one in view.lines
    ]  # fmt: skip
    signed = [side.name for side in view.sides if side.fact is not None]
    slips = {f"{side.name}_slip": side.slip.number for side in view.sides}
    return {**reached(view.document), **slips, "signed": signed, "lines": lines, "receipt": view.receipt}


@bp.post("/exchanges/<number>/sign")
@access.signed_in
@rest.writes(DocumentAnswer, SideBody, status=200, refuses=(WrongState, exchanges.SignedAlready, NotOut, MoreThanOut))
def sign(session: Session, body: SideBody, number: str) -> rest.Json:
    """Sign for one borrower; the second signature settles the exchange."""
    by_number(session, access.current(), number, "XC")
    receipt = receipt_said(session, body.name, body.phone, body.signature)
    return reached(exchanges.sign(session, number, body.side, receipt, by=access.me()))
