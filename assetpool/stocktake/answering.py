"""What a count says, and what is answered to it: taken, taken before, already counted by somebody else, on loan by the book, elsewhere, unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.tags import TagMistyped, TagUnreadable, parse_tag
from assetpool.custody.models import Asset, State, Tranche
from assetpool.custody.queries import assets as assets_of
from assetpool.org.queries import people
from assetpool.stocktake.models import Stocktake, StocktakeCount
from assetpool.stocktake.queries import AWAY, PRESENT, taken_back


@dataclass(frozen=True)
class Counted:
    """One count as it was made: a tag (as scanned or typed), or words for what has none; `undoes` names the key of an own count to take back."""

    key: str
    tag: str = ""
    words: str = ""
    kind_id: int | None = None
    units: int = 1
    place: str | None = None
    occurred_at: datetime | None = None
    undoes: str = ""
    on_paper: bool = False


@dataclass(frozen=True)
class Taken:
    """What became of a count: counted, again (a single thing was counted before), elsewhere, on_loan, unknown, undone; `kept`: it had come before.

    `units` counted of this label at this place so far in this round; `by` and `at` say who counted it last before, if somebody did.
    """

    key: str
    outcome: str
    tag: str = ""
    words: str = ""
    kind: str = ""
    kind_en: str = ""
    place: str = ""
    units: int = 0
    lot: bool = False
    by: str = ""
    at: datetime | None = None
    kept: bool = False


def tag_of(text: str) -> str:
    """Return the tag in what was scanned or typed; '' if it is none of ours."""
    try:
        return parse_tag(text)
    except (TagUnreadable, TagMistyped):
        return ""


def said(session: Session, row: Stocktake, by: int, counted: Sequence[Counted], kept: set[str]) -> list[Taken]:
    """Say what became of each count of a person, those that came before (`kept`) too; the number of queries does not grow with them."""
    of_stocktake = StocktakeCount.stocktake_id == row.id
    own = select(StocktakeCount).where(of_stocktake, StocktakeCount.person_id == by, StocktakeCount.client_key.in_([one.key for one in counted]))
    mine = {one.client_key: one for one in session.scalars(own)}
    ids = {one.asset_id for one in mine.values() if one.asset_id is not None}
    assets, kinds, states = assets_of(session, ids), kinds_of(session, {one.kind_id for one in mine.values()}), _states(session, row, ids)
    every = _counts_of(session, row, ids)
    names = people(session, {one.person_id for several in every.values() for one in several})
    found = []
    for given in counted:
        one = mine[given.key]
        asset, kind = assets.get(one.asset_id or 0), kinds.get(one.kind_id or 0)
        same = every.get((one.asset_id or 0, one.round), [])
        earlier = [other for other in same if other.id < one.id]
        lot = asset is not None and asset.form == "lot"
        found.append(
            Taken(
                key=given.key,
                outcome=_outcome(one, asset, states.get(one.asset_id or 0, set()), bool(earlier) and not lot),
                tag=asset.tag if asset else "",
                words=one.words,
                kind=kind.name if kind else "",
                kind_en=kind.name_en if kind else "",
                place=one.place,
                units=sum(other.units for other in same if other.place == one.place) if lot else one.units,
                lot=lot,
                by=names[earlier[-1].person_id].name if earlier else "",
                at=earlier[-1].occurred_at if earlier else None,
                kept=given.key in kept,
            )
        )
    return found


def _states(session: Session, row: Stocktake, ids: set[int]) -> dict[int, set[tuple[str, bool]]]:
    """Return the states of each label's units, and whether in this store."""
    found: dict[int, set[tuple[str, bool]]] = defaultdict(set)
    columns = (Tranche.asset_id, Tranche.state, Tranche.store_id)
    for asset_id, state, store_id in session.execute(select(*columns).where(Tranche.asset_id.in_(ids), Tranche.count > 0).distinct()):
        found[asset_id].add((state, store_id == row.store_id))
    return found


def _counts_of(session: Session, row: Stocktake, ids: set[int]) -> dict[tuple[int, int], list[StocktakeCount]]:
    """Return the counts of labels by label and round that were not taken back, as they came."""
    gone = taken_back(session, row.id)
    found: dict[tuple[int, int], list[StocktakeCount]] = defaultdict(list)
    statement = select(StocktakeCount).where(StocktakeCount.stocktake_id == row.id, StocktakeCount.asset_id.in_(ids))
    for one in session.scalars(statement.order_by(StocktakeCount.id)):
        if one.undoes_id is None and one.id not in gone:
            found[(one.asset_id or 0, one.round)].append(one)
    return found


def _outcome(one: StocktakeCount, asset: Asset | None, states: set[tuple[str, bool]], before: bool) -> str:
    if one.undoes_id is not None:
        return "undone"
    if asset is None:
        return "unknown"
    if before:
        return "again"
    if any(here and state in (*PRESENT, State.LOST) for state, here in states):
        return "counted"
    return "on_loan" if any(here and state in AWAY for state, here in states) else "elsewhere"
