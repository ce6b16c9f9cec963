"""Events say who leads, takes part, pays and speaks for them, and where things are brought; packs say what events of a sort need."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotAllowed
from assetpool.events import packs, queries, service
from assetpool.events.models import Event, EventLiaison, EventVenue
from assetpool.events.packs import PackLine
from assetpool.events.service import Said, Venue
from assetpool.org.models import Person
from tests import walking
from tests import world as worlds

FIRST, LAST = date(2027, 3, 2), date(2027, 3, 6)


def entered(w: worlds.World) -> int:
    with atomic() as session:
        return service.enter(session, w.pool, w.department_b, Said("运动会", FIRST, LAST, members=(w.department_a, w.department_b)), by=w.approver).id


def test_the_leading_organization_is_no_member_beside_itself(context: Flask) -> None:
    w = worlds.found()
    assert [member.code for member in queries.members_of(db.session(), entered(w))] == ["A"]


def test_a_stranger_neither_corrects_nor_names(context: Flask) -> None:
    w = worlds.found()
    event = entered(w)
    with pytest.raises(NotAllowed), atomic() as session:
        service.correct(session, event, Said("别的", FIRST, LAST), by=w.stranger)
    with pytest.raises(NotAllowed), atomic() as session:
        service.name_liaison(session, event, "路人", "", "", by=w.stranger)


def test_another_name_is_another_person_and_a_corrected_telephone_is_not(context: Flask) -> None:
    w = worlds.found()
    event = entered(w)
    for name, telephone in (("何静", "1"), ("何静", "2"), ("杨光", "3")):
        with atomic() as session:
            service.name_liaison(session, event, name, telephone, "", by=w.approver)
    people = db.session().scalars(select(Person).join(EventLiaison, EventLiaison.person_id == Person.id).order_by(Person.id)).all()
    assert [(person.name, person.telephone, person.password_hash) for person in people] == [("何静", "2", None), ("杨光", "3", None)]
    found = queries.liaison_of(db.session(), event)
    assert found is not None and found.name == "杨光"


def test_venues_change_names_and_places_and_those_in_use_stay(context: Flask) -> None:
    w = worlds.found()
    event = entered(w)
    with atomic() as session:
        first, second = (
            row.id for row in service.set_venues(session, event, [Venue("一馆", floor="3层", lift=True, window="8–10"), Venue("二馆")], by=w.approver)
        )
    with atomic() as session:
        service.set_venues(session, event, [Venue("一馆", second), Venue("二馆", first)], by=w.approver)
    with atomic() as session:
        service.set_venues(session, event, [Venue("三馆")], by=w.approver, keep=[first])
    rows = queries.venues_of(db.session(), event)
    assert [(row.name, row.position) for row in rows] == [("三馆", 1), ("二馆", 2)]
    with pytest.raises(DomainError), atomic() as session:
        service.set_venues(session, event, [Venue("四馆"), Venue("四馆")], by=w.approver)
    assert db.session().scalars(select(EventVenue.name).order_by(EventVenue.position)).all() == ["三馆", "二馆"]


def test_a_pack_is_reckoned_up_for_so_many_people(context: Flask) -> None:
    w = worlds.found()
    with atomic() as session:
        pack = packs.write(session, w.pool, "会议", [PackLine(w.chair, 10_500), PackLine(w.desk, 33)], by=w.approver).id
    assert packs.units_for(db.session(), w.pool, pack, 300) == {w.chair: 315, w.desk: 1}
    for people in (0, -5):
        with pytest.raises(DomainError):
            packs.units_for(db.session(), w.pool, pack, people)
    with pytest.raises(DomainError), atomic() as session:
        packs.write(session, w.pool, "双份", [PackLine(w.chair, 1), PackLine(w.chair, 2)], by=w.approver)
    with pytest.raises(NotAllowed), atomic() as session:
        packs.write(session, w.pool, "不许", [PackLine(w.chair, 1)], by=w.organizer_b)


def test_the_pages_write_an_event_and_a_pack_and_begin_a_request_with_it(app: Flask) -> None:
    with app.app_context():
        w = worlds.found()
    client = worlds.sign_in(app, "approver")
    said = {"name": "运动会", "organization_id": str(w.department_b), "first_day": "2099-03-02", "last_day": "2099-03-06", "members": [str(w.department_a)]}
    more = {"liaison_name": "何静", "liaison_telephone": "138", "venues-0-name": "一馆", "venues-0-lift": "no", "budget": "1,000.50"}
    answer = walking.send(client, "/events/new", {**said, **more})
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["Location"]).text
    assert all(text in page for text in ("何静", "一馆", "教育局"))
    with app.app_context():
        event = db.session().scalars(select(Event)).one()
        assert event.budget == 100_050
    answer = walking.send(client, f"/events/{event.id}/edit", {**said, "name": "运动会改", "venues-0-name": "一馆"})
    assert answer.status_code == 303, answer.text
    lines = {"lines-0-kind": "会议椅", "lines-0-per_hundred": "105", "lines-1-kind": "办公桌", "lines-1-per_hundred": "0.5"}
    answer = walking.send(client, "/events/packs/new", {"name": "会议", **lines})
    assert answer.status_code == 303, answer.text
    assert "315" in client.get(answer.headers["Location"] + "?people=300").text
    pack = answer.headers["Location"].rpartition("/")[2]
    form = worlds.sign_in(app, "organizer_b").get(f"/requisitions/new?pack={pack}&people=300&event={event.id}").text
    assert 'value="315"' in form and "一馆" in form


def test_a_request_is_copied_to_other_days(app: Flask) -> None:
    client = worlds.sign_in(app, "organizer_b")
    said = {
        "organization_id": "3",
        "kind": "loan",
        "first_day": "2099-03-02",
        "last_day": "2099-03-06",
        "lines-0-kind": "会议椅",
        "lines-0-quantity": "7",
        "save": "1",
    }
    with app.app_context():
        said["organization_id"] = str(worlds.found().department_b)
    answer = walking.send(client, "/requisitions/new", said)
    number = answer.headers["Location"].rpartition("/")[2]
    form = client.get(f"/requisitions/new?again={number}&from=2099-05-01").text
    assert 'value="2099-05-01"' in form and 'value="2099-05-05"' in form and 'value="7"' in form
