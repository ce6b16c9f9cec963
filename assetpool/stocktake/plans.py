"""Counting all year round: plans per store, and the job that proposes the next count: some labels every week, or everything once a year.

By class, what was not counted for longest comes first, class by class; by value, what is worth most of all that was not counted for a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.custody.models import Tranche
from assetpool.org.models import Role
from assetpool.org.queries import Access
from assetpool.org.service import demand
from assetpool.records.models import Document
from assetpool.records.outbox import tell
from assetpool.stocktake import service
from assetpool.stocktake.models import CYCLIC, YEARLY, Stocktake, StocktakeLine, StocktakePlan
from assetpool.stocktake.queries import PRESENT, countable_stores, counters
from assetpool.stocktake.steps import UNDER_WAY

WEEK = timedelta(days=7)
YEAR = timedelta(days=365)


def make(session: Session, store_id: int, *, by: int, way: str = CYCLIC, ordered_by: str = "class", per_week: int = 50, month: int = 12) -> StocktakePlan:
    """Plan how a store is counted all year; raise NotAllowed, FieldInvalid."""
    store = session.get(Store, store_id)
    if store is None or way not in (CYCLIC, YEARLY) or ordered_by not in ("class", "value") or per_week < 1 or not 1 <= month <= 12:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
    demand(session, by, (*counters(store), Role.APPROVER), store.organization_id)
    row = StocktakePlan(
        pool_id=store.pool_id, store_id=store.id, way=way, ordered_by=ordered_by, per_week=per_week, month=month, made_by=by, made_at=clock.now()
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, plan_id: int, *, by: int) -> StocktakePlan:
    """End a plan; what it proposed goes on. Raise NotFound, NotAllowed."""
    row = session.get(StocktakePlan, plan_id)
    if row is None:
        raise NotFound(what=str(plan_id))
    store = session.get_one(Store, row.store_id)
    demand(session, by, (*counters(store), Role.APPROVER), store.organization_id)
    row.ended_at = row.ended_at or clock.now()
    session.flush()
    return row


@dataclass(frozen=True)
class Planned:
    """A plan with its store, and the number of the last count it proposed."""

    plan: StocktakePlan
    store: Store
    last: Document | None


def listed(session: Session, access: Access) -> list[Planned]:
    """Return the plans that hold of the stores this person counts in; three queries."""
    stores = {store.id: store for store in countable_stores(session, access)}
    rows = list(session.scalars(select(StocktakePlan).where(StocktakePlan.store_id.in_(stores), StocktakePlan.ended_at.is_(None)).order_by(StocktakePlan.id)))
    newest = select(func.max(Stocktake.id)).where(Stocktake.plan_id.in_([row.id for row in rows])).group_by(Stocktake.plan_id)
    found = session.execute(select(Stocktake.plan_id, Document).join(Document, Document.id == Stocktake.id).where(Stocktake.id.in_(newest)))
    last = {row[0]: row[1] for row in found}
    return [Planned(row, stores[row.store_id], last.get(row.id)) for row in rows]


def propose(session: Session, pool_id: int) -> int:
    """Plan the next count of every plan that is due, and tell the keepers; return how many."""
    pool = session.get_one(Pool, pool_id)
    today = clock.today(pool.time_zone)
    made = 0
    for row in session.scalars(select(StocktakePlan).where(StocktakePlan.pool_id == pool_id, StocktakePlan.ended_at.is_(None)).order_by(StocktakePlan.id)):
        if _is_due(session, row, pool, today):
            made += _proposed(session, row)
    return made


def _is_due(session: Session, row: StocktakePlan, pool: Pool, today: date) -> bool:
    """Say whether nothing of the plan is under way and its time has come: a week after the last one, or its month of the year."""
    last = select(Document).join(Stocktake, Stocktake.id == Document.id).where(Stocktake.plan_id == row.id).order_by(Document.id.desc()).limit(1)
    document = session.scalar(last)
    if document is not None and document.state in UNDER_WAY:
        return False
    proposed = None if document is None else clock.day_of(document.created_at, pool.time_zone)
    if row.way == CYCLIC:
        return proposed is None or proposed + WEEK <= today
    return today.month == row.month and (proposed is None or proposed.year < today.year)


def _proposed(session: Session, row: StocktakePlan) -> bool:
    store = session.get_one(Store, row.store_id)
    chosen = next_labels(session, row) if row.way == CYCLIC else []
    if row.way == CYCLIC and not chosen:
        return False
    try:
        document = service.plan(session, row.store_id, by=row.made_by, way=row.way, chosen=chosen, plan_id=row.id)
    except DomainError:
        # Whoever made the plan may count here no longer; whoever takes over makes a plan of their own.
        return False
    labels = len(chosen) or session.scalar(select(func.count(Tranche.asset_id.distinct())).where(*_standing(row))) or 0
    facts: dict[str, str | int] = {"store": store.name, "number": document.number, "labels": labels}
    roles = [(role, store.organization_id) for role in counters(store)]
    tell(session, "stocktake_due", pool_id=row.pool_id, roles=roles, document_id=document.id, facts=facts)
    return True


def _standing(row: StocktakePlan) -> list[ColumnElement[bool]]:
    return [Tranche.store_id == row.store_id, Tranche.state.in_(PRESENT), Tranche.count > 0]


def next_labels(session: Session, row: StocktakePlan) -> list[int]:
    """Return the labels that a cyclic plan counts next; one query."""
    counted = (
        select(StocktakeLine.asset_id, func.max(Stocktake.posted_at).label("at"))
        .join(Stocktake, Stocktake.id == StocktakeLine.stocktake_id)
        .where(Stocktake.store_id == row.store_id, Stocktake.posted_at.is_not(None))
        .group_by(StocktakeLine.asset_id)
        .subquery()
    )
    statement = select(Tranche.asset_id).join(Kind, Kind.id == Tranche.kind_id).outerjoin(counted, counted.c.asset_id == Tranche.asset_id)
    statement = statement.where(*_standing(row)).group_by(Tranche.asset_id, Kind.class_code, counted.c.at)
    order: tuple[Any, ...]
    if row.ordered_by == "class":
        order = (case((counted.c.at.is_(None), 0), else_=1), counted.c.at, Kind.class_code, Tranche.asset_id)
    else:
        lately = case((counted.c.at > clock.now() - YEAR, 1), else_=0)
        worth = func.sum(Tranche.count * func.coalesce(Tranche.original_value, 0))
        order = (lately, -worth, counted.c.at, Tranche.asset_id)
    return list(session.scalars(statement.order_by(*order).limit(row.per_week)))
