"""The pages of shortages: promises at risk with their ways out, the waiting list, substitutes, wishes; and the taps on a request's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import pages
from assetpool.catalog import queries as catalog
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import language, named, translated, whole
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import path_of, root_of
from assetpool.records.linking import document_url
from assetpool.requisitions import picking
from assetpool.requisitions.queries import asking_organizations
from assetpool.reservations import offers, substitutes
from assetpool.reservations.models import Substitute
from assetpool.reservations.service import pool_today
from assetpool.shortages import choosing, rebooking, risks, waiting, wishes
from assetpool.shortages.forms import SubstituteForm, WishForm

bp = Blueprint("shortages", __name__)
KEY = "int(max=9000000000000000000)"


def _done(act: Callable[[Session], Any], back: str) -> ResponseReturnValue:
    """Do one tap and go back to the page it stood on, with what came of it or the refusal."""
    try:
        with atomic() as session:
            told = act(session)
        flash(told, "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(back, 303)


@bp.get("/shortages")
@access.signed_in
def index() -> ResponseReturnValue:
    """List promises at risk with what could be done, and the waiting list."""
    session, mine = db.session(), access.current()
    today = pool_today(session, mine.pool_id)
    return render_template(
        "shortages/index.html",
        risks=risks.risks(session, mine, today) if mine.has(*risks.MAY_REBOOK) else [],
        keeps=mine.has(*risks.MAY_REBOOK),
        queue=waiting.queue(session, mine),
        may_wait={row.id for row in asking_organizations(session, mine)},
        document_url=document_url,
        today=today,
    )


@bp.post(f"/shortages/promises/<{KEY}:reservation_id>/<any(store, substitute, later, part):how>")
@access.role(*risks.MAY_REBOOK)
def rebook(reservation_id: int, how: str) -> ResponseReturnValue:
    """Take a way out for a promise at risk."""
    kind_id, store_id = request.form.get("kind_id", type=whole), request.form.get("store_id", type=whole)

    def act(session: Session) -> Any:
        document = rebooking.rebook(session, reservation_id, how, by=access.me(), kind_id=kind_id, store_id=store_id)
        return _("%(number)s: another way was found for what no longer fitted.", number=document.number)

    back = document_url(request.form.get("number"))
    return _done(act, back or url_for(".index"))


@bp.post("/requisitions/<number>/lines/<int(max=9999):line_no>/<any('stand-in', 'as-asked'):name>")
@access.role(Role.APPROVER, Role.HEAD, Role.FINANCE)
def choose(number: str, line_no: int, name: str) -> ResponseReturnValue:
    """Let a substitute stand in on a line still to be decided, or take that back."""
    kind_id, revision = request.form.get("kind_id", 0, type=whole), pages.revision(request.form)

    def act(session: Session) -> Any:
        if name == "as-asked":
            choosing.drop(session, number, line_no, kind_id, by=access.me(), revision=revision)
            return _("Nothing stands in any more.")
        choosing.choose(session, number, line_no, kind_id, by=access.me(), revision=revision)
        return _("Chosen; it is promised with your approval.")

    return _done(act, url_for("requisitions.show", number=number))


@bp.post("/requisitions/<number>/lines/<int(max=9999):line_no>/wait")
@access.role(Role.ORGANIZER, Role.CLERK)
def join(number: str, line_no: int) -> ResponseReturnValue:
    """Queue for what a line lacks."""

    def act(session: Session) -> Any:
        waiting.join(session, number, line_no, by=access.me())
        return _("You stand in the queue and are told as soon as it is free.")

    return _done(act, url_for("requisitions.show", number=number))


@bp.post(f"/shortages/waiting/<{KEY}:waiting_id>/<any(take, leave):name>")
@access.role(Role.ORGANIZER, Role.CLERK)
def answer(waiting_id: int, name: str) -> ResponseReturnValue:
    """Take an offer, or leave the queue."""
    back = document_url(request.form.get("number")) or url_for(".index")
    if name == "leave":
        return _done(lambda session: waiting.leave(session, waiting_id, by=access.me()) and _("You left the queue."), back)

    def act(session: Session) -> Any:
        number = waiting.take(session, waiting_id, by=access.me()).number
        return _("Taken: %(number)s waits for the decision; the things are kept for it.", number=number)

    return _done(act, back)


@bp.route("/shortages/substitutes", methods=["GET", "POST"])
@access.signed_in
def equivalents() -> ResponseReturnValue:
    """List what may stand in for what, and declare more."""
    session, mine = db.session(), access.current()
    form, status = SubstituteForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            found = [picking.matching(session, mine.pool_id, text or "") for text in (form.kind.data, form.other.data)]
            for field, fitting in zip((form.kind, form.other), found, strict=True):
                if len(fitting) != 1:
                    field.errors = [*field.errors, _("Choose one kind from the list.")]
            if all(len(fitting) == 1 for fitting in found):
                pair = (found[0][0].id, found[1][0].id)
                try:
                    with atomic() as act:
                        substitutes.declare(act, *pair, bool(form.mutual.data), by=access.me())
                    flash(_("Declared."), "done")
                    return redirect(url_for(".equivalents"), 303)
                except DomainError as refusal:
                    form.refuse(translated(refusal))
                    status = refusal.status
    return _equivalents(form), status


def _equivalents(form: SubstituteForm) -> str:
    session, mine = db.session(), access.current()
    rows: list[Substitute] = substitutes.declared(session, mine.pool_id)
    root = root_of(session, mine.pool_id)
    return render_template(
        "shortages/substitutes.html",
        form=form,
        rows=rows,
        kinds=catalog.kinds(session, {i for row in rows for i in (row.kind_id, row.other_id)}),
        may_declare=root is not None and mine.may(substitutes.MAY_DECLARE, path_of(session, root.id) or "?"),
        proposed=[picking.label(kind, language() == "en") for kind in picking.proposed(session, mine.pool_id)],
    )


@bp.post(f"/shortages/substitutes/<{KEY}:substitute_id>/withdraw")
@access.role(*substitutes.MAY_DECLARE)
def withdraw(substitute_id: int) -> ResponseReturnValue:
    """Take a declaration back."""

    def act(session: Session) -> Any:
        substitutes.withdraw(session, substitute_id, by=access.me())
        return _("Withdrawn. What was promised stays.")

    return _done(act, url_for(".equivalents"))


@bp.route("/wishes", methods=["GET", "POST"])
@access.role(*wishes.MAY_WISH)
def wished() -> ResponseReturnValue:
    """List one's own wishes with what entered since, and make another."""
    session, mine = db.session(), access.current()
    form, status = WishForm(data={"words": request.args.get("q", ""), "class_code": request.args.get("class", "")}), 200
    classes = [(code, named(row)) for code, row in offers.class_roots(session, mine.pool_id) if row is not None]
    form.class_code.choices = [("", _("Any class")), *classes]
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with atomic() as act:
                    wishes.make(act, by=access.me(), class_code=form.class_code.data or "", words=form.words.data or "")
                flash(_("You are told the moment such a thing enters."), "done")
                return redirect(url_for(".wished"), 303)
            except DomainError as refusal:
                form.refuse(translated(refusal))
                status = refusal.status
    found = wishes.mine(db.session(), access.me())
    matches = [match for _wish, several in found for match in several]
    page = render_template(
        "shortages/wishes.html",
        form=form,
        wishes=found,
        kinds=catalog.kinds(db.session(), {match.kind_id for match in matches}),
        stores=catalog.stores(db.session(), {match.store_id for match in matches}),
        classes=dict(classes),
    )
    return page, status


@bp.post(f"/wishes/<{KEY}:wish_id>/end")
@access.role(*wishes.MAY_WISH)
def end(wish_id: int) -> ResponseReturnValue:
    """End a wish."""

    def act(session: Session) -> Any:
        wishes.end(session, wish_id, by=access.me())
        return _("Ended.")

    return _done(act, url_for(".wished"))
