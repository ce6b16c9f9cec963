"""Codes that are no things: what the desk knows of shelves, cages and labels that were replaced."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from assetpool.catalog.models import Store
from assetpool.custody.models import Asset
from assetpool.labels.models import LabelCode

MOST_CODES = 5_000


class Code(TypedDict):
    """A code that is no thing: a `shelf` of a store, a `cage` that holds so many of a lot, the `former` label of a thing."""

    tag: str
    purpose: str
    store: str
    place: str
    holds: int
    thing: str | None


def codes(session: Session, condition: ColumnElement[bool]) -> dict[str, Code]:
    """Return by tag the shelves, cages and former labels that meet a condition."""
    statement = (
        select(LabelCode.tag, LabelCode.purpose, Store.code, LabelCode.name, LabelCode.holds, Asset.tag)
        .join(Store, Store.id == LabelCode.store_id)
        .outerjoin(Asset, Asset.id == LabelCode.asset_id)
        .where(LabelCode.purpose.in_(("shelf", "cage", "former")) | ((LabelCode.purpose == "blank") & (LabelCode.tag != Asset.tag)), condition)
        .order_by(LabelCode.id)
        .limit(MOST_CODES)
    )
    # A blank that its thing bore until it got yet another label is a former label too.
    purposes = {"blank": "former"}
    return {
        row[0]: Code(tag=row[0], purpose=purposes.get(row[1], row[1]), store=row[2], place=row[3], holds=row[4], thing=row[5])
        for row in session.execute(statement)
    }
