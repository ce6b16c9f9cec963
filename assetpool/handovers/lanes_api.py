"""The small lanes for machines: an IOU, an emergency issue, and the papers that follow it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, SamePerson
from assetpool.handovers import lanes
from assetpool.handovers.choosing import Item
from assetpool.handovers.lane_models import LaneIssue
from assetpool.handovers.lane_schemas import LaneAnswer, LaneBody, LanePage, PapersBody
from assetpool.handovers.stated import receipt_said
from assetpool.org import access
from assetpool.org.queries import names, organization_by_code, person_by_username
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number, file_for, visible
from assetpool.records.schemas import ListQuery
from assetpool.reservations.service import NotEnoughStock

bp = rest.blueprint("lanes", __name__, "Hand-overs and returns")
REFUSED = (NotAllowed, NotFound, FieldInvalid, SamePerson)


def _answers(session: Session, rows: Sequence[tuple[LaneIssue, Document]]) -> list[LaneAnswer]:
    owners = names(session, [document.organization_id for _row, document in rows])
    slips = {row.id: row.number for row in session.scalars(select(Document).where(Document.id.in_([row.slip_id for row, _document in rows])))}
    return [
        {
            "number": document.number,
            "state": document.state,
            "lane": row.lane,
            "slip": slips.get(row.slip_id or 0),
            "organization_code": owners[document.organization_id].code,
            "issued_at": row.issued_at,
            "papers_due_at": row.papers_due_at,
            "papers_at": row.papers_at,
        }
        for row, document in rows
    ]


@bp.get("/lanes")
@access.signed_in
@rest.reads(LanePage, ListQuery)
def listed(asked: ListQuery) -> rest.Json:
    """List what left through the small lanes, the newest first."""
    session = db.session()
    statement = select(LaneIssue, Document).join(Document, Document.id == LaneIssue.id).where(visible(access.current()))
    before = rest.after(asked.cursor, (int,))
    if before:
        statement = statement.where(LaneIssue.id < before[0])
    rows = [(row[0], row[1]) for row in session.execute(statement.order_by(LaneIssue.id.desc()).limit(asked.limit + 1))]
    page = rows[: asked.limit]
    return rest.page(_answers(session, page), (page[-1][0].id,) if len(rows) > len(page) else None)


@bp.post("/lanes")
@access.signed_in
@rest.writes(LaneAnswer, LaneBody, refuses=(*REFUSED, lanes.LaneClosed, lanes.LaneLimit, lanes.LaneTooDear, NotEnoughStock))
def hand_out(session: Session, body: LaneBody) -> rest.Json:
    """Hand things over at once, within the limits of the rules; request and slip are written by it."""
    pool_id = access.current().pool_id
    owner, person = organization_by_code(session, pool_id, body.organization_code), person_by_username(session, body.username)
    items = [Item(line.tag, line.count) for line in body.lines]
    receipt = receipt_said(session, person.name, body.phone, body.signature)
    loaded = lanes.hand_out(session, body.lane, owner.id, person.id, items, body.last_day, by=access.me(), receipt=receipt, reason=body.reason)
    row = session.scalars(select(LaneIssue).where(LaneIssue.slip_id == loaded.document.id)).one()
    return _answers(session, [(row, session.get_one(Document, row.id))])[0]


@bp.post("/lanes/<number>/papers")
@access.signed_in
@rest.writes(LaneAnswer, PapersBody, status=200, refuses=REFUSED)
def papers(session: Session, body: PapersBody, number: str) -> rest.Json:
    """Bring the papers of an emergency issue."""
    by_number(session, access.current(), number, "RQ")
    file_id = file_for(session, access.current(), body.file_id).id
    document = lanes.add_papers(session, number, file_id, by=access.me())
    return _answers(session, [(session.get_one(LaneIssue, document.id), document)])[0]
