"""The pages of events: the list, entering one, and correcting it. The page of one event stands with the invitations, which know more of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import lines
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.money import yuan
from assetpool.core.web import language, translated, whole
from assetpool.events import queries, service
from assetpool.events.forms import LIFT, EventForm
from assetpool.events.models import Event
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import names, organizations, path_of

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
    return _answered(EventForm(), None)


@bp.route("/events/<int(max=9000000000000000000):event_id>/edit", methods=["GET", "POST"])
@access.role(*service.MAY_LEAD)
def edit(event_id: int) -> ResponseReturnValue:
    """Say anew what is said of an event."""
    session, mine = db.session(), access.current()
    event = queries.event(session, mine, event_id)
    if not mine.may(service.MAY_LEAD, path_of(session, event.organization_id)):
        flash(_("Only its organization and the pool correct an event."), "refusal")
        return redirect(url_for("event_pages.show", event_id=event.id), 303)
    form = EventForm(data=_said(session, event)) if request.method != "POST" else EventForm()
    form.organization_id.data = event.organization_id
    return _answered(form, event)


def _said(session: Session, event: Event) -> dict[str, Any]:
    """Return what a form holds that shows an event as it stands."""
    liaison = queries.liaison_of(session, event.id)
    return {
        "name": event.name,
        "name_en": event.name_en,
        "members": [member.id for member in queries.members_of(session, event.id)],
        "first_day": event.first_day,
        "last_day": event.last_day,
        "approval_number": event.approval_number,
        "budget": "" if event.budget is None else yuan(event.budget, grouped=False),
        "funds": event.funds,
        "budget_line": event.budget_line,
        "liaison_name": liaison.name if liaison else "",
        "liaison_telephone": liaison.telephone if liaison else "",
        "liaison_email": liaison.email if liaison else "",
        "venues": [
            {
                "id": venue.id,
                "name": venue.name,
                "address": venue.address,
                "floor": venue.floor,
                "lift": "" if venue.lift is None else "yes" if venue.lift else "no",
                "window": venue.window,
                "contact_name": venue.contact_name,
                "contact_telephone": venue.contact_telephone,
            }
            for venue in queries.venues_of(session, event.id)
        ],
    }


def _answered(form: EventForm, event: Event | None) -> ResponseReturnValue:
    """Show the form, or do what its pressed button says."""
    _offer(form, event)
    if request.method != "POST" or lines.changed({"venues": form.venues}, request.form):
        return _shown(form, event, 200)
    lines.drop_blank(form.venues)
    if not form.validate():
        return _shown(form, event, 422)
    try:
        with atomic() as session:
            event_id = _written(session, form, event)
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _shown(form, event, refusal.status)
    flash(_("The event was entered. You can ask for things for it now.") if event is None else _("The event is corrected."), "done")
    return redirect(url_for("event_pages.show", event_id=event_id), 303)


def _offer(form: EventForm, event: Event | None) -> None:
    session, mine, english = db.session(), access.current(), language() == "en"
    leading = select(Organization).where(Organization.id.in_(mine.organizations(*service.MAY_LEAD))).order_by(Organization.code)
    rows = list(session.scalars(leading)) if event is None else [session.get_one(Organization, event.organization_id)]
    form.organization_id.choices = [(row.id, row.name_en if english and row.name_en else row.name) for row in rows]
    form.members.choices = [(row.id, row.name_en if english and row.name_en else row.name) for row in organizations(session, mine.pool_id)]


def _shown(form: EventForm, event: Event | None, status: int) -> ResponseReturnValue:
    return render_template("events/new.html", form=form, event=event), status


def _written(session: Session, form: EventForm, event: Event | None) -> int:
    """Write the event, its venues and its liaison."""
    by, mine = access.me(), access.current()
    said = service.Said(
        form.name.data,
        form.first_day.data,
        form.last_day.data,
        form.name_en.data or "",
        form.budget_fen,
        form.approval_number.data or "",
        form.funds.data or "",
        form.budget_line.data or "",
        tuple(form.members.data or ()),
    )
    leading = form.organization_id.data
    made = service.enter(session, mine.pool_id, leading, said, by=by) if event is None else service.correct(session, event.id, said, by=by)
    venues = [
        service.Venue(
            entry.form["name"].data,
            entry.form.known_id,
            entry.form.address.data or "",
            entry.form.floor.data or "",
            LIFT.get(entry.form.lift.data or ""),
            entry.form.window.data or "",
            entry.form.contact_name.data or "",
            entry.form.contact_telephone.data or "",
        )
        for entry in form.venues.entries
        if not entry.form.is_blank()
    ]
    service.set_venues(session, made.id, venues, by=by, keep=service.kept_venues(session, made.id))
    if (form.liaison_name.data or "").strip():
        service.name_liaison(session, made.id, form.liaison_name.data, form.liaison_telephone.data or "", form.liaison_email.data or "", by=by)
    return made.id
