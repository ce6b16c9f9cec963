"""Kinds and stores for machines; kinds are entered with their prices, one floor above."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.catalog import queries, service
from assetpool.catalog.answers import kind_answers
from assetpool.catalog.models import Store
from assetpool.catalog.schemas import KindAnswer, KindPage, KindQuery, NewStoreBody, StoreAnswer, StorePage, StoreQuery
from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, NotFound
from assetpool.org import access
from assetpool.org.queries import names, organization_by_code
from assetpool.org.service import NameTaken
from assetpool.records import rest

bp = rest.blueprint("catalog", __name__, "Catalogue")


def _store_answers(session: Session, stores: Sequence[Store]) -> list[StoreAnswer]:
    organizations = names(session, [store.organization_id for store in stores])
    parents = queries.stores(session, [store.parent_id for store in stores])
    return [
        {
            "id": store.id,
            "code": store.code,
            "name": store.name,
            "name_en": store.name_en,
            "type": store.type,
            "organization_code": organizations[store.organization_id].code,
            "parent_code": parents[store.parent_id].code if store.parent_id else None,
            "address": store.address,
            "telephone": store.telephone,
        }
        for store in stores
    ]


@bp.get("/stores")
@access.signed_in
@rest.reads(StorePage, StoreQuery)
def stores(asked: StoreQuery) -> rest.Json:
    """List the stores."""
    session, pool_id = db.session(), access.current().pool_id
    before = rest.after(asked.cursor, (int,))
    found = [s for s in queries.all_stores(session, pool_id) if before is None or s.id > before[0]]
    if asked.organization:
        organization = organization_by_code(session, pool_id, asked.organization)
        found = [store for store in found if store.organization_id == organization.id]
    page = found[: asked.limit]
    return rest.page(_store_answers(session, page), (page[-1].id,) if len(found) > len(page) else None, None if before else len(found))


@bp.get("/stores/<code>")
@access.signed_in
@rest.reads(StoreAnswer, refuses=(NotFound,))
def store(code: str) -> rest.Json:
    """Show a store by its code."""
    return _store_answers(db.session(), [queries.store_by_code(db.session(), access.current().pool_id, code)])[0]


@bp.post("/stores")
@access.signed_in
@rest.writes(StoreAnswer, NewStoreBody, refuses=(NotAllowed, NameTaken, NotFound))
def open_store(session: Session, body: NewStoreBody) -> rest.Json:
    """Open a store."""
    pool_id = access.current().pool_id
    made = service.add_store(
        session,
        pool_id,
        body.code,
        body.name,
        organization_by_code(session, pool_id, body.organization_code).id,
        body.type,
        access.me(),
        name_en=body.name_en,
        address=body.address,
        telephone=body.telephone,
        parent_id=queries.store_by_code(session, pool_id, body.parent_code).id if body.parent_code else None,
    )
    return _store_answers(session, [made])[0]


@bp.get("/kinds")
@access.signed_in
@rest.reads(KindPage, KindQuery)
def kinds(asked: KindQuery) -> rest.Json:
    """Find kinds by words and class."""
    session, pool_id = db.session(), access.current().pool_id
    before = rest.after(asked.cursor, (int,))
    found, total = queries.listed_kinds(session, pool_id, asked.q, asked.class_code, before[0] if before else None, asked.limit + 1)
    page = found[: asked.limit]
    return rest.page(kind_answers(session, pool_id, page), (page[-1].id,) if len(found) > len(page) else None, total)


@bp.get("/kinds/<int:kind_id>")
@access.signed_in
@rest.reads(KindAnswer, refuses=(NotFound,))
def kind(kind_id: int) -> rest.Json:
    """Show a kind."""
    session, pool_id = db.session(), access.current().pool_id
    return kind_answers(session, pool_id, [queries.kind(session, pool_id, kind_id)])[0]
