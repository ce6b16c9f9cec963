"""The pages of calendars: a month, a timeline, and the plan of a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from sqlalchemy.orm import Session

from assetpool.approvals.deadline import is_working
from assetpool.approvals.holidays import days_known
from assetpool.calendars import grid, queries, wording
from assetpool.calendars.grid import AROUND, Entry, Stretch
from assetpool.calendars.scopes import Asked, asked_in
from assetpool.catalog import queries as catalog
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.models import Pool
from assetpool.core.web import language
from assetpool.events import queries as events
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.records.linking import document_url
from assetpool.requisitions import picking
from assetpool.requisitions.wording import period
from assetpool.reservations import together

bp = Blueprint("calendars", __name__)
VIEWS = ("month", "timeline")
MONTHS_IN_A_LINE = 2
LABEL_DAYS = 14


@bp.app_template_filter("weekday")
def weekday(value: date) -> str:
    """Write which day of the week a day is, shortly."""
    return str(format_date(value, "EEE"))


@bp.app_template_filter("month_name")
def month_name(value: date) -> str:
    """Write a month with its year."""
    return str(format_date(value, "y年M月" if language() == "zh" else "MMMM y"))


def _named(session: Session, shown: list[Stretch]) -> dict[str, Any]:
    """Return what stretches name, by id; four queries."""
    return {
        "kinds": catalog.kinds(session, {one.kind_id for one in shown}),
        "stores": catalog.stores(session, {one.store_id for one in shown}),
        "organizations": names(session, {one.organization_id for one in shown}),
        "events": events.events(session, {one.event_id for one in shown}),
        "entry_words": wording.ENTRIES,
        "stretch_words": wording.STRETCHES,
        "document_url": document_url,
        "period": period,
    }


def _choices(session: Session, asked: Asked) -> list[dict[str, Any]]:
    """Return what a calendar is narrowed by."""
    mine = access.current()
    return [
        {"name": "kind", "value": asked.scope.kind_id or "", "rows": _with(picking.proposed(session, mine.pool_id), asked.kind)},
        {"name": "store", "value": asked.scope.store_id or "", "rows": catalog.all_stores(session, mine.pool_id)},
        {"name": "event", "value": asked.scope.event_id or "", "rows": _with(events.listed(session, mine), asked.event)},
    ]


def _with(rows: list[Any], one: Any) -> list[Any]:
    return rows if one is None or any(row.id == one.id for row in rows) else [one, *rows]


@bp.get("/calendar")
@access.signed_in
def index() -> ResponseReturnValue:
    """Show a month, or two months as bars, of what is promised and out."""
    session, mine = db.session(), access.current()
    asked, zone = asked_in(session, mine, request.args), session.get_one(Pool, mine.pool_id).time_zone
    today = clock.today(zone)
    month = grid.month_of(request.args.get("month", ""), today)
    view = request.args.get("view", "") if request.args.get("view") in VIEWS else "month"
    rows = grid.weeks(month)
    window = (rows[0][0], rows[-1][-1]) if view == "month" else (month, grid.months_on(month, MONTHS_IN_A_LINE) - timedelta(days=1))
    found = queries.drawn(session, mine, asked.scope, window, today, zone)
    kept: dict[str, Any] = {"view": view, **asked.kept}
    shown = {
        "asked": asked,
        "view": view,
        "month": month,
        "today": today,
        "window": window,
        "cut": found.cut,
        "known": (known := days_known(session, mine.pool_id, *window)),
        "off": {day for week in rows for day in week if not is_working(day, known)},
        "earlier_url": url_for(".index", month=f"{grid.months_on(month, -1):%Y-%m}", **kept),
        "later_url": url_for(".index", month=f"{grid.months_on(month, 1):%Y-%m}", **kept),
        "now_url": url_for(".index", **kept),
        "choices": _choices(session, asked),
        **_named(session, found.stretches),
    }
    if view == "month":
        free = _free_by_day(session, asked, window, today)
        turning = {day for day, count in free.items() if free.get(day - timedelta(days=1)) != count}
        return render_template("calendars/month.html", weeks=rows, days=_by_day(found.stretches), free=free, turning=turning, **shown)
    return render_template(
        "calendars/timeline.html", groups=_groups(session, asked, found.stretches, window, today), ticks=grid.ticks(window, LABEL_DAYS), **shown
    )


def _by_day(stretches: list[Stretch]) -> dict[date, list[Entry]]:
    found: dict[date, list[Entry]] = defaultdict(list)
    for entry in grid.entries(stretches):
        found[entry.day].append(entry)
    return found


def _free_by_day(session: Session, asked: Asked, window: tuple[date, date], today: date) -> dict[date, int]:
    """Return how many units of the chosen kind are free each day from today on."""
    if asked.kind is None:
        return {}
    changes = queries.free_counts(session, [asked.kind.id], asked.scope.store_id, window, today).get(asked.kind.id, [])
    return dict(together.day_by_day(changes, window[1])) if changes else {}


def _groups(session: Session, asked: Asked, stretches: list[Stretch], window: tuple[date, date], today: date) -> list[dict[str, Any]]:
    """Return per kind its bars and the free counts with the days they change on."""
    by_kind: dict[int, list[Stretch]] = defaultdict(list)
    for one in stretches:
        by_kind[one.kind_id].append(one)
    if asked.kind is not None:
        by_kind[asked.kind.id] = by_kind.get(asked.kind.id, [])
    counts = queries.free_counts(session, by_kind, asked.scope.store_id, window, today)
    known = catalog.kinds(session, by_kind)
    return [
        {
            "kind": known[kind_id],
            "bars": [(one, *grid.span(one.first, one.last, window)) for one in several],
            "changes": counts.get(kind_id, []),
            "levels": grid.levels(counts.get(kind_id, []), window),
        }
        for kind_id, several in by_kind.items()
    ]


@bp.get("/calendar/day")
@access.signed_in
def day() -> ResponseReturnValue:
    """Show the plan of a day: what goes out, what is due back, what is late, which intakes may come."""
    session, mine = db.session(), access.current()
    asked, zone = asked_in(session, mine, request.args), session.get_one(Pool, mine.pool_id).time_zone
    today = clock.today(zone)
    the_day = request.args.get("day", type=date.fromisoformat) or today
    if not grid.EARLIEST <= the_day.year <= grid.LATEST:
        the_day = today
    found = queries.drawn(session, mine, asked.scope, (the_day, the_day), today, zone)
    entries = [entry for entry in grid.entries(found.stretches) if _belongs(entry, the_day, today)]
    known = days_known(session, mine.pool_id, the_day - timedelta(days=AROUND), the_day + timedelta(days=AROUND))
    return render_template(
        "calendars/day.html",
        asked=asked,
        the_day=the_day,
        today=today,
        entries=entries,
        cut=found.cut,
        closed=not is_working(the_day, known),
        around=grid.open_days_around(the_day, known),
        announced=queries.announced(session, mine, asked.scope),
        keeper=mine.has(Role.KEEPER),
        month_url=url_for(".index", month=f"{the_day:%Y-%m}", **asked.kept),
        earlier_url=url_for(".day", day=(the_day - timedelta(days=1)).isoformat(), **asked.kept),
        later_url=url_for(".day", day=(the_day + timedelta(days=1)).isoformat(), **asked.kept),
        choices=_choices(session, asked),
        **_named(session, found.stretches),
    )


def _belongs(entry: Entry, the_day: date, today: date) -> bool:
    """Say whether an entry is a matter of the day: its own day; today also what should have gone or come back before; what is busy on it."""
    late = the_day == today and entry.day < today and entry.what in ("goes_out", "overdue", "transfer")
    return entry.day == the_day or late or entry.what == "busy"
