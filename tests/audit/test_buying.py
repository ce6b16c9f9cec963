"""Certificates although things were free, and purchases without one, as the exceptions find them in the book."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from assetpool.audit import buying
from assetpool.certificates import service
from assetpool.certificates.looking import Days, Wanted
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.purchases import service as purchases
from tests import world as worlds
from tests.world import World

DESKS = "A05010201"
SERVERS = "A02010104"


@pytest.fixture
def database_template(make_template: object) -> str:
    """Name the template that holds the small world, with 10 desks in store."""
    assert callable(make_template)
    return str(make_template("world", worlds.fill))


def searched(world: World, code: str, quantity: int, declined: str = "", issue: bool = True) -> None:
    with atomic() as session:
        kept = service.search(session, world.department_b, [Wanted("", code, quantity)], Days(clock.today(worlds.ZONE), None), by=world.organizer_b).id
    if issue:
        with atomic() as session:
            service.issue(session, kept, {1: declined}, by=world.organizer_b, days_valid=30)


def bought(world: World, code: str, quantity: int, number: str) -> None:
    with atomic() as session:
        one = purchases.NewPurchase(world.department_b, code, quantity, clock.today(worlds.ZONE), "国库支付", number, amount=quantity * 100)
        purchases.record(session, world.pool, [one], world.finance)


def test_a_certificate_although_desks_were_free_is_listed_with_its_reason(app: Flask) -> None:
    with app.app_context():
        world = worlds.found()
        searched(world, DESKS, 15)
        searched(world, DESKS, 12, "尺寸不合")
        searched(world, SERVERS, 2)
        found = list(buying.declined(db.session(), world.pool, None, None))
        assert [(one.wanted, one.free, one.reason, one.organization_id) for one in found] == [(12, 10, "尺寸不合", world.department_b)]
        later = clock.today(worlds.ZONE) + timedelta(days=1)
        assert list(buying.declined(db.session(), world.pool, later, None)) == []


def test_a_purchase_is_listed_as_far_as_no_certificate_covers_it(app: Flask) -> None:
    with app.app_context():
        world = worlds.found()
        searched(world, SERVERS, 3)
        searched(world, DESKS, 12, issue=False)
        bought(world, SERVERS, 5, "1")
        bought(world, DESKS, 4, "2")
        bought(world, "A02020100", 1, "3")
        found = [(one.record, one.uncovered, one.amount, one.searched) for one in buying.uncertified(db.session(), world.pool, None, None)]
        assert found == [("国库支付 1", 2, 200, True), ("国库支付 2", 4, 400, True), ("国库支付 3", 1, 100, False)]
