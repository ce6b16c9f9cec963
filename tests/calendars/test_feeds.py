"""A calendar's secret address: what it holds when read back, whose rights count, and when it dies."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from assetpool.audit.models import Look
from assetpool.calendars import ics
from assetpool.calendars.models import CalendarFeed
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.org.models import Membership, Person
from tests import counting, walking
from tests import world as worlds
from tests.calendars.test_pages import MONDAY, TODAY, promised

database_template = worlds.template


def made(client: FlaskClient, **scope: object) -> str:
    """Make an address as the page does; return its path."""
    assert walking.send(client, "/calendar/feeds", {name: str(value) for name, value in scope.items()}).status_code == 303
    page = client.get("/calendar/feeds").text
    found = re.search(r"http://localhost(/cal/[\w-]+\.ics)", page)
    assert found, "the address is shown"
    assert found.group(1) not in client.get("/calendar/feeds").text, "only once"
    return found.group(1)


def read_back(text: str) -> list[dict[str, str]]:
    """Unfold a calendar and return its events, as RFC 5545 says they are read."""
    assert all(len(line.encode()) <= ics.FOLD for line in text.split("\r\n")) and text.endswith("END:VCALENDAR\r\n") and "\n" not in text.replace("\r\n", "")
    events: list[dict[str, str]] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name != "END":
            events[-1][name] = value.replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n").replace("\\\\", "\\")
    return events


def lend_two_desks(app: Flask) -> tuple[worlds.World, str]:
    with app.app_context():
        w = worlds.found()
        with clock.at(MONDAY):
            return w, promised(w, date(2026, 12, 1), date(2026, 12, 4))


def test_the_feed_holds_what_its_person_may_see(app: Flask) -> None:
    w, number = lend_two_desks(app)
    with clock.at(MONDAY):
        addresses = {person: made(worlds.sign_in(app, person), kind=w.desk) for person in ("organizer_b", "keeper", "stranger")}
        texts = {person: app.test_client().get(address, headers={"Accept-Language": "zh"}).text for person, address in addresses.items()}
    for person in ("organizer_b", "keeper"):
        (event,) = read_back(texts[person])
        assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20261201", "20261205")
        assert number in event["SUMMARY"] and "体育局" in event["SUMMARY"] and event["URL"].endswith(number)
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"]) and event["UID"].endswith("@assetpool")
    (event,) = read_back(texts["stranger"])
    assert "办公桌 × 2" in event["SUMMARY"] and number not in texts["stranger"] and "体育局" not in texts["stranger"]


def test_what_stays_the_same_keeps_its_name_and_is_not_sent_again(app: Flask) -> None:
    w, _ = lend_two_desks(app)
    with clock.at(MONDAY):
        address = made(worlds.sign_in(app, "keeper"), store=w.main)
        client = app.test_client()
        first = client.get(address)
        assert first.mimetype == "text/calendar"
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with clock.at(MONDAY + timedelta(days=1)):
        assert [one["UID"] for one in read_back(client.get(address).text)] == [one["UID"] for one in read_back(first.text)]


def test_rights_are_asked_at_each_reading_and_who_left_reads_nothing(app: Flask) -> None:
    w, number = lend_two_desks(app)
    with clock.at(MONDAY):
        address = made(worlds.sign_in(app, "organizer_b"))
        client = app.test_client()
        assert number in client.get(address).text
        with app.app_context(), atomic() as session:
            session.execute(update(Membership).where(Membership.person_id == w.organizer_b).values(organization_id=w.elsewhere))
        assert number not in client.get(address).text and client.get(address).status_code == 200
        with app.app_context(), atomic() as session:
            session.execute(update(Person).where(Person.id == w.organizer_b).values(active=False))
        assert client.get(address).status_code == 404


def test_what_an_auditor_reads_is_noted_without_the_secret(app: Flask) -> None:
    address = made(worlds.sign_in(app, "auditor"))
    assert app.test_client().get(address, buffered=True).status_code == 200
    with app.app_context():
        looks = db.session().scalars(select(Look).where(Look.endpoint == "feeds.read")).all()
        assert [(look.subject, look.status) for look in looks] == [("calendar address 1", 200)]


def test_an_address_is_kept_as_a_digest_and_dies_when_its_person_revokes_it(app: Flask) -> None:
    client = worlds.sign_in(app, "keeper")
    address = made(client, whose="mine")
    with app.app_context():
        row = db.session().scalars(select(CalendarFeed)).one()
        assert row.digest not in address and row.mine
        feed = row.id
    walking.send(worlds.sign_in(app, "stranger"), f"/calendar/feeds/{feed}/revoke", {}, page="/calendar/feeds")
    assert client.get(address).status_code == 200
    assert walking.send(client, f"/calendar/feeds/{feed}/revoke", {}, page="/calendar/feeds").status_code == 303
    assert app.test_client().get(address).status_code == 404
    assert app.test_client().get("/cal/nothing.ics").status_code == 404


def test_nobody_makes_more_addresses_than_are_looked_after(app: Flask) -> None:
    client = worlds.sign_in(app, "keeper")
    page = client.get("/calendar/feeds")
    for _ in range(21):
        client.post("/calendar/feeds", data={"csrf_token": walking.token(page)}, headers={"Referer": "http://localhost/calendar/feeds"})
    with app.app_context():
        assert len(db.session().scalars(select(CalendarFeed.id)).all()) == 20


def test_a_longer_feed_asks_the_database_no_more_often(app: Flask) -> None:
    with app.app_context():
        w = worlds.found()
        engine = db.engine
        with clock.at(MONDAY):
            promised(w, TODAY, date(2026, 11, 26), 1)
    with clock.at(MONDAY):
        address = made(worlds.sign_in(app, "keeper"))
    client = app.test_client()

    def asked() -> tuple[int, int]:
        with clock.at(MONDAY), counting.queries(engine) as found:
            events = read_back(client.get(address).text)
        return len(found), len(events)

    asked()
    before, one = asked()
    with app.app_context(), clock.at(MONDAY):
        for last in (27, 28, 29):
            promised(w, TODAY, date(2026, 11, last), 1)
    asked()
    assert asked() == (before, one + 3)


def test_long_and_odd_texts_are_folded_and_read_back_whole() -> None:
    said = "会议椅, 折叠; \\ 第一行\n第二行 " + "长" * 100
    text = ics.written("名称", [ics.Happening("a@b", TODAY, TODAY, said, datetime(2026, 11, 23, tzinfo=UTC))])
    assert read_back(text)[0]["SUMMARY"] == said
