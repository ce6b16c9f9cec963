"""What is written by columns is stored as it was given, and digested as if row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetpool.core import chain
from assetpool.core.bulk import Same
from assetpool.core.db import atomic, db
from assetpool.core.tags import make_tag, make_tags
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Movement, Tranche
from tests import world as worlds
from tests.world import World

ODD = ("", "a\tb", "c\\Nd", "\\N", "line\nend\r", "100 %s %", "it's", '"quoted"', "名称：“折叠”", "NULL", "?")
VALUES = st.one_of(st.none(), st.integers(-(10**15), 10**15), st.text(), st.sampled_from(ODD))


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@pytest.fixture
def world(context: Flask) -> World:
    return worlds.found()


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5), VALUES)
def test_a_digest_by_columns_is_the_digest_of_the_row(rows: list[tuple[Any, Any]], shared: Any) -> None:
    one, two = zip(*rows, strict=True)
    batch = chain.Batch(len(rows), {"one": list(one), "shared": Same(shared), "two": list(two)})
    previous = chain.GENESIS
    for (first, second), digest in zip(rows, chain._digests("movement", batch, previous), strict=True):
        previous = chain.digest_of("movement", [first, shared, second], previous)
        assert digest == previous


@pytest.mark.parametrize("first", [0, 5, 1_048_570])
def test_tags_made_together_are_the_tags_made_one_by_one(first: int) -> None:
    assert make_tags(first, 3000) == [make_tag(number) for number in range(first, first + 3000)]


@pytest.mark.parametrize("count", [3, 220])
def test_odd_texts_come_back_as_they_were_given(world: World, count: int) -> None:
    things = [_thing(world, place=ODD[n % len(ODD)], brand=ODD[n // 2 % len(ODD)], acquired_on=date(2025, 1, 1) if n % 3 else None) for n in range(count)]
    ids = _registered(world, things)
    session = db.session()
    stored = select(Asset.place, Asset.brand, Tranche.acquired_on).join(Tranche, Tranche.asset_id == Asset.id).where(Asset.id.in_(ids))
    assert [tuple(row) for row in session.execute(stored.order_by(Asset.id))] == [(thing.place, thing.brand, thing.acquired_on) for thing in things]
    assert session.scalars(select(Movement.place).where(Movement.asset_id.in_(ids)).order_by(Movement.asset_id)).all() == [thing.place for thing in things]
    assert chain.verify(session.connection(), world.pool)[3] is None


@pytest.mark.parametrize("count", [3, 220])
def test_what_the_tables_refuse_is_refused_in_bulk_too(world: World, count: int) -> None:
    with pytest.raises(IntegrityError):
        _registered(world, [_thing(world, custodian_id=10**6 if n == count - 1 else world.department_a) for n in range(count)])
    assert db.session().scalar(select(Asset.id).where(Asset.brand == "of the test")) is None


def _thing(world: World, **parts: Any) -> custody.NewAsset:
    kind = db.session().execute(select(Asset.kind_id, Asset.store_id).limit(1)).one()
    own = world.department_a
    usual = {"brand": "of the test", "custodian_id": own}
    return custody.NewAsset(kind.kind_id, "unit", 1, kind.store_id, own, own, own, **(usual | parts))


def _registered(world: World, things: list[custody.NewAsset]) -> list[int]:
    cause = custody.Cause(None, None, world.clerk_a, datetime(2026, 1, 1, tzinfo=UTC))
    with atomic() as session:
        custody.lock_stock(session, [(thing.kind_id, thing.store_id) for thing in things])
        return custody.register(session, world.pool, things, cause)
