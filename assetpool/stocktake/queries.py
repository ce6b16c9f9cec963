"""Stocktakes as they stand: documents, lines, counts, differences, who counted; each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import in_class
from assetpool.custody.models import Asset, State, Tranche
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.stocktake.models import Stocktake, StocktakeChoice, StocktakeCount, StocktakeDifference, StocktakeLine

PRESENT = (State.IN_STORE, State.ARRIVED, State.HELD)
"""States in which a thing must stand in its store. What is in repair may stand at a workshop."""
AWAY = (State.LOADED, State.OUT, State.REPAIR)


def counters(store: Store) -> tuple[Role, ...]:
    """Return the roles that count in a store: keepers, and where things stand with their organization its clerks too."""
    return (Role.KEEPER, Role.CLERK) if store.type == "virtual" else (Role.KEEPER,)


def countable_stores(session: Session, access: Access) -> list[Store]:
    """Return the stores where this person may plan or count, by code."""
    own = Store.organization_id.in_(access.organizations(Role.KEEPER, Role.APPROVER))
    virtual = (Store.type == "virtual") & Store.organization_id.in_(access.organizations(Role.CLERK))
    return list(session.scalars(select(Store).where(Store.pool_id == access.pool_id, or_(own, virtual)).order_by(Store.code)))


def in_scope(row: Stocktake, chosen: bool) -> list[ColumnElement[bool]]:
    """Return the conditions on tranche, asset and kind that make up a stocktake's scope."""
    conditions: list[ColumnElement[bool]] = [Tranche.store_id == row.store_id, Tranche.state.in_(PRESENT), Tranche.count > 0]
    if row.place:
        conditions.append(Tranche.place.startswith(row.place, autoescape=True))
    if row.class_code:
        conditions.append(in_class(row.class_code))
    if row.owner_id is not None:
        above = select(Organization.path).where(Organization.id == row.owner_id).scalar_subquery()
        conditions.append(Tranche.owner_id.in_(select(Organization.id).where(Organization.path.startswith(above))))
    if chosen:
        conditions.append(Tranche.asset_id.in_(select(StocktakeChoice.asset_id).where(StocktakeChoice.stocktake_id == row.id)))
    return conditions


def is_chosen(session: Session, row: Stocktake) -> bool:
    """Say whether a stocktake counts chosen labels only."""
    return session.scalar(select(StocktakeChoice.asset_id).where(StocktakeChoice.stocktake_id == row.id).limit(1)) is not None


def taken_back(session: Session, stocktake_id: int) -> set[int]:
    """Return the ids of counts that were taken back."""
    undone = select(StocktakeCount.undoes_id).where(StocktakeCount.stocktake_id == stocktake_id, StocktakeCount.undoes_id.is_not(None))
    return {found for found in session.scalars(undone) if found is not None}


def counts(session: Session, stocktake_id: int) -> list[StocktakeCount]:
    """Return what was counted and not taken back, in the order it happened."""
    gone = taken_back(session, stocktake_id)
    statement = select(StocktakeCount).where(StocktakeCount.stocktake_id == stocktake_id, StocktakeCount.undoes_id.is_(None))
    return [one for one in session.scalars(statement.order_by(StocktakeCount.occurred_at, StocktakeCount.id)) if one.id not in gone]


def lines(session: Session, stocktake_id: int, *, again: bool = False, after: int = 0, limit: int | None = None) -> list[tuple[StocktakeLine, Asset, Kind]]:
    """Return the lines of a stocktake in order with their labels and kinds; `again`: only those counted a second time."""
    statement = select(StocktakeLine, Asset, Kind).join(Asset, Asset.id == StocktakeLine.asset_id).join(Kind, Kind.id == StocktakeLine.kind_id)
    statement = statement.where(StocktakeLine.stocktake_id == stocktake_id, StocktakeLine.line_no > after)
    if again:
        statement = statement.where(StocktakeLine.again)
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(StocktakeLine.line_no).limit(limit))]


