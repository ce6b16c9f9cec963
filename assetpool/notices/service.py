"""What people choose and administrators settle: ways, addresses, settings, webhooks; and reading one's notices."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotAllowed, NotFound, Word
from assetpool.core.sealed import MARK, SecretUnreadable, opened, seal
from assetpool.notices import queue
from assetpool.notices.models import Delivery, Mail, NoticeChoice, NoticeSetting, Webhook
from assetpool.notices.reminders import read_days
from assetpool.notices.robots import FORMS
from assetpool.notices.topics import DUTY, GROUPS, NEVER, WAYS
from assetpool.org.models import Membership, Person, Role
from assetpool.org.queries import access_of, path_of, root_of
from assetpool.org.service import ROLE_WORDS, demand
from assetpool.records.outbox_models import Notice

_ADDRESS = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+")
LANGUAGES = ("zh", "en")
LONGEST_ADDRESS = 300
"""An address is sealed with its key; beyond this it would not fit where it is kept."""


class DutyIsTold(DomainError):
    """What waits for a person's decision cannot be silenced."""

    status = 422
    sentence = N_("What waits for your decision is always told. Choose at once or in the digest.")


def choose(session: Session, person_id: int, ways: Mapping[str, str]) -> None:
    """Keep how a person wants to be told, by group; raise DutyIsTold, FieldInvalid."""
    known = {row.topic_group: row for row in session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == person_id))}
    for group, way in ways.items():
        if group not in GROUPS or way not in WAYS:
            raise FieldInvalid(field=Word(N_("Notices")), problem=Word(N_("choose one of the ways offered.")))
        if group == DUTY and way == NEVER:
            raise DutyIsTold()
        if group in known:
            known[group].way = way
        else:
            session.add(NoticeChoice(person_id=person_id, topic_group=group, way=way))
    session.flush()


def read(session: Session, person_id: int, notice_ids: Iterable[int] | None = None) -> None:
    """Mark a person's notices as read; all of them where none is named."""
    statement = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    if notice_ids is not None:
        statement = statement.where(Notice.id.in_(list(notice_ids)))
    session.execute(statement.values(read_at=clock.now()))


def demand_administrator(session: Session, pool_id: int, by: int) -> None:
    """Raise NotAllowed unless the person administers the whole pool."""
    root = root_of(session, pool_id)
    demand(session, by, Role.ADMINISTRATOR, root.id if root else 0)


def settle(session: Session, pool_id: int, *, digest_hour: int, reminder_days: str, urgent_from: int, keep_days: int, by: int) -> NoticeSetting:
    """Settle when a pool tells; raise FieldInvalid, NotAllowed."""
    demand_administrator(session, pool_id, by)
    if not 0 <= digest_hour <= 23:
        raise FieldInvalid(field=Word(N_("Hour of the digest")), problem=Word(N_("choose an hour from 0 to 23.")))
    if not 7 <= keep_days <= 3650:
        raise FieldInvalid(field=Word(N_("Mails are kept")), problem=Word(N_("enter a number of days from 7 to 3650.")))
    if not 1 <= urgent_from <= 365:
        raise FieldInvalid(field=Word(N_("Urgent from")), problem=Word(N_("enter a number of days from 1 to 365.")))
    days = ",".join(str(day) for day in read_days(reminder_days))
    row = session.get(NoticeSetting, pool_id)
    if row is None:
        row = NoticeSetting(pool_id=pool_id)
        session.add(row)
    row.digest_hour, row.reminder_days, row.urgent_from, row.keep_days = digest_hour, days, urgent_from, keep_days
    session.flush()
    return row


def address(session: Session, pool_id: int, person_id: int, text: str, *, by: int) -> Person:
    """Enter where a person's mail goes ('' for nowhere); only who administers all of the person's organizations may. Raise FieldInvalid, NotAllowed."""
    person = session.get(Person, person_id)
    if person is None or person.pool_id != pool_id:
        raise NotFound(what=str(person_id))
    mine = access_of(session, by)
    held = session.scalars(select(Membership.organization_id).where(Membership.person_id == person_id)).all()
    root = root_of(session, pool_id)
    if not all(mine.may(Role.ADMINISTRATOR, path_of(session, place) or "?") for place in (held or [root.id if root else 0])):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.ADMINISTRATOR]))
    text = text.strip()
    if text and (len(text) > 200 or not text.isascii() or not _ADDRESS.fullmatch(text)):
        raise FieldInvalid(field=Word(N_("Mail address")), problem=Word(N_("write one address, like name@example.gov.cn, or leave it empty.")))
    person.email = text
    session.flush()
    return person


