"""Versions and quotes: the lowest quote counts, nothing is overwritten, nothing is raised for days gone by, and duties stay apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from assetpool.catalog.models import Price
from assetpool.catalog.queries import prices_on, rents_on
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson
from assetpool.prices import freshness, queries, service
from assetpool.prices.service import NewPrice, NewRent, Quote
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.world import World, stock

TODAY = clock.today(worlds.ZONE)
DAY = timedelta(days=1)
THREE = [Quote("甲公司", 90_000, TODAY - 3 * DAY), Quote("乙公司", 85_000, TODAY - 9 * DAY), Quote("丙公司", 99_000)]


def put(world: World, new: NewPrice, by: int | None = None) -> int:
    with atomic() as session:
        return service.set_price(session, world.desk, new, by or world.valuer).id


def held(world: World, day: date = TODAY) -> int | None:
    price = prices_on(db.session(), [world.desk], day).get(world.desk)
    return price.amount if price else None


def asked_for(world: World, by: int) -> str:
    """Let somebody of department B ask for a desk; return the number."""
    with atomic() as session:
        number = drafting.draft(session, world.department_b, [Wish(1, world.desk)], TODAY, TODAY + DAY, by=by).number
        requisitions.submit(session, number, by=by)
        return number


def test_of_three_quotes_the_lowest_is_the_price_and_the_oldest_dates_it(world: World) -> None:
    number = put(world, NewPrice(None, source="三家询价", source_kind="quotes", dated_on=TODAY - DAY, quotes=THREE))
    price = db.session().get_one(Price, number)
    assert (price.amount, price.dated_on, price.quotes) == (85_000, TODAY - 9 * DAY, 3)
    assert [(quote.supplier, quote.amount) for quote in queries.quotes_of(db.session(), [number])[number]] == [
        ("乙公司", 85_000), ("甲公司", 90_000), ("丙公司", 99_000),
    ]  # fmt: skip


def test_a_price_above_its_lowest_quote_is_refused(world: World) -> None:
    with pytest.raises(service.QuoteIsLower):
        put(world, NewPrice(90_000, source="三家询价", dated_on=TODAY, quotes=THREE))


def test_one_supplier_does_not_quote_twice(world: World) -> None:
    with pytest.raises(FieldInvalid):
        put(world, NewPrice(None, source="询价", dated_on=TODAY, quotes=[Quote("甲公司", 5), Quote(" 甲公司 ", 6)]))


def test_a_version_ends_where_it_says_and_the_one_before_does_not_come_back(world: World) -> None:
    put(world, NewPrice(80_000, source="协议", dated_on=TODAY, valid_from=TODAY, valid_until=TODAY + 9 * DAY))
    assert [held(world, TODAY + n * DAY) for n in (-1, 0, 9, 10)] == [100_000, 80_000, 80_000, None]


def test_a_higher_price_holds_from_today_at_the_earliest_and_a_lower_one_may_hold_before(world: World) -> None:
    with pytest.raises(service.PastRaised):
        put(world, NewPrice(100_001, source="协议", dated_on=TODAY, valid_from=TODAY - DAY))
    put(world, NewPrice(99_999, source="协议", dated_on=TODAY, valid_from=TODAY - DAY))
    put(world, NewPrice(120_000, source="协议", dated_on=TODAY, valid_from=TODAY))
    assert (held(world, TODAY - DAY), held(world)) == (99_999, 120_000)


@pytest.mark.parametrize("tariff", [(301, None, None), (300, 1801, None), (300, 1800, 6001)])
def test_a_higher_rent_holds_from_today_at_the_earliest(world: World, tariff: tuple[int, int | None, int | None]) -> None:
    with atomic() as session:
        with pytest.raises(service.PastRaised):
            service.set_rent(session, world.desk, NewRent(*tariff, valid_from=TODAY - DAY, source="协议"), world.valuer)
        service.set_rent(session, world.desk, NewRent(*tariff, valid_from=TODAY, source="协议"), world.valuer)
    assert rents_on(db.session(), [world.desk], TODAY)[world.desk].per_day == tariff[0]


def test_a_paper_of_tomorrow_dates_no_price(world: World) -> None:
    with pytest.raises(FieldInvalid):
        put(world, NewPrice(5, source="协议", dated_on=TODAY + DAY))


def test_only_those_who_may_price_set_prices(world: World) -> None:
    with pytest.raises(NotAllowed):
        put(world, NewPrice(5, source="协议", dated_on=TODAY), world.keeper)


def test_who_set_the_price_may_not_approve_what_it_prices(world: World) -> None:
    with atomic() as session:
        stock(session, world.desk, 1)
    number = asked_for(world, world.organizer_b)
    with atomic() as session:
        service.set_price(session, world.desk, NewPrice(90_000, source="协议", dated_on=TODAY), world.approver)
    with atomic() as session, pytest.raises(SamePerson):
        requisitions.approve(session, number, by=world.approver)
    with atomic() as session:
        requisitions.approve(session, number, by=world.approver2)


def test_who_approved_may_not_price_it_before_it_is_handed_over(world: World) -> None:
    number = asked_for(world, world.organizer_b)
    with atomic() as session:
        requisitions.approve(session, number, by=world.approver)
    with pytest.raises(SamePerson):
        put(world, NewPrice(90_000, source="协议", dated_on=TODAY), world.approver)
    with atomic() as session:
        requisitions.cancel(session, number, by=world.organizer_b)
    put(world, NewPrice(90_000, source="协议", dated_on=TODAY), world.approver)


def test_what_a_kind_wants_is_counted_and_listed_alike(world: World) -> None:
    with atomic() as session:
        service.set_price(session, world.chair, NewPrice(90_000, source="协议", dated_on=TODAY - 366 * DAY, source_kind="framework"), world.valuer)
        service.set_price(session, world.computer, NewPrice(400_000, source="协议", dated_on=TODAY - 181 * DAY, source_kind="framework"), world.valuer)
    session, allowed = db.session(), freshness.limits(db.session(), world.pool, TODAY)
    counted = queries.wants(session, world.pool, TODAY, allowed)
    listed = {state: [line.kind.id for line in queries.book(session, world.pool, TODAY, allowed, state=state)] for state in queries.STATES}
    assert listed["stale"] == [world.chair, world.computer]
    assert (listed["over_cap"], listed["no_rent"]) == ([world.chair], [world.computer])
    assert {state: len(ids) for state, ids in listed.items()} == {state: counted[state] for state in queries.STATES}
    lines = queries.book(session, world.pool, TODAY, allowed)
    told = {state: [line.kind.id for line in lines if state in queries.states_of(line, allowed, TODAY)] for state in queries.STATES}
    assert told == listed


def test_versions_are_never_overwritten(world: World) -> None:
    before = db.session().scalar(select(func.count()).select_from(Price))
    db.session().rollback()
    put(world, NewPrice(70_000, source="协议", dated_on=TODAY))
    put(world, NewPrice(60_000, source="协议", dated_on=TODAY))
    assert (db.session().scalar(select(func.count()).select_from(Price)), held(world)) == ((before or 0) + 2, 60_000)
