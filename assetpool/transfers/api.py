"""Transfers for machines."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import store_by_code, stores
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, NotAllowed, NotFound, SamePerson, Word, WrongState
from assetpool.core.web import translated
from assetpool.custody.queries import by_tag
from assetpool.handovers import service as handovers
from assetpool.handovers.acceptance import CountsDiffer, NotOnSlip
from assetpool.handovers.blockers import Blocked
from assetpool.handovers.schemas import SignatureBody
from assetpool.handovers.stated import costs_said
from assetpool.org import access
from assetpool.org.queries import names, organization_by_code
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number, file_for, visible_numbers
from assetpool.records.schemas import DocumentAnswer, Words
from assetpool.reservations.service import NotEnoughStock, PromisedElsewhere
from assetpool.savings.service import CostMissing, VoucherTaken
from assetpool.transfers import booking, drafting, queries, service
from assetpool.transfers.giving import NotTheGivers
from assetpool.transfers.models import Transfer, TransferLine
from assetpool.transfers.schemas import (
    AcceptedAnswer,
    BookBody,
    HandedOverAnswer,
    TransferAcceptBody,
    TransferAnswer,
    TransferBody,
    TransferDeclineBody,
    TransferHandOverBody,
    TransferLineAnswer,
    TransferPage,
    TransferQuery,
    TransferRow,
)

bp = rest.blueprint("transfers", __name__, "Transfers")


def _reached(document: Document) -> DocumentAnswer:
    return {"number": document.number, "state": document.state}


@bp.get("/transfers")
@access.signed_in
@rest.reads(TransferPage, TransferQuery)
def listed(asked: TransferQuery) -> rest.Json:
    """List the transfers that concern one's organizations, newest first."""
    session, mine = db.session(), access.current()
    before = rest.after(asked.cursor, (int,))
    rows = queries.page(session, mine, state=asked.state or "", text=asked.q or "", before=before[0] if before else None, limit=asked.limit)
    page = rows[: asked.limit]
    return rest.page(_rows(session, page), (page[-1][0].id,) if len(rows) > len(page) else None)


def _rows(session: Session, rows: Sequence[tuple[Document, Transfer]]) -> list[TransferRow]:
    organizations = names(session, [side for _, row in rows for side in (row.giver_id, row.receiver_id)])
    at = stores(session, [row.store_id for _, row in rows])
    requests = visible_numbers(session, access.current(), [row.request_id for _, row in rows])
    return [
        {
            "number": document.number,
            "state": document.state,
            "giver_code": organizations[row.giver_id].code,
            "receiver_code": organizations[row.receiver_id].code,
            "store_code": at[row.store_id].code,
            "request": requests.get(row.request_id or 0),
            "consideration_fen": row.consideration,
            "reason": row.reason,
            "first_day": row.first_day,
            "created_at": document.created_at,
        }
        for document, row in rows
    ]


@bp.get("/transfers/<number>")
@access.signed_in
@rest.reads(TransferAnswer, refuses=(NotFound,))
def shown(number: str) -> rest.Json:
    """Show a transfer with its lines, book figures and slips."""
    session = db.session()
    document = by_number(session, access.current(), number, "TR")
    row = session.get_one(Transfer, document.id)
    return {
        **_rows(session, [(document, row)])[0],
        "revision": document.revision,
        "giver_booked": row.giver_booked,
        "receiver_booked": row.receiver_booked,
        "lines": _lines(session, queries.lines(session, row.id)),
        "slips": [_reached(slip) for slip, _ in queries.slips(session, row.id)],
    }


