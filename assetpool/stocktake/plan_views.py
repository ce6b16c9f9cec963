"""Counting all year round as pages: the plans of a store, and how right its book was."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.stocktake import accuracy, plans, typed
from assetpool.stocktake.blueprint import PLANNERS, WORDS, bp
from assetpool.stocktake.forms import PlanForm


@bp.route("/stocktakes/plans", methods=["GET", "POST"])
@access.role(*PLANNERS)
def plans_page() -> ResponseReturnValue:
    """Show the plans that hold, and make one."""
    form = PlanForm()
    typed.offer(db.session(), access.current(), form)
    if request.method != "POST":
        return _plans(form, 200)
    if not form.validate():
        return _plans(form, 422)
    try:
        with atomic() as session:
            how = {"way": form.way.data, "ordered_by": form.ordered_by.data, "per_week": form.per_week.data, "month": form.month.data}
            plans.make(session, form.store_id.data, by=access.me(), **how)
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _plans(form, refusal.status)
    flash(_("The plan holds. The next count is proposed within the hour."), "done")
    return redirect(url_for(".plans_page"), 303)


def _plans(form: PlanForm, status: int) -> ResponseReturnValue:
    return render_template("stocktake/plans.html", form=form, rows=plans.listed(db.session(), access.current()), **WORDS), status


@bp.post("/stocktakes/plans/<int(max=9000000000000000000):plan_id>/end")
@access.role(*PLANNERS)
def end_plan(plan_id: int) -> ResponseReturnValue:
    """End a plan."""
    with atomic() as session:
        plans.end(session, plan_id, by=access.me())
    flash(_("The plan ended."), "done")
    return redirect(url_for(".plans_page"), 303)


@bp.get("/stocktakes/accuracy")
@access.signed_in
def accuracy_page() -> ResponseReturnValue:
    """Show how right the book was, by store and year."""
    return render_template("stocktake/accuracy.html", rows=accuracy.of_stores(db.session(), access.current()))
