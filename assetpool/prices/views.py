"""Prices and rents: what is on file, what is stale or missing, and a new version."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from assetpool.catalog.models import Kind, Price, Rent
from assetpool.catalog.queries import prices_on, rents_on, with_words
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.core.models import Pool
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.prices import service
from assetpool.prices.forms import PriceForm, RentForm
from assetpool.records.service import keep_file

bp = Blueprint("prices", __name__, url_prefix="/prices")
STALE_DAYS, STALE_DAYS_OF_COMPUTERS = 365, 180
SHOWN = 50


@bp.get("")
@access.role(Role.VALUER, Role.ADMINISTRATOR, Role.AUDITOR, Role.REVIEWER)
def index() -> ResponseReturnValue:
    """List kinds with their present price and rent; what is missing or stale is marked."""
    session, mine = db.session(), access.current()
    query, after = request.args.get("q", "").strip(), request.args.get("after", type=int) or 0
    statement = select(Kind).where(Kind.pool_id == mine.pool_id, Kind.withdrawn_at.is_(None), Kind.id > after)
    words = with_words(query) if query else None
    if words is not None:
        statement = statement.where(words)
    kinds = list(session.scalars(statement.order_by(Kind.id).limit(SHOWN + 1)))
    more, kinds = len(kinds) > SHOWN, kinds[:SHOWN]
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    ids = [kind.id for kind in kinds]
    return render_template(
        "prices/index.html", kinds=kinds, prices=prices_on(session, ids, today), rents=rents_on(session, ids, today), query=query,
        next_after=kinds[-1].id if more else None, today=today, limit=_limit,
    )  # fmt: skip


def _limit(kind: Kind) -> int:
    """Return how many days a price of this kind stays fresh (SAVINGS.md, policies)."""
    return STALE_DAYS_OF_COMPUTERS if kind.computer else STALE_DAYS


@bp.get("/<int:kind_id>")
@access.role(Role.VALUER, Role.ADMINISTRATOR, Role.AUDITOR, Role.REVIEWER)
def kind(kind_id: int) -> ResponseReturnValue:
    """Show every version of a kind's price and rent, and the forms for a new one."""
    return _page(kind_id, PriceForm(formdata=None), RentForm(formdata=None), 200)


def _page(kind_id: int, price: PriceForm, rent: RentForm, status: int) -> ResponseReturnValue:
    session = db.session()
    found = session.get(Kind, kind_id)
    if found is None or found.pool_id != access.current().pool_id:
        abort(404)
    prices = session.scalars(select(Price).where(Price.kind_id == kind_id).order_by(Price.valid_from.desc(), Price.id.desc())).all()
    rents = session.scalars(select(Rent).where(Rent.kind_id == kind_id).order_by(Rent.valid_from.desc(), Rent.id.desc())).all()
    may = access.current().has(Role.VALUER, Role.ADMINISTRATOR)
    return render_template("prices/kind.html", kind=found, prices=prices, rents=rents, price=price, rent=rent, may=may), status


@bp.post("/<int:kind_id>/price")
@access.role(Role.VALUER, Role.ADMINISTRATOR)
def add_price(kind_id: int) -> ResponseReturnValue:
    """Add a version of the price; earlier ones stay."""
    form = PriceForm()
    if form.validate():
        try:
            with atomic() as session:
                upload = form.evidence.data
                file = (
                    keep_file(session, access.current().pool_id, current_app.config["DATA_DIR"], upload.filename, upload.read(), access.me())
                    if upload
                    else None
                )
                new = service.NewPrice(
                    form.amount.fen or 0, valid_from=form.valid_from.data, dated_on=form.dated_on.data, source=form.source.data,
                    source_kind=form.source_kind.data,
                    tax_included=form.tax_included.data, transport_included=form.transport_included.data,
                    evidence_file_id=file.id if file else None,
                )  # fmt: skip
                service.set_price(session, kind_id, new, access.me())
            flash(gettext(N_("The price is on file. Hand-overs from its first day on use it.")), "done")
            return redirect(url_for("prices.kind", kind_id=kind_id), 303)
        except DomainError as refusal:
            form.form_errors.append(translated(refusal))
    return _page(kind_id, form, RentForm(formdata=None), 422)


@bp.post("/<int:kind_id>/rent")
@access.role(Role.VALUER, Role.ADMINISTRATOR)
def add_rent(kind_id: int) -> ResponseReturnValue:
    """Add a version of the rent tariff; earlier ones stay."""
    form = RentForm()
    if form.validate():
        try:
            with atomic() as session:
                new = service.NewRent(
                    form.per_day.fen or 0,
                    per_7_days=form.per_7_days.fen,
                    per_30_days=form.per_30_days.fen,
                    valid_from=form.valid_from.data,
                    source=form.source.data,
                )
                service.set_rent(session, kind_id, new, access.me())
            flash(gettext(N_("The rent is on file. Hand-overs from its first day on use it.")), "done")
            return redirect(url_for("prices.kind", kind_id=kind_id), 303)
        except DomainError as refusal:
            form.form_errors.append(translated(refusal))
    return _page(kind_id, PriceForm(formdata=None), form, 422)