def _lines(session: Session, lines: Sequence[TransferLine]) -> list[TransferLineAnswer]:
    kinds = kinds_of(session, [line.kind_id for line in lines])
    tags = queries.tags(session, [line.asset_id for line in lines])
    return [
        {
            "line": line.line_no,
            "kind_id": line.kind_id,
            "name": kinds[line.kind_id].name,
            "spec": kinds[line.kind_id].spec,
            "measure": kinds[line.kind_id].measure,
            "tag": tags.get(line.asset_id or 0),
            "quantity": line.asked,
            "handed_over": line.handed_over,
            "accepted": line.accepted,
            "original_value_fen": line.original_value,
            "accumulated_depreciation_fen": line.accumulated_depreciation,
            "carrying_amount_fen": line.carrying_amount,
        }
        for line in lines
    ]


@bp.post("/transfers")
@access.signed_in
@rest.writes(DocumentAnswer, TransferBody, refuses=(NotAllowed, NotFound, drafting.GiverHasFewer))
def add(session: Session, body: TransferBody) -> rest.Json:
    """Draft a transfer as a clerk of the giver or of the receiver."""
    pool_id = access.current().pool_id
    assets = {line.tag: by_tag(session, pool_id, line.tag) for line in body.lines if line.tag is not None}
    given = [drafting.Given(line.quantity, line.kind_id, assets[line.tag].id if line.tag is not None else None) for line in body.lines]
    things = [(assets[line.tag].kind_id, assets[line.tag].id) if line.tag is not None else (line.kind_id or 0, None) for line in body.lines]
    giver = organization_by_code(session, pool_id, body.giver_code).id if body.giver_code else None
    store = store_by_code(session, pool_id, body.store_code).id if body.store_code else queries.store_of(session, things, giver)
    if store is None:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("the things stand in no store. Name kinds or tags that the pool has.")))
    terms = drafting.Terms(
        giver_id=giver or queries.giver_of(session, things, store),
        receiver_id=organization_by_code(session, pool_id, body.receiver_code).id,
        store_id=store,
        first_day=body.first_day,
        reason=body.reason,
        consideration=body.consideration_fen,
    )
    return _reached(drafting.draft(session, terms, given, by=access.me()))


@bp.post("/transfers/<number>/submit")
@access.signed_in
@rest.writes(DocumentAnswer, Words, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState))
def submit(session: Session, body: Words, number: str) -> rest.Json:
    """Hand the transfer in."""
    return _reached(service.submit(session, number, by=access.me()))


@bp.post("/transfers/<number>/approve")
@access.signed_in
@rest.writes(DocumentAnswer, Words, status=200, optional=True, refuses=(NotAllowed, NotFound, SamePerson, WrongState, NotEnoughStock))
def approve(session: Session, body: Words, number: str) -> rest.Json:
    """Give the endorsement (giver, receiver) or approval that is due from this person; the last one promises for good."""
    return _reached(service.approve(session, number, by=access.me(), reason=body.reason, occurred_at=body.occurred_at))


@bp.post("/transfers/<number>/reject")
@access.signed_in
@rest.writes(DocumentAnswer, TransferDeclineBody, status=200, refuses=(NotAllowed, NotFound, SamePerson, WrongState))
def reject(session: Session, body: TransferDeclineBody, number: str) -> rest.Json:
    """Refuse the transfer for good."""
    return _reached(service.reject(session, number, by=access.me(), reason=body.reason))


@bp.post("/transfers/<number>/send-back")
@access.signed_in
@rest.writes(DocumentAnswer, TransferDeclineBody, status=200, refuses=(NotAllowed, NotFound, SamePerson, WrongState))
def send_back(session: Session, body: TransferDeclineBody, number: str) -> rest.Json:
    """Send the transfer back to be changed."""
    return _reached(service.send_back(session, number, by=access.me(), reason=body.reason))


@bp.post("/transfers/<number>/cancel")
@access.signed_in
@rest.writes(DocumentAnswer, Words, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState))
def cancel(session: Session, body: Words, number: str) -> rest.Json:
    """Take the transfer back, or let go what is left of a started one."""
    return _reached(service.cancel(session, number, by=access.me(), reason=body.reason))


