"""Handing over for good: figures freeze at acceptance, both sides book, partial quantities and refusals are normal, and things can come home."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from assetpool.core import chain, clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson, WrongState
from assetpool.custody.models import Asset, Movement, State
from assetpool.handovers.blockers import Blocked
from assetpool.handovers.service import Counted
from assetpool.intake import receiving
from assetpool.intake import service as intakes
from assetpool.intake.service import Announced
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.transfers import booking, service
from assetpool.transfers.drafting import Given
from assetpool.transfers.giving import NotTheGivers
from tests.transfers.conftest import Office


def test_acceptance_makes_the_receiver_owner_and_freezes_the_book_figures(office: Office) -> None:
    w = office.world
    stated = office.stock(w.desk, 1, value=160_000, acquired_on=date(2022, 4, 1))[0]
    computed = office.stock(w.computer, 2, value=720_000, acquired_on=date(2024, 11, 5))
    with atomic() as session:
        for tag in computed:
            for part in office.parts(tag):
                session.merge(part).accumulated_depreciation = None
    desk_id = db.session().scalars(select(Asset.id).where(Asset.tag == stated)).one()
    number = office.approved([Given(1, asset_id=desk_id), Given(2, kind_id=w.computer)])
    slip = office.hand_over(number, [(stated, None), *((tag, None) for tag in computed)])
    assert (office.state(number), office.state(slip)) == ("accepted", "closed")
    lines = office.lines(number)
    assert [(line.accepted, line.original_value, line.accumulated_depreciation, line.carrying_amount) for line in lines] == [
        (1, 160_000, 32_000, 128_000),
        # 24 whole months of 72 have passed: a third of the value is worn off.
        (2, 1_440_000, 480_000, 960_000),
    ]
    part = office.parts(computed[0])[0]
    assert (part.state, part.owner_id, part.book_id, part.custodian_id) == (State.TRANSFERRED, w.department_b, w.department_b, w.department_b)
    last = db.session().scalars(select(Movement).where(Movement.tranche_id == part.id).order_by(Movement.height.desc()).limit(1)).one()
    assert (last.act, last.original_value, last.accumulated_depreciation, last.owner_id) == ("accept", 720_000, 240_000, w.department_b)
    assert office.owned(w.computer, w.main) == (0, 0)
    with db.engine.connect() as connection:
        assert chain.verify(connection, w.pool)[3] is None


def test_part_by_part_and_what_is_refused_goes_back(office: Office) -> None:
    w = office.world
    lot = office.tags(w.chair)[0]
    number = office.approved([Given(100, kind_id=w.chair)])
    first = office.hand_over(number, [(lot, 60)], signed=False)
    assert office.state(number) == "partly_handed_over"
    assert office.accept(first, [Counted(lot, 55, short=2, damaged=1, refused=2)]) == "accepted_with_differences"
    assert office.state(number) == "partly_handed_over"
    second = office.hand_over(number, [(lot, 40)], signed=False)
    assert office.state(number) == "handed_over"
    office.accept(second)
    line = office.lines(number)[0]
    assert (office.state(number), line.handed_over, line.accepted) == ("accepted", 100, 95)
    assert line.original_value == 95 * 120_000 and line.carrying_amount == 95 * 96_000
    assert sum(part.count for part in office.parts(lot) if part.state == State.TRANSFERRED) == 95


def test_two_slips_under_way_are_waited_for(office: Office) -> None:
    w = office.world
    lot = office.tags(w.chair)[0]
    number = office.approved([Given(20, kind_id=w.chair)])
    slips = [office.hand_over(number, [(lot, 10)], signed=False) for _ in range(2)]
    office.accept(slips[0])
    assert office.state(number) == "handed_over" and office.lines(number)[0].original_value == 10 * 120_000
    office.accept(slips[1])
    assert office.state(number) == "accepted" and office.lines(number)[0].original_value == 20 * 120_000


def test_nothing_accepted_ends_it_without_effect(office: Office) -> None:
    w = office.world
    lot = office.tags(w.chair)[0]
    number = office.approved([Given(5, kind_id=w.chair)])
    slip = office.hand_over(number, [(lot, 5)], signed=False)
    office.accept(slip, [Counted(lot, 0, refused=5)])
    assert office.state(number) == "cancelled" and office.promised() == 0


def test_the_rest_of_a_started_one_is_let_go(office: Office) -> None:
    w = office.world
    lot = office.tags(w.chair)[0]
    number = office.approved([Given(50, kind_id=w.chair)])
    office.hand_over(number, [(lot, 20)])
    with atomic() as session:
        assert service.cancel(session, number, by=w.clerk_a, reason="enough").state == "accepted"
    assert office.promised() == 0


def test_an_unknown_value_stays_unknown(office: Office) -> None:
    w = office.world
    tags = office.stock(w.computer, 1, value=None) + office.stock(w.computer, 1, value=720_000)
    number = office.approved([Given(2, kind_id=w.computer)])
    office.hand_over(number, [(tag, None) for tag in tags])
    line = office.lines(number)[0]
    assert (line.accepted, line.original_value, line.accumulated_depreciation, line.carrying_amount) == (2, None, None, None)


def test_straight_from_one_department_to_the_other(office: Office) -> None:
    w = office.world
    tag = office.stock(w.computer, 1, store_id=w.virtual)[0]
    number = office.approved([Given(1, kind_id=w.computer)], store_id=w.virtual)
    office.hand_over(number, [(tag, None)])
    assert office.parts(tag)[0].custodian_id == w.department_b and office.owned(w.computer, w.virtual) == (0, 0)


def test_requester_and_deciders_do_not_hand_over(office: Office) -> None:
    w = office.world
    with atomic() as session:
        for person in (w.clerk_a, w.head_a, w.approver):
            org.grant(session, person, w.city, Role.KEEPER)
    number = office.approved([Given(1, kind_id=w.desk)])
    for person in (w.clerk_a, w.head_a, w.approver):
        with pytest.raises(SamePerson):
            office.hand_over(number, [(office.tags(w.desk)[0], None)], by=person)
    with pytest.raises(NotAllowed):
        office.hand_over(number, [(office.tags(w.desk)[0], None)], by=w.auditor)
    draft = office.submitted([Given(1, kind_id=w.desk)])
    with pytest.raises(WrongState):
        office.hand_over(draft, [(office.tags(w.desk)[0], None)])


def test_things_of_others_and_more_than_promised_do_not_leave(office: Office) -> None:
    w = office.world
    foreign = office.stock(w.desk, 1, owner_id=w.elsewhere)[0]
    number = office.approved([Given(1, kind_id=w.desk)])
    with pytest.raises(NotTheGivers):
        office.hand_over(number, [(foreign, None)])
    with pytest.raises(Blocked):
        office.hand_over(number, [(tag, None) for tag in office.tags(w.desk)[:2]])
    assert office.state(number) == "approved"


def accepted(office: Office) -> str:
    number = office.approved([Given(1, kind_id=office.world.desk)])
    office.hand_over(number, [(office.tags(office.world.desk)[0], None)])
    return number


def test_both_sides_book_it_and_then_it_is_closed(office: Office) -> None:
    w = office.world
    number = accepted(office)
    with atomic() as session:
        assert booking.book(session, number, by=w.organizer_b).state == "accepted"
    with pytest.raises(booking.BookedAlready), atomic() as session:
        booking.book(session, number, by=w.organizer_b)
    with pytest.raises(NotAllowed), atomic() as session:
        booking.book(session, number, by=w.organizer_b, side="giver")
    with pytest.raises(WrongState), atomic() as session:
        service.close(session, number, by=w.clerk_a)
    with atomic() as session:
        assert booking.book(session, number, by=w.clerk_a).state == "booked"
    with atomic() as session:
        assert service.close(session, number, by=w.clerk_a).state == "closed"


def test_the_givers_finance_confirms_another_depreciation_than_proposed(office: Office) -> None:
    w = office.world
    number = accepted(office)
    tag = office.tags(w.desk)[0]
    with pytest.raises(FieldInvalid), atomic() as session:
        booking.book(session, number, by=w.finance, side="giver", confirmed={1: 120_001})
    with pytest.raises(FieldInvalid), atomic() as session:
        booking.book(session, number, by=w.organizer_b, side="receiver", confirmed={1: 100})
    with atomic() as session:
        booking.book(session, number, by=w.finance, side="giver", confirmed={1: 60_000}, note="ledger 2026-11")
    line = office.lines(number)[0]
    assert (line.accumulated_depreciation, line.carrying_amount) == (60_000, 60_000)
    moves = db.session().scalars(select(Movement).join(Asset, Asset.id == Movement.asset_id).where(Asset.tag == tag).order_by(Movement.height)).all()
    assert [(move.act, move.accumulated_depreciation) for move in moves[-2:]] == [("accept", 24_000), ("book", 60_000)]


def test_a_transferred_thing_comes_home_under_its_old_tag_with_its_counters(office: Office) -> None:
    w = office.world
    lot = office.tags(w.chair)[0]
    number = office.approved([Given(30, kind_id=w.chair)])
    office.hand_over(number, [(lot, 30)])
    given = next(part for part in office.parts(lot) if part.state == State.TRANSFERRED)
    claims = (given.cap, given.claimed_purchase, given.claimed_adopted, given.claimed_days)
    assert claims[0] is not None and claims[1] > 0
    db.session().rollback()
    with clock.at(datetime(2027, 3, 1, 2, 0, tzinfo=UTC)):
        with atomic() as session:
            line = Announced(w.chair, 12, lot=True, external_no=lot)
            back = intakes.draft(session, w.department_b, w.main, [line], by=w.organizer_b, mode="transfer").number
            intakes.submit(session, back, by=w.organizer_b)
            intakes.approve(session, back, by=w.head_b)
        with atomic() as session:
            intakes.approve(session, back, by=w.approver)
        with atomic() as session:
            assert receiving.receive(session, back, [], by=w.keeper)[1] == [lot]
    home = next(part for part in office.parts(lot) if part.owner_id == w.city)
    assert (home.count, home.state) == (12, State.IN_STORE)
    assert (home.cap, home.claimed_purchase, home.claimed_adopted, home.claimed_days) == claims
    assert office.owned(w.chair, w.main) == (482, 482)
    with db.engine.connect() as connection:
        assert chain.verify(connection, w.pool)[3] is None
