"""Kinds and stores for machines."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assetpool.catalog import queries, service
from assetpool.catalog.models import AssetClass, Kind, Price, Rent, Store
from assetpool.catalog.schemas import KindAnswer, KindPage, KindQuery, NewKindBody, NewStoreBody, StoreAnswer, StorePage, StoreQuery
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, NotFound
from assetpool.core.models import Pool
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


def kind_answers(session: Session, pool_id: int, kinds: Sequence[Kind]) -> list[KindAnswer]:
    """Return kinds with their class names and what holds today, in a fixed number of queries."""
    today = clock.today(session.get_one(Pool, pool_id).time_zone)
    prices, rents = queries.prices_on(session, [k.id for k in kinds], today), queries.rents_on(session, [k.id for k in kinds], today)
    classes = queries.class_names(session, [(k.class_code_set, k.class_code) for k in kinds])
    return [_kind_answer(kind, prices.get(kind.id), rents.get(kind.id), classes.get((kind.class_code_set, kind.class_code))) for kind in kinds]


def _kind_answer(kind: Kind, price: Price | None, rent: Rent | None, named: AssetClass | None) -> KindAnswer:
    return {
        "id": kind.id,
        "class_code": kind.class_code,
        "class_code_set": kind.class_code_set,
        "class_confirmed": kind.class_confirmed,
        "class_name": named.name if named else None,
        "name": kind.name,
        "name_en": kind.name_en,
        "spec": kind.spec,
        "measure": kind.measure,
        "volume_litres": kind.volume_litres,
        "service_life_months": kind.service_life_months,
        "service_life_source": kind.service_life_source,
        "standard_cap_fen": kind.standard_cap,
        "standard_cap_source": kind.standard_cap_source,
        "turn_round_days": kind.turn_round_days,
        "label_policy": kind.label_policy,
        "register": kind.register,
        "computer": kind.computer,
        "withdrawn": kind.withdrawn_at is not None,
        "reference_price_fen": price.amount if price else None,
        "price_dated_on": price.dated_on if price else None,
        "price_source": price.source if price else None,
        "rent_fen_per_day": rent.per_day if rent else None,
        "rent_fen_per_7_days": rent.per_7_days if rent else None,
        "rent_fen_per_30_days": rent.per_30_days if rent else None,
    }


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


@bp.post("/kinds")
@access.signed_in
@rest.writes(KindAnswer, NewKindBody, refuses=(NotAllowed, service.KindExists))
def add_kind(session: Session, body: NewKindBody) -> rest.Json:
    """Enter a kind, with its first price and rent if they are known; an unknown class code is accepted and flagged."""
    pool_id = access.current().pool_id
    new = service.NewKind(
        standard_cap=body.standard_cap_fen,
        register=body.register_,
        **body.model_dump(include=service.NewKind.__dataclass_fields__.keys() - {"standard_cap", "register"}),
    )
    made = service.add_kind(session, pool_id, new, access.me(), _price(body), _rent(body))
    return kind_answers(session, pool_id, [made])[0]


def _price(body: NewKindBody) -> service.NewPrice | None:
    if body.reference_price_fen is None:
        return None
    return service.NewPrice(
        body.reference_price_fen,
        valid_from=body.price_valid_from,
        dated_on=body.price_dated_on,
        source=body.price_source,
        source_kind=body.price_source_kind,
        quotes=body.price_quotes,
        evidence_file_id=body.price_file_id,
    )


def _rent(body: NewKindBody) -> service.NewRent | None:
    if body.rent_fen_per_day is None:
        return None
    return service.NewRent(
        body.rent_fen_per_day,
        per_7_days=body.rent_fen_per_7_days,
        per_30_days=body.rent_fen_per_30_days,
        valid_from=body.rent_valid_from,
        source=body.rent_source,
        evidence_file_id=body.rent_file_id,
    )
