"""The pages of transfers: the list, the form, one transfer with the acts on it, and its paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import pages
from assetpool.approvals.pages import Typed
from assetpool.catalog.queries import kinds
from assetpool.core import lines, spreadsheets
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.money import parse_yuan
from assetpool.core.web import attachment, language, translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.records import listing, uploads
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.requisitions import picking
from assetpool.transfers import booking, books_export, cards, drafting, paper, payments, queries, service, showing, typed
from assetpool.transfers.forms import TransferForm
from assetpool.transfers.steps import EDITABLE, STEPS

bp = Blueprint("transfers", __name__)
LISTED = (*STEPS, "closed", "rejected", "withdrawn", "cancelled")


@bp.get("/transfers")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the transfers that concern this person's organizations, newest first."""
    session = db.session()
    rows, frame = listing.newest(LISTED, queries.page, lambda row: row[0])
    listed = queries.lines_of_several(session, [row.id for _document, row in rows])
    return render_template(
        "transfers/index.html",
        rows=rows,
        lines=listed,
        kinds=kinds(session, [line.kind_id for several in listed.values() for line in several]),
        organizations=names(session, [side for _document, row in rows for side in (row.giver_id, row.receiver_id)]),
        may_write=access.current().has(Role.CLERK),
        **frame,
    )


@bp.route("/transfers/new", methods=["GET", "POST"])
@access.role(Role.CLERK)
def new() -> ResponseReturnValue:
    """Write a transfer as a clerk of giver or receiver."""
    return _answered(TransferForm(), None)


@bp.route("/transfers/<number>/edit", methods=["GET", "POST"])
@access.role(Role.CLERK)
def edit(number: str) -> ResponseReturnValue:
    """Write a draft or a transfer sent back anew."""
    document = by_number(db.session(), access.current(), number, "TR")
    if document.state not in EDITABLE:
        flash(_("%(number)s can no longer be changed.", number=document.number), "refusal")
        return redirect(url_for(".show", number=document.number), 303)
    form = TransferForm(data=typed.of_document(db.session(), document)) if request.method != "POST" else TransferForm()
    return _answered(form, document)


def _answered(form: TransferForm, document: Document | None) -> ResponseReturnValue:
    """Show the form, or do what its pressed button says."""
    reading, mine = db.session(), access.current()
    typed.offer(reading, mine, form)
    if request.method != "POST" or lines.changed({"lines": form.lines}, request.form):
        return _form(form, document, 200)
    lines.drop_blank(form.lines)
    good = form.validate()
    given = typed.given(reading, mine.pool_id, form)
    if not good or given is None:
        return _form(form, document, 422)
    submitting = "submit" in request.form
    try:
        with atomic() as act:
            terms = typed.terms(form)
            if document is None:
                saved = drafting.draft(act, terms, given, by=access.me())
            else:
                saved = drafting.rewrite(act, document.number, terms, given, by=access.me(), revision=form.revision.data and int(form.revision.data))
            if submitting:
                saved = service.submit(act, saved.number, by=access.me())
            number = saved.number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _form(form, document, refusal.status)
    flash(_("%(number)s was handed in.", number=number) if submitting else _("%(number)s was saved as a draft.", number=number), "done")
    return redirect(url_for(".show", number=number), 303)


def _form(form: TransferForm, document: Document | None, status: int) -> ResponseReturnValue:
    proposed = [picking.label(kind, language() == "en") for kind in picking.proposed(db.session(), access.current().pool_id)]
    return render_template("transfers/form.html", form=form, number=document.number if document is not None else None, proposed=proposed), status


def _page(document: Document, refusal: str, typed: Typed, status: int) -> ResponseReturnValue:
    return render_template(
        "transfers/show.html", page=showing.shown(db.session(), access.current(), document), refusal=refusal, typed=typed, pay_ways=payments.WAYS
    ), status


def _book(session: Session, number: str, fields: Typed) -> Document:
    """Book one side; the giver's form brings the accumulated depreciation per line."""
    side = fields.get("side") or None
    confirmed: dict[int, int] = {}
    for name, text in fields.items():
        line = name.removeprefix("worn-")
        if side == "giver" and name.startswith("worn-") and line.isdigit() and text.strip():
            try:
                confirmed[int(line)] = parse_yuan(text)
            except ValueError as error:
                raise FieldInvalid(field=Word(N_("Accumulated depreciation")), problem=Word(N_("enter an amount from 0 to the original value."))) from error
    return booking.book(session, number, by=access.me(), side=side, confirmed=confirmed, note=pages.reason(fields), revision=pages.revision(fields))


def _pay(session: Session, number: str, fields: Typed) -> Document:
    """Enter what was paid for a transfer, from what was typed and the scan that `perform` kept."""
    scan = uploads.carried(session, fields.get("scan_id"), access.me())
    try:
        amount = parse_yuan(fields.get("amount", ""))
    except ValueError as error:
        raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("write an amount in yuan, for example 1,200.50."))) from error
    try:
        day = date.fromisoformat(fields.get("paid_on", ""))
    except ValueError as error:
        raise FieldInvalid(field=Word(N_("Paid on")), problem=Word(N_("enter the day on the receipt."))) from error
    paid = payments.Paid(fields.get("way", ""), amount, day, fields.get("receipt", "").replace("\0", "")[:100], scan.id if scan is not None else None)
    return payments.pay(session, number, paid, by=access.me(), revision=pages.revision(fields))


def _take_back(session: Session, number: str, fields: Typed) -> Document:
    text = fields.get("payment", "")
    payment_id = int(text) if text.isascii() and text.isdigit() and len(text) <= uploads.LONGEST_ID else 0
    return payments.take_back(session, number, payment_id, by=access.me(), revision=pages.revision(fields))


DEEDS = {
    **pages.usual("TR", service, cancelled=N_("%(number)s was taken back; nothing is kept for it any more.")),
    "book": pages.Deed(_book, N_("%(number)s is entered in the books.")),
    "pay": pages.Deed(_pay, N_("%(number)s: the payment is entered.")),
    "take-back-payment": pages.Deed(_take_back, N_("%(number)s: the payment is taken back.")),
}


pages.document(bp, "/transfers", "TR", _page, DEEDS, paper.pdf)


@bp.get("/transfers/<number>/cards.csv")
@access.signed_in
def cards_csv(number: str) -> ResponseReturnValue:
    """Give the cards of what was accepted, as both sides file them."""
    return _file(number, books_export.cards_csv, spreadsheets.CSV, "cards.csv")


@bp.get("/transfers/<number>/vouchers.csv")
@access.signed_in
def vouchers_csv(number: str) -> ResponseReturnValue:
    """Give the vouchers of both sides."""
    return _file(number, books_export.vouchers_csv, spreadsheets.CSV, "vouchers.csv")


@bp.get("/transfers/<number>/books.xlsx")
@access.signed_in
def books_xlsx(number: str) -> ResponseReturnValue:
    """Give vouchers and cards of both sides as one workbook."""
    return _file(number, books_export.workbook, spreadsheets.XLSX, "books.xlsx")


def _file(number: str, write: Callable[[cards.Books], bytes], media_type: str, name: str) -> ResponseReturnValue:
    session = db.session()
    document = by_number(session, access.current(), number, "TR")
    return attachment(write(cards.books(session, document)), media_type, f"{document.number}-{name}")
