"""Things as they stand and what happened to them, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from assetpool.core.errors import NotFound
from assetpool.core.tags import TagMistyped, TagUnreadable, parse_tag
from assetpool.custody.models import Asset, Movement, Stock, Tranche
from assetpool.org.models import Organization
from assetpool.org.queries import Access


def by_tag(session: Session, pool_id: int, text: str) -> Asset:
    """Return the asset of a tag, as printed, typed or scanned; raise NotFound."""
    try:
        tag = parse_tag(text)
    except (TagUnreadable, TagMistyped) as error:
        raise NotFound(what=text.strip()[:60]) from error
    asset = session.scalar(select(Asset).where(Asset.tag == tag))
    if asset is None or asset.pool_id != pool_id:
        raise NotFound(what=tag)
    return asset


def assets(session: Session, ids: Iterable[int | None]) -> dict[int, Asset]:
    """Return assets by id, in one query."""
    wanted = {i for i in ids if i is not None}
    return {row.id: row for row in session.scalars(select(Asset).where(Asset.id.in_(wanted)))} if wanted else {}


def tranches_of(session: Session, asset_id: int) -> list[Tranche]:
    """Return the parts of an asset that hold units, in the order they came to be."""
    return list(session.scalars(select(Tranche).where(Tranche.asset_id == asset_id, Tranche.count > 0).order_by(Tranche.id)))


def when_left() -> ScalarSelect[int]:
    """Return, for ordering tranches, the height at which each left under the document that holds it: parts of a line keep the order they left in.

    A split is no leaving: it is written before its tranche moves (SAVINGS.md, Counters follow the thing).
    """
    moved = select(func.min(Movement.height)).where(Movement.tranche_id == Tranche.id, Movement.document_id == Tranche.document_id, Movement.act != "split")
    return moved.correlate(Tranche).scalar_subquery()


def movements_of(session: Session, asset_id: int, before: int | None = None, limit: int = 50) -> list[Movement]:
    """Return what happened to an asset, newest first; `before` is a height in the chain."""
    statement = select(Movement).where(Movement.asset_id == asset_id).order_by(Movement.height.desc()).limit(limit)
    return list(session.scalars(statement if before is None else statement.where(Movement.height < before)))


def assets_per_store(session: Session, store_ids: Iterable[int]) -> dict[int, int]:
    """Return how many labels stand in each store's name."""
    wanted = set(store_ids)
    if not wanted:
        return {}
    rows = session.execute(select(Asset.store_id, func.count().label("labels")).where(Asset.store_id.in_(wanted)).group_by(Asset.store_id))
    return {row.store_id: row.labels for row in rows}


def units_per_kind(session: Session) -> dict[int, int]:
    """Return how many units of each kind the stores own together."""
    rows = session.execute(select(Stock.kind_id, func.sum(Stock.owned).label("units")).group_by(Stock.kind_id))
    return {row.kind_id: int(row.units) for row in rows}


def sees_books(session: Session, access: Access, tranches: Sequence[Tranche]) -> bool:
    """Say whether a person may read the book figures: a global auditor, or somebody of the owner, the book-keeper or the custodian (or above)."""
    if access.sees_everything:
        return True
    concerned = {organization for t in tranches for organization in (t.owner_id, t.book_id, t.custodian_id)}
    return bool(session.scalar(access.organizations().where(Organization.id.in_(concerned)).limit(1)))


def owned_by(organization_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that units of an asset are owned by one of the organizations; asked asset by asset, never as one large set."""
    part = select(Tranche.id).where(Tranche.asset_id == Asset.id, Tranche.count > 0, Tranche.owner_id.in_(organization_ids)).limit(1)
    return part.correlate(Asset).scalar_subquery().is_not(None)
