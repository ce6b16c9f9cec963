"""The receiver's word decides: only what was accepted changes custody and claims; the rest is held, settled, closed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, WrongState
from assetpool.custody.models import Asset, Movement, Tranche
from assetpool.handovers import service as handovers
from assetpool.handovers.acceptance import CountsDiffer, LinkUsed, NotOnSlip
from assetpool.handovers.finishing import NothingToSettle, differences
from assetpool.handovers.loading import Loaded
from assetpool.handovers.models import Slip
from assetpool.records.models import PersonalFact
from assetpool.records.queries import attachments_of
from assetpool.records.service import keep_file
from assetpool.requisitions import service as requisitions
from assetpool.reservations.queries import of_document
from assetpool.savings.models import Cost, SavingAct, SavingEntry
from assetpool.savings.queries import acts_of
from assetpool.savings.service import CostLine
from tests.handovers.conftest import MONDAY, SIGNED, Floor

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def loaded(floor: Floor) -> Loaded:
    """Eighty chairs of the lot and two desks, on their way."""
    number = floor.approved([(floor.world.chair, 80), (floor.world.desk, 2)])
    desks = floor.tags(floor.world.desk)
    return floor.load(number, [(floor.tags(floor.world.chair)[0], 80), (desks[0], None), (desks[1], None)])


def accept(loaded: Loaded, counted: list[handovers.Counted] | None, **more: object) -> str:
    settings = {"receipt": SIGNED, "by": None, "token": loaded.token, **more}
    with atomic() as session:
        return handovers.accept(session, loaded.document.number, counted, **settings).state  # type: ignore[arg-type]


def test_the_holder_of_the_link_accepts_everything_once(floor: Floor, loaded: Loaded) -> None:
    assert accept(loaded, None) == "accepted"
    assert floor.where(floor.tags(floor.world.chair)[0]) == {"out": 80, "in_store": 420}
    part = db.session().scalars(select(Tranche).where(Tranche.state == "out", Tranche.count == 80)).one()
    assert (part.custodian_id, part.owner_id) == (floor.world.department_b, floor.world.department_a)
    with pytest.raises(LinkUsed):
        accept(loaded, None)


def test_what_arrived_on_site_still_waits_for_its_receiver(floor: Floor, loaded: Loaded) -> None:
    chairs, number, shown = floor.tags(floor.world.chair)[0], loaded.document.number, loaded.document.revision
    with atomic() as session:
        assert handovers.deliver(session, number, by=floor.world.keeper).state == "delivered"
    assert floor.where(chairs) == {"loaded": 80, "in_store": 420}
    with pytest.raises(WrongState), atomic() as session:
        handovers.deliver(session, number, by=floor.world.keeper)
    assert accept(loaded, None, revision=shown) == "accepted"


def test_a_stranger_says_nothing_about_an_arrival_and_nobody_says_it_after_acceptance(floor: Floor, loaded: Loaded) -> None:
    with pytest.raises(NotAllowed), atomic() as session:
        handovers.deliver(session, loaded.document.number, by=floor.world.stranger)
    assert accept(loaded, None) == "accepted"
    with pytest.raises(WrongState), atomic() as session:
        handovers.deliver(session, loaded.document.number, by=floor.world.organizer_b)


def test_nothing_is_accepted_before_it_arrived(floor: Floor, loaded: Loaded) -> None:
    with clock.at(MONDAY + timedelta(hours=2)), atomic() as session:
        handovers.deliver(session, loaded.document.number, by=floor.world.organizer_b)
    with clock.at(MONDAY + timedelta(hours=3)), pytest.raises(FieldInvalid):
        accept(loaded, None, occurred_at=MONDAY + timedelta(hours=1))


def test_a_wrong_link_opens_nothing(loaded: Loaded) -> None:
    with pytest.raises(NotFound):
        accept(loaded, None, token="guessed")
    with pytest.raises(NotFound):
        accept(loaded, None, token=None)


def test_a_new_link_closes_the_old_one(floor: Floor, loaded: Loaded) -> None:
    with atomic() as session:
        token = handovers.renew_link(session, loaded.document.number, by=floor.world.keeper)
    with pytest.raises(NotFound):
        accept(loaded, None)
    assert accept(loaded, None, token=token) == "accepted"


def test_differences_are_held_and_only_the_accepted_claims(floor: Floor, loaded: Loaded) -> None:
    w = floor.world
    lot, desks = floor.tags(w.chair)[0], floor.tags(w.desk)
    counted = [handovers.Counted(lot, 70, short=4, damaged=3, refused=3), handovers.Counted(desks[0]), handovers.Counted(desks[1], 0, refused=1)]
    assert accept(loaded, counted) == "accepted_with_differences"
    assert floor.where(lot) == {"out": 70, "held": 7, "arrived": 3, "in_store": 420}
    assert floor.where(desks[1]) == {"arrived": 1}
    assert floor.owned(w.chair, w.main) == (500, 420)
    acts = acts_of(db.session(), loaded.document.id)
    assert [(act.line_no, act.units, act.kind, act.accepted_on) for act in acts] == [(1, 70, "loan", date(2026, 11, 23)), (2, 1, "loan", date(2026, 11, 23))]
    promises = of_document(db.session(), db.session().get_one(Slip, loaded.document.id).request_id)
    assert [(row.issued, row.released, row.open_units) for row in promises] == [(77, 3, 0), (1, 1, 0)]
    assert [(one.said, one.count) for one in differences(db.session(), loaded.document.id)] == [("damage", 3), ("refuse", 3), ("short", 4), ("refuse", 1)]


def test_differences_are_settled_part_by_part(floor: Floor, loaded: Loaded) -> None:
    w = floor.world
    lot, desks = floor.tags(w.chair)[0], floor.tags(w.desk)
    accept(loaded, [handovers.Counted(lot, 70, short=4, damaged=3, refused=3), handovers.Counted(desks[0]), handovers.Counted(desks[1])])
    number = loaded.document.number
    with atomic() as session:
        handovers.settle(session, number, [handovers.Settled(lot, "short", in_store=3, lost=1), handovers.Settled(lot, "refuse", in_store=3)], by=w.keeper)
    assert floor.where(lot) == {"out": 70, "held": 3, "in_store": 426, "lost": 1}
    with pytest.raises(NothingToSettle), atomic() as session:
        handovers.settle(session, number, [handovers.Settled(lot, "damage", repair=4)], by=w.keeper)
    with atomic() as session:
        handovers.settle(session, number, [handovers.Settled(lot, "damage", repair=2, damaged=1)], by=w.keeper)
    assert floor.where(lot) == {"out": 70, "in_store": 426, "lost": 1, "repair": 2, "damaged": 1}
    assert floor.owned(w.chair, w.main) == (498, 426)
    assert floor.state(number) == "accepted_with_differences"


def test_a_slip_wholly_refused_closes_once_it_is_settled(floor: Floor, loaded: Loaded) -> None:
    w = floor.world
    lot, desks = floor.tags(w.chair)[0], floor.tags(w.desk)
    accept(loaded, [handovers.Counted(lot, 0, refused=80), handovers.Counted(desks[0], 0, refused=1), handovers.Counted(desks[1], 0, refused=1)])
    settled = [handovers.Settled(lot, "refuse", in_store=80), *(handovers.Settled(tag, "refuse", in_store=1) for tag in desks[:2])]
    with atomic() as session:
        handovers.settle(session, loaded.document.number, settled, by=w.keeper)
    assert floor.state(loaded.document.number) == "closed"
    assert acts_of(db.session(), loaded.document.id) == []


def test_the_four_counts_must_add_up(floor: Floor, loaded: Loaded) -> None:
    lot = floor.tags(floor.world.chair)[0]
    for counted in ([handovers.Counted(lot, 70, short=4)], [handovers.Counted(lot, 81)], [handovers.Counted(lot, None, short=81)], [handovers.Counted(lot)]):
        with pytest.raises(CountsDiffer):
            accept(loaded, counted)
    with pytest.raises(NotOnSlip):
        accept(loaded, [handovers.Counted(floor.tags(floor.world.desk)[5])])


def test_a_name_and_a_signature_are_needed(loaded: Loaded) -> None:
    for receipt in (
        handovers.Receipt("", "", "typed_pin", "2210"),
        handovers.Receipt("何静", "", "", ""),
        handovers.Receipt("何静", "", "typed_pin", "1"),
        handovers.Receipt("何静", "", "drawn", "data:text/html;base64,AAAA"),
        handovers.Receipt("何静", "", "cross", "++++"),
    ):
        with pytest.raises(FieldInvalid):
            accept(loaded, None, receipt=receipt)


def test_a_photographed_paper_must_be_ones_own_upload(floor: Floor, loaded: Loaded, tmp_path: Path) -> None:
    w = floor.world
    with atomic() as session:
        own, foreign = (keep_file(session, w.pool, str(tmp_path), f"{by}.pdf", b"%PDF-1", by).id for by in (w.organizer_b, w.clerk_a))
    for file_id in (foreign, 999):
        with pytest.raises(FieldInvalid):
            accept(loaded, None, by=w.organizer_b, receipt=handovers.Receipt("何静", "", "paper_photo", f"file:{file_id}"))
    accept(loaded, None, by=w.organizer_b, receipt=handovers.Receipt("何静", "", "paper_photo", f"file:{own}"))
    assert [file.id for _, file in attachments_of(db.session(), loaded.document.id)] == [own]


def test_the_receivers_people_and_the_keeper_accept_by_name_others_do_not(floor: Floor, loaded: Loaded) -> None:
    w = floor.world
    for person in (w.stranger, w.clerk_a, w.reviewer):
        with pytest.raises(NotAllowed):
            accept(loaded, None, by=person)
    assert accept(loaded, None, by=w.organizer_b) == "accepted"
    with pytest.raises(WrongState):
        accept(loaded, None, by=w.keeper)


def test_the_signature_stays_outside_the_chain_as_a_digest(loaded: Loaded) -> None:
    accept(loaded, None)
    fact = db.session().scalars(select(PersonalFact).where(PersonalFact.document_id == loaded.document.id)).one()
    assert (fact.name, fact.signature_method) == ("何静", "typed_pin")
    moves = db.session().scalars(select(Movement).where(Movement.document_id == loaded.document.id, Movement.act == "accept")).all()
    assert {move.personal_digest for move in moves} == {fact.digest} and len(moves) == 3


def test_costs_are_shared_over_the_accepted_lines(floor: Floor) -> None:
    w = floor.world
    desks, lot = floor.tags(w.desk), floor.tags(w.chair)[0]
    number = floor.approved([(w.chair, 80), (w.desk, 2)])
    costs = handovers.Costs([CostLine("cleaning", 10_000, "市运输公司", "FP-1")])
    loaded = floor.load(number, [(lot, 80), (desks[0], None), (desks[1], None)], costs=costs)
    assert db.session().scalars(select(Cost.shared)).all() == [False]
    db.session().rollback()
    accept(loaded, [handovers.Counted(lot), handovers.Counted(desks[0]), handovers.Counted(desks[1], 0, refused=1)])
    entries = select(SavingEntry.cost, SavingAct.line_no).join(SavingAct, SavingAct.id == SavingEntry.act_id).where(SavingEntry.entry == "cost")
    assert [tuple(row) for row in db.session().execute(entries.order_by(SavingAct.line_no))] == [(9877, 1), (123, 2)]


def test_late_vouchers_are_added_to_the_slip(floor: Floor, loaded: Loaded) -> None:
    accept(loaded, None)
    with atomic() as session:
        handovers.add_costs(session, loaded.document.number, handovers.Costs([CostLine("labour", 8_200, "市运输公司", "FP-9")]), by=floor.world.keeper)
    posted = select(SavingEntry.cost).where(SavingEntry.entry == "cost", SavingEntry.cost_kind == "labour")
    assert sum(db.session().scalars(posted)) == 8_200


def test_a_transfer_makes_the_receiver_owner_and_keeps_the_book_figures(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requisitions, "on_approved", {})
    w = floor.world
    tag = floor.tags(w.desk)[0]
    number = floor.approved([(w.desk, 1)], last=None, kind="transfer")
    floor.lend(number, [(tag, None)])
    part = db.session().scalars(select(Tranche).join(Asset).where(Asset.tag == tag)).one()
    assert (part.state, part.owner_id, part.book_id, part.custodian_id) == ("transferred", w.department_b, w.department_b, w.department_b)
    assert (part.original_value, part.accumulated_depreciation, part.due_on) == (120_000, 24_000, None)
    act = db.session().scalars(select(SavingAct)).one()
    assert (act.kind, act.giver_id) == ("transfer", w.department_a)
    claimed = db.session().scalars(select(SavingEntry.purchase).where(SavingEntry.entry == "claim")).one()
    assert claimed
