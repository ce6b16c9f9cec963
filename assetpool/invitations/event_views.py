"""The page of an event, everything of it in one place: days and funds, requests, slips, what is out, cost and saving, the organizer's link."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core import qr
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import language, translated
from assetpool.events import service as events
from assetpool.events.queries import event as event_of
from assetpool.events.queries import liaison_of, members_of, venues_of
from assetpool.invitations import figures, service, status, submitting
from assetpool.invitations.forms import InviteForm
from assetpool.invitations.terms import HELPER_WORDS
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names, path_of, people
from assetpool.requisitions.wording import masked, period
from assetpool.reservations.service import pool_today

bp = Blueprint("event_pages", __name__)
LINKS_KEPT = 4
EVENT = "/events/<int(max=9000000000000000000):event_id>"


@bp.get(EVENT)
@access.signed_in
def show(event_id: int) -> ResponseReturnValue:
    """Show an event with everything of it that this person may see."""
    return _page(event_id, InviteForm(formdata=None))


def _page(event_id: int, form: InviteForm, http: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    event = event_of(session, mine, event_id)
    today = pool_today(session, event.pool_id)
    state = status.link_state(session, event, today)
    sent = kept.get("event_links", {}).get(str(event.id)) if state is not None and not state.over else None
    link = f"{current_app.config['PUBLIC_URL']}/o/{sent[0]}" if sent else None
    liaison = liaison_of(session, event.id)
    requests = status.requests_of(session, event.id, mine)
    path = path_of(session, event.organization_id)
    whole = mine.has(Role.KEEPER, Role.APPROVER) or mine.may((Role.ORGANIZER, Role.CLERK, Role.HEAD), path)
    if form.expires_on.data is None:
        form.expires_on.data = max(event.last_day, today)
    page = render_template(
        "events/show.html",
        event=event,
        organization=names(session, [event.organization_id])[event.organization_id],
        members=members_of(session, event.id),
        venues=venues_of(session, event.id),
        liaison=liaison,
        telephone=(liaison.telephone if whole else masked(liaison.telephone)) if liaison else "",
        requests=requests,
        out=status.out_now(session, event.id),
        wishes=status.wishes_of(session, event.id),
        totals=figures.of_event(session, mine, event.id, today),
        state=state,
        inviter=people(session, [state.invitation.invited_by]).get(state.invitation.invited_by) if state else None,
        link=link,
        code=sent[1] if sent else "",
        drawn=qr.svg(link, _("Link for the organizer")) if link else None,
        form=form,
        helper_words=HELPER_WORDS,
        period=period,
        today=today,
        may_ask=mine.has(Role.ORGANIZER, Role.CLERK),
        may_invite=mine.may(service.MAY_INVITE, path),
        may_correct=mine.may(events.MAY_LEAD, path),
        english=language() == "en",
    )
    return page, http


@bp.post(EVENT + "/invite")
@access.role(*service.MAY_INVITE)
def invite(event_id: int) -> ResponseReturnValue:
    """Make a link and a code for the liaison; they are shown to who made them, and nobody else."""
    event_of(db.session(), access.current(), event_id)
    form = InviteForm()
    if not form.validate():
        return _page(event_id, form, 422)
    try:
        with atomic() as session:
            sent = service.invite(
                session,
                event_id,
                by=access.me(),
                expires_on=form.expires_on.data,
                hauls=form.hauls.data,
                sets_up=form.sets_up.data,
                terms=form.terms.data or "",
            )
            pair = [sent.token, sent.code]
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _page(event_id, form, refusal.status)
    links = {**kept.get("event_links", {}), str(event_id): pair}
    kept["event_links"] = dict(list(links.items())[-LINKS_KEPT:])
    flash(_("The link is made. Send it, and tell the code by another way, for example over the telephone."), "done")
    return redirect(url_for("event_pages.show", event_id=event_id, _anchor="link"), 303)


@bp.post(EVENT + "/revoke")
@access.role(*service.MAY_INVITE)
def revoke(event_id: int) -> ResponseReturnValue:
    """Make the link void."""
    event_of(db.session(), access.current(), event_id)
    try:
        with atomic() as session:
            service.revoke(session, event_id, by=access.me())
        flash(_("The link opens nothing any more."), "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    kept["event_links"] = {key: value for key, value in kept.get("event_links", {}).items() if key != str(event_id)}
    return redirect(url_for("event_pages.show", event_id=event_id), 303)


@bp.post(EVENT + "/wishes")
@access.role(*events.MAY_LEAD)
def reopen(event_id: int) -> ResponseReturnValue:
    """Put wishes back into the organizer's list, since something fitting came in."""
    event = event_of(db.session(), access.current(), event_id)
    numbers = [int(text) for text in request.form.getlist("line") if text.isascii() and text.isdigit() and len(text) < 16]
    try:
        with atomic() as session:
            count = submitting.reopen_wishes(session, event.id, numbers, by=access.me())
        flash(_("%(count)s wishes stand in the list again.", count=count), "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(url_for("event_pages.show", event_id=event_id), 303)
