"""From notices to mails: one digest per person and day, what is urgent (or wanted so) at once, nothing where nobody reads it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from assetpool.approvals.models import ApprovalDue
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.notices import composing, queries
from assetpool.notices.models import Delivery, Mail, MailFile, MailPart, Webhook
from assetpool.notices.queries import Reading
from assetpool.notices.topics import AT_ONCE, DIGEST, DUTY, NEVER
from assetpool.org.models import Person
from assetpool.records.models import File
from assetpool.records.outbox_models import Notice, Telling

DECISIONS = ("approval_due", "approval_reminder", "approval_escalated")
STALE = timedelta(days=7)
"""Notices older than this are not mailed any more: mail was set up, or repaired, long after they were told."""


def digest_moment(now: datetime, zone: str, hour: int) -> tuple[date, datetime]:
    """Return the day and moment of the latest digest that was due."""
    day = clock.day_of(now, zone)
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    if moment > now:
        day -= timedelta(days=1)
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    return day, moment


def collect(session: Session, pool_id: int, public_url: str) -> int:
    """Make the mails that are due inside the open act; return how many."""
    pool, now = session.get_one(Pool, pool_id), clock.now()
    _settle(session, Notice.told_at < now - STALE, now)
    day, moment = digest_moment(now, pool.time_zone, queries.settings(session, pool_id).digest_hour)
    pressing, gathered = queries.pressing(session, pool_id), queries.gathered(session, pool_id, day, moment)
    people = {reading.person_id for reading in (*pressing, *gathered)}
    known = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(people)))}
    ways = queries.ways(session, people)
    made = 0
    in_digest = _by_person(gathered)
    at_once = _by_person(reading for reading in pressing if reading.person_id not in in_digest)
    unwanted: list[int] = []
    for person_id, readings in (*in_digest.items(), *at_once.items()):
        wanted, person = [], known[person_id]
        for reading in readings:
            way = ways.get((person_id, reading.told.group), DIGEST)
            if not person.active or not person.email or (way == NEVER and reading.told.group != DUTY):
                unwanted.append(reading.id)
            elif person_id in in_digest or way == AT_ONCE or reading.told.urgent:
                wanted.append(reading)
        if wanted:
            _write(session, pool, person, wanted, day if person_id in in_digest else None, public_url, now)
            made += 1
    _settle(session, Notice.id.in_(unwanted), now) if unwanted else None
    return made


def settle_decided(session: Session, pool_id: int) -> None:
    """Let go of notices that something waits for a decision once it waits for nobody any more, inside the open act: read, and not mailed."""
    now = clock.now()
    waits = exists().where(ApprovalDue.document_id == Telling.document_id, ApprovalDue.closed_at.is_(None))
    over = select(Telling.id).where(Telling.pool_id == pool_id, Telling.topic.in_(DECISIONS), Telling.document_id.is_not(None), ~waits)
    lately = (Notice.told_at >= now - queries.SHOWN_FOR, Notice.telling_id.in_(over))
    session.execute(update(Notice).where(*lately, Notice.settled_at.is_(None)).values(settled_at=now))
    session.execute(update(Notice).where(*lately, Notice.read_at.is_(None)).values(read_at=now))


def _by_person(readings: Iterable[Reading]) -> dict[int, list[Reading]]:
    found: dict[int, list[Reading]] = {}
    for reading in readings:
        found.setdefault(reading.person_id, []).append(reading)
    return found


def _settle(session: Session, condition: object, now: datetime) -> None:
    session.execute(update(Notice).where(Notice.settled_at.is_(None), condition).values(settled_at=now))  # type: ignore[arg-type]


def _write(session: Session, pool: Pool, person: Person, readings: Sequence[Reading], day: date | None, public_url: str, now: datetime) -> None:
    language = "en" if person.language == "en" else "zh"
    told = [reading.told for reading in readings]
    mail = Mail(
        pool_id=pool.id,
        person_id=person.id,
        digest_day=day,
        message_id=f"<{secrets.token_hex(16)}@{urlsplit(public_url).hostname or 'localhost'}>",
        address=person.email,
        subject=composing.subject(told, language, pool.name),
        body=composing.body(told, language, person.name, public_url),
        notices=len(readings),
        made_at=now,
        next_at=now,
    )
    session.add(mail)
    session.flush()
    session.execute(insert(MailPart), [{"notice_id": reading.id, "mail_id": mail.id} for reading in readings])
    for start in range(0, len(readings), 500):
        _settle(session, Notice.id.in_([reading.id for reading in readings[start : start + 500]]), now)
    wanted = {int(part) for one in told for part in str(one.facts.get("files", "")).split(",") if part.isdigit()}
    files = session.scalars(select(File.id).where(File.id.in_(wanted), File.pool_id == pool.id)).all() if wanted else []
    if files:
        session.execute(insert(MailFile), [{"mail_id": mail.id, "file_id": file_id} for file_id in sorted(files)])


def erase_old(session: Session, pool_id: int) -> int:
    """Drop what is older than the pool keeps it: address, subject and body of mails, notices, facts, bodies of messages; return how many mails.

    The tellings themselves stay, so that what was to be told once is not told again.
    """
    now = clock.now()
    before = now - timedelta(days=queries.settings(session, pool_id).keep_days)
    old = select(Mail.id).where(Mail.pool_id == pool_id, Mail.made_at < before, Mail.erased_at.is_(None), Mail.state != "waiting")
    count = session.scalar(select(func.count()).select_from(old.subquery())) or 0
    if count:
        session.execute(update(Mail).where(Mail.id.in_(old)).values(address="", subject="", body="", erased_at=now))
    told = select(Telling.id).where(Telling.pool_id == pool_id, Telling.told_at < before)
    session.execute(delete(Notice).where(Notice.told_at < before, Notice.telling_id.in_(told)))
    session.execute(update(Telling).where(Telling.id.in_(told), Telling.facts != "{}").values(facts="{}"))
    ours = select(Webhook.id).where(Webhook.pool_id == pool_id)
    gone = (Delivery.webhook_id.in_(ours), Delivery.made_at < before, Delivery.state != "waiting", Delivery.body != "")
    session.execute(update(Delivery).where(*gone).values(body=""))
    return count
