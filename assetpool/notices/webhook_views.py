"""The pages of webhooks: who is told outside, a try, what was sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.core.sealed import opened
from assetpool.core.web import translated
from assetpool.notices import posting, queries, service
from assetpool.notices.admin_views import STATES
from assetpool.notices.forms import WebhookForm
from assetpool.notices.robots import FORMS
from assetpool.notices.topics import GROUPS
from assetpool.org import access
from assetpool.org.models import Role

bp = Blueprint("webhooks", __name__, url_prefix="/admin/webhooks")


@bp.get("")
@access.role(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """List the webhooks of the pool and what was sent to them."""
    session = db.session()
    hooks = queries.webhooks(session, access.current().pool_id)
    names = {hook.id: hook.name for hook in hooks}
    log = queries.deliveries(session, names)
    hosts = {hook.id: service.host_of(current_app.config["SECRET_KEY"], hook) for hook in hooks}
    return render_template("notices/webhooks.html", hooks=hooks, hosts=hosts, log=log, names=names, forms=FORMS, groups=GROUPS, states=STATES)


@bp.route("/new", methods=["GET", "POST"])
@access.role(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """Add a webhook."""
    form = WebhookForm()
    if form.validate_on_submit():
        try:
            with atomic() as session:
                row = service.add_webhook(session, access.current().pool_id, **_typed(form), by=access.me())
                secret = opened(current_app.config["SECRET_KEY"], row.secret) if row.form == "generic" and not form.secret.data else ""
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            if secret:
                flash(gettext("The webhook is added. Its secret, shown only this once: %(secret)s", secret=secret), "info")
            else:
                flash(gettext("The webhook is added. Try it out."), "done")
            return redirect(url_for(".index"), 303)
    return render_template("notices/webhook.html", form=form, hook=None), 422 if request.method == "POST" else 200


@bp.route("/<int(max=9000000000000000000):hook_id>", methods=["GET", "POST"])
@access.role(Role.ADMINISTRATOR)
def change(hook_id: int) -> ResponseReturnValue:
    """Change a webhook."""
    pool_id = access.current().pool_id
    hook = service.webhook(db.session(), pool_id, hook_id)
    form = WebhookForm(obj=hook, groups=hook.topic_groups.split(",") if hook.topic_groups else list(GROUPS))
    form.keep_address()
    if form.validate_on_submit():
        try:
            with atomic() as session:
                service.change_webhook(session, pool_id, hook_id, **_typed(form), active=form.active.data, by=access.me())
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            flash(gettext("The webhook is changed."), "done")
            return redirect(url_for(".index"), 303)
    return render_template("notices/webhook.html", form=form, hook=hook), 422 if request.method == "POST" else 200


def _typed(form: WebhookForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "form": form.form.data,
        "url": form.url.data or "",
        "secret": form.secret.data or "",
        "key": current_app.config["SECRET_KEY"],
        "groups": form.groups.data,
        "language": form.language.data,
    }


@bp.post("/<int(max=9000000000000000000):hook_id>/try")
@access.role(Role.ADMINISTRATOR)
def try_out(hook_id: int) -> ResponseReturnValue:
    """Send a message that only says that the way is open, and say what came of it."""
    pool_id = access.current().pool_id
    with atomic() as session:
        service.demand_administrator(session, pool_id, access.me())
        hook = service.webhook(session, pool_id, hook_id)
        name, delivery_id = hook.name, posting.try_out(session, hook, session.get_one(Pool, pool_id), current_app.config["PUBLIC_URL"])
    reason = posting.post(delivery_id, once=True)
    if reason:
        flash(gettext("“%(name)s” did not take it: %(reason)s. Check address and secret.", name=name, reason=reason), "refusal")
    else:
        flash(gettext("“%(name)s” took the message.", name=name), "done")
    return redirect(url_for(".index"), 303)


@bp.post("/<int(max=9000000000000000000):hook_id>/remove")
@access.role(Role.ADMINISTRATOR)
def remove(hook_id: int) -> ResponseReturnValue:
    """Remove a webhook."""
    with atomic() as session:
        name = service.remove_webhook(session, access.current().pool_id, hook_id, by=access.me())
    flash(gettext("“%(name)s” is told nothing any more.", name=name), "done")
    return redirect(url_for(".index"), 303)


@bp.post("/deliveries/<int(max=9000000000000000000):delivery_id>/again")
@access.role(Role.ADMINISTRATOR)
def again(delivery_id: int) -> ResponseReturnValue:
    """Try a message anew that was given up."""
    with atomic() as session:
        service.send_again(session, access.current().pool_id, delivery_id=delivery_id, by=access.me())
    flash(gettext("It is tried again within a minute, or when the scheduled work runs next."), "done")
    return redirect(url_for(".index"), 303)
