"""The allocation standard for machines: what holds, a new row, the posts of an organization."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import names, organization_by_code, path_of
from assetpool.records import rest
from assetpool.standards import queries, service
from assetpool.standards.models import StandardRow
from assetpool.standards.schemas import PostsAnswer, PostsBody, RowAnswer, RowBody, RowPage, StandardQuery

bp = rest.blueprint("standards", __name__, "Allocation standard")


def _answers(session: Session, rows: Sequence[StandardRow]) -> list[RowAnswer]:
    owners = names(session, [row.organization_id for row in rows])
    return [
        {
            "id": row.id,
            "organization_code": owners[row.organization_id].code if row.organization_id else None,
            "standard": row.standard,
            "category": row.category,
            "grade": row.grade,
            "class_code": row.class_code,
            "counted_class": row.counted_class,
            "measure": row.measure,
            "price_cap_fen": row.price_cap,
            "min_years": row.min_years,
            "pieces": row.pieces,
            "of_posts": row.of_posts,
            "up_to_posts": row.up_to_posts,
            "further_of_posts": row.further_of_posts,
            "quantity_rule": row.quantity_rule,
            "binding": row.binding,
            "source": row.source,
            "valid_from": row.valid_from,
            "set_at": row.set_at,
        }
        for row in rows
    ]


@bp.get("/standard")
@access.signed_in
@rest.reads(RowPage, StandardQuery, refuses=(NotFound,))
def listed(asked: StandardQuery) -> rest.Json:
    """List the rows of the allocation standard that hold, those of the whole pool first."""
    session, pool_id = db.session(), access.current().pool_id
    rows = queries.holding(session, pool_id, asked.on or service.today_of(session, pool_id))
    if asked.organization_code:
        above = path_of(session, organization_by_code(session, pool_id, asked.organization_code).id).split("/")
        rows = [row for row in rows if row.organization_id is None or str(row.organization_id) in above]
    return rest.page(_answers(session, rows), None, len(rows))


@bp.post("/standard")
@access.signed_in
@rest.writes(RowAnswer, RowBody, refuses=(NotAllowed, NotFound, FieldInvalid, service.LaterVersion))
def put(session: Session, body: RowBody) -> rest.Json:
    """Put a row on file; earlier versions stay."""
    pool_id = access.current().pool_id
    said = body.model_dump(exclude={"organization_code", "price_cap_fen"})
    owner = organization_by_code(session, pool_id, body.organization_code).id if body.organization_code else None
    row = service.put(session, pool_id, service.NewRow(**said, organization_id=owner, price_cap=body.price_cap_fen), by=access.me())
    return _answers(session, [row])[0]


@bp.get("/organizations/<code>/posts")
@access.signed_in
@rest.reads(PostsAnswer, refuses=(NotFound,))
def posts(code: str) -> rest.Json:
    """Show how many posts an organization has."""
    session = db.session()
    return _posts(session, organization_by_code(session, access.current().pool_id, code))


def _posts(session: Session, owner: Organization) -> PostsAnswer:
    found = queries.posts_of(session, [owner.id], service.today_of(session, owner.pool_id))
    return {"organization_code": owner.code, "posts": found.get(owner.id, {})}


@bp.post("/organizations/<code>/posts")
@access.signed_in
@rest.writes(PostsAnswer, PostsBody, refuses=(NotAllowed, NotFound, FieldInvalid))
def count_posts(session: Session, body: PostsBody, code: str) -> rest.Json:
    """Say how many posts an organization has."""
    owner = organization_by_code(session, access.current().pool_id, code)
    service.count_posts(session, owner.id, body.grade, body.posts, by=access.me(), source=body.source, valid_from=body.valid_from)
    return _posts(session, owner)
