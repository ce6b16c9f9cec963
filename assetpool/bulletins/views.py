"""The pages of bulletins: the list, a preview of what would be printed, issuing, and the issued ones as page, paper and Word document."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy import select

from assetpool.bulletins import brief, queries, service
from assetpool.bulletins.forms import IssueForm
from assetpool.bulletins.models import Bulletin
from assetpool.bulletins.paper import WORD, Issue, bulletin_docx, bulletin_pdf
from assetpool.bulletins.queries import Question
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.core.paper import Words
from assetpool.core.web import attachment, language, translated, whole
from assetpool.events.models import Event
from assetpool.org import access
from assetpool.org.models import Organization, Role
from assetpool.org.queries import people, root_of
from assetpool.records.models import Document
from assetpool.records.service import check_of
from assetpool.reports import wording
from assetpool.savings import listing

bp = Blueprint("bulletins", __name__)

PAGE = 25
SEES = (*service.ISSUERS, Role.REVIEWER, Role.AUDITOR)
PUBLISHED, PREVIEW = Words("已发布", "Published"), Words("预览", "Preview")


@bp.get("/savings/bulletins")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the issued bulletins, the newest first."""
    session, mine = db.session(), access.current()
    found = queries.issued(session, mine.pool_id, request.args.get("before", type=whole), PAGE + 1)
    rows = found[:PAGE]
    return render_template(
        "bulletins/index.html",
        rows=[(row, document, json.loads(row.figures)) for row, document in rows],
        period=lambda row: brief.period(row.first_day, row.last_day, language()),
        following=rows[-1][1].id if len(found) > PAGE else None,
        may_issue=mine.has(*service.ISSUERS),
    )


@bp.route("/savings/bulletins/new", methods=["GET", "POST"])
@access.role(*SEES)
def new() -> ResponseReturnValue:
    """Show what a bulletin would say of a period or an event, and issue it."""
    session, mine = db.session(), access.current()
    form, asked, refusal = IssueForm(), _question(), ""
    if form.validate_on_submit():
        try:
            with atomic() as writing:
                document = service.issue(writing, mine.pool_id, asked, access.me(), form.title.data or "", form.title_en.data or "")
                number = document.number
        except DomainError as refused:
            refusal = translated(refused)
        else:
            flash(gettext("Bulletin %(number)s is issued; its figures are frozen.", number=number), "done")
            return redirect(url_for(".show", number=number), 303)
    values: dict[str, Any] = {"kinds": []}
    try:
        values = queries.figures(session, mine.pool_id, asked)
    except DomainError as refused:
        refusal = refusal or translated(refused)
    return render_template(
        "bulletins/new.html",
        form=form,
        asked=asked,
        values=values,
        briefs=[brief.brief(values, each) for each in _both_ways()] if values["kinds"] else [],
        events=_named(Event),
        organizations=_named(Organization),
        bases=wording.BASIS_WORDS,
        refusal=refusal,
        unfinished=asked.last_day >= access.today(),
        may_issue=mine.has(*service.ISSUERS),
    ), 422 if refusal else 200


@bp.get("/savings/bulletins/preview.pdf")
@access.role(*SEES)
def preview() -> ResponseReturnValue:
    """Give the paper that would be issued, marked as a preview."""
    values = queries.figures(db.session(), access.current().pool_id, _question())
    spoken = _paper_language()
    issue = Issue("", PREVIEW, _issuer(), "", current_app.config["PUBLIC_URL"], "", preview=True, made_at=clock.now())
    return attachment(bulletin_pdf(brief.brief(values, spoken), issue, current_app.config["FONT_PATH"] or None), "application/pdf", "preview.pdf")


@bp.get("/savings/bulletins/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show an issued bulletin as it was issued, and what became of its figures."""
    session = db.session()
    row, document = queries.by_number(session, access.current().pool_id, number)
    values = json.loads(row.figures)
    return render_template(
        "bulletins/show.html",
        row=row,
        document=document,
        values=values,
        briefs=[brief.brief(values, each, row.title if each == "zh" else row.title_en) for each in _both_ways()],
        since=queries.since(session, row),
        issuer=people(session, [row.issued_by]).get(row.issued_by),
        basis=wording.BASIS_WORDS[row.basis],
        check=check_of(current_app.config["SECRET_KEY"], document.number),
    )


@bp.get("/savings/bulletins/<number>.pdf")
@access.signed_in
def pdf(number: str) -> ResponseReturnValue:
    """Give an issued bulletin on paper."""
    return _printed(number, "pdf", "application/pdf", lambda made, issue: bulletin_pdf(made, issue, current_app.config["FONT_PATH"] or None))


@bp.get("/savings/bulletins/<number>.docx")
@access.signed_in
def docx(number: str) -> ResponseReturnValue:
    """Give an issued bulletin as a Word document."""
    return _printed(number, "docx", WORD, bulletin_docx)


def _printed(number: str, suffix: str, media_type: str, make: Callable[[brief.Brief, Issue], bytes]) -> Response:
    row, document = queries.by_number(db.session(), access.current().pool_id, number)
    spoken = _paper_language()
    made = brief.brief(json.loads(row.figures), spoken, row.title if spoken == "zh" else row.title_en)
    return attachment(make(made, _marked(row, document, spoken)), media_type, f"{document.number}-{spoken}.{suffix}")


def _marked(row: Bulletin, document: Document, spoken: str) -> Issue:
    settings, session = current_app.config, db.session()
    check, zone = check_of(settings["SECRET_KEY"], document.number), session.get_one(Pool, row.pool_id).time_zone
    address = f"{settings['PUBLIC_URL']}/v/{document.number}/{check}"
    dated = brief.day(clock.day_of(row.issued_at, zone), spoken)
    return Issue(document.number, PUBLISHED, _issuer(), dated, address, address, row.digest, made_at=row.issued_at)


def _issuer() -> Words:
    root = root_of(db.session(), access.current().pool_id)
    return Words(root.name, root.name_en) if root else Words("")


def _paper_language() -> str:
    asked = request.args.get("in")
    return asked if asked in ("zh", "en") else language()


def _both_ways() -> tuple[str, str]:
    return ("zh", "en") if language() == "zh" else ("en", "zh")


def _question() -> Question:
    """Read the address; without days the year of today so far, narrowed event: its own days from the first entry on."""
    given, today = request.args, access.today()

    def taken(name: str, usual: Any, of: Callable[[str], Any]) -> Any:
        try:
            return of(given[name].strip()) if given.get(name, "").strip() else usual
        except ValueError:
            return usual

    basis = given.get("basis", "adopted")
    begun = today.replace(month=1, day=1)
    if given.get("event", "").strip():
        begun = listing.first_business_day(db.session(), access.current()) or begun
    first, last = taken("from", begun, date.fromisoformat), taken("to", today, date.fromisoformat)
    return Question(first, last, basis, taken("event", None, whole), taken("organization", None, whole))


def _named(model: Any) -> list[tuple[str, str]]:
    rows = db.session().scalars(select(model).where(model.pool_id == access.current().pool_id).order_by(model.id.desc()).limit(300))
    english = language() == "en"
    with force_locale(language()):
        return [("", gettext("All"))] + [(str(row.id), row.name_en if english and row.name_en else row.name) for row in rows]
