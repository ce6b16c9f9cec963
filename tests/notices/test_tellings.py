"""Who hears of what: the acts of a loan from request to return, told to those they concern and to nobody else, with the act or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed
from assetpool.handovers import service as handovers
from assetpool.notices import digest, sending
from assetpool.notices.models import Mail
from assetpool.org.models import Person
from assetpool.records import outbox
from assetpool.records.outbox_models import Notice, Telling
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from tests.handovers.conftest import FREE, MONDAY, SIGNED, Floor
from tests.notices.post_office import PostOffice
from tests.world import World, found


def heard(since: int = 0) -> dict[str, set[str]]:
    """Return who was told what, by topic."""
    rows = db.session().execute(
        select(Telling.topic, Person.username)
        .join(Notice, Notice.telling_id == Telling.id)
        .join(Person, Person.id == Notice.person_id)
        .where(Telling.id > since)
    )
    told: dict[str, set[str]] = {}
    for topic, name in rows:
        told.setdefault(topic, set()).add(name)
    db.session().rollback()
    return told


def newest() -> int:
    """Return the last telling so far."""
    return db.session().scalar(select(func.max(Telling.id))) or 0


def test_a_loan_tells_each_step_to_those_it_concerns(world: World) -> None:
    with clock.at(MONDAY):
        floor = Floor(world)
        number = floor.approved([(world.chair, 20)])
        chairs = floor.tags(world.chair)[0]
        assert heard()["approval_due"] == {"approver", "approver2"}
        assert heard()["decided_yes"] == {"organizer_b"}
        mark = newest()
        slip = floor.load(number, [(chairs, 20)])
        assert heard(mark) == {"slip_loaded": {"organizer_b"}}
        mark = newest()
        with atomic() as session:
            handovers.deliver(session, slip.document.number, by=world.keeper)
        assert heard(mark) == {"slip_delivered": {"organizer_b"}}
        mark = newest()
        with atomic() as session:
            handovers.accept(session, slip.document.number, [handovers.Counted(chairs, short=2)], SIGNED, by=None, token=slip.token)
        assert heard(mark) == {"slip_differs": {"organizer_b", "keeper"}}
        mark = newest()
        receipt = floor.back([handovers.Back(tag=chairs, arrived=18)])
        assert heard(mark) == {"return_received": {"organizer_b", "keeper2"}}
        mark = newest()
        with atomic() as session:
            handovers.inspect(session, receipt, [handovers.Inspected(1, good=18)], by=world.keeper)
        assert heard(mark) == {"return_inspected": {"organizer_b"}}


def test_a_counter_pick_up_is_one_telling(world: World) -> None:
    with clock.at(MONDAY):
        floor = Floor(world)
        number = floor.approved([(world.chair, 20)])
        mark = newest()
        floor.lend(number, [(floor.tags(world.chair)[0], 20)])
        assert heard(mark) == {"slip_accepted": {"organizer_b"}}


def test_a_refused_act_tells_nobody(world: World) -> None:
    with clock.at(MONDAY):
        floor = Floor(world)
        number = floor.approved([(world.chair, 20)])
        mark = newest()
        with pytest.raises(NotAllowed), atomic() as session:
            handovers.hand_over(session, number, [handovers.Item(floor.tags(world.chair)[0], 20)], by=world.clerk_a, costs=FREE)
        assert heard(mark) == {}


def test_what_was_decided_meanwhile_waits_in_nobodys_digest(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(MONDAY):
        with atomic() as session:
            line = drafting.Wish(5, kind_id=world.chair, budget_price=None)
            number = drafting.draft(session, world.department_b, [line], MONDAY.date(), MONDAY.date(), by=world.organizer_b).number
        with atomic() as session:
            requisitions.submit(session, number, by=world.organizer_b)
        with atomic() as session:
            digest.settle_decided(session, world.pool)
        unread = select(func.count()).select_from(Notice).where(Notice.person_id == world.approver, Notice.read_at.is_(None))
        assert db.session().scalar(unread) == 1
        with atomic() as session:
            requisitions.approve(session, number, by=world.approver2)
    with clock.at(MONDAY + timedelta(days=1)):
        sending.run(db.session(), world.pool)
    assert db.session().scalar(unread) == 0
    assert office.recipients == [addresses["organizer_b"]]


def test_many_processes_at_once_send_each_mail_once(app: Flask, world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with atomic() as session:
        for number in range(30):
            outbox.tell(session, "slip_accepted", pool_id=world.pool, people=[world.head_b], urgent=True, facts={"number": f"HS-2026-{number:06d}"})
            digest.collect(session, world.pool, "http://localhost")
    assert db.session().scalar(select(func.count()).select_from(Mail)) == 30
    db.session().rollback()
    begin = threading.Barrier(4)
    failed: list[Exception] = []

    def work() -> None:
        with app.app_context():
            pool = found().pool
            begin.wait()
            try:
                # Not through the register of jobs, whose row would already keep the others out: the mails' own claims must do.
                sending.run(db.session(), pool)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(office.taken) == 30
    assert len({message["Message-ID"] for message in office.taken}) == 30
