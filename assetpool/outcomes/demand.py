"""Unmet demand: lines of requests that did not get what they asked for, and why, from what is on file anyway; a fixed number of queries.

What was free is what the stock check found when the request was handed in last, and what an approval met that failed after it. Only ordinary things.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Kind
from assetpool.outcomes.models import StockRefusal
from assetpool.outcomes.shortage import GIVEN_UP, GRANTED, WAITING, Outcome, Peak, Span, Unmet, Wanted, months, peak, unmet
from assetpool.records.models import Document, Trail
from assetpool.reports.labels import Label, labels
from assetpool.requisitions.models import Requisition, RequisitionLine

BYS = ("kind", "class", "month")
CHECK = "check_stock"


@dataclass(frozen=True)
class Lack:
    """A line that lacks something: whose request, which kind, which days (last None: for good), and what it lacks."""

    document_id: int
    line_no: int
    kind: Kind
    first: date
    last: date | None
    asked: int
    unmet: Unmet
    refusals: int

    def keys(self, by: str, first: date, last: date) -> list[str]:
        """Return the raw keys under which the line stands in a breakdown; it stands in every month that it touches."""
        if by == "month":
            return months(self.span, first, last)
        return [str(self.kind.id) if by == "kind" else f"{self.kind.class_code_set}:{self.kind.class_code}"]

    @property
    def span(self) -> Span:
        """Return what was short for want of stock, waiting lines too."""
        return Span(self.first, self.last, self.unmet.short)


@dataclass
class Row:
    """What lines of one key lack together. `peak`: the worst day, of lines that were cut or refused."""

    label: Label = field(default_factory=Label)
    requests: set[int] = field(default_factory=set)
    cut: int = 0
    refused: int = 0
    waiting: int = 0
    other: int = 0
    peak: Peak | None = None

    @property
    def short(self) -> int:
        """Return what was lost for want of stock, decided."""
        return self.cut + self.refused

    def add(self, lack: Lack) -> None:
        """Add a line."""
        self.requests.add(lack.document_id)
        self.other += lack.unmet.other
        match lack.unmet.outcome:
            case Outcome.CUT:
                self.cut += lack.unmet.short
            case Outcome.REFUSED:
                self.refused += lack.unmet.short
            case Outcome.WAITING:
                self.waiting += lack.unmet.short


@dataclass(frozen=True)
class Demand:
    """What a period wanted in vain: rows of one breakdown, all lines, and all of them together."""

    rows: tuple[Row, ...]
    total: Row
    lacks: tuple[Lack, ...]


def demand(session: Session, pool_id: int, first: date, last: date, by: str = "kind") -> Demand:
    """Return the unmet demand for days between two days (both included), most short first; months in their order."""
    lacks = _lacks(session, pool_id, first, last)
    grouped: dict[str, list[Lack]] = defaultdict(list)
    for lack in lacks:
        for key in lack.keys(by, first, last):
            grouped[key].append(lack)
    called = _labels(session, by, grouped, {str(lack.kind.id): lack.kind for lack in lacks})
    rows = [_row(several, called[key], *_days(by, key, first, last)) for key, several in grouped.items()]
    rows.sort(key=lambda row: row.label.key if by == "month" else (-row.short, -row.waiting, -row.other, row.label.key))
    return Demand(tuple(rows), _row(lacks, Label(), first, last), tuple(lacks))


def _labels(session: Session, by: str, keys: Iterable[str], kinds: Mapping[str, Kind]) -> Mapping[str, Label]:
    if by == "class":
        return labels(session, "class", keys)
    return {key: Label(key, key, key) if by == "month" else Label(key, f"{kinds[key].name} {kinds[key].spec}".strip(), kinds[key].name_en) for key in keys}


def _days(by: str, key: str, first: date, last: date) -> tuple[date, date]:
    """Return the days within which a row looks for its worst one: its month, or all."""
    if by != "month":
        return first, last
    begin = date.fromisoformat(f"{key}-01")
    after = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
    return max(first, begin), min(last, date.fromordinal(after.toordinal() - 1))


def _row(lacks: Iterable[Lack], label: Label, first: date, last: date) -> Row:
    row, lost = Row(label), []
    for lack in lacks:
        row.add(lack)
        if lack.unmet.outcome is not Outcome.WAITING:
            lost.append(lack.span)
    row.peak = peak(lost, first, last)
    return row


def _lacks(session: Session, pool_id: int, first: date, last: date) -> list[Lack]:
    rows = session.execute(_lines(pool_id, first, last)).all()
    asked = _lines(pool_id, first, last).with_only_columns(RequisitionLine.requisition_id)
    checks = _checks(session, asked)
    refusals = {(r.document_id, r.line_no): r for r in session.scalars(select(StockRefusal).where(StockRefusal.document_id.in_(asked)))}
    found = []
    for row in rows:
        line, requisition = row[0], row[1]
        checked_at, free = checks.get(line.requisition_id, (None, {}))
        if checked_at is None:
            continue
        least, refusal = free.get(line.line_no), refusals.get((line.requisition_id, line.line_no))
        if refusal is not None and refusal.refused_at >= checked_at:
            least = refusal.free if least is None else min(least, refusal.free)
        else:
            refusal = None
        state = "withdrawn" if row.state == "cancelled" else row.state
        lacking = unmet(Wanted(line.asked, line.approved, state, least))
        if lacking is not None:
            end = requisition.last_day if requisition.kind == "loan" else None
            times = refusal.times if refusal else 0
            found.append(Lack(line.requisition_id, line.line_no, row[2], requisition.first_day, end, line.asked, lacking, times))
    return found


def _lines(pool_id: int, first: date, last: date) -> Any:
    """Select the lines wanted in a period that got less than they asked for; requests taken back after they were granted are left out."""
    granted = aliased(RequisitionLine)
    some = exists().where(granted.requisition_id == Requisition.id, granted.approved > 0).correlate(Requisition)
    lasting = or_(Requisition.kind == "transfer", Requisition.last_day.is_(None), Requisition.last_day >= first)
    return (
        select(RequisitionLine, Requisition, Kind, Document.state)
        .join(Requisition, Requisition.id == RequisitionLine.requisition_id)
        .join(Document, Document.id == Requisition.id)
        .join(Kind, Kind.id == RequisitionLine.kind_id)
        .where(
            Document.pool_id == pool_id,
            or_(Document.state.in_((*GRANTED, *GIVEN_UP, *WAITING)), (Document.state == "cancelled") & ~some),
            RequisitionLine.approved < RequisitionLine.asked,
            Requisition.first_day <= last,
            lasting,
            Kind.register == "ordinary",
        )
        .order_by(RequisitionLine.requisition_id.desc(), RequisitionLine.line_no)
    )


def _checks(session: Session, asked: Any) -> dict[int, tuple[datetime, dict[int, int]]]:
    """Return per request when its stock was checked last, and what was free per line."""
    latest = select(func.max(Trail.id)).where(Trail.act == CHECK, Trail.document_id.in_(asked)).group_by(Trail.document_id)
    rows = session.execute(select(Trail.document_id, Trail.recorded_at, Trail.note).where(Trail.id.in_(latest)))
    return {row.document_id: (row.recorded_at, {line_no: free for line_no, _asked, free in json.loads(row.note or "[]")}) for row in rows}
