"""The pages of intakes: the list, the form, one intake with the acts on it, receiving, and its paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.catalog.queries import stores
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, Word
from assetpool.core.web import language, translated
from assetpool.intake import paper, queries, receiving, service, showing, typed
from assetpool.intake.blueprint import bp
from assetpool.intake.forms import CONDITIONS, IntakeForm
from assetpool.intake.receiving import Received
from assetpool.intake.steps import EDITABLE, STEPS
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.org.service import ROLE_WORDS
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import picking

PAGE = 25
LISTED = (*STEPS, "closed", "rejected", "withdrawn", "cancelled")


@bp.get("/intakes")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the intakes that concern this person's organizations, newest first."""
    session, mine, given = db.session(), access.current(), request.args
    state = given.get("state", "") if given.get("state") in LISTED else ""
    text = given.get("q", "").replace("\0", "")[:100]
    found = queries.page(session, mine, state=state, text=text, before=given.get("before", type=int), limit=PAGE)
    rows = found[:PAGE]
    kept: dict[str, Any] = {name: value for name, value in (("q", text), ("state", state)) if value}
    return render_template(
        "intake/index.html",
        rows=rows,
        organizations=names(session, [row.organization_id for _document, row, _units in rows]),
        stores=stores(session, [row.store_id for _document, row, _units in rows]),
        state=state,
        text=text,
        states=[(name, _(STATE_WORDS[name])) for name in LISTED],
        next_url=url_for(".index", before=rows[-1][0].id, **kept) if len(found) > PAGE else None,
        first_url=url_for(".index", **kept) if given.get("before") else None,
        may_announce=mine.has(Role.CLERK),
    )


@bp.route("/intakes/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Announce things to a store."""
    _insist_on_clerk()
    return _answered(IntakeForm(), None)


@bp.route("/intakes/<number>/edit", methods=["GET", "POST"])
@access.signed_in
def edit(number: str) -> ResponseReturnValue:
    """Write a draft or an intake sent back anew."""
    _insist_on_clerk()
    document = by_number(db.session(), access.current(), number, "IN")
    if document.state not in EDITABLE:
        flash(_("%(number)s can no longer be changed.", number=document.number), "refusal")
        return redirect(url_for(".show", number=document.number), 303)
    if queries.totals(db.session(), document.id).lines > showing.MOST_SHOWN:
        flash(_("%(number)s is too long for the form. Take it back and import the corrected file again.", number=document.number), "refusal")
        return redirect(url_for(".show", number=document.number), 303)
    form = IntakeForm(data=typed.of_document(db.session(), document)) if request.method == "GET" else IntakeForm()
    return _answered(form, document)


def _insist_on_clerk() -> None:
    if not access.current().has(Role.CLERK):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.CLERK]))


def _answered(form: IntakeForm, document: Document | None) -> ResponseReturnValue:
    """Show the form, or do what its pressed button says."""
    reading, mine = db.session(), access.current()
    typed.offer(reading, mine, form)
    if document is not None:
        form.organization_id.data = document.organization_id
    if request.method == "GET" or typed.change(form, request.form):
        return _form(form, document, 200)
    typed.drop_blank_lines(form)
    good = form.validate()
    good = typed.find_kinds(reading, mine.pool_id, form) and good
    if not good:
        return _form(form, document, 422)
    submitting = "submit" in request.form
    try:
        with atomic() as act:
            values: dict[str, Any] = {"by": access.me(), "mode": form.mode.data, "reason": form.reason.data or ""}
            lines = typed.announced(act, mine.pool_id, form)
            if document is None:
                saved = service.draft(act, form.organization_id.data, form.store_id.data, lines, event_id=form.event_id.data, **values)
            else:
                saved = service.rewrite(act, document.number, form.store_id.data, lines, revision=form.revision.data and int(form.revision.data), **values)
            if submitting:
                saved = service.submit(act, saved.number, by=access.me())
            number = saved.number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _form(form, document, refusal.status)
    flash(_("%(number)s was handed in.", number=number) if submitting else _("%(number)s was saved as a draft.", number=number), "done")
    return redirect(url_for(".show", number=number), 303)


