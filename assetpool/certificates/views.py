"""The pages of looking before buying: the search, what the pool has, the certificate and its paper, the list of all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from assetpool.catalog import queries as catalog
from assetpool.catalog.models import Kind
from assetpool.certificates import paper, queries, service, standard
from assetpool.certificates.forms import AllowForm, IssueForm, SearchForm
from assetpool.certificates.looking import Days
from assetpool.core import lines
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, NotAllowed, Word
from assetpool.core.web import language, translated, whole
from assetpool.org import access
from assetpool.org.models import Organization, Role
from assetpool.org.queries import people
from assetpool.org.service import ROLE_WORDS
from assetpool.records.papers import answered, here
from assetpool.records.service import check_of
from assetpool.requisitions.queries import asking_organizations
from assetpool.reservations.service import pool_today
from assetpool.standards import queries as standards
from assetpool.standards.refusals import refusal as broken_clause

bp = Blueprint("certificates", __name__)
PAGE = 30
SHOWN = {"": None, "certificates": True, "searches": False}
REASON_WORDS = {"new": N_("A new need"), "replace": N_("It replaces something")}
CODE_SET = "GPC-2022"


@bp.get("/certificates")
@access.signed_in
def index() -> ResponseReturnValue:
    """List searches before buying and the certificates issued on them."""
    session, mine = db.session(), access.current()
    show = request.args.get("show", "") if request.args.get("show", "") in SHOWN else ""
    found = queries.listed(session, mine, SHOWN[show], request.args.get("before", type=whole), PAGE + 1)
    return render_template(
        "certificates/index.html", rows=found[:PAGE], following=found[PAGE - 1].search.id if len(found) > PAGE else None, show=show,
        may_ask=mine.has(*service.ASKERS), today=pool_today(session, mine.pool_id),
    )  # fmt: skip


@bp.route("/certificates/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Ask what the pool has of what is to be bought."""
    if not access.current().has(*service.ASKERS):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.CLERK]))
    form = SearchForm()
    if request.method == "POST" and lines.changed({"lines": form.lines}, request.form):
        _offer(form)
        return _new(form), 200
    if request.method == "POST":
        lines.drop_blank(form.lines)
    _offer(form)
    if not form.validate_on_submit():
        return _new(form), 422 if request.method == "POST" else 200
    try:
        with atomic() as session:
            wanted = [entry.form.wanted() for entry in form.lines.entries]
            days = Days(form.first_day.data, form.last_day.data)
            kept = service.search(
                session, form.organization_id.data, wanted, days, by=access.me(), reason=form.reason.data, replaces=form.replaces.data or ""
            ).id
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _new(form), refusal.status
    return redirect(url_for(".search", search_id=kept), 303)


def _new(form: SearchForm) -> str:
    return render_template("certificates/new.html", form=form)


def _offer(form: SearchForm) -> None:
    session, mine = db.session(), access.current()
    english = language() == "en"
    owners = session.scalars(select(Organization).where(Organization.id.in_(mine.organizations(*service.ASKERS))).order_by(Organization.code))
    known = {(row.code_set, row.code): row.name_en if english and row.name_en else row.name for row in catalog.classes(session, CODE_SET)}
    for code_set, code in session.execute(select(Kind.class_code_set, Kind.class_code).where(Kind.pool_id == mine.pool_id).distinct()):
        known.setdefault((code_set, code), "")
    classes = [(f"{code_set}/{code}", f"{code} {name}".strip()) for (code_set, code), name in sorted(known.items()) if code]
    grades = standards.grades(session, mine.pool_id, pool_today(session, mine.pool_id))
    form.offer([(row.id, row.name_en if english and row.name_en else row.name) for row in owners], classes, grades)
    if request.method == "GET":
        form.first_day.data = pool_today(session, mine.pool_id)


@bp.get("/certificates/searches/<int(max=9000000000000000000):search_id>")
@access.signed_in
def search(search_id: int) -> ResponseReturnValue:
    """Show what the pool has of what is to be bought: ask for it, or have the part that is short certified."""
    return _search(search_id, IssueForm(formdata=None))


