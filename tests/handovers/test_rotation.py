"""Units of a lot cannot be turned so that fresh ones claim: the most claimed leave first, and come back in the order they left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.custody.models import Tranche
from assetpool.handovers import service as handovers
from tests.handovers.conftest import MONDAY, Floor

pytestmark = pytest.mark.usefixtures("monday")
Back = handovers.Back


@pytest.fixture
def lot(floor: Floor) -> str:
    return floor.tags(floor.world.chair)[0]


@pytest.fixture
def used(floor: Floor, lot: str) -> int:
    """Forty of the lot's chairs were lent for a day and are back, with what they claimed; their tranche."""
    floor.lend(floor.approved([(floor.world.chair, 40)]), [(lot, 40)])
    tranche = db.session().scalars(select(Tranche.id).where(Tranche.state == "out")).one()
    db.session().rollback()
    with clock.at(MONDAY + timedelta(days=1)):
        floor.back([Back(lot, good=40)])
    return tranche


def standing(tranche_id: int) -> tuple[str, int, bool]:
    """Return state, count and whether something was claimed on a tranche."""
    row = db.session().get_one(Tranche, tranche_id, populate_existing=True)
    found = row.state, row.count, row.claimed_adopted > 0
    db.session().rollback()
    return found


def test_a_fresh_loan_takes_the_units_that_claimed_before(floor: Floor, lot: str, used: int) -> None:
    with clock.at(MONDAY + timedelta(days=2)):
        floor.lend(floor.approved([(floor.world.chair, 40)]), [(lot, 40)])
    assert standing(used) == ("out", 40, True)


def test_units_come_back_in_the_order_they_left_and_not_by_their_age(floor: Floor, lot: str, used: int) -> None:
    with clock.at(MONDAY + timedelta(days=2)):
        floor.lend(floor.approved([(floor.world.chair, 500)]), [(lot, 500)])
    with clock.at(MONDAY + timedelta(days=3)):
        floor.back([Back(lot, good=40)])
    assert standing(used) == ("in_store", 40, True)
