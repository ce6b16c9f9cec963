"""Matching scanned tags with what a request was promised: which units of which label for which line, and what stands against it.

Reads under the locks of its caller; a fixed number of queries however long the list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import DomainError
from assetpool.core.tags import TagMistyped, TagUnreadable, parse_tag
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers.blockers import Blocked, Blocker
from assetpool.handovers.models import Slip
from assetpool.handovers.sources import Order
from assetpool.labels.meaning import assets_called
from assetpool.org.models import Organization, Person
from assetpool.records.models import Document
from assetpool.reservations.models import Reservation
from assetpool.reservations.queries import of_document

_REASONS = {
    State.ARRIVED: "arrived",
    State.HELD: "held",
    State.REPAIR: "in_repair",
    State.LOST: "lost",
    State.DAMAGED: "damaged",
    State.DISPOSED: "disposed",
    State.TRANSFERRED: "transferred",
}
_GONE = (State.TRANSFERRED, State.DISPOSED, State.LOST, State.DAMAGED)


@dataclass(frozen=True)
class Item:
    """A tag as scanned or typed, and how many units of it (None: one unit, or as many of a lot as are promised)."""

    tag: str
    count: int | None = None


@dataclass(frozen=True)
class Pick:
    """So many units of one label for one line of the request."""

    asset: Asset
    line_no: int
    count: int
    turn_round: int
    pinned: bool


def read_tags(items: Sequence[Item]) -> tuple[list[Item], list[tuple[str, DomainError]]]:
    """Return the items with their tags as printed, and what is wrong with the unreadable and the repeated ones."""
    good: list[Item] = []
    wrong: list[tuple[str, DomainError]] = []
    seen: set[str] = set()
    for item in items:
        try:
            tag = parse_tag(item.tag)
        except (TagUnreadable, TagMistyped) as unreadable:
            wrong.append((item.tag.strip()[:60], unreadable))
            continue
        if tag in seen:
            wrong.append((tag, Blocker(tag, "twice_in_list")))
        elif item.count is not None and item.count < 1:
            wrong.append((tag, Blocker(tag, "bad_count")))
        else:
            good.append(Item(tag, item.count))
        seen.add(tag)
    return good, wrong


@dataclass(frozen=True)
class Named:
    """A list under the present tags of its things: the items, what is wrong with the others, and the pool's assets by tag."""

    items: list[Item]
    wrong: list[tuple[str, DomainError]]
    assets: dict[str, Asset]


def named(session: Session, pool_id: int, items: Sequence[Item]) -> Named:
    """Return a list with its things; one named by its former and by its present label stands in it twice. One query, two where labels were replaced."""
    readable, wrong = read_tags(items)
    called = assets_called(session, pool_id, [item.tag for item in readable])
    known, twice = read_tags([replace(item, tag=called[item.tag].tag) if item.tag in called else item for item in readable])
    return Named(known, [*wrong, *twice], {asset.tag: asset for asset in called.values()})


def tranches_of(session: Session, asset_ids: Iterable[int]) -> dict[int, list[Tranche]]:
    """Return what stands under each label now, read anew."""
    statement = select(Tranche).where(Tranche.asset_id.in_(set(asset_ids)), Tranche.count > 0).order_by(Tranche.id)
    found: dict[int, list[Tranche]] = defaultdict(list)
    for tranche in session.scalars(statement.execution_options(populate_existing=True)):
        found[tranche.asset_id].append(tranche)
    return found


def store_of(session: Session, order: Order, assets: Iterable[Asset]) -> int | None:
    """Return the store a slip leaves from: where most of the scanned things stand and something is promised; else the first promise's."""
    promised = [row.store_id for row in of_document(session, order.promise_id) if row.open_units > 0]
    stand = Counter(asset.store_id for asset in assets)
    ranked = sorted(stand, key=lambda store: (store not in promised, -stand[store], store))
    return ranked[0] if ranked else promised[0] if promised else None


