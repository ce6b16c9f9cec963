"""The gate's page: scan a pass, let its truck go once, say what is not right; for people with the role, and by the PIN of the day on a shared phone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.core.web import named, translated, whole
from assetpool.handovers import typed
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.signing_in import SignInLocked
from assetpool.records import photos
from assetpool.trips import gate, gatekeeping, queries
from assetpool.trips.forms import AnswerForm, GateForm, LeftForm, PinForm
from assetpool.trips.gatekeeping import KEEPING, Guard
from assetpool.trips.models import GateWord

bp = Blueprint("gate", __name__)
KEPT = "gate"
SHOWN = 50
LOGGED = (Role.KEEPER, Role.GATE, Role.APPROVER, Role.AUDITOR)
View = Callable[..., ResponseReturnValue]


def _guard() -> Guard | None:
    """Return who asks: a person with a role for gates, or the phone that today's PIN let in."""
    if current_user.is_authenticated and access.current().has(*KEEPING):
        return Guard(person_id=access.me())
    entered = kept.get(KEPT) or {}
    row = gatekeeping.still(db.session(), int(entered.get("pin", 0)), str(entered.get("salt", "")))
    if row is None:
        return None
    store = db.session().get_one(Store, row.store_id)
    g.zone = db.session().get_one(Pool, store.pool_id).time_zone
    return Guard(store_id=row.store_id, name=str(entered["name"]))


def at_gate(view: View) -> View:
    """Let only a guard pass; all others are asked for the PIN."""

    @wraps(view)
    def guarded(**path: Any) -> ResponseReturnValue:
        guard = _guard()
        return redirect(url_for("gate.index"), 303) if guard is None else view(guard, **path)

    return access.public(guarded)


@bp.route("/gate", methods=["GET", "POST"])
@access.public
def index() -> ResponseReturnValue:
    """Ask for the PIN; for a guard, read a pass: scanned, photographed or typed."""
    guard = _guard()
    if guard is None:
        return _enter()
    if request.method != "POST":
        return _scan(guard)
    texts, said = typed.scanned()
    if not texts:
        return _scan(guard, said or _("Scan the code of the pass, or type its number."), 422)
    try:
        number, checked = gate.read_code(texts[0], current_app.config["SECRET_KEY"])
        queries.gate_pass(db.session(), number)
    except DomainError as refusal:
        return _scan(guard, translated(refusal), refusal.status)
    return redirect(url_for("gate.check", number=number, scanned=1 if checked else None), 303)


def _enter() -> ResponseReturnValue:
    """Ask for the PIN of the day and the name; wrong tries are counted."""
    form = PinForm()
    if not form.validate_on_submit():
        return render_template("trips/gate_pin.html", form=form), 200 if request.method != "POST" else 422
    try:
        with atomic() as session:
            found = gatekeeping.enter(session, current_app.config["SECRET_KEY"], form.pin.data, form.name.data, request.remote_addr or "")
            entered = {"pin": found.id, "salt": found.salt, "name": form.name.data.strip()[:120]} if found else None
        if entered is None:
            raise gatekeeping.PinRefused
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("trips/gate_pin.html", form=form), 429 if isinstance(refusal, SignInLocked) else refusal.status
    kept[KEPT] = entered
    return redirect(url_for("gate.index"), 303)


def _scan(guard: Guard, said: str = "", status: int = 200) -> ResponseReturnValue:
    return render_template("trips/gate.html", said=said, gates=_gates(db.session(), guard), by_pin=guard.person_id is None), status


def _gates(session: Session, guard: Guard) -> list[Store]:
    return queries.gates(session, access.current()) if guard.person_id is not None else [session.get_one(Store, guard.store_id)]


@bp.get("/gate/<number>")
@at_gate
def check(guard: Guard, number: str) -> ResponseReturnValue:
    """Show a pass: plate and counts to compare, and what may be said."""
    return _pass(guard, number, GateForm(formdata=None))


