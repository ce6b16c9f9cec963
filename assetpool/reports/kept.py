"""A report over the whole pool from the sums kept for whole months: a few rows however many acts and entries there are (see `savings.report_sums`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, String, and_, bindparam, case, cast, func, literal, literal_column, null, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from assetpool.catalog.models import AssetClass, Store
from assetpool.core.prepared import Prepared
from assetpool.events.models import Event
from assetpool.org.models import Organization
from assetpool.reports.figures import Figures
from assetpool.reports.labels import Label, called
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
    """What stands at each place of a breakdown, what stands at each kind of saving and standing, and the ids of the policies behind it.

    `names`: what raw keys of the breakdown are called, as far as that was read along.
    """

    places: dict[Place, Figures]
    kinds: dict[tuple[str, str], Figures]
    policies: set[int]
    names: dict[Any, Label] = field(default_factory=dict)


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
    """Return what a report is made of and what its rows are called, in one query."""
    by, answer = asked.by, Found({}, {}, set())
    rows: Sequence[Any] = _statement(by, asked.basis).rows(session, pool=asked.pool_id, **months._asdict())
    for breakdown, key, kind, stands, *sums, code, name, name_en in rows:
        if breakdown == "policy":
            answer.policies.add(int(key))
            continue
        figures = _figures(*sums)
        if breakdown == "kind":
            answer.kinds[kind, stands] = figures
        if breakdown == by:
            raw = kind if by == "kind" else None if key == "" else key if by in ("class", "month") else int(key)
            answer.places[raw, kind, stands] = figures
            if name is not None and raw not in answer.names:
                answer.names[raw] = called(by, raw, code, name, name_en)
    return answer


def costs_by_kind(session: Session, asked: Span, months: Months) -> dict[str, dict[str, int]]:
    """Return what the headline's costs were spent on, per kind of saving, in fen."""
    given = {"pool": asked.pool_id, "axis": months.axis, "first": months.first, "last": months.last}
    spent: dict[str, dict[str, int]] = {}
    for row in _COSTS.rows(session, **given):
        spent.setdefault(row.kind, {})[row.key or "other"] = int(row.cost)
    return spent


def _figures(
    acts: int, units: int, valued: int, costed: int, opening: int, things: int, purchase: int | None, rental: int | None, consumption: int | None,
    adopted: int | None, cost: int | None, lower_bound: int | None, costed_avoided: int, costed_cost: int,
) -> Figures:  # fmt: skip
    """Return the figures of a row of sums, in their order."""
    series = {"adopted": adopted, "purchase": purchase, "rental": rental, "consumption": consumption}
    return Figures(acts, things, opening, units, valued, costed, series, cost, costed_avoided, costed_cost, lower_bound)


COUNTS = ("acts", "units", "valued", "costed", "opening", "things")
_S = SavingReportSum
_WHERE = (_S.pool_id == bindparam("pool"), _S.axis == bindparam("axis"), _S.month.between(bindparam("first"), bindparam("last")))


@cache
def _statement(by: str, basis: str) -> Prepared:
    """Return what asks for the rows of a breakdown with their names, of the kinds of saving, and of the policies behind them."""
    once = [case((_S.prev < bindparam("first"), getattr(_S, name)), else_=0) for name in COUNTS]
    wanted = [literal(name, String) for name in sorted({by, "kind", "policy"} - {"month"})]
    sums: Any = _sums(_S.breakdown, _S.key, once, basis).where(_S.breakdown.in_(wanted))
    if by == "month":
        # An act may stand in several months and counts once in the total.
        each = [getattr(_S, name) for name in COUNTS]
        sums = sums.union_all(_sums(literal_column("'month'", String), _S.month, each, basis).where(_S.breakdown == "kind"))
    rows = sums.subquery()
    if by in ("kind", "month"):
        return Prepared(select(rows, null(), null(), null()))
    key = case((rows.c.breakdown == by, func.nullif(rows.c.key, "")))
    if by == "class":
        at = _Colon(key)
        same = and_(AssetClass.code_set == func.substr(key, 1, at - 1), AssetClass.code == func.substr(key, at + 1))
        return Prepared(select(rows, AssetClass.code, AssetClass.name, AssetClass.name_en).outerjoin(AssetClass, same))
    model: Any = {"event": Event, "organization": Organization, "store": Store}[by]
    code = null() if by == "event" else model.code
    return Prepared(select(rows, code, model.name, model.name_en).outerjoin(model, model.id == cast(key, BigInteger)))


def _sums(breakdown: Any, key: Any, counts: Sequence[ColumnElement[int]], basis: str) -> Select[Any]:
    """Select what `_figures` takes, as plain numbers; an amount is null where none is known."""
    amounts = [case((getattr(_S, f"known_{name}") > 0, getattr(_S, name))) for name in AMOUNTS]
    costed = [getattr(_S, f"costed_{name}") for name in (basis, "cost")]
    sums = [cast(func.sum(column), BigInteger).label(f"sum_{number}") for number, column in enumerate((*counts, *amounts, *costed))]
    grouped = select(breakdown.label("breakdown"), key.label("key"), _S.kind, _S.stands, *sums).where(*_WHERE)
    return grouped.group_by(_S.breakdown, key, _S.kind, _S.stands).having(func.sum(_S.acts) > 0)


class _Colon(FunctionElement[int]):
    """Where the colon stands in a text, counted from 1."""

    type = Integer()
    inherit_cache = True


@compiles(_Colon)
def _colon(element: _Colon, compiler: SQLCompiler, **more: Any) -> str:
    return f"{'instr' if compiler.dialect.name == 'sqlite' else 'strpos'}({compiler.process(element.clauses, **more)}, ':')"


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
