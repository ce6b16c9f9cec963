"""Webhooks for machines: add one, list them, remove one. What they are sent is signed with HMAC-SHA256."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.sealed import opened
from assetpool.notices import queries, service
from assetpool.notices.models import Webhook
from assetpool.notices.schemas import NewWebhook, WebhookBody, WebhookPage, WebhookRow
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.schemas import ListQuery, NoBody

bp = rest.blueprint("webhooks", __name__, "Webhooks")


def _row(hook: Webhook) -> WebhookRow:
    groups = hook.topic_groups.split(",") if hook.topic_groups else []
    kept = {"id": hook.id, "name": hook.name, "form": hook.form, "url": service.host_of(current_app.config["SECRET_KEY"], hook), "groups": groups}
    return {**kept, "language": hook.language, "active": hook.active, "created_at": hook.created_at}  # type: ignore[typeddict-item]


@bp.post("/webhooks")
@access.signed_in
@rest.writes(NewWebhook, WebhookBody, secret="secret")
def add(session: Session, body: WebhookBody) -> rest.Json:
    """Add a webhook. Every message carries X-Assetpool-Timestamp and X-Assetpool-Signature: sha256=HMAC-SHA256(secret, timestamp + "." + body)."""
    hook = service.add_webhook(
        session, access.current().pool_id, name=body.name, form=body.form, url=body.url, secret=body.secret, groups=body.groups,
        language=body.language, key=current_app.config["SECRET_KEY"], by=access.me(),
    )  # fmt: skip
    return {**_row(hook), "secret": opened(current_app.config["SECRET_KEY"], hook.secret)}


@bp.get("/webhooks")
@access.signed_in
@rest.reads(WebhookPage, ListQuery)
def webhooks(asked: ListQuery) -> rest.Json:
    """List the webhooks of the pool, for its administrators."""
    session, pool_id = db.session(), access.current().pool_id
    service.demand_administrator(session, pool_id, access.me())
    return rest.page([_row(hook) for hook in queries.webhooks(session, pool_id)][: asked.limit], None)


@bp.post("/webhooks/<int(max=9000000000000000000):hook_id>/remove")
@access.signed_in
@rest.writes(WebhookRow, NoBody, status=200, optional=True)
def remove(session: Session, body: NoBody, hook_id: int) -> rest.Json:
    """Remove a webhook; its secret is forgotten."""
    pool_id = access.current().pool_id
    hook = service.webhook(session, pool_id, hook_id)
    service.remove_webhook(session, pool_id, hook_id, by=access.me())
    return _row(hook)
