"""Mails: one digest a day and person, urgent ones at once, tried again, given up with a reason, never twice. Real sockets on the loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.core import clock, jobs
from assetpool.core.db import atomic, db
from assetpool.notices import queue, sending
from assetpool.notices.carriers import MailServer, MailUrlUnreadable
from assetpool.notices.models import Mail, NoticeChoice, NoticeSetting
from assetpool.org.models import Person
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.outbox_models import Notice, Telling
from tests.notices.post_office import PostOffice
from tests.world import World

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
NEXT_MORNING = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)  # 8:01 in Shanghai


def told(world: World, people: list[int], topic: str = "slip_accepted", times: int = 1, urgent: bool = False, **facts: str | int) -> None:
    """Tell people at noon."""
    with atomic() as session:
        for _ in range(times):
            outbox.tell(session, topic, pool_id=world.pool, people=people, urgent=urgent, facts={"number": "HS-2026-000001", **facts})


def send(world: World, at: datetime) -> int:
    """Do the work of a moment."""
    with clock.at(at):
        return sending.run(db.session(), world.pool)


def mails() -> list[Mail]:
    """Return all mails, oldest first."""
    session = db.session()
    session.rollback()
    return list(session.scalars(select(Mail).order_by(Mail.id).execution_options(populate_existing=True)))


def test_three_hundred_acts_of_one_hand_over_are_one_mail(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON):
        for number in range(300):
            told(world, [world.head_b], number=f"HS-2026-{number % 3:06d}")
    assert send(world, NOON + timedelta(hours=1)) == 0
    assert send(world, NEXT_MORNING) == 1
    assert send(world, NEXT_MORNING + timedelta(hours=2)) == 0
    assert office.recipients == [addresses["head_b"]]
    text = office.taken[0].get_content()
    assert office.taken[0]["Subject"] == "【示范市公物仓】3条通知"
    assert (text.count("· "), text.count("（100次）")) == (3, 3)
    assert db.session().scalar(select(func.count()).select_from(Notice).where(Notice.settled_at.is_(None))) == 0


def test_each_person_gets_one_digest_in_their_language(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON):
        told(world, [world.head_b, world.organizer_b, world.clerk_a])
        told(world, [world.organizer_b], "decided", decision="cut", reason="Only 20 are free.")
    assert send(world, NEXT_MORNING) == 2
    by_person = dict(zip(office.recipients, office.taken, strict=True))
    assert by_person[addresses["organizer_b"]]["Subject"] == "[示范市公物仓] 2 notices"
    assert "HS-2026-000001: approved with less than was asked for. Only 20 are free." in by_person[addresses["organizer_b"]].get_content()
    assert by_person[addresses["head_b"]]["Subject"] == "【示范市公物仓】–已签收HS-2026-000001。"
    assert "http://localhost/me/notices" in by_person[addresses["head_b"]].get_content()
    # Who has no address is told on the page only, and not looked at again.
    assert db.session().scalar(select(Notice.settled_at).where(Notice.person_id == world.clerk_a)) is not None


def test_what_is_urgent_goes_at_once_and_the_rest_waits(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON):
        told(world, [world.head_b])
        told(world, [world.head_b], "loan_overdue", urgent=True, units=3, days=31, due_on="2026-10-23")
    assert send(world, NOON + timedelta(minutes=1)) == 1
    assert "已逾期31天" in office.taken[0].get_content()
    assert "2026年10月23日" in office.taken[0].get_content()
    assert "签收" not in office.taken[0].get_content()
    assert send(world, NEXT_MORNING) == 1
    assert "签收" in office.taken[1].get_content()


def test_each_chooses_and_a_duty_is_never_silenced(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with atomic() as session:
        session.add(NoticeChoice(person_id=world.head_b, topic_group="floor", way="never"))
        session.add(NoticeChoice(person_id=world.organizer_b, topic_group="floor", way="at_once"))
    with clock.at(NOON):
        told(world, [world.head_b, world.organizer_b])
        told(world, [world.head_b], "approval_due")
        told(world, [world.organizer_b], "decided", decision="rejected", reason="No budget.")
    assert send(world, NOON + timedelta(minutes=1)) == 1
    assert office.recipients == [addresses["organizer_b"]]
    assert "No budget." not in office.taken[0].get_content()
    assert send(world, NEXT_MORNING) == 2
    by_person = dict(zip(office.recipients[1:], office.taken[1:], strict=True))
    assert "No budget." in by_person[addresses["organizer_b"]].get_content()
    assert "待您审批" in by_person[addresses["head_b"]].get_content()
    assert "签收" not in by_person[addresses["head_b"]].get_content()


def test_the_hour_of_the_digest_is_the_pools(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with atomic() as session:
        session.add(NoticeSetting(pool_id=world.pool, digest_hour=17))
    with clock.at(NOON):
        told(world, [world.head_b])
    assert send(world, NOON + timedelta(hours=4, minutes=59)) == 0
    assert send(world, NOON + timedelta(hours=5, minutes=1)) == 1


def test_a_busy_server_is_tried_again_later_and_given_up_in_the_end(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    office.busy = True
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
    moment = NOON
    for pause in queue.PAUSES:
        assert send(world, moment) == 0
        assert (mails()[0].state, "451 try later" in mails()[0].reason) == ("waiting", True)
        assert send(world, moment + pause - timedelta(seconds=20)) == 0
        moment += pause + timedelta(seconds=5)
    assert mails()[0].attempts == len(queue.PAUSES)
    assert send(world, moment) == 0
    assert mails()[0].state == "failed"
    office.busy = False
    with atomic() as session:
        queue.again(session.get_one(Mail, mails()[0].id))
    assert send(world, moment + timedelta(minutes=5)) == 1
    assert len(office.taken) == 1


def test_a_refused_person_is_given_up_at_once_and_hinders_nobody(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    office.refuse = {addresses["approver"]}
    with atomic() as session:
        session.get_one(Person, world.organizer_b).email = "not an address"
    with clock.at(NOON):
        told(world, [world.approver, world.head_b, world.organizer_b], urgent=True)
    send(world, NOON)
    assert sorted((mail.state, mail.address) for mail in mails()) == [
        ("failed", addresses["approver"]),
        ("failed", "not an address"),
        ("sent", addresses["head_b"]),
    ]
    assert "550 no such person" in next(mail.reason for mail in mails() if mail.address == addresses["approver"])


def test_a_server_that_is_away_loses_nothing(app: Flask, world: World, addresses: dict[str, str], office: PostOffice) -> None:
    good, app.config["MAIL_URL"] = app.config["MAIL_URL"], "smtp://127.0.0.1:1"
    with clock.at(NOON):
        told(world, [world.head_b, world.approver], urgent=True)
    assert send(world, NOON) == 0
    assert {mail.state for mail in mails()} == {"waiting"}
    app.config["MAIL_URL"] = good
    assert send(world, NOON + timedelta(minutes=2)) == 2


def test_a_process_that_dies_repeats_one_mail_once_under_the_same_name(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
        send(world, NOON)
    # As a process leaves it that was killed between sending and marking.
    with atomic() as session:
        mail = session.get_one(Mail, mails()[0].id)
        mail.state, mail.sent_at, mail.claimed_until = "waiting", None, NOON + queue.LEASE
    assert send(world, NOON + timedelta(minutes=4)) == 0
    assert send(world, NOON + timedelta(minutes=6)) == 1
    assert len({message["Message-ID"] for message in office.taken}) == 1
    assert len(office.taken) == 2
    with atomic() as session:
        mail = session.get_one(Mail, mails()[0].id)
        mail.state, mail.claimed_until = "waiting", NOON + timedelta(minutes=7)
    assert send(world, NOON + timedelta(minutes=30)) == 0
    assert (mails()[0].state, mails()[0].reason) == ("failed", queue.INTERRUPTED)
    assert len(office.taken) == 2


def test_a_claimed_mail_is_left_alone_by_others(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
        send(world, NOON)
        with atomic() as session:
            mail = session.get_one(Mail, mails()[0].id)
            mail.state, mail.sent_at, mail.claimed_until = "waiting", None, None
        with atomic() as session:
            assert len(queue.claim(session, Mail, Mail.pool_id == world.pool, 10)) == 1
        with atomic() as session:
            assert len(queue.claim(session, Mail, Mail.pool_id == world.pool, 10)) == 0


def test_what_is_a_week_old_is_not_mailed_any_more(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
    assert send(world, NOON + timedelta(days=8)) == 0
    assert office.taken == []


def test_files_go_with_the_mail(app: Flask, world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON), atomic() as session:
        kept = records.keep_file(session, world.pool, app.config["DATA_DIR"], "报表.pdf", b"%PDF-1.7 figures", world.approver)
        facts = {"name": "月报", "first_day": "2026-10-01", "last_day": "2026-10-31", "files": str(kept.id)}
        outbox.tell(session, "report_ready", pool_id=world.pool, people=[world.approver], facts=facts)
    assert send(world, NEXT_MORNING) == 1
    attached = list(office.taken[0].iter_attachments())
    assert [(part.get_filename(), part.get_content()) for part in attached] == [("报表.pdf", b"%PDF-1.7 figures")]


def test_old_mails_lose_what_they_said_and_what_was_told_once_stays_told(world: World, addresses: dict[str, str], office: PostOffice) -> None:
    with clock.at(NOON):
        with atomic() as session:
            outbox.tell(session, "slip_accepted", pool_id=world.pool, people=[world.head_b], urgent=True, once="k", facts={"number": "HS-2026-000001"})
        send(world, NOON)
    with clock.at(NOON + timedelta(days=89)):
        assert jobs.run("mails_erased", world.pool) == 0
    with clock.at(NOON + timedelta(days=91)):
        assert jobs.run("mails_erased", world.pool) == 1
        with atomic() as session:
            outbox.tell(session, "slip_accepted", pool_id=world.pool, people=[world.head_b], once="k")
    mail = mails()[0]
    assert (mail.address, mail.subject, mail.body, mail.state) == ("", "", "", "sent")
    session = db.session()
    assert session.scalars(select(Telling.facts)).all() == ["{}"]
    assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_a_demonstration_keeps_its_mails_as_files(app: Flask, world: World, addresses: dict[str, str], tmp_path: Path) -> None:
    app.config.update(MAIL_URL="file:", DATA_DIR=str(tmp_path))
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
    assert send(world, NOON) == 1
    kept = list((tmp_path / "mail").glob("*.eml"))
    assert len(kept) == 1
    assert b"To: " in kept[0].read_bytes()


def test_without_mail_url_nothing_is_made(world: World, addresses: dict[str, str]) -> None:
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
    assert send(world, NOON) == 0
    assert mails() == []


def test_a_password_signs_in_and_never_travels_in_the_clear_unasked(app: Flask, world: World, addresses: dict[str, str], office: PostOffice) -> None:
    app.config["MAIL_URL"] = f"smtp://pool:right@127.0.0.1:{office.port}?from=pool@example.gov"
    with clock.at(NOON):
        told(world, [world.head_b], urgent=True)
    assert send(world, NOON) == 0
    assert "STARTTLS" in mails()[0].reason
    assert office.signed_in == []
    app.config["MAIL_URL"] += "&starttls=never"
    assert send(world, NOON + timedelta(minutes=2)) == 1
    assert office.signed_in == [("pool", "right")]


@pytest.mark.parametrize("url", ["http://example.gov", "smtp://", "smtp://host?starttls=perhaps", "smtp://host:port"])
def test_an_unreadable_mail_url_is_refused(url: str) -> None:
    with pytest.raises(MailUrlUnreadable):
        MailServer.of(url, "http://localhost")
