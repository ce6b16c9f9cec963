"""What a scanned code stands for: a thing, under its present or a former tag; a place, a cage, a box; or a blank that waits for its thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from assetpool.core.errors import NotFound
from assetpool.core.tags import parse_tag
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


def rows_called(session: Session, pool_id: int, tags: Iterable[str], *columns: Any) -> dict[str, Row[Any]]:
    """Return columns of things (an `Asset`, or some of its columns) by parsed tags, present or former; a row begins with the tag asked for.

    One query, and a second one only for tags that are nothing's present tag. A place, a box, a cage and an unclaimed blank are no things.
    """
    wanted = set(tags)
    own = select(Asset.tag.label("called"), *columns).where(Asset.pool_id == pool_id, Asset.tag.in_(wanted))
    found: dict[str, Row[Any]] = {row.called: row for row in session.execute(own)}
    if wanted - found.keys():
        codes = select(LabelCode.tag.label("called"), *columns).join(Asset, Asset.id == LabelCode.asset_id)
        codes = codes.where(LabelCode.pool_id == pool_id, LabelCode.purpose != "cage", LabelCode.tag.in_(wanted - found.keys()))
        found |= {row.called: row for row in session.execute(codes)}
    return found


def assets_called(session: Session, pool_id: int, tags: Iterable[str]) -> dict[str, Asset]:
    """Return things by parsed tags, present or former, as `rows_called` finds them."""
    return {tag: row.Asset for tag, row in rows_called(session, pool_id, tags, Asset).items()}


def present_tags(session: Session, pool_id: int, texts: Sequence[str]) -> list[str]:
    """Return the present tag for each tag as printed, typed or scanned, in their order; what names nothing stays. Raise TagUnreadable, TagMistyped."""
    said = [parse_tag(text) for text in texts]
    called = rows_called(session, pool_id, said, Asset.tag)
    return [called[tag].tag if tag in called else tag for tag in said]


def asset_called(session: Session, pool_id: int, text: str) -> Asset:
    """Return the thing that a tag, present or former, names as printed, typed or scanned; raise TagUnreadable, TagMistyped, NotFound."""
    tag = parse_tag(text)
    found = assets_called(session, pool_id, [tag])
    if tag not in found:
        raise NotFound(what=tag)
    return found[tag]


def former_tags(session: Session, asset: Asset) -> list[LabelCode]:
    """Return what a thing was called before, the latest first, with when it got another label."""
    statement = select(LabelCode).where(LabelCode.asset_id == asset.id, LabelCode.purpose.in_(("former", "blank")), LabelCode.tag != asset.tag)
    return list(session.scalars(statement.order_by(LabelCode.claimed_at.desc())))
