"""Moves as pages: the list, a small form, what was carried."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import named, translated, whole
from assetpool.labels.decode import decode_photo
from assetpool.moves import queries, service, singles
from assetpool.moves.forms import MoveForm, SinglesForm
from assetpool.org import access
from assetpool.org.models import Role

bp = Blueprint("moves", __name__)
SHOWN = 25


@bp.get("/moves")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the moves, newest first."""
    before = request.args.get("before", type=whole)
    rows = queries.page(db.session(), access.current(), before=before, limit=SHOWN)
    following = url_for("moves.index", before=rows[SHOWN - 1][0].id) if len(rows) > SHOWN else None
    return render_template("moves/index.html", rows=rows[:SHOWN], following=following, may_move=access.current().has(Role.KEEPER))


@bp.route("/moves/new", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def new() -> ResponseReturnValue:
    """Carry what was scanned to another place or store."""
    form = MoveForm()
    stores = queries.kept_stores(db.session(), access.current())
    form.store_id.choices = [(store.id, named(store)) for store in stores]
    if request.method != "POST":
        form.tags.data = request.args.get("tag", "")
        return render_template("moves/new.html", form=form)
    if "act" not in request.form:
        return _scanned(form)
    if not form.validate():
        return render_template("moves/new.html", form=form), 422
    try:
        lines = [service.Carried(tag, count) for tag, count in form.listed()]
        with atomic() as session:
            number = service.move(session, lines, form.store_id.data, form.place.data or "", by=access.me()).number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("moves/new.html", form=form), refusal.status
    flash(_("%(number)s: moved.", number=number), "done")
    return redirect(url_for("moves.show", number=number), 303)


def _scanned(form: MoveForm) -> ResponseReturnValue:
    """Put what was scanned or photographed under the list that was typed."""
    texts = request.form.get("tag", "").split(",")
    photo = request.files.get("photo")
    if photo is not None and photo.filename:
        try:
            texts += decode_photo(photo.read())
        except DomainError as refusal:
            form.refuse(translated(refusal))
    known = (form.tags.data or "").splitlines()
    form.tags.data = "\n".join(dict.fromkeys(line.strip() for line in [*known, *texts] if line.strip()))
    return render_template("moves/new.html", form=form)


@bp.route("/moves/singles", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def single_out() -> ResponseReturnValue:
    """Turn units of a counted lot into single things with tags of their own."""
    form, status = SinglesForm(), 422 if request.method == "POST" else 200
    if request.method == "GET":
        form.tag.data = request.args.get("tag", "")
    if form.validate_on_submit():
        try:
            with atomic() as session:
                number = singles.single_out(session, form.tag.data, form.count.data, by=access.me()).document.number
            flash(_("%(number)s: every piece has a card of its own. Print their labels now.", number=number), "done")
            return redirect(url_for("labels.index", intake=number), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
            status = refusal.status
    return render_template("moves/singles.html", form=form), status


@bp.get("/moves/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show what was carried where."""
    return render_template("moves/show.html", view=queries.move(db.session(), access.current(), number))
