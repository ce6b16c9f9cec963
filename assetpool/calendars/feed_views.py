"""Calendar addresses: one's own list, making and revoking them, and what a calendar program reads there."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.calendars import ics, queries, service, wording
from assetpool.calendars.grid import Stretch
from assetpool.calendars.models import CalendarFeed
from assetpool.calendars.queries import Scope
from assetpool.calendars.scopes import Asked, asked_in, seen
from assetpool.catalog import queries as catalog
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.core.web import language, translated
from assetpool.events import queries as events
from assetpool.org import access
from assetpool.org.queries import Access, names
from assetpool.records.linking import document_url

bp = Blueprint("feeds", __name__)
BEFORE, AFTER = timedelta(days=31), timedelta(days=400)


def scope_of(feed: CalendarFeed) -> Scope:
    """Return the scope that an address was made for."""
    return Scope(feed.store_id, feed.kind_id, feed.event_id, feed.mine)


@bp.get("/calendar/feeds")
@access.signed_in
def index() -> ResponseReturnValue:
    """List one's own addresses, show a new one once, and offer to make one for the scope asked for."""
    session, mine = db.session(), access.current()
    rows = service.own(session, mine.person_id)
    secret = kept.pop("calendar_secret", None)
    return render_template(
        "calendars/feeds.html",
        rows=rows,
        asked=asked_in(session, mine, request.args),
        kinds=catalog.kinds(session, [row.kind_id for row in rows]),
        stores=catalog.stores(session, [row.store_id for row in rows]),
        events=events.events(session, [row.event_id for row in rows]),
        address=f"{current_app.config['PUBLIC_URL']}{url_for('.read', token=secret)}" if secret else None,
    )


@bp.post("/calendar/feeds")
@access.signed_in
def make() -> ResponseReturnValue:
    """Make an address of one's own."""
    asked = asked_in(db.session(), access.current(), request.form)
    try:
        with atomic() as session:
            kept["calendar_secret"] = service.make(session, asked.scope, by=access.me())
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(url_for(".index"), 303)


@bp.post("/calendar/feeds/<int(max=9000000000000000000):feed_id>/revoke")
@access.signed_in
def revoke(feed_id: int) -> ResponseReturnValue:
    """Revoke one of one's own addresses."""
    with atomic() as session:
        service.revoke(session, feed_id, by=access.me())
    flash(_("The address is revoked; nobody reads the calendar there any more."), "done")
    return redirect(url_for(".index"), 303)


@bp.get("/cal/<token>.ics")
@access.public
def read(token: str) -> ResponseReturnValue:
    """Answer a calendar program with what the address's person may see at this moment; whoever left sees nothing."""
    session = db.session()
    found = service.reader(session, token)
    if found is None:
        abort(404)
    feed, person, mine = found
    zone = session.get_one(Pool, mine.pool_id).time_zone
    g.person_language, g.zone, g.access, g.look_subject = person.language, zone, mine, f"calendar address {feed.id}"
    try:
        asked = seen(session, mine, scope_of(feed))
    except NotFound:
        abort(404)
    text = _written(session, mine, feed, asked, zone)
    answer = Response(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-cache"})
    answer.set_etag(sha256(text.encode()).hexdigest())
    return answer.make_conditional(request)


def _written(session: Session, mine: Access, feed: CalendarFeed, asked: Asked, zone: str) -> str:
    """Write the calendar of an address; a fixed number of queries."""
    today = clock.today(zone)
    shown = queries.drawn(session, mine, asked.scope, (today - BEFORE, today + AFTER), today, zone).stretches
    known: dict[str, dict[int, Any]] = {
        "kinds": catalog.kinds(session, {one.kind_id for one in shown}),
        "stores": catalog.stores(session, {one.store_id for one in shown}),
        "organizations": names(session, {one.organization_id for one in shown}),
    }
    numbers: Counter[str] = Counter()
    happenings = []
    for one in shown:
        said = _uid(feed, one)
        numbers[said] += 1
        happenings.append(_happening(one, f"{said}-{numbers[said]}@assetpool", known, feed))
    title = " · ".join([_("Calendar"), *(_named(row) for row in (asked.kind, asked.store, asked.event) if row is not None)])
    return ics.written(title, happenings)


def _uid(feed: CalendarFeed, one: Stretch) -> str:
    """Name a stretch so that it stays the same when its days move, and tells nothing of the paper."""
    days = f"{one.first}:{one.last}" if one.what == "busy" else ""
    what = "out" if one.what == "overdue" else one.what
    return sha256(f"{feed.digest}:{what}:{one.document_id}:{one.kind_id}:{one.store_id}:{days}".encode()).hexdigest()[:32]


def _happening(one: Stretch, uid: str, known: dict[str, dict[int, Any]], feed: CalendarFeed) -> ics.Happening:
    parts = [
        _(wording.STRETCHES[one.what][0]),
        f"{_named(known['kinds'][one.kind_id])} × {one.units:,}",
        _named(known["organizations"].get(one.organization_id or 0)),
        one.number,
    ]
    page = document_url(one.number) if one.number else None
    return ics.Happening(
        uid,
        one.first,
        one.last or one.first,
        " · ".join(part for part in parts if part),
        one.changed_at or feed.made_at,
        _named(known["stores"][one.store_id]),
        f"{current_app.config['PUBLIC_URL']}{page}" if page else "",
    )


def _named(row: Any) -> str:
    """Return a name in the reader's language; nothing for nobody."""
    return "" if row is None else str(row.name_en if language() == "en" and row.name_en else row.name)
