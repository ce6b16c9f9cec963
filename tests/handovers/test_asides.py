"""A chair without a label, a swapped one and a stranger's: each is kept aside under a number and ends in a settled slip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import select

from assetpool.audit.verification import verify
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, WrongState
from assetpool.custody.models import Asset, Tranche
from assetpool.handovers import asides, exchanges
from assetpool.handovers.aside_models import Aside
from assetpool.handovers.asides import Found
from assetpool.handovers.finding import NotOut
from assetpool.handovers.lateness import longest_overdue
from assetpool.handovers.service import Back
from assetpool.records.outbox_models import Notice, Telling
from tests.handovers.conftest import FREE, SIGNED, Floor

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def desks(floor: Floor) -> list[str]:
    """Ten desks, each with a label of its own: chairs that wear one are told apart like these."""
    return floor.tags(floor.world.desk)


@pytest.fixture
def ours(floor: Floor, desks: list[str]) -> str:
    """Two desks out with the sports bureau."""
    return floor.lend(floor.approved([(floor.world.desk, 2)]), [(tag, None) for tag in desks[:2]])


@pytest.fixture
def theirs(floor: Floor, desks: list[str]) -> str:
    """Two desks out with the weather bureau."""
    return floor.lend_elsewhere(floor.world.desk, desks[2:4])


def aside(floor: Floor, found: Found) -> str:
    with atomic() as session:
        return asides.keep_aside(session, floor.world.main, found, by=floor.world.keeper, returned_by="何静").number


def row_of(number: str) -> Aside:
    found = next(row for row in db.session().scalars(select(Aside)) if asides_number(row.id) == number)
    db.session().expunge(found)
    db.session().rollback()
    return found


def asides_number(document_id: int) -> str:
    return str(db.session().get_one(asides.Document, document_id).number)


def told(topic: str) -> set[int]:
    found = set(db.session().scalars(select(Notice.person_id).join(Telling, Telling.id == Notice.telling_id).where(Telling.topic == topic)))
    db.session().rollback()
    return found


def verified(floor: Floor) -> bool:
    found = bool(verify(db.session(), floor.world.pool).ok)
    db.session().rollback()
    return found


def test_a_desk_without_label_is_matched_to_the_missing_one(floor: Floor, desks: Sequence[str], ours: str) -> None:
    floor.back([Back(desks[0], good=1)])
    number = aside(floor, Found("no_label", "办公桌，标签脱落", slip=ours))
    assert (floor.state(number), floor.state(ours)) == ("kept_aside", "accepted")
    with atomic() as session:
        receipt = asides.match(session, number, desks[1], ours, "repair", by=floor.world.keeper, costs=FREE).number
    assert (floor.state(number), floor.state(ours), floor.state(receipt)) == ("closed", "closed", "closed")
    assert floor.where(desks[1]) == {"repair": 1}
    assert row_of(number).outcome == "matched"
    with pytest.raises((WrongState, NotOut)), atomic() as session:
        asides.match(session, number, desks[1], ours, "good", by=floor.world.keeper, costs=FREE)
    assert verified(floor)


def test_a_chair_of_a_lot_too_many_is_matched_to_the_slip_that_lacks_one(floor: Floor) -> None:
    chair = floor.tags(floor.world.chair)[0]
    slip = floor.lend(floor.approved([(floor.world.chair, 30)]), [(chair, 30)])
    floor.back([Back(chair, good=29)])
    number = aside(floor, Found("no_label", "会议椅，无标签"))
    with atomic() as session:
        asides.match(session, number, chair, slip, "", by=floor.world.keeper, costs=FREE)
    assert (floor.state(slip), floor.where(chair)) == ("closed", {"in_store": 499, "arrived": 1})


def test_swapped_things_are_settled_when_both_borrowers_signed(floor: Floor, desks: Sequence[str], ours: str, theirs: str) -> None:
    w = floor.world
    floor.back([Back(desks[0], good=1)])
    number = aside(floor, Found("wrong", "办公桌，标签不是所借的", tag=desks[2], slip=ours))
    assert w.organizer_b in told("aside_swapped") and len(told("aside_swapped")) >= 2
    with atomic() as session:
        exchange = exchanges.propose(session, number, desks[1], by=w.keeper).number
    assert w.organizer_b in told("exchange_to_sign")
    assert floor.where(desks[2]) == {"out": 1}
    with atomic() as session:
        exchanges.sign(session, exchange, "first", SIGNED, by=w.organizer_b)
    assert (floor.state(exchange), floor.where(desks[2])) == ("half_signed", {"out": 1})
    with pytest.raises(exchanges.SignedAlready), atomic() as session:
        exchanges.sign(session, exchange, "first", SIGNED, by=w.keeper)
    with pytest.raises(NotAllowed), atomic() as session:
        exchanges.sign(session, exchange, "second", SIGNED, by=w.organizer_b)
    with atomic() as session:
        exchanges.sign(session, exchange, "second", SIGNED, by=w.keeper)
    assert (floor.state(exchange), floor.state(number), floor.where(desks[2])) == ("closed", "closed", {"arrived": 1})
    part = db.session().scalars(select(Tranche).join(Asset).where(Asset.tag == desks[1])).one()
    assert (part.state, part.custodian_id) == ("out", w.elsewhere)
    late = date(2027, 1, 30)
    assert longest_overdue(db.session(), w.department_b, late, 5) is None
    assert longest_overdue(db.session(), w.elsewhere, late, 5) is not None
    db.session().rollback()
    floor.back([Back(desks[1], good=1), Back(desks[3], good=1)])
    assert (floor.state(ours), floor.state(theirs)) == ("closed", "closed")
    assert verified(floor)


def test_both_swapped_things_may_lie_in_the_store(floor: Floor, desks: Sequence[str], ours: str, theirs: str) -> None:
    w = floor.world
    floor.back([Back(desks[0], good=1), Back(desks[3], good=1)])
    first = aside(floor, Found("wrong", "错拿的办公桌", tag=desks[2], slip=ours))
    second = aside(floor, Found("wrong", "错拿的办公桌", tag=desks[1], slip=theirs))
    with atomic() as session:
        exchange = exchanges.propose(session, first, desks[1], by=w.keeper).number
    with pytest.raises(exchanges.ExchangedAlready), atomic() as session:
        exchanges.propose(session, first, by=w.keeper)
    for side in ("first", "second"):
        with atomic() as session:
            exchanges.sign(session, exchange, side, SIGNED, by=w.keeper)
    assert [floor.state(n) for n in (first, second, ours, theirs)] == ["closed"] * 4
    assert verified(floor)


def test_a_strangers_chair_goes_back_to_its_owner_against_a_signature(floor: Floor, desks: Sequence[str], ours: str) -> None:
    w = floor.world
    floor.back([Back(desks[0], good=1)])
    number = aside(floor, Found("foreign", "气象局的折叠椅", slip=ours, owner_id=w.elsewhere))
    assert told("aside_owner") == {w.stranger}
    with pytest.raises(FieldInvalid), atomic() as session:
        asides.hand_out(session, number, asides.Receipt("路人甲"), by=w.keeper)
    with atomic() as session:
        asides.hand_out(session, number, SIGNED, by=w.keeper)
    assert (floor.state(number), row_of(number).outcome) == ("closed", "handed_out")
    floor.back([Back(desks[1], lost=1)])
    assert floor.state(ours) == "closed"
    assert verified(floor)


def test_nobody_takes_a_thing_of_the_pool_as_a_strangers(floor: Floor, desks: Sequence[str], ours: str) -> None:
    with pytest.raises(asides.NotThatOwner):
        aside(floor, Found("foreign", "办公桌", tag=desks[0]))
    number = aside(floor, Found("wrong", "办公桌", tag=desks[5], slip=ours))
    with pytest.raises(asides.NotThatOwner), atomic() as session:
        asides.hand_out(session, number, SIGNED, by=floor.world.keeper)
    with pytest.raises(exchanges.NothingSwapped), atomic() as session:
        exchanges.propose(session, number, by=floor.world.keeper)
    with pytest.raises(FieldInvalid), atomic() as session:
        asides.put_back(session, number, "ours", "", by=floor.world.keeper)
    with atomic() as session:
        asides.put_back(session, number, "ours", "放回A-01架", by=floor.world.keeper)
    assert row_of(number).outcome == "ours"


def test_only_a_keeper_of_the_store_keeps_aside(floor: Floor, ours: str) -> None:
    with pytest.raises(NotAllowed), atomic() as session:
        asides.keep_aside(session, floor.world.main, Found("no_label", "椅子"), by=floor.world.organizer_b)
    number = aside(floor, Found("no_label", "椅子"))
    with pytest.raises(NotAllowed), atomic() as session:
        asides.put_back(session, number, "ours", "x", by=floor.world.organizer_b)
    for found in (Found("strange", "x"), Found("no_label", " "), Found("no_label", "x", count=0)):
        with pytest.raises(FieldInvalid):
            aside(floor, found)
