"""The organizer's pages: letting in by link and code, the list with what it meets, handing it in. No account, one event, works without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.spreadsheets import XLSX
from assetpool.core.web import attachment, language, translated
from assetpool.events import service as events
from assetpool.events.models import Event
from assetpool.events.packs import packs_of, units_for
from assetpool.events.queries import venues_of
from assetpool.invitations import form_file, guests, lists, outlook, reading, service, submitting, terms, typed
from assetpool.invitations.guests import Guest, bp
from assetpool.invitations.models import Invitation
from assetpool.org import access
from assetpool.org.queries import names
from assetpool.requisitions.wording import period
from assetpool.reservations.service import pool_today

Act = Callable[[Session, Event, Invitation], str]
MOST_PEOPLE = 1_000_000


@bp.route("/o/<token>/code", methods=["GET", "POST"])
@access.public
def enter(token: str) -> ResponseReturnValue:
    """Ask for the code that was told apart from the link; the browser that knows it is let in."""
    if service.open_invitation(db.session(), token) is None:
        return render_template("invitations/gone.html"), 410
    if request.method != "POST":
        return render_template("invitations/enter.html", refusal="")
    try:
        with atomic() as session:
            key = service.enter(session, token, request.form.get("code", "")[:40], request.remote_addr or "")
        if key is None:
            raise service.CodeWrong
    except DomainError as refusal:
        return render_template("invitations/enter.html", refusal=translated(refusal)), refusal.status
    return guests.remember(current_app.make_response(redirect(url_for("organizer.show", token=token), 303)), token, key)


@bp.get("/o/<token>")
@access.public
@guests.admitted
def show(guest: Guest) -> ResponseReturnValue:
    """Show the list with what each line meets, and every way to make it longer."""
    return _page(guest)


def _page(
    guest: Guest, refusal: str = "", sent: Mapping[str, str] | None = None, errors: Mapping[int, Mapping[str, str]] | None = None, status: int = 200
) -> tuple[str, int]:
    session, event = db.session(), guest.event
    seen = outlook.look(session, event, lists.open_lines(session, event.id), pool_today(session, event.pool_id))
    page = render_template(
        "invitations/list.html",
        guest=guest,
        event=event,
        organization=names(session, [event.organization_id])[event.organization_id],
        seen=seen,
        packs=packs_of(session, event.pool_id),
        terms=terms.sentences(guest.invitation),
        refusal=refusal,
        typed=sent or {},
        errors=errors or {},
        today=pool_today(session, event.pool_id),
        most=reading.MOST_ROWS,
        period=period,
    )
    return page, status


def _do(guest: Guest, act: Act, onward: str = "organizer.show") -> ResponseReturnValue:
    """Do one act on the list and show it again; a refusal stands above it with everything that was typed."""
    try:
        with atomic() as session:
            said = act(session, session.get_one(Event, guest.event.id), session.get_one(Invitation, guest.invitation.id))
    except DomainError as refusal:
        again = guests.of_request(guest.token)
        if again is None:
            return render_template("invitations/gone.html"), 410
        return _page(again, translated(refusal), request.form.to_dict(), status=refusal.status)
    if said:
        flash(said, "done")
    return redirect(url_for(onward, token=guest.token), 303)


@bp.post("/o/<token>/upload")
@access.public
@guests.admitted
def upload(guest: Guest) -> ResponseReturnValue:
    """Take a list from a table file."""
    given = request.files.get("file")

    def act(session: Session, event: Event, _invitation: Invitation) -> str:
        if given is None or not given.filename:
            raise reading.NoFile
        rows = reading.read_file(given.read(), given.filename, event.first_day, event.last_day)
        return _taken(session, event, rows)

    return _do(guest, act)


@bp.post("/o/<token>/type")
@access.public
@guests.admitted
def type_in(guest: Guest) -> ResponseReturnValue:
    """Take lines that were typed or pasted."""
    text, venue = request.form.get("text", "")[:200_000], request.form.get("venue", "").replace("\0", "").strip()[:120]

    def act(session: Session, event: Event, _invitation: Invitation) -> str:
        rows = reading.read_text(text, event.first_day, event.last_day, venue)
        if not rows:
            raise reading.NothingTyped
        return _taken(session, event, rows)

    return _do(guest, act)


def _taken(session: Session, event: Event, rows: list[reading.Row]) -> str:
    made = lists.take_rows(session, event, rows, replace=bool(request.form.get("replace")))
    return str(_("%(count)s lines were read. Look through them below.", count=len(made)))


@bp.post("/o/<token>/pack")
@access.public
@guests.admitted
def pack(guest: Guest) -> ResponseReturnValue:
    """Take what an event pack says for so many people."""
    people = request.form.get("people", 0, type=int)
    pack_id = request.form.get("pack", 0, type=int)
    venue = request.form.get("venue", "").replace("\0", "").strip()[:120]

    def act(session: Session, event: Event, _invitation: Invitation) -> str:
        made = lists.take_units(session, event, units_for(session, event.pool_id, pack_id, min(max(people, 0), MOST_PEOPLE)), venue)
        return str(_("%(count)s lines came from the pack. Change what does not fit.", count=len(made)))

    return _do(guest, act)


@bp.post("/o/<token>/lines")
@access.public
@guests.admitted
def write(guest: Guest) -> ResponseReturnValue:
    """Save what was typed over the lines, then do what the pressed button says: confirm, drop, take what is free, another kind, or hand in."""
    session = db.session()
    sent = request.form.to_dict()
    venues = {venue.id: venue for venue in venues_of(session, guest.event.id)}
    read = typed.lines(sent, lists.open_lines(session, guest.event.id), venues)
    if read.errors:
        sentence = _("Some lines could not be read. They are marked below; everything else you typed is still there.")
        return _page(guest, sentence, sent, read.errors, 422)

    def act(session: Session, event: Event, invitation: Invitation) -> str:
        lists.put_right(session, event, read.corrections)
        return _pressed(session, event, invitation, sent)

    return _do(guest, act, "organizer.status" if "hand_in" in sent else "organizer.show")


def _pressed(session: Session, event: Event, invitation: Invitation, sent: Mapping[str, str]) -> str:
    name, _dash, rest = sent.get("press", "").partition("-")
    numbers = [int(part) for part in rest.split("-") if part.isascii() and part.isdigit() and len(part) < 16]
    if "hand_in" in sent:
        if not sent.get("agreed"):
            raise terms.NotAgreed
        guessed = [line for line in lists.open_lines(session, event.id) if line.kind_id is not None and not line.sure]
        if guessed:
            raise submitting.StillGuessed(count=len(guessed))
        made = submitting.hand_in(session, invitation, purpose=sent.get("purpose", "").replace("\0", "")[:2000])
        return str(_("Handed in: %(numbers)s. The pool decides now; you see here what becomes of it.", numbers=", ".join(one.number for one in made)))
    if name == "confirm":
        count = lists.confirm(session, event, [line.id for line in lists.open_lines(session, event.id)])
        return str(_("%(count)s kinds are confirmed.", count=count))
    if name == "drop" and numbers:
        return str(_("%(count)s lines were taken out.", count=lists.drop(session, event, numbers)))
    if name in ("take", "use") and len(numbers) == 2:
        lists.change(session, event, numbers[0], quantity=numbers[1] if name == "take" else None, kind_id=numbers[1] if name == "use" else None)
    return str(_("The list is saved."))


@bp.post("/o/<token>/venues")
@access.public
@guests.admitted
def venues(guest: Guest) -> ResponseReturnValue:
    """Save what was said about the venues: floor, lift, hours, contact."""
    sent = request.form.to_dict()

    def act(session: Session, event: Event, invitation: Invitation) -> str:
        known = venues_of(session, event.id)
        events.set_venues(session, event.id, typed.venues(sent, known), by=invitation.person_id, keep=[venue.id for venue in known])
        return str(_("The venues are saved."))

    return _do(guest, act)


@bp.get("/o/<token>/template.xlsx")
@access.public
@guests.admitted
def template(guest: Guest) -> ResponseReturnValue:
    """Give the table to fill in at home."""
    return attachment(form_file.table(guest.event, venues_of(db.session(), guest.event.id), language() == "en"), XLSX, f"list-{guest.event.id}.xlsx")
