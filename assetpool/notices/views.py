"""The pages behind the bell: one's notices, and how one wants to be told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.web import language, translated, whole
from assetpool.notices import queries, service
from assetpool.notices.forms import ChoiceForm
from assetpool.notices.topics import DUTY, GROUPS, WAYS
from assetpool.org import access
from assetpool.org.models import Person

bp = Blueprint("notices", __name__)
PAGE = 50


@bp.get("/notices")
@access.signed_in
def index() -> ResponseReturnValue:
    """List one's notices of the last 30 days, newest first."""
    before = request.args.get("before", type=whole)
    rows = queries.of_person(db.session(), access.me(), before, PAGE)
    shown = rows[:PAGE]
    return render_template(
        "notices/index.html",
        rows=[(row, row.told.sentence(language())) for row in shown],
        groups=GROUPS,
        unread=queries.unread(db.session(), access.me()),
        next_url=url_for(".index", before=shown[-1].id) if len(rows) > PAGE else None,
    )


@bp.get("/notices/<int(max=9000000000000000000):notice_id>")
@access.signed_in
def show(notice_id: int) -> ResponseReturnValue:
    """Open what a notice is about; it is read then."""
    found = queries.one(db.session(), access.me(), notice_id)
    if found is None:
        raise NotFound(what=str(notice_id))
    if found.read_at is None and request.method == "GET":
        with atomic() as session:
            service.read(session, access.me(), [notice_id])
    return redirect(found.told.path, 303)


@bp.post("/notices/read")
@access.signed_in
def read() -> ResponseReturnValue:
    """Mark all as read."""
    with atomic() as session:
        service.read(session, access.me())
    return redirect(url_for(".index"), 303)


@bp.route("/me/notices", methods=["GET", "POST"])
@access.signed_in
def choices() -> ResponseReturnValue:
    """Choose how one is told, by group."""
    session, form = db.session(), ChoiceForm()
    person = session.get_one(Person, access.me())
    chosen = queries.chosen(session, access.me())
    if request.method != "POST":
        form.language.data = person.language or "zh"
    else:
        chosen |= {group: request.form[group] for group in GROUPS if group in request.form}
    if form.validate_on_submit():
        try:
            with atomic() as acting:
                service.choose(acting, access.me(), chosen)
                acting.get_one(Person, access.me()).language = form.language.data
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            flash(gettext("You are told this way from now on."), "done")
            return redirect(url_for(".choices"), 303)
    page = render_template("notices/choices.html", form=form, groups=GROUPS, ways=WAYS, chosen=chosen, offered=queries.offered, duty=DUTY, address=person.email)
    return page, 422 if request.method == "POST" else 200
