"""What the scan desk shows while the list grows: each thing with its reason or its count, each line with its running total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.custody.models import Asset
from assetpool.handovers.choosing import Chooser, Item, named, store_of
from assetpool.handovers.sources import Asked, Order, source_of
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.models import Document, PersonalFact
from assetpool.records.queries import by_number
from assetpool.reservations.models import Reservation


@dataclass(frozen=True)
class Row:
    """One tag of the list: what it is, how many go, how many stand there; or why it cannot go."""

    tag: str
    asset: Asset | None
    kind: Kind | None
    count: int
    typed: int | None
    standing: int
    reason: DomainError | None


@dataclass(frozen=True)
class Tally:
    """One line of the request: how many of it are on the list, of how many that may go out of this store."""

    asked: Asked
    kind: Kind
    picked: int
    promised: int
    tag: str


@dataclass(frozen=True)
class Preview:
    """The scan desk's list as it stands."""

    order: Order
    receiver: Organization
    store: Store | None
    rows: list[Row]
    tallies: list[Tally]
    contacts: list[PersonalFact]

    @property
    def picked(self) -> int:
        """Return how many units are on the list and may go."""
        return sum(tally.picked for tally in self.tallies)

    @property
    def promised(self) -> int:
        """Return how many units may go out of this store."""
        return sum(tally.promised for tally in self.tallies)

    @property
    def blocked(self) -> list[Row]:
        """Return what cannot go."""
        return [row for row in self.rows if row.reason is not None]


def look(session: Session, access: Access, number: str, items: Sequence[Item]) -> Preview:
    """Return how a list would go out for a visible request, without a lock; raise NotFound."""
    document = by_number(session, access, number)
    order = source_of(document.kind).read(session, document)
    listed = named(session, document.pool_id, items)
    readable, assets = listed.items, listed.assets
    store_id = store_of(session, order, assets.values())
    reasons: dict[str, DomainError] = dict(listed.wrong)
    picked: dict[int, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    standing: dict[str, int] = {}
    kinds = _kinds(session, {asked.kind_id for asked in order.lines} | {asset.kind_id for asset in assets.values()})
    if store_id is not None:
        today = clock.today(session.get_one(Pool, document.pool_id).time_zone)
        chooser = Chooser(session, order, store_id, assets, order.due_on or date.max, today)
        chooser.walk(readable)
        reasons |= dict(chooser.wrong)
        standing = {tag: chooser.standing(asset) for tag, asset in assets.items()}
        for pick in chooser.picks:
            picked[pick.line_no] += pick.count
            counts[pick.asset.tag] += pick.count
    rows = [_row(item, assets.get(item.tag), kinds, counts, standing, reasons) for item in readable]
    return Preview(
        order,
        session.get_one(Organization, order.receiver_id),
        session.get(Store, store_id) if store_id is not None else None,
        rows,
        _tallies(session, order, store_id, kinds, picked),
        list(session.scalars(select(PersonalFact).where(PersonalFact.document_id == document.id, PersonalFact.role == "receiver").order_by(PersonalFact.id))),
    )


def _kinds(session: Session, ids: set[int]) -> dict[int, Kind]:
    return {kind.id: kind for kind in session.scalars(select(Kind).where(Kind.id.in_(ids)))}


def _row(item: Item, asset: Asset | None, kinds: dict[int, Kind], counts: dict[str, int], standing: dict[str, int], reasons: dict[str, DomainError]) -> Row:
    kind = kinds[asset.kind_id] if asset else None
    return Row(item.tag, asset, kind, counts.get(item.tag, 0), item.count, standing.get(item.tag, 0), reasons.get(item.tag))


def _tallies(session: Session, order: Order, store_id: int | None, kinds: dict[int, Kind], picked: dict[int, int]) -> list[Tally]:
    """Return each line of which something may still go out of the store, with the tag it is promised by, if any."""
    statement = select(Reservation).where(Reservation.document_id == order.promise_id, Reservation.open_units > 0, Reservation.store_id == store_id)
    promises = list(session.scalars(statement))
    tags = {asset.id: asset.tag for asset in session.scalars(select(Asset).where(Asset.id.in_({row.asset_id for row in promises if row.asset_id})))}
    found = []
    for asked in order.lines:
        own = [row for row in promises if row.line_no == asked.line_no]
        if own or picked.get(asked.line_no):
            tag = next((tags[row.asset_id] for row in own if row.asset_id), "")
            found.append(Tally(asked, kinds[asked.kind_id], picked.get(asked.line_no, 0), sum(row.open_units for row in own), tag))
    return found


def elsewhere(session: Session, document: Document, store_id: int | None) -> list[tuple[Store, int]]:
    """Return what is promised to the request from other stores: a slip of its own leaves each."""
    statement = select(Reservation.store_id, Reservation.open_units).where(Reservation.document_id == document.id, Reservation.open_units > 0)
    sums: dict[int, int] = defaultdict(int)
    for row in session.execute(statement):
        if row.store_id != store_id:
            sums[row.store_id] += row.open_units
    return [(store, sums[store.id]) for store in session.scalars(select(Store).where(Store.id.in_(sums)).order_by(Store.id))]
