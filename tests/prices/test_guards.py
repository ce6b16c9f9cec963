"""Prices, rents and quotes attacked with raw SQL: what is on file can be neither changed nor taken away, only followed by a newer version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from assetpool.catalog.models import Price, Rent
from assetpool.core.db import atomic, db
from assetpool.prices import service
from assetpool.prices.models import PriceQuote
from tests.world import World

TABLES = {"price": Price, "rent": Rent, "price_quote": PriceQuote}
DEEDS = [
    "UPDATE price SET amount = amount + 1",
    "UPDATE price SET valid_from = '2001-01-01'",
    "UPDATE price SET set_by = NULL",
    "UPDATE rent SET per_day = 1",
    "UPDATE rent SET source = 'another'",
    "UPDATE price_quote SET amount = 1",
    "DELETE FROM price_quote",
    "DELETE FROM rent",
]


@pytest.fixture
def quoted(world: World) -> Iterator[None]:
    """Give the desk a price with three quotes."""
    quotes = [service.Quote(name, amount) for name, amount in (("甲", 150_000), ("乙", 152_000), ("丙", 155_000))]
    with atomic() as session:
        service.set_price(session, world.desk, service.NewPrice(None, source="询价单", source_kind="quotes", quotes=quotes), world.valuer)
    yield


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_on_file_stays(quoted: None, deed: str) -> None:
    before = {name: db.session().scalar(select(func.count()).select_from(model)) for name, model in TABLES.items()}
    db.session().rollback()
    assert all(before.values()), before
    with pytest.raises(DBAPIError, match="append-only"), atomic() as session:
        session.execute(text(deed))
    assert {name: db.session().scalar(select(func.count()).select_from(model)) for name, model in TABLES.items()} == before


@pytest.mark.sqlite
@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_written_over_what_is_on_file(quoted: None, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), atomic() as session:
        session.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))


@pytest.mark.postgresql
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_not_emptied(quoted: None, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), atomic() as session:
        session.execute(text(f"TRUNCATE {table} CASCADE"))
