"""Pick lists as a page and on paper, for a day or for one request."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetpool.core.db import db
from assetpool.core.paper import Words
from assetpool.core.web import named, whole
from assetpool.handovers.queries import kept_stores
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import papers
from assetpool.trips import paper, picks

bp = Blueprint("picking", __name__)


def _asked() -> tuple[picks.PickList, str, date, int | None]:
    """Return the list that the address asks for, the request it is for (or ''), the day and the store."""
    number = request.args.get("request", "").replace("\0", "").strip().upper()
    store_id = request.args.get("store", type=whole)
    day = request.args.get("day", type=date.fromisoformat) or access.today()
    session, mine = db.session(), access.current()
    found = picks.of_request(session, mine, number, store_id) if number else picks.of_day(session, mine, day, store_id)
    return found, number, day, store_id


@bp.get("/picks")
@access.role(Role.KEEPER)
def index() -> ResponseReturnValue:
    """Show what to fetch, in walking order."""
    found, number, day, store_id = _asked()
    stores = [(str(store.id), named(store)) for store in kept_stores(db.session(), access.current())]
    asked = {"request": number or None, "day": None if number else day.isoformat(), "store": store_id}
    return render_template("trips/picks.html", found=found, number=number, day=day, store_id=store_id, stores_of=stores, asked=asked)


@bp.get("/picks.pdf")
@access.role(Role.KEEPER)
def pdf() -> ResponseReturnValue:
    """Give the pick list on paper, a code on every line."""
    found, number, day, store_id = _asked()
    name = number or day.isoformat()
    what = Words("申请单", "Request") if number else Words("日期", "Day")
    address = url_for("picking.index", _external=False, **({"request": number} if number else {"day": name}), store=store_id)
    place = papers.here()
    content = paper.pick_pdf(db.session(), access.current().pool_id, found, what, name, place, f"{place.public_url}{address}")
    return papers.answered(f"picks-{name}", content)
