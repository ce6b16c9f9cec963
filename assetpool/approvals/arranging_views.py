"""The pages of what decisions rest on: who stands in for whom, and which days are worked."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from assetpool.approvals import holidays, standing_in
from assetpool.approvals.rule_sets import DECIDING
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.web import translated, whole
from assetpool.org import access
from assetpool.org.models import Membership, Person, Role
from assetpool.org.queries import root_of
from assetpool.org.service import ROLE_WORDS

bp = Blueprint("arranging", __name__)
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldInvalid(field=Word(field), problem=Word(N_("give a day."))) from error


@bp.get("/stand-ins")
@access.signed_in
def stand_ins() -> ResponseReturnValue:
    """Show who stands in for whom: one's own, and for administrators everybody's."""
    return _stand_ins()


def _stand_ins(refusal: str = "", status: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    manages, today = mine.has(Role.ADMINISTRATOR), access.today()
    everybody = list(session.scalars(select(Person).where(Person.pool_id == mine.pool_id, Person.active).order_by(Person.name, Person.id)))
    deciding = set(session.scalars(select(Membership.person_id).where(Membership.role.in_([str(role) for role in DECIDING]))))
    page = render_template(
        "approvals/stand_ins.html",
        rows=standing_in.listed(session, mine.pool_id, today, None if manages else access.me()),
        absent=[one for one in everybody if one.id in deciding and (manages or one.id == access.me())],
        everybody=everybody,
        roles=[(str(role), ROLE_WORDS[role]) for role in DECIDING],
        words=dict(ROLE_WORDS),
        typed=request.form,
        refusal=refusal,
        today=today,
        me=access.me(),
        manages=manages,
    )
    return page, status


@bp.post("/stand-ins")
@access.signed_in
def appoint() -> ResponseReturnValue:
    """Let another person decide in somebody's place."""
    said = request.form
    try:
        first, last = _day(said.get("first_day", ""), N_("First day")), _day(said.get("last_day", ""), N_("Last day"))
        with atomic() as session:
            person, stand_in = said.get("person", type=whole) or access.me(), said.get("stand_in", type=whole) or 0
            standing_in.appoint(
                session, person, stand_in, first, last, by=access.me(), role=said.get("role", ""), reason=said.get("reason", "").replace("\0", "")
            )
    except DomainError as refusal:
        return _stand_ins(translated(refusal), refusal.status)
    flash(_("The stand-in is entered. What waits for the one also waits for the other in these days."), "done")
    return redirect(url_for(".stand_ins"), 303)


@bp.post("/stand-ins/<int(max=9000000000000000000):row_id>/end")
@access.signed_in
def end(row_id: int) -> ResponseReturnValue:
    """End a stand-in at once."""
    with atomic() as session:
        standing_in.end(session, row_id, by=access.me())
    flash(_("The stand-in has ended. What was decided meanwhile stays as it is."), "done")
    return redirect(url_for(".stand_ins"), 303)


@bp.get("/admin/holidays")
@access.role(Role.ADMINISTRATOR)
def days() -> ResponseReturnValue:
    """Show a year's days that are off or worked other than the week says."""
    return _days()


def _days(refusal: str = "", status: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    year = request.args.get("year", type=whole) or access.today().year
    year = min(max(year, FIRST_YEAR), LAST_YEAR)
    root = root_of(session, mine.pool_id)
    page = render_template(
        "approvals/holidays.html",
        year=year,
        rows=holidays.listed(session, mine.pool_id, year),
        typed=request.form,
        refusal=refusal,
        may_write=root is not None and mine.may(Role.ADMINISTRATOR, root.path),
    )
    return page, status


@bp.post("/admin/holidays")
@access.role(Role.ADMINISTRATOR)
def keep_days() -> ResponseReturnValue:
    """Import a table of days, or enter one."""
    sent = request.files.get("file")
    try:
        if sent is not None and sent.filename:
            found = holidays.read(sent.read(holidays.LARGEST_FILE + 1))
        else:
            name = request.form.get("name", "").replace("\0", "").strip()[:80]
            found = [holidays.Day(_day(request.form.get("day", ""), N_("Day")), request.form.get("working") == "1", name)]
        with atomic() as session:
            count = holidays.keep(session, found, by=access.me())
    except DomainError as refusal:
        return _days(translated(refusal), refusal.status)
    flash(_("%(count)s days are in the calendar.", count=count), "done")
    return redirect(url_for(".days", year=found[0].day.year), 303)


@bp.post("/admin/holidays/<day>/forget")
@access.role(Role.ADMINISTRATOR)
def forget(day: str) -> ResponseReturnValue:
    """Let a day be again what its weekday says."""
    try:
        with atomic() as session:
            gone = _day(day, N_("Day"))
            holidays.forget(session, gone, by=access.me())
    except DomainError as refusal:
        return _days(translated(refusal), refusal.status)
    flash(_("The day is again what its weekday says."), "done")
    return redirect(url_for(".days", year=gone.year), 303)
