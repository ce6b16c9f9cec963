"""What the posted entries of a period add up to, per key, kind of saving and standing.

Sums are made by the database in a fixed number of queries. Kinds of saving are never added to one another.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.custody.models import Asset, Tranche
from assetpool.savings import posting
from assetpool.savings.lineage import carries, chunks, descent
from assetpool.savings.models import SavingAct, SavingEntry, SavingShare
from assetpool.savings.running import STOPPED

Key = int | str | None
HEADLINE, PROPOSED, GRADE_B, GRADE_C, SAME_SYSTEM, OPENING, REVERSED = "headline", "proposed", "B", "C", "same_system", "opening", "reversed"
DIMENSIONS = ("event", "organization", "class", "store", "month", "kind")
_CLAIMS = ("claim", "accrual", "opening")


@dataclass(frozen=True)
class Sum:
    """Totals of one key, kind of saving (loan, transfer) and standing; fen, None = not valued.

    `standing`: headline (accepted, grade A), proposed, B, C (accepted with that grade), same_system, opening, reversed (rejected or
    reversed acts: their claims add up to nothing). `items` are distinct things, `item_loans` loans of things, `valued` and `costed`
    say for how many of these loans a value and all costs are known. Keys: ids of event, receiving organization or store, a class
    code, a month (YYYY-MM) or the kind.
    """

    key: Key
    kind: str
    standing: str
    purchase: int | None = None
    rental: int | None = None
    consumption: int | None = None
    adopted: int | None = None
    cost: int = 0
    lower_bound: int | None = None
    items: int = 0
    item_loans: int = 0
    valued: int = 0
    costed: int = 0


def standing_of() -> ColumnElement[str]:
    """Return where an act's figures are shown, as an SQL expression."""
    return case(
        (SavingAct.opening, OPENING),
        (SavingAct.reviewed.in_(STOPPED), REVERSED),
        (SavingAct.same_system, SAME_SYSTEM),
        (SavingAct.reviewed != "accepted", PROPOSED),
        (SavingAct.grade == "A", HEADLINE),
        else_=SavingAct.grade,
    )


def key_of(by: str) -> Any:
    """Return the column of a dimension that is the act's own."""
    return {
        "event": SavingAct.event_id,
        "organization": SavingAct.receiver_id,
        "class": Kind.class_code,
        "store": SavingAct.store_id,
        "kind": SavingAct.kind,
    }[by]


def sums(session: Session, pool_id: int, first: date, last: date, by: str = "kind") -> list[Sum]:
    """Return the sums of all posted entries with a business day from `first` through `last`, per key of the dimension `by`.

    Four queries, more only where counted lots took part in several acts of one sum. Raise ValueError for an unknown dimension.
    """
    if by not in DIMENSIONS:
        raise ValueError(by)
    entry = SavingEntry
    amounts = [func.sum(entry.count * getattr(entry, series)).label(series) for series in posting.SERIES]
    month = entry.period if by == "month" else entry.act_id
    claims = func.max(case((entry.entry.in_(_CLAIMS), 1), else_=0)).label("claims")
    period = [entry.pool_id == pool_id, entry.business_day >= first, entry.business_day <= last]
    grouped = select(entry.act_id, month.label("month"), *amounts, func.sum(entry.cost).label("cost"), func.sum(entry.lower_bound).label("lower"), claims)
    per_act = grouped.where(*period).group_by(entry.act_id, month).cte("per_act")
    key = per_act.c.month if by == "month" else key_of(by)
    standing = standing_of()
    taking_part = case((per_act.c.claims == 1, 1), else_=0)
    statement = select(
        key.label("key"),
        SavingAct.kind,
        standing.label("standing"),
        *[func.sum(per_act.c[series]).label(series) for series in posting.SERIES],
        func.sum(per_act.c.cost).label("cost"),
        func.sum(per_act.c.lower).label("lower"),
        func.sum(SavingAct.units * taking_part).label("item_loans"),
        func.sum(SavingAct.valued_units * taking_part).label("valued"),
        func.sum(case((SavingAct.costed, SavingAct.units), else_=0) * taking_part).label("costed"),
    ).join_from(per_act, SavingAct, SavingAct.id == per_act.c.act_id)
    if by == "class":
        statement = statement.outerjoin(Kind, Kind.id == SavingAct.kind_id)
    rows = session.execute(statement.group_by(key, SavingAct.kind, standing).order_by(key, SavingAct.kind, standing)).all()
    things = _distinct_things(session, per_act, key, standing, by)
    return [_sum(row, int(row.item_loans) if row.standing == OPENING else things.get((row.key, row.kind, row.standing), 0)) for row in rows]


