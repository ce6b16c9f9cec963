"""What webhooks read and answer over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from assetpool.notices.topics import GROUPS
from assetpool.records.schemas import Body, Name


class WebhookBody(Body):
    """A receiver of what happens in the pool. A generic one without a secret is given one, readable in this answer only."""

    url: Annotated[str, Field(min_length=8, max_length=300)]
    name: Name = "webhook"
    form: Literal["generic", "wecom", "dingtalk", "feishu"] = "generic"
    secret: Annotated[str, Field(max_length=200)] = ""
    groups: Annotated[list[str], Field(max_length=50, description=f"of: {', '.join(GROUPS)}; left out: everything")] = []
    language: Literal["zh", "en"] = "zh"


class WebhookRow(TypedDict):
    """A webhook; its secret is not told, and of its address only whom it writes to: what follows may carry a key."""

    id: int
    name: str
    form: str
    url: str
    groups: list[str]
    language: str
    active: bool
    created_at: datetime


class NewWebhook(WebhookRow):
    """A webhook as it was added, with the secret that signs what is sent to it (null where the answer is given again)."""

    secret: str | None


class WebhookPage(TypedDict):
    """A page of webhooks."""

    items: list[WebhookRow]
    next: str | None
    total: int | None