@bp.post("/transfers/<number>/hand-over")
@access.signed_in
@rest.writes(
    HandedOverAnswer,
    TransferHandOverBody,
    status=200,
    secret="link",
    refuses=(Blocked, CostMissing, VoucherTaken, SamePerson, WrongState, PromisedElsewhere, NotTheGivers),
)
def hand_over(session: Session, body: TransferHandOverBody, number: str) -> rest.Json:
    """Hand things over for good: loaded with a one-time link for the receiver, or accepted in one step with `received_by`."""
    mine = access.current()
    document = by_number(session, mine, number, "TR")
    receipt = None
    if body.received_by is not None:
        named = isinstance(body.received_by, str)
        name, phone = (str(body.received_by), body.phone) if named else (body.received_by.name, body.received_by.phone or body.phone)  # type: ignore[union-attr]
        receipt = _receipt(name, phone, body.signature)
    try:
        loaded = handovers.hand_over(
            session,
            document.number,
            [handovers.Item(line.tag, line.count) for line in body.lines],
            by=access.me(),
            costs=costs_said(body.costs, body.no_cost_reason),
            receipt=receipt,
            store_id=store_by_code(session, mine.pool_id, body.store_code).id if body.store_code else session.get_one(Transfer, document.id).store_id,
            destination=body.destination,
            occurred_at=body.occurred_at,
        )
    except Blocked as blocked:
        raise blocked.said(translated) from blocked
    link = None if receipt else f"{current_app.config['PUBLIC_URL']}/s/{loaded.token}"
    return {**_reached(document), "slip": loaded.document.number, "slip_state": loaded.document.state, "link": link}


def _receipt(name: str, phone: str, signature: SignatureBody | None) -> handovers.Receipt:
    if signature is None:
        return handovers.Receipt(name, phone, attested=True)
    data = signature.data
    if signature.file_id is not None:
        data = f"file:{file_for(db.session(), access.current(), signature.file_id).id}"
    return handovers.Receipt(name, phone, signature.method.value, data)


@bp.post("/transfers/<number>/accept")
@access.signed_in
@rest.writes(AcceptedAnswer, TransferAcceptBody, status=200, refuses=(CountsDiffer, NotOnSlip, WrongState))
def accept(session: Session, body: TransferAcceptBody, number: str) -> rest.Json:
    """Accept what is on its way, by count; the book figures of what is accepted freeze."""
    document = by_number(session, access.current(), number, "TR")
    waiting = [slip.number for slip, _ in queries.awaiting(session, document.id)]
    if body.slip is not None:
        waiting = [slip for slip in waiting if slip == body.slip.upper()]
    if len(waiting) != 1:
        problem = N_("nothing is on its way for this transfer.") if not waiting else N_("several slips are on their way. Name the one that arrived.")
        raise FieldInvalid(field=Word(N_("Slip")), problem=Word(problem))
    counted = [handovers.Counted(line.tag, line.accepted, line.short, line.damaged, line.refused) for line in body.lines] if body.lines else None
    slip = handovers.accept(session, waiting[0], counted, _receipt(body.name, body.phone, body.signature), by=access.me(), occurred_at=body.occurred_at)
    return {**_reached(document), "slip": slip.number, "slip_state": slip.state}


@bp.post("/transfers/<number>/book")
@access.signed_in
@rest.writes(DocumentAnswer, BookBody, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState, booking.BookedAlready))
def book(session: Session, body: BookBody, number: str) -> rest.Json:
    """Enter the transfer in the books of one side; the giver confirms the accumulated depreciation."""
    confirmed = {line.line: line.accumulated_depreciation_fen for line in body.lines}
    return _reached(booking.book(session, number, by=access.me(), side=body.side, confirmed=confirmed, note=body.note))


@bp.post("/transfers/<number>/close")
@access.signed_in
@rest.writes(DocumentAnswer, Words, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState))
def close(session: Session, body: Words, number: str) -> rest.Json:
    """Close a transfer that both sides have booked."""
    return _reached(service.close(session, number, by=access.me()))
