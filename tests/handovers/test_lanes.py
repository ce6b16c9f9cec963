"""Small lanes: an IOU and an emergency issue in one act, within their limits, persons apart, papers in time or on the list of exceptions."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.approvals import rule_sets
from assetpool.approvals.models import Approval
from assetpool.audit import exceptions
from assetpool.audit.gathering import gather
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, FieldInvalid, NotAllowed, SamePerson
from assetpool.handovers import lanes
from assetpool.handovers.lane_models import LaneIssue
from assetpool.handovers.service import Item, Receipt
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records import service as records
from assetpool.records.models import Document
from tests import world as worlds
from tests.walking import send

TODAY = clock.today(worlds.ZONE)
SIGNED = Receipt("张承办", "", "typed_pin", "2468")


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@dataclass
class Counter:
    """The keeper's counter, with the labels of ten desks and one lot of chairs."""

    app: Flask
    world: worlds.World
    desks: list[str]

    def hand_out(self, count: int = 2, lane: str = lanes.IOU, days: int = 3, by: int | None = None, requester: int | None = None, **more: Any) -> str:
        """Hand some desks out and return the number of the request."""
        w = self.world
        items = [Item(self.desks.pop()) for _ in range(count)]
        last = TODAY + timedelta(days=days - 1)
        said = {"receipt": SIGNED, "reason": "临时会议"} | more
        with self.app.app_context(), atomic() as session:
            asked = requester or w.organizer_b
            loaded = lanes.hand_out(session, lane, w.department_b, asked, items, last, by=by or w.keeper, **said)
            return session.scalars(select(Document.number).where(Document.id == loaded.slip.request_id)).one()


@pytest.fixture
def counter(app: Flask) -> Counter:
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            return Counter(app, world, worlds.stock(session, world.desk, 60))


def test_an_iou_is_asked_promised_handed_over_and_signed_in_one_act(counter: Counter) -> None:
    number = counter.hand_out(5)
    with counter.app.app_context():
        document = db.session().scalars(select(Document).where(Document.number == number)).one()
        row = db.session().get_one(LaneIssue, document.id)
        assert (document.state, document.created_by, row.lane, row.papers_due_at) == ("issued", counter.world.organizer_b, "iou", None)
        assert db.session().get_one(Document, row.slip_id).state == "accepted"
        assert db.session().scalar(select(func.count()).select_from(Approval)) == 0


@pytest.mark.parametrize(("count", "days"), [(6, 1), (1, 4)])
def test_more_or_longer_than_the_limit_is_refused_and_nothing_stays(counter: Counter, count: int, days: int) -> None:
    with pytest.raises(lanes.LaneLimit):
        counter.hand_out(count, days=days)
    with counter.app.app_context():
        assert db.session().scalars(select(Document.number).where(Document.kind == "RQ")).all() == []


def test_what_is_out_already_counts_so_that_nothing_is_cut_into_small_ones(counter: Counter) -> None:
    counter.hand_out(3)
    with pytest.raises(lanes.LaneLimit):
        counter.hand_out(3)
    counter.hand_out(2)


def test_keeper_and_requester_are_two_and_both_have_their_role(counter: Counter) -> None:
    w = counter.world
    with counter.app.app_context(), atomic() as session:
        org.grant(session, w.keeper, w.city, Role.CLERK)
    with pytest.raises(SamePerson):
        counter.hand_out(requester=w.keeper)
    for wrong in ({"by": w.approver}, {"by": w.clerk_a}, {"requester": w.clerk_a}):
        with pytest.raises(NotAllowed):
            counter.hand_out(**wrong)
    with pytest.raises(FieldInvalid):
        counter.hand_out(receipt=Receipt("张承办"))