def _pass(guard: Guard, number: str, form: GateForm, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    view = queries.gate_pass(session, number)
    gatekeeping.demand_guard(session, guard, view.store)
    form.key.data = form.key.data or secrets.token_urlsafe(16)
    pictures = photos.of(session, "gate_word", [one.word.id for one in view.words]) if guard.person_id is not None else {}
    return render_template(
        "trips/gate_check.html",
        view=view,
        form=form,
        photos_of=pictures,
        scanned=bool(request.values.get("scanned")),
        done=status == 200 and view.document.state == "used" and "done" in request.args,
    ), status


@bp.post("/gate/<number>/<any('let-go', 'stop', 'enter', 'again'):act>")
@at_gate
def say(guard: Guard, number: str, act: str) -> ResponseReturnValue:
    """Let go, stop, let in again, or report that a used pass was shown."""
    form = GateForm()
    key, reason = (form.key.data or "")[:40], form.reason.data or ""
    acts: dict[str, tuple[Callable[[Session], GateWord], str]] = {
        "let-go": (lambda session: gate.let_go(session, number, guard, key=key), _("The truck was let go. The pass is used up.")),
        "stop": (lambda session: gate.stop(session, number, guard, reason=reason, key=key), _("Stopped. The keeper has been told.")),
        "enter": (lambda session: gate.enter(session, number, guard, reason=reason, key=key), _("Noted: the truck came back in.")),
        "again": (lambda session: gate.alarm(session, number, guard, reason, key), _("Reported. The keeper has been told.")),
    }
    perform, said = acts[act]
    try:
        pictures = photos.chosen(request.files.getlist("photos"))
        with atomic() as session:
            word = perform(session)
            _photos(session, pictures, word, guard)
    except (gate.PassUsed, gate.PassVoid) as refusal:
        with atomic() as session:
            gate.alarm(session, number, guard, key=key)
        form.refuse(translated(refusal))
        return _pass(guard, number, form, refusal.status)
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _pass(guard, number, form, refusal.status)
    flash(said, "done")
    return redirect(url_for("gate.check", number=number, done=1 if act == "let-go" else None), 303)


def _photos(session: Session, pictures: list[photos.Picture], word: GateWord, guard: Guard) -> None:
    photos.keep_all(session, pictures, of="gate_word", of_id=word.id, by=guard.person_id, document_id=word.pass_id)


@bp.route("/gate/left", methods=["GET", "POST"])
@at_gate
def left(guard: Guard) -> ResponseReturnValue:
    """Report a truck that left without a pass."""
    form = LeftForm()
    stores = _gates(db.session(), guard)
    form.store_id.choices = [(store.id, named(store)) for store in stores]
    if request.method != "POST":
        form.key.data = secrets.token_urlsafe(16)
        return render_template("trips/gate_left.html", form=form)
    if not form.validate():
        return render_template("trips/gate_left.html", form=form), 422
    try:
        pictures = photos.chosen(request.files.getlist("photos"))
        with atomic() as session:
            word = gate.left_without(session, form.store_id.data, form.plate.data, guard, reason=form.reason.data or "", key=form.key.data or "")
            _photos(session, pictures, word, guard)
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("trips/gate_left.html", form=form), refusal.status
    flash(_("Reported. The keeper has been told."), "done")
    return redirect(url_for("gate.index"), 303)


@bp.post("/gate/leave")
@at_gate
def leave(_guard: Guard) -> ResponseReturnValue:
    """End the gate's session on this phone."""
    kept.pop(KEPT, None)
    return redirect(url_for("gate.index"), 303)


@bp.get("/gate/log")
@access.role(*LOGGED)
def log() -> ResponseReturnValue:
    """List what was said at the gates, alarms that wait for an answer first of all."""
    return _log(AnswerForm(formdata=None))


def _log(form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    open_only, before = request.args.get("show") == "open", request.args.get("before", type=whole)
    rows = queries.log(session, mine, open_only=open_only, before=before, limit=SHOWN)
    following = url_for("gate.log", show="open" if open_only else None, before=rows[SHOWN - 1].word.id) if len(rows) > SHOWN else None
    pictures = photos.of(session, "gate_word", [one.word.id for one in rows])
    answers = mine.has(Role.KEEPER, Role.APPROVER)
    return render_template(
        "trips/gate_log.html", rows=rows[:SHOWN], following=following, open_only=open_only, photos_of=pictures, form=form, answers=answers
    ), status


@bp.post("/gate/log/<int(max=9000000000000000000):word_id>")
@access.role(Role.KEEPER, Role.APPROVER)
def answer(word_id: int) -> ResponseReturnValue:
    """Say what was behind an alarm."""
    form = AnswerForm()
    try:
        with atomic() as session:
            gate.answer(session, word_id, by=access.me(), text=form.answer.data or "")
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _log(form, refusal.status)
    flash(_("The alarm is answered."), "done")
    return redirect(url_for("gate.log"), 303)


@bp.route("/gate/pin", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def pin() -> ResponseReturnValue:
    """Show the PIN of the day of the gates one keeps, or make a new one."""
    session = db.session()
    if request.method == "POST":
        with atomic() as act:
            gatekeeping.renew(act, request.form.get("store", 0, type=whole), by=access.me())
        flash(_("A new PIN holds for today; phones that were let in by the old one ask again."), "done")
        return redirect(url_for("gate.pin"), 303)
    secret, rows = current_app.config["SECRET_KEY"], {row.store_id: row for row in gatekeeping.of_today(session)}
    pins = [(store, gatekeeping.pin_of(secret, rows[store.id]) if store.id in rows else None) for store in queries.kept_gates(session, access.current())]
    return render_template("trips/gate_today.html", pins=pins, address=f"{current_app.config['PUBLIC_URL']}{url_for('gate.index')}")
