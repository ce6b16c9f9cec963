"""Valuation policies: every version, a new draft, the decision on it, and what it would do to the acts of a year."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.catalog.queries import kinds
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.core.money import percent
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.queries import people, root_of
from assetpool.savings import policies, policy_drafting, policy_preview
from assetpool.savings.models import ValuationPolicy
from assetpool.savings.policy_forms import DecisionForm, PolicyForm
from assetpool.savings.policy_wording import ACT_WORDS, BASIS_WORDS, STATE_LOOKS, STATE_WORDS
from assetpool.savings.wording import KIND_WORDS

bp = Blueprint("policies", __name__, url_prefix="/savings/policies")
READERS = policy_drafting.MAY_READ
WORDS = {"state_words": STATE_WORDS, "looks": STATE_LOOKS, "basis_words": BASIS_WORDS, "act_words": ACT_WORDS}
MOST_LINES = 30


def _percent(numerator: int, denominator: int) -> str:
    return percent(Fraction(numerator, denominator)).removesuffix("00").removesuffix(".")


@bp.get("")
@access.role(*READERS)
def index() -> ResponseReturnValue:
    """List every version of the valuation policy, the newest first."""
    session, mine = db.session(), access.current()
    rows = policies.all_of(session, mine.pool_id)[::-1]
    now = policies.policy_on(session, mine.pool_id, _today()).version if rows else ""
    may = mine.has(*policy_drafting.MAY_DRAFT)
    return render_template("savings/policies.html", policies=rows, now=now, may=may, percent=_percent, **WORDS)


def _today() -> date:
    return clock.today(db.session().get_one(Pool, access.current().pool_id).time_zone)


@bp.route("/new", methods=["GET", "POST"])
@access.role(*policy_drafting.MAY_DRAFT)
def new() -> ResponseReturnValue:
    """Draft a policy for a coming year."""
    session, mine = db.session(), access.current()
    form = PolicyForm()
    form.year.choices = [(year, str(year)) for year in policy_drafting.free_years(session, mine.pool_id)]
    if form.validate_on_submit():
        try:
            with atomic() as writing:
                version = policy_drafting.draft(writing, mine.pool_id, form.terms(), access.me()).version
            flash(_("Policy %(version)s is drafted. Somebody who did not write on it approves it before its first day.", version=version), "done")
            return redirect(url_for("policies.show", version=version), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
    return render_template("savings/policy_form.html", form=form, version=""), 422 if request.method == "POST" else 200


@bp.route("/<version>/change", methods=["GET", "POST"])
@access.role(*policy_drafting.MAY_DRAFT)
def change(version: str) -> ResponseReturnValue:
    """Write a draft anew before it is decided on."""
    session, mine = db.session(), access.current()
    row = policy_drafting.by_version(session, mine.pool_id, version)
    form = PolicyForm()
    form.year.choices = [(row.first_day.year, str(row.first_day.year))]
    if request.method == "GET":
        _fill(form, row)
    if form.validate_on_submit():
        try:
            with atomic() as writing:
                policy_drafting.change(writing, mine.pool_id, version, form.terms(), access.me())
            flash(_("The draft was changed."), "done")
            return redirect(url_for("policies.show", version=version), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
    return render_template("savings/policy_form.html", form=form, version=version), 422 if request.method == "POST" else 200


def _fill(form: PolicyForm, row: ValuationPolicy) -> None:
    form.year.data, form.loan_basis.data, form.transfer_basis.data = row.first_day.year, row.loan_basis, row.transfer_basis
    form.age_scales.data, form.note.data = row.age_scales, row.note
    form.floor.data, form.rho.data = _percent(row.floor_numerator, row.floor_denominator), _percent(row.rho_numerator, row.rho_denominator)
    form.price_days.data, form.computer_price_days.data = row.price_days, row.computer_price_days


@bp.get("/<version>")
@access.role(*READERS)
def show(version: str) -> ResponseReturnValue:
    """Show a policy, who wrote and approved it, and the acts of a year both ways."""
    return _page(version, DecisionForm(formdata=None), 200)


def _page(version: str, form: DecisionForm, status: int) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    row = policy_drafting.by_version(session, mine.pool_id, version)
    steps = policy_drafting.steps_of(session, row.id)
    compared = _compared(row)
    widest = policy_preview.widest(compared.lines, MOST_LINES) if compared else []
    wrote = mine.person_id in {step.person_id for step in steps if step.act in ("draft", "change")}
    return render_template(
        "savings/policy.html", policy=row, steps=steps, people=people(session, [step.person_id for step in steps]), compared=compared, widest=widest,
        kinds=kinds(session, {line.kind_id for line in widest}), kind_words=KIND_WORDS, form=form, wrote=wrote, percent=_percent,
        may_change=row.state != "approved" and mine.has(*policy_drafting.MAY_DRAFT), may_decide=row.state == "draft" and mine.has(*policy_drafting.MAY_APPROVE),
        **WORDS,
    ), status  # fmt: skip


def _compared(row: ValuationPolicy) -> policy_preview.BothWays | None:
    """Return both ways: for a draft the year before it begins, for an approved policy its first year; only to those who see the whole pool."""
    session, mine = db.session(), access.current()
    root = root_of(session, mine.pool_id)
    if not (mine.sees_everything or (root is not None and mine.may(READERS, root.path))):
        return None
    year = row.first_day.year
    if row.state == "approved":
        return policy_preview.both_ways(session, mine.pool_id, year)
    first_day, last_day = date(year - 1, 1, 1), date(year - 1, 12, 31)
    return policy_preview.compare(session, mine.pool_id, first_day, last_day, policies.as_policy(row))


@bp.post("/<version>/approve")
@access.role(*policy_drafting.MAY_APPROVE)
def approve(version: str) -> ResponseReturnValue:
    """Approve a draft; from then on it never changes."""
    return _decided(version, "approve")


@bp.post("/<version>/reject")
@access.role(*policy_drafting.MAY_APPROVE)
def reject(version: str) -> ResponseReturnValue:
    """Reject a draft with a reason."""
    return _decided(version, "reject")


def _decided(version: str, act: str) -> ResponseReturnValue:
    form = DecisionForm()
    if form.validate_on_submit():
        decide = policy_drafting.approve if act == "approve" else policy_drafting.reject
        try:
            with atomic() as session:
                decide(session, access.current().pool_id, version, form.reason.data or "", access.me())
            flash(_("Policy %(version)s is approved.", version=version) if act == "approve" else _("Policy %(version)s is rejected.", version=version), "done")
            return redirect(url_for("policies.show", version=version), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
            return _page(version, form, refusal.status)
    return _page(version, form, 422)