def _sum(row: Any, items: int) -> Sum:
    def known(value: Any) -> int | None:
        return None if value is None else int(value)

    return Sum(
        key=row.key,
        kind=row.kind,
        standing=row.standing,
        purchase=known(row.purchase),
        rental=known(row.rental),
        consumption=known(row.consumption),
        adopted=known(row.adopted),
        cost=int(row.cost or 0),
        lower_bound=known(row.lower),
        items=items,
        item_loans=int(row.item_loans),
        valued=int(row.valued),
        costed=int(row.costed),
    )


def _distinct_things(session: Session, per_act: Any, key: Any, standing: Any, by: str) -> dict[tuple[Key, str, str], int]:
    """Count the distinct things of each sum: single ones by the database, lots by their tranches."""

    def shares(*columns: Any) -> Select[Any]:
        statement = select(key.label("key"), SavingAct.kind, standing.label("standing"), *columns)
        statement = statement.join_from(per_act, SavingAct, SavingAct.id == per_act.c.act_id).where(per_act.c.claims == 1)
        statement = statement.join(SavingShare, SavingShare.act_id == SavingAct.id).join(Tranche, Tranche.id == SavingShare.tranche_id)
        statement = statement.join(Asset, Asset.id == Tranche.asset_id)
        return statement.outerjoin(Kind, Kind.id == SavingAct.kind_id) if by == "class" else statement

    single = shares(func.count(Tranche.asset_id.distinct()).label("things")).where(Asset.form == "unit").group_by(key, SavingAct.kind, standing)
    counted: dict[tuple[Key, str, str], int] = defaultdict(int)
    for row in session.execute(single):
        counted[(row.key, row.kind, row.standing)] += int(row.things)
    families: dict[tuple[Key, str, str, int], list[Any]] = defaultdict(list)
    lots = shares(Tranche.asset_id, SavingShare.tranche_id, SavingShare.act_id, SavingShare.count.label("units")).where(Asset.form == "lot")
    for row in session.execute(lots):
        families[(row.key, row.kind, row.standing, row.asset_id)].append(row)
    several = [row for rows in families.values() if len(rows) > 1 for row in rows]
    lines = descent(session, {row.tranche_id for row in several}) if several else {}
    heights = _claim_heights(session, {row.tranche_id for row in several}) if several else {}
    counts = {
        row.id: row.units for some in chunks(lines) for row in session.execute(select(Tranche.id, Tranche.count.label("units")).where(Tranche.id.in_(some)))
    }
    kin = _kin(lines)
    for (k, kind, where, _asset), rows in families.items():
        if len(rows) == 1:
            counted[(k, kind, where)] += int(rows[0].units)
            continue
        posted = [(row.tranche_id, heights.get((row.act_id, row.tranche_id), lines[row.tranche_id][1])) for row in rows]
        around = {i for tranche_id, _ in posted for i in kin.get(tranche_id, {tranche_id})}
        counted[(k, kind, where)] += sum(counts[i] for i in around if any(carries(lines, i, t, h) for t, h in posted))
    return counted


def _kin(lines: dict[int, tuple[int | None, int]]) -> dict[int, set[int]]:
    """Return each tranche with all that were ever parted from it."""
    kin: dict[int, set[int]] = {tranche_id: {tranche_id} for tranche_id in lines}
    for tranche_id in lines:
        parent = lines[tranche_id][0]
        while parent is not None and parent in lines:
            kin[parent].add(tranche_id)
            parent = lines[parent][0]
    return kin


def _claim_heights(session: Session, tranche_ids: set[int]) -> dict[tuple[int, int], int]:
    statement = select(SavingEntry.act_id, SavingEntry.tranche_id, func.min(SavingEntry.height).label("height"))
    statement = statement.where(SavingEntry.entry == "claim").group_by(SavingEntry.act_id, SavingEntry.tranche_id)
    wanted = (statement.where(SavingEntry.tranche_id.in_(some)) for some in chunks(tranche_ids))
    return {(row.act_id, row.tranche_id): row.height for chunk in wanted for row in session.execute(chunk)}
