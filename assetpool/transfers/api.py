"""Transfers for machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, current_app
from sqlalchemy.orm import Session

from assetpool.approvals.rest import Deciding, reached
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import store_by_code, stores
from assetpool.core import spreadsheets
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, NotAllowed, NotFound, SamePerson, Word, WrongState
from assetpool.core.web import attachment
from assetpool.custody.queries import by_tag
from assetpool.handovers import service as handovers
from assetpool.handovers.acceptance import CountsDiffer, NotOnSlip
from assetpool.handovers.blockers import Blocked
from assetpool.handovers.stated import counted_said, hand_over_said, receipt_said
from assetpool.org import access
from assetpool.org.queries import names, organization_by_code
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number, visible_numbers
from assetpool.records.schemas import DocumentAnswer, NoBody
from assetpool.reservations.service import NotEnoughStock, PromisedElsewhere
from assetpool.savings.service import CostMissing, VoucherExceeded, VoucherTaken
from assetpool.transfers import booking, books_export, cards, drafting, payments, queries, service
from assetpool.transfers.giving import NotTheGivers
from assetpool.transfers.models import Transfer, TransferLine
from assetpool.transfers.schemas import (
    AcceptedAnswer,
    BookBody,
    BooksAnswer,
    HandedOverAnswer,
    PaymentBody,
    PriceAnswer,
    TransferAcceptBody,
    TransferAnswer,
    TransferBody,
    TransferHandOverBody,
    TransferLineAnswer,
    TransferPage,
    TransferQuery,
    TransferRow,
)

bp = rest.blueprint("transfers", __name__, "Transfers")


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
        "slips": [reached(slip) for slip, _ in queries.slips(session, row.id)],
        "price": _price(session, row) if row.consideration else None,
    }


def _price(session: Session, row: Transfer) -> PriceAnswer:
    known = payments.payments_of(session, row.id)
    found = payments.standing(row, known)
    return {
        "agreed_fen": found.agreed,
        "paid_fen": found.paid,
        "in_treasury_fen": found.in_treasury,
        "payments": [
            {
                "id": one.id, "way": one.way, "amount_fen": one.amount, "paid_on": one.paid_on, "receipt": one.receipt, "file_id": one.file_id,
                "taken_back": one.taken_back_at is not None,
            }
            for one in known
        ],
    }  # fmt: skip


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
    return reached(drafting.draft(session, terms, given, by=access.me()))


@bp.post("/transfers/<number>/hand-over")
@access.signed_in
@rest.writes(
    HandedOverAnswer,
    TransferHandOverBody,
    status=200,
    secret="link",
    refuses=(Blocked, CostMissing, VoucherTaken, VoucherExceeded, SamePerson, WrongState, PromisedElsewhere, NotTheGivers),
)
def hand_over(session: Session, body: TransferHandOverBody, number: str) -> rest.Json:
    """Hand things over for good: loaded with a one-time link for the receiver, or accepted in one step with `received_by`."""
    mine = access.current()
    document = by_number(session, mine, number, "TR")
    store_id = store_by_code(session, mine.pool_id, body.store_code).id if body.store_code else session.get_one(Transfer, document.id).store_id
    loaded = hand_over_said(session, document.number, body, store_id)
    link = None if body.received_by is not None else f"{current_app.config['PUBLIC_URL']}/s/{loaded.token}"
    return {**reached(document), "slip": loaded.document.number, "slip_state": loaded.document.state, "link": link}


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
    receipt = receipt_said(session, body.name, body.phone, body.signature)
    slip = handovers.accept(session, waiting[0], counted_said(body.lines), receipt, by=access.me(), occurred_at=body.occurred_at)
    return {**reached(document), "slip": slip.number, "slip_state": slip.state}


@bp.post("/transfers/<number>/book")
@access.signed_in
@rest.writes(DocumentAnswer, BookBody, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState, booking.BookedAlready))
def book(session: Session, body: BookBody, number: str) -> rest.Json:
    """Enter the transfer in the books of one side; the giver confirms the accumulated depreciation."""
    confirmed = {line.line: line.accumulated_depreciation_fen for line in body.lines}
    return reached(booking.book(session, number, by=access.me(), side=body.side, confirmed=confirmed, note=body.note))


@bp.post("/transfers/<number>/payments")
@access.signed_in
@rest.writes(DocumentAnswer, PaymentBody, refuses=(NotAllowed, NotFound, WrongState, FieldInvalid, payments.NothingToPay, payments.PaidMore))
def pay(session: Session, body: PaymentBody, number: str) -> rest.Json:
    """Enter what was paid of the agreed price."""
    document = by_number(session, access.current(), number, "TR")
    paid = payments.Paid(body.way, body.amount_fen, body.paid_on, body.receipt, body.file_id)
    return reached(payments.pay(session, document.number, paid, by=access.me()))


@bp.post("/transfers/<number>/payments/<int:payment_id>/take-back")
@access.signed_in
@rest.writes(DocumentAnswer, NoBody, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState, payments.PaidMore))
def take_back(session: Session, body: NoBody, number: str, payment_id: int) -> rest.Json:
    """Take a wrong payment back; it stays in sight."""
    document = by_number(session, access.current(), number, "TR")
    return reached(payments.take_back(session, document.number, payment_id, by=access.me()))


@bp.get("/transfers/<number>/books")
@access.signed_in
@rest.reads(BooksAnswer, refuses=(NotFound,))
def books(number: str) -> rest.Json:
    """Show cards and vouchers of both sides, as far as the transfer was accepted and paid."""
    session = db.session()
    found = cards.books(session, by_number(session, access.current(), number, "TR"))
    answer: BooksAnswer = {
        **reached(found.document),
        "giver_code": found.giver.code,
        "receiver_code": found.receiver.code,
        "cards": [books_export.card_answer(one) for one in found.cards],
        "vouchers": [books_export.entry_answer(one) for one in found.vouchers],
        "unvalued": found.unvalued,
    }
    return answer


@bp.get("/transfers/<number>/cards.csv")
@access.signed_in
@rest.reads(bytes, refuses=(NotFound,), media_type=spreadsheets.CSV)
def cards_csv(number: str) -> Response:
    """Give the cards as CSV."""
    return _file(number, books_export.cards_csv, spreadsheets.CSV, "cards.csv")


@bp.get("/transfers/<number>/vouchers.csv")
@access.signed_in
@rest.reads(bytes, refuses=(NotFound,), media_type=spreadsheets.CSV)
def vouchers_csv(number: str) -> Response:
    """Give the vouchers of both sides as CSV."""
    return _file(number, books_export.vouchers_csv, spreadsheets.CSV, "vouchers.csv")


@bp.get("/transfers/<number>/books.xlsx")
@access.signed_in
@rest.reads(bytes, refuses=(NotFound,), media_type=spreadsheets.XLSX)
def books_xlsx(number: str) -> Response:
    """Give vouchers and cards of both sides as one workbook."""
    return _file(number, books_export.workbook, spreadsheets.XLSX, "books.xlsx")


def _file(number: str, write: Callable[[cards.Books], bytes], media_type: str, name: str) -> Response:
    session = db.session()
    document = by_number(session, access.current(), number, "TR")
    return attachment(write(cards.books(session, document)), media_type, f"{document.number}-{name}")


acts = Deciding(bp, "/transfers", "TR")
acts.plain("submit", service.submit, "Hand the transfer in.")
acts.decisions(
    service,
    "Give the endorsement or approval that is due from this person; the last one promises for good.",
    "Refuse the transfer for good.",
    "Send the transfer back to be changed.",
    (NotEnoughStock,),
)
acts.reasoned("cancel", service.cancel, "Take the transfer back, or let go what is left of a started one.")
acts.plain("close", service.close, "Close a transfer that both sides have booked and whose price, if one was agreed, is in the treasury.")
