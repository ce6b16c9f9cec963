"""What the pool itself bought carries its price into the costs of acts by consumption (SAVINGS.md, rule 3): by claimed days, or the rest on a transfer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.tags import parse_tag
from assetpool.custody.models import Asset, Tranche
from assetpool.custody.service import lock_assets
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand
from assetpool.records.queries import file_for
from assetpool.savings import seals
from assetpool.savings.cost_models import PoolPurchase
from assetpool.savings.life import life_days
from assetpool.savings.valuation import consumed

MARK = "bought"
"""What the entry of a consumed price says as its reason, with the purchase's id behind."""
_KEPT = "pool_purchases"


class PurchaseKnown(DomainError):
    """The label's price was entered before."""

    sentence = N_("%(tag)s: what the pool paid for it was entered before.")


class ClaimedBefore(DomainError):
    """Units of the label have claimed days already, so that earlier acts did not carry the price."""

    sentence = N_("%(tag)s was already lent or given away. What the pool paid must be entered before the first hand-over, so that every act carries its part.")


def enter(session: Session, tag: str, price: int, bought_on: date, source: str, *, by: int, file_id: int | None = None) -> PoolPurchase:
    """Record what the pool paid per unit (fen) for the things under a label; raise PurchaseKnown, ClaimedBefore, FieldInvalid. Guarded by finance."""
    asset_id = session.scalar(select(Asset.id).where(Asset.tag == parse_tag(tag)))
    if asset_id is None:
        raise NotFound(what=tag)
    asset = lock_assets(session, [asset_id])[asset_id]
    demand(session, by, (Role.FINANCE, Role.VALUER, Role.ADMINISTRATOR), session.get_one(Store, asset.store_id).organization_id)
    months = session.get_one(Kind, asset.kind_id).service_life_months
    if months is None:
        raise FieldInvalid(field=Word(N_("Service life")), problem=Word(N_("put the service life of the kind on file first; the price is consumed over it.")))
    if price <= 0 or not source.strip():
        raise FieldInvalid(field=Word(N_("Purchase")), problem=Word(N_("enter the price per unit, and the paper that shows it.")))
    if file_id is not None:
        file_for(session, access_of(session, by), file_id)
    if session.scalar(select(PoolPurchase.id).where(PoolPurchase.asset_id == asset_id)) is not None:
        raise PurchaseKnown(tag=asset.tag)
    if session.scalar(select(func.max(Tranche.claimed_days)).where(Tranche.asset_id == asset_id)):
        raise ClaimedBefore(tag=asset.tag)
    row = PoolPurchase(
        pool_id=asset.pool_id, asset_id=asset_id, price=price, bought_on=bought_on, life_days=life_days(bought_on, months), source=source.strip(),
        file_id=file_id, entered_by=by, entered_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    seals.seal(session, asset.pool_id, row)
    session.info.pop(_KEPT, None)
    return row


def purchase_of(session: Session, pool_id: int, asset_id: int) -> PoolPurchase | None:
    """Return what the pool paid for the things under a label, None if others did; a pool that bought nothing is asked once per act."""
    transaction = session.get_transaction()
    kept = session.info.get(_KEPT)
    if kept is None or kept[0] is not transaction:
        any_at_all = session.scalar(select(PoolPurchase.id).where(PoolPurchase.pool_id == pool_id).limit(1)) is not None
        kept = session.info[_KEPT] = (session.get_transaction(), any_at_all, {})
    if not kept[1]:
        return None
    known: dict[int, PoolPurchase | None] = kept[2]
    if asset_id not in known:
        known[asset_id] = session.scalar(select(PoolPurchase).where(PoolPurchase.asset_id == asset_id))
    return known[asset_id]


def grown(price: int, life: int, is_transfer: bool, prior: int, before: int, after: int) -> int:
    """Return what of a unit's price an act must carry more, when its claimed days grow from `before` to `after` over `prior` days of others.

    A transfer carries the whole rest at once.
    """
    if after <= before:
        return 0
    until = max(life, prior + after) if is_transfer else prior + after
    return consumed(price, life, until) - consumed(price, life, prior + before)


def is_consumed_price(entry: str, cost_kind: str | None, tranche_id: int | None) -> bool:
    """Say whether an entry carries a part of what the pool paid for units, and so belongs to their claimed days."""
    return entry == "cost" and cost_kind == "purchase" and tranche_id is not None


def purchases_of(session: Session, pool_id: int, limit: int = 200) -> list[tuple[PoolPurchase, str]]:
    """Return what the pool bought, newest first, with the label."""
    statement = select(PoolPurchase, Asset.tag).join(Asset, Asset.id == PoolPurchase.asset_id).where(PoolPurchase.pool_id == pool_id)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(PoolPurchase.id.desc()).limit(limit))]
