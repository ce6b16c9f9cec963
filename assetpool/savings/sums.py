"""Sums kept with the entries: per act, month posted in, business day and kind of cost, written in the transaction that seals the entries.

Reports read these instead of the ledger, so that a year of a million entries is quickly told; `audit verify` adds the entries up anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Table, case, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from assetpool.core import chain
from assetpool.core.db import Base, OptionalFen
from assetpool.savings import report_sums
from assetpool.savings.models import SavingEntry

PER_UNIT = ("purchase", "rental", "consumption", "adopted")
WHOLE = ("cost", "lower_bound")
KEY = ("act_id", "period", "business_day", "cost_kind")
CLAIMS = ("claim", "accrual", "opening")
"""Entries that say an act is at work; costs and reversals do not."""
CHUNK = 1000


class SavingSum(Base):
    """What the entries of an act add up to on a business day, per month posted in and kind of cost ('' for claims); null where nothing was valued."""

    __tablename__ = "saving_sum"
    __table_args__ = (CheckConstraint("entries > 0 AND claims >= 0", name="a_sum_adds_entries"), Index("ix_saving_sum_period", "pool_id", "period"))

    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    business_day: Mapped[date] = mapped_column(primary_key=True)
    cost_kind: Mapped[str] = mapped_column(String(15), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    purchase: Mapped[OptionalFen]
    rental: Mapped[OptionalFen]
    consumption: Mapped[OptionalFen]
    adopted: Mapped[OptionalFen]
    cost: Mapped[OptionalFen]
    lower_bound: Mapped[OptionalFen]
    claims: Mapped[int]
    entries: Mapped[int]


assert isinstance(SavingSum.__table__, Table) and isinstance(SavingEntry.__table__, Table)
_SUM = SavingSum.__table__


def add(session: Session, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add entries that are being sealed (values as stored, by column) to their sums."""
    place = {name: columns.index(name) for name in columns}
    report_sums.before(session, {row[place["act_id"]] for row in rows})
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[place[name]] for name in KEY)
        kept = found.get(key)
        if kept is None:
            kept = found[key] = {"pool_id": row[place["pool_id"]], **dict.fromkeys((*PER_UNIT, *WHOLE)), "claims": 0, "entries": 0}
        for name in PER_UNIT:
            amount = row[place[name]]
            if amount is not None:
                kept[name] = (kept[name] or 0) + row[place["count"]] * amount
        for name in WHOLE:
            amount = row[place[name]]
            if amount is not None:
                kept[name] = (kept[name] or 0) + amount
        kept["claims"] += row[place["entry"]] in CLAIMS
        kept["entries"] += 1
    made = [
        {"act_id": act, "period": period, "business_day": date.fromisoformat(day), "cost_kind": kind or "", **sums}
        for (act, period, day, kind), sums in sorted(found.items(), key=lambda pair: [str(part or "") for part in pair[0]])
    ]
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(_SUM)
    new = insert.excluded
    grown: dict[str, Any] = {}
    for name in (*PER_UNIT, *WHOLE):
        grown[name] = case((_SUM.c[name].is_(None), new[name]), (new[name].is_(None), _SUM.c[name]), else_=_SUM.c[name] + new[name])
    grown |= {name: _SUM.c[name] + new[name] for name in ("claims", "entries")}
    session.connection().execute(insert.on_conflict_do_update(index_elements=list(KEY), set_=grown), made)


chain.on_sealing(SavingEntry.__table__, add)


def added_up(pool_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of what the entries of a pool add up to, by the same key and in its order."""
    e = SavingEntry
    kind = func.coalesce(e.cost_kind, "").label("cost_kind")
    sums = [func.sum(e.count * getattr(e, name)).label(name) for name in PER_UNIT] + [func.sum(getattr(e, name)).label(name) for name in WHOLE]
    counts = [func.sum(case((e.entry.in_(CLAIMS), 1), else_=0)).label("claims"), func.count().label("entries")]
    key = (e.act_id, e.period, e.business_day, kind)
    return select(*key, *sums, *counts).where(e.pool_id == pool_id).group_by(*key).order_by(*key)


def kept(pool_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of the sums kept for a pool, in the order of their key."""
    columns = [getattr(SavingSum, name) for name in (*KEY, *PER_UNIT, *WHOLE, "claims", "entries")]
    return select(*columns).where(SavingSum.pool_id == pool_id).order_by(*columns[:4])


def read(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows of either select as (key, whole numbers), in constant memory."""
    for row in session.execute(statement.execution_options(yield_per=CHUNK)):
        yield tuple(row[:4]), tuple(None if value is None else int(value) for value in row[4:])