def differences(session: Session, stocktake_id: int) -> list[tuple[StocktakeDifference, Asset | None, Kind | None]]:
    """Return the differences of a stocktake in order, with their labels and kinds."""
    statement = (
        select(StocktakeDifference, Asset, Kind)
        .outerjoin(Asset, Asset.id == StocktakeDifference.asset_id)
        .outerjoin(Kind, Kind.id == StocktakeDifference.kind_id)
        .where(StocktakeDifference.stocktake_id == stocktake_id)
        .order_by(StocktakeDifference.position)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def counted_by(session: Session, stocktake_id: int) -> set[int]:
    """Return who counted."""
    return set(session.scalars(select(StocktakeCount.person_id).where(StocktakeCount.stocktake_id == stocktake_id).distinct()))


@dataclass(frozen=True)
class Sums:
    """How many lines and units a stocktake expects, how many lines were touched by a count, and how many are right after it (None: not compared)."""

    lines: int = 0
    expected: int = 0
    touched: int = 0
    right: int | None = None
    again: int = 0
    again_done: int = 0


def sums(session: Session, stocktake_ids: list[int]) -> dict[int, Sums]:
    """Return the sums of several stocktakes; three queries."""
    line = StocktakeLine
    exact = (line.counted == line.expected + line.explained).label("exact")
    columns = (func.count(line.id), func.sum(line.expected), func.count(line.counted))
    whole = select(line.stocktake_id, *columns).where(line.stocktake_id.in_(stocktake_ids)).group_by(line.stocktake_id)
    right = select(line.stocktake_id, func.count(line.id)).where(line.stocktake_id.in_(stocktake_ids), exact).group_by(line.stocktake_id)
    rights: dict[int, int] = {row[0]: int(row[1]) for row in session.execute(right)}
    seen = select(StocktakeCount.stocktake_id, StocktakeCount.asset_id, StocktakeCount.round).distinct().subquery()
    joined = select(line.stocktake_id, seen.c.round, Stocktake.round, line.again, func.count(line.id)).join(
        seen, (seen.c.stocktake_id == line.stocktake_id) & (seen.c.asset_id == line.asset_id)
    )
    joined = joined.join(Stocktake, Stocktake.id == line.stocktake_id)
    touched: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    grouped = joined.where(line.stocktake_id.in_(stocktake_ids)).group_by(line.stocktake_id, seen.c.round, Stocktake.round, line.again)
    for stocktake_id, number, current, again, count in session.execute(grouped):
        if number == 1:
            touched[stocktake_id][0] += int(count)
        if again and number == current:
            touched[stocktake_id][1] += int(count)
    again = select(line.stocktake_id, func.count(line.id)).where(line.stocktake_id.in_(stocktake_ids), line.again).group_by(line.stocktake_id)
    flagged: dict[int, int] = {row[0]: int(row[1]) for row in session.execute(again)}
    return {
        row[0]: Sums(int(row[1]), int(row[2]), touched[row[0]][0], rights.get(row[0], 0) if row[3] else None, flagged.get(row[0], 0), touched[row[0]][1])
        for row in session.execute(whole)
    }


def page(
    session: Session, access: Access, *, state: str = "", text: str = "", before: int | None = None, limit: int = 25
) -> list[tuple[Document, Stocktake, Store]]:
    """Return visible stocktakes, newest first, one more than `limit` when there is a next page."""
    statement: Select[Document, Stocktake, Store] = select(Document, Stocktake, Store).join(Stocktake, Stocktake.id == Document.id)
    statement = statement.join(Store, Store.id == Stocktake.store_id).where(visible(access))
    if state:
        statement = statement.where(Document.state == state)
    if text:
        wanted = Document.number.contains(text.strip().upper(), autoescape=True), Store.name.contains(text, autoescape=True)
        statement = statement.where(or_(*wanted, Stocktake.place.contains(text, autoescape=True)))
    if before is not None:
        statement = statement.where(Document.id < before)
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit + 1))]
