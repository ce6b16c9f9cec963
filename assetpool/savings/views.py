"""What is written in the savings ledger by hand: the review of many acts in one go, and opening statements."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.queries import kinds
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, Word
from assetpool.core.models import Pool
from assetpool.core.web import translated, whole
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names, organizations
from assetpool.savings import independence, listing, review, service, unfolding
from assetpool.savings.evidence import Missing
from assetpool.savings.forms import OpeningForm, ReviewForm
from assetpool.savings.listing import Narrowing
from assetpool.savings.models import SavingAct
from assetpool.savings.wording import KIND_WORDS, MISSING_WORDS

bp = Blueprint("savings", __name__)

PAGE = 50


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
    before = request.args.get("before", type=whole)
    asked = Narrowing(reviewed="proposed", kind=request.args.get("kind", ""), document=request.args.get("document", ""))
    found = listing.lines(session, mine, asked, before, PAGE + 1)
    page = found[:PAGE]
    return render_template(
        "savings/review.html",
        form=form,
        ticked=set(ticked) or {request.args.get("act", type=whole)},
        lines=page,
        barred=_barred(page),
        lacking={line.act.id: [gettext(MISSING_WORDS[Missing(code)]) for code in line.act.missing.split()] for line in page},
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
    sides = independence.sides_of(session, acts, mine.person_id, inside) if acts else {}
    barred: dict[int, str] = {}
    for one in acts:
        if operators[one.id] not in may:
            barred[one.id] = gettext("Reviewers of the store's organization decide on this act.")
        elif mine.person_id in inside.get(one.id, {}):
            earlier = Word(inside[one.id][mine.person_id])
            barred[one.id] = gettext("You acted in it as %(earlier)s, so another person must decide.", earlier=gettext(str(earlier)))
        elif one.id in sides and sides[one.id].outside:
            side = gettext(independence.SIDES[sides[one.id].side])
            barred[one.id] = gettext("You belong to its %(side)s; a reviewer of another organization decides.", side=side)
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
    return redirect(url_for("reports.act", act_id=made_id), 303)
