"""Codes as they are read: batches, places without a label, what stands at a place, and what a scan is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core.tags import TagMistyped, TagUnreadable, parse_tag
from assetpool.custody.models import OWNED, Asset, Movement
from assetpool.events.models import Event
from assetpool.labels.models import LabelBatch, LabelCode
from assetpool.org.models import Person
from assetpool.org.queries import Access
from assetpool.records.queries import by_number

MOST_SHOWN = 200


@dataclass(frozen=True)
class BatchRow:
    """A batch with its store, who made it, and how many of its blanks are claimed."""

    batch: LabelBatch
    store: Store
    maker: str
    claimed: int


@dataclass(frozen=True)
class Scan:
    """A scan as it stands in a list: a tag in its canonical form or the number as typed; whether it is a blank label."""

    text: str
    blank: bool


def batches(session: Session, access: Access, before: int | None, limit: int) -> list[BatchRow]:
    """Return the pool's batches, newest first, one more than `limit` when there are more."""
    page = select(LabelBatch.id).where(LabelBatch.pool_id == access.pool_id)
    if before is not None:
        page = page.where(LabelBatch.id < before)
    ids = list(session.scalars(page.order_by(LabelBatch.id.desc()).limit(limit + 1)))
    claimed = func.sum(case((LabelCode.claimed_at.is_not(None), 1), else_=0))
    sums = select(LabelCode.batch_id, claimed).where(LabelCode.batch_id.in_(ids)).group_by(LabelCode.batch_id)
    counted = {row[0]: int(row[1]) for row in session.execute(sums)}
    rows = select(LabelBatch, Store, Person.name).join(Store, Store.id == LabelBatch.store_id).join(Person, Person.id == LabelBatch.made_by)
    found = session.execute(rows.where(LabelBatch.id.in_(ids)).order_by(LabelBatch.id.desc()))
    return [BatchRow(row[0], row[1], row[2], counted.get(row[0].id, 0)) for row in found]


def unlabelled_places(session: Session, store_ids: Sequence[int]) -> list[str]:
    """Return the places of stores where something stands and that have no label yet."""
    labelled = select(LabelCode.name).where(LabelCode.store_id.in_(store_ids), LabelCode.purpose == "shelf")
    places = select(Asset.place).where(Asset.store_id.in_(store_ids), Asset.place != "", Asset.state.in_(OWNED), Asset.place.not_in(labelled))
    return list(session.scalars(places.distinct().order_by(Asset.place).limit(2000)))


def standing_at(session: Session, code: LabelCode) -> tuple[list[tuple[Asset, Kind]], int]:
    """Return the first things that stand at a labelled place, and how many there are."""
    there = (Asset.store_id == code.store_id, Asset.place == code.name, Asset.state.in_(OWNED))
    rows = select(Asset, Kind).join(Kind, Kind.id == Asset.kind_id).where(*there).order_by(Asset.kind_id, Asset.id).limit(MOST_SHOWN)
    things = [(row[0], row[1]) for row in session.execute(rows)]
    return things, session.scalar(select(func.count()).select_from(Asset).where(*there)) or 0


def event_of(session: Session, code: LabelCode) -> Event | None:
    """Return the event that a box belongs to."""
    return session.get(Event, code.event_id) if code.event_id is not None else None


def kind_of(session: Session, asset: Asset | None) -> Kind | None:
    """Return what a thing is."""
    return session.get(Kind, asset.kind_id) if asset is not None else None


def tags_of_intake(session: Session, access: Access, number: str) -> list[str]:
    """Return the tags that came into being by an intake and have not taken a blank label yet; raise NotFound."""
    document = by_number(session, access, number, "IN")
    made = select(Movement.asset_id).where(Movement.document_id == document.id, Movement.act == "receive")
    renamed = select(LabelCode.asset_id).where(LabelCode.purpose == "blank", LabelCode.asset_id.is_not(None))
    return list(session.scalars(select(Asset.tag).where(Asset.id.in_(made), Asset.id.not_in(renamed)).order_by(Asset.id)))


def read(session: Session, pool_id: int, text: str) -> Scan:
    """Say what a scan is; a number that is no tag stays as typed. Raise TagMistyped."""
    try:
        tag = parse_tag(text)
    except TagMistyped:
        raise
    except TagUnreadable:
        return Scan(text[:100], False)
    blank = select(LabelCode.id).where(LabelCode.pool_id == pool_id, LabelCode.tag == tag, LabelCode.purpose == "blank", LabelCode.claimed_at.is_(None))
    return Scan(tag, session.scalar(blank) is not None)
