"""The day's work of a keeper: what is to go out, what is expected back, and every tag these may concern; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.custody.models import OWNED, Asset, State, Tranche
from assetpool.floor.codes import Code, codes
from assetpool.handovers.models import Slip
from assetpool.handovers.queries import kept_stores
from assetpool.labels.models import LabelCode
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.models import Document, PersonalFact
from assetpool.reservations.models import Reservation

MOST_THINGS = 20_000
MOST_DOCUMENTS = 500


@dataclass
class Promised:
    """What one request may still get from one store, line by line: (line, kind, tag or none, units)."""

    number: str
    receiver: Organization
    store: Store
    first_day: date
    last_day: date | None
    lines: list[tuple[int, Kind, str | None, int]] = field(default_factory=list)
    contacts: list[PersonalFact] = field(default_factory=list)


@dataclass
class Expected:
    """What is still out on one slip of one store, line by line: (line, kind, units)."""

    number: str
    receiver: Organization
    store: Store
    due_on: date | None
    lines: list[tuple[int, Kind, int]] = field(default_factory=list)


@dataclass
class Thing:
    """A label with where its units are: standing here, in another state, or out on slips (slip, line, units)."""

    tag: str
    kind_id: int
    form: str
    store: str
    place: str
    state: str
    standing: int = 0
    out: list[tuple[str, int, int]] = field(default_factory=list)
    promised_to: str | None = None


@dataclass(frozen=True)
class Work:
    """The day's work; `complete` is false where there were more tags than are carried along."""

    stores: list[Store]
    out: list[Promised]
    back: list[Expected]
    kinds: list[Kind]
    things: list[Thing]
    codes: list[Code]
    complete: bool


def work(session: Session, access: Access, today: date, *, days: int = 3, also: str = "") -> Work:
    """Return what the stores where the person keeps have before them until `days` from today, and the request or slip `also` whatever its day."""
    stores = {store.id: store for store in kept_stores(session, access)}
    until = today + timedelta(days=days)
    out = _promised(session, stores, until, also)
    back = _expected(session, stores, until, also)
    kinds = {line[1].id: line[1] for entry in out.values() for line in entry.lines} | {line[1].id: line[1] for slip in back.values() for line in slip.lines}
    things = _things(session, stores, {line[1].id for entry in out.values() for line in entry.lines}, back)
    complete = len(things) <= MOST_THINGS
    named = list(codes(session, LabelCode.store_id.in_(stores)).values())
    return Work(list(stores.values()), list(out.values()), list(back.values()), list(kinds.values()), things[:MOST_THINGS], named, complete)


def _promised(session: Session, stores: dict[int, Store], until: date, also: str) -> dict[tuple[int, int], Promised]:
    statement = (
        select(Reservation, Document.number, Organization, Kind, Asset.tag)
        .join(Document, Document.id == Reservation.document_id)
        .join(Organization, Organization.id == Document.organization_id)
        .join(Kind, Kind.id == Reservation.kind_id)
        .outerjoin(Asset, Asset.id == Reservation.asset_id)
        .where(Reservation.open_units > 0, Reservation.store_id.in_(stores), Reservation.purpose != "offer")
        .where(or_(Reservation.first_day <= until, Document.number == also))
        .order_by(Reservation.first_day, Reservation.document_id, Reservation.line_no, Reservation.id)
    )
    found: dict[tuple[int, int], Promised] = {}
    for row in session.execute(statement):
        promise, key = row[0], (row[0].document_id, row[0].store_id)
        if key not in found:
            if len(found) >= MOST_DOCUMENTS:
                break
            found[key] = Promised(row[1], row[2], stores[promise.store_id], promise.first_day, promise.last_day)
        found[key].lines.append((promise.line_no, row[3], row[4], promise.open_units))
    named = select(PersonalFact).where(PersonalFact.document_id.in_({key[0] for key in found}), PersonalFact.role == "receiver")
    for fact in session.scalars(named.order_by(PersonalFact.id)):
        for key, entry in found.items():
            if key[0] == fact.document_id:
                entry.contacts.append(fact)
    return found


