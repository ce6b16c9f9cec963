"""Drawing samples, and what was drawn."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.audit import samples
from assetpool.audit.blueprint import INSIDE, bp
from assetpool.audit.forms import SampleForm
from assetpool.catalog.queries import kinds
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names, people


@bp.get("/audit/samples", endpoint="samples")
@access.role(*INSIDE)
def samples_page() -> ResponseReturnValue:
    """List the samples drawn."""
    session, mine = db.session(), access.current()
    listed = samples.listed(session, mine.pool_id)
    who = people(session, [row.drawn_by for row in listed])
    return render_template("audit/samples.html", listed=listed, people=who, is_auditor=mine.has(Role.AUDITOR))


@bp.route("/audit/samples/new", methods=["GET", "POST"])
@access.role(Role.AUDITOR)
def new_sample() -> ResponseReturnValue:
    """Ask what is to be drawn, and draw it."""
    form = SampleForm()
    if form.validate_on_submit():
        try:
            with atomic() as session:
                sample_id = samples.take(session, access.current().pool_id, _asked(form), access.me()).id
        except DomainError as refusal:
            form.refuse(translated(refusal))
            return render_template("audit/new_sample.html", form=form), refusal.status
        flash(gettext("Drawn. The same seed draws the same sample again at any time."), "done")
        return redirect(url_for("audit.sample", sample_id=sample_id), 303)
    return render_template("audit/new_sample.html", form=form), 422 if request.method == "POST" else 200


def _asked(form: SampleForm) -> samples.Asked:
    return samples.Asked(
        unit=form.unit.data, method=form.method.data, measure=form.measure.data, size=form.size.data, seed=form.seed.data.strip(),
        interval=form.interval.fen or 0, stratified=form.stratified.data, first_day=form.first_day.data,
        last_day=form.last_day.data, purpose=form.purpose.data or "", height=form.height.data,
    )  # fmt: skip


@bp.get("/audit/samples/<int:sample_id>")
@access.role(*INSIDE)
def sample(sample_id: int) -> ResponseReturnValue:
    """Show a sample with its items; `again` draws it anew and compares."""
    session, mine = db.session(), access.current()
    row = samples.sample_of(session, mine.pool_id, sample_id)
    items = samples.items_of(session, row.id)
    acts = samples.acts_of(session, items)
    return render_template(
        "audit/sample.html",
        sample=row,
        items=items,
        behind=acts,
        entries=samples.entries_of(session, row, items),
        kinds=kinds(session, {act.kind_id for act, _ in acts.values() if act.kind_id}),
        organizations=names(session, [act.receiver_id for act, _ in acts.values()]),
        people=people(session, [row.drawn_by]),
        again=samples.is_reproduced(session, row) if "again" in request.args else None,
        is_auditor=mine.has(Role.AUDITOR),
    )
