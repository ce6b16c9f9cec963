"""Exchanges as pages: what was swapped, who signed, and signing for one side."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.web import named, translated
from assetpool.handovers import aside_paper, aside_queries, exchanges, queries, showing, typed
from assetpool.handovers.forms import AcceptForm
from assetpool.handovers.steps import EXCHANGE_STEPS
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import path_of
from assetpool.records import papers

bp = Blueprint("exchanges", __name__)


@bp.get("/exchanges/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show an exchange: which things, who signed, what is still to be done."""
    session, mine = db.session(), access.current()
    view = aside_queries.exchange(session, mine, number)
    is_open = view.document.state in EXCHANGE_STEPS
    keeps = is_open and any(store.id == view.store.id for store in queries.kept_stores(session, mine))
    may_sign = {
        side.name for side in view.sides if is_open and side.fact is None and (keeps or mine.may(exchanges.RECEIVING, path_of(session, side.receiver.id)))
    }
    signers = {side.name: showing.signer(side.fact) for side in view.sides}
    return render_template(
        "asides/exchange.html", view=view, keeps=keeps, may_sign=may_sign, signers=signers, timeline_of=showing.timeline(session, view.document)
    )


@bp.route("/exchanges/<number>/sign/<side>", methods=["GET", "POST"])
@access.signed_in
def sign(number: str, side: str) -> ResponseReturnValue:
    """Sign for one borrower."""
    view = aside_queries.exchange(db.session(), access.current(), number)
    one = next((found for found in view.sides if found.name == side), None)
    if one is None:
        raise NotFound(what=side)
    name = named(one.receiver)
    form, back = AcceptForm(), url_for("exchanges.show", number=number)
    what = _("The things named on %(number)s were swapped. %(receiver)s agrees to the exchange.", number=view.document.number, receiver=name)
    said = {"title": _("Sign the exchange"), "sub": view.document.number, "what": what, "button": _("Sign for %(receiver)s", receiver=name), "back": back}
    said["here"] = url_for("exchanges.sign", number=number, side=side)
    if request.method != "POST":
        form.revision.data = str(view.document.revision)
        return render_template("asides/sign.html", form=form, **said)
    if not form.validate():
        return render_template("asides/sign.html", form=form, **said), 422
    try:
        typed.keep_paper(form, access.current().pool_id, access.me())
        with atomic() as session:
            exchanges.sign(session, number, side, typed.receipt_typed(form), by=access.me(), revision=typed.revision_of(form))
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("asides/sign.html", form=form, **said), refusal.status
    flash(_("Signed."), "done")
    return redirect(back, 303)


@bp.post("/exchanges/<number>/cancel")
@access.role(Role.KEEPER)
def cancel(number: str) -> ResponseReturnValue:
    """Give an exchange up; what lies aside stays there."""
    with atomic() as session:
        exchanges.cancel(session, number, request.form.get("reason", "")[:1000], by=access.me())
    flash(_("%(number)s is cancelled. The thing still lies aside.", number=number), "done")
    return redirect(url_for("exchanges.show", number=number), 303)


@bp.get("/exchanges/<number>.pdf")
@access.signed_in
def pdf(number: str) -> ResponseReturnValue:
    """Give the exchange as a paper with a box for each side."""
    session = db.session()
    view = aside_queries.exchange(session, access.current(), number)
    return papers.answered(view.document.number, aside_paper.exchange_pdf(session, view, papers.here()))
