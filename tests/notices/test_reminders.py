"""Reminders: on the days the pool has settled, once each, one mail per person for all slips, urgent when long overdue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from assetpool.core import clock, jobs
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid
from assetpool.notices import reminders, sending
from assetpool.notices.models import NoticeSetting
from assetpool.org.models import Person
from assetpool.records.outbox_models import Notice, Telling
from tests.handovers.conftest import MONDAY, SIGNED, Floor
from tests.notices.post_office import PostOffice
from tests.world import World

DUE = date(2026, 12, 14)
DAYS = [-7, 0, 7, 30]


@pytest.mark.parametrize(
    ("day", "reached"),
    [(6, None), (7, -7), (13, -7), (14, 0), (20, 0), (21, 7), (43, 7), (44, 30), (400, 30)],
)
def test_the_latest_day_that_has_passed_is_the_reminder(day: int, reached: int | None) -> None:
    assert reminders.stage(DAYS, DUE, date(2026, 11, 23), date(2026, 11, 30) + timedelta(days=day)) == reached


def test_a_loan_of_a_few_days_is_not_reminded_as_soon_as_it_begins() -> None:
    assert reminders.stage(DAYS, DUE, date(2026, 12, 10), date(2026, 12, 12)) is None
    assert reminders.stage(DAYS, DUE, date(2026, 12, 10), DUE) == 0


@pytest.mark.parametrize("text", ["", "soon", "1,2,3,4,5,6,7,8,9", "400"])
def test_days_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(FieldInvalid):
        reminders.read_days(text)


def test_days_are_read_as_people_write_them() -> None:
    assert reminders.read_days("7， −7,0 ,30,7") == [-7, 0, 7, 30]


def on(world: World, day: date) -> int:
    """Do the reminders of a day at noon."""
    with clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)):
        return jobs.run("reminders", world.pool) or 0


def told() -> dict[str, set[str]]:
    """Return who was reminded, by topic."""
    rows = db.session().execute(
        select(Telling.topic, Person.username)
        .join(Notice, Notice.telling_id == Telling.id)
        .join(Person, Person.id == Notice.person_id)
        .where(Telling.topic.startswith("loan_"))
    )
    found: dict[str, set[str]] = {}
    for topic, name in rows:
        found.setdefault(topic, set()).add(name)
    return found


@pytest.fixture
def three_slips(world: World) -> World:
    """Three slips of department B, out until 14 December."""
    with clock.at(MONDAY):
        floor = Floor(world)
        for _ in range(3):
            number = floor.approved([(world.chair, 20)], date(2026, 11, 23), DUE)
            floor.load(number, [(floor.tags(world.chair)[0], 20)], receipt=SIGNED)
    return world


def test_each_day_reminds_once_and_later_days_reach_further_up(three_slips: World) -> None:
    world = three_slips
    assert on(world, DUE - timedelta(days=8)) == 0
    assert on(world, DUE - timedelta(days=7)) == 3
    assert on(world, DUE - timedelta(days=6)) == 0
    assert told() == {"loan_due_soon": {"organizer_b"}}
    assert on(world, DUE) == 3
    assert told()["loan_due_today"] == {"organizer_b", "keeper", "keeper2"}
    # Nobody ran the jobs on the seventh day: the reminder comes when they run again, and only once.
    assert on(world, DUE + timedelta(days=9)) == 3
    assert on(world, DUE + timedelta(days=10)) == 0
    assert told()["loan_overdue"] == {"organizer_b", "keeper", "keeper2"}
    assert on(world, DUE + timedelta(days=30)) == 3
    assert told()["loan_overdue"] == {"organizer_b", "keeper", "keeper2", "head_b", "approver", "approver2"}
    urgent = db.session().scalars(select(Telling.urgent).where(Telling.topic == "loan_overdue").order_by(Telling.id)).all()
    assert urgent == [False] * 3 + [True] * 3


def test_the_pools_own_days_hold(three_slips: World) -> None:
    with atomic() as session:
        session.add(NoticeSetting(pool_id=three_slips.pool, reminder_days="-3,1", urgent_from=1))
    assert on(three_slips, DUE - timedelta(days=7)) == 0
    assert on(three_slips, DUE - timedelta(days=3)) == 3
    assert on(three_slips, DUE) == 0
    assert on(three_slips, DUE + timedelta(days=1)) == 3


def test_one_person_gets_one_mail_for_all_slips(three_slips: World, addresses: dict[str, str], office: PostOffice) -> None:
    moment = datetime(2027, 1, 13, 4, tzinfo=UTC)
    assert on(three_slips, moment.date()) == 3
    with clock.at(moment):
        assert sending.run(db.session(), three_slips.pool) == 3
    assert sorted(office.recipients) == sorted(addresses.values())
    text = next(m for m in office.taken if addresses["organizer_b"] in str(m["To"])).get_content()
    assert text.count("were due back on 14 Dec 2026, 30 days ago") == 3


def test_what_came_back_is_not_reminded(world: World) -> None:
    with clock.at(MONDAY):
        floor = Floor(world)
        number = floor.approved([(world.chair, 20)], date(2026, 11, 23), DUE)
        floor.load(number, [(floor.tags(world.chair)[0], 20)])
    # Loaded and never accepted: it is with the carrier, nobody can be late with it yet.
    assert on(world, DUE) == 0
