"""Substitutes stand in, the queue is served in order, what no longer fits finds another way, and wishes are heard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed, SamePerson
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State
from assetpool.custody.service import Cause
from assetpool.handovers import service as handovers
from assetpool.records.models import Document
from assetpool.records.outbox_models import Notice, Telling
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Wish
from assetpool.requisitions.effects import effects
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.reservations import substitutes
from assetpool.reservations.models import Reservation
from assetpool.savings.models import SavingAct
from assetpool.shortages import choosing, rebooking, risks, waiting, wishes
from assetpool.shortages.models import Waiting
from tests import world as worlds
from tests.requisitions.conftest import FIRST, LAST, Asking

TODAY = date(2099, 3, 1)
FREE = handovers.Costs((), "own truck")
SIGNED = handovers.Receipt("何静", "13800002210", "typed_pin", "2210")


def document_of(number: str) -> Document:
    return db.session().scalars(select(Document).where(Document.number == number)).one()


def told(topic: str) -> list[int]:
    """Return who was told about a topic, in order."""
    rows = db.session().execute(select(Notice.person_id).join(Telling, Telling.id == Notice.telling_id).where(Telling.topic == topic).order_by(Notice.id))
    return [row[0] for row in rows]


def declare(asking: Asking, mutual: bool = False) -> None:
    with asking.app.app_context(), atomic() as session:
        kind, other = session.get_one(Kind, asking.world.desk), session.get_one(Kind, asking.world.chair)
        other.measure = kind.measure
        substitutes.declare(session, kind.id, other.id, mutual, by=asking.world.approver)


@pytest.mark.parametrize("mutual", [False, True])
def test_what_is_declared_stands_in_one_way_or_both(asking: Asking, mutual: bool) -> None:
    declare(asking, mutual)
    w = asking.world
    with asking.app.app_context():
        found = substitutes.of_kinds(db.session(), [w.desk, w.chair])
        assert found == ({w.desk: (w.chair,), w.chair: (w.desk,)} if mutual else {w.desk: (w.chair,)})
        with pytest.raises(substitutes.DeclaredAlready), atomic() as session:
            substitutes.declare(session, w.desk, w.chair, False, by=w.approver)
        with pytest.raises(NotAllowed), atomic() as session:
            substitutes.declare(session, w.desk, w.computer, False, by=w.keeper)


def test_a_substitute_is_promised_on_the_line_of_what_was_asked(asking: Asking) -> None:
    declare(asking)
    w = asking.world
    number = asking.submitted(Wish(14, w.desk))
    with asking.app.app_context():
        row = db.session().get_one(Requisition, document_of(number).id)
        standing = effects(db.session(), row, TODAY).lines[0]
        assert (standing.free, standing.short) == (10, 4)
        assert standing.substitutes[0][0].id == w.chair and w.chair in standing.declared
    asking.act(choosing.choose, number, line_no=1, kind_id=w.chair, by=w.approver)
    with asking.app.app_context():
        row = db.session().get_one(Requisition, document_of(number).id)
        assert effects(db.session(), row, TODAY).lines[0].short == 0
    asking.act(requisitions.approve, number, by=w.approver)
    with asking.app.app_context():
        document = document_of(number)
        assert [(row.kind_id, row.promised, row.line_no) for row in stock.of_document(db.session(), document.id)] == [(w.desk, 10, 1), (w.chair, 4, 1)]
        assert [(line.kind_id, line.approved) for line in lines(db.session(), document.id)] == [(w.desk, 14)]


def test_only_who_decides_chooses_and_never_who_asked(asking: Asking) -> None:
    declare(asking)
    w = asking.world
    number = asking.submitted(Wish(14, w.desk))
    with asking.app.app_context():
        with pytest.raises(NotAllowed), atomic() as session:
            choosing.choose(session, number, 1, w.chair, by=w.keeper)
        with pytest.raises(choosing.NotDeclared), atomic() as session:
            choosing.choose(session, number, 1, w.computer, by=w.approver)


def test_the_queue_is_served_in_order_the_moment_stock_frees(asking: Asking) -> None:
    w = asking.world
    holds = asking.approved(Wish(10, w.desk))
    first, second = asking.submitted(Wish(6, w.desk)), asking.submitted(Wish(4, w.desk))
    third = asking.submitted(Wish(1, w.desk))
    for number in (first, second, third):
        with asking.app.app_context(), atomic() as session:
            waiting.join(session, number, 1, by=w.organizer_b)
    with asking.app.app_context(), pytest.raises(waiting.WaitsAlready), atomic() as session:
        waiting.join(session, first, 1, by=w.organizer_b)
    asking.act(requisitions.cancel, holds, by=w.organizer_b)
    with asking.app.app_context():
        assert list(db.session().scalars(select(Waiting.state).order_by(Waiting.id))) == ["offered", "offered", "waiting"]
        assert told("waiting_offer") == [w.organizer_b, w.organizer_b]
        assert stock.free(db.session(), w.desk, FIRST, LAST, 0, TODAY) == 0, "an offer keeps the stock"
        row = db.session().get_one(Requisition, document_of(first).id)
        assert effects(db.session(), row, TODAY).lines[0].short == 0, "what is offered to a request is free for it"
    other = asking.submitted(Wish(1, w.desk))
    with asking.app.app_context(), pytest.raises(reservations.NotEnoughStock), atomic() as session:
        requisitions.approve(session, other, by=w.approver)
    asking.act(requisitions.approve, first, by=w.approver)
    with asking.app.app_context():
        made = stock.of_document(db.session(), document_of(first).id)
        assert [(row.promised, row.purpose) for row in made] == [(6, "loan")]
        with atomic() as session:
            entry = session.scalars(select(Waiting).where(Waiting.document_id == document_of(second).id)).one()
            waiting.leave(session, entry.id, by=w.organizer_b)
        assert list(db.session().scalars(select(Waiting.state).order_by(Waiting.id))) == ["offered", "left", "offered"], "what was declined goes on to the next"
        with atomic() as session:
            waiting.run(session, w.pool)
        assert list(db.session().scalars(select(Waiting.state).order_by(Waiting.id))) == ["granted", "left", "offered"]


def test_an_offer_that_is_not_taken_lapses_and_goes_to_the_next(asking: Asking) -> None:
    w = asking.world
    holds = asking.approved(Wish(10, w.desk))
    first, second = asking.submitted(Wish(8, w.desk)), asking.submitted(Wish(9, w.desk))
    for number in (first, second):
        with asking.app.app_context(), atomic() as session:
            waiting.join(session, number, 1, by=w.organizer_b)
    asking.act(requisitions.cancel, holds, by=w.organizer_b)
    later = clock.now() + waiting.KEPT_FOR + timedelta(minutes=1)
    with asking.app.app_context(), clock.at(later):
        with pytest.raises(waiting.OfferOver), atomic() as session:
            entry = session.scalars(select(Waiting).order_by(Waiting.id)).first()
            assert entry is not None
            waiting.take(session, entry.id, by=w.organizer_b)
        with atomic() as session:
            assert waiting.run(session, w.pool) == 2
        assert list(db.session().scalars(select(Waiting.state).order_by(Waiting.id))) == ["lapsed", "offered"]
        assert sum(db.session().scalars(select(Reservation.open_units))) == 9


def test_taking_an_offer_after_a_cut_hands_in_a_request_for_the_rest(asking: Asking) -> None:
    w = asking.world
    holds = asking.approved(Wish(7, w.desk))
    number = asking.submitted(Wish(8, w.desk))
    asking.act(requisitions.approve, number, by=w.approver, cuts={1: 3}, reason="so many are free")
    with asking.app.app_context(), atomic() as session:
        assert waiting.join(session, number, 1, by=w.organizer_b).units == 5
    asking.act(requisitions.cancel, holds, by=w.organizer_b)
    with asking.app.app_context():
        with atomic() as session:
            entry = session.scalars(select(Waiting)).one()
            rest = waiting.take(session, entry.id, by=w.organizer_b).number
        assert stock.free(db.session(), w.desk, FIRST, LAST, 0, TODAY) == 2
        with atomic() as session:
            requisitions.approve(session, rest, by=w.approver)
        assert [row.promised for row in stock.of_document(db.session(), document_of(rest).id)] == [5]
        assert stock.free(db.session(), w.desk, FIRST, LAST, 0, TODAY) == 2


def lose(asking: Asking, count: int) -> None:
    """Take desks out of the main store as a loss would."""
    w = asking.world
    with asking.app.app_context(), atomic() as session:
        custody.lock_stock(session, [(w.desk, w.main)])
        tags = session.scalars(select(Asset).where(Asset.kind_id == w.desk, Asset.state == "in_store").order_by(Asset.id).limit(count)).all()
        for asset in tags:
            for part in custody.standing(session, asset.id):
                custody.move(session, part, "lose", Cause(None, None, w.keeper, clock.now()), state=State.LOST)


@pytest.fixture
def endangered(asking: Asking) -> str:
    """Ten desks are promised, three are lost, and five stand in the other store."""
    number = asking.approved(Wish(10, asking.world.desk))
    with asking.app.app_context(), atomic() as session:
        worlds.stock(session, asking.world.desk, 2, store_id=asking.world.virtual)
    lose(asking, 3)
    return number


def at_risk(asking: Asking) -> list[risks.Risk]:
    w = asking.world
    with asking.app.app_context():
        session = db.session()
        keys = stock.promised_keys(session)
        lacking = stock.at_risk(session, keys, TODAY)
        rows = list(session.scalars(select(Reservation).where(Reservation.id.in_(lacking)).order_by(Reservation.id)))
        assert w.pool
        return risks.with_proposals(session, rows, lacking, TODAY)


@pytest.mark.parametrize(("how", "left"), [("store", 1), ("substitute", 0), ("part", 0)])
def test_what_no_longer_fits_finds_another_way_with_one_tap(asking: Asking, endangered: str, how: str, left: int) -> None:
    declare(asking)
    w = asking.world
    (found,) = at_risk(asking)
    assert found.lacking == 3
    assert [(way.how, way.units) for way in found.proposals] == [("store", 2), ("substitute", 3), ("part", 3)]
    with asking.app.app_context():
        with pytest.raises((SamePerson, NotAllowed)), atomic() as session:
            rebooking.rebook(session, found.reservation.id, how, by=w.organizer_b)
        with atomic() as session:
            rebooking.rebook(session, found.reservation.id, how, by=w.approver)
        assert told("promise_rebooked") == [w.organizer_b]
        line = lines(db.session(), document_of(endangered).id)[0]
        assert (line.kind_id, line.approved) == (w.desk, 7 if how == "part" else 10), "what was asked for stays on the line"
    again = at_risk(asking)
    assert sum(risk.lacking for risk in again) == left
    if left == 0:
        with asking.app.app_context(), pytest.raises(rebooking.NoLongerAtRisk), atomic() as session:
            rebooking.rebook(session, found.reservation.id, how, by=w.approver)


def test_keepers_and_who_asked_are_told_once_about_a_promise_at_risk(asking: Asking, endangered: str) -> None:
    w = asking.world
    with asking.app.app_context():
        for _ in range(2):
            with atomic() as session:
                assert risks.tell(session, w.pool) == 1
        heard = told("promise_at_risk")
        assert {w.keeper, w.approver, w.organizer_b} <= set(heard) and len(heard) == len(set(heard))


def test_a_wish_is_heard_in_the_act_that_brings_the_thing_in(asking: Asking) -> None:
    w = asking.world
    with asking.app.app_context():
        with atomic() as session:
            name = session.get_one(Kind, w.computer).name
            wishes.make(session, by=w.organizer_b, words=name[:2])
            wishes.make(session, by=w.organizer_b, words="nothing like it")
        with atomic() as session:
            worlds.stock(session, w.desk, 1)
        assert told("wish_matched") == []
        with atomic() as session:
            worlds.stock(session, w.computer, 3)
        assert told("wish_matched") == [w.organizer_b]
        ((_none, nothing), (wish, matches)) = wishes.mine(db.session(), w.organizer_b)
        assert not nothing and [match.units for match in matches] == [3]
        with atomic() as session:
            wishes.end(session, wish.id, by=w.organizer_b)
        with atomic() as session:
            worlds.stock(session, w.computer, 1)
        assert told("wish_matched") == [w.organizer_b]


def test_what_stands_in_is_handed_over_and_the_act_keeps_what_was_asked_for(asking: Asking) -> None:
    declare(asking)
    w = asking.world
    today = clock.today(worlds.ZONE)
    number = asking.submitted(Wish(14, w.desk), first=today, last=today + timedelta(days=5))
    asking.act(choosing.choose, number, line_no=1, kind_id=w.chair, by=w.approver)
    asking.act(requisitions.approve, number, by=w.approver)
    with asking.app.app_context():
        tag = db.session().scalars(select(Asset.tag).where(Asset.kind_id == w.chair)).one()
        with atomic() as session:
            handovers.hand_over(session, number, [handovers.Item(tag, 4)], by=w.keeper, costs=FREE, receipt=SIGNED)
        acts = list(db.session().execute(select(SavingAct.kind_id, SavingAct.asked_kind_id)))
        assert [tuple(act) for act in acts] == [(w.chair, w.desk)]
        assert [(line.issued, line.approved) for line in lines(db.session(), document_of(number).id)] == [(4, 14)]
