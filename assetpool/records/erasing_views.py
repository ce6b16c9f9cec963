"""The administrator's page of personal data: how long it is kept, and erasing what a paper holds of it."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import erasing
from assetpool.records.erasing_forms import TermForm
from assetpool.records.models import Document
from assetpool.records.queries import by_number

bp = Blueprint("erasing", __name__, url_prefix="/admin/personal-data")


@bp.route("", methods=["GET", "POST"])
@access.role(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Settle how long personal data is kept, and look up what a paper holds of it."""
    session, pool_id = db.session(), access.current().pool_id
    form = TermForm(obj=erasing.terms(session, pool_id))
    if form.validate_on_submit():
        try:
            with atomic() as act:
                erasing.settle(act, pool_id, form.facts_days.data, form.liaison_days.data, by=access.me())
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            flash(gettext("This holds from the next nightly run on."), "done")
            return redirect(url_for(".index"), 303)
    number, document, refused = request.args.get("number", "").strip(), None, ""
    try:
        document = by_number(session, access.current(), number, number[:2]) if number else None
    except DomainError as refusal:
        refused = translated(refusal)
    held = {"facts": erasing.facts_of(session, document.id), "files": erasing.files_of(session, document.id)} if document else {}
    page = render_template("admin/erasing.html", form=form, number=number, document=document, refused=refused, **held)
    return page, 422 if request.method == "POST" else 200


@bp.post("/<number>/<any(name, file):what>/<int(max=9000000000000000000):row_id>")
@access.role(Role.ADMINISTRATOR)
def erase(number: str, what: str, row_id: int) -> ResponseReturnValue:
    """Erase a name with its signature, or the content of a file."""
    try:
        with atomic() as session:
            document: Document = by_number(session, access.current(), number, number[:2])
            act = erasing.erase_fact if what == "name" else erasing.erase_file
            act(session, document, row_id, request.form.get("reason", ""), by=access.me())
        erasing.sweep(db.session(), access.current().pool_id, current_app.config["DATA_DIR"])
        flash(gettext("It is erased; the book keeps its digest only."), "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(url_for(".index", number=number), 303)
