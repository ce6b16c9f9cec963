"""The administration of notices: when a pool tells, where people's mail goes, what was sent."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import translated, whole
from assetpool.notices import queries, service
from assetpool.notices.forms import SettingForm
from assetpool.notices.models import Mail
from assetpool.org import access
from assetpool.org.models import Person, Role

bp = Blueprint("notice_admin", __name__, url_prefix="/admin")
PAGE = 50
STATES = {"waiting": (N_("waiting"), "wait"), "sent": (N_("sent"), "done"), "failed": (N_("not sent"), "bad")}


def mail_goes() -> str:
    """Say where mail goes on this installation: '' nowhere, 'file' into a folder, 'smtp' out."""
    return str(current_app.config["MAIL_URL"]).partition(":")[0].removesuffix("s")


@bp.route("/notices", methods=["GET", "POST"])
@access.role(Role.ADMINISTRATOR)
def settings() -> ResponseReturnValue:
    """Settle when the pool tells."""
    pool_id = access.current().pool_id
    form = SettingForm(obj=queries.settings(db.session(), pool_id))
    if form.validate_on_submit():
        try:
            with atomic() as session:
                service.settle(
                    session,
                    pool_id,
                    digest_hour=form.digest_hour.data,
                    reminder_days=form.reminder_days.data,
                    urgent_from=form.urgent_from.data,
                    keep_days=form.keep_days.data,
                    by=access.me(),
                )
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            flash(gettext("This holds from the next run on."), "done")
            return redirect(url_for(".settings"), 303)
    return render_template("notices/settings.html", form=form, goes=mail_goes()), 422 if request.method == "POST" else 200


@bp.get("/mail-addresses")
@access.role(Role.ADMINISTRATOR)
def addresses() -> ResponseReturnValue:
    """List people with their mail addresses."""
    text, after = request.args.get("q", ""), request.args.get("after", 0, type=whole)
    rows = queries.addresses(db.session(), access.current().pool_id, text, after, PAGE)
    next_url = url_for(".addresses", q=text or None, after=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template("notices/addresses.html", rows=rows[:PAGE], text=text, next_url=next_url)


@bp.post("/mail-addresses/<int(max=9000000000000000000):person_id>")
@access.role(Role.ADMINISTRATOR)
def address(person_id: int) -> ResponseReturnValue:
    """Enter where a person's mail goes."""
    with atomic() as session:
        person = service.address(session, access.current().pool_id, person_id, request.form.get("email", ""), by=access.me())
        name, email = person.name, person.email
    flash(gettext("%(name)s is written to at %(email)s.", name=name, email=email) if email else gettext("%(name)s gets no mail any more.", name=name), "done")
    return redirect(url_for(".addresses", q=request.form.get("q") or None), 303)


@bp.get("/mails")
@access.role(Role.ADMINISTRATOR)
def mails() -> ResponseReturnValue:
    """List what was mailed, and what could not be."""
    state, before = request.args.get("state", ""), request.args.get("before", type=whole)
    rows = queries.mails(db.session(), access.current().pool_id, state if state in STATES else "", before, PAGE)
    next_url = url_for(".mails", state=state or None, before=rows[PAGE - 1][0].id) if len(rows) > PAGE else None
    choices = [("", gettext("all")), *((name, gettext(words[0])) for name, words in STATES.items())]
    shown = {"rows": rows[:PAGE], "state": state, "states": STATES, "choices": choices, "next_url": next_url}
    return render_template("notices/mails.html", **shown, open_to_all=_is_open(), goes=mail_goes())


@bp.get("/mails/<int(max=9000000000000000000):mail_id>")
@access.role(Role.ADMINISTRATOR)
def mail(mail_id: int) -> ResponseReturnValue:
    """Show what a mail says; in a demonstration only, since elsewhere it is its reader's."""
    session = db.session()
    row = session.get(Mail, mail_id)
    if row is None or row.pool_id != access.current().pool_id or not _is_open():
        abort(404)
    return render_template("notices/mail.html", mail=row, name=session.get_one(Person, row.person_id).name, states=STATES)


@bp.post("/mails/<int(max=9000000000000000000):mail_id>/again")
@access.role(Role.ADMINISTRATOR)
def again(mail_id: int) -> ResponseReturnValue:
    """Try a mail anew that was given up."""
    with atomic() as session:
        service.send_again(session, access.current().pool_id, mail_id=mail_id, by=access.me())
    flash(gettext("It is tried again within a minute, or when the scheduled work runs next."), "done")
    return redirect(url_for(".mails"), 303)


def _is_open() -> bool:
    return bool(current_app.config["ENVIRONMENT"] in ("demo", "test"))
