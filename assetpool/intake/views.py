"""The pages of intakes: the list, the form, one intake with the acts on it, receiving, and its paper."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import pages
from assetpool.approvals.pages import Typed
from assetpool.catalog.queries import stores
from assetpool.core import lines
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.web import language, translated
from assetpool.intake import paper, queries, receiving, service, showing, typed
from assetpool.intake.blueprint import bp
from assetpool.intake.forms import CONDITIONS, IntakeForm
from assetpool.intake.receiving import Received
from assetpool.intake.steps import EDITABLE, STEPS
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.records import listing
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.requisitions import picking

LISTED = (*STEPS, "closed", "rejected", "withdrawn", "cancelled")


@bp.get("/intakes")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the intakes that concern this person's organizations, newest first."""
    session = db.session()
    rows, frame = listing.newest(LISTED, queries.page, lambda row: row[0])
    return render_template(
        "intake/index.html",
        rows=rows,
        organizations=names(session, [row.organization_id for _document, row, _units in rows]),
        stores=stores(session, [row.store_id for _document, row, _units in rows]),
        may_announce=access.current().has(Role.CLERK),
        **frame,
    )


@bp.route("/intakes/new", methods=["GET", "POST"])
@access.role(Role.CLERK)
def new() -> ResponseReturnValue:
    """Announce things to a store."""
    return _answered(IntakeForm(), None)


@bp.route("/intakes/<number>/edit", methods=["GET", "POST"])
@access.role(Role.CLERK)
def edit(number: str) -> ResponseReturnValue:
    """Write a draft or an intake sent back anew."""
    document = by_number(db.session(), access.current(), number, "IN")
    if document.state not in EDITABLE:
        flash(_("%(number)s can no longer be changed.", number=document.number), "refusal")
        return redirect(url_for(".show", number=document.number), 303)
    if queries.totals(db.session(), document.id).lines > showing.MOST_SHOWN:
        flash(_("%(number)s is too long for the form. Take it back and import the corrected file again.", number=document.number), "refusal")
        return redirect(url_for(".show", number=document.number), 303)
    form = IntakeForm(data=typed.of_document(db.session(), document)) if request.method != "POST" else IntakeForm()
    return _answered(form, document)


def _answered(form: IntakeForm, document: Document | None) -> ResponseReturnValue:
    """Show the form, or do what its pressed button says."""
    reading, mine = db.session(), access.current()
    typed.offer(reading, mine, form)
    if document is not None:
        form.organization_id.data = document.organization_id
    if request.method != "POST" or lines.changed({"lines": form.lines}, request.form):
        return _form(form, document, 200)
    lines.drop_blank(form.lines)
    good = form.validate()
    good = typed.find_kinds(reading, mine.pool_id, form) and good
    if not good:
        return _form(form, document, 422)
    submitting = "submit" in request.form
    try:
        with atomic() as act:
            values: dict[str, Any] = {"by": access.me(), "mode": form.mode.data, "reason": form.reason.data or ""}
            things = typed.announced(act, mine.pool_id, form)
            if document is None:
                saved = service.draft(act, form.organization_id.data, form.store_id.data, things, event_id=form.event_id.data, **values)
            else:
                saved = service.rewrite(act, document.number, form.store_id.data, things, revision=form.revision.data and int(form.revision.data), **values)
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


def _page(document: Document, refusal: str, typed: Typed, status: int) -> ResponseReturnValue:
    page = showing.shown(db.session(), access.current(), document)
    conditions = [(value, str(word)) for value, word in CONDITIONS]
    return render_template("intake/show.html", page=page, refusal=refusal, typed=typed, conditions=conditions), status


def _came(fields: Typed) -> list[Received]:
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


def _receive(session: Session, number: str, fields: Typed) -> Document:
    return receiving.receive(session, number, _came(fields), by=access.me(), revision=pages.revision(fields))[0]


DEEDS = {
    **pages.usual("IN", service),
    "receive": pages.Deed(_receive, N_("%(number)s: what came is received and has its labels.")),
}


pages.document(bp, "/intakes", "IN", _page, DEEDS, paper.pdf)
