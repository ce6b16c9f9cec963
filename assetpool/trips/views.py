"""Trips as pages: the list, a trip with what it carries, its pass, its costs, its papers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import named, translated, whole
from assetpool.handovers import typed
from assetpool.handovers.forms import COST_KINDS, CostsForm
from assetpool.handovers.queries import kept_stores
from assetpool.handovers.showing import timeline
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import path_of
from assetpool.records import listing, papers, photos
from assetpool.records.queries import by_number
from assetpool.trips import costing, leaving, paper, planning, queries
from assetpool.trips.forms import TripForm
from assetpool.trips.gatekeeping import is_kept
from assetpool.trips.planning import Part
from assetpool.trips.steps import TRIP_ORDER

bp = Blueprint("trips", __name__)
STATES = (*TRIP_ORDER, "cancelled")


@bp.get("/trips")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the trips, newest first."""
    rows, frame = listing.newest(STATES, queries.page, lambda row: row.document)
    return render_template("trips/index.html", rows=rows, keeps=access.current().has(Role.KEEPER), **frame)


@bp.route("/trips/new", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def new() -> ResponseReturnValue:
    """Plan a trip: vehicle, driver, and the slips that wait for it."""
    form = TripForm()
    stores = _stores(form)
    if request.method != "POST":
        form.day.data = access.today()
        slip = request.args.get("slip", "")
        asked = queries.store_of_slip(db.session(), access.current(), slip) if slip else request.args.get("store", type=whole)
        form.store_id.data = asked if asked in stores else next(iter(stores), None)
        return _form(form, None, slip)
    if request.form.get("act") == "store" or not form.validate():
        return _form(form, None, status=200 if request.form.get("act") == "store" else 422)
    try:
        with atomic() as session:
            number = planning.plan(session, form.store_id.data, form.planned(), _parts(), by=access.me()).number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _form(form, None, status=refusal.status)
    flash(_("%(number)s is planned. Check what it carries, then issue the gate pass.", number=number), "done")
    return redirect(url_for("trips.show", number=number), 303)


@bp.route("/trips/<number>/edit", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def edit(number: str) -> ResponseReturnValue:
    """Change a trip: vehicle and loads until a pass is out, work and fees until it is closed."""
    view = queries.trip(db.session(), access.current(), number)
    form = TripForm()
    _stores(form)
    if request.method != "POST":
        _fill(form, view)
        return _form(form, view)
    form.store_id.data = view.trip.store_id
    if not form.validate():
        return _form(form, view, status=422)
    try:
        with atomic() as session:
            document = planning.change(session, number, form.planned(), by=access.me(), revision=typed.revision_of(form))
            if document.state == "planned":
                planning.load(session, number, _parts(), by=access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _form(form, queries.trip(db.session(), access.current(), number), status=refusal.status)
    flash(_("The trip was changed."), "done")
    return redirect(url_for("trips.show", number=number), 303)


def _fill(form: TripForm, view: queries.TripView) -> None:
    """Fill a trip into its form as it is kept."""
    trip = view.trip
    form.store_id.data, form.day.data, form.plate.data, form.carrier.data = trip.store_id, trip.day, trip.plate, trip.carrier
    form.loaders.data, form.hours.data, form.note.data = trip.loaders, f"{trip.hours / 100:g}" if trip.hours else "", trip.note
    form.haulage.show(trip.haulage)
    form.loading.show(trip.loading)
    if view.driver is not None and view.driver.erased_at is None:
        form.driver.data, form.telephone.data = view.driver.name, view.driver.telephone
    form.revision.data = str(view.document.revision)


def _stores(form: TripForm) -> list[int]:
    stores = [store for store in kept_stores(db.session(), access.current()) if store.type == "physical"]
    form.store_id.choices = [(store.id, named(store)) for store in stores]
    return [store.id for store in stores]


def _form(form: TripForm, view: queries.TripView | None, slip: str = "", status: int = 200) -> ResponseReturnValue:
    waiting = queries.waiting(db.session(), form.store_id.data, view.trip.id if view else None) if form.store_id.data else []
    loads_open = view is None or view.document.state == "planned"
    return render_template("trips/form.html", form=form, view=view, waiting=waiting, loads_open=loads_open, slip=slip, typed=request.form), status


def _parts() -> list[Part]:
    """Return the counts typed per line of a slip (`load-<slip>-<line>`)."""
    found = []
    for name, text in request.form.items():
        if not name.startswith("load-"):
            continue
        slip, _dash, line = name.removeprefix("load-").rpartition("-")
        units = typed.number_in(text)
        if units and line.isascii() and line.isdigit():
            found.append(Part(slip, int(line), units))
    return found


@bp.get("/trips/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show a trip: its state, what it carries, its pass, what was said at the gate."""
    return page(number, CostsForm(formdata=None))


def page(number: str, costs: CostsForm, status: int = 200) -> ResponseReturnValue:
    """Draw a trip's page with the form of its costs as it was typed."""
    session, mine = db.session(), access.current()
    view = queries.trip(session, mine, number)
    path = path_of(session, view.store.organization_id)
    keeps = mine.may(Role.KEEPER, path)
    if not costs.is_submitted():
        _drafts(costs, view)
    return render_template(
        "trips/show.html",
        view=view,
        keeps=keeps,
        confirms=mine.may((Role.KEEPER, Role.FINANCE), path) and view.document.state in ("departed", "closed"),
        gate=is_kept(session, view.store),
        photos_of=photos.of(session, "document", [view.trip.id])[view.trip.id],
        cost_words=dict(COST_KINDS),
        timeline_of=timeline(session, view.document),
        costs=costs,
    ), status


def _drafts(form: CostsForm, view: queries.TripView) -> None:
    """Fill the draft fees into the form that confirms them."""
    if view.document.state != "departed":
        return
    drafts = [(kind, amount) for kind, amount in (("haulage", view.trip.haulage), ("loading", view.trip.loading)) if amount]
    while len(form.costs.entries) < len(drafts):
        form.costs.append_entry()
    for entry, (kind, amount) in zip(form.costs.entries, drafts, strict=False):
        entry.form.kind.data, entry.form.issuer.data = kind, view.trip.carrier
        entry.form.amount.show(amount)


@bp.post("/trips/<number>/<any('pass', 'revoke', 'depart', 'cancel', 'release'):act>")
@access.role(Role.KEEPER)
def step(number: str, act: str) -> ResponseReturnValue:
    """Issue a pass, make it void, let it hold again, say that the trip left, or give the trip up."""
    view = queries.trip(db.session(), access.current(), number)
    reason = request.form.get("reason", "")
    issued = view.current_pass
    acts: dict[str, tuple[Callable[[Session], object], str]] = {
        "pass": (
            lambda session: leaving.issue_pass(session, number, by=access.me(), revision=request.form.get("revision", type=whole)),
            _("The gate pass is issued. Print it for the driver; it lets the truck out once."),
        ),
        "revoke": (lambda session: leaving.revoke_pass(session, number, by=access.me(), reason=reason), _("The gate pass is void; the loads can be changed.")),
        "depart": (lambda session: leaving.depart(session, number, by=access.me()), _("The trip has departed.")),
        "cancel": (lambda session: leaving.cancel(session, number, by=access.me(), reason=reason), _("The trip was given up.")),
        "release": (
            lambda session: leaving.release_pass(session, issued.number if issued else number, by=access.me(), note=reason),
            _("The pass holds again; the gate may let the truck go."),
        ),
    }
    perform, said = acts[act]
    try:
        with atomic() as session:
            perform(session)
    except DomainError as refusal:
        form = CostsForm(formdata=None)
        form.refuse(translated(refusal))
        return page(number, form, refusal.status)
    flash(said, "done")
    return redirect(url_for("trips.show", number=number), 303)


@bp.post("/trips/<number>/costs")
@access.role(Role.KEEPER, Role.FINANCE)
def confirm(number: str) -> ResponseReturnValue:
    """Confirm what the trip cost, with vouchers or a reason."""
    by_number(db.session(), access.current(), number, "TP")
    form = CostsForm()
    if typed.edit_lines(form):
        return page(number, form)
    if not form.validate():
        return page(number, form, 422)
    try:
        with atomic() as session:
            costing.confirm(session, number, typed.costs_typed(form), by=access.me(), revision=typed.revision_of(form))
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return page(number, form, refusal.status)
    flash(_("The costs are confirmed and shared over the slips by what travelled."), "done")
    return redirect(url_for("trips.show", number=number), 303)


@bp.get("/trips/<number>.pdf")
@access.signed_in
def loading_record(number: str) -> ResponseReturnValue:
    """Give the loading record."""
    session = db.session()
    view = queries.trip(session, access.current(), number)
    return papers.answered(view.document.number, paper.loading_pdf(session, view, papers.here()))


@bp.get("/trips/passes/<number>")
@access.signed_in
def gate_pass(number: str) -> ResponseReturnValue:
    """Go to the trip of a pass."""
    view = queries.trip_of_pass(db.session(), access.current(), number)
    return redirect(url_for("trips.show", number=view.document.number))


@bp.get("/trips/passes/<number>.pdf")
@access.role(Role.KEEPER, Role.AUDITOR)
def pass_paper(number: str) -> ResponseReturnValue:
    """Give a gate pass to print."""
    session = db.session()
    view = queries.trip_of_pass(session, access.current(), number)
    issued = next(document for _row, document in view.passes if document.number == number.upper())
    return papers.answered(issued.number, paper.pass_pdf(session, view, issued, papers.here()))
