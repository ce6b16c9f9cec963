"""The pages of events: the list, and entering one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import language, translated, whole
from assetpool.events import queries, service
from assetpool.events.forms import EventForm
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import names

bp = Blueprint("events", __name__)
PAGE = 25


@bp.get("/events")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the events of one's organizations, newest first."""
    session, mine = db.session(), access.current()
    found = queries.listed(session, mine, request.args.get("before", type=whole), PAGE + 1)
    rows = found[:PAGE]
    return render_template(
        "events/index.html",
        rows=rows,
        organizations=names(session, [row.organization_id for row in rows]),
        may_add=mine.has(*service.MAY_LEAD),
        next_url=url_for(".index", before=rows[-1].id) if len(found) > PAGE else None,
        first_url=url_for(".index") if request.args.get("before") else None,
    )


@bp.route("/events/new", methods=["GET", "POST"])
@access.role(*service.MAY_LEAD)
def new() -> ResponseReturnValue:
    """Enter an event."""
    mine, english = access.current(), language() == "en"
    form = EventForm()
    leading = select(Organization).where(Organization.id.in_(mine.organizations(*service.MAY_LEAD))).order_by(Organization.code)
    form.organization_id.choices = [(row.id, row.name_en if english and row.name_en else row.name) for row in db.session().scalars(leading)]
    if not form.validate_on_submit():
        return render_template("events/new.html", form=form), 200 if request.method != "POST" else 422
    try:
        with atomic() as session:
            event = service.add(
                session,
                mine.pool_id,
                form.name.data,
                form.organization_id.data,
                form.first_day.data,
                form.last_day.data,
                access.me(),
                name_en=form.name_en.data or "",
                budget=form.budget_fen,
                approval_number=form.approval_number.data or "",
            )
            event_id = event.id
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("events/new.html", form=form), refusal.status
    flash(_("The event was entered. You can ask for things for it now."), "done")
    return redirect(url_for("event_pages.show", event_id=event_id), 303)
