"""A list meets the catalogue and the stores, is put right and handed in; a stranger never counts on units twice, nor sees another event."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.catalog.models import Kind
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, SamePerson
from assetpool.events import service as events
from assetpool.events.models import Event, EventVenue
from assetpool.invitations import lists, outlook, submitting
from assetpool.invitations.lists import Correction
from assetpool.invitations.matching import match
from assetpool.invitations.models import ListLine
from assetpool.invitations.outlook import ListView
from assetpool.invitations.reading import Row
from assetpool.org.models import Person
from assetpool.records.models import Document, PersonalFact
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations import substitutes
from assetpool.reservations.service import pool_today
from assetpool.shortages.models import Wish
from tests import counting, walking
from tests import world as worlds
from tests.invitations.conftest import FIRST, LAST, Inviting

WORDS = ("会议椅", "办公桌", "台式计算机", "气球", "椅")


def seen(inviting: Inviting) -> ListView:
    session = db.session()
    event = session.get_one(Event, inviting.event)
    return outlook.look(session, event, lists.open_lines(session, event.id), pool_today(session, event.pool_id))


def hand_in(inviting: Inviting) -> list[str]:
    with atomic() as session:
        return [document.number for document in submitting.hand_in(session, inviting.invitation(session))]


def asked(number: str) -> list[tuple[int, int, str]]:
    statement = select(RequisitionLine).join(Document, Document.id == RequisitionLine.requisition_id).where(Document.number == number)
    return [(line.kind_id, line.asked, line.drop) for line in db.session().scalars(statement.order_by(RequisitionLine.line_no))]


def test_words_find_their_kind_or_a_guess_or_stay_a_wish(inviting: Inviting, context: Flask) -> None:
    inviting.take(Row("会议椅", quantity=1), Row("office desks", quantity=1), Row("椅子", quantity=1), Row("热气球", quantity=1))
    views = seen(inviting).lines
    w = inviting.world
    assert [(view.kind.id if view.kind else None, view.problems) for view in views] == [(w.chair, ()), (w.desk, ()), (w.chair, ()), (None, ("kind",))]


def test_a_looser_reading_still_names_the_thing(inviting: Inviting, context: Flask) -> None:
    with atomic() as session:
        session.get_one(Kind, inviting.world.desk).search_text += " 移动支架"
    with atomic() as session:
        worlds.stock(session, inviting.world.computer, 1)
    w = inviting.world
    with atomic() as session:
        event = session.get_one(Event, inviting.event)
        found = match(session, event.pool_id, ["移动厕所", "台式电脑", "办公室桌", "桌椅"])
    assert "移动厕所" not in found
    assert [[one.kind_id for one in found[text].candidates] for text in ("台式电脑", "办公室桌")] == [[w.computer], [w.desk]]
    assert {one.kind_id for one in found["桌椅"].candidates} == {w.desk, w.chair} and not found["桌椅"].sure


def test_two_lines_never_count_on_the_same_units(inviting: Inviting, context: Flask) -> None:
    inviting.take(Row("办公桌", quantity=7), Row("办公桌", quantity=7), Row("办公桌", quantity=7, first_day=date(2027, 3, 20), last_day=date(2027, 3, 21)))
    views = seen(inviting).lines
    assert [(view.free, view.short) for view in views] == [(10, 0), (3, 4), (10, 0)]
    assert views[1].free_from == FIRST


def test_what_stands_in_is_declared_first_then_of_the_same_class(inviting: Inviting, context: Flask) -> None:
    w = inviting.world
    with atomic() as session:
        session.get_one(Kind, w.computer).measure = session.get_one(Kind, w.desk).measure
        worlds.stock(session, w.computer, 2)
        substitutes.declare(session, w.desk, w.computer, False, by=w.approver)
    inviting.take(Row("办公桌", quantity=12))
    assert [(kind.id, free) for kind, free in seen(inviting).lines[0].substitutes] == [(w.computer, 2)]


def test_what_damage_costs_lies_between_the_oldest_and_the_newest(inviting: Inviting, context: Flask) -> None:
    with atomic() as session:
        worlds.stock(session, inviting.world.desk, 1, acquired_on=date(2016, 3, 1))
    inviting.take(Row("办公桌", quantity=1))
    damage = seen(inviting).lines[0].damage
    assert damage.least is not None and damage.most is not None
    assert 100_000 * 0.25 < damage.least < 100_000 * 0.35 < 100_000 * 0.8 < damage.most < 100_000


def test_looking_at_a_long_list_takes_no_more_queries_than_at_a_short_one(inviting: Inviting, context: Flask) -> None:
    counts = []
    for rows in (3, 40):
        inviting.take(
            *(Row(["会议椅", "办公桌", "台式计算机", "气球", "椅"][n % 5], f"馆{n % 6}", 1 + n * 3, date(2027, 3, 2 + n % 4), LAST) for n in range(rows))
        )
        db.session().rollback()
        with counting.queries(db.engine) as sent:
            assert len(seen(inviting).lines) >= rows
        counts.append(len(sent))
    assert counts[1] <= counts[0] + 1 <= 30


def test_a_correction_is_matched_anew_and_a_chosen_kind_stays(inviting: Inviting, context: Flask) -> None:
    first, second = inviting.take(Row("热气球", quantity=3), Row("椅子", quantity=3))
    w = inviting.world
    with atomic() as session:
        event = session.get_one(Event, inviting.event)
        lists.put_right(session, event, {first: Correction("台式计算机", 2, FIRST, LAST, "新馆"), second: Correction("椅子", 4, FIRST, LAST, "新馆", w.desk)})
    lines = {line.id: line for line in db.session().scalars(select(ListLine))}
    assert [(lines[n].kind_id, lines[n].quantity, lines[n].sure) for n in (first, second)] == [(w.computer, 2, True), (w.desk, 4, True)]
    assert db.session().scalars(select(EventVenue.name)).all() == ["新馆"]


def test_handing_in_makes_one_request_per_period_with_drop_points_and_keeps_wishes(inviting: Inviting, context: Flask) -> None:
    w = inviting.world
    inviting.take(
        Row("会议椅", "主会场", 300, contact="张三", telephone="13800001111"),
        Row("热气球", "主会场", 2),
        Row("会议椅", "主会场", 1, contact="张三"),
        Row("办公桌", "新闻中心", 4),
        Row("会议椅", "新闻中心", 20, date(2027, 3, 4), date(2027, 3, 5)),
    )
    numbers = hand_in(inviting)
    assert [asked(number) for number in numbers] == [[(w.chair, 300, "主会场"), (w.chair, 1, "主会场"), (w.desk, 4, "新闻中心")], [(w.chair, 20, "新闻中心")]]
    session = db.session()
    document = session.scalars(select(Document).where(Document.number == numbers[0])).one()
    row = session.get_one(Requisition, document.id)
    liaison = session.scalars(select(Person).where(Person.name == "何静")).one()
    assert (document.state, row.requester_id, row.event_id, row.budget_line) == ("stock_checked", liaison.id, inviting.event, "2070308")
    facts = session.scalars(select(PersonalFact).where(PersonalFact.document_id == document.id).order_by(PersonalFact.id))
    assert [(fact.name, fact.telephone) for fact in facts] == [("何静", "13800002210"), ("张三", "13800001111")]
    assert [line.thing for line in session.scalars(select(ListLine).where(ListLine.kind_id.is_(None)))] == ["热气球"]
    assert [(wish.words, wish.person_id) for wish in session.scalars(select(Wish))] == [("热气球", liaison.id)]
    assert seen(inviting).lines == ()


def test_who_asks_does_not_approve_even_if_made_an_approver(inviting: Inviting, context: Flask) -> None:
    inviting.take(Row("会议椅", quantity=3))
    (number,) = hand_in(inviting)
    with atomic() as session:
        liaison = session.scalars(select(Person).where(Person.name == "何静")).one()
        worlds.org.grant(session, liaison.id, inviting.world.city, "approver")
    with pytest.raises(SamePerson), atomic() as session:
        requisitions.approve(session, number, by=liaison.id)
    with atomic() as session:
        assert requisitions.approve(session, number, by=inviting.world.approver).state == "approved"


def test_a_request_sent_back_is_corrected_and_handed_in_under_its_number(inviting: Inviting, context: Flask) -> None:
    w = inviting.world
    inviting.take(Row("会议椅", "主会场", 300), Row("办公桌", "主会场", 4))
    (number,) = hand_in(inviting)
    with atomic() as session:
        requisitions.send_back(session, number, by=w.approver, reason="椅子减半")
    with atomic() as session:
        event = session.get_one(Event, inviting.event)
        chairs = lists.open_lines(session, event.id)[0]
        lists.change(session, event, chairs.id, quantity=150)
    assert hand_in(inviting) == [number]
    assert asked(number) == [(w.chair, 150, "主会场"), (w.desk, 4, "主会场")]


def test_a_request_whose_lines_are_all_gone_is_taken_back(inviting: Inviting, context: Flask) -> None:
    inviting.take(Row("会议椅", quantity=3), Row("办公桌", quantity=1, first_day=FIRST, last_day=FIRST))
    first, second = sorted(hand_in(inviting))
    with atomic() as session:
        for number in (first, second):
            requisitions.send_back(session, number, by=inviting.world.approver, reason="合并")
        event = session.get_one(Event, inviting.event)
        lists.drop(session, event, [line.id for line in lists.open_lines(session, event.id) if line.kind_id == inviting.world.desk])
    kept = hand_in(inviting)
    states = {row.number: row.state for row in db.session().scalars(select(Document).where(Document.kind == "RQ"))}
    assert [states[number] for number in kept] == ["stock_checked"] and sorted(states.values()) == ["cancelled", "stock_checked"]


def test_taking_back_lets_the_lines_be_written_again(inviting: Inviting, context: Flask) -> None:
    inviting.take(Row("会议椅", quantity=3))
    (number,) = hand_in(inviting)
    with atomic() as session:
        submitting.take_back(session, inviting.invitation(session), number)
    assert len(seen(inviting).lines) == 1
    assert hand_in(inviting) != [number]


@pytest.mark.parametrize("row", [Row("会议椅"), Row("热气球", quantity=3), Row("会议椅", quantity=3, first_day=date(2020, 1, 1), last_day=date(2020, 1, 2))])
def test_what_cannot_be_handed_in_is_refused_with_a_sentence(inviting: Inviting, context: Flask, row: Row) -> None:
    inviting.take(row)
    with pytest.raises(DomainError):
        hand_in(inviting)
    assert db.session().scalars(select(Document)).all() == []


def test_another_events_requests_lines_and_letters_are_not_there(inviting: Inviting, context: Flask) -> None:
    w = inviting.world
    inviting.take(Row("会议椅", quantity=3))
    (number,) = hand_in(inviting)
    with atomic() as session:
        event = events.enter(session, w.pool, w.department_b, events.Said("别的活动", FIRST, LAST), by=w.approver)
        events.name_liaison(session, event.id, "路人", "139", "", by=w.approver)
        other = Inviting(inviting.app, w, event.id)
    stranger = other.invite().guest()
    page = stranger.get(f"/o/{other.token}/status").text + stranger.get(f"/o/{other.token}").text
    assert "市运动会" not in page and number not in page and "何静" not in page
    assert stranger.get(f"/o/{other.token}/requests/{number}.pdf").status_code == 404
    assert walking.send(stranger, f"/o/{other.token}/requests/{number}/take-back", {}, f"/o/{other.token}").status_code == 303
    (line,) = db.session().scalars(select(ListLine.id)).all()
    answer = walking.send(stranger, f"/o/{other.token}/lines", {f"thing-{line}": "x", "press": f"drop-{line}"}, f"/o/{other.token}")
    assert answer.status_code == 303
    db.session().rollback()
    assert db.session().scalars(select(Document.state).where(Document.number == number)).one() == "stock_checked"
    assert db.session().scalars(select(ListLine.thing)).all() == ["会议椅"]


def test_what_another_organization_asks_for_the_same_event_is_not_the_organizers_to_see(inviting: Inviting, context: Flask) -> None:
    w = inviting.world
    with atomic() as session:
        worlds.org.grant(session, w.clerk_a, w.department_a, "clerk")
        contact = drafting.Contact("别人", "13912345678")
        wish, more = drafting.Wish(2, w.chair), {"by": w.clerk_a, "event_id": inviting.event, "contacts": [contact]}
        number = drafting.draft(session, w.department_a, [wish], FIRST, LAST, **more).number
        requisitions.submit(session, number, by=w.clerk_a)
    client, page = inviting.guest(), f"/o/{inviting.token}"
    assert number not in client.get(f"{page}/status").text
    assert client.get(f"{page}/requests/{number}.pdf").status_code == 404
