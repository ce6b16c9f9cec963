"""What a scanned code stands for: a thing, under its present or a former tag; a place, a cage, a box; or a blank that waits for its thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.custody.models import Asset
from assetpool.labels.models import LabelCode


@dataclass(frozen=True)
class Meaning:
    """What a code says: `purpose` is asset, blank, shelf, cage or box; `count` is how many units one scan stands for (a cage: what it holds)."""

    purpose: str
    asset: Asset | None = None
    code: LabelCode | None = None
    count: int = 1


def meaning(session: Session, pool_id: int | None, tag: str) -> Meaning | None:
    """Return what a parsed tag stands for in a pool (None: in any, for strangers); None when nothing has it."""
    asset = session.scalar(select(Asset).where(Asset.tag == tag))
    if asset is not None:
        return Meaning("asset", asset) if pool_id in (None, asset.pool_id) else None
    code = session.scalar(select(LabelCode).where(LabelCode.tag == tag))
    if code is None or pool_id not in (None, code.pool_id):
        return None
    behind = session.get(Asset, code.asset_id) if code.asset_id is not None else None
    if code.purpose == "cage":
        return Meaning("cage", behind, code, code.holds)
    return Meaning("asset", behind, code) if behind is not None else Meaning(code.purpose, None, code)


def assets_called(session: Session, pool_id: int, tags: Iterable[str]) -> dict[str, Asset]:
    """Return things by parsed tags, present or former, in two queries; a place, a box, a cage and an unclaimed blank are no things."""
    wanted = set(tags)
    found = {asset.tag: asset for asset in session.scalars(select(Asset).where(Asset.pool_id == pool_id, Asset.tag.in_(wanted)))}
    if wanted - found.keys():
        codes = select(LabelCode.tag, Asset).join(Asset, Asset.id == LabelCode.asset_id).where(LabelCode.pool_id == pool_id, LabelCode.purpose != "cage")
        found |= {row[0]: row[1] for row in session.execute(codes.where(LabelCode.tag.in_(wanted - found.keys())))}
    return found


def former_tags(session: Session, asset: Asset) -> list[LabelCode]:
    """Return what a thing was called before, the latest first, with when it got another label."""
    statement = select(LabelCode).where(LabelCode.asset_id == asset.id, LabelCode.purpose.in_(("former", "blank")), LabelCode.tag != asset.tag)
    return list(session.scalars(statement.order_by(LabelCode.claimed_at.desc())))
