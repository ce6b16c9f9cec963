"""The price book as it is read: versions, quotes, and which kinds want attention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Kind, Price, Rent
from assetpool.catalog.queries import with_words
from assetpool.core.errors import NotFound
from assetpool.prices.freshness import Limits
from assetpool.prices.models import PriceQuote
from assetpool.prices.versions import holding
from assetpool.records.models import File

STATES = ("stale", "no_price", "no_rent", "no_life", "over_cap", "unsourced", "few_quotes")
"""What a kind may want: a fresh price, a price, a rent, a service life, a price within the allocation standard's cap, a source, three quotes."""


def quotes_of(session: Session, price_ids: Iterable[int]) -> dict[int, list[PriceQuote]]:
    """Return the recorded quotes of each price, the lowest first, in one query."""
    wanted = set(price_ids)
    found: defaultdict[int, list[PriceQuote]] = defaultdict(list)
    if wanted:
        for row in session.scalars(select(PriceQuote).where(PriceQuote.price_id.in_(wanted)).order_by(PriceQuote.amount, PriceQuote.id)):
            found[row.price_id].append(row)
    return found


def quote_counts(session: Session, price_ids: Iterable[int | None]) -> dict[int, int]:
    """Return how many quotes are recorded with each price that has any, in one query."""
    statement = select(PriceQuote.price_id, func.count()).where(PriceQuote.price_id.in_({i for i in price_ids if i is not None}))
    return {row[0]: row[1] for row in session.execute(statement.group_by(PriceQuote.price_id))}


def versions_listed(model: Any, pool_id: int, kind_id: int | None, on: date | None) -> Select[Any]:
    """Return the query for versions of prices or rents: all of the pool, of a kind, or only those that hold on a day."""
    statement = select(model).join(Kind, Kind.id == model.kind_id).where(Kind.pool_id == pool_id)
    if kind_id is not None:
        statement = statement.where(model.kind_id == kind_id)
    return statement if on is None else statement.where(model.id.in_(select(holding_on(model, on).id)))


def counted(session: Session, statement: Select[Any]) -> int:
    """Return how many rows a query finds."""
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def holding_on(model: Any, day: date) -> Any:
    """Return the versions that hold on a day as something to join: the one begun last of each kind, unless it ended or is void."""
    turn = func.row_number().over(partition_by=model.kind_id, order_by=(model.valid_from.desc(), model.id.desc())).label("turn")
    ranked = select(model.id, turn).where(model.valid_from <= day).subquery()
    last = and_(ranked.c.id == model.id, ranked.c.turn == 1)
    lasts = select(model).join(ranked, last).where(~model.void, or_(model.valid_until.is_(None), model.valid_until >= day)).subquery()
    return aliased(model, lasts)


@dataclass(frozen=True)
class History:
    """Every version of a kind's price and rent, the one that begins last first; the ids of those that hold today; quotes and papers by id."""

    prices: list[Price]
    rents: list[Rent]
    holding: frozenset[tuple[str, int]]
    quotes: dict[int, list[PriceQuote]]
    papers: dict[int, File]


def history(session: Session, kind_id: int, day: date) -> History:
    """Return every version of a kind's price and rent, in a fixed number of queries."""
    prices = list(session.scalars(select(Price).where(Price.kind_id == kind_id).order_by(Price.valid_from.desc(), Price.id.desc())))
    rents = list(session.scalars(select(Rent).where(Rent.kind_id == kind_id).order_by(Rent.valid_from.desc(), Rent.id.desc())))
    held = [("price", holding(prices, day)), ("rent", holding(rents, day))]
    quotes = quotes_of(session, [row.id for row in prices])
    named = {row.evidence_file_id for row in prices} | {row.evidence_file_id for row in rents} | {quote.file_id for some in quotes.values() for quote in some}
    papers = {row.id: row for row in session.scalars(select(File).where(File.id.in_({i for i in named if i is not None})))}
    return History(prices, rents, frozenset((name, row.id) for name, row in held if row is not None), quotes, papers)


