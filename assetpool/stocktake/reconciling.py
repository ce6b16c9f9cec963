"""What the book said when each label was counted: the frozen expectation, with what moved after the freezing told apart.

Only what moved since is played through from its movements; everything else stands as it was frozen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from assetpool.custody.models import Asset, Movement, State, Tranche
from assetpool.stocktake.comparing import Stand
from assetpool.stocktake.models import Stocktake, StocktakeCount, StocktakeLine
from assetpool.stocktake.queries import AWAY, PRESENT, counts, lines


@dataclass
class _Part:
    """So many units of a label standing together."""

    count: int
    store_id: int
    place: str
    state: str


@dataclass
class Reading:
    """Everything needed to compare: stands by label, lines, what was counted of which place, and counts without a label."""

    stands: dict[int, Stand] = field(default_factory=dict)
    lines: dict[tuple[int, str], StocktakeLine] = field(default_factory=dict)
    unknown: list[StocktakeCount] = field(default_factory=list)
    counted_again: set[int] = field(default_factory=set)
    kinds: dict[int, int] = field(default_factory=dict)


def read(session: Session, row: Stocktake, until: datetime) -> Reading:
    """Read book and count of every label that was expected or counted; `until` is when the counting ended. Six queries, however many labels."""
    found = Reading()
    for line, asset, _kind in lines(session, row.id):
        found.lines[(asset.id, line.place)] = line
        found.kinds[asset.id] = line.kind_id
    every = counts(session, row.id)
    found.unknown = [one for one in every if one.asset_id is None]
    by_asset = _last_round([one for one in every if one.asset_id is not None])
    found.counted_again = {asset_id for asset_id, several in by_asset.items() if several[0].round == row.round}
    for asset_id, several in by_asset.items():
        found.kinds.setdefault(asset_id, several[0].kind_id or 0)
    moments = {asset_id: several[-1].occurred_at for asset_id, several in by_asset.items()}
    parts, moved = _parts_at(session, row, moments, until)
    expected: dict[int, dict[str, int]] = defaultdict(dict)
    for (asset_id, place), line in found.lines.items():
        expected[asset_id][place] = line.expected
    lots = set(session.scalars(select(Asset.id).where(Asset.id.in_(_concerned(row)), Asset.form == "lot")))
    for asset_id in sorted({*expected, *by_asset}):
        counted = _units_by_place(by_asset.get(asset_id, []), asset_id in lots)
        found.stands[asset_id] = _stand(row, parts.get(asset_id, []), expected[asset_id], counted, asset_id in moved)
    return found


def _last_round(every: Sequence[StocktakeCount]) -> dict[int, list[StocktakeCount]]:
    """Return the counts that hold by label: those of the last round in which it was counted."""
    rounds: dict[int, dict[int, list[StocktakeCount]]] = defaultdict(lambda: defaultdict(list))
    for one in every:
        rounds[one.asset_id or 0][one.round].append(one)
    return {asset_id: found[max(found)] for asset_id, found in rounds.items()}


def _units_by_place(several: Sequence[StocktakeCount], lot: bool) -> dict[str, int]:
    """Return what was counted by place: of a lot the sum, of a single thing what was counted last."""
    found: dict[str, int] = defaultdict(int)
    for one in several if lot else several[-1:]:
        found[one.place] += one.units
    return dict(found)


def _concerned(row: Stocktake) -> CompoundSelect[int]:
    expected = select(StocktakeLine.asset_id).where(StocktakeLine.stocktake_id == row.id)
    counted = select(StocktakeCount.asset_id).where(StocktakeCount.stocktake_id == row.id, StocktakeCount.asset_id.is_not(None))
    return union(expected, counted)


def _parts_at(session: Session, row: Stocktake, moments: dict[int, datetime], until: datetime) -> tuple[dict[int, list[_Part]], set[int]]:
    """Return where the units of each label were by the book when it was counted last (never counted: `until`), and which moved since the freezing."""
    concerned = _concerned(row)
    since = select(Movement.asset_id).where(Movement.height > (row.frozen_height or 0), Movement.asset_id.in_(concerned)).distinct()
    moved = set(session.scalars(since))
    found: dict[int, list[_Part]] = defaultdict(list)
    columns = (Tranche.asset_id, Tranche.count, Tranche.store_id, Tranche.place, Tranche.state)
    for asset_id, count, store_id, place, state in session.execute(select(*columns).where(Tranche.asset_id.in_(concerned), Tranche.count > 0)):
        if asset_id not in moved:
            found[asset_id].append(_Part(count, store_id, place, state))
    for asset_id, parts in _played(session, row, moved, moments, until).items():
        found[asset_id] = [part for part in parts.values() if part.count > 0]
    return found, moved


def _played(session: Session, row: Stocktake, moved: set[int], moments: dict[int, datetime], until: datetime) -> dict[int, dict[int, _Part]]:
    """Play the movements of the labels that moved since the freezing, up to when each was counted; what was recorded late counts as of when it happened."""
    found: dict[int, dict[int, _Part]] = {asset_id: {} for asset_id in moved}
    if not moved:
        return found
    names = (
        Movement.height,
        Movement.asset_id,
        Movement.tranche_id,
        Movement.from_tranche_id,
        Movement.count.label("units"),
        Movement.store_id,
        Movement.place,
    )
    statement = select(*names, Movement.state, Movement.occurred_at).where(Movement.asset_id.in_(moved))
    for one in session.execute(statement.order_by(Movement.height)):
        if one.height > (row.frozen_height or 0) and one.occurred_at > moments.get(one.asset_id, until):
            continue
        parts = found[one.asset_id]
        if one.from_tranche_id is not None and one.from_tranche_id in parts:
            parts[one.from_tranche_id].count -= one.units
        parts[one.tranche_id] = _Part(one.units, one.store_id, one.place, one.state)
    return found


def _stand(row: Stocktake, parts: Iterable[_Part], expected: dict[str, int], counted: dict[str, int], moved: bool) -> Stand:
    """Tell the parts of a label apart. What did not move since is expected as it was frozen; what moved belongs to the count where its places do."""
    book: dict[str, int] = defaultdict(int)
    beyond: dict[str, int] = defaultdict(int)
    away = others = 0
    for part in parts:
        here = part.store_id == row.store_id
        if here and part.state in PRESENT:
            within = moved and expected and part.place.startswith(row.place)
            (book if within else beyond)[part.place] += part.count
        elif here and part.state in AWAY:
            away += part.count
        elif not here or part.state != State.LOST:
            others += part.count
    if not moved:
        book.update(expected)
        for place, units in expected.items():
            beyond[place] = max(0, beyond[place] - units)
    return Stand(dict(book), counted, dict(beyond), away, others)
