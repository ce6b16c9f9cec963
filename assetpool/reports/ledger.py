"""Sums over the savings ledger, made by the database: amounts, units and distinct things per row, kind of saving and standing.

Which entries belong to a report: over whole months those posted in them, so that a closed month never changes and what is entered late stands in the
month it was entered in; over other days those whose business day lies there, whenever they were recorded. The units of an act count in a row, once,
if the act claims something there (on acceptance, by running on, or as opening statement); a late voucher brings its cost alone. So a loan that runs
over three months stands in each of them and once in the total. A reversed act brings its entries and their opposites, but no units; a rejected one
brings nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, cast, func, null, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import True_
from sqlalchemy.types import String

from assetpool.catalog.models import Kind
from assetpool.custody.models import Asset, Tranche
from assetpool.org.queries import Access
from assetpool.reports.figures import BASES, NOTHING, Figures
from assetpool.savings import periods
from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingShare
from assetpool.savings.standing import HEADLINE, counted, standing, visible
from assetpool.savings.sums import SavingSum

Place = tuple[Any, str, str]
"""The raw key of a row (id, class or month), the kind of saving and the standing."""


@dataclass(frozen=True)
class Span:
    """What a report asks for: the days (both included), the breakdown, the basis, and the acts that may be seen (`is_whole`: all of the pool's)."""

    pool_id: int
    first_day: date
    last_day: date
    by: str
    basis: str
    seen: ColumnElement[bool]
    is_whole: bool = False

    @property
    def posted(self) -> tuple[str, str] | None:
        """Return first and last month, when entries count by the month they are posted in; None when by their business day."""
        return periods.whole_months(self.first_day, self.last_day)

    @property
    def entries(self) -> ColumnElement[bool]:
        """Return the condition on entries: posted in the months asked for, or of a business day in the period."""
        return and_(SavingEntry.pool_id == self.pool_id, periods.entered(self.first_day, self.last_day))

    @property
    def sums(self) -> ColumnElement[bool]:
        """Return the same condition on the sums kept with the entries."""
        return and_(SavingSum.pool_id == self.pool_id, periods.entered(self.first_day, self.last_day, SavingSum))


def span(session: Session, access: Access, first_day: date, last_day: date, by: str, basis: str, narrow: Sequence[ColumnElement[bool]] = ()) -> Span:
    """Return what a person asks for, narrowed to the acts that the person may see."""
    seen = visible(session, access)
    return Span(access.pool_id, first_day, last_day, by, basis, and_(seen, *narrow) if narrow else seen, not narrow and isinstance(seen, True_))


def month_of(column: Any) -> ColumnElement[str]:
    """Return the month of a day as YYYY-MM, on both engines."""
    return func.substr(cast(column, String), 1, 7)


def per_act(asked: Span, by: str) -> Subquery:
    """Return the entries of the period summed per act (and month, where months are the rows), from the sums kept with them."""
    kept = SavingSum
    claims = func.max(case((kept.claims > 0, 1), else_=0)).label("claims")
    month = [(kept.period if asked.posted else month_of(kept.business_day)).label("month")] if by == "month" else []
    sums = [func.sum(getattr(kept, name)).label(name) for name in (*BASES, "cost", "lower_bound")]
    return select(kept.act_id, *month, *sums, claims).where(asked.sums).group_by(kept.act_id, *["month" for _ in month]).subquery()


def key_of(by: str, month: Any = None) -> ColumnElement[Any]:
    """Return the raw key of a breakdown."""
    columns: dict[str, Any] = {
        "event": SavingAct.event_id,
        "organization": SavingAct.receiver_id,
        "class": case((Kind.id.is_(None), null()), else_=Kind.class_code_set + ":" + Kind.class_code),
        "store": SavingAct.store_id,
        "month": month,
        "kind": SavingAct.kind,
    }
    found: ColumnElement[Any] = columns[by]
    return found


def _from(asked: Span, by: str, *columns: Any) -> tuple[Select[Any], Subquery]:
    """Select from the acts that have entries in the period and may be seen."""
    sums = per_act(asked, by)
    statement = select(*columns).select_from(sums).join(SavingAct, SavingAct.id == sums.c.act_id).where(asked.seen, counted())
    if by == "class":
        statement = statement.outerjoin(Kind, Kind.id == SavingAct.kind_id)
    return statement, sums


def amounts(session: Session, asked: Span) -> tuple[dict[Place, Figures], set[int]]:
    """Return amounts and units per place, and the ids of the policies behind them, in one query; distinct things are asked for by `things`."""
    statement, sums = _from(asked, asked.by)
    alive = and_(SavingAct.reviewed != "reversed", sums.c.claims == 1)
    complete = and_(SavingAct.costed, ~SavingAct.opening)
    columns = [
        func.count(func.distinct(SavingAct.id)).label("acts"),
        func.sum(case((alive, SavingAct.units), else_=0)).label("item_loans"),
        func.sum(case((alive, SavingAct.valued_units), else_=0)).label("valued"),
        func.sum(case((and_(alive, complete), SavingAct.units), else_=0)).label("costed"),
        func.sum(case((and_(alive, SavingAct.opening), SavingAct.units), else_=0)).label("opening_units"),
        *[func.sum(sums.c[basis]).label(basis) for basis in BASES],
        func.sum(sums.c.cost).label("cost"),
        func.sum(sums.c.lower_bound).label("lower_bound"),
        func.sum(case((complete, sums.c[asked.basis]), else_=0)).label("costed_avoided"),
        func.sum(case((complete, sums.c.cost), else_=0)).label("costed_cost"),
    ]
    keys = [key_of(asked.by, sums.c.get("month")).label("row_key"), SavingAct.kind.label("kind"), standing().label("stands")]
    rows = session.execute(statement.add_columns(*keys, SavingAct.policy_id, *columns).group_by("row_key", SavingAct.kind, "stands", SavingAct.policy_id))
    found: dict[Place, Figures] = {}
    policies = set()
    for row in rows:
        place = (row.row_key, row.kind, row.stands)
        found[place] = found.get(place, NOTHING).joined(_figures(row))
        policies.add(row.policy_id)
    return found, policies


def _whole(value: Any) -> int:
    return int(value or 0)


def _known(value: Any) -> int | None:
    return None if value is None else int(value)


def _figures(row: Any) -> Figures:
    return Figures(
        acts=_whole(row.acts),
        opening=_whole(row.opening_units),
        item_loans=_whole(row.item_loans),
        valued=_whole(row.valued),
        costed=_whole(row.costed),
        series={basis: _known(getattr(row, basis)) for basis in BASES},
        cost=_known(row.cost),
        costed_avoided=_whole(row.costed_avoided),
        costed_cost=_whole(row.costed_cost),
        lower_bound=_known(row.lower_bound),
    )


def _met(asked: Span, by: str) -> Subquery:
    """Return per place and label that stands in several acts altogether: in how many of them here, with how many units."""
    statement, sums = _from(asked, by)
    keys = [key_of(by, sums.c.get("month")).label("row_key"), SavingAct.kind.label("kind"), standing().label("stands")]
    return (
        statement.add_columns(*keys, Tranche.asset_id, func.count(func.distinct(SavingAct.id)).label("acts"), func.sum(SavingShare.count).label("units"))
        .join(SavingShare, SavingShare.act_id == SavingAct.id)
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .where(SavingShare.reused, SavingAct.reviewed != "reversed", sums.c.claims == 1)
        .group_by("row_key", SavingAct.kind, "stands", Tranche.asset_id)
        .subquery()
    )


def things(session: Session, asked: Span, by: str) -> tuple[dict[Place, int], bool]:
    """Return how many distinct things stand at each place but for lots that stand in several acts, and whether there are such (see `reused_lots`)."""
    found = _units(session, asked, by)
    met = _met(asked, by)
    units = case((met.c.acts == 1, 0), (Asset.form == "unit", 1 - met.c.units), else_=-met.c.units)
    again = func.sum(case((and_(met.c.acts > 1, Asset.form == "lot"), 1), else_=0)).label("again")
    statement = select(met.c.row_key, met.c.kind, met.c.stands, func.sum(units).label("things"), again).join(Asset, Asset.id == met.c.asset_id)
    rows = session.execute(statement.group_by(met.c.row_key, met.c.kind, met.c.stands)).all()
    for row in rows:
        place = (row.row_key, row.kind, row.stands)
        found[place] = found.get(place, 0) + _whole(row.things)
    return found, any(row.again for row in rows)


def _units(session: Session, asked: Span, by: str) -> dict[Place, int]:
    """Return the units of all acts that claim at each place, each act once; an opening statement names no things."""
    statement, sums = _from(asked, by)
    keys = [key_of(by, sums.c.get("month")).label("row_key"), SavingAct.kind.label("kind"), standing().label("stands")]
    counted_here = func.sum(case((SavingAct.opening, 0), else_=SavingAct.units)).label("units")
    alive = statement.add_columns(*keys, counted_here).where(SavingAct.reviewed != "reversed", sums.c.claims == 1)
    rows = session.execute(alive.group_by("row_key", SavingAct.kind, "stands"))
    return {(row.row_key, row.kind, row.stands): _whole(row.units) for row in rows if row.units}


def reused_lots(session: Session, asked: Span, by: str) -> Iterator[tuple[Place, int, int, int]]:
    """Yield (place, asset, act, tranche) for every lot that stands at one place in several acts."""
    met = _met(asked, by)
    statement, sums = _from(asked, by)
    key = key_of(by, sums.c.get("month"))
    same = and_(met.c.row_key.is_not_distinct_from(key), met.c.kind == SavingAct.kind, met.c.stands == standing(), met.c.asset_id == Tranche.asset_id)
    found = (
        statement.add_columns(key.label("row_key"), SavingAct.kind.label("kind"), met.c.stands, Tranche.asset_id, SavingAct.id.label("act_id"), Tranche.id)
        .join(SavingShare, SavingShare.act_id == SavingAct.id)
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .join(Asset, Asset.id == Tranche.asset_id)
        .join(met, same)
        .where(SavingShare.reused, Asset.form == "lot", met.c.acts > 1, SavingAct.reviewed != "reversed", sums.c.claims == 1)
    )
    for row in session.execute(found):
        yield (row.row_key, row.kind, row.stands), row.asset_id, row.act_id, row.id


def costs_by_kind(session: Session, asked: Span) -> dict[str, dict[str, int]]:
    """Return what the headline's costs were spent on, per kind of saving, in fen."""
    kept = SavingSum
    statement = (
        select(SavingAct.kind, kept.cost_kind, func.sum(kept.cost).label("amount"))
        .select_from(kept)
        .join(SavingAct, SavingAct.id == kept.act_id)
        .where(asked.sums, kept.cost.is_not(None), asked.seen, counted(), standing() == HEADLINE)
        .group_by(SavingAct.kind, kept.cost_kind)
    )
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(statement):
        found.setdefault(row.kind, {})[row.cost_kind or "other"] = int(row.amount)
    return found


def voucher_count(session: Session, asked: Span) -> dict[str, int]:
    """Return how many vouchers stand behind the headline's costs, per kind of saving."""
    e = SavingEntry
    statement = (
        select(SavingAct.kind, func.count(func.distinct(Cost.voucher_id)).label("vouchers"))
        .select_from(e)
        .join(SavingAct, SavingAct.id == e.act_id)
        .join(Cost, Cost.id == e.cost_id)
        .where(e.cost_id.is_not(None), asked.entries, asked.seen, counted(), standing() == HEADLINE)
        .group_by(SavingAct.kind)
    )
    return {row.kind: int(row.vouchers) for row in session.execute(statement)}
