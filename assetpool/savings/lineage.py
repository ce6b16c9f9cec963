"""How tranches were parted from one another, and which of them carry the claims of an earlier entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assetpool.custody.models import Movement, Tranche

NOT_SEALED = 2**62
"""The height of a parting that the present act has not sealed yet: above everything that stands in the chain."""

Lines = dict[int, tuple[int | None, int]]


def chunks(ids: Iterable[int], size: int = 10_000) -> Iterator[list[int]]:
    """Cut ids into pieces that a statement can name one by one on either engine."""
    every = list(ids)
    for begin in range(0, len(every), size):
        yield every[begin : begin + size]


def ancestry(session: Session, tranche_ids: Iterable[int]) -> Lines:
    """Return for tranches and all they were parted from: the tranche they were parted from (or None) and the height of the parting."""
    parents: dict[int, int | None] = {}
    wanted = set(tranche_ids)
    while wanted:
        rows = _parents(session, wanted, Tranche.id)
        parents.update({row.id: row.parent_id for row in rows})
        wanted = {row.parent_id for row in rows if row.parent_id is not None} - parents.keys()
    return _with_heights(session, parents)


def descent(session: Session, tranche_ids: Iterable[int]) -> Lines:
    """Return the same for tranches and all that were parted from them."""
    parents: dict[int, int | None] = {}
    rows = _parents(session, set(tranche_ids), Tranche.id)
    while rows:
        parents.update({row.id: row.parent_id for row in rows})
        rows = [row for row in _parents(session, {row.id for row in rows}, Tranche.parent_id) if row.id not in parents]
    return _with_heights(session, parents)


def _parents(session: Session, ids: set[int], column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> list[Any]:
    found: list[Any] = []
    for some in chunks(ids):
        found += session.execute(select(Tranche.id, Tranche.parent_id).where(column.in_(some))).all()
    return found


def _with_heights(session: Session, parents: dict[int, int | None]) -> Lines:
    parted = [tranche_id for tranche_id, parent in parents.items() if parent is not None]
    heights: dict[int, int] = {}
    for some in chunks(parted):
        statement = select(Movement.tranche_id, Movement.height).where(Movement.tranche_id.in_(some), Movement.from_tranche_id.is_not(None))
        heights.update({row.tranche_id: row.height for row in session.execute(statement)})
    return {tranche_id: (parent, heights.get(tranche_id, NOT_SEALED) if parent is not None else 0) for tranche_id, parent in parents.items()}


def carries(lines: Lines, tranche_id: int, entry_tranche_id: int, entry_height: int) -> bool:
    """Say whether a tranche holds units on which an entry was posted: its own, or one from before it was parted off."""
    here: int | None = tranche_id
    while here is not None:
        if here == entry_tranche_id:
            return True
        parent, height = lines.get(here, (None, 0))
        if height < entry_height:
            return False
        here = parent
    return False
