"""A long list costs no more queries than a short one: approving it, and handing it over at the counter."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from assetpool.catalog import service as catalog
from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.reservations.models import Reservation
from assetpool.savings.models import SavingAct, SavingShare
from tests.counting import queries
from tests.handovers.conftest import Floor

pytestmark = pytest.mark.usefixtures("monday")


def _stocked(floor: Floor, count: int) -> list[str]:
    """Bring in one thing each of `count` new kinds; return their tags."""
    tags = []
    for number in range(count):
        with atomic() as session:
            kind_id = catalog.add_kind(session, floor.world.pool, catalog.NewKind(f"样品{count}-{number}", "A02010000"), None).id
        tags += floor.stock(kind_id, 1)
    return tags


def _asked(floor: Floor, tags: list[str]) -> str:
    """Return the number of a submitted request that names these tags."""
    w = floor.world
    with atomic() as session:
        ids = session.scalars(select(Asset.id).where(Asset.tag.in_(tags)).order_by(Asset.id))
        wishes = [drafting.Wish(1, asset_id=asset_id, budget_price=90_000, need_dated_on=date(2026, 11, 2)) for asset_id in ids]
        number = drafting.draft(session, w.department_b, wishes, date(2026, 11, 23), date(2026, 12, 4), by=w.organizer_b).number
    with atomic() as session:
        requisitions.submit(session, number, by=w.organizer_b)
    return number


def _counts(floor: Floor, count: int) -> tuple[int, int]:
    """Return the number of queries of approving and of handing over so many things of so many kinds."""
    tags = _stocked(floor, count)
    number = _asked(floor, tags)
    with queries(db.engine) as approving, atomic() as session:
        requisitions.approve(session, number, by=floor.world.approver)
    with queries(db.engine) as handing:
        slip = floor.lend(number, [(tag, None) for tag in tags])
    assert (floor.state(number), floor.state(slip)) == ("issued", "accepted")
    return len(approving), len(handing)


def test_the_number_of_queries_does_not_grow_with_the_lines(floor: Floor) -> None:
    few, many = _counts(floor, 4), _counts(floor, 24)
    assert many == few
    session = db.session()
    assert session.scalar(select(func.count()).select_from(SavingAct)) == session.scalar(select(func.count()).select_from(SavingShare)) == 28
    assert set(session.scalars(select(Reservation.open_units))) == {0}
