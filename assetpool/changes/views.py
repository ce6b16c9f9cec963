"""The pages of change orders: asking for one from a request, and one with before, after and the acts on it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.approvals import pages
from assetpool.approvals.pages import Typed
from assetpool.catalog.queries import all_stores, kinds
from assetpool.changes import orders, paper, showing, typed
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import language, translated
from assetpool.org import access
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.requisitions import picking
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as lines_of

bp = Blueprint("changes", __name__)


@bp.route("/requisitions/<number>/change", methods=["GET", "POST"])
@access.signed_in
def new(number: str) -> ResponseReturnValue:
    """Ask for a change of an approved request; what only gives back happens at once."""
    document = by_number(db.session(), access.current(), number, "RQ")
    if request.method != "POST":
        return _asking(document, {})
    fields = request.form.to_dict()
    try:
        wanted = typed.given(db.session(), access.current().pool_id, fields)
        with atomic() as session:
            made = orders.ask(session, document.number, by=access.me(), reason=pages.reason(fields), **wanted)
            number, state = made.number, made.state
    except DomainError as refusal:
        return _asking(by_number(db.session(), access.current(), number, "RQ"), fields, translated(refusal), refusal.status)
    flash(_("%(number)s: changed.", number=number) if state == "approved" else _("%(number)s was handed in.", number=number), "done")
    return redirect(url_for(".show", number=number), 303)


def _asking(document: Document, fields: Typed, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    lines = lines_of(session, document.id)
    known = kinds(session, [line.kind_id for line in lines])
    return render_template(
        "changes/new.html",
        doc=document,
        row=session.get_one(Requisition, document.id),
        lines=[(line, known[line.kind_id]) for line in lines if line.approved],
        rows=range(1, typed.NEW_ROWS + 1),
        proposed=[picking.label(kind, language() == "en") for kind in picking.proposed(session, access.current().pool_id)],
        stores=all_stores(session, access.current().pool_id),
        typed=fields,
        refusal=refusal,
    ), status


def _page(document: Document, refusal: str, fields: Typed, status: int) -> ResponseReturnValue:
    page = showing.changed(db.session(), access.current(), document)
    return render_template("changes/show.html", page=page, refusal=refusal, typed=fields), status


pages.document(bp, "/changes", "CO", _page, pages.deciding("CO", orders), paper.order)
