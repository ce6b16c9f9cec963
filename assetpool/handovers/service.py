"""The acts of this feature under one name: load and hand over, deliver, accept, settle, take back, inspect, add late vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.handovers import acceptance, finishing, loading, telling
from assetpool.handovers.acceptance import Counted as Counted
from assetpool.handovers.acceptance import accept as accept
from assetpool.handovers.arrival import deliver as deliver
from assetpool.handovers.choosing import Item as Item
from assetpool.handovers.finding import Back as Back
from assetpool.handovers.finishing import Settled as Settled
from assetpool.handovers.finishing import settle as settle
from assetpool.handovers.inspection import Inspected as Inspected
from assetpool.handovers.inspection import inspect as inspect
from assetpool.handovers.loading import Costs as Costs
from assetpool.handovers.loading import Loaded as Loaded
from assetpool.handovers.loading import load as load
from assetpool.handovers.loading import renew_link as renew_link
from assetpool.handovers.returning import take_back as take_back
from assetpool.handovers.signing import Receipt as Receipt
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.savings import queries as ledger
from assetpool.savings import service as savings


def hand_over(
    session: Session,
    number: str,
    items: Sequence[Item],
    *,
    by: int,
    costs: Costs,
    receipt: Receipt | None = None,
    store_id: int | None = None,
    destination: str = "",
    occurred_at: datetime | None = None,
    revision: int | None = None,
) -> Loaded:
    """Load things for a request; with a receipt they are accepted in the same act (counter pick-up), else a one-time link waits.

    Raise what `load` and `accept` raise. The token of the result opens nothing after a counter pick-up.
    """
    if receipt is not None:
        receipt.checked()
    loaded = loading.load(session, number, items, by=by, costs=costs, store_id=store_id, destination=destination, occurred_at=occurred_at, revision=revision)
    if receipt is not None:
        acceptance.accept_at_counter(session, loaded.document.number, receipt, by=by)
    else:
        telling.loaded(session, loaded.document, loaded.slip, by)
    return loaded


def add_costs(session: Session, number: str, costs: Costs, *, by: int) -> Document:
    """Add late vouchers to a slip; they belong to the open period and are shared over its acts."""
    document, slip, _ = finishing.lock_slip(session, number)
    demand(session, by, (Role.KEEPER, Role.FINANCE), session.get_one(Store, slip.store_id).organization_id)
    today = clock.today(session.get_one(Pool, document.pool_id).time_zone)
    savings.record_costs(session, document, list(costs.lines), costs.reason, by, today)
    acts = {act.id: act.units for act in ledger.acts_of(session, document.id)}
    if acts:
        savings.post_costs(session, document, acts, by)
    records.remark(session, document, by, "cost")
    return document
