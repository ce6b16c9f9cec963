"""What comes back finds its own slip, in any store, by any hand; what is in no count is still out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, WrongState
from assetpool.custody.models import Asset, Tranche
from assetpool.handovers import service as handovers
from assetpool.handovers.finding import MoreThanOut, NotAccepted, NotOut, SlipAmbiguous
from assetpool.handovers.inspection import CountsDifferFromArrived
from assetpool.handovers.models import ReturnLine, SlipItem
from assetpool.reservations.queries import at_risk, free, ledgers
from assetpool.savings.models import Cost, SavingEntry, SavingShare
from assetpool.savings.service import CostLine, CostMissing
from tests.handovers.conftest import MONDAY, Floor

pytestmark = pytest.mark.usefixtures("monday")
Back = handovers.Back


@pytest.fixture
def lot(floor: Floor) -> str:
    return floor.tags(floor.world.chair)[0]


@pytest.fixture
def slip(floor: Floor, lot: str) -> str:
    """Eighty chairs out with department B until 4 December."""
    return floor.lend(floor.approved([(floor.world.chair, 80)]), [(lot, 80)])


def request_of(slip: str) -> str:
    return slip.replace("HS", "RQ")


def test_a_lot_comes_back_in_batches_and_the_slip_closes_with_the_last(floor: Floor, lot: str, slip: str) -> None:
    first = floor.back([Back(lot, good=50, repair=2)])
    assert (floor.state(first), floor.state(slip), floor.state(request_of(slip))) == ("closed", "accepted", "partly_returned")
    assert floor.where(lot) == {"in_store": 470, "repair": 2, "out": 28}
    floor.back([Back(lot, good=25, damaged=1)])
    assert floor.state(slip) == "accepted"
    floor.back([Back(lot, lost=2)])
    assert (floor.state(slip), floor.state(request_of(slip))) == ("closed", "returned")
    assert floor.where(lot) == {"in_store": 495, "repair": 2, "damaged": 1, "lost": 2}
    assert floor.owned(floor.world.chair, floor.world.main) == (497, 495)
    item = db.session().scalars(select(SlipItem)).one()
    assert (item.accepted, item.returned, item.lost) == (80, 78, 2)


def test_without_counts_it_is_received_held_and_inspected_later(floor: Floor, lot: str, slip: str) -> None:
    w = floor.world
    number = floor.back([Back(lot, arrived=30)])
    assert (floor.state(number), floor.state(slip)) == ("received", "accepted")
    assert floor.where(lot) == {"in_store": 420, "arrived": 30, "out": 50}
    with pytest.raises(CountsDifferFromArrived), atomic() as session:
        handovers.inspect(session, number, [handovers.Inspected(1, good=29)], by=w.keeper)
    with atomic() as session:
        handovers.inspect(session, number, [handovers.Inspected(1, good=27, repair=2, damaged=1, condition="fair")], by=w.keeper2)
    assert floor.where(lot) == {"in_store": 447, "repair": 2, "damaged": 1, "out": 50}
    assert floor.state(number) == "closed"
    with pytest.raises(WrongState), atomic() as session:
        handovers.inspect(session, number, [handovers.Inspected(1, good=1)], by=w.keeper)
    grades = {row.condition: row.count for row in db.session().scalars(select(Tranche).where(Tranche.state == "in_store", Tranche.count > 0))}
    assert grades["fair"] == 27


def test_everything_that_arrived_closes_the_slip_before_its_inspection(floor: Floor, lot: str, slip: str) -> None:
    assert floor.state(floor.back([Back(lot)])) == "received"
    assert (floor.state(slip), floor.state(request_of(slip))) == ("closed", "returned")


def test_held_things_are_not_free_until_inspected(floor: Floor) -> None:
    w = floor.world
    desks = floor.tags(w.desk)
    floor.lend(floor.approved([(w.desk, 10)], last=date(2026, 11, 25)), [(tag, None) for tag in desks])
    floor.back([Back(tag) for tag in desks])
    today = date(2026, 11, 23)
    assert free(db.session(), w.desk, today, today, 0, today) == 0
    assert free(db.session(), w.desk, date(2026, 11, 24), date(2026, 11, 24), 0, today) == 10


def test_several_slips_in_one_batch_each_line_finds_its_own(floor: Floor, lot: str, slip: str) -> None:
    desks = floor.tags(floor.world.desk)[:3]
    other = floor.lend(floor.approved([(floor.world.desk, 3)]), [(tag, None) for tag in desks])
    floor.back([Back(lot, good=80), *(Back(tag, good=1) for tag in desks)])
    assert (floor.state(slip), floor.state(other)) == ("closed", "closed")
    assert db.session().scalars(select(ReturnLine.slip_id).distinct()).all().__len__() == 2


def test_a_lot_out_on_two_slips_must_name_one(floor: Floor, lot: str, slip: str) -> None:
    other = floor.lend(floor.approved([(floor.world.chair, 5)]), [(lot, 5)])
    with pytest.raises(SlipAmbiguous) as refused:
        floor.back([Back(lot, good=5)])
    assert refused.value.figures["slips"] == sorted([slip, other])
    floor.back([Back(lot, slip=other, good=5)])
    assert (floor.state(other), floor.state(slip)) == ("closed", "accepted")


def test_a_line_of_a_slip_may_be_named_instead_of_its_tags(floor: Floor) -> None:
    desks = floor.tags(floor.world.desk)[:4]
    slip = floor.lend(floor.approved([(floor.world.desk, 4)]), [(tag, None) for tag in desks])
    floor.back([Back(slip=slip, line_no=1, good=2, repair=1)])
    assert [floor.where(tag) for tag in desks] == [{"in_store": 1}, {"in_store": 1}, {"repair": 1}, {"out": 1}]


def test_never_more_than_is_out(floor: Floor, lot: str, slip: str) -> None:
    for lines in ([Back(lot, good=81)], [Back(lot, good=50), Back(lot, good=31)], [Back(lot, arrived=81)]):
        with pytest.raises(MoreThanOut):
            floor.back(lines)
    assert floor.where(lot) == {"in_store": 420, "out": 80}


def test_what_is_not_out_is_said(floor: Floor, lot: str) -> None:
    with pytest.raises(NotOut):
        floor.back([Back(floor.tags(floor.world.desk)[0], good=1)])
    loaded = floor.load(floor.approved([(floor.world.chair, 5)]), [(lot, 5)])
    with pytest.raises(NotAccepted) as refused:
        floor.back([Back(lot, good=5)])
    assert loaded.document.number in str(refused.value)
    for lines in ([], [Back(lot, good=-1)], [Back("")], [Back(lot, good=1, condition="shiny")]):
        with pytest.raises(FieldInvalid):
            floor.back(lines)


def test_it_may_come_back_to_another_store(floor: Floor, lot: str, slip: str) -> None:
    w = floor.world
    floor.back([Back(lot, good=30)], store_id=w.virtual)
    assert (floor.owned(w.chair, w.main), floor.owned(w.chair, w.virtual)) == ((470, 420), (30, 30))
    part = db.session().scalars(select(Tranche).where(Tranche.store_id == w.virtual, Tranche.count > 0)).one()
    assert (part.state, part.place, part.custodian_id) == ("in_store", "", w.department_a)


def test_arrival_elsewhere_puts_promises_at_risk_and_is_not_refused(floor: Floor) -> None:
    w = floor.world
    desks = floor.tags(w.desk)
    floor.lend(floor.approved([(w.desk, 6)], last=date(2026, 11, 25)), [(tag, None) for tag in desks[:6]])
    floor.approved([(w.desk, 10)], date(2026, 12, 1), date(2026, 12, 5))
    today = date(2026, 11, 23)
    assert at_risk(db.session(), [(w.desk, w.main)], today) == {}
    db.session().rollback()
    floor.back([Back(desks[0], good=1)], store_id=w.virtual)
    assert sum(at_risk(db.session(), [(w.desk, w.main)], today).values()) == 1


def test_costs_or_a_reason_are_needed_and_repair_falls_on_what_is_repaired(floor: Floor, lot: str, slip: str) -> None:
    desks = floor.tags(floor.world.desk)[:2]
    floor.lend(floor.approved([(floor.world.desk, 2)]), [(tag, None) for tag in desks])
    with pytest.raises(CostMissing):
        floor.back([Back(lot, good=80)], costs=handovers.Costs())
    costs = handovers.Costs([CostLine("repair", 9_000, "家具厂", "R-1"), CostLine("cleaning", 8_200, "保洁", "C-1")])
    floor.back([Back(lot, good=80), Back(desks[0], repair=1), Back(desks[1], good=1)], costs=costs)
    entries = db.session().execute(select(SavingEntry.cost_kind, SavingEntry.cost).where(SavingEntry.entry == "cost").order_by(SavingEntry.height)).all()
    assert sorted(tuple(row) for row in entries if row[1]) == [("cleaning", 200), ("cleaning", 8_000), ("repair", 9_000)]


def test_a_late_return_claims_only_up_to_the_due_day(floor: Floor, lot: str, slip: str) -> None:
    with clock.at(MONDAY + timedelta(days=40)):
        floor.back([Back(lot, good=80)])
    share = db.session().scalars(select(SavingShare)).one()
    assert (share.ended_on, share.posted_days) == (date(2027, 1, 2), 12)


def test_shares_follow_a_parted_loan(floor: Floor, lot: str, slip: str) -> None:
    with clock.at(MONDAY + timedelta(days=4)):
        floor.back([Back(lot, good=30, lost=1)])
    with clock.at(MONDAY + timedelta(days=9)):
        floor.back([Back(lot, good=45, unused=4)])
    shares = db.session().scalars(select(SavingShare).order_by(SavingShare.ended_on, SavingShare.ended_by)).all()
    assert [(s.count, s.ended_by, s.posted_days) for s in shares] == [(1, "lost", 4), (30, "returned", 4), (45, "returned", 9), (4, "unused", 0)]
    loss = db.session().scalars(select(Cost).where(Cost.kind == "loss")).one()
    assert loss.amount > 0
    assert floor.state(slip) == "closed"


def test_an_inspection_that_finds_them_unused_or_broken_corrects_the_claim(floor: Floor, lot: str, slip: str) -> None:
    with clock.at(MONDAY + timedelta(days=4)):
        number = floor.back([Back(lot)])
    with clock.at(MONDAY + timedelta(days=6)), atomic() as session:
        handovers.inspect(session, number, [handovers.Inspected(1, good=74, unused=5, damaged=1)], by=floor.world.keeper)
    shares = db.session().scalars(select(SavingShare).order_by(SavingShare.count)).all()
    assert [(s.count, s.ended_on.day if s.ended_on else None, s.ended_by, s.posted_days) for s in shares] == [
        (1, 27, "damaged", 4),
        (5, 27, "unused", 0),
        (74, 27, "returned", 4),
    ]
    assert db.session().scalars(select(Cost.kind).where(Cost.kind == "loss")).all() == ["loss"]


def test_a_return_told_later_lies_neither_in_the_future_nor_before_the_acceptance(floor: Floor, lot: str, slip: str) -> None:
    for moment in (MONDAY + timedelta(days=1), MONDAY - timedelta(hours=1)):
        with pytest.raises(FieldInvalid):
            floor.back([Back(lot, good=1)], occurred_at=moment)
    with clock.at(MONDAY + timedelta(days=9)):
        floor.back([Back(lot, good=80)], occurred_at=MONDAY + timedelta(days=3))
    share = db.session().scalars(select(SavingShare)).one()
    assert share.ended_on == date(2026, 11, 26)


def test_only_a_keeper_of_the_store_takes_back(floor: Floor, lot: str, slip: str) -> None:
    for person in (floor.world.organizer_b, floor.world.approver):
        with pytest.raises(NotAllowed):
            floor.back([Back(lot, good=1)], by=person)
    floor.back([Back(lot, good=80)], by=floor.world.keeper2)


def test_what_comes_back_is_promised_and_counted_exactly(floor: Floor, lot: str, slip: str) -> None:
    w = floor.world
    floor.back([Back(lot, good=10, repair=1, lost=1)])
    key = (w.chair, w.main)
    book = ledgers(db.session(), [key], date(2026, 11, 23))[key]
    assert (book.owned, book.free(date(2026, 11, 23), date(2026, 11, 23)), book.free(date(2026, 12, 5), date(2026, 12, 5))) == (499, 430, 498)


def test_the_label_shows_where_most_of_a_lot_stands(floor: Floor, lot: str, slip: str) -> None:
    asset = db.session().scalars(select(Asset).where(Asset.tag == lot)).one()
    assert (asset.units, asset.state) == (500, "in_store")
