"""Loading names every thing that cannot go, lets out exactly what was promised, and keeps keeper, requester and approver apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import SamePerson
from assetpool.custody.models import Asset, Movement, Tranche
from assetpool.handovers import service as handovers
from assetpool.handovers.blockers import Blocked, LoanOver, NothingToLoad
from assetpool.handovers.models import Slip, SlipItem
from assetpool.org import service as org
from assetpool.requisitions.drafting import Wish
from assetpool.reservations.service import PromisedElsewhere
from assetpool.savings.service import CostMissing
from tests.handovers.conftest import MONDAY, Floor

pytestmark = pytest.mark.usefixtures("monday")


def blockers(floor: Floor, number: str, items: list[tuple[str, int | None]], **more: object) -> dict[str, str]:
    """Return {tag: code} of what a list is refused for."""
    with pytest.raises(Blocked) as refused:
        floor.load(number, items, **more)
    return {one["tag"]: one["code"] for one in refused.value.figures["blockers"]}


def test_what_was_promised_goes_out_and_waits_for_its_receiver(floor: Floor) -> None:
    number = floor.approved([(floor.world.desk, 3)])
    tags = floor.tags(floor.world.desk)[:3]
    loaded = floor.load(number, [(tag, None) for tag in tags])
    assert (loaded.document.state, loaded.document.number[:3]) == ("loaded", "HS-")
    assert [floor.where(tag) for tag in tags] == [{"loaded": 1}] * 3
    assert floor.state(number) == "issued"
    assert floor.owned(floor.world.desk, floor.world.main) == (10, 7)
    slip = db.session().get_one(Slip, loaded.document.id)
    assert slip.token_digest and loaded.token not in slip.token_digest
    part = db.session().scalars(select(Tranche).join(Asset).where(Asset.tag == tags[0])).one()
    assert (part.document_id, part.line_no, part.due_on) == (slip.id, 1, date(2026, 12, 4))


def test_a_counter_pick_up_is_one_act(floor: Floor) -> None:
    number = floor.approved([(floor.world.desk, 1), (floor.world.chair, 80)])
    slip = floor.lend(number, [(floor.tags(floor.world.desk)[0], None), (floor.tags(floor.world.chair)[0], 80)])
    assert (floor.state(slip), floor.state(number)) == ("accepted", "issued")
    assert floor.where(floor.tags(floor.world.chair)[0]) == {"out": 80, "in_store": 420}
    acts = [row.act for row in db.session().scalars(select(Movement).order_by(Movement.height.desc()).limit(5))]
    assert acts == ["accept", "accept", "load", "split", "load"]


def test_a_lot_without_a_count_gives_what_is_promised(floor: Floor) -> None:
    number = floor.approved([(floor.world.chair, 40), (floor.world.chair, 10)])
    lot = floor.tags(floor.world.chair)[0]
    slip = floor.lend(number, [(lot, None)])
    items = db.session().execute(select(SlipItem.line_no, SlipItem.loaded).order_by(SlipItem.line_no)).all()
    assert [tuple(item) for item in items] == [(1, 40), (2, 10)]
    assert (floor.state(number), floor.where(lot), slip[:2]) == ("issued", {"out": 50, "in_store": 450}, "HS")


def test_every_blocker_is_named_at_once(floor: Floor) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    computer = floor.stock(w.computer, 1)[0]
    away = floor.stock(w.desk, 1, store_id=w.virtual)[0]
    other = floor.approved([(w.desk, 1)])
    slip = floor.lend(other, [(desks[0], None)])
    floor.load(floor.approved([(w.desk, 1)]), [(desks[1], None)])
    pinned = Wish(1, asset_id=db.session().scalars(select(Asset.id).where(Asset.tag == desks[2])).one())
    pin = floor.approve([pinned], date(2026, 12, 1), date(2026, 12, 2))
    number = floor.approved([(w.desk, 2), (w.chair, 5)])
    more: list[tuple[str, int | None]] = [(desks[3], None), (desks[4], None), (desks[5], None), (desks[3], None), (desks[6], 2)]
    found = blockers(
        floor,
        number,
        [(desks[0], None), (desks[1], None), (desks[2], None), (computer, None), (away, None), (lot, 600), ("ZC-0000-0", None), ("table", None), *more],
    )
    assert found == {
        desks[0]: "on_loan",
        desks[1]: "loaded",
        desks[2]: "promised_to_another",
        computer: "not_asked_for",
        away: "other_store",
        lot: "fewer_units",
        "ZC-0000-0": "tag_mistyped",
        "table": "tag_unreadable",
        desks[5]: "more_than_promised",
        desks[3]: "twice_in_list",
        desks[6]: "bad_count",
    }
    with pytest.raises(Blocked) as refused:
        floor.load(number, [(desks[0], None), (desks[2], None)])
    sentences = [one["sentence"] for one in refused.value.figures["blockers"]]
    assert slip in sentences[0] and "体育局" in sentences[0] and pin in sentences[1]
    assert floor.state(number) == "approved"


def test_a_tag_of_nobody_is_named(floor: Floor) -> None:
    number = floor.approved([(floor.world.desk, 1)])
    with atomic() as session:
        unused = handovers.loading.custody.next_tags(session, 1)[0]
    assert blockers(floor, number, [(unused, None)]) == {unused: "unknown_tag"}


def test_held_and_lost_things_are_named(floor: Floor) -> None:
    w = floor.world
    desks = floor.tags(w.desk)
    floor.lend(floor.approved([(w.desk, 4)]), [(tag, None) for tag in desks[:4]])
    floor.back([handovers.Back(desks[0]), handovers.Back(desks[1], repair=1), handovers.Back(desks[2], damaged=1), handovers.Back(desks[3], lost=1)])
    number = floor.approved([(w.desk, 4)])
    found = blockers(floor, number, [(tag, None) for tag in desks[:4]])
    assert list(found.values()) == ["arrived", "in_repair", "damaged", "lost"]


def test_costs_or_a_reason_are_needed(floor: Floor) -> None:
    number = floor.approved([(floor.world.desk, 1)])
    with pytest.raises(CostMissing):
        floor.load(number, [(floor.tags(floor.world.desk)[0], None)], costs=handovers.Costs())
    assert floor.state(number) == "approved"


def test_keeper_requester_and_approver_are_three_people(floor: Floor) -> None:
    w = floor.world
    number = floor.approved([(w.desk, 1)])
    with atomic() as session:
        for person in (w.organizer_b, w.approver):
            org.grant(session, person, w.city, "keeper")
    for person in (w.organizer_b, w.approver):
        with pytest.raises(SamePerson):
            floor.load(number, [(floor.tags(w.desk)[0], None)], by=person)
    with pytest.raises(NothingToLoad):
        floor.load(number, [])


def test_somebody_without_the_role_loads_nothing(floor: Floor) -> None:
    w = floor.world
    number = floor.approved([(w.desk, 1)])
    with pytest.raises(org.NotAllowed):
        floor.load(number, [(floor.tags(w.desk)[0], None)], by=w.stranger)


def test_an_early_issue_may_not_take_what_others_were_promised(floor: Floor) -> None:
    w = floor.world
    now = floor.approved([(w.desk, 8)], date(2026, 11, 23), date(2026, 11, 25))
    later = floor.approved([(w.desk, 8)], date(2026, 11, 27), date(2026, 11, 30))
    desks = floor.tags(w.desk)
    with pytest.raises(PromisedElsewhere):
        floor.load(later, [(tag, None) for tag in desks[:3]])
    floor.load(later, [(tag, None) for tag in desks[:2]])
    floor.load(now, [(tag, None) for tag in desks[2:]])


def test_nothing_goes_out_after_the_last_day(floor: Floor) -> None:
    number = floor.approved([(floor.world.desk, 1)], date(2026, 11, 23), date(2026, 11, 24))
    with clock.at(MONDAY + timedelta(days=2)), pytest.raises(LoanOver):
        floor.load(number, [(floor.tags(floor.world.desk)[0], None)])
