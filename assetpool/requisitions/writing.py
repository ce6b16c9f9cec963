"""The pages on which a request is written: new, edit, the basket. Nothing typed is lost, whatever is refused; all of it works without a script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.approvals import showing as decisions
from assetpool.catalog import queries as catalog
from assetpool.core import lines
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotAllowed, Word
from assetpool.core.web import language, translated, whole
from assetpool.custody.queries import by_tag
from assetpool.events.packs import units_for
from assetpool.events.queries import drop_point, events, venues_of
from assetpool.org import access
from assetpool.org.models import Organization, Role
from assetpool.org.service import ROLE_WORDS
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.requisitions import basket, drafting, effects, picking, queries, service, showing, typed
from assetpool.requisitions.blueprint import bp
from assetpool.requisitions.forms import MOST_LINES, RequisitionForm
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.standing import Asked
from assetpool.requisitions.steps import EDITABLE
from assetpool.reservations.service import pool_today

MOST_PEOPLE = 1_000_000


@bp.route("/requisitions/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Write a request: empty, from the basket (?basket=1) or an event pack (?pack=1&people=300), for a kind, a tag or an event.

    ?again=NUMBER&from=DAY begins like an earlier one, on other days.
    """
    if not queries.asking_organizations(db.session(), access.current()):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.ORGANIZER]))
    form = RequisitionForm(data=_beginning()) if request.method != "POST" else RequisitionForm()
    return _answered(form, None)


@bp.route("/requisitions/<number>/edit", methods=["GET", "POST"])
@access.signed_in
def edit(number: str) -> ResponseReturnValue:
    """Write a draft or a request sent back anew."""
    document = by_number(db.session(), access.current(), number, "RQ")
    row = db.session().get_one(Requisition, document.id)
    if document.state not in EDITABLE:
        flash(_("%(number)s can no longer be edited; a change is asked for with a new request.", number=document.number), "refusal")
        return redirect(url_for("requisitions.show", number=document.number), 303)
    written = typed.of_document(db.session(), document, row)
    if len(written["lines"]) > MOST_LINES:
        flash(_("A request of so many lines is not edited on a page. Send it anew as a list, or split it."), "refusal")
        return redirect(url_for("requisitions.show", number=document.number), 303)
    form = RequisitionForm(data=written) if request.method != "POST" else RequisitionForm()
    form.organization_id.data, form.kind.data = row.organization_id, row.kind
    return _answered(form, document)


def _beginning() -> dict[str, Any]:
    """Return what a new request starts with, as the address asks."""
    reading, pool_id = db.session(), access.current().pool_id
    again = request.args.get("again")
    if again:
        document = by_number(reading, access.current(), again, "RQ")
        earlier = typed.of_document(reading, document, reading.get_one(Requisition, document.id))
        earlier["lines"] = earlier["lines"][:MOST_LINES]
        return earlier | typed.other_days(earlier, request.args.get("from", type=date.fromisoformat)) | {"revision": ""}
    found: dict[str, Any] = {"kind": "transfer" if request.args.get("for") == "transfer" else "loan"}
    for name in ("first_day", "last_day"):
        found[name] = request.args.get(name, type=date.fromisoformat)
    event_id = request.args.get("event", type=whole)
    event = events(reading, [event_id]).get(event_id or 0)
    if event is not None:
        found |= {"event_id": event.id, "organization_id": event.organization_id, "first_day": event.first_day, "last_day": event.last_day}
    units = basket.contents(session) if request.args.get("basket") else {}
    pack_id, people = request.args.get("pack", type=whole), request.args.get("people", type=whole)
    if pack_id is not None and people is not None and 0 < people <= MOST_PEOPLE:
        units = {**units_for(reading, pool_id, pack_id, people), **units}
    kind_id = request.args.get("kind", type=whole)
    if kind_id is not None:
        units[kind_id] = max(1, request.args.get("quantity", 1, type=whole))
    found["lines"] = typed.of_kinds(reading, pool_id, units)
    tag = request.args.get("tag")
    if tag:
        asset = by_tag(reading, pool_id, tag)
        wanted = {"tag": asset.tag, "quantity": asset.units, "kind": picking.label(catalog.kind(reading, pool_id, asset.kind_id), language() == "en")}
        found["lines"].append(wanted)
    return found


def _answered(form: RequisitionForm, document: Document | None) -> ResponseReturnValue:
    """Show the form, or do what its pressed button says."""
    reading, mine = db.session(), access.current()
    today = pool_today(reading, mine.pool_id)
    if request.method != "POST":
        return _shown(form, document, 200)
    typed.keep_papers(form, mine.pool_id, access.me())
    if "add_line" in request.form:
        typed.change(form, request.form)
        return _shown(form, document, 200)
    changed = typed.change(form, request.form)
    lines.drop_blank(form.lines)
    typed.offer(reading, mine, form, today)
    refused_papers = [list(entry.form[name].errors) for entry in form.lines.entries for name in ("need_file", "budget_file")]
    good = form.validate()
    for field, errors in zip((entry.form[name] for entry in form.lines.entries for name in ("need_file", "budget_file")), refused_papers, strict=True):
        field.errors = [*field.errors, *errors]
    if len(form.lines.entries) > MOST_LINES:
        form.refuse(_("A page holds 300 lines at most. Split the request into several."))
        good = False
    good = form.validate_days(today) and good and not any(refused_papers)
    good = typed.find_kinds(reading, mine.pool_id, form) and good
    if changed or "check" in request.form:
        return _shown(form, document, 200)
    if not good:
        return _shown(form, document, 422)
    return _written(form, document)


