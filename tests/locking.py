"""Watches every act of every test: whatever changes what is free has locked the stock row of its kind and store first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from assetpool.core.db import LOCKED
from assetpool.custody.models import Tranche
from assetpool.reservations.models import Reservation

WATCHED = {
    Tranche: ("asset_id", "kind_id", "store_id", "state", "due_on", "turn_round"),
    Reservation: ("kind_id", "store_id", "asset_id", "open_units", "first_day", "last_day", "turn_round"),
}


def watch() -> None:
    """Begin watching."""
    event.listen(Session, "before_flush", _locked_first)


def _locked_first(session: Session, _context: Any, _instances: Any) -> None:
    if not session.info.get("act"):
        return
    for row in [*session.new, *session.dirty, *session.deleted]:
        for model, names in WATCHED.items():
            if not isinstance(row, model):
                continue
            changes = {name: inspect(row).attrs[name].history for name in names}
            parted = isinstance(row, Tranche) and row in session.new and row.parent_id is not None
            if any(found.has_changes() for found in changes.values()) and not parted:
                kinds = {row.kind_id, *(changes["kind_id"].deleted or ())}
                stores = {row.store_id, *(changes["store_id"].deleted or ())}
                locked = session.info.get(LOCKED, {})
                unlocked = [(kind, store) for kind in kinds for store in stores if (kind, store) not in locked]
                assert not unlocked, f"{type(row).__name__} changes, but the stock rows {unlocked} are not locked"
