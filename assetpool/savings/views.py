"""The ledger of acts in pages: the list, one act unfolded, one entry to print, the review, and opening statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.queries import kinds
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, NotFound, Word
from assetpool.core.models import Pool
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names, organizations
from assetpool.records.service import file_path
from assetpool.savings import listing, policies, review, service, standing, unfolding
from assetpool.savings.evidence import MISSING_SENTENCES, Missing
from assetpool.savings.forms import OpeningForm, ReviewForm
from assetpool.savings.linking import document_url
from assetpool.savings.listing import Narrowing
from assetpool.savings.models import SavingAct
from assetpool.savings.wording import COST_WORDS, DECISION_WORDS, ENDING_WORDS, ENTRY_WORDS, KIND_WORDS, STEP_WORDS, said
from assetpool.savings.workings import workings

bp = Blueprint("savings", __name__)

PAGE = 50


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """Give the pages of the ledger their words."""
    return {"document_url": document_url}


@bp.get("/savings/acts")
@access.signed_in
def acts() -> ResponseReturnValue:
    """List the acts behind a figure, or all of them, with what their entries of the period add up to."""
    session, mine = db.session(), access.current()
    asked = _narrowing()
    found = listing.lines(session, mine, asked, _number("before"), PAGE + 1)
    page = found[:PAGE]
    return render_template(
        "savings/acts.html",
        asked=asked,
        lines=page,
        totals=listing.totals(session, mine, asked),
        kinds=kinds(session, {line.act.kind_id for line in page if line.act.kind_id}),
        organizations=names(session, [line.act.receiver_id for line in page]),
        following=page[-1].act.id if len(found) > PAGE else None,
        standing_choices=[(key, gettext(word)) for key, word in (standing.STANDINGS | {"rejected": standing.REVIEWED_WORDS["rejected"]}).items()],
        kind_choices=[(key, gettext(word)) for key, word in KIND_WORDS.items()],
        next_args={name: value for name, value in request.args.items() if value and name not in ("before", "lang")},
        reviewed=standing.REVIEWED_WORDS,
        looks=standing.REVIEWED_LOOKS,
        kind_words=KIND_WORDS,
    )


def _narrowing() -> Narrowing:
    given = request.args
    return Narrowing(
        first_day=_read("from", date.fromisoformat),
        last_day=_read("to", date.fromisoformat),
        event=_number("event"),
        organization=given.get("organization", ""),
        class_code=given.get("class", ""),
        store=given.get("store", ""),
        kind=given.get("kind", ""),
        standing=given.get("standing", ""),
        document=given.get("document", ""),
    )


def _read(name: str, of: Callable[[str], Any]) -> Any:
    """Return a value of the address, None when it is missing or unreadable."""
    try:
        return of(request.args[name].strip()) if request.args.get(name, "").strip() else None
    except ValueError:
        return None


def _number(name: str) -> int | None:
    found: int | None = _read(name, int)
    return found if found is None or 0 <= found < 2**63 else None


@bp.get("/savings/acts/<int:act_id>")
@access.signed_in
def act(act_id: int) -> ResponseReturnValue:
    """Take one act apart: terms, arithmetic, entries, costs, evidence, reviews, and the way down to every paper."""
    found = unfolding.unfold(db.session(), access.current(), act_id)
    return render_template(
        "savings/act.html",
        it=found,
        workings=workings(found.act, found.shares, policies.as_policy(found.policy)),
        said=said,
        reviewed=standing.REVIEWED_WORDS,
        looks=standing.REVIEWED_LOOKS,
        kind_words=KIND_WORDS,
        entry_words=ENTRY_WORDS,
        cost_words=COST_WORDS,
        step_words=STEP_WORDS,
        ending_words=ENDING_WORDS,
        decision_words=DECISION_WORDS,
        may_review=access.current().has(Role.REVIEWER) and found.act.reviewed == "proposed",
    )


@bp.get("/savings/acts/<int:act_id>/files/<int:file_id>")
@access.signed_in
def file(act_id: int, file_id: int) -> ResponseReturnValue:
    """Give back a paper that proves something about an act."""
    kept = unfolding.file_of(db.session(), access.current(), act_id, file_id)
    path = file_path(current_app.config["DATA_DIR"], kept.digest)
    if not path.exists():
        raise NotFound(what=kept.name)
    return send_file(path, mimetype=kept.media_type, as_attachment=True, download_name=kept.name)


@bp.get("/savings/entries/<int:entry_id>")
@access.signed_in
def entry(entry_id: int) -> ResponseReturnValue:
    """Show one entry as it stands in the chain, with what proves it, to be printed."""
    session, mine = db.session(), access.current()
    row = unfolding.visible_entry(session, mine, entry_id)
    found = unfolding.unfold(session, mine, row.act_id)
    share = next((share for share in found.shares if share.tranche_id == row.tranche_id), None)
    steps = workings(found.act, [share], policies.as_policy(found.policy)) if share else []
    return render_template(
        "savings/entry.html", entry=row, it=found, steps=steps, said=said, entry_words=ENTRY_WORDS, cost_words=COST_WORDS, kind_words=KIND_WORDS,
        step_words=STEP_WORDS, reviewed=standing.REVIEWED_WORDS, looks=standing.REVIEWED_LOOKS, decision_words=DECISION_WORDS,
    )  # fmt: skip


@bp.route("/savings/review", methods=["GET", "POST"], endpoint="review")
@access.role(Role.REVIEWER, Role.AUDITOR)
def review_page() -> ResponseReturnValue:
    """Show what waits for review and decide on many acts in one go; whom a duty bars is told so line by line."""
    form = ReviewForm()
    ticked = [int(value) for value in request.form.getlist("act") if value.isdigit() and len(value) < 19]
    if form.validate_on_submit():
        try:
            if not ticked:
                raise NothingTicked
            with atomic() as session:
                service.review(session, ticked, form.decision.data, form.reason.data, access.me())
        except DomainError as refusal:
            form.refuse(translated(refusal))
            return _review_page(form, ticked), refusal.status
        message = N_("Accepted: %(count)d acts.") if form.decision.data == "accepted" else N_("Rejected: %(count)d acts; their entries are reversed.")
        flash(gettext(message, count=len(set(ticked))), "done")
        return redirect(url_for("savings.review"), 303)
    return _review_page(form, ticked), 422 if request.method == "POST" else 200


class NothingTicked(DomainError):
    """A decision over no act."""

    status = 422
    sentence = N_("Tick at least one act to decide on.")


def _review_page(form: ReviewForm, ticked: list[int]) -> str:
    session, mine = db.session(), access.current()
    asked = Narrowing(reviewed="proposed", kind=request.args.get("kind", ""), document=request.args.get("document", ""))
    found = listing.lines(session, mine, asked, _number("before"), PAGE + 1)
    page = found[:PAGE]
    return render_template(
        "savings/review.html",
        form=form,
        ticked=set(ticked) or {_number("act")},
        lines=page,
        barred=_barred(page),
        lacking={line.act.id: [MISSING_SENTENCES[Missing(code)] for code in line.act.missing.split()] for line in page},
        kinds=kinds(session, {line.act.kind_id for line in page if line.act.kind_id}),
        organizations=names(session, [line.act.receiver_id for line in page]),
        following=page[-1].act.id if len(found) > PAGE else None,
        kind_words=KIND_WORDS,
    )


def _barred(page: list[listing.Line]) -> dict[int, str]:
    """Return per act why this person may not decide on it."""
    session, mine = db.session(), access.current()
    acts = [line.act for line in page]
    inside = review.insiders(session, acts) if acts else {}
    may = set(session.scalars(mine.organizations(Role.REVIEWER)))
    operators = review_organizations(acts)
    barred: dict[int, str] = {}
    for one in acts:
        if operators[one.id] not in may:
            barred[one.id] = gettext("Reviewers of the store's organization decide on this act.")
        elif mine.person_id in inside.get(one.id, {}):
            earlier = Word(inside[one.id][mine.person_id])
            barred[one.id] = gettext("You acted in it as %(earlier)s, so another person must decide.", earlier=gettext(str(earlier)))
    return barred


def review_organizations(acts: list[SavingAct]) -> dict[int, int]:
    """Return per act the organization whose reviewers decide on it: the store's, else the receiver."""
    stores = unfolding.store_organizations(db.session(), [one.store_id for one in acts])
    return {one.id: stores.get(one.store_id or 0, one.receiver_id) for one in acts}


@bp.route("/savings/statements/new", methods=["GET", "POST"])
@access.role(Role.FINANCE, Role.ADMINISTRATOR)
def new_statement() -> ResponseReturnValue:
    """Take over what was saved before this ledger began, as a lower bound with its source."""
    session, mine = db.session(), access.current()
    form = OpeningForm()
    may = set(session.scalars(mine.organizations(Role.FINANCE, Role.ADMINISTRATOR)))
    form.organization.choices = [(row.id, row.name) for row in organizations(session, mine.pool_id) if row.id in may]
    if request.method == "GET":
        form.day.data = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    if not form.validate_on_submit():
        return render_template("savings/statement.html", form=form), 422 if request.method == "POST" else 200
    try:
        with atomic() as writing:
            made = service.opening_statement(
                writing, mine.pool_id, form.organization.data, form.kind.data, form.units.data, form.fen, form.source.data, form.day.data, access.me()
            )
            made_id = made.id
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("savings/statement.html", form=form), refusal.status
    flash(gettext("The opening statement stands in the ledger, outside the headline."), "done")
    return redirect(url_for("savings.act", act_id=made_id), 303)
