"""What the inbox can decide: for each kind of document, how to approve, reject and send back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assetpool.records.models import Document

Act = Callable[..., Document]


@dataclass(frozen=True)
class Deciding:
    """The three acts of deciding on one kind of document, each called with session, number, by and a reason; and its page."""

    approve: Act
    reject: Act
    send_back: Act
    endpoint: str


kinds: dict[str, Deciding] = {}
