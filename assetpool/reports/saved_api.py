"""Saved reports for machines: kept, scheduled, made."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotFound
from assetpool.events.queries import event as event_of
from assetpool.org import access
from assetpool.records import rest
from assetpool.reports import saved
from assetpool.reports.models import SavedReport
from assetpool.reports.saved_schemas import ReadyPage, SavedAnswer, SavedBody, SavedPage, ScheduleBody

bp = rest.blueprint("saved_reports", __name__, "Savings")


def _answer(row: SavedReport) -> SavedAnswer:
    return {
        "id": row.id,
        "name": row.name,
        "from": row.first_day,
        "to": row.last_day,
        "by": row.breakdown,
        "basis": row.basis,
        "kind": row.kind,
        "event_id": row.event_id,
        "organization_code": row.organization,
        "schedule": row.schedule,
        "day": row.day,
        "created_at": row.created_at,
    }


@bp.get("/saved-reports")
@access.signed_in
@rest.reads(SavedPage)
def kept() -> rest.Json:
    """List the reports one keeps."""
    rows = saved.of_person(db.session(), access.me())
    return rest.page([_answer(row) for row in rows], None, len(rows))


@bp.post("/saved-reports")
@access.signed_in
@rest.writes(SavedAnswer, SavedBody, refuses=(FieldInvalid, NotFound, saved.NameTaken, saved.TooMany))
def keep(session: Session, body: SavedBody) -> rest.Json:
    """Keep a report under a name, to be made by schedule if one is given."""
    if body.event_id is not None:
        event_of(session, access.current(), body.event_id)
    row = saved.keep(
        session, access.current(), body.name, body.from_, body.to, body.by, body.basis, body.kind, body.event_id, body.organization_code, body.schedule,
        body.day,
    )  # fmt: skip
    return _answer(row)


@bp.get("/saved-reports/<int:saved_id>")
@access.signed_in
@rest.reads(SavedAnswer, refuses=(NotFound,))
def shown(saved_id: int) -> rest.Json:
    """Show a report one keeps."""
    return _answer(saved.one(db.session(), access.me(), saved_id))


@bp.post("/saved-reports/<int:saved_id>/schedule")
@access.signed_in
@rest.writes(SavedAnswer, ScheduleBody, status=200, refuses=(FieldInvalid, NotFound))
def plan(session: Session, body: ScheduleBody, saved_id: int) -> rest.Json:
    """Change when a saved report is made by itself."""
    return _answer(saved.plan(session, access.me(), saved_id, body.schedule, body.day))


@bp.post("/saved-reports/<int:saved_id>/delete")
@access.signed_in
@rest.writes(SavedAnswer, status=200, refuses=(NotFound,))
def delete(session: Session, saved_id: int) -> rest.Json:
    """Keep a report no longer."""
    answer = _answer(saved.one(session, access.me(), saved_id))
    saved.delete(session, access.me(), saved_id)
    return answer


@bp.get("/saved-reports/ready")
@access.signed_in
@rest.reads(ReadyPage)
def ready() -> rest.Json:
    """List what was made by schedule; the files are fetched by their ids."""
    rows = saved.ready_for(db.session(), access.me())
    items = [
        {"id": row.id, "name": name, "from": row.first_day, "to": row.last_day, "height": row.height, "head": row.head, "workbook_file_id": row.workbook_id,
         "paper_file_id": row.paper_id, "made_at": row.made_at}
        for row, name in rows
    ]  # fmt: skip
    return rest.page(items, None, len(items))