def _search(search_id: int, form: IssueForm | AllowForm) -> str:
    session, mine = db.session(), access.current()
    row = queries.search_of(session, mine, search_id)
    content = json.loads(row.content)
    return render_template(
        "certificates/search.html",
        row=row,
        content=content,
        form=form,
        typed=IssueForm.declined(request.form),
        number=queries.number_on(session, row.id),
        organization=session.get_one(Organization, row.organization_id),
        asker=people(session, [row.asked_by]).get(row.asked_by),
        kinds=catalog.kinds(session, [kind["kind_id"] for line in content["lines"] for kind in line["kinds"]]),
        reason_words=REASON_WORDS,
        days={name: value for name, value in (("first_day", content["first_day"]), ("last_day", content["last_day"])) if value},
        may_ask=bool(asking_organizations(session, mine)),
        may_issue=mine.may(service.ASKERS, session.get_one(Organization, row.organization_id).path),
        may_allow=row.asked_by != mine.person_id and mine.may(standard.ALLOWERS, session.get_one(Organization, standard.may_allow(session, row)).path),
        allowing=AllowForm(formdata=None),
        broken=_broken(content),
        days_valid=current_app.config["CERTIFICATE_DAYS"],
    )


def _broken(content: Mapping[str, Any]) -> dict[int, list[tuple[bool, str]]]:
    """Return by line what it breaks of the standard: whether it binds (and nobody allowed it), and the sentence."""
    return {
        line["line_no"]: [
            (found["binding"] and found["rule"] not in standard.allowed_rules(line), translated(broken_clause(found, line["line_no"])))
            for found in standard.broken(line)
        ]
        for line in content["lines"]
    }


@bp.post("/certificates/searches/<int(max=9000000000000000000):search_id>/certificate")
@access.signed_in
def issue(search_id: int) -> ResponseReturnValue:
    """Issue the certificate for the part that is short."""
    queries.search_of(db.session(), access.current(), search_id)
    form = IssueForm()
    try:
        with atomic() as session:
            declined, valid = IssueForm.declined(request.form), current_app.config["CERTIFICATE_DAYS"]
            number = service.issue(session, search_id, declined, by=access.me(), days_valid=valid).number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _search(search_id, form), refusal.status
    flash(_("Certificate %(number)s is issued.", number=number), "done")
    return redirect(url_for(".show", number=number), 303)


@bp.post("/certificates/searches/<int(max=9000000000000000000):search_id>/lines/<int(max=20):line_no>/allow")
@access.role(*standard.ALLOWERS)
def allow(search_id: int, line_no: int) -> ResponseReturnValue:
    """Allow what a line breaks of the allocation standard, with a reason."""
    queries.search_of(db.session(), access.current(), search_id)
    form = AllowForm()
    try:
        with atomic() as session:
            standard.allow(session, search_id, line_no, form.reason.data or "", by=access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _search(search_id, form), refusal.status
    flash(_("The line may be bought beyond the standard; the reason stands on the certificate."), "done")
    return redirect(url_for(".search", search_id=search_id), 303)


@bp.get("/certificates/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show a certificate as it was frozen, and what became of it since."""
    session = db.session()
    found = queries.certificate(session, access.current(), number)
    return render_template(
        "certificates/show.html",
        found=found,
        content=found.content,
        since=queries.since(session, found),
        asker=people(session, [found.search.asked_by]).get(found.search.asked_by),
        organization=session.get_one(Organization, found.search.organization_id),
        kinds=catalog.kinds(session, [kind["kind_id"] for line in found.content["lines"] for kind in line["kinds"]]),
        reason_words=REASON_WORDS,
        broken=_broken(found.content),
        days={},
        may_ask=False,
        check=check_of(current_app.config["SECRET_KEY"], found.document.number),
    )


@bp.get("/certificates/<number>.pdf")
@access.signed_in
def pdf(number: str) -> Response:
    """Print a certificate."""
    found = queries.certificate(db.session(), access.current(), number)
    return answered(found.document.number, paper.pdf(db.session(), found, here()))
