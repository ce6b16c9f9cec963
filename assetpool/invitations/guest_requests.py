"""The organizer's pages after handing in: what was granted and why less, which truck when, the letter to be sealed, another device, leaving."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.invitations import guests, letters, paper, service, status, submitting
from assetpool.invitations.guests import Guest, bp
from assetpool.invitations.models import Invitation
from assetpool.org import access
from assetpool.records import downloads, papers, uploads
from assetpool.requisitions.wording import period


@bp.get("/o/<token>/status", endpoint="status")
@access.public
@guests.admitted
def follow(guest: Guest) -> ResponseReturnValue:
    """Show what became of what was handed in."""
    return _page(guest)


def _page(guest: Guest, refusal: str = "", code: str = "", http: int = 200) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "invitations/status.html",
        guest=guest,
        event=guest.event,
        requests=status.requests_of(session, guest.event.id),
        out=status.out_now(session, guest.event.id),
        wishes=status.wishes_of(session, guest.event.id),
        taken_back=submitting.TAKEN_BACK,
        period=period,
        refusal=refusal,
        code=code,
    )
    return page, http


@bp.post("/o/<token>/requests/<number>/take-back")
@access.public
@guests.admitted
def take_back(guest: Guest, number: str) -> ResponseReturnValue:
    """Take a request back before it is decided; its lines can be written again."""
    try:
        with atomic() as session:
            submitting.take_back(session, session.get_one(Invitation, guest.invitation.id), number)
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
        return redirect(url_for("organizer.status", token=guest.token), 303)
    flash(_("%(number)s was taken back. Change its lines and hand them in again.", number=number.upper()), "done")
    return redirect(url_for("organizer.show", token=guest.token), 303)


@bp.get("/o/<token>/requests/<number>.pdf")
@access.public
@guests.admitted
def letter(guest: Guest, number: str) -> ResponseReturnValue:
    """Print the letter of request, to be signed and sealed."""
    document = submitting.own_request(db.session(), guest.invitation, number)
    return papers.answered(document.number, paper.letter(db.session(), document, guest.invitation, papers.here()))


@bp.post("/o/<token>/requests/<number>/letter")
@access.public
@guests.admitted
def sealed(guest: Guest, number: str) -> ResponseReturnValue:
    """Keep the scan of the sealed letter with the request."""
    try:
        kept = uploads.keep(request.files.get("scan"), guest.invitation.pool_id, guest.invitation.person_id)
        if kept is None:
            raise letters.NoScan
        with atomic() as session:
            letters.attach(session, session.get_one(Invitation, guest.invitation.id), number, kept.id)
        flash(_("The sealed letter is kept with %(number)s.", number=number.upper()), "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(url_for("organizer.status", token=guest.token), 303)


@bp.get("/o/<token>/requests/<number>/letter/<int(max=9000000000000000000):file_id>")
@access.public
@guests.admitted
def scan(guest: Guest, number: str, file_id: int) -> ResponseReturnValue:
    """Give back a scan of the letter."""
    document = submitting.own_request(db.session(), guest.invitation, number)
    kept = status.letter_file(db.session(), document, file_id)
    return downloads.given(kept)


@bp.post("/o/<token>/another")
@access.public
@guests.admitted
def another(guest: Guest) -> ResponseReturnValue:
    """Make a code that opens the link once on another device."""
    with atomic() as session:
        code = service.another_code(session, guest.token, guest.key)
    again = guests.of_request(guest.token)
    return _page(again or guest, code=code)


@bp.post("/o/<token>/leave")
@access.public
@guests.admitted
def leave(guest: Guest) -> ResponseReturnValue:
    """Let this browser forget the event."""
    with atomic() as session:
        service.leave(session, guest.token, guest.key)
    return guests.forget(current_app.make_response(redirect(url_for("organizer.enter", token=guest.token), 303)), guest.token)