def test_the_rules_close_a_lane(counter: Counter) -> None:
    w = counter.world
    with counter.app.app_context(), atomic() as session:
        rule_sets.publish(session, w.department_b, [], rule_sets.Settings(iou_things=0, emergency_value=150_000), by=w.administrator)
    with pytest.raises(lanes.LaneClosed):
        counter.hand_out(1)
    with pytest.raises(lanes.LaneTooDear):
        counter.hand_out(2, lanes.EMERGENCY)
    counter.hand_out(1, lanes.EMERGENCY)


def test_the_papers_of_an_emergency_come_within_a_working_day_or_stand_among_the_exceptions(counter: Counter) -> None:
    w = counter.world
    friday = clock.moment_on(date(2026, 9, 25), worlds.ZONE, 20)
    monday_night, tuesday = clock.moment_on(date(2026, 9, 28), worlds.ZONE, 23), clock.moment_on(date(2026, 9, 29), worlds.ZONE, 1)
    app = counter.app
    with clock.at(friday), app.app_context(), atomic() as session:
        tags = worlds.stock(session, w.desk, 20)
        last = date(2026, 9, 30)
        loaded = lanes.hand_out(
            session, lanes.EMERGENCY, w.department_b, w.organizer_b, [Item(tag) for tag in tags], last, by=w.keeper, receipt=SIGNED, reason="防汛"
        )
        number = session.scalars(select(Document.number).where(Document.id == loaded.slip.request_id)).one()
    with app.app_context():
        assert lanes.papers_missing(db.session(), w.pool, monday_night) == []
        assert [document.number for document, _row in lanes.papers_missing(db.session(), w.pool, tuesday)] == [number]
        with clock.at(tuesday):
            (group,) = exceptions.find(gather(db.session(), w.pool, with_cards=False), "emergency_papers")
            assert [one.subject for one in group.found] == [number]
        data = app.config["DATA_DIR"]
        for who, refusal in ((w.keeper, NotAllowed), (w.finance, NotAllowed)):
            with pytest.raises(refusal), atomic() as session:
                file = records.keep_file(session, w.pool, data, "a.pdf", b"%PDF-1.7 a", who)
                lanes.add_papers(session, number, file.id, by=who)
        with clock.at(monday_night), atomic() as session:
            file = records.keep_file(session, w.pool, data, "a.pdf", b"%PDF-1.7 a", w.approver)
            lanes.add_papers(session, number, file.id, by=w.approver)
        assert lanes.papers_missing(db.session(), w.pool, tuesday) == []


def test_a_refusal_of_a_lane_is_a_sentence(counter: Counter) -> None:
    with pytest.raises(DomainError) as refusal:
        counter.hand_out(9)
    assert "At most 5 things for 3 days" in str(refusal.value)


def test_one_screen_hands_out_and_takes_the_papers(counter: Counter) -> None:
    w, app = counter.world, counter.app
    client = worlds.sign_in(app, "keeper")
    form = {
        "lane": "emergency", "requester": f"{w.organizer_b}-{w.department_b}", "tags": "\n".join(counter.desks[:7]), "reason": "防汛", "pin": "2468",
        "last_day": TODAY.isoformat(),
    }  # fmt: skip
    refused = send(client, "/lanes", {**form, "pin": ""})
    assert (refused.status_code, "防汛" in refused.text) == (422, True)
    assert send(client, "/lanes", form).status_code == 303
    with app.app_context():
        number = db.session().scalars(select(Document.number).where(Document.kind == "RQ")).one()
    manager = worlds.sign_in(app, "approver")
    assert number in manager.get("/lanes").text
    scan = (io.BytesIO(b"%PDF-1.7 signed"), "signed.pdf")
    assert send(manager, f"/lanes/{number}/papers", {"scan": scan}, "/lanes").status_code == 303
    with app.app_context():
        assert db.session().scalars(select(LaneIssue.papers_by)).one() == w.approver
    page = worlds.sign_in(app, "stranger").get("/lanes").text
    assert (number in page, "张承办" in page) == (False, False)
