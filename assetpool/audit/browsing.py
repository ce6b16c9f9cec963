"""The chain row by row, anchors to note, and what an auditor looks at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session

from assetpool.core import chain, clock
from assetpool.core.errors import N_
from assetpool.core.models import ChainHead, Pool
from assetpool.custody.models import Movement
from assetpool.savings.models import SavingAct, SavingEntry

PATIENCE = 60
"""Days after which an act that nobody reviewed is worth a look."""


@dataclass(frozen=True)
class ChainRow:
    """One fact of the chain with the raw stored values that its digest covers."""

    height: int
    table: str
    id: int
    digest: str
    values: dict[str, int | str | None]


@dataclass(frozen=True)
class Oddity:
    """Something that is allowed but worth a look: what, how often, and where its acts are listed (standing), if they are."""

    name: str
    count: int
    explanation: str
    standing: str = ""


def head_of(session: Session, pool_id: int) -> ChainHead:
    """Return height and digest of the newest row."""
    return session.get_one(ChainHead, pool_id, populate_existing=True)


def chain_rows(session: Session, pool_id: int, since: int, limit: int) -> list[ChainRow]:
    """Return the rows above a height in the order of the chain; one query per append-only table, however many rows there are."""
    marks = [
        select(literal(table.name).label("name"), table.c.height.label("height")).where(table.c.pool_id == pool_id, table.c.height > since)
        for table in chain.tables()
    ]
    listed = [mark.order_by(mark.selected_columns.height).limit(limit).subquery() for mark in marks]
    every = union_all(*[select(part.c.name, part.c.height) for part in listed]).subquery()
    last = session.scalar(select(func.max(select(every.c.height).order_by(every.c.height).limit(limit).subquery().c.height)))
    found = []
    for table in chain.tables():
        wanted = select(table).where(table.c.pool_id == pool_id, table.c.height > since, table.c.height <= (last or 0))
        for row in session.execute(wanted):
            values = {column.name: chain.raw(row._mapping[column.name]) for column in table.columns if column.name != "digest"}
            found.append(ChainRow(row.height, table.name, row.id, row.digest, values))
    return sorted(found, key=lambda row: row.height)


def oddities(session: Session, pool_id: int) -> list[Oddity]:
    """Return what is worth a look, each as a count."""
    entry, act = SavingEntry, SavingAct
    today = clock.today(session.get_one(Pool, pool_id).time_zone)

    def count(model: Any, *conditions: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(model).where(model.pool_id == pool_id, *conditions)) or 0

    waiting = count(act, act.reviewed == "proposed", ~act.opening, act.accepted_on < today - timedelta(days=PATIENCE))
    uncosted = count(act, ~act.costed, ~act.opening)
    return [
        Oddity(N_("Late facts"), count(entry, entry.corrects_period.is_not(None)), N_("Entries that correct an earlier period.")),
        Oddity(N_("Reversals"), count(entry, entry.entry == "reversal"), N_("Opposite entries, each with its reason.")),
        Oddity(N_("Acts without complete costs"), uncosted, N_("No net saving and no rate until their vouchers are in."), "C"),
        Oddity(N_("Waiting long for review"), waiting, N_("Accepted by the receiver more than 60 days ago."), "proposed"),
        Oddity(N_("Units missing on arrival or lost"), count(Movement, Movement.act.in_(("short", "lose"))), N_("Movements that say so.")),
    ]
