"""Messages to webhooks on their way: made of what was told, claimed, posted, marked; no redirects followed, no lock held while a server answers."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assetpool.core import chain, clock
from assetpool.core.db import atomic
from assetpool.core.models import Pool
from assetpool.core.sealed import SecretUnreadable, opened, seal
from assetpool.notices import composing, queries, queue, robots
from assetpool.notices.models import Delivery, Webhook
from assetpool.notices.service import LONGEST_ADDRESS
from assetpool.notices.wording import Told
from assetpool.records.outbox_models import Telling

MOST, BATCH, BATCHES = 1000, 20, 10
PATIENCE = 10
STALE = timedelta(days=7)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Only the address the administrator wrote is asked: a redirect is a no."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""
        return


def run(_session: Session, pool_id: int) -> int:
    """Pass on what was told and post what waits; return how many messages were taken."""
    with atomic() as session:
        for hook in queries.webhooks(session, pool_id):
            _sealed(hook)
        pass_on(session, pool_id, current_app.config["PUBLIC_URL"])
    sent = 0
    for _ in range(BATCHES):
        with atomic() as session:
            ours = Delivery.webhook_id.in_(select(Webhook.id).where(Webhook.pool_id == pool_id, Webhook.active))
            ids = [row.id for row in queue.claim(session, Delivery, ours, BATCH)]
        if not ids:
            break
        sent += sum(post(delivery_id) == "" for delivery_id in ids)
    return sent


def _sealed(hook: Webhook) -> None:
    """Seal what was kept in clear before secrets and addresses were sealed."""
    key = current_app.config["SECRET_KEY"]
    hook.secret = seal(key, hook.secret)
    if len(hook.url) <= LONGEST_ADDRESS:
        hook.url = seal(key, hook.url)


def pass_on(session: Session, pool_id: int, public_url: str) -> int:
    """Make the messages of what was told since the last time, inside the open act: one per telling for machines, one in all for robots."""
    now = clock.now()
    fresh = (Telling.pool_id == pool_id, Telling.passed_on_at.is_(None))
    hooks = [hook for hook in queries.webhooks(session, pool_id) if hook.active]
    if not hooks:
        session.execute(update(Telling).where(*fresh).values(passed_on_at=now))
        return 0
    session.execute(update(Telling).where(*fresh, Telling.told_at < now - STALE).values(passed_on_at=now))
    told = queries.tellings(session, pool_id, MOST)
    pool = session.get_one(Pool, pool_id)
    made = 0
    for hook in hooks:
        groups = set(hook.topic_groups.split(",")) if hook.topic_groups else set()
        wanted = [(telling, one) for telling, one in told if telling.told_at >= hook.created_at and (not groups or one.group in groups)]
        bodies = _machine(wanted, pool, public_url) if hook.form == "generic" else _robot(hook, [one for _, one in wanted], pool, public_url)
        for topic, body in bodies:
            session.add(Delivery(webhook_id=hook.id, key=secrets.token_hex(16), topic=topic, body=body, made_at=now, next_at=now))
        made += len(bodies)
    for telling, _ in told:
        telling.passed_on_at = now
    session.flush()
    return made


def _machine(wanted: Sequence[tuple[Telling, Told]], pool: Pool, public_url: str) -> list[tuple[str, str]]:
    return [(one.topic, machine_body(telling.id, chain.raw(telling.told_at), one, pool.code, public_url)) for telling, one in wanted]


def machine_body(telling_id: int, told_at: object, one: Told, pool: str, public_url: str) -> str:
    """Return the JSON a machine gets: what was told, of which document, with its facts and both sentences."""
    document = {"number": one.number, "kind": one.number[:2], "organization": one.organization} if one.number else None
    content = {
        "id": telling_id, "topic": one.topic, "group": one.group, "urgent": one.urgent, "told_at": told_at, "pool": pool, "document": document,
        "facts": dict(one.facts), "text": {"zh": one.sentence("zh"), "en": one.sentence("en")}, "url": f"{public_url}{one.path}",
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False)


def _robot(hook: Webhook, told: Sequence[Told], pool: Pool, public_url: str) -> list[tuple[str, str]]:
    if not told:
        return []
    lines = composing.lines(told, hook.language, public_url)
    title = composing.subject(told, hook.language, pool.name)
    topic = told[0].topic if len({one.topic for one in told}) == 1 else "several"
    return [(topic, robots.message(hook.form, lines, title, hook.language, f"{public_url}/notices"))]


@dataclass(frozen=True)
class _Post:
    form: str
    url: str
    secret: str
    body: str
    key: str


def post(delivery_id: int, once: bool = False) -> str:
    """Post a claimed message and mark it; return '' when it was taken, else why not. `once`: a try, which is not repeated."""
    with atomic() as session:
        row = session.get_one(Delivery, delivery_id)
        hook = session.get_one(Webhook, row.webhook_id)
        form, sealed, body, key = hook.form, (hook.url, hook.secret), row.body, row.key
    try:
        url, secret = (opened(current_app.config["SECRET_KEY"], kept) for kept in sealed)
        reason = _post(_Post(form, url, secret, body, key))
    except SecretUnreadable as refusal:
        reason = refusal.sentence
    with atomic() as session:
        row = session.scalars(select(Delivery).where(Delivery.id == delivery_id).with_for_update().execution_options(populate_existing=True)).one()
        if reason:
            queue.not_sent(row, reason, for_good=once)
        else:
            queue.sent(row)
    return reason


def _post(one: _Post) -> str:
    asked = robots.signed(one.form, one.url, one.secret, one.body, one.key, clock.now().timestamp())
    handlers: list[urllib.request.BaseHandler] = [_Stay()]
    if urlsplit(one.url).hostname in LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(asked.url, data=asked.body, headers=dict(asked.headers), method="POST")
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=PATIENCE) as answer:
            return robots.refusal(one.form, answer.status, answer.read(20_000))
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"
    except (OSError, ValueError, HTTPException) as error:
        return str(getattr(error, "reason", "") or error) or type(error).__name__


def try_out(session: Session, hook: Webhook, pool: Pool, public_url: str) -> int:
    """Make a message that only says that the way is open, claimed for whoever posts it next, inside the open act; return its id."""
    now = clock.now()
    one = Told("webhook_test", {"name": hook.name})
    generic = hook.form == "generic"
    body = machine_body(0, chain.raw(now), one, pool.code, public_url) if generic else _robot(hook, [one], pool, public_url)[0][1]
    row = Delivery(webhook_id=hook.id, key=secrets.token_hex(16), topic=one.topic, body=body, made_at=now, next_at=now, attempts=1)
    row.claimed_until = now + queue.LEASE
    session.add(row)
    session.flush()
    return row.id
