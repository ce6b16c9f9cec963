"""Hand-overs and returns for machines."""

from __future__ import annotations

from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from assetpool.approvals.rest import reached
from assetpool.catalog.queries import store_by_code
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, NotFound, SamePerson, WrongState
from assetpool.core.models import Pool
from assetpool.handovers import queries, service
from assetpool.handovers.acceptance import CountsDiffer, NotOnSlip
from assetpool.handovers.blockers import Blocked, LoanOver
from assetpool.handovers.models import Slip
from assetpool.handovers.schemas import (
    AcceptBody,
    CostsBody,
    DeliverBody,
    IssueBody,
    IssuedAnswer,
    SettleBody,
    SlipAnswer,
    SlipPage,
    SlipQuery,
    SlipRow,
)
from assetpool.handovers.stated import costs_said, counted_said, hand_over_said, receipt_said
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer
from assetpool.reservations.service import PromisedElsewhere
from assetpool.savings.service import CostMissing, VoucherExceeded, VoucherTaken

bp = rest.blueprint("handovers", __name__, "Hand-overs and returns")
SAID = {"short": "short", "damaged": "damage", "refused": "refuse"}


@bp.post("/requisitions/<number>/issue")
@access.signed_in
@rest.writes(
    IssuedAnswer, IssueBody, secret="link", refuses=(Blocked, CostMissing, VoucherTaken, VoucherExceeded, SamePerson, WrongState, LoanOver, PromisedElsewhere)
)
def issue(session: Session, body: IssueBody, number: str) -> rest.Json:
    """Hand things over for a request: loaded with a one-time link for the receiver, or accepted at the counter with `received_by`."""
    request = by_number(session, access.current(), number)
    store_id = store_by_code(session, access.current().pool_id, body.store_code).id if body.store_code else None
    loaded = hand_over_said(session, request.number, body, store_id)
    link = None if body.received_by is not None else f"{current_app.config['PUBLIC_URL']}/s/{loaded.token}"
    return {"number": loaded.document.number, "state": loaded.document.state, "slip": loaded.document.number, "request": request.number, "link": link}


def _row(document: Document, slip: Slip, request: str, store: str, receiver: str) -> SlipRow:
    return {
        "number": document.number,
        "state": document.state,
        "request": request,
        "purpose": slip.purpose,
        "store": store,
        "receiver": receiver,
        "due_on": slip.due_on,
        "loaded_at": slip.loaded_at,
        "accepted_at": slip.accepted_at,
    }


@bp.get("/slips")
@access.signed_in
@rest.reads(SlipPage, SlipQuery)
def slips(asked: SlipQuery) -> rest.Json:
    """List the slips one may see, newest first."""
    today = clock.today(db.session().get_one(Pool, access.current().pool_id).time_zone)
    found = partial(queries.page, today=today, show="" if asked.show == "all" else asked.show, state=asked.state, request=asked.request)
    return rest.newest(
        asked,
        found,
        lambda entry: entry.document,
        lambda entry: _row(entry.document, entry.slip, entry.request, entry.store.code, entry.receiver.code),
    )


@bp.get("/slips/<number>")
@access.signed_in
@rest.reads(SlipAnswer)
def slip(number: str) -> rest.Json:
    """Show a slip with every tag and its counts."""
    session, mine = db.session(), access.current()
    view = queries.slip(session, mine, number)
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    counts = ("loaded", "accepted", "short", "damaged", "refused", "returned", "lost")
    lines = [
        {
            "line": line.line.line_no,
            "request_line": line.line.request_line_no,
            "kind_id": line.kind.id,
            "kind": line.kind.name,
            "tag": one.asset.tag,
            **{name: getattr(one.item, name) for name in counts},
            "out": one.out,
        }
        for line in view.lines
        for one in line.items
    ]
    costs = [
        {
            "kind": cost.kind,
            "amount_fen": cost.amount,
            "issuer": paper.issuer if paper else None,
            "voucher": paper.number if paper else None,
            "reason": cost.reason,
        }
        for cost, paper in view.costs
    ]
    row = _row(view.document, view.slip, view.request.number, view.store.code, view.receiver.code)
    return {**row, "destination": view.slip.destination, "overdue": view.is_overdue(today), "lines": lines, "costs": costs}


@bp.post("/slips/<number>/deliver")
@access.signed_in
@rest.writes(DocumentAnswer, DeliverBody, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState))
def deliver(session: Session, body: DeliverBody, number: str) -> rest.Json:
    """Say that a loaded slip arrived on site; acceptance is still to come, and may as well follow without this."""
    by_number(session, access.current(), number, "HS")
    document = service.deliver(session, number, by=access.me(), occurred_at=body.occurred_at)
    return reached(document)


@bp.post("/slips/<number>/accept")
@access.signed_in
@rest.writes(DocumentAnswer, AcceptBody, status=200, refuses=(CountsDiffer, NotOnSlip, WrongState))
def accept(session: Session, body: AcceptBody, number: str) -> rest.Json:
    """Accept a loaded slip by count: only what was accepted changes custody and claims."""
    by_number(session, access.current(), number, "HS")
    receipt = receipt_said(session, body.name, body.phone, body.signature)
    document = service.accept(session, number, counted_said(body.lines), receipt, by=access.me(), occurred_at=body.occurred_at)
    return reached(document)


@bp.post("/slips/<number>/settle")
@access.signed_in
@rest.writes(DocumentAnswer, SettleBody, status=200)
def settle(session: Session, body: SettleBody, number: str) -> rest.Json:
    """Settle what was short, damaged or refused: back in the store, to be repaired, beyond repair, or lost."""
    by_number(session, access.current(), number, "HS")
    settled = [service.Settled(line.tag, SAID[line.difference], line.in_store, line.repair, line.damaged, line.lost) for line in body.lines]
    document = service.settle(session, number, settled, by=access.me(), note=body.note, occurred_at=body.occurred_at)
    return reached(document)


@bp.post("/slips/<number>/costs")
@access.signed_in
@rest.writes(DocumentAnswer, CostsBody, status=200, refuses=(CostMissing, VoucherTaken, VoucherExceeded))
def costs(session: Session, body: CostsBody, number: str) -> rest.Json:
    """Add late vouchers to a slip."""
    by_number(session, access.current(), number, "HS")
    document = service.add_costs(session, number, costs_said(body.costs, body.no_cost_reason), by=access.me())
    return reached(document)
