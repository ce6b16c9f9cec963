"""The keeper receives line by line: labels come into being, fewer than announced is normal, and a thing given away comes home."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson, WrongState
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Movement, State
from assetpool.intake import receiving, screening, service
from assetpool.intake.queries import lines as lines_of
from assetpool.intake.receiving import MoreThanAnnounced, Received
from assetpool.intake.service import Announced
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records import service as records
from assetpool.records.service import ChangedMeanwhile
from tests import world as worlds
from tests.intake import desk
from tests.world import World


def test_everything_as_announced_makes_a_label_a_tranche_and_a_movement_each(world: World) -> None:
    before = desk.counted()
    number = desk.approved(world, [Announced(world.desk, 3, original_value=160_000, acquired_on=date(2022, 4, 1)), Announced(world.chair, 40, lot=True)])
    tags = desk.receive(world, number)
    after = desk.counted()
    assert len(tags) == len(set(tags)) == 4 and desk.state(number) == "received"
    assert {name: after[name] - before[name] for name in after} == {"labels": 4, "units": 43, "movements": 4, "owned": 43}
    one, lot = desk.tranches(tags[0])[0], desk.tranches(tags[3])[0]
    assert (one.original_value, one.acquired_on, one.state, one.inspected_good) == (160_000, date(2022, 4, 1), State.IN_STORE, True)
    assert (one.owner_id, one.book_id, one.custodian_id) == (world.department_a, world.department_a, world.city)
    assert lot.count == 40


def test_by_transfer_the_books_move_to_the_stores_organization(world: World) -> None:
    tag = desk.receive(world, desk.approved(world, [Announced(world.desk, 1)], mode="transfer"))[0]
    held = desk.tranches(tag)[0]
    assert (held.origin_id, held.owner_id, held.book_id) == (world.department_a, world.city, world.city)


def test_into_a_virtual_store_the_custodian_stays(world: World) -> None:
    tag = desk.receive(world, desk.approved(world, [Announced(world.desk, 1)], store_id=world.virtual))[0]
    assert desk.tranches(tag)[0].custodian_id == world.department_a


def test_fewer_than_announced_leaves_the_line_open_until_nothing_more_will_come(world: World) -> None:
    number = desk.approved(world, [Announced(world.desk, 5), Announced(world.chair, 10, lot=True)])
    assert len(desk.receive(world, number, Received(1, 2, "fair", "B-07"), Received(2, 10))) == 3
    assert desk.lines(number) == [(5, 2, False), (10, 10, True)] and desk.state(number) == "partly_received"
    with pytest.raises(MoreThanAnnounced) as refused:
        desk.receive(world, number, Received(1, 4))
    assert refused.value.figures == {"line": 1, "count": 4, "left": 3}
    assert desk.receive(world, number, Received(1, 0, done=True)) == []
    assert desk.lines(number)[0] == (5, 2, True) and desk.state(number) == "received"
    with pytest.raises(WrongState):
        desk.receive(world, number, Received(1, 1))


def test_the_condition_found_and_the_place_are_kept(world: World) -> None:
    number = desk.approved(world, [Announced(world.desk, 1, condition="good", place="A-01")])
    tag = desk.receive(world, number, Received(1, 1, "poor", "C-09"))[0]
    held = desk.tranches(tag)[0]
    assert (held.condition, held.place, held.inspected_good) == ("poor", "C-09", False)


def test_the_keeper_is_neither_requester_nor_approver(world: World) -> None:
    with atomic() as session:
        org.grant(session, world.clerk_a, world.city, Role.KEEPER)
        org.grant(session, world.approver, world.city, Role.KEEPER)
        org.grant(session, world.head_a, world.city, Role.KEEPER)
    number = desk.approved(world, [Announced(world.desk, 1)])
    for person in (world.clerk_a, world.approver, world.head_a):
        with pytest.raises(SamePerson):
            desk.receive(world, number, by=person)
    with pytest.raises(NotAllowed):
        desk.receive(world, number, by=world.auditor)
    assert len(desk.receive(world, number, by=world.keeper2)) == 1


def test_nothing_is_received_before_approval_and_nothing_wrong(world: World) -> None:
    draft = desk.announce(world, [Announced(world.desk, 1)])
    with pytest.raises(WrongState):
        desk.receive(world, draft)
    number = desk.approved(world, [Announced(world.desk, 2)])
    for bad in (Received(7), Received(1, -1), Received(1, 1, "shiny")):
        with pytest.raises(FieldInvalid):
            desk.receive(world, number, bad)
    assert desk.lines(number) == [(2, 0, False)]


def test_a_second_click_on_a_stale_page_receives_nothing_twice(world: World) -> None:
    number = desk.approved(world, [Announced(world.desk, 4)])
    with atomic() as session:
        seen = records.lock(session, number).revision
        receiving.receive(session, number, [Received(1, 2)], by=world.keeper, revision=seen)
    with pytest.raises(ChangedMeanwhile), atomic() as session:
        receiving.receive(session, number, [Received(1, 2)], by=world.keeper, revision=seen)
    assert desk.lines(number) == [(4, 2, False)]


def test_an_act_told_later_keeps_its_own_time_but_lies_never_in_the_future(world: World) -> None:
    number = desk.approved(world, [Announced(world.desk, 1)])
    with pytest.raises(FieldInvalid), atomic() as session:
        receiving.receive(session, number, [], by=world.keeper, occurred_at=clock.now() + timedelta(hours=1))
    earlier = clock.now() - timedelta(days=2)
    with atomic() as session:
        tag = receiving.receive(session, number, [], by=world.keeper, occurred_at=earlier)[1]
    moved = db.session().scalars(select(Movement).join(Asset, Asset.id == Movement.asset_id).where(Asset.tag == tag[0])).one()
    assert moved.occurred_at == earlier and moved.recorded_at > earlier


def test_a_thing_does_not_come_home_before_it_left(world: World) -> None:
    with atomic() as session:
        tag = worlds.stock(session, world.chair, 20, lot=True)[0]
    give_away(world, tag, 8)
    number = homecoming(world, tag, 5)
    with pytest.raises(FieldInvalid), atomic() as session:
        receiving.receive(session, number, [], by=world.keeper, occurred_at=clock.now() - timedelta(days=2))


def give_away(world: World, tag: str, count: int) -> None:
    """Let department B have become the owner of so many units of a tag, with something already claimed on them."""
    with atomic() as session:
        part = desk.tranches(tag)[0]
        part = session.merge(part)
        part = custody.split(session, part, count, custody.Cause(None, None, world.keeper, clock.now()))
        part.cap, part.claimed_purchase, part.claimed_adopted, part.claimed_days = 30_000, 30_000, 30_000, 12
        custody.lock_stock(session, [(part.kind_id, part.store_id)])
        mine = {"owner_id": world.department_b, "book_id": world.department_b, "custodian_id": world.department_b}
        custody.move(session, part, "accept", custody.Cause(None, None, world.keeper, clock.now()), state=State.TRANSFERRED, **mine)


def homecoming(world: World, tag: str, quantity: int) -> str:
    """Return an approved intake of department B that names one of our own tags."""
    with atomic() as session:
        org.grant(session, world.organizer_b, world.department_b, Role.CLERK)
        line = Announced(world.chair, quantity, lot=True, external_no=tag)
        number = service.draft(session, world.department_b, world.main, [line], by=world.organizer_b).number
        service.submit(session, number, by=world.organizer_b)
        service.approve(session, number, by=world.head_b)
    with atomic() as session:
        service.approve(session, number, by=world.approver)
    return number


def test_a_thing_given_away_comes_home_under_its_old_tag_with_its_counters(world: World) -> None:
    with atomic() as session:
        tag = worlds.stock(session, world.chair, 20, lot=True)[0]
    give_away(world, tag, 8)
    before = desk.counted()
    tags = desk.receive(world, homecoming(world, tag, 5))
    assert tags == [tag]
    home = [part for part in desk.tranches(tag) if part.state == State.IN_STORE and part.claimed_purchase]
    assert [(part.count, part.cap, part.claimed_purchase, part.claimed_days) for part in home] == [(5, 30_000, 30_000, 12)]
    assert (home[0].owner_id, home[0].custodian_id) == (world.department_b, world.city)
    after = desk.counted()
    assert (after["labels"], after["units"]) == (before["labels"], before["units"]) and after["owned"] == before["owned"] + 5


def test_more_of_an_old_tag_than_was_given_away_does_not_come_home(world: World) -> None:
    with atomic() as session:
        tag = worlds.stock(session, world.chair, 20, lot=True)[0]
    give_away(world, tag, 8)
    number = homecoming(world, tag, 9)
    with pytest.raises(custody.NotThatMany):
        desk.receive(world, number)


def test_what_the_pool_seems_to_have_already_is_shown(world: World) -> None:
    with atomic() as session:
        owned = worlds.stock(session, world.computer, 2, serials=["SN-1", "SN-2"])
    lines = [
        Announced(world.computer, 1, serial="SN-1", brand="联想"),
        Announced(world.computer, 1, serial="SN-9", external_no="F-7"),
        Announced(world.computer, 1, serial="SN-9", external_no="F-7"),
        Announced(world.computer, 1, external_no=owned[1]),
        Announced(world.computer, 1, serial="SN-3"),
    ]
    number = desk.announce(world, lines)
    session = db.session()
    document = records.lock(session, number)
    found = screening.duplicates(session, world.pool, lines_of(session, document.id))
    assert [(d.line_no, d.field, d.tag, d.other_line) for d in found] == [
        (1, "serial", owned[0], None),
        (3, "external_no", None, 2),
        (3, "serial", None, 2),
        (4, "tag", owned[1], None),
    ]
