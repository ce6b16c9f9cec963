"""How many different things of a lot stand in several acts: units of a lot carry no label of their own, their tranches' lineage tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.custody.models import Movement, Tranche
from assetpool.reports.ledger import Place
from assetpool.savings.models import SavingEntry

Chunk = 5000


def distinct_units(session: Session, met: Iterable[tuple[Place, int, int, int]]) -> dict[Place, int]:
    """Return how many units of reused lots stand at each place, each counted once; `met` is (place, asset, act, tranche).

    A unit stands in an act if its tranche does, or a tranche from which its own was parted after the act began.
    """
    wanted: dict[tuple[Place, int], list[tuple[int, int]]] = defaultdict(list)
    for place, asset_id, act_id, tranche_id in met:
        wanted[(place, asset_id)].append((act_id, tranche_id))
    if not wanted:
        return {}
    leaves, parents, parted = _lineage(session, sorted({asset_id for _, asset_id in wanted}))
    begun = _begun(session, sorted({act_id for acts in wanted.values() for act_id, _ in acts}))
    found: dict[Place, int] = defaultdict(int)
    for (place, asset_id), acts in wanted.items():
        since: dict[int, int] = {}
        for act_id, tranche_id in acts:
            height = begun.get((act_id, tranche_id), 0)
            since[tranche_id] = min(height, since.get(tranche_id, height))
        found[place] += sum(count for tranche_id, count in leaves[asset_id] if _stands(tranche_id, since, parents, parted))
    return dict(found)


def _stands(tranche_id: int, since: dict[int, int], parents: dict[int, int | None], parted: dict[int, int]) -> bool:
    here: int | None = tranche_id
    youngest = None
    while here is not None:
        if here in since and (youngest is None or youngest > since[here]):
            return True
        height = parted.get(here, 0)
        youngest = height if youngest is None else min(youngest, height)
        here = parents.get(here)
    return False


def _lineage(session: Session, asset_ids: list[int]) -> tuple[dict[int, list[tuple[int, int]]], dict[int, int | None], dict[int, int]]:
    """Return per asset its tranches that hold units with their counts, the parent of each tranche, and the height at which it was parted."""
    leaves: dict[int, list[tuple[int, int]]] = defaultdict(list)
    parents: dict[int, int | None] = {}
    parted: dict[int, int] = {}
    for first in range(0, len(asset_ids), Chunk):
        part = asset_ids[first : first + Chunk]
        tranches = select(Tranche.id, Tranche.asset_id, Tranche.parent_id, Tranche.count.label("units")).where(Tranche.asset_id.in_(part))
        for row in session.execute(tranches):
            parents[row.id] = row.parent_id
            if row.units:
                leaves[row.asset_id].append((row.id, row.units))
        partings = select(Movement.tranche_id, Movement.height).where(Movement.asset_id.in_(part), Movement.from_tranche_id.is_not(None))
        parted.update({row.tranche_id: row.height for row in session.execute(partings)})
    return leaves, parents, parted


def _begun(session: Session, act_ids: list[int]) -> dict[tuple[int, int], int]:
    """Return the height at which each act made its claim on a tranche; a tranche that joined by parting has none."""
    begun: dict[tuple[int, int], int] = {}
    for first in range(0, len(act_ids), Chunk):
        statement = (
            select(SavingEntry.act_id, SavingEntry.tranche_id, func.min(SavingEntry.height).label("height"))
            .where(SavingEntry.act_id.in_(act_ids[first : first + Chunk]), SavingEntry.entry == "claim")
            .group_by(SavingEntry.act_id, SavingEntry.tranche_id)
        )
        begun.update({(row.act_id, row.tranche_id): row.height for row in session.execute(statement) if row.tranche_id is not None})
    return begun
