"""Carrying many single things at once: what `service.move` does for each, written in bulk.

A single thing has one tranche, so where it stands now is the tranche's new state, the movement's and the label's alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from assetpool.core import bulk, clock
from assetpool.custody import service
from assetpool.custody.models import OWNED, Asset, State, Tranche
from assetpool.custody.service import STATE_COLUMNS, Cause

assert isinstance(Asset.__table__, Table) and isinstance(Tranche.__table__, Table)
_ASSET, _TRANCHE = Asset.__table__, Tranche.__table__
_CHANGED = ("store_id", "place", "custodian_id", "document_id", "line_no")


@dataclass(frozen=True)
class Carried:
    """One thing to carry: its tranche's row from `standing`, who keeps it there, and the line that says so."""

    part: Row[Any]
    custodian_id: int
    line_no: int


def lock(session: Session, asset_ids: Iterable[int]) -> None:
    """Lock labels in the order of their ids without reading them."""
    session.execute(select(_ASSET.c.id).where(_ASSET.c.id.in_(set(asset_ids))).order_by(_ASSET.c.id).with_for_update())


def standing(session: Session, asset_ids: Iterable[int], states: Sequence[str]) -> dict[int, Row[Any]]:
    """Return by asset the tranche (id and state columns) of each locked single thing that stands in one of the states."""
    # Sorted by nobody: asked for in the order of ids, SQLite would rather walk through all tranches than find these.
    wanted = (_TRANCHE.c.asset_id.in_(set(asset_ids)), _TRANCHE.c.state.in_(states), _TRANCHE.c.count > 0)
    columns = [_TRANCHE.c[name] for name in STATE_COLUMNS]
    return {row.asset_id: row for row in session.execute(select(_TRANCHE.c.id, *columns).where(*wanted))}


def carry(session: Session, pool_id: int, things: Sequence[Carried], act: str, store_id: int, place: str, cause: Cause) -> None:
    """Carry locked things to a place of a store: movements, tranches, labels and sums in a fixed number of statements."""
    states: list[tuple[int, tuple[Any, ...]]] = []
    by_id: list[tuple[Any, ...]] = []
    kept: dict[int, list[int]] = defaultdict(list)
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for thing in things:
        tranche_id, values = thing.part[0], thing.part[1:]
        state: dict[str, Any] = dict(zip(STATE_COLUMNS, values, strict=True))
        came_from = state["store_id"]
        changed = (store_id, place, thing.custodian_id, cause.document_id, thing.line_no)
        state.update(zip(_CHANGED, changed, strict=True))
        states.append((tranche_id, tuple(state.values())))
        by_id.append((*changed, tranche_id))
        kept[thing.custodian_id].append(state["asset_id"])
        if came_from != store_id and state["state"] in OWNED:
            here = state["count"] if state["state"] == State.IN_STORE else 0
            for store, sign in ((came_from, -1), (store_id, 1)):
                sums[(state["kind_id"], store)][0] += sign * state["count"]
                sums[(state["kind_id"], store)][1] += sign * here
    if not states:
        return
    service.append_all(session, pool_id, act, states, cause, clock.now())
    bulk.change(session, _TRANCHE, _CHANGED, by_id)
    for custodian_id, asset_ids in kept.items():
        session.execute(_ASSET.update().where(_ASSET.c.id.in_(asset_ids)).values(store_id=store_id, place=place, custodian_id=custodian_id))
    service.count_in_bulk(session, {key: (owned, present) for key, (owned, present) in sums.items()})
    _forget(session, {row[-1] for row in by_id}, {i for ids in kept.values() for i in ids})


def _forget(session: Session, tranche_ids: set[int], asset_ids: set[int]) -> None:
    """Let what the session holds of these rows be read again when it is asked for."""
    for row in list(session.identity_map.values()):
        if (isinstance(row, Tranche) and row.id in tranche_ids) or (isinstance(row, Asset) and row.id in asset_ids):
            session.expire(row)
