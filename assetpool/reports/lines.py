"""The acts and entries behind a report, line by line, each with the row it stands in: what a workbook adds up from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal, null, select, type_coerce
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.org.models import Organization
from assetpool.records.models import Document
from assetpool.reports.labels import USUAL_CODE_SET
from assetpool.reports.ledger import Span, month_of
from assetpool.savings.models import SavingAct, SavingEntry, ValuationPolicy
from assetpool.savings.standing import counted, standing
from assetpool.savings.sums import CLAIMS


@dataclass(frozen=True)
class EntryLine:
    """One entry: amounts per unit in fen (None: not valued), cost and lower bound of the line."""

    id: int
    height: int
    what: str
    business_day: date
    count: int
    series: dict[str, int | None]
    cost: int | None
    cost_kind: str
    lower_bound: int | None
    policy: str
    digest: str


@dataclass(frozen=True)
class ActLine:
    """An act in one row of the report (in several, where months are the rows), with its entries there; `alive`: its units count in that row."""

    act: int
    document: str
    line_no: int
    key: str
    kind: str
    stands: str
    receiver: str
    thing: str
    units: int
    valued: int
    complete: bool
    alive: bool
    entries: tuple[EntryLine, ...]


def entry_count(session: Session, asked: Span) -> int:
    """Return how many entries the report of a question adds up."""
    e = SavingEntry
    statement = select(func.count()).select_from(e).join(SavingAct, SavingAct.id == e.act_id)
    return int(session.scalar(statement.where(*_wanted(asked))) or 0)


def lines(session: Session, asked: Span) -> Iterator[ActLine]:
    """Yield the acts of a question in their rows, each with its entries, in one query."""
    a, e = SavingAct, SavingEntry
    usual = Kind.class_code_set == USUAL_CODE_SET
    keys: dict[str, Any] = {
        "event": a.event_id,
        "organization": Organization.code,
        "class": case((Kind.id.is_(None), null()), (usual, Kind.class_code), else_=Kind.class_code_set + ":" + Kind.class_code),
        "store": Store.code,
        "month": _month(asked),
        "kind": a.kind,
    }
    month = _month(asked) if asked.by == "month" else literal("")
    columns: Any = (
        a.id.label("act"), Document.number, a.line_no, keys[asked.by].label("key"), a.kind, standing().label("stands"), Organization.name.label("receiver"),
        Kind.name.label("thing"), a.units, a.valued_units, a.costed, a.opening, a.reviewed, month.label("month"), e.id, e.height, e.entry, e.business_day,
        e.count, e.adopted, e.purchase, e.rental, e.consumption, e.cost, e.cost_kind, e.lower_bound, ValuationPolicy.version, e.digest,
    )  # fmt: skip
    statement = (
        select(*columns)
        .select_from(e)
        .join(a, a.id == e.act_id)
        .join(Document, Document.id == a.document_id)
        .join(Organization, Organization.id == a.receiver_id)
        .join(ValuationPolicy, ValuationPolicy.id == e.policy_id)
        .outerjoin(Store, Store.id == a.store_id)
        .outerjoin(Kind, Kind.id == a.kind_id)
        .where(*_wanted(asked))
        .order_by(a.kind, a.id, "month", e.height)
    )
    met: list[Any] = []
    for row in session.execute(statement, execution_options={"yield_per": 2000}):
        if met and (met[0].act, met[0].month) != (row.act, row.month):
            yield _line(met)
            met = []
        met.append(row)
    if met:
        yield _line(met)


def _month(asked: Span) -> ColumnElement[str]:
    """Return the month an entry stands in: where it was posted if whole months are asked for, else that of its business day."""
    return type_coerce(SavingEntry.period, String) if asked.posted else month_of(SavingEntry.business_day)


def _wanted(asked: Span) -> tuple[Any, ...]:
    return (asked.entries, asked.seen, counted())


def _line(rows: list[Any]) -> ActLine:
    first = rows[0]
    return ActLine(
        act=first.act,
        document=first.number,
        line_no=first.line_no,
        key="" if first.key is None else str(first.key),
        kind=first.kind,
        stands=first.stands,
        receiver=first.receiver,
        thing=first.thing or "",
        units=first.units,
        valued=first.valued_units,
        complete=bool(first.costed and not first.opening),
        alive=first.reviewed != "reversed" and any(row.entry in CLAIMS for row in rows),
        entries=tuple(_entry(row) for row in rows),
    )


def _entry(row: Any) -> EntryLine:
    series = {"adopted": row.adopted, "purchase": row.purchase, "rental": row.rental, "consumption": row.consumption}
    return EntryLine(
        row.id, row.height, row.entry, row.business_day, row.count, series, row.cost, row.cost_kind or "", row.lower_bound, row.version, row.digest
    )
