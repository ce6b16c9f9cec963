"""A report over the whole pool from the sums kept for whole months: a few rows however many acts and entries there are (see `savings.report_sums`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from assetpool.core.prepared import Prepared
from assetpool.reports.figures import BASES, Figures
from assetpool.reports.ledger import Place, Span
from assetpool.savings import periods, report_sums
from assetpool.savings.models import SavingEntry
from assetpool.savings.report_cells import AMOUNTS
from assetpool.savings.report_sums import SavingReportSum


class Months(NamedTuple):
    """First and last month of sums by month posted in (`posted`) or of the business day (`business`)."""

    axis: str
    first: str
    last: str


@dataclass(frozen=True)
class Found:
    """What stands at each place of a breakdown, what stands at each kind of saving and standing, and the ids of the policies behind it."""

    places: dict[Place, Figures]
    kinds: dict[tuple[str, str], Figures]
    policies: set[int]


def months_of(session: Session, asked: Span) -> Months | None:
    """Return the months whose sums answer a question exactly; None if it is narrowed, cuts a month that has entries on both sides, or an act is under way.

    Days that are not whole months do as well when nothing of their first month lies before them and nothing of their last month behind.
    """
    if not asked.is_whole or report_sums.is_unsettled(session):
        return None
    if asked.posted is not None:
        return Months("posted", *asked.posted)
    first, last = periods.month_of(asked.first_day), periods.month_of(asked.last_day)
    begun, ended = date.fromisoformat(f"{first}-01"), periods.last_day_of(last)
    given = {"pool": asked.pool_id, "begun": begun, "first": asked.first_day, "last": asked.last_day, "ended": ended}
    return None if session.scalar(_OUTSIDE, given) is not None else Months("business", first, last)


def found(session: Session, asked: Span, months: Months) -> Found:
    """Return what a report is made of, in one query."""
    monthly = asked.by == "month"
    given = {"pool": asked.pool_id, "axis": months.axis, "first": months.first, "last": months.last, "by": "kind" if monthly else asked.by}
    answer = Found({}, {}, set())
    for row in (_BY_MONTH if monthly else _BY_KEY).rows(session, **given):
        if row.breakdown == "policy":
            answer.policies.add(int(row.key))
            continue
        if monthly:
            answer.places[row.row_month, row.kind, row.stands] = _figures(row, asked.basis, "")
        elif row.breakdown == asked.by:
            answer.places[_raw(asked.by, row), row.kind, row.stands] = _figures(row, asked.basis, "met_")
        if row.breakdown == "kind" and (row.kind, row.stands) in answer.kinds:
            total, more = answer.kinds[row.kind, row.stands], _figures(row, asked.basis, "met_")
            total.add(more)
            total.things += more.things
        elif row.breakdown == "kind":
            answer.kinds[row.kind, row.stands] = _figures(row, asked.basis, "met_")
    return answer


def costs_by_kind(session: Session, asked: Span, months: Months) -> dict[str, dict[str, int]]:
    """Return what the headline's costs were spent on, per kind of saving, in fen."""
    given = {"pool": asked.pool_id, "axis": months.axis, "first": months.first, "last": months.last}
    spent: dict[str, dict[str, int]] = {}
    for row in _COSTS.rows(session, **given):
        spent.setdefault(row.kind, {})[row.key or "other"] = int(row.cost)
    return spent


def _raw(by: str, row: Any) -> Any:
    if by == "kind":
        return row.kind
    return None if row.key == "" else row.key if by == "class" else int(row.key)


def _figures(row: Any, basis: str, counted: str) -> Figures:
    """Return the figures of a row; `counted`: whether acts count once over the months ("met_") or in each month ("")."""
    values = row._mapping
    counts = {name: int(values[f"{counted}{name}"]) for name in COUNTS}
    known = {name: int(values[name]) if values[f"known_{name}"] else None for name in AMOUNTS}
    return Figures(
        acts=counts["acts"], things=counts["things"], opening=counts["opening"], item_loans=counts["units"], valued=counts["valued"], costed=counts["costed"],
        series={name: known[name] for name in BASES}, cost=known["cost"], costed_avoided=int(values[f"costed_{basis}"]),
        costed_cost=int(values["costed_cost"]), lower_bound=known["lower_bound"],
    )  # fmt: skip


COUNTS = ("acts", "units", "valued", "costed", "opening", "things")
_S = SavingReportSum
_WHERE = (_S.pool_id == bindparam("pool"), _S.axis == bindparam("axis"), _S.month.between(bindparam("first"), bindparam("last")))


def _statement(month: Any) -> Select[Any]:
    first = _S.prev < bindparam("first")
    whole = (*AMOUNTS, *(f"known_{name}" for name in AMOUNTS), *(f"costed_{name}" for name in (*BASES, "cost")))
    sums = [func.sum(getattr(_S, name)).label(name) for name in (*whole, *COUNTS)]
    met = [func.sum(case((first, getattr(_S, name)), else_=0)).label(f"met_{name}") for name in COUNTS]
    columns: Any = (_S.breakdown, month.label("row_month"), _S.key, _S.kind, _S.stands, *sums, *met)
    wanted = _S.breakdown.in_((bindparam("by"), literal("kind"), literal("policy")))
    return select(*columns).where(*_WHERE, wanted).group_by(_S.breakdown, "row_month", _S.key, _S.kind, _S.stands).having(func.sum(_S.acts) > 0)


_BY_KEY, _BY_MONTH = Prepared(_statement(literal(""))), Prepared(_statement(_S.month))
_COSTS = Prepared(
    select(_S.kind, _S.key, func.sum(_S.cost).label("cost"))
    .where(*_WHERE, _S.breakdown == "cost", _S.stands == "A")
    .group_by(_S.kind, _S.key)
    .having(func.sum(_S.known_cost) > 0)
)
_DAY = SavingEntry.business_day
_OUTSIDE = (
    select(SavingEntry.id)
    .where(
        SavingEntry.pool_id == bindparam("pool"),
        or_(
            (bindparam("begun", type_=_DAY.type) <= _DAY) & (bindparam("first", type_=_DAY.type) > _DAY),
            (bindparam("last", type_=_DAY.type) < _DAY) & (bindparam("ended", type_=_DAY.type) >= _DAY),
        ),
    )
    .limit(1)
)
