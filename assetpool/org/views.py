"""Signing in and out, and changing the own password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user

from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import translated
from assetpool.org import access, accounts, signing_in
from assetpool.org.forms import OwnPasswordForm, SignInForm

bp = Blueprint("org", __name__)


def _own_address(target: str | None) -> str:
    """Return the address to go on to, if it is one of ours; else the desk of the day."""
    parts = urlsplit(target or "")
    return target if target and target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc else url_for("desk.today")


def _page(form: SignInForm) -> str:
    """Show the form; in the demonstration also whom one may sign in as."""
    sign_ins = [
        {"name": one.name, "duty": gettext(one.duty), "login": one.login, "password": one.password} for one in current_app.config["DEMONSTRATION_SIGN_INS"]
    ]
    return render_template("sign_in.html", form=form, sign_ins=sign_ins, invited=current_app.config["DEMONSTRATION_LINK"])


@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form; on success go on to where the person wanted to be."""
    if current_user.is_authenticated and request.method != "POST":
        return redirect(_own_address(request.args.get("next")))
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form), 200 if request.method != "POST" else 422
    try:
        address = request.remote_addr or ""
        compared = signing_in.compare(db.session(), form.username.data, form.password.data, address)
        with atomic() as act:
            person = signing_in.sign_in(act, compared, address)
            signed = access.SignedIn(person.id, person.name, person.username, person.session_epoch) if person else None
        if signed is None:
            raise signing_in.SignInRefused
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _page(form), refusal.status
    chosen = session.get("lang")
    session.clear()
    if chosen:
        session["lang"] = chosen
    login_user(signed, remember=form.remember.data)
    return redirect(_own_address(request.args.get("next")), 303)


@bp.post("/sign-out")
@access.signed_in
def sign_out() -> ResponseReturnValue:
    """End this session."""
    logout_user()
    session.pop("_flashes", None)
    return redirect(url_for("org.sign_in"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@access.signed_in
def own_password() -> ResponseReturnValue:
    """Change the own password; other sessions end, this one goes on."""
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return _own_password(form, 200 if request.method != "POST" else 422)
    username, address = current_user.username, request.remote_addr or ""
    try:
        accounts.demand_new(username, form.present.data, form.password.data)
        compared = signing_in.compare(db.session(), username, form.present.data, address)
        digest = signing_in.hashed(form.password.data)
        with atomic() as act:
            person = accounts.change_password(act, compared, digest, address)
            signed = access.SignedIn(person.id, person.name, person.username, person.session_epoch) if person else None
        if signed is None:
            raise accounts.PasswordWrong
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _own_password(form, refusal.status)
    login_user(signed, remember=current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token") in request.cookies)
    flash(gettext(N_("The new password holds. Your other sessions have ended; this one goes on.")), "done")
    return redirect(url_for("org.own_password"), 303)


def _own_password(form: OwnPasswordForm, status: int) -> ResponseReturnValue:
    return render_template("admin/own_password.html", form=form, tokens=accounts.open_tokens(db.session(), access.me())), status
