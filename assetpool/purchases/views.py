"""Later purchases in pages: what they put in doubt, the recorded ones, a form and a file to record more."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.core.web import translated, whole
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import organizations
from assetpool.purchases import imports, queries, service
from assetpool.purchases.forms import DecisionForm, PurchaseFileForm, PurchaseForm
from assetpool.records.uploads import keep_within

bp = Blueprint("purchases", __name__)
PAGE = 30
STATE_WORDS = {"proposed": N_("To decide"), "accepted": N_("Reversed"), "dismissed": N_("Dismissed")}
STATE_LOOKS = {"proposed": "wait", "accepted": "bad", "dismissed": "off"}
SIDE_WORDS = {"receiver": N_("the receiver bought"), "giver": N_("the giver bought")}
READERS = (Role.FINANCE, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR)
WRITERS = (Role.FINANCE, Role.ADMINISTRATOR)


@bp.get("/purchases")
@access.role(*READERS)
def index() -> ResponseReturnValue:
    """List what later purchases put in doubt, and the purchases recorded."""
    return _index(DecisionForm(formdata=None))


def _index(decision: DecisionForm) -> str:
    session, mine = db.session(), access.current()
    state = request.args.get("state", "proposed")
    state = state if state in queries.STATES else "proposed"
    found = queries.doubts(session, mine, state, request.args.get("before", type=whole), PAGE + 1)
    bought = queries.purchases(session, mine, request.args.get("bought_before", type=whole), PAGE + 1)
    return render_template(
        "purchases/index.html",
        state=state,
        doubts=found[:PAGE],
        following=found[PAGE - 1].match.id if len(found) > PAGE else None,
        bought=bought[:PAGE],
        bought_following=bought[PAGE - 1][0].id if len(bought) > PAGE else None,
        state_words=STATE_WORDS,
        state_looks=STATE_LOOKS,
        side_words=SIDE_WORDS,
        decision=decision,
        may_decide=mine.has(*WRITERS),
    )


@bp.route("/purchases/new", methods=["GET", "POST"])
@access.role(*WRITERS)
def new() -> ResponseReturnValue:
    """Record one purchase."""
    form, table = PurchaseForm(), PurchaseFileForm(formdata=None)
    _offer(form, table)
    if not form.validate_on_submit():
        return _new(form, table), 422 if request.method == "POST" else 200
    try:
        with atomic() as session:
            paper = _kept(session, form.paper.data)
            one = service.NewPurchase(
                form.organization.data, form.class_code.data, form.quantity.data, form.bought_on.data, form.source.data, form.source_no.data,
                form.class_code_set.data, form.name.data or "", form.amount.fen, paper,
            )  # fmt: skip
            service.record(session, access.current().pool_id, [one], access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _new(form, table), refusal.status
    flash(_("The purchase is recorded and was compared with the acts of the ledger."), "done")
    return redirect(url_for("purchases.index"), 303)


@bp.post("/purchases/import")
@access.role(*WRITERS)
def load() -> ResponseReturnValue:
    """Record a table of purchases, all rows or none."""
    form, table = PurchaseForm(formdata=None), PurchaseFileForm()
    _offer(form, table)
    if not table.validate_on_submit():
        return _new(form, table), 422
    upload = table.file.data
    try:
        if not isinstance(upload, FileStorage) or not upload.filename:
            raise FieldInvalid(field=Word(N_("Table")), problem=Word(N_("choose a file.")))
        data = upload.read()
        read = imports.purchases_in(data, upload.filename, imports.Source(table.organization.data, table.source.data))
        with atomic() as session:
            made = len(service.record(session, access.current().pool_id, read, access.me()))
    except DomainError as refusal:
        table.refuse(translated(refusal))
        return _new(form, table), refusal.status
    flash(_("%(count)s purchases are recorded and were compared with the acts of the ledger.", count=made), "done")
    return redirect(url_for("purchases.index"), 303)


def _new(form: PurchaseForm, table: PurchaseFileForm) -> str:
    return render_template("purchases/new.html", form=form, table=table)


def _offer(*forms: Any) -> None:
    session, mine = db.session(), access.current()
    may = set(session.scalars(mine.organizations(*WRITERS)))
    choices = [(row.id, row.name) for row in organizations(session, mine.pool_id) if row.id in may]
    for form in forms:
        form.organization.choices = choices
    if request.method == "GET":
        forms[0].bought_on.data = clock.today(session.get_one(Pool, mine.pool_id).time_zone)


def _kept(session: Session, upload: Any) -> int | None:
    return keep_within(session, upload, access.current().pool_id, access.me())


@bp.post("/purchases/matches/<int:match_id>/<any(accept, dismiss):decision>")
@access.role(*WRITERS)
def decide(match_id: int, decision: str) -> ResponseReturnValue:
    """Reverse an act for the proposed units, or leave it as it is with the reason why."""
    form = DecisionForm()
    form.validate()
    try:
        with atomic() as session:
            act = service.accept if decision == "accept" else service.dismiss
            act(session, match_id, form.reason.data or "", access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _index(form), refusal.status
    flash(_("The claims of these units are reversed; their costs stay.") if decision == "accept" else _("The act stays as it is."), "done")
    return redirect(url_for("purchases.index"), 303)
