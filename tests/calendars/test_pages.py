"""Who sees what in a calendar: the borrower and the keeper the paper, a stranger only that things are busy."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from assetpool.calendars import grid, queries
from assetpool.calendars.queries import Scope
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotFound
from assetpool.events import service as events
from assetpool.events.service import Said
from assetpool.handovers import service as handovers
from assetpool.handovers.loading import Costs
from assetpool.handovers.signing import Receipt
from assetpool.org.queries import access_of
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from tests import counting
from tests import world as worlds

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
WINDOW = (date(2026, 11, 1), date(2026, 12, 31))
SIGNED = Receipt("何静", "13800002210", "typed_pin", "2210")
database_template = worlds.template


def promised(w: worlds.World, first: date, last: date, desks: int = 2, event: int | None = None) -> str:
    with atomic() as session:
        number = drafting.draft(session, w.department_b, [drafting.Wish(desks, w.desk)], first, last, by=w.organizer_b, event_id=event).number
    with atomic() as session:
        requisitions.submit(session, number, by=w.organizer_b)
    with atomic() as session:
        requisitions.approve(session, number, by=w.approver)
    return number


def lent(w: worlds.World, last: date) -> str:
    """Lend a chair lot's 30 chairs from Monday on; return the slip's number."""
    with clock.at(MONDAY):
        with atomic() as session:
            number = drafting.draft(session, w.department_b, [drafting.Wish(30, w.chair)], TODAY, last, by=w.organizer_b).number
        with atomic() as session:
            requisitions.submit(session, number, by=w.organizer_b)
        with atomic() as session:
            requisitions.approve(session, number, by=w.approver)
        with atomic() as session:
            tag = worlds.stock(session, w.chair, 30, lot=True)[0]
        with atomic() as session:
            return handovers.hand_over(session, number, [handovers.Item(tag, 30)], by=w.keeper, costs=Costs((), "own truck"), receipt=SIGNED).document.number


def drawn(w: worlds.World, person: int, scope: Scope | None = None, today: date = TODAY) -> list[grid.Stretch]:
    session = db.session()
    return queries.drawn(session, access_of(session, person), scope or Scope(), WINDOW, today, worlds.ZONE).stretches


def test_who_may_read_the_paper_sees_whose_it_is_and_others_see_busy(world: worlds.World) -> None:
    with clock.at(MONDAY):
        number = promised(world, date(2026, 12, 1), date(2026, 12, 4))
    slip = lent(world, date(2026, 11, 30))
    for person in (world.organizer_b, world.keeper, world.auditor):
        assert [(one.what, one.number, one.units) for one in drawn(world, person)] == [("out", slip, 30), ("promise", number, 2)]
    for one in drawn(world, world.stranger):
        assert (one.what, one.number, one.organization_id, one.event_id, one.document_id) == ("busy", "", None, None, 0)
    assert [one.units for one in drawn(world, world.stranger)] == [30, 2]
    assert drawn(world, world.stranger, Scope(mine=True)) == []
    assert [one.number for one in drawn(world, world.organizer_b, Scope(mine=True))] == [slip, number]


def test_for_which_event_something_is_busy_is_not_told(world: worlds.World) -> None:
    with clock.at(MONDAY):
        with atomic() as session:
            event = events.enter(session, world.pool, world.department_b, Said("运动会", date(2026, 12, 1), date(2026, 12, 4)), by=world.approver).id
        promised(world, date(2026, 12, 1), date(2026, 12, 4), event=event)
    assert len(drawn(world, world.organizer_b, Scope(event_id=event))) == 1
    assert drawn(world, world.stranger, Scope(event_id=event)) == []


def test_what_is_late_stands_until_today(world: worlds.World) -> None:
    slip = lent(world, date(2026, 11, 30))
    (one,) = drawn(world, world.keeper, today=date(2026, 12, 9))
    assert (one.what, one.number, one.due, one.last) == ("overdue", slip, date(2026, 11, 30), date(2026, 12, 9))
    assert [(entry.what, entry.day) for entry in grid.entries([one])] == [("overdue", date(2026, 11, 30))]


@pytest.mark.parametrize("view", ["month", "timeline", "day"])
def test_the_pages_name_nobody_to_a_stranger(app: Flask, view: str) -> None:
    with app.app_context():
        w = worlds.found()
        with clock.at(MONDAY):
            number = promised(w, TODAY, date(2026, 12, 4))
    address = f"/calendar/day?day={TODAY}" if view == "day" else f"/calendar?view={view}&month=2026-11"
    with clock.at(MONDAY):
        own, strange, keeper = (worlds.sign_in(app, person).get(address).text for person in ("organizer_b", "stranger", "keeper"))
    assert number in own and number in keeper and "办公桌" in own
    assert number not in strange and "体育局" not in strange and "办公桌" in strange


def test_the_free_count_and_the_days_it_changes_on_stand_with_a_kind(app: Flask) -> None:
    with app.app_context():
        w = worlds.found()
        with clock.at(MONDAY):
            promised(w, date(2026, 11, 25), date(2026, 11, 26), desks=7)
            counts = queries.free_counts(db.session(), [w.desk], None, WINDOW, TODAY)[w.desk]
    assert counts == [(TODAY, 10), (date(2026, 11, 25), 3), (date(2026, 11, 27), 10)]
    with clock.at(MONDAY):
        page = worlds.sign_in(app, "stranger").get(f"/calendar?month=2026-11&kind={w.desk}&lang=en").text
    assert "free: 3" in page and "free: 10" in page


def test_an_event_that_may_not_be_seen_is_not_found(app: Flask) -> None:
    with app.app_context():
        w = worlds.found()
        with atomic() as session:
            event = events.enter(session, w.pool, w.department_b, Said("运动会", TODAY, TODAY), by=w.approver).id
    assert worlds.sign_in(app, "stranger").get(f"/calendar?event={event}").status_code == 404
    assert worlds.sign_in(app, "organizer_b").get(f"/calendar?event={event}").status_code == 200
    assert worlds.sign_in(app, "stranger").get("/calendar?store=999").status_code == NotFound.status


@pytest.mark.parametrize("address", ["/calendar?month=2026-11", "/calendar?month=2026-11&view=timeline", "/calendar/day?day=2026-11-25"])
def test_a_longer_calendar_asks_the_database_no_more_often(app: Flask, address: str) -> None:
    with app.app_context():
        w = worlds.found()
        engine = db.engine
        with clock.at(MONDAY):
            promised(w, date(2026, 11, 25), date(2026, 11, 26), 1)
    client = worlds.sign_in(app, "keeper")

    def asked() -> int:
        with clock.at(MONDAY), counting.queries(engine) as found:
            assert client.get(address).status_code == 200
        return len(found)

    asked()
    one = asked()
    with app.app_context(), clock.at(MONDAY):
        for last in (26, 27, 28, 29):
            promised(w, date(2026, 11, 25), date(2026, 11, last), 1)
    asked()
    assert asked() == one


@pytest.mark.parametrize("text", ["", "x", "2026-13", "0001-01", "9999-12"])
def test_a_month_that_is_none_is_this_month(text: str) -> None:
    assert grid.month_of(text, TODAY) == date(2026, 11, 1)


def test_a_stretch_is_placed_in_its_window() -> None:
    window = (date(2026, 11, 1), date(2026, 11, 10))
    assert grid.span(date(2026, 11, 3), date(2026, 11, 4), window) == (20.0, 20.0)
    assert grid.span(date(2026, 10, 3), None, window) == (0.0, 100.0)
    assert [len(week) for week in grid.weeks(date(2026, 11, 1))] == [7] * 6
    assert grid.months_on(date(2026, 1, 1), -1) == date(2025, 12, 1)


def test_a_calendar_is_narrowed_to_a_kind_in_its_bar(app: Flask) -> None:
    with app.app_context():
        found = worlds.found()
    page = worlds.sign_in(app, "keeper").get(f"/calendar?kind={found.desk}")
    assert f'<option value="{found.desk}" selected>' in page.text and f'<option value="{found.chair}">' in page.text
