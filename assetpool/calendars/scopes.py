"""What a calendar is narrowed to: read from an address, and refused when the reader may not see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from assetpool.calendars.queries import Scope
from assetpool.catalog import queries as catalog
from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import NotFound
from assetpool.custody.finder import MAY_SEE_RESERVES
from assetpool.events import queries as events
from assetpool.events.models import Event
from assetpool.org.queries import Access

LONGEST_ID = 18


@dataclass(frozen=True)
class Asked:
    """A scope with what it names."""

    scope: Scope
    kind: Kind | None
    store: Store | None
    event: Event | None

    @property
    def kept(self) -> dict[str, Any]:
        """Return the parameters that keep the scope."""
        wanted = {"store": self.scope.store_id, "kind": self.scope.kind_id, "event": self.scope.event_id, "whose": "mine" if self.scope.mine else None}
        return {name: str(value) for name, value in wanted.items() if value is not None}


def asked_in(session: Session, access: Access, given: Mapping[str, str]) -> Asked:
    """Read a scope from an address or a form; raise NotFound for what the reader may not see."""
    return seen(session, access, Scope(_id(given, "store"), _id(given, "kind"), _id(given, "event"), given.get("whose") == "mine"))


def _id(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def seen(session: Session, access: Access, scope: Scope) -> Asked:
    """Return a scope with what it names, at most three queries; raise NotFound for what the reader may not see."""
    kind = None if scope.kind_id is None else catalog.kind(session, access.pool_id, scope.kind_id)
    if kind is not None and kind.register != "ordinary" and not access.has(*MAY_SEE_RESERVES):
        raise NotFound(what=str(kind.id))
    store = None if scope.store_id is None else catalog.stores(session, [scope.store_id]).get(scope.store_id)
    if scope.store_id is not None and (store is None or store.pool_id != access.pool_id):
        raise NotFound(what=str(scope.store_id))
    return Asked(scope, kind, store, None if scope.event_id is None else events.event(session, access, scope.event_id))
