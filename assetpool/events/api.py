"""Events for machines."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, NotFound
from assetpool.events import queries, service
from assetpool.events.models import Event
from assetpool.events.schemas import EventAnswer, EventPage, EventQuery, NewEventBody
from assetpool.org import access
from assetpool.org.queries import names, organization_by_code
from assetpool.records import rest

bp = rest.blueprint("events", __name__, "Events")


def _answers(session: Session, rows: Sequence[Event]) -> list[EventAnswer]:
    organizations = names(session, [row.organization_id for row in rows])
    return [
        {
            "id": row.id,
            "name": row.name,
            "name_en": row.name_en,
            "organization_code": organizations[row.organization_id].code,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "budget_fen": row.budget,
            "approval_no": row.approval_number,
            "funds": row.funds,
            "budget_line": row.budget_line,
        }
        for row in rows
    ]


@bp.get("/events")
@access.signed_in
@rest.reads(EventPage, EventQuery, refuses=(NotFound,))
def listed(asked: EventQuery) -> rest.Json:
    """List the events of one's organizations, newest first."""
    session, mine = db.session(), access.current()
    organization = organization_by_code(session, mine.pool_id, asked.organization).id if asked.organization else None
    before = rest.after(asked.cursor, (int,))
    rows = queries.listed(session, mine, before[0] if before else None, asked.limit + 1, organization)
    page = rows[: asked.limit]
    return rest.page(_answers(session, page), (page[-1].id,) if len(rows) > len(page) else None)


@bp.get("/events/<int:event_id>")
@access.signed_in
@rest.reads(EventAnswer, refuses=(NotFound,))
def shown(event_id: int) -> rest.Json:
    """Show an event."""
    return _answers(db.session(), [queries.event(db.session(), access.current(), event_id)])[0]


@bp.post("/events")
@access.signed_in
@rest.writes(EventAnswer, NewEventBody, refuses=(NotAllowed, NotFound))
def add(session: Session, body: NewEventBody) -> rest.Json:
    """Enter an event."""
    pool_id = access.current().pool_id
    made = service.add(
        session,
        pool_id,
        body.name,
        organization_by_code(session, pool_id, body.organization_code).id,
        body.first_day,
        body.last_day,
        access.me(),
        name_en=body.name_en,
        budget=body.budget_fen,
        approval_number=body.approval_no,
        funds=body.funds,
        budget_line=body.budget_line,
        members=[organization_by_code(session, pool_id, code).id for code in body.member_codes],
    )
    return _answers(session, [made])[0]
