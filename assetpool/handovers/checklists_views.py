"""Checklists as a page: what is looked at per class when things come back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.handovers import checklists
from assetpool.handovers.forms import ChecklistForm
from assetpool.org import access
from assetpool.org.models import Role

bp = Blueprint("checklists", __name__)


@bp.route("/checklists", methods=["GET", "POST"])
@access.role(Role.KEEPER, Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """Show what is looked at, and add to it."""
    form = ChecklistForm()
    if request.method == "POST" and form.validate():
        try:
            with atomic() as session:
                checklists.add(session, form.class_code.data or "", form.text.data, form.text_en.data or "", form.pieces.data or 0, by=access.me())
            flash(_("It is looked at from now on."), "done")
            return redirect(url_for("checklists.index"), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
    items = checklists.all_items(db.session(), access.current().pool_id)
    return render_template("returns/checklists.html", form=form, items=items), 422 if form.errors else 200


@bp.post("/checklists/<int(max=9000000000000000000):item_id>/take-off")
@access.role(Role.KEEPER, Role.ADMINISTRATOR)
def take_off(item_id: int) -> ResponseReturnValue:
    """Take an item off the checklists; receipts keep what they say."""
    with atomic() as session:
        checklists.take_off(session, item_id, by=access.me())
    flash(_("It is not looked at any more."), "done")
    return redirect(url_for("checklists.index"), 303)
