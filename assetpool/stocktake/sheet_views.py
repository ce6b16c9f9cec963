"""Counting on paper: the lists to print, and entering them when they come back."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.approvals.pages import Typed
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.core.web import translated, whole
from assetpool.org import access
from assetpool.records import papers
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.stocktake import counting, paper, showing, typed
from assetpool.stocktake.answering import Counted
from assetpool.stocktake.blueprint import bp

LINES = 100


@bp.get("/stocktakes/<number>/sheets.pdf")
@access.signed_in
def sheets(number: str) -> ResponseReturnValue:
    """Print the lists to count with."""
    document = by_number(db.session(), access.current(), number, "ST")
    return papers.answered(f"{document.number}-sheets", paper.sheets(db.session(), document, papers.here()))


@bp.route("/stocktakes/<number>/sheet", methods=["GET", "POST"])
@access.signed_in
def sheet(number: str) -> ResponseReturnValue:
    """Enter what was written on the lists, line by line."""
    document = by_number(db.session(), access.current(), number, "ST")
    after = request.args.get("after", 0, type=whole)
    if request.method != "POST":
        return _sheet(document, after, {})
    fields = request.form.to_dict()
    try:
        counted = _counted(document, after, fields)
        with atomic() as session:
            counting.count(session, document.number, counted, by=access.me())
    except DomainError as refusal:
        return _sheet(by_number(db.session(), access.current(), number, "ST"), after, fields, translated(refusal), refusal.status)
    flash(_("%(number)s: %(count)s lines are entered.", number=document.number, count=len(counted)), "done")
    return redirect(url_for(".sheet", number=document.number, after=after or None), 303)


def _counted(document: Document, after: int, fields: Typed) -> list[Counted]:
    """Return the counts of the lines into which something was written; raise FieldInvalid."""
    page, at = fields.get("key", "")[:40], _moment(document, fields.get("counted_at", ""))
    found = []
    for line, asset, _kind in showing.sheet(db.session(), document, after, LINES).open:
        text = fields.get(f"line-{line.line_no}", "").strip()
        if text:
            found.append(Counted(f"sheet-{page}-{line.line_no}", asset.tag, units=typed.units(text), place=line.place, occurred_at=at, on_paper=True))
    if not found:
        raise FieldInvalid(field=Word(N_("Counted")), problem=Word(N_("enter what was written in at least one line.")))
    return found


def _moment(document: Document, text: str) -> datetime | None:
    """Return when it was counted, as written in the pool's time zone; None for now."""
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise FieldInvalid(field=Word(N_("Counted at")), problem=Word(N_("choose a day and an hour."))) from error
    return local.replace(tzinfo=ZoneInfo(db.session().get_one(Pool, document.pool_id).time_zone))


def _sheet(document: Document, after: int, fields: Typed, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    page = showing.sheet(db.session(), document, after, LINES)
    key = fields.get("key") or uuid4().hex
    return render_template("stocktake/sheet.html", doc=document, page=page, typed=fields, refusal=refusal, key=key), status
