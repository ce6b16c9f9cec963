"""A purchase with a certificate is not bought anyway, as far as the certificate goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.certificates import cover, service
from assetpool.certificates.looking import Days, Wanted
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.purchases import service as purchases
from assetpool.purchases.models import PurchaseMatch
from tests import world as worlds
from tests.savings.papers import full_act

CLASS = "A05010201"
FURNITURE = "A05010000"


@dataclass(frozen=True)
class Bought:
    """A purchase."""

    id: int
    organization_id: int
    quantity: int
    bought_on: date
    class_code_set: str = "GPC-2022"
    class_code: str = CLASS


def certify(world: worlds.World, quantity: int, code: str = CLASS) -> int:
    """Issue a certificate for furniture to department B and return how many desks were free."""
    with atomic() as session:
        today = clock.today(worlds.ZONE)
        search = service.search(session, world.department_b, [Wanted("办公桌", code, quantity)], Days(today, None), by=world.organizer_b)
    with atomic() as session:
        service.issue(session, search.id, {1: "颜色不合"}, by=world.organizer_b, days_valid=30)
    return 10


def test_each_covered_unit_is_used_up_once_and_only_while_it_stands(app: Flask) -> None:
    with app.app_context():
        world = worlds.found()
        free = certify(world, 25)
        today = clock.today(worlds.ZONE)
        late = today + timedelta(days=30)
        bought = [Bought(1, world.department_b, 9, today), Bought(2, world.department_b, 9, today), Bought(3, world.department_a, 9, today)]
        found = cover.covered(db.session(), world.pool, [*bought, Bought(4, world.department_b, 9, late)])
        assert found == {1: 9, 2: 25 - free - 9}


@pytest.mark.parametrize(("certified", "doubted"), [(0, [4]), (1, [3]), (4, [])])
def test_what_a_certificate_covers_is_not_proposed_to_be_reversed(app: Flask, certified: int, doubted: list[int]) -> None:
    with app.app_context():
        world = worlds.found()
        today = clock.today(worlds.ZONE)
        full_act(world, today)
        if certified:
            certify(world, 510 + certified, FURNITURE)
        with atomic() as session:
            one = purchases.NewPurchase(world.department_b, FURNITURE, 4, today, "国库支付", "P-1")
            purchases.record(session, world.pool, [one], world.finance)
        assert [row.units for row in db.session().scalars(select(PurchaseMatch))] == doubted
