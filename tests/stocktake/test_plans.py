"""Counting all year round: the next labels are proposed week by week, and how right the book was is known per store and year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed
from assetpool.org.queries import access_of
from assetpool.records.models import Document
from assetpool.stocktake import accuracy, counting, plans, posting, queries, service
from assetpool.stocktake.answering import Counted
from assetpool.stocktake.models import Stocktake
from tests import world as worlds
from tests.walking import send
from tests.world import World

database_template = worlds.template


def proposed(world: World) -> list[Document]:
    with atomic() as session:
        plans.propose(session, world.pool)
    return list(db.session().scalars(select(Document).where(Document.kind == "ST").order_by(Document.id)))


def counted_and_posted(world: World, number: str) -> set[str]:
    with atomic() as session:
        service.freeze(session, number, by=world.keeper)
    row = db.session().scalars(select(Stocktake).join(Document, Document.id == Stocktake.id).where(Document.number == number)).one()
    lines = [(asset.tag, line.expected) for line, asset, _kind in queries.lines(db.session(), row.id)]
    with atomic() as session:
        counting.count(session, number, [Counted(tag, tag, units=units) for tag, units in lines], by=world.keeper)
        service.finish(session, number, by=world.keeper)
        service.approve(session, number, by=world.approver)
        posting.post(session, number, by=world.keeper)
    return {tag for tag, _units in lines}


@pytest.mark.parametrize("ordered_by", ["class", "value"])
def test_every_week_other_labels_are_proposed_until_all_were_counted(world: World, ordered_by: str) -> None:
    with atomic() as session:
        plans.make(session, world.main, by=world.keeper, ordered_by=ordered_by, per_week=4)
    seen: list[set[str]] = []
    for week in range(3):
        with clock.at(clock.now() + timedelta(days=7 * week + 1)):
            documents = proposed(world)
            assert len(documents) == week + 1
            assert len(proposed(world)) == week + 1
            seen.append(counted_and_posted(world, documents[-1].number))
    assert [len(tags) for tags in seen] == [4, 4, 4]
    assert len(set().union(*seen)) == 11
    found = accuracy.of_stores(db.session(), access_of(db.session(), world.auditor))
    assert [(one.counts, one.lines, one.right, one.written) for one in found] == [(3, 12, 12, "100.00")]


def test_a_yearly_plan_proposes_everything_in_its_month_once(world: World) -> None:
    with atomic() as session:
        plans.make(session, world.main, by=world.keeper, way="full", month=3)
    with clock.at(clock.moment_on(clock.now().date().replace(year=2027, month=2, day=3), worlds.ZONE)):
        assert proposed(world) == []
    with clock.at(clock.moment_on(clock.now().date().replace(year=2027, month=3, day=3), worlds.ZONE)):
        assert [document.state for document in proposed(world)] == ["planned"]
        counted_and_posted(world, proposed(world)[0].number)
        assert len(proposed(world)) == 1


def test_only_who_counts_there_plans_and_ends(world: World) -> None:
    with pytest.raises(NotAllowed), atomic() as session:
        plans.make(session, world.main, by=world.clerk_a)
    with atomic() as session:
        plan_id = plans.make(session, world.main, by=world.keeper).id
    with pytest.raises(NotAllowed), atomic() as session:
        plans.end(session, plan_id, by=world.stranger)
    with atomic() as session:
        plans.end(session, plan_id, by=world.keeper)
    assert proposed(world) == []


def test_a_plan_is_made_and_ended_on_its_page(app: Flask, world: World) -> None:
    keeper = worlds.sign_in(app, "keeper")
    page = "/stocktakes/plans"
    assert send(keeper, page, {"store_id": world.main, "way": "cyclic", "ordered_by": "value", "per_week": "0", "month": "12"}).status_code == 422
    assert send(keeper, page, {"store_id": world.main, "way": "cyclic", "ordered_by": "value", "per_week": "20", "month": "12"}).status_code == 303
    assert "/stocktakes/plans/1/end" in keeper.get(page).text
    assert send(keeper, "/stocktakes/plans/1/end", {}, page).status_code == 303
    assert "/stocktakes/plans/1/end" not in keeper.get(page).text
    assert keeper.get("/stocktakes/accuracy").status_code == 200
