"""Closings as people look at them: the state of each period, a sheet with its signatures and its anchor in the chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.closings import sheet
from assetpool.closings.steps import CLOSE, KIND, SIGN, STEPS
from assetpool.core.errors import NotFound
from assetpool.org.models import Person
from assetpool.org.queries import Access, people
from assetpool.records.models import Document
from assetpool.records.queries import by_number, visible
from assetpool.savings import periods
from assetpool.savings.models import SavingEntry
from assetpool.savings.period_models import ClosedPeriod, Closing
from assetpool.savings.periods import Period


@dataclass(frozen=True)
class Standing:
    """Where a period stands: open, drafted, signed by one, signed, closed; with its sheet if the person may read it."""

    period: Period
    state: str
    number: str = ""
    entries: int = 0


@dataclass(frozen=True)
class Shown:
    """A sheet with all that stands on it. `anchor` (height, digest) is that of its close in the chain, or None before."""

    document: Document
    closing: Closing
    sheet: dict[str, Any]
    signatures: tuple[Approval, ...]
    closed: Approval | None
    people: dict[int, Person]

    @property
    def period(self) -> Period:
        """Return the period."""
        return periods.named(self.closing.period)

    @property
    def anchor(self) -> tuple[int, str]:
        """Return height and digest to note elsewhere: of the close, before it of the moment the figures were frozen at."""
        if self.closed is not None:
            return self.closed.height, self.closed.digest
        return self.sheet["chain"]["height"], self.sheet["chain"]["head"]


def years(session: Session, pool_id: int, today: date) -> list[int]:
    """Return the years that have entries or have begun, the newest first."""
    first, last = session.execute(select(func.min(SavingEntry.period), func.max(SavingEntry.period)).where(SavingEntry.pool_id == pool_id)).one()
    begun = int(first[:4]) if first else today.year
    return list(range(max(today.year, int(last[:4]) if last else 0), min(begun, today.year) - 1, -1))


def standings(session: Session, access: Access, year: int) -> list[Standing]:
    """Return where the year, its quarters and its months stand, the months of a quarter before it; four queries."""
    prefix = f"{year:04d}"
    closed = dict(
        session.execute(
            select(ClosedPeriod.period, ClosedPeriod.document_id).where(ClosedPeriod.pool_id == access.pool_id, ClosedPeriod.period.startswith(prefix))
        ).all()
    )
    under_way = select(Closing.period, Document.id, Document.state).join(Document, Document.id == Closing.id)
    under_way = under_way.where(Closing.pool_id == access.pool_id, Closing.period.startswith(prefix), Document.state.in_(STEPS)).order_by(Document.id)
    begun = {row.period: (row.id, row.state) for row in session.execute(under_way)}
    counts = select(SavingEntry.period, func.count().label("entries")).where(SavingEntry.pool_id == access.pool_id, SavingEntry.period.startswith(prefix))
    entries = {row.period: int(row.entries) for row in session.execute(counts.group_by(SavingEntry.period))}
    numbers = _numbers(session, access, [*closed.values(), *(document_id for document_id, _ in begun.values())])
    found = []
    for name in _names(year):
        period = periods.named(name)
        document_id, state = (closed[name], "closed") if name in closed else begun.get(name, (0, "open"))
        found.append(Standing(period, state, numbers.get(document_id, ""), sum(entries.get(month, 0) for month in period.months)))
    return found


def _names(year: int) -> list[str]:
    names = []
    for quarter in range(1, 5):
        names += [f"{year:04d}-{month:02d}" for month in range(quarter * 3 - 2, quarter * 3 + 1)] + [f"{year:04d}-Q{quarter}"]
    return [*names, f"{year:04d}"]


def _numbers(session: Session, access: Access, ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Document.id, Document.number).where(Document.id.in_(set(ids)), visible(access)))
    return {row.id: row.number for row in rows}


def shown(session: Session, access: Access, number: str) -> Shown:
    """Return a sheet that the person may read; raise NotFound."""
    document = by_number(session, access, number, KIND)
    closing = session.get(Closing, document.id)
    if closing is None:
        raise NotFound(what=number)
    steps = select(Approval).where(Approval.document_id == document.id, Approval.step.in_((SIGN, CLOSE))).order_by(Approval.height)
    decided = list(session.scalars(steps))
    known = people(session, [row.person_id for row in decided] + [document.created_by])
    signed = tuple(row for row in decided if row.step == SIGN)
    return Shown(document, closing, sheet.read(closing.sheet), signed, next((row for row in decided if row.step == CLOSE), None), known)


def sheets(session: Session, access: Access, before: int | None, limit: int) -> list[tuple[Document, Closing]]:
    """Return sheets that the person may read, newest first, from below the document `before` on."""
    statement = select(Document, Closing).join(Closing, Closing.id == Document.id).where(Document.pool_id == access.pool_id, visible(access))
    statement = statement if before is None else statement.where(Document.id < before)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit))]