def _expected(session: Session, stores: dict[int, Store], until: date, also: str) -> dict[int, Expected]:
    statement = (
        select(Tranche.document_id, Tranche.line_no, func.sum(Tranche.count), Document.number, Organization, Slip, Kind)
        .join(Document, Document.id == Tranche.document_id)
        .join(Slip, Slip.id == Document.id)
        .join(Organization, Organization.id == Slip.receiver_id)
        .join(Kind, Kind.id == Tranche.kind_id)
        .where(Tranche.state == State.OUT, Tranche.count > 0, Slip.store_id.in_(stores))
        .where(or_(Slip.due_on <= until, Document.number == also))
        .group_by(Tranche.document_id, Tranche.line_no, Document.number, Organization.id, Slip.id, Kind.id)
        .order_by(Slip.due_on, Tranche.document_id, Tranche.line_no)
    )
    found: dict[int, Expected] = {}
    for row in session.execute(statement):
        slip_id, slip = row[0] or 0, row[5]
        if slip_id not in found:
            if len(found) >= MOST_DOCUMENTS:
                break
            found[slip_id] = Expected(row[3], row[4], stores[slip.store_id], slip.due_on)
        found[slip_id].lines.append((row[1] or 0, row[6], int(row[2])))
    return found


def _things(session: Session, stores: dict[int, Store], kind_ids: Collection[int], slips: dict[int, Expected]) -> list[Thing]:
    """Return the labels of the kinds that go out, as they stand in the stores, and those that are out on the slips; one more than is carried at most."""
    wanted = (Tranche.kind_id.in_(kind_ids) & Tranche.store_id.in_(stores) & Tranche.state.in_(OWNED)) | (
        Tranche.document_id.in_(slips) & (Tranche.state == State.OUT)
    )
    statement = (
        select(Asset.tag, Asset.form, Asset.id, Tranche.kind_id, Tranche.store_id, Tranche.place, Tranche.state, Tranche.document_id, Tranche.line_no)
        .add_columns(Tranche.count.label("units"))
        .join(Asset, Asset.id == Tranche.asset_id)
        .where(Tranche.count > 0, wanted)
        .order_by(Asset.id, Tranche.id)
        .limit(MOST_THINGS * 2)
    )
    found: dict[int, Thing] = {}
    for row in session.execute(statement):
        if row.id not in found and len(found) > MOST_THINGS:
            break
        _add(found, row, stores, slips)
    for asset_id, number in _pinned(session, kind_ids, stores):
        if asset_id in found:
            found[asset_id].promised_to = number
    return list(found.values())


def _add(found: dict[int, Thing], row: Any, stores: dict[int, Store], slips: dict[int, Expected]) -> None:
    store = stores[row.store_id].code if row.store_id in stores else ""
    thing = found.setdefault(row.id, Thing(row.tag, row.kind_id, row.form, store, row.place, row.state))
    if row.state == State.IN_STORE:
        thing.standing += row.units
        thing.state, thing.store, thing.place = row.state, store, row.place
    elif row.state == State.OUT and row.document_id in slips:
        thing.out.append((slips[row.document_id].number, row.line_no or 0, row.units))


def _pinned(session: Session, kind_ids: Collection[int], stores: Iterable[int]) -> list[tuple[int, str]]:
    statement = (
        select(Reservation.asset_id, Document.number)
        .join(Document, Document.id == Reservation.document_id)
        .where(Reservation.open_units > 0, Reservation.asset_id.is_not(None), Reservation.kind_id.in_(kind_ids), Reservation.store_id.in_(list(stores)))
    )
    return [(row[0] or 0, row[1]) for row in session.execute(statement)]


@dataclass(frozen=True)
class Standing:
    """Where one label is now: its kind, units standing in a store, the largest part's state and place, the slip it is out on."""

    asset: Asset
    kind: Kind
    store: Store
    standing: int
    units: int
    state: str
    place: str
    places: frozenset[str]


def standing(session: Session, access: Access, tags: Collection[str]) -> dict[str, Standing]:
    """Return by tag where the pool's labels are now; two queries."""
    statement = select(Asset, Kind, Store).join(Kind, Kind.id == Asset.kind_id).join(Store, Store.id == Asset.store_id)
    rows = session.execute(statement.where(Asset.pool_id == access.pool_id, Asset.tag.in_(tags))).all()
    parts: dict[int, list[Tranche]] = defaultdict(list)
    for part in session.scalars(select(Tranche).where(Tranche.asset_id.in_([row[0].id for row in rows]), Tranche.count > 0).order_by(Tranche.id)):
        parts[part.asset_id].append(part)
    found = {}
    for row in rows:
        own = parts[row[0].id]
        here = sum(part.count for part in own if part.state == State.IN_STORE)
        places = frozenset(part.place for part in own if part.state == State.IN_STORE)
        found[row[0].tag] = Standing(row[0], row[1], row[2], here, sum(part.count for part in own), row[0].state, row[0].place, places)
    return found
