"""One screen for the small lanes: hand out on an IOU or in an emergency, and bring the papers afterwards."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import rule_sets
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.web import translated, whole
from assetpool.handovers import lanes
from assetpool.handovers.choosing import Item
from assetpool.handovers.lane_models import LaneIssue
from assetpool.handovers.signing import Receipt
from assetpool.org import access
from assetpool.org.models import Membership, Organization, Person, Role
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.records.service import keep_file

bp = Blueprint("lanes", __name__)
SHOWN = 30
MOST_TAGS = 200


@bp.get("/lanes")
@access.signed_in
def index() -> ResponseReturnValue:
    """Show the screen, and what left through the lanes lately with its papers."""
    return _page()


def _page(refusal: str = "", status: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    asking = (
        []
        if not mine.has(Role.KEEPER)
        else session.execute(
            select(Person, Organization)
            .join(Membership, Membership.person_id == Person.id)
            .join(Organization, Organization.id == Membership.organization_id)
            .where(Person.pool_id == mine.pool_id, Person.active, Membership.role.in_((Role.ORGANIZER, Role.CLERK)), Person.id != mine.person_id)
            .distinct()
            .order_by(Organization.code, Person.name)
        ).all()
    )
    rows = session.execute(
        select(LaneIssue, Document, Organization)
        .join(Document, Document.id == LaneIssue.id)
        .join(Organization, Organization.id == Document.organization_id)
        .where(visible(mine))
        .order_by(LaneIssue.issued_at.desc(), LaneIssue.id.desc())
        .limit(SHOWN)
    ).all()
    page = render_template(
        "handovers/lanes.html",
        asking=asking,
        rows=rows,
        typed=request.form,
        refusal=refusal,
        usual=rule_sets.Settings(),
        last=(access.today() + timedelta(days=rule_sets.Settings().iou_days - 1)),
        now=clock.now(),
        keeps=mine.has(Role.KEEPER),
        decides=mine.has(Role.APPROVER),
    )
    return page, status


@bp.post("/lanes")
@access.role(Role.KEEPER)
def hand_out() -> ResponseReturnValue:
    """Hand things over at once; a refusal shows the screen again with what was typed."""
    said = request.form
    try:
        who, _dash, organization = said.get("requester", "").partition("-")
        if not (who.isdigit() and organization.isdigit() and len(who) < 19 and len(organization) < 19):
            raise FieldInvalid(field=Word(N_("Who asks")), problem=Word(N_("choose a person from the list.")))
        with atomic() as session:
            receipt = Receipt(_name(session, int(who)), "", "typed_pin", said.get("pin", "").replace("\0", ""))
            loaded = lanes.hand_out(
                session, said.get("lane", ""), int(organization), int(who), _items(said.get("tags", "")), _last(said.get("last_day", "")), by=access.me(),
                receipt=receipt, reason=said.get("reason", "").replace("\0", "")[:2000],
            )  # fmt: skip
            number = loaded.document.number
    except DomainError as refusal:
        return _page(translated(refusal), refusal.status)
    flash(_("%(number)s: handed over and signed.", number=number), "done")
    return redirect(url_for("handovers.show", number=number), 303)


def _name(session: Session, person_id: int) -> str:
    person = session.get(Person, person_id)
    return person.name if person is not None else ""


def _items(text: str) -> list[Item]:
    """Return one item per line: a tag, or a tag and a count."""
    found = []
    for line in text.replace("\0", "").splitlines()[:MOST_TAGS]:
        words = line.replace("×", " ").replace("*", " ").split()
        if words:
            count = whole(words[1]) if len(words) > 1 and words[1].isdigit() else None
            found.append(Item(words[0], count))
    return found


def _last(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("give a day."))) from error


@bp.post("/lanes/<number>/papers")
@access.role(Role.APPROVER)
def papers(number: str) -> ResponseReturnValue:
    """Bring the papers of an emergency issue."""
    sent = request.files.get("scan")
    try:
        with atomic() as session:
            if sent is None or not sent.filename:
                raise FieldInvalid(field=Word(N_("Scan")), problem=Word(N_("add a scan or photo of the signed paper.")))
            kept = keep_file(session, access.current().pool_id, current_app.config["DATA_DIR"], sent.filename, sent.read(), access.me())
            lanes.add_papers(session, number, kept.id, by=access.me())
    except DomainError as refusal:
        return _page(translated(refusal), refusal.status)
    flash(_("%(number)s: the papers are here.", number=number), "done")
    return redirect(url_for(".index"), 303)
