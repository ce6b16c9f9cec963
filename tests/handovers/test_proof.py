"""Whatever happens on the floor, the whole book still verifies: state from movements, entries from acts, the chain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assetpool.audit.verification import verify
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody.models import OWNED, Stock, Tranche
from assetpool.handovers import service as handovers
from assetpool.savings.service import CostLine
from tests.handovers.conftest import MONDAY, SIGNED, Floor

pytestmark = pytest.mark.usefixtures("monday")
Back = handovers.Back


def test_the_book_verifies_after_differences_batches_losses_and_inspections(floor: Floor) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    costs = handovers.Costs([CostLine("haulage", 12_345, "甲", "1")])
    loaded = floor.load(floor.approved([(w.desk, 3), (w.chair, 80)]), [(desks[0], None), (desks[1], None), (desks[2], None), (lot, 80)], costs=costs)
    counted = [handovers.Counted(lot, 70, short=4, damaged=3, refused=3), *(handovers.Counted(tag) for tag in desks[:2])]
    with atomic() as session:
        handovers.accept(session, loaded.document.number, [*counted, handovers.Counted(desks[2], 0, refused=1)], SIGNED, by=None, token=loaded.token)
    with atomic() as session:
        handovers.settle(session, loaded.document.number, [handovers.Settled(lot, "short", in_store=3, lost=1)], by=w.keeper)
    other = floor.lend(floor.approved([(w.chair, 10)]), [(lot, None)])
    with clock.at(MONDAY + timedelta(days=5)):
        floor.back([Back(lot, slip=other, good=4, unused=2), Back(lot, slip=loaded.document.number, good=20, repair=1, lost=2), Back(desks[0])])
        number = floor.back([Back(lot, slip=other, arrived=3)])
    with clock.at(MONDAY + timedelta(days=6)), atomic() as session:
        handovers.inspect(session, number, [handovers.Inspected(1, good=1, unused=1, damaged=1)], by=w.keeper)
    with clock.at(MONDAY + timedelta(days=30)):
        floor.back([Back(lot, slip=other, good=1), Back(lot, slip=loaded.document.number, good=47), Back(desks[1], good=1)], store_id=w.virtual)
        report = verify(db.session(), w.pool)
    assert report.first_difference is None, report.first_difference
    owned = select(Tranche.kind_id, Tranche.store_id, func.sum(Tranche.count)).where(Tranche.state.in_(OWNED), Tranche.count > 0)
    sums = {(row[0], row[1]): int(row[2]) for row in db.session().execute(owned.group_by(Tranche.kind_id, Tranche.store_id))}
    assert sums == {(row.kind_id, row.store_id): row.owned for row in db.session().scalars(select(Stock)) if row.owned}
