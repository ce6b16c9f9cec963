"""Notices as their person reads them, the settings of a pool, and what a person chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from assetpool.core import chain, clock
from assetpool.core.models import Pool
from assetpool.core.prepared import Prepared
from assetpool.notices.models import Delivery, Mail, NoticeChoice, NoticeSetting, Webhook
from assetpool.notices.topics import AT_ONCE, DIGEST, DUTY, GROUPS, NEVER
from assetpool.notices.wording import Told
from assetpool.org.models import Organization, Person
from assetpool.records.models import Document
from assetpool.records.outbox_models import Notice, Telling

SHOWN_FOR = timedelta(days=30)
MOST = 20_000
"""Notices that one run looks at; more wait for the next."""
_UNREAD = Prepared(
    select(func.count().label("unread"))
    .select_from(Notice)
    .where(Notice.person_id == bindparam("person"), Notice.read_at.is_(None), Notice.told_at >= bindparam("since"))
)


@dataclass(frozen=True)
class Reading:
    """A notice of one person with what was told."""

    id: int
    told_at: datetime
    read_at: datetime | None
    told: Told
    person_id: int = 0


def unread(session: Session, person_id: int) -> int:
    """Return how many notices of the last 30 days a person has not read."""
    return int(_UNREAD.rows(session, person=person_id, since=chain.raw(clock.now() - SHOWN_FOR))[0].unread)


def _readings(session: Session, statement: Select[Notice, Telling, str | None, str | None, str | None]) -> list[Reading]:
    zones = _zones(session)
    return [
        Reading(notice.id, notice.told_at, notice.read_at, told_of(zones, telling, number, (name or "", english or "")), notice.person_id)
        for notice, telling, number, name, english in session.execute(statement)
    ]


def _zones(session: Session) -> dict[int, str]:
    return {row.id: row.time_zone for row in session.execute(select(Pool.id, Pool.time_zone))}


def told_of(zones: Mapping[int, str], telling: Telling, number: str | None, names: tuple[str, str]) -> Told:
    """Return what a telling says."""
    return Told.read(telling.topic, telling.facts, number, names, telling.urgent, zones[telling.pool_id])


def _joined() -> Select[Notice, Telling, str | None, str | None, str | None]:
    return (
        select(Notice, Telling, Document.number, Organization.name, Organization.name_en)
        .join(Telling, Telling.id == Notice.telling_id)
        .outerjoin(Document, Document.id == Telling.document_id)
        .outerjoin(Organization, Organization.id == Document.organization_id)
    )


def of_person(session: Session, person_id: int, before: int | None = None, limit: int = 50) -> list[Reading]:
    """Return a person's notices of the last 30 days, newest first, one more than `limit` when there is a next page."""
    statement = _joined().where(Notice.person_id == person_id, Notice.told_at >= clock.now() - SHOWN_FOR)
    if before is not None:
        statement = statement.where(Notice.id < before)
    return _readings(session, statement.order_by(Notice.id.desc()).limit(limit + 1))


def one(session: Session, person_id: int, notice_id: int) -> Reading | None:
    """Return one of a person's notices."""
    found = _readings(session, _joined().where(Notice.id == notice_id, Notice.person_id == person_id))
    return found[0] if found else None


def pressing(session: Session, pool_id: int) -> list[Reading]:
    """Return unsettled notices that may have to go at once: urgent ones, and those of people who chose so for some group; oldest first."""
    hasty = exists().where(NoticeChoice.person_id == Notice.person_id, NoticeChoice.way == AT_ONCE)
    return _readings(session, _joined().where(Notice.settled_at.is_(None), Telling.pool_id == pool_id, Telling.urgent | hasty).order_by(Notice.id).limit(MOST))


