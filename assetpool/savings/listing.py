"""The ledger of acts as a list: narrowed like the rows of a report, newest first, each with what its entries of the period add up to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Kind, Store
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.savings import periods
from assetpool.savings.models import SavingAct, SavingEntry
from assetpool.savings.posting import SERIES
from assetpool.savings.standing import counted, standing, visible

AMOUNTS = (*SERIES, "cost", "lower_bound")


@dataclass(frozen=True)
class Narrowing:
    """Which acts are asked for; empty = all. `standing` is a key of standing.STANDINGS, or rejected; codes as reports name their rows."""

    first_day: date | None = None
    last_day: date | None = None
    event: int | None = None
    organization: str = ""
    class_code: str = ""
    store: str = ""
    kind: str = ""
    standing: str = ""
    reviewed: str = ""
    document: str = ""


@dataclass(frozen=True)
class Line:
    """An act in the list: its slip, where it stands, and the sums of its entries in fen (None = not valued)."""

    act: SavingAct
    number: str
    stands: str
    amounts: dict[str, int | None]

    @property
    def avoided(self) -> int | None:
        """Return the avoided cost of the headline, or the lower bound of an opening statement."""
        return self.amounts["lower_bound"] if self.act.opening else self.amounts["adopted"]

    @property
    def cost(self) -> int | None:
        """Return the reuse cost, None while it is unknown."""
        return self.amounts["cost"] if self.amounts["cost"] is not None or not self.act.costed else 0

    @property
    def saving(self) -> int | None:
        """Return avoided less cost, None while either is unknown."""
        return None if self.act.opening or self.avoided is None or self.cost is None else self.avoided - self.cost


def conditions(session: Session, access: Access, asked: Narrowing) -> list[ColumnElement[bool]]:
    """Return what narrows acts to those asked for and visible."""
    found: list[ColumnElement[bool]] = [SavingAct.pool_id == access.pool_id, visible(session, access), *within(asked)]
    if asked.first_day is not None or asked.last_day is not None:
        first, last = asked.first_day or date.min, asked.last_day or date.max
        there = aliased(SavingEntry)
        found.append(exists().where(there.act_id == SavingAct.id, periods.entered(first, last, there)).correlate(SavingAct))
    if asked.standing == "rejected":
        found.append(~counted())
    elif asked.standing:
        found += [counted(), standing() == asked.standing]
    return found


def within(asked: Narrowing) -> list[ColumnElement[bool]]:
    """Return the conditions that hold for an act whatever its days: event, receiver, class, store, kind of saving."""
    found: list[ColumnElement[bool]] = []
    if asked.event is not None:
        found.append(SavingAct.event_id == asked.event)
    if asked.organization:
        found.append(SavingAct.receiver_id.in_(select(Organization.id).where(Organization.code == asked.organization)))
    if asked.class_code:
        code_set, _, code = asked.class_code.rpartition(":")
        kinds = select(Kind.id).where(Kind.class_code == code, Kind.class_code_set == (code_set or "GPC-2022"))
        found.append(SavingAct.kind_id.in_(kinds))
    if asked.store:
        found.append(SavingAct.store_id.in_(select(Store.id).where(Store.code == asked.store)))
    if asked.kind:
        found.append(SavingAct.kind == asked.kind)
    if asked.reviewed:
        found.append(SavingAct.reviewed == asked.reviewed)
    if asked.document:
        found.append(SavingAct.document_id.in_(select(Document.id).where(Document.number == asked.document.strip().upper())))
    return found


def lines(session: Session, access: Access, asked: Narrowing, before: int | None = None, limit: int = 50) -> list[Line]:
    """Return acts, newest first, from below the act `before` on, with their sums of the period; two queries however many there are."""
    statement = select(SavingAct, Document.number, standing().label("stands")).join(Document, Document.id == SavingAct.document_id)
    statement = statement.where(*conditions(session, access, asked)).order_by(SavingAct.id.desc()).limit(limit)
    rows = session.execute(statement if before is None else statement.where(SavingAct.id < before)).all()
    e = SavingEntry
    sums = _sums(asked, e.act_id).where(e.act_id.in_([row[0].id for row in rows])).group_by(e.act_id)
    found = {row.act_id: amounts_of(row) for row in session.execute(sums)}
    nothing: dict[str, int | None] = dict.fromkeys(AMOUNTS)
    return [Line(row[0], row.number, "rejected" if row[0].reviewed == "rejected" else row.stands, found.get(row[0].id, nothing)) for row in rows]


def totals(session: Session, access: Access, asked: Narrowing) -> dict[str, tuple[int, int, dict[str, int | None]]]:
    """Return per kind of saving how many acts and units are asked for and what their entries of the period add up to."""
    wanted = conditions(session, access, asked)
    counts = select(SavingAct.kind, func.count().label("acts"), func.sum(SavingAct.units).label("units")).where(*wanted).group_by(SavingAct.kind)
    sums = _sums(asked, SavingAct.kind).join(SavingAct, SavingAct.id == SavingEntry.act_id).where(*wanted).group_by(SavingAct.kind)
    amounts = {row.kind: amounts_of(row) for row in session.execute(sums)}
    return {row.kind: (int(row.acts), int(row.units), amounts.get(row.kind, dict.fromkeys(AMOUNTS))) for row in session.execute(counts)}


def _sums(asked: Narrowing, *columns: Any) -> Select[Any]:
    e = SavingEntry
    sums = [func.sum(e.count * getattr(e, series)).label(series) for series in SERIES]
    statement = select(*columns, *sums, func.sum(e.cost).label("cost"), func.sum(e.lower_bound).label("lower_bound")).select_from(e)
    if asked.first_day is None and asked.last_day is None:
        return statement
    return statement.where(periods.entered(asked.first_day or date.min, asked.last_day or date.max))


def amounts_of(row: Any) -> dict[str, int | None]:
    """Return the sums of a row by name."""
    return {name: None if row._mapping[name] is None else int(row._mapping[name]) for name in AMOUNTS}


def first_business_day(session: Session, access: Access) -> date | None:
    """Return the day of the earliest entry of the pool."""
    return session.scalar(select(func.min(SavingEntry.business_day)).where(SavingEntry.pool_id == access.pool_id))
