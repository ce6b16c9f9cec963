"""The page of an event: its days and funds, and what was asked for it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from assetpool.core.db import db
from assetpool.events.queries import event as event_of
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.requisitions import queries
from assetpool.requisitions.queries import Sought
from assetpool.requisitions.wording import period

bp = Blueprint("event_pages", __name__)
SHOWN = 50


@bp.get("/events/<int(max=9000000000000000000):event_id>")
@access.signed_in
def show(event_id: int) -> ResponseReturnValue:
    """Show an event with the requests for it that this person may see."""
    session, mine = db.session(), access.current()
    event = event_of(session, mine, event_id)
    found = queries.page(session, mine, Sought(event_id=event.id), limit=SHOWN)
    return render_template(
        "events/show.html",
        event=event,
        organization=names(session, [event.organization_id])[event.organization_id],
        rows=queries.described(session, found[:SHOWN]),
        more=len(found) > SHOWN,
        period=period,
        may_ask=mine.has(Role.ORGANIZER, Role.CLERK),
    )
