"""Prices, rents and newly entered kinds for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from assetpool.catalog.answers import kind_answers
from assetpool.catalog.models import Price, Rent
from assetpool.catalog.queries import kind as kind_of
from assetpool.catalog.schemas import KindAnswer
from assetpool.catalog.service import KindExists, NewKind
from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, SamePerson
from assetpool.org import access
from assetpool.prices import queries, service
from assetpool.prices.schemas import (
    NewKindBody,
    NewPriceBody,
    NewRentBody,
    PriceAnswer,
    PricePage,
    QuoteBody,
    RentAnswer,
    RentPage,
    VersionAnswer,
    VersionQuery,
)
from assetpool.records import rest

bp = rest.blueprint("prices", __name__, "Prices and rents")
REFUSALS = (NotAllowed, NotFound, FieldInvalid, SamePerson, service.PastRaised)


@bp.post("/kinds")
@access.signed_in
@rest.writes(KindAnswer, NewKindBody, refuses=(NotAllowed, KindExists, FieldInvalid, service.QuoteIsLower))
def add_kind(session: Session, body: NewKindBody) -> rest.Json:
    """Enter a kind, with its first price and rent if they are known; an unknown class code is accepted and flagged."""
    pool_id = access.current().pool_id
    new = NewKind(
        standard_cap=body.standard_cap_fen,
        register=body.register_,
        **body.model_dump(include=NewKind.__dataclass_fields__.keys() - {"standard_cap", "register"}),
    )
    made = service.add_kind(session, pool_id, new, access.me(), _first_price(body), _first_rent(body))
    return kind_answers(session, pool_id, [made])[0]


def _first_price(body: NewKindBody) -> service.NewPrice | None:
    if body.reference_price_fen is None and not body.price_quotes_recorded:
        return None
    return service.NewPrice(
        body.reference_price_fen,
        valid_from=body.price_valid_from,
        dated_on=body.price_dated_on,
        source=body.price_source,
        source_kind=body.price_source_kind,
        quotes=_quotes(body.price_quotes_recorded),
        evidence_file_id=body.price_file_id,
    )


def _first_rent(body: NewKindBody) -> service.NewRent | None:
    if body.rent_fen_per_day is None:
        return None
    return service.NewRent(
        body.rent_fen_per_day,
        per_7_days=body.rent_fen_per_7_days,
        per_30_days=body.rent_fen_per_30_days,
        valid_from=body.rent_valid_from,
        dated_on=body.rent_dated_on,
        source=body.rent_source,
        source_kind=body.rent_source_kind,
        evidence_file_id=body.rent_file_id,
    )


def _quotes(said: Sequence[QuoteBody]) -> list[service.Quote]:
    return [service.Quote(quote.supplier, quote.amount_fen, quote.dated_on, quote.file_id) for quote in said]


@bp.get("/prices")
@access.signed_in
@rest.reads(PricePage, VersionQuery)
def prices(asked: VersionQuery) -> rest.Json:
    """List versions of reference prices, the newest first: all of them, those of a kind, or those that hold on a day."""
    rows, following, total = _page(Price, asked)
    return rest.page(_prices(db.session(), rows), following, total)


@bp.post("/prices")
@access.signed_in
@rest.writes(PriceAnswer, NewPriceBody, refuses=(*REFUSALS, service.QuoteIsLower))
def set_price(session: Session, body: NewPriceBody) -> rest.Json:
    """Put a version of a reference price on file; earlier versions stay."""
    kind_of(session, access.current().pool_id, body.kind_id)
    new = service.NewPrice(body.amount_fen, quotes=_quotes(body.quotes), **body.model_dump(exclude={"kind_id", "amount_fen", "quotes"}))
    return _prices(session, [service.set_price(session, body.kind_id, new, access.me())])[0]


@bp.get("/rents")
@access.signed_in
@rest.reads(RentPage, VersionQuery)
def rents(asked: VersionQuery) -> rest.Json:
    """List versions of rent tariffs, the newest first: all of them, those of a kind, or those that hold on a day."""
    rows, following, total = _page(Rent, asked)
    return rest.page([_rent(row) for row in rows], following, total)


@bp.post("/rents")
@access.signed_in
@rest.writes(RentAnswer, NewRentBody, refuses=REFUSALS)
def set_rent(session: Session, body: NewRentBody) -> rest.Json:
    """Put a version of a rent tariff on file; earlier versions stay."""
    kind_of(session, access.current().pool_id, body.kind_id)
    told = body.model_dump(exclude={"kind_id", "per_day_fen", "per_7_days_fen", "per_30_days_fen"})
    new = service.NewRent(body.per_day_fen, body.per_7_days_fen, body.per_30_days_fen, **told)
    return _rent(service.set_rent(session, body.kind_id, new, access.me()))


def _page(model: Any, asked: VersionQuery) -> tuple[list[Any], tuple[int] | None, int | None]:
    session = db.session()
    before = rest.after(asked.cursor, (int,))
    wanted = queries.versions_listed(model, access.current().pool_id, asked.kind_id, asked.on)
    total = None if before else queries.counted(session, wanted)
    page = wanted.order_by(model.id.desc()).limit(asked.limit + 1)
    found = list(session.scalars(page.where(model.id < before[0]) if before else page))
    rows = found[: asked.limit]
    return rows, ((rows[-1].id,) if len(found) > len(rows) else None), total


def _version(row: Price | Rent) -> VersionAnswer:
    return {
        "id": row.id,
        "kind_id": row.kind_id,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "void": row.void,
        "dated_on": row.dated_on,
        "source": row.source,
        "source_kind": row.source_kind,
        "tax_included": row.tax_included,
        "transport_included": row.transport_included,
        "evidence_file_id": row.evidence_file_id,
        "set_at": row.set_at,
    }


def _prices(session: Session, rows: Sequence[Price]) -> list[PriceAnswer]:
    quotes = queries.quotes_of(session, [row.id for row in rows])
    return [
        {
            **_version(row),
            "amount_fen": row.amount,
            "quotes": [
                {"supplier": quote.supplier, "amount_fen": quote.amount, "dated_on": quote.dated_on, "file_id": quote.file_id}
                for quote in quotes.get(row.id, [])
            ],
        }
        for row in rows
    ]


def _rent(row: Rent) -> RentAnswer:
    return {**_version(row), "per_day_fen": row.per_day, "per_7_days_fen": row.per_7_days, "per_30_days_fen": row.per_30_days}