def _written(form: RequisitionForm, document: Document | None) -> ResponseReturnValue:
    """Save what was typed, and hand it in if that was pressed; on a refusal show the form again."""
    submitting = "submit" in request.form
    try:
        with atomic() as act:
            values: dict[str, Any] = {
                "by": access.me(),
                "event_id": form.event_id.data,
                "purpose": form.purpose.data or "",
                "budget_line": form.budget_line.data or "",
                "contacts": typed.contacts(form),
            }
            last_day = None if form.kind.data == "transfer" else form.last_day.data
            wishes = typed.wishes(act, form)
            if document is None:
                saved = drafting.draft(act, form.organization_id.data, wishes, form.first_day.data, last_day, kind=form.kind.data, **values)
            else:
                revision = int(form.revision.data) if (form.revision.data or "").isdigit() else None
                saved = drafting.rewrite(act, document.number, wishes, form.first_day.data, last_day, revision=revision, **values)
            if submitting:
                saved = service.submit(act, saved.number, by=access.me())
            number = saved.number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _shown(form, None if document is None else by_number(db.session(), access.current(), document.number, "RQ"), refusal.status)
    if request.args.get("basket"):
        basket.empty(session)
    flash(_("%(number)s was handed in.", number=number) if submitting else _("%(number)s was saved as a draft.", number=number), "done")
    return redirect(url_for("requisitions.show", number=number), 303)


def _shown(form: RequisitionForm, document: Document | None, status: int) -> ResponseReturnValue:
    reading, mine = db.session(), access.current()
    today = pool_today(reading, mine.pool_id)
    typed.offer(reading, mine, form, today)
    looked_up = (request.method == "POST" and "add_line" not in request.form) or bool(form.first_day.data and request.args)
    if request.method != "POST":
        typed.find_kinds(reading, mine.pool_id, form)
    asked = typed.asked(reading, form) if looked_up and form.first_day.data else []
    last = None if form.kind.data == "transfer" else form.last_day.data
    possible = bool(asked) and (last is None) == (form.kind.data == "transfer") and (last is None or last >= form.first_day.data)
    page = render_template(
        "requisitions/form.html",
        form=form,
        document=document,
        outlook=effects.outlook(reading, asked, form.first_day.data, last, today) if possible else None,
        round=_would_decide(form, asked, last, document) if possible else None,
        proposed=[picking.label(kind, language() == "en") for kind in picking.proposed(reading, mine.pool_id)],
        papers=typed.papers(reading, form),
        drops=[drop_point(venue, language() == "en") for venue in venues_of(reading, form.event_id.data)] if form.event_id.data else [],
        today=today,
    )
    return page, status


def _would_decide(form: RequisitionForm, asked: Sequence[Asked], last: date | None, document: Document | None) -> decisions.Round | None:
    """Return who would have to say yes to what is typed, for an organization that may ask."""
    organization_id = form.organization_id.data
    if organization_id not in {value for value, _label in form.organization_id.choices}:
        return None
    organization, written = db.session().get_one(Organization, organization_id), document.id if document is not None else 0
    return showing.would_decide(db.session(), organization, asked, form.kind.data, form.first_day.data, last, by=access.me(), of=written)


@bp.get("/requisitions/basket")
@access.signed_in
def basket_page() -> ResponseReturnValue:
    """Show what was gathered in the catalogue."""
    units = basket.contents(session)
    kinds = catalog.kinds(db.session(), units)
    rows = [(kinds[kind_id], count) for kind_id, count in units.items() if kind_id in kinds]
    return render_template("requisitions/basket.html", rows=rows)


@bp.post("/requisitions/basket")
@access.signed_in
def gather() -> ResponseReturnValue:
    """Put a kind into the basket, change how many, or take it out (0)."""
    kind_id = request.form.get("kind_id", 0, type=whole)
    units = 0 if request.form.get("out") else request.form.get("quantity", 1, type=whole)
    kind = catalog.kind(db.session(), access.current().pool_id, kind_id)
    came = urlsplit(request.referrer or "")
    back = url_for("requisitions.basket_page")
    if came.netloc == request.host and not request.form.get("stay"):
        back = came.path + (f"?{came.query}" if came.query else "")
    if not basket.put(session, kind.id, units):
        flash(_("The basket is full. Ask for what is in it first."), "refusal")
    elif units > 0:
        flash(_("%(kind)s is in the basket.", kind=kind.name_en if language() == "en" and kind.name_en else kind.name), "done")
    return redirect(back, 303)


@bp.post("/requisitions/basket/empty")
@access.signed_in
def empty_basket() -> ResponseReturnValue:
    """Empty the basket."""
    basket.empty(session)
    return redirect(url_for("requisitions.basket_page"), 303)
