"""Assets and their movements for machines."""

from __future__ import annotations

from typing import Any

from flask import Response, stream_with_context
from sqlalchemy import Row
from sqlalchemy.orm import Session

from assetpool.catalog.queries import store_by_code, store_with_those_below, stores
from assetpool.core import clock, spreadsheets
from assetpool.core.db import db
from assetpool.core.errors import NotFound
from assetpool.core.models import Pool
from assetpool.core.web import attachment
from assetpool.custody import export, finder, queries
from assetpool.custody.models import Movement, Tranche
from assetpool.custody.schemas import AssetAnswer, AssetDetailAnswer, AssetFilter, AssetPage, AssetQuery, MovementAnswer, MovementPage, PartAnswer
from assetpool.org import access
from assetpool.org.queries import names, organization_by_code
from assetpool.records import rest
from assetpool.records.queries import visible_numbers
from assetpool.records.schemas import ListQuery

bp = rest.blueprint("assets", __name__, "Assets")


_MEMBERS: dict[str, str] = {
    "tag": "tag", "kind_id": "kind_id", "name": "kind_name", "name_en": "kind_name_en", "spec": "spec", "measure": "measure", "class_code": "class_code",
    "class_code_set": "class_code_set", "lot": "form", "units": "units", "store": "store_code", "store_name": "store_name", "place": "place",
    "status": "state", "condition": "condition", "custodian": "custodian_code", "custodian_name": "custodian_name", "brand": "brand", "serial": "serial",
    "external_no": "external_no",
}  # fmt: skip
"""Member of the answer → column of the list."""
_values = finder.picked(*_MEMBERS.values())


def _answer(row: Row[Any]) -> AssetAnswer:
    found: Any = dict(zip(_MEMBERS, _values(row), strict=True))
    found["lot"] = found["lot"] == "lot"
    answer: AssetAnswer = found
    return answer


def _wish(session: Session, asked: AssetFilter) -> finder.Wish:
    mine = access.current()
    return finder.Wish(
        q=asked.q,
        class_code=asked.class_code,
        state=asked.status.value if asked.status else "",
        condition=asked.condition.value if asked.condition else "",
        store_ids=tuple(store_with_those_below(session, store_by_code(session, mine.pool_id, asked.store).id)) if asked.store else (),
        organization_ids=(organization_by_code(session, mine.pool_id, asked.organization).id,) if asked.organization else (),
        kind_id=asked.kind_id,
        sort=asked.sort or "" if isinstance(asked, AssetQuery) else "",
        reserves=mine.has(*finder.MAY_SEE_RESERVES),
    )


@bp.get("/assets")
@access.signed_in
@rest.reads(AssetPage, AssetQuery, refuses=(NotFound,))
def listed(asked: AssetQuery) -> rest.Json:
    """Find assets; without `sort` they come by kind where words, class or store narrow the list, else newest first."""
    session = db.session()
    wish = _wish(session, asked)
    sort = finder.sort_of(wish)
    place = rest.after(asked.cursor, finder.cursor_kinds(sort), sort)
    found = finder.find(session, access.current().pool_id, wish, place, asked.limit)
    return rest.page([_answer(row) for row in found.rows], found.following, found.total, total_capped=found.capped)


@bp.get("/assets.csv")
@access.signed_in
@rest.reads(bytes, AssetFilter, refuses=(NotFound,), media_type=spreadsheets.CSV)
def exported(asked: AssetFilter) -> Response:
    """Export what the same filters list as CSV, all of it, as it is read."""
    session, mine = db.session(), access.current()
    rows = stream_with_context(export.csv_of(session, mine.pool_id, _wish(session, asked)))
    return attachment(rows, spreadsheets.CSV, export.file_name(clock.today(session.get_one(Pool, mine.pool_id).time_zone)))


@bp.get("/assets/<tag>")
@access.signed_in
@rest.reads(AssetDetailAnswer, refuses=(NotFound,))
def shown(tag: str) -> rest.Json:
    """Show an asset with its parts, by its tag."""
    session, mine = db.session(), access.current()
    row = finder.one(session, mine.pool_id, tag)
    parts = queries.tranches_of(session, row.id)
    return {**_answer(row), "parts": _parts(session, parts, queries.sees_books(session, mine, parts))}


def _parts(session: Session, parts: list[Tranche], books: bool) -> list[PartAnswer]:
    organizations = names(session, [i for part in parts for i in (part.owner_id, part.book_id, part.custodian_id)])
    at = stores(session, [part.store_id for part in parts])
    numbers = visible_numbers(session, access.current(), [part.document_id for part in parts])
    return [
        {
            "count": part.count,
            "status": part.state,
            "condition": part.condition,
            "store": at[part.store_id].code,
            "place": part.place,
            "owner": organizations[part.owner_id].code,
            "book_organization": organizations[part.book_id].code,
            "custodian": organizations[part.custodian_id].code,
            "acquired_on": part.acquired_on,
            "original_value_fen": part.original_value if books else None,
            "accumulated_depreciation_fen": part.accumulated_depreciation if books else None,
            "document": numbers.get(part.document_id or 0),
            "line": part.line_no,
            "due_on": part.due_on,
        }
        for part in parts
    ]


@bp.get("/assets/<tag>/movements")
@access.signed_in
@rest.reads(MovementPage, ListQuery, refuses=(NotFound,))
def movements(asked: ListQuery, tag: str) -> rest.Json:
    """List what happened to an asset, newest first."""
    session, mine = db.session(), access.current()
    asset = queries.by_tag(session, mine.pool_id, tag)
    before = rest.after(asked.cursor, (int,))
    rows = queries.movements_of(session, asset.id, before[0] if before else None, asked.limit + 1)
    page = rows[: asked.limit]
    return rest.page(_movements(session, page), (page[-1].height,) if len(rows) > len(page) else None)


def _movements(session: Session, rows: list[Movement]) -> list[MovementAnswer]:
    organizations = names(session, [i for row in rows for i in (row.owner_id, row.book_id, row.custodian_id)])
    at = stores(session, [row.store_id for row in rows])
    numbers = visible_numbers(session, access.current(), [row.document_id for row in rows])
    return [
        {
            "id": row.id,
            "height": row.height,
            "digest": row.digest,
            "act": row.act,
            "count": row.count,
            "status": row.state,
            "condition": row.condition,
            "store": at[row.store_id].code,
            "place": row.place,
            "custodian": organizations[row.custodian_id].code,
            "owner": organizations[row.owner_id].code,
            "book_organization": organizations[row.book_id].code,
            "document": numbers.get(row.document_id or 0),
            "line": row.line_no,
            "due_on": row.due_on,
            "occurred_at": row.occurred_at,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]
