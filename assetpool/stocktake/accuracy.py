"""How right the book was, store by store and year by year, from what was counted and posted."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.catalog.queries import stores as stores_of
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.core.money import percent, rhu
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.stocktake.comparing import MISSING, SURPLUS
from assetpool.stocktake.models import Stocktake, StocktakeDifference, StocktakeLine


@dataclass
class Accuracy:
    """The counts of a store in a year: how many, lines and those that were right, units expected, missing and too many."""

    store: Store
    year: int
    counts: int = 0
    lines: int = 0
    right: int = 0
    units: int = 0
    missing: int = 0
    surplus: int = 0

    @property
    def rate(self) -> Fraction:
        """Return the part of the lines that were right."""
        return Fraction(self.right, self.lines) if self.lines else Fraction(1)

    @property
    def written(self) -> str:
        """Write the rate in percent."""
        return percent(self.rate)

    @property
    def whole(self) -> int:
        """Return the rate in whole percent, for the length of a bar."""
        return rhu(self.rate * 100)


def of_stores(session: Session, access: Access) -> list[Accuracy]:
    """Return the accuracy of every store and year that this person may read, newest year first; four queries."""
    statement = select(Stocktake.id, Stocktake.store_id, Stocktake.posted_at).join(Document, Document.id == Stocktake.id)
    statement = statement.where(visible(access), Document.state == "posted")
    posted, ids = session.execute(statement.order_by(Stocktake.id)).all(), statement.with_only_columns(Stocktake.id)
    exact = case((StocktakeLine.counted == StocktakeLine.expected + StocktakeLine.explained, 1), else_=0)
    columns = (func.count(StocktakeLine.id), func.sum(exact), func.sum(StocktakeLine.expected + StocktakeLine.explained))
    lines = select(StocktakeLine.stocktake_id, *columns).where(StocktakeLine.stocktake_id.in_(ids)).group_by(StocktakeLine.stocktake_id)
    sums = {row[0]: row for row in session.execute(lines)}
    group = (StocktakeDifference.stocktake_id, StocktakeDifference.what)
    differing = select(*group, func.sum(StocktakeDifference.units)).where(StocktakeDifference.stocktake_id.in_(ids)).group_by(*group)
    units = {(stocktake_id, what): int(count) for stocktake_id, what, count in session.execute(differing)}
    stores = stores_of(session, {row.store_id for row in posted})
    pool = session.get(Pool, access.pool_id)
    found: dict[tuple[int, int], Accuracy] = {}
    for row in posted:
        year = clock.day_of(row.posted_at, pool.time_zone if pool else "UTC").year
        one = found.setdefault((year, row.store_id), Accuracy(stores[row.store_id], year))
        one.counts += 1
        if row.id in sums:
            one.lines, one.right, one.units = one.lines + int(sums[row.id][1]), one.right + int(sums[row.id][2]), one.units + int(sums[row.id][3])
        one.missing += units.get((row.id, MISSING), 0)
        one.surplus += units.get((row.id, SURPLUS), 0)
    return sorted(found.values(), key=lambda one: (-one.year, one.store.code))
