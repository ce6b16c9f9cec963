"""The receiver's page: a one-time link without an account, or the same by name for the receiver's people and the keeper."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.handovers import counting, queries, service, typed
from assetpool.handovers.forms import AcceptForm
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.handovers.trucks import of_slip as trucks_of
from assetpool.org import access

bp = Blueprint("receiver", __name__)


@bp.route("/s/<token>", methods=["GET", "POST"])
@access.public
def slip(token: str) -> ResponseReturnValue:
    """Let the holder of a link say what came off the truck, once."""
    view = queries.slip_for_token(db.session(), token)
    if view is None:
        return render_template("receiver/gone.html", view=None), 404
    if view.document.state not in AWAITING_RECEIVER:
        return render_template("receiver/gone.html", view=view), 200 if request.method != "POST" else 410
    form = AcceptForm()
    if request.method != "POST":
        return _page(view, form, url_for("receiver.slip", token=token))
    answer = _accept(view, form, url_for("receiver.slip", token=token), None, token)
    return answer if answer is not None else redirect(url_for("receiver.slip", token=token), 303)


@bp.route("/handovers/<number>/accept", methods=["GET", "POST"])
@access.signed_in
def accept(number: str) -> ResponseReturnValue:
    """Record what was accepted, for the receiver's people and the keeper with the receiver's signature."""
    view = queries.slip(db.session(), access.current(), number)
    if view.document.state not in AWAITING_RECEIVER:
        return redirect(url_for("handovers.show", number=view.document.number), 303)
    form = AcceptForm()
    here = url_for("receiver.accept", number=view.document.number)
    if request.method != "POST":
        return _page(view, form, here)
    answer = _accept(view, form, here, access.me(), None)
    if answer is not None:
        return answer
    flash(_("What was accepted is recorded."), "done")
    return redirect(url_for("handovers.show", number=view.document.number), 303)


def _page(view: queries.SlipView, form: AcceptForm, here: str, status: int = 200) -> ResponseReturnValue:
    if request.method != "POST":
        form.revision.data = str(view.document.revision)
    trucks, signed = trucks_of(db.session(), view.slip.id), request.endpoint == "receiver.accept"
    return render_template("receiver/slip.html", view=view, form=form, here=here, typed=request.form, signed=signed, trucks=trucks), status


def _accept(view: queries.SlipView, form: AcceptForm, here: str, by: int | None, token: str | None) -> ResponseReturnValue | None:
    """Perform the acceptance as typed; return the page again when something is wrong, None when it is done."""
    if not form.validate():
        return _page(view, form, here, 422)
    number, pool_id = view.document.number, view.document.pool_id
    try:
        typed.keep_paper(form, pool_id, by)
        counted = counting.counted(view, request.form)
        with atomic() as session:
            service.accept(session, number, counted, typed.receipt_typed(form), by=by, token=token, revision=typed.revision_of(form))
    except DomainError as refusal:
        form.refuse(translated(refusal))
        again = queries.slip_for_token(db.session(), token) if token else queries.slip(db.session(), access.current(), number)
        if again is None or again.document.state not in AWAITING_RECEIVER:
            return render_template("receiver/gone.html", view=again), refusal.status
        return _page(again, form, here, refusal.status)
    return None
