"""What came back broken opens a repair; done with its cost it is free again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from assetpool.audit.verification import verify
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, WrongState
from assetpool.custody.service import NotThatMany
from assetpool.handovers import service as handovers
from assetpool.handovers.service import Back
from assetpool.records.models import Document
from assetpool.repairs import service as repairs
from assetpool.repairs.models import Repair
from assetpool.repairs.service import Done
from assetpool.reservations.queries import free
from assetpool.savings.cost_sharing import loss_cost
from assetpool.savings.models import SavingEntry, SavingShare
from assetpool.savings.running import newness_of
from assetpool.savings.service import CostLine, CostMissing
from tests.handovers.conftest import Floor
from tests.handovers.conftest import database_template as database_template
from tests.handovers.conftest import floor as floor
from tests.handovers.conftest import monday as monday

pytestmark = pytest.mark.usefixtures("monday")
TODAY = date(2026, 11, 23)


@pytest.fixture
def chair(floor: Floor) -> str:
    return floor.tags(floor.world.chair)[0]


@pytest.fixture
def slip(floor: Floor, chair: str) -> str:
    return floor.lend(floor.approved([(floor.world.chair, 80)]), [(chair, 80)])


def opened() -> list[str]:
    found = list(db.session().scalars(select(Document.number).join(Repair, Repair.id == Document.id).order_by(Document.id)))
    db.session().rollback()
    return found


def test_what_comes_back_broken_opens_a_repair_whose_cost_its_loan_bears(floor: Floor, chair: str, slip: str) -> None:
    w = floor.world
    floor.back([Back(chair, good=77, repair=3, note="椅背松动")])
    (number,) = opened()
    row = db.session().scalars(select(Repair)).one()
    assert (row.count, row.fault, floor.state(number), floor.where(chair)["repair"]) == (3, "椅背松动", "opened", 3)
    assert free(db.session(), w.chair, TODAY, TODAY, 0, TODAY) == 497
    db.session().rollback()
    with atomic() as session:
        repairs.begin(session, number, "红木家具厂", date(2026, 11, 30), by=w.keeper)
    assert free(db.session(), w.chair, date(2026, 12, 1), date(2026, 12, 1), 0, TODAY) == 500
    db.session().rollback()
    with pytest.raises(CostMissing), atomic() as session:
        repairs.finish(session, number, Done(3), by=w.keeper)
    with pytest.raises(FieldInvalid), atomic() as session:
        repairs.finish(session, number, Done(2, no_cost_reason="自修"), by=w.keeper)
    with atomic() as session:
        repairs.finish(session, number, Done(2, 1, "fair", [CostLine("repair", 12_000, "红木家具厂", "0098")]), by=w.keeper2)
    assert (floor.state(number), floor.where(chair)) == ("done", {"in_store": 499, "damaged": 1})
    posted = [entry.cost for entry in db.session().scalars(select(SavingEntry).where(SavingEntry.entry == "cost", SavingEntry.cost_kind == "repair"))]
    assert posted == [12_000]
    lost = db.session().scalars(select(SavingEntry).where(SavingEntry.cost_kind == "loss")).one()
    share = db.session().scalars(select(SavingShare).where(SavingShare.act_id == lost.act_id, SavingShare.tranche_id == lost.tranche_id)).one()
    worth = loss_cost(share.carrying_amount, share.price, newness_of(share))
    assert (lost.count, lost.cost, bool(worth)) == (1, worth, True)
    assert verify(db.session(), w.pool).ok
    db.session().rollback()
    with pytest.raises(WrongState), atomic() as session:
        repairs.begin(session, number, "x", None, by=w.keeper)


def test_going_by_way_of_the_workshop_hides_no_damage(floor: Floor, chair: str, slip: str) -> None:
    """Three chairs are damaged beyond repair at once, three only after the workshop looked at them: each costs the same."""
    floor.back([Back(chair, good=74, damaged=3, repair=3, note="椅背松动")])
    at_once = db.session().scalar(select(func.sum(SavingEntry.cost)).where(SavingEntry.cost_kind == "loss"))
    db.session().rollback()
    with atomic() as session:
        repairs.finish(session, opened()[0], Done(0, 3, no_cost_reason="不值得修"), by=floor.world.keeper)
    assert at_once
    assert db.session().scalar(select(func.sum(SavingEntry.cost)).where(SavingEntry.cost_kind == "loss")) == 2 * at_once
    assert verify(db.session(), floor.world.pool).ok
    db.session().rollback()


def test_an_inspection_opens_it_too_and_only_once(floor: Floor, chair: str, slip: str) -> None:
    receipt = floor.back([Back(chair, arrived=10)])
    assert opened() == []
    with atomic() as session:
        handovers.inspect(session, receipt, [handovers.Inspected(1, good=9, repair=1)], by=floor.world.keeper)
    assert len(opened()) == 1


def test_a_thing_found_broken_in_the_store_is_taken_out_of_what_is_free(floor: Floor, chair: str) -> None:
    w = floor.world
    with pytest.raises(NotAllowed), atomic() as session:
        repairs.report(session, chair, 1, "断腿", by=w.organizer_b)
    for count, fault in ((0, "断腿"), (1, " ")):
        with pytest.raises(FieldInvalid), atomic() as session:
            repairs.report(session, chair, count, fault, by=w.keeper)
    with pytest.raises(NotThatMany), atomic() as session:
        repairs.report(session, chair, 501, "断腿", by=w.keeper)
    with atomic() as session:
        number = repairs.report(session, chair, 4, "断腿", by=w.keeper).number
    assert floor.owned(w.chair, w.main) == (500, 496)
    with atomic() as session:
        repairs.finish(session, number, Done(4, no_cost_reason="自修"), by=w.keeper)
    assert (floor.owned(w.chair, w.main), floor.where(chair)) == ((500, 500), {"in_store": 500})
    assert verify(db.session(), w.pool).ok
    db.session().rollback()