def _form(form: IntakeForm, document: Document | None, status: int) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    proposed = [picking.label(kind, language() == "en") for kind in picking.proposed(session, mine.pool_id)]
    number = document.number if document is not None else None
    return render_template("intake/form.html", form=form, number=number, proposed=proposed, classes=typed.classes(session)), status


@bp.get("/intakes/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show an intake: where it stands, what is announced and came, and what can be done next."""
    return _page(by_number(db.session(), access.current(), number, "IN"))


def _page(document: Document, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    shown = showing.shown(session, access.current(), document)
    return render_template(
        "intake/show.html", page=shown, refusal=refusal, typed=request.form, conditions=[(value, str(word)) for value, word in CONDITIONS]
    ), status


def _revision() -> int | None:
    return request.form.get("revision", type=int)


def _reason() -> str:
    return request.form.get("reason", "").replace("\0", "")[:2000]


def _came(fields: Mapping[str, str]) -> list[Received]:
    """Return what the keeper wrote per line; a line without a count and without “nothing more” is left alone."""
    if "everything" in fields:
        return []
    came = []
    for name in fields:
        if not name.startswith("line-") or not name[5:].isdigit():
            continue
        line = name[5:]
        count, done = fields.get(f"count-{line}", "").strip(), f"done-{line}" in fields
        if not count and not done:
            continue
        if count and (not count.isdecimal() or len(count) > 9):
            raise FieldInvalid(field=Word(N_("Count")), problem=Word(N_("enter 0 or more.")))
        place = fields.get(f"place-{line}", "").strip()[:80]
        came.append(Received(int(line), int(count or 0), fields.get(f"condition-{line}") or None, place or None, done))
    if not came:
        raise FieldInvalid(field=Word(N_("Count")), problem=Word(N_("enter what came of at least one line.")))
    return came


def _receive(session: Session, number: str) -> Document:
    return receiving.receive(session, number, _came(request.form), by=access.me(), revision=_revision())[0]


ACTS: dict[str, tuple[Callable[[Session, str], Document], str]] = {
    "submit": (lambda session, number: service.submit(session, number, by=access.me(), revision=_revision()), N_("%(number)s was handed in.")),
    "approve": (
        lambda session, number: service.approve(session, number, by=access.me(), reason=_reason(), revision=_revision()),
        N_("%(number)s: your consent is recorded."),
    ),
    "reject": (lambda session, number: service.reject(session, number, by=access.me(), reason=_reason(), revision=_revision()), N_("%(number)s is rejected.")),
    "send-back": (
        lambda session, number: service.send_back(session, number, by=access.me(), reason=_reason(), revision=_revision()),
        N_("%(number)s was sent back."),
    ),
    "cancel": (
        lambda session, number: service.cancel(session, number, by=access.me(), reason=_reason(), revision=_revision()),
        N_("%(number)s was taken back."),
    ),
    "receive": (_receive, N_("%(number)s: what came is received and has its labels.")),
    "close": (lambda session, number: service.close(session, number, by=access.me(), revision=_revision()), N_("%(number)s is closed.")),
}


@bp.post("/intakes/<number>/<any(submit, approve, reject, 'send-back', cancel, receive, close):name>")
@access.signed_in
def act(number: str, name: str) -> ResponseReturnValue:
    """Do one act on an intake; a refusal shows the page again with its sentence and everything that was typed."""
    document = by_number(db.session(), access.current(), number, "IN")
    number = document.number
    perform, done = ACTS[name]
    try:
        with atomic() as session:
            perform(session, number)
    except DomainError as refusal:
        return _page(by_number(db.session(), access.current(), number, "IN"), translated(refusal), refusal.status)
    flash(_(done, number=number), "done")
    return redirect(url_for(".show", number=number), 303)


@bp.get("/intakes/<number>.pdf")
@access.signed_in
def printed(number: str) -> ResponseReturnValue:
    """Print the receipt of an intake (入仓单)."""
    document = by_number(db.session(), access.current(), number, "IN")
    settings = current_app.config
    place = {"secret": settings["SECRET_KEY"], "public_url": settings["PUBLIC_URL"], "language": language(), "font_path": settings["FONT_PATH"] or None}
    answer = Response(paper.pdf(db.session(), document, **place), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    return answer