class Chooser:
    """Goes through the list once, uses up the promises line by line, and collects what stands against it."""

    def __init__(self, session: Session, order: Order, store_id: int, assets: dict[str, Asset], until: date | None, day: date) -> None:
        self.session, self.order, self.store_id, self.assets = session, order, store_id, assets
        self.window = (day, until)
        self.tranches = tranches_of(session, [asset.id for asset in assets.values()])
        self.promises = [row for row in of_document(session, order.promise_id) if row.open_units > 0]
        self.left = {row.id: row.open_units for row in self.promises}
        self.lines = {asked.line_no: asked for asked in order.lines}
        # What stands in for a kind asked for is promised on its line under its own kind.
        self.asked_kinds = {asked.kind_id for asked in order.lines} | {row.kind_id for row in self.promises}
        self.here: dict[tuple[int, int | None], list[Reservation]] = defaultdict(list)
        """The promises on this store by kind and tag (None: any of the kind), line by line."""
        for row in sorted(self.promises, key=lambda row: (row.line_no, row.id)):
            if row.store_id == store_id:
                self.here[(row.kind_id, row.asset_id)].append(row)
        self.pinned = {row.asset_id for row in self.promises}
        self.kinds = {kind.id: kind for kind in session.scalars(select(Kind).where(Kind.id.in_({asset.kind_id for asset in assets.values()})))}
        self.foreign = self._foreign_pins()
        self.picks: list[Pick] = []
        self.wrong: list[tuple[str, DomainError]] = []

    def _foreign_pins(self) -> dict[int, list[tuple[Reservation, str]]]:
        ids = [asset.id for asset in self.assets.values()]
        statement = (
            select(Reservation, Document.number)
            .join(Document, Document.id == Reservation.document_id)
            .where(Reservation.asset_id.in_(ids), Reservation.document_id != self.order.promise_id, Reservation.open_units > 0)
        )
        found: dict[int, list[tuple[Reservation, str]]] = defaultdict(list)
        for row in self.session.execute(statement):
            found[row[0].asset_id or 0].append((row[0], row[1]))
        return found

    def choose(self, items: Sequence[Item]) -> list[Pick]:
        """Return the picks for the whole list, or raise Blocked with every reason found; `wrong` may already hold some."""
        self.walk(items)
        if self.wrong:
            raise Blocked([reason for _, reason in self.wrong], [tag for tag, _ in self.wrong])
        return self.picks

    def walk(self, items: Sequence[Item]) -> None:
        """Fill `picks` and `wrong` without refusing anything, for pages that show the list while it grows."""
        for item in items:
            asset = self.assets.get(item.tag)
            if asset is None:
                self.wrong.append((item.tag, Blocker(item.tag, "unknown_tag")))
                continue
            blocker = self._against(asset, item) or self._pick(asset, item.count)
            if blocker is not None:
                self.wrong.append((item.tag, blocker))

    def standing(self, asset: Asset) -> int:
        """Return how many units of a label stand in the slip's store, free of holds."""
        return sum(t.count for t in self.tranches[asset.id] if t.state == State.IN_STORE and t.store_id == self.store_id)

    def _against(self, asset: Asset, item: Item) -> Blocker | None:
        """Return what the thing itself says against being loaded."""
        tag = asset.tag
        parts = self.tranches[asset.id]
        if asset.form == "unit" and (item.count or 1) != 1:
            return Blocker(tag, "bad_count")
        if self.standing(asset) == 0:
            return self._whereabouts(asset, parts)
        kind = self.kinds[asset.kind_id]
        if asset.kind_id not in self.asked_kinds:
            return Blocker(tag, "not_asked_for", kind=kind.name)
        others = self.foreign.get(asset.id, [])
        if asset.form == "unit" and others and asset.id not in self.pinned:
            return Blocker(tag, "promised_to_another", number=others[0][1])
        wanted = item.count or 1
        if wanted > self.standing(asset):
            return Blocker(tag, "fewer_units", asked=wanted, found=self.standing(asset))
        if wanted > self.standing(asset) - self._kept_for_others(others):
            return Blocker(tag, "promised_to_another", number=others[0][1])
        return None

    def _whereabouts(self, asset: Asset, parts: Sequence[Tranche]) -> Blocker:
        """Return where a thing is that does not stand in this store."""
        elsewhere = next((part for part in parts if part.state == State.IN_STORE), None)
        if elsewhere is not None:
            return Blocker(asset.tag, "other_store", store=self.session.get_one(Store, elsewhere.store_id).name)
        part = next((part for part in parts if part.state not in _GONE), parts[-1] if parts else None)
        if part is None:
            return Blocker(asset.tag, "unknown_tag")
        if part.state in (State.OUT, State.LOADED):
            return self._on_slip(asset, part)
        return Blocker(asset.tag, _REASONS[State(part.state)])

    def _on_slip(self, asset: Asset, part: Tranche) -> Blocker:
        statement = (
            select(Document.number, Organization.name, Person.name, Slip.loaded_at)
            .join(Slip, Slip.id == Document.id)
            .join(Organization, Organization.id == Slip.receiver_id)
            .join(Person, Person.id == Slip.keeper_id)
        )
        row = self.session.execute(statement.where(Document.id == part.document_id)).first()
        number, receiver, keeper, left = row if row else ("—", "—", "—", "—")
        if part.state == State.LOADED:
            return Blocker(asset.tag, "loaded", slip=number, keeper=keeper, left=left)
        return Blocker(asset.tag, "on_loan", receiver=receiver, due=part.due_on or "—", slip=number, keeper=keeper, left=left)

    def _kept_for_others(self, others: Sequence[tuple[Reservation, str]]) -> int:
        """Return how many units of the label other requests need at once while this one would have them."""
        first, last = self.window
        spans = [
            (max(row.first_day, first), None if row.last_day is None else row.last_day + timedelta(days=row.turn_round), row.open_units)
            for row, _ in others
            if (last is None or row.first_day <= last) and (row.last_day is None or row.last_day + timedelta(days=row.turn_round) >= first)
        ]
        return max((sum(c for begin, end, c in spans if begin <= day and (end is None or end >= day)) for day, _, _ in spans), default=0)

    def _usual(self, asset: Asset, open_units: int) -> int:
        """Return how many units are meant when no count was given: one thing, or of a lot as many as are promised and stand here."""
        if asset.form == "unit":
            return 1
        return max(1, min(self.standing(asset) - self._kept_for_others(self.foreign.get(asset.id, [])), open_units))

    def _pick(self, asset: Asset, count: int | None) -> Blocker | None:
        """Use up promises for a label: those of its own tag first, then those of its kind; or say how many are left."""
        fitting = [*self.here[(asset.kind_id, asset.id)], *self.here[(asset.kind_id, None)]]
        open_units = sum(self.left[row.id] for row in fitting)
        wanted = count if count is not None else self._usual(asset, open_units)
        if wanted > open_units:
            name = self.kinds[asset.kind_id].name
            if not fitting and any(row.kind_id == asset.kind_id for row in self.promises):
                return Blocker(asset.tag, "promised_in_other_store", kind=name)
            return Blocker(asset.tag, "more_than_promised", promised=open_units, kind=name)
        for row in fitting:
            part = min(wanted, self.left[row.id])
            if part:
                self.left[row.id] -= part
                wanted -= part
                self.picks.append(Pick(asset, row.line_no, part, row.turn_round, row.asset_id is not None))
        return None