def add_webhook(
    session: Session, pool_id: int, *, name: str, form: str, url: str, secret: str = "", groups: Iterable[str] = (), language: str = "zh", key: str, by: int
) -> Webhook:
    """Add a webhook; a generic one without a secret is given one. Secret and address are sealed with `key`. Raise FieldInvalid, NotAllowed."""
    demand_administrator(session, pool_id, by)
    row = Webhook(pool_id=pool_id, created_by=by, created_at=clock.now(), active=True)
    _write(row, name, form, url, groups, language, key)
    row.secret = _sealed(key, secret or (secrets.token_urlsafe(32) if form == "generic" else ""))
    session.add(row)
    session.flush()
    return row


def change_webhook(
    session: Session, pool_id: int, webhook_id: int, *, name: str, form: str, url: str, secret: str, groups: Iterable[str], language: str, active: bool,
    key: str, by: int,
) -> Webhook:  # fmt: skip
    """Change a webhook; an empty secret or address keeps the one it has. Raise FieldInvalid, NotAllowed, NotFound, SecretUnreadable."""
    demand_administrator(session, pool_id, by)
    row = webhook(session, pool_id, webhook_id)
    _write(row, name, form, url.strip() or opened(key, row.url), groups, language, key)
    row.active, row.secret = active, _sealed(key, secret or row.secret)
    session.flush()
    return row


def _sealed(key: str, secret: str) -> str:
    if len(secret) > 200 and not secret.startswith(MARK):
        raise FieldInvalid(field=Word(N_("Secret")), problem=Word(N_("use at most 200 characters.")))
    return seal(key, secret.strip())


def _write(row: Webhook, name: str, form: str, url: str, groups: Iterable[str], language: str, key: str) -> None:
    chosen = [group for group in GROUPS if group in set(groups)]
    if not name.strip() or len(name) > 120:
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("give it a name of at most 120 characters.")))
    if form not in FORMS or language not in LANGUAGES:
        raise FieldInvalid(field=Word(N_("Kind of receiver")), problem=Word(N_("choose one of those offered.")))
    try:
        parts = urlsplit(url.strip())
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and len(url) <= LONGEST_ADDRESS and (parts.port or 1) > 0
    except ValueError:
        fine = False
    if not fine or not url.strip().isascii() or any(letter.isspace() for letter in url.strip()):
        sentence = N_("write the whole address, starting with https:// or http://, in at most 300 characters.")
        raise FieldInvalid(field=Word(N_("Address")), problem=Word(sentence))
    row.name, row.form, row.url, row.language = name.strip(), form, seal(key, url.strip()), language
    row.topic_groups = "" if len(chosen) == len(GROUPS) else ",".join(chosen)


def host_of(key: str, row: Webhook) -> str:
    """Return whom a webhook writes to, without what follows: a robot's address carries its key. `…` where it cannot be read any more."""
    try:
        parts = urlsplit(opened(key, row.url))
    except SecretUnreadable:
        return "…"
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def webhook(session: Session, pool_id: int, webhook_id: int) -> Webhook:
    """Return a webhook of a pool; raise NotFound."""
    row = session.get(Webhook, webhook_id, populate_existing=True)
    if row is None or row.pool_id != pool_id or row.removed_at is not None:
        raise NotFound(what=str(webhook_id))
    return row


def remove_webhook(session: Session, pool_id: int, webhook_id: int, *, by: int) -> str:
    """Remove a webhook; its secret and address are forgotten, what was sent stays in the log. Return its name."""
    demand_administrator(session, pool_id, by)
    row = webhook(session, pool_id, webhook_id)
    row.active, row.removed_at, row.secret, row.url = False, clock.now(), "", ""
    waiting = (Delivery.webhook_id == row.id, Delivery.state == "waiting")
    session.execute(update(Delivery).where(*waiting).values(state="failed", reason=N_("The webhook was removed before this was sent.")))
    session.flush()
    return row.name


def send_again(session: Session, pool_id: int, *, mail_id: int = 0, delivery_id: int = 0, by: int) -> None:
    """Let a mail or message that was given up be tried anew. Raise NotAllowed, NotFound."""
    demand_administrator(session, pool_id, by)
    row: Mail | Delivery | None = session.get(Mail, mail_id) if mail_id else session.get(Delivery, delivery_id)
    owner = row.pool_id if isinstance(row, Mail) else webhook(session, pool_id, row.webhook_id).pool_id if row else 0
    if row is None or owner != pool_id or row.state != "failed" or not row.body:
        raise NotFound(what=str(mail_id or delivery_id))
    queue.again(row)
    session.flush()
