"""What costs rest on, in pages: rates of own trucks and staff, running costs of the stores, what the pool itself bought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.core.web import translated, whole
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records.uploads import keep_within
from assetpool.savings import bought, policies, rates, running_costs
from assetpool.savings.cost_forms import OwnPurchaseForm, RateForm, RunningCostForm
from assetpool.savings.cost_views import bp
from assetpool.savings.wording import COST_WORDS

READERS = (Role.FINANCE, Role.VALUER, Role.KEEPER, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR, Role.APPROVER)


def _kept(session: Session, upload: Any) -> int | None:
    return keep_within(session, upload, access.current().pool_id, access.me())


def _acted(form: Any, act: Callable[[Session], None], page: Callable[[], str], said: str) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return page(), 422 if request.method == "POST" else 200
    try:
        with atomic() as session:
            act(session)
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return page(), refusal.status
    flash(said, "done")
    return redirect(request.url, 303)


@bp.route("/savings/rates", methods=["GET", "POST"])
@access.role(*READERS)
def rates_page() -> ResponseReturnValue:
    """Show what own trucks and staff cost by policy, and add a rate."""
    session, mine = db.session(), access.current()
    known = list(reversed(policies.all_of(session, mine.pool_id)))
    form = RateForm()
    form.policy.choices = [(row.id, row.version) for row in known]
    form.kind.choices = [(kind, _(COST_WORDS[kind])) for kind in rates.KINDS]
    form.per.choices = [(key, _(word)) for key, word in rates.MEASURES.items()]

    def act(session: Session) -> None:
        rates.set_rate(session, form.policy.data, form.kind.data, form.name.data, form.per.data, form.amount.fen or 0, form.source.data, access.me())

    def page() -> str:
        rows = rates.rates_of(db.session(), [row.id for row in known])
        may = mine.has(Role.VALUER, Role.ADMINISTRATOR)
        return render_template(
            "savings/rates.html", form=form, rows=rows, versions={row.id: row.version for row in known}, measures=rates.MEASURES, cost_words=COST_WORDS, may=may
        )

    return _acted(form, act, page, _("The rate is part of the policy now."))


@bp.route("/savings/running-costs", methods=["GET", "POST"])
@access.role(*READERS)
def running() -> ResponseReturnValue:
    """Show what keeping the stores cost in a year and what of it no act carries, and add a voucher."""
    session, mine = db.session(), access.current()
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    year = request.args.get("year", default=today.year, type=whole)
    form = RunningCostForm()
    stores = list(session.scalars(select(Store).where(Store.pool_id == mine.pool_id).order_by(Store.code)))
    form.store.choices = [(row.id, row.name) for row in stores]
    form.kind.choices = [(key, _(word)) for key, word in running_costs.KINDS.items()]
    if request.method == "GET":
        form.year.data = year

    def act(session: Session) -> None:
        bill = running_costs.Bill(
            form.store.data, form.year.data, form.kind.data, form.amount.fen or 0, form.issuer.data, form.number.data, _kept(session, form.paper.data),
            form.total.fen, bool(form.share.data), form.note.data or "",
        )  # fmt: skip
        running_costs.record(session, bill, by=access.me())

    def page() -> str:
        reading = db.session()
        return render_template(
            "savings/running_costs.html",
            form=form,
            year=year,
            years=sorted({year, today.year, *running_costs.years_of(reading, mine.pool_id)}, reverse=True),
            figures=running_costs.for_year(reading, mine.pool_id, year),
            bills=running_costs.bills_of(reading, mine.pool_id, year),
            stores={row.id: row for row in stores},
            kinds=running_costs.KINDS,
            may=mine.has(Role.FINANCE, Role.ADMINISTRATOR),
        )

    return _acted(form, act, page, _("The running cost is recorded."))


@bp.route("/savings/own-purchases", methods=["GET", "POST"])
@access.role(*READERS)
def own() -> ResponseReturnValue:
    """Show what the pool itself bought, whose price the acts carry, and enter more."""
    session, mine = db.session(), access.current()
    form = OwnPurchaseForm()
    if request.method == "GET":
        form.tag.data = request.args.get("tag", "")
        form.bought_on.data = clock.today(session.get_one(Pool, mine.pool_id).time_zone)

    def act(session: Session) -> None:
        bought.enter(
            session, form.tag.data, form.price.fen or 0, form.bought_on.data, form.source.data, by=access.me(), file_id=_kept(session, form.paper.data)
        )

    def page() -> str:
        may = mine.has(Role.FINANCE, Role.VALUER, Role.ADMINISTRATOR)
        return render_template("savings/own_purchases.html", form=form, rows=bought.purchases_of(db.session(), mine.pool_id), may=may)

    return _acted(form, act, page, _("The acts of these things carry their part of the price from now on."))
