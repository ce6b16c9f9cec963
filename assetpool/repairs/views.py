"""Repairs as pages: the list, one with its steps, and reporting something broken."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.approvals.pages import revision
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import path_of
from assetpool.records import listing, photos
from assetpool.records.trails import timeline
from assetpool.repairs import queries, service
from assetpool.repairs.forms import BeginForm, DoneForm, ReportForm
from assetpool.repairs.steps import STEPS
from assetpool.savings.queries import costs_of
from assetpool.savings.service import CostLine
from assetpool.savings.wording import COST_WORDS

bp = Blueprint("repairs", __name__)
STATES = (*STEPS, "done")


@bp.get("/repairs")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the repairs, newest first."""
    rows, frame = listing.newest(STATES, queries.page, lambda view: view.document)
    return render_template("repairs/index.html", rows=rows, keeps=access.current().has(Role.KEEPER), **frame)


@bp.route("/repairs/new", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def new() -> ResponseReturnValue:
    """Take something broken out of what is free and open its repair."""
    form = ReportForm()
    if request.method != "POST":
        form.tag.data = request.args.get("tag", "")
        return render_template("repairs/new.html", form=form)
    if not form.validate():
        return render_template("repairs/new.html", form=form), 422
    try:
        pictures = photos.chosen(request.files.getlist("photos"))
        with atomic() as session:
            document = service.report(session, form.tag.data, form.count.data, form.fault.data, by=access.me())
            photos.keep_all(session, pictures, of="document", of_id=document.id, by=access.me())
            number = document.number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("repairs/new.html", form=form), refusal.status
    flash(_("%(number)s is open.", number=number), "done")
    return redirect(url_for("repairs.show", number=number), 303)


@bp.get("/repairs/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show a repair and what can be done next."""
    return _page(number, {})


def _page(number: str, typed: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    view = queries.repair(session, mine, number)
    keeps = view.document.state in STEPS and mine.may(Role.KEEPER, path_of(session, view.store.organization_id))
    begin, done = typed.get("begin") or BeginForm(formdata=None), typed.get("done") or DoneForm(formdata=None)
    if not typed:
        begin.revision.data = done.revision.data = str(view.document.revision)
        begin.workshop.data, begin.expected_on.data, done.mended.data = view.row.workshop, view.row.expected_on, view.row.count
    return render_template(
        "repairs/show.html",
        view=view,
        keeps=keeps,
        begin=begin,
        done=done,
        photos=photos.of(session, "document", [view.document.id])[view.document.id],
        costs=costs_of(session, view.document.id),
        cost_words=COST_WORDS,
        timeline_of=timeline(session, view.document),
    ), status


@bp.post("/repairs/<number>/begin")
@access.role(Role.KEEPER)
def begin(number: str) -> ResponseReturnValue:
    """Give it to a workshop."""
    form = BeginForm()
    if not form.validate():
        return _page(number, {"begin": form}, 422)
    try:
        with atomic() as session:
            service.begin(session, number, form.workshop.data, form.expected_on.data, by=access.me(), revision=revision(request.form))
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _page(number, {"begin": form}, refusal.status)
    flash(_("%(number)s is in work.", number=number), "done")
    return redirect(url_for("repairs.show", number=number), 303)


@bp.post("/repairs/<number>/finish")
@access.role(Role.KEEPER)
def finish(number: str) -> ResponseReturnValue:
    """Say how it ended and what it cost."""
    form = DoneForm()
    if not form.validate():
        return _page(number, {"done": form}, 422)
    try:
        done = service.Done(form.mended.data, form.beyond.data, form.condition.data, _costs(form), form.no_cost_reason.data or "")
        with atomic() as session:
            service.finish(session, number, done, by=access.me(), revision=revision(request.form))
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _page(number, {"done": form}, refusal.status)
    flash(_("%(number)s is done.", number=number), "done")
    return redirect(url_for("repairs.show", number=number), 303)


def _costs(form: DoneForm) -> list[CostLine]:
    issuer, voucher = (form.issuer.data or "").strip(), (form.number.data or "").strip()
    if form.amount.fen is None:
        if issuer or voucher:
            raise FieldInvalid(field=Word(N_("Amount")), problem=Word(N_("enter what the voucher says, in yuan.")))
        return []
    return [CostLine("repair", form.amount.fen, issuer, voucher, reason=form.no_cost_reason.data or "")]