def paper(session: Session, pool_id: int, file_id: int) -> File:
    """Return a file that stands behind a price, a quote or a rent of the pool; raise NotFound for any other."""
    named = or_(
        exists().where(Price.evidence_file_id == File.id),
        exists().where(Rent.evidence_file_id == File.id),
        exists().where(PriceQuote.file_id == File.id),
    )
    found = session.scalar(select(File).where(File.id == file_id, File.pool_id == pool_id, named))
    if found is None:
        raise NotFound(what=str(file_id))
    return found


@dataclass(frozen=True)
class Line:
    """A kind of the price book with what holds today."""

    kind: Kind
    price: Price | None
    rent: Rent | None


def wanting(price: Any, rent: Any, allowed: Limits, day: date) -> dict[str, ColumnElement[bool]]:
    """Return per state the condition under which a kind wants that."""
    oldest = case((Kind.computer, day - timedelta(days=allowed[1])), else_=day - timedelta(days=allowed[0]))
    return {
        "stale": and_(price.id.is_not(None), or_(price.dated_on.is_(None), price.dated_on < oldest)),
        "no_price": price.id.is_(None),
        "no_rent": rent.id.is_(None),
        "no_life": Kind.service_life_months.is_(None),
        "over_cap": and_(Kind.standard_cap.is_not(None), price.amount > Kind.standard_cap),
        "unsourced": and_(price.id.is_not(None), or_(price.source == "", price.dated_on.is_(None))),
        "few_quotes": and_(price.id.is_not(None), price.source_kind != "framework", price.quotes < 3),
    }


def book(
    session: Session, pool_id: int, day: date, allowed: Limits, *, query: str = "", state: str = "", after: int = 0, limit: int | None = None
) -> list[Line]:
    """Return kinds that are offered with their price and rent of a day, in one query, narrowed by words and by what they want."""
    price, rent = holding_on(Price, day), holding_on(Rent, day)
    statement = select(Kind, price, rent).outerjoin(price, price.kind_id == Kind.id).outerjoin(rent, rent.kind_id == Kind.id)
    statement = statement.where(Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None), Kind.id > after).order_by(Kind.id)
    words = with_words(query) if query else None
    if words is not None:
        statement = statement.where(words)
    if state in STATES:
        statement = statement.where(wanting(price, rent, allowed, day)[state])
    return [Line(row[0], row[1], row[2]) for row in session.execute(statement if limit is None else statement.limit(limit))]


def wants(session: Session, pool_id: int, day: date, allowed: Limits) -> dict[str, int]:
    """Return how many kinds want what, and how many there are (`all`), in one query."""
    price, rent = holding_on(Price, day), holding_on(Rent, day)
    states = wanting(price, rent, allowed, day)
    counts = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name) for name, condition in states.items()]
    statement = select(func.count().label("all"), *counts).select_from(Kind).outerjoin(price, price.kind_id == Kind.id)
    row = session.execute(statement.outerjoin(rent, rent.kind_id == Kind.id).where(Kind.pool_id == pool_id, Kind.withdrawn_at.is_(None))).one()
    return {name: int(value) for name, value in row._mapping.items()}


def states_of(line: Line, allowed: Limits, day: date) -> list[str]:
    """Return what a line of the book wants, in the order of STATES."""
    kind, price, rent = line.kind, line.price, line.rent
    days = allowed[1 if kind.computer else 0]
    found = {
        "stale": price is not None and (price.dated_on is None or (day - price.dated_on).days > days),
        "no_price": price is None,
        "no_rent": rent is None,
        "no_life": kind.service_life_months is None,
        "over_cap": price is not None and kind.standard_cap is not None and price.amount > kind.standard_cap,
        "unsourced": price is not None and (not price.source or price.dated_on is None),
        "few_quotes": price is not None and price.source_kind != "framework" and price.quotes < 3,
    }
    return [state for state in STATES if found[state]]