def gathered(session: Session, pool_id: int, day: date, until: datetime) -> list[Reading]:
    """Return all unsettled notices of people who have one from before `until` and no digest of that day yet, person by person."""
    other = aliased(Notice)
    waiting = exists().where(other.person_id == Notice.person_id, other.settled_at.is_(None), other.told_at < until)
    had = exists().where(Mail.person_id == Notice.person_id, Mail.digest_day == day)
    statement = _joined().where(Notice.settled_at.is_(None), Telling.pool_id == pool_id, waiting, ~had)
    return _readings(session, statement.order_by(Notice.person_id, Notice.id).limit(MOST))


def tellings(session: Session, pool_id: int, limit: int) -> list[tuple[Telling, Told]]:
    """Return what was told in a pool and not passed on to its webhooks yet, oldest first."""
    statement = (
        select(Telling, Document.number, Organization.name, Organization.name_en)
        .outerjoin(Document, Document.id == Telling.document_id)
        .outerjoin(Organization, Organization.id == Document.organization_id)
        .where(Telling.pool_id == pool_id, Telling.passed_on_at.is_(None))
        .order_by(Telling.id)
        .limit(limit)
    )
    zones = _zones(session)
    return [(row[0], told_of(zones, row[0], row[1], (row[2] or "", row[3] or ""))) for row in session.execute(statement)]


def settings(session: Session, pool_id: int) -> NoticeSetting:
    """Return what the pool has settled; the defaults where nothing is stored (then the row is not in the session)."""
    found = session.get(NoticeSetting, pool_id)
    return found or NoticeSetting(pool_id=pool_id, digest_hour=8, reminder_days="-7,0,7,30", urgent_from=30, keep_days=90)


def ways(session: Session, people: Iterable[int]) -> dict[tuple[int, str], str]:
    """Return what people chose, by person and group; who chose nothing takes the digest."""
    rows = session.scalars(select(NoticeChoice).where(NoticeChoice.person_id.in_(set(people))))
    return {(row.person_id, row.topic_group): row.way for row in rows}


def chosen(session: Session, person_id: int) -> dict[str, str]:
    """Return a person's way for every group."""
    kept = ways(session, [person_id])
    return {group: kept.get((person_id, group), DIGEST) for group in GROUPS}


def offered(group: str) -> tuple[str, ...]:
    """Return the ways that a group may go."""
    return (AT_ONCE, DIGEST) if group == DUTY else (AT_ONCE, DIGEST, NEVER)


def mails(session: Session, pool_id: int, state: str = "", before: int | None = None, limit: int = 50) -> list[tuple[Mail, str]]:
    """Return the mails of a pool with the person's name, newest first, one more than `limit` when there is a next page."""
    statement = select(Mail, Person.name).join(Person, Person.id == Mail.person_id).where(Mail.pool_id == pool_id)
    if state:
        statement = statement.where(Mail.state == state)
    if before is not None:
        statement = statement.where(Mail.id < before)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Mail.id.desc()).limit(limit + 1))]


def webhooks(session: Session, pool_id: int) -> Sequence[Webhook]:
    """Return the webhooks of a pool that are not removed, oldest first."""
    return session.scalars(select(Webhook).where(Webhook.pool_id == pool_id, Webhook.removed_at.is_(None)).order_by(Webhook.id)).all()


def deliveries(session: Session, webhook_ids: Iterable[int], limit: int = 100) -> list[Delivery]:
    """Return what was sent to webhooks lately, newest first."""
    return list(session.scalars(select(Delivery).where(Delivery.webhook_id.in_(set(webhook_ids))).order_by(Delivery.id.desc()).limit(limit)))


def addresses(session: Session, pool_id: int, text: str = "", after: int = 0, limit: int = 50) -> list[Person]:
    """Return people who can sign in, by id, one more than `limit` when there is a next page; `text` narrows by name, user name or address."""
    statement = select(Person).where(Person.pool_id == pool_id, Person.active, Person.id > after)
    if text.strip():
        wanted = text.strip()
        parts = [column.contains(wanted, autoescape=True) for column in (Person.name, Person.username, Person.email)]
        statement = statement.where(parts[0] | parts[1] | parts[2])
    return list(session.scalars(statement.order_by(Person.id).limit(limit + 1)))
