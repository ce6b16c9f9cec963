"""The catalogue's pages: what there is, what of it is free when, and the labels of a kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetpool.catalog import queries as catalog
from assetpool.catalog.photos import MAY_PICTURE
from assetpool.core.db import db
from assetpool.core.web import cursor_of, parse_cursor, whole
from assetpool.custody import finder
from assetpool.custody.models import Condition, State
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.reservations import offers, substitutes
from assetpool.reservations.offers import Wanted
from assetpool.reservations.service import pool_today

bp = Blueprint("catalog", __name__)


def _day(name: str) -> date | None:
    return request.args.get(name, type=date.fromisoformat)


def _wanted() -> Wanted:
    given = request.args
    first, last = _day("first_day"), _day("last_day")
    if first is None and last is not None:
        first = last
    return Wanted(
        text=given.get("q", "").replace("\0", "")[:100],
        class_code=given.get("class", "")[:20],
        store_id=given.get("store", type=whole),
        organization_id=given.get("organization", type=whole),
        condition=given.get("condition", "") if given.get("condition") in set(Condition) else "",
        first_day=first,
        last_day=last if last is None or first is None or last >= first else first,
        show=given.get("show", "") if given.get("show") in ("free", "all") else "",
    )


def _kept() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if value and name not in ("after", "cursor")}


@bp.get("/catalog")
@access.signed_in
def index() -> ResponseReturnValue:
    """Search the catalogue by words, class, store, organization, condition and days."""
    session, pool_id = db.session(), access.current().pool_id
    wanted, kept = _wanted(), _kept()
    after = request.args.get("after", type=whole)
    found = offers.page(session, pool_id, wanted, pool_today(session, pool_id), after)
    return render_template(
        "catalog/index.html",
        found=found,
        wanted=wanted,
        classes=offers.class_roots(session, pool_id),
        stores=catalog.all_stores(session, pool_id),
        organizations=offers.keeping_organizations(session, pool_id),
        conditions=list(Condition),
        may_ask=access.current().has(Role.ORGANIZER, Role.CLERK),
        shortened=wanted.last_day != (_day("last_day") or wanted.last_day),
        days={name: value.isoformat() for name, value in (("first_day", wanted.first_day), ("last_day", wanted.last_day)) if value},
        next_url=url_for(".index", after=found.following, **kept) if found.following else None,
        first_url=url_for(".index", **kept) if after else None,
    )


@bp.get("/catalog/kinds/<int(max=9000000000000000000):kind_id>")
@access.signed_in
def kind(kind_id: int) -> ResponseReturnValue:
    """Show a kind: what it is, what it is worth, where it is and when it is free."""
    session, mine = db.session(), access.current()
    found = catalog.kind(session, mine.pool_id, kind_id)
    today = pool_today(session, mine.pool_id)
    wanted = _wanted()
    return render_template(
        "catalog/kind.html",
        kind=found,
        today=today,
        named_class=catalog.class_names(session, [(found.class_code_set, found.class_code)]).get((found.class_code_set, found.class_code)),
        stores=offers.per_store(session, found, wanted.first_day, wanted.last_day, today),
        calendar=offers.calendar(session, found, today),
        price=catalog.prices_on(session, [kind_id], today).get(kind_id),
        rent=catalog.rents_on(session, [kind_id], today).get(kind_id),
        wanted=wanted,
        days={name: value.isoformat() for name, value in (("first_day", wanted.first_day), ("last_day", wanted.last_day)) if value},
        instead=catalog.kinds(session, substitutes.of_kinds(session, [kind_id]).get(kind_id, ())),
        may_picture=mine.has(*MAY_PICTURE),
        may_ask=mine.has(Role.ORGANIZER, Role.CLERK),
    )


@bp.get("/catalog/assets")
@access.signed_in
def assets() -> ResponseReturnValue:
    """List labels: all of a kind, of a store, in a state."""
    session, mine = db.session(), access.current()
    given = request.args
    kind_id, store_id = given.get("kind", type=whole), given.get("store", type=whole)
    wish = finder.Wish(
        q=given.get("q", "").replace("\0", "")[:100],
        state=given.get("state", "") if given.get("state") in set(State) else "",
        store_ids=(store_id,) if store_id is not None else (),
        kind_id=kind_id,
        reserves=mine.has(*finder.MAY_SEE_RESERVES),
    )
    after = parse_cursor(given.get("cursor"), finder.cursor_kinds(finder.sort_of(wish)))
    found = finder.find(session, mine.pool_id, wish, after)
    return render_template(
        "catalog/assets.html",
        found=found,
        wish=wish,
        kind=catalog.kind(session, mine.pool_id, kind_id) if kind_id is not None else None,
        stores=catalog.all_stores(session, mine.pool_id),
        states=list(State),
        store_id=store_id,
        next_url=url_for(".assets", cursor=cursor_of(*found.following), **_kept()) if found.following else None,
        first_url=url_for(".assets", **_kept()) if given.get("cursor") else None,
    )
