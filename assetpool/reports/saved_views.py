"""The pages of saved reports: keep a question, see what was made of it by schedule, open it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.records.models import File
from assetpool.records.service import file_path
from assetpool.reports import asking, saved, wording
from assetpool.reports.blueprint import bp
from assetpool.reports.forms import SCHEDULE_CHOICES, KeepForm

MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf"}


@bp.get("/savings/reports")
@access.signed_in
def kept() -> ResponseReturnValue:
    """List a person's saved reports and what was made of them."""
    session = db.session()
    return render_template(
        "reports/kept.html",
        rows=saved.of_person(session, access.me()),
        ready=saved.ready_for(session, access.me()),
        schedules=SCHEDULE_CHOICES,
        words=wording,
    )


@bp.route("/savings/reports/new", methods=["GET", "POST"])
@access.signed_in
def keep() -> ResponseReturnValue:
    """Keep the question that the address asks, under a name."""
    form, (asked, refusal) = KeepForm(), asking.read()
    if form.validate_on_submit():
        first, last = (asked.first_day, asked.last_day) if form.fixed.data else (None, None)
        narrowing = asked.narrowing
        kind = request.args.get("kind", "") if request.args.get("kind") in wording.KIND_WORDS else ""
        try:
            with atomic() as session:
                saved.keep(
                    session, access.current(), form.name.data, first, last, asked.by, asked.basis, kind, narrowing.event, narrowing.organization,
                    form.schedule.data, form.day.data,
                )  # fmt: skip
        except DomainError as refused:
            form.refuse(translated(refused))
        else:
            flash(gettext("The report is kept."), "done")
            return redirect(url_for(".kept"), 303)
    return render_template("reports/keep.html", form=form, asked=asked, refusal=refusal, words=wording), 422 if request.method == "POST" or refusal else 200


@bp.get("/savings/reports/<int:saved_id>")
@access.signed_in
def open_kept(saved_id: int) -> ResponseReturnValue:
    """Open a saved report with today's figures."""
    row = saved.one(db.session(), access.me(), saved_id)
    days = {"from": row.first_day, "to": row.last_day}
    narrowed = {"event": row.event_id, "organization": row.organization, "kind": row.kind}
    wanted: dict[str, Any] = {name: value for name, value in {**days, **narrowed}.items() if value not in (None, "")}
    return redirect(url_for(".index", by=row.breakdown, basis=row.basis, **wanted))


@bp.post("/savings/reports/<int:saved_id>/schedule")
@access.signed_in
def plan(saved_id: int) -> ResponseReturnValue:
    """Change when a saved report is made by itself."""
    day = request.form.get("day", "1")
    with atomic() as session:
        saved.plan(session, access.me(), saved_id, request.form.get("schedule", ""), int(day) if day.isdigit() and len(day) < 4 else 0)
    flash(gettext("The schedule is changed."), "done")
    return redirect(url_for(".kept"), 303)


@bp.post("/savings/reports/<int:saved_id>/delete")
@access.signed_in
def delete(saved_id: int) -> ResponseReturnValue:
    """Forget a saved report."""
    with atomic() as session:
        name = saved.delete(session, access.me(), saved_id)
    flash(gettext("“%(name)s” is no longer kept.", name=name), "done")
    return redirect(url_for(".kept"), 303)


@bp.get("/savings/reports/ready/<int:ready_id>.<suffix>")
@access.signed_in
def ready(ready_id: int, suffix: str) -> ResponseReturnValue:
    """Give a report that was made by schedule, as it was made."""
    if suffix not in MEDIA:
        raise NotFound(what=suffix)
    with atomic() as session:
        row = saved.opened(session, access.me(), ready_id, clock.now())
        file = session.get_one(File, row.workbook_id if suffix == "xlsx" else row.paper_id)
        path, name = file_path(current_app.config["DATA_DIR"], file.digest), file.name
    if not path.exists():
        raise NotFound(what=name)
    return send_file(path, mimetype=MEDIA[suffix], as_attachment=True, download_name=name)
