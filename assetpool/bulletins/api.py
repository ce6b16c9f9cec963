"""Bulletins for machines: the issued ones, and issuing one."""

from __future__ import annotations

import json

from flask import current_app
from sqlalchemy.orm import Session

from assetpool.bulletins import queries, service
from assetpool.bulletins.models import Bulletin
from assetpool.bulletins.queries import Question
from assetpool.bulletins.schemas import BulletinAnswer, BulletinPage, BulletinQuery, NewBulletinBody
from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.org import access
from assetpool.org.queries import organization_by_code
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.service import check_of

bp = rest.blueprint("bulletins", __name__, "Savings")


@bp.get("/bulletins")
@access.signed_in
@rest.reads(BulletinPage, BulletinQuery)
def bulletins(asked: BulletinQuery) -> rest.Json:
    """List the issued bulletins, the newest first."""
    after = rest.after(asked.cursor, (int,))
    found = queries.issued(db.session(), access.current().pool_id, after[0] if after else None, asked.limit + 1)
    page = found[: asked.limit]
    return rest.page([_answer(row, document) for row, document in page], (page[-1][1].id,) if len(found) > len(page) else None)


@bp.get("/bulletins/<number>")
@access.signed_in
@rest.reads(BulletinAnswer, refuses=(NotFound,))
def bulletin(number: str) -> rest.Json:
    """Show an issued bulletin with its frozen figures."""
    return _answer(*queries.by_number(db.session(), access.current().pool_id, number))


@bp.post("/bulletins")
@access.signed_in
@rest.writes(BulletinAnswer, NewBulletinBody, refuses=(NotAllowed, NotFound, FieldInvalid, service.NothingToSay))
def issue(session: Session, body: NewBulletinBody) -> rest.Json:
    """Issue a bulletin on a period, an event or a receiving organization; its figures are frozen."""
    pool_id = access.current().pool_id
    organization = organization_by_code(session, pool_id, body.organization_code).id if body.organization_code else None
    question = Question(body.from_, body.to, body.basis, body.event_id, organization)
    document = service.issue(session, pool_id, question, access.me(), body.title, body.title_en)
    return _answer(session.get_one(Bulletin, document.id), document)


def _answer(row: Bulletin, document: Document) -> BulletinAnswer:
    values = json.loads(row.figures)
    return {
        "number": document.number,
        "state": document.state,
        "title": row.title,
        "title_en": row.title_en,
        "from": row.first_day,
        "to": row.last_day,
        "basis": row.basis,
        "event_id": row.event_id,
        "sentences": values["sentences"],
        "kinds": values["kinds"],
        "policies": values["policies"],
        "chain": {"height": row.height, "head": row.head},
        "digest": row.digest,
        "issued_at": row.issued_at,
        "check": check_of(current_app.config["SECRET_KEY"], document.number),
    }
