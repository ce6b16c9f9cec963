"""What stocktakes ask of those who decide: the inbox shows it beside each one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.registry import Line, Matter
from assetpool.catalog.models import Kind, Store
from assetpool.core.web import named
from assetpool.records.models import Document
from assetpool.stocktake import queries
from assetpool.stocktake.models import Stocktake, StocktakeCount, StocktakeDifference
from assetpool.stocktake.words import WHAT_WORDS


def matters(session: Session, documents: Sequence[Document]) -> dict[int, Matter]:
    """Return what differs in several stocktakes; a fixed number of queries."""
    ids = [document.id for document in documents]
    rows = session.execute(select(Stocktake, Store).join(Store, Store.id == Stocktake.store_id).where(Stocktake.id.in_(ids))).all()
    sums = queries.sums(session, ids)
    differing: dict[int, list[tuple[StocktakeDifference, Kind | None]]] = defaultdict(list)
    statement = select(StocktakeDifference, Kind).outerjoin(Kind, Kind.id == StocktakeDifference.kind_id).where(StocktakeDifference.stocktake_id.in_(ids))
    for one, kind in session.execute(statement.order_by(StocktakeDifference.stocktake_id, StocktakeDifference.position)):
        differing[one.stocktake_id].append((one, kind))
    counters: dict[int, set[int]] = defaultdict(set)
    counted = select(StocktakeCount.stocktake_id, StocktakeCount.person_id).where(StocktakeCount.stocktake_id.in_(ids)).distinct()
    for stocktake_id, person_id in session.execute(counted):
        counters[stocktake_id].add(person_id)
    found = {}
    for row, store in rows:
        total = sums.get(row.id, queries.Sums())
        about = _("%(store)s: %(right)s of %(lines)s lines are right", store=named(store), right=total.right or 0, lines=total.lines)
        lines = tuple(
            Line(named(kind) if kind else one.words, one.units, None, kind.measure if kind else "",
                 _(WHAT_WORDS[one.what]))
            for one, kind in differing[row.id]
        )  # fmt: skip
        found[row.id] = Matter(about, lines, frozenset({row.requester_id, *counters[row.id]}))
    return found
