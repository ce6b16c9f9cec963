"""The pages of closing: the state of every period, the checklist before a sheet is drafted, one sheet with its signatures, its paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from assetpool.closings import bridging, paper, queries, service, sheet, wording
from assetpool.closings.checklist import WORDS, checklist
from assetpool.closings.forms import DraftForm, SignForm
from assetpool.closings.queries import Shown
from assetpool.closings.steps import DRAFTERS, READERS, SIGNERS, STEPS
from assetpool.core import clock
from assetpool.core.db import atomic, db, still
from assetpool.core.errors import DomainError, NotAllowed, Word
from assetpool.core.models import Pool
from assetpool.core.web import attachment, language, translated, whole
from assetpool.org import access
from assetpool.org.queries import root_of
from assetpool.org.service import ROLE_WORDS
from assetpool.org.signing_in import SignInRefused, compare, sign_in
from assetpool.records.models import Document
from assetpool.reports.figures import BASES
from assetpool.reports.wording import BASIS_WORDS, KIND_WORDS
from assetpool.savings import periods
from assetpool.savings.standing import STANDINGS

bp = Blueprint("closings", __name__)


def _root_path() -> str:
    """Return the path of the organization whose people close; raise NotAllowed for readers of a part only."""
    mine = access.current()
    root = root_of(db.session(), mine.pool_id)
    path = root.path if root is not None else "?"
    if not mine.sees_everything and not mine.may(READERS, path):
        raise NotAllowed(role=Word(ROLE_WORDS[READERS[0]]))
    return path


@bp.get("/savings/closings")
@access.role(*READERS)
def index() -> ResponseReturnValue:
    """Show the months, quarters and years of a year: open, drafted, signed, closed."""
    path, session, mine = _root_path(), db.session(), access.current()
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    years = queries.years(session, mine.pool_id, today)
    asked = request.args.get("year", type=whole)
    year = asked if asked in years else years[0]
    return render_template(
        "closings/index.html",
        year=year,
        years=years,
        standings=queries.standings(session, mine, year),
        today=today,
        wording=wording,
        may_draft=mine.may(DRAFTERS, path),
    )


@bp.get("/savings/closings/of/<name>")
@access.role(*READERS)
def prepare(name: str) -> ResponseReturnValue:
    """Show what is open before a period can close, and let its sheet be drafted."""
    return _prepare(name)


def _prepare(name: str, refusal: str = "") -> str:
    path, session, mine = _root_path(), still(), access.current()
    period = periods.named(name)
    items = checklist(session, mine.pool_id, period)
    stops = [item for item in items if item.blocks and item.count and item.code != "running"]
    return render_template(
        "closings/prepare.html",
        period=period,
        items=items,
        stops=stops,
        closed=period.name in periods.closed_names(session, mine.pool_id),
        words=WORDS,
        wording=wording,
        refusal=refusal,
        may_draft=mine.may(DRAFTERS, path),
    )


@bp.post("/savings/closings")
@access.role(*DRAFTERS)
def draft() -> ResponseReturnValue:
    """Draft the sheet of a period."""
    form = DraftForm()
    if not form.validate_on_submit():
        return redirect(url_for(".index"), 303)
    try:
        with atomic() as session:
            number = service.draft(session, access.current().pool_id, form.period.data, access.me()).number
    except periods.NoSuchPeriod:
        raise
    except DomainError as refusal:
        return _prepare(form.period.data, translated(refusal)), refusal.status
    flash(_("%(number)s is drafted. Two different people sign it now: finance, and a reviewer or head.", number=number), "done")
    return redirect(url_for(".show", number=number), 303)


@bp.get("/savings/closings/<number>")
@access.role(*READERS)
def show(number: str) -> ResponseReturnValue:
    """Show one sheet: frozen totals, what was open, who signed, the anchor, and the bridge to today."""
    return _show(number, SignForm(formdata=None))


def _show(number: str, form: SignForm, refusal: str = "") -> str:
    session, mine = db.session(), access.current()
    found = queries.shown(session, mine, number)
    form.digest.data = found.closing.digest
    return render_template(
        "closings/show.html",
        found=found,
        document=found.document,
        period=found.period,
        figures=found.sheet["figures"],
        totals=sheet.kinds_on(found.sheet["figures"]["totals"]),
        bridges=bridging.on(session, mine, found),
        form=form,
        refusal=refusal,
        words=WORDS,
        wording=wording,
        kinds=KIND_WORDS,
        bases=BASES,
        basis_words=BASIS_WORDS,
        standings=STANDINGS,
        roles={role.value: word for role, word in ROLE_WORDS.items()},
        **_signing(session, found),
        may_draft=mine.may(DRAFTERS, _root_path()),
        is_unfinished=found.document.state in STEPS,
    )


def _signing(session: Session, found: Shown) -> dict[str, Any]:
    """Say whether a signature is due that this person can give, and why not where only a price they set keeps them from it."""
    try:
        service.signing_role(session, found.document, found.closing, access.me())
    except service.PriceSetterSigns as refusal:
        return {"may_sign": False, "why_not": translated(refusal)}
    except DomainError:
        return {"may_sign": False, "why_not": ""}
    return {"may_sign": True, "why_not": ""}


@bp.post("/savings/closings/<number>/sign")
@access.role(*[role for roles in SIGNERS for role in roles])
def sign(number: str) -> ResponseReturnValue:
    """Sign a sheet with one's password; a wrong one counts as a failed sign-in."""
    form = SignForm()
    if not form.validate_on_submit():
        return _show(number, form), 422
    try:
        address = request.remote_addr or ""
        compared = compare(db.session(), current_user.username, form.password.data, address)
        with atomic() as session:
            person = sign_in(session, compared, address)
            known = person is not None and person.id == access.me()
        if not known:
            raise SignInRefused
        with atomic() as session:
            service.sign(session, number, form.digest.data, access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _show(number, form), 422 if refusal.status == 401 else refusal.status
    flash(_("You signed %(number)s.", number=number), "done")
    return redirect(url_for(".show", number=number), 303)


@bp.post("/savings/closings/<number>/close")
@access.role(*DRAFTERS)
def close(number: str) -> ResponseReturnValue:
    """Close the period for good."""
    return _act(number, service.close, _("The period is closed. It takes no entry any more."))


@bp.post("/savings/closings/<number>/give-up")
@access.role(*DRAFTERS)
def give_up(number: str) -> ResponseReturnValue:
    """Give an unfinished sheet up."""
    return _act(number, service.give_up, _("The sheet is given up. Its number stays in the books."))


def _act(number: str, deed: Callable[[Session, str, int], Document], said: str) -> ResponseReturnValue:
    try:
        with atomic() as session:
            deed(session, number, access.me())
    except DomainError as refusal:
        return _show(number, SignForm(formdata=None), translated(refusal)), refusal.status
    flash(said, "done")
    return redirect(url_for(".show", number=number), 303)


@bp.get("/savings/closings/<number>.pdf")
@access.role(*READERS)
def pdf(number: str) -> ResponseReturnValue:
    """Give the sheet as a paper to sign and file."""
    session, mine = db.session(), access.current()
    found = queries.shown(session, mine, number)
    root = root_of(session, mine.pool_id)
    issuer = (root.name, root.name_en) if root is not None else ("", "")
    made = paper.closing_paper(found, issuer, current_app.config["PUBLIC_URL"], language())
    return attachment(made, "application/pdf", f"{found.document.number}.pdf")
