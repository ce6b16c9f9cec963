"""Pick lists: what is promised for a day or a request and not issued yet, by store, area and shelf; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import stores as stores_of
from assetpool.core.errors import NotFound
from assetpool.custody.models import Asset, State, Tranche
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access, names
from assetpool.records.models import Document
from assetpool.records.queries import by_number, numbers
from assetpool.requisitions.models import RequisitionLine
from assetpool.reservations.models import Reservation
from assetpool.trips.picking import Lack, Standing, Want, area_and_shelf, pick


@dataclass(frozen=True)
class PickLine:
    """Fetch so many units of a kind from a shelf, for whom and where to; `tags` say which labels."""

    store: Store
    area: str
    shelf: str
    kind: Kind
    units: int
    tags: tuple[str, ...]
    pinned: bool
    request: str
    receiver: Organization
    drop: str

    @property
    def tag(self) -> str | None:
        """Return the one label this line is about, None where several will do."""
        return self.tags[0] if len(self.tags) == 1 else None


@dataclass(frozen=True)
class Missing:
    """Units promised of a kind that stand nowhere in the store now."""

    store: Store
    kind: Kind
    units: int
    request: str


@dataclass(frozen=True)
class PickList:
    """What to fetch, in walking order, and what is not there."""

    lines: list[PickLine]
    missing: list[Missing]

    @property
    def units(self) -> int:
        """Return how many units are fetched in all."""
        return sum(line.units for line in self.lines)


def of_day(session: Session, access: Access, day: date, store_id: int | None = None) -> PickList:
    """Return what goes out of the stores that the person keeps up to a day, what should have gone before included."""
    return _list(session, access, [Reservation.first_day <= day], store_id)


def of_request(session: Session, access: Access, number: str, store_id: int | None = None) -> PickList:
    """Return what goes out for one request; raise NotFound for one the person may not see."""
    document = by_number(session, access, number)
    if document.kind not in ("RQ", "TR"):
        raise NotFound(what=number)
    return _list(session, access, [Reservation.document_id == document.id], store_id)


def _list(session: Session, access: Access, conditions: list[object], store_id: int | None) -> PickList:
    kept = select(Store.id).where(Store.organization_id.in_(access.organizations(Role.KEEPER)))
    statement = select(Reservation).where(Reservation.open_units > 0, Reservation.purpose != "offer", Reservation.store_id.in_(kept), *conditions)  # type: ignore[arg-type]
    if store_id is not None:
        statement = statement.where(Reservation.store_id == store_id)
    rows = list(session.scalars(statement.order_by(Reservation.first_day, Reservation.id)))
    wants = [Want(row.document_id, row.line_no, row.kind_id, row.store_id, row.open_units, row.asset_id) for row in rows]
    keys = {(want.kind_id, want.store_id) for want in wants}
    fetches, lacks = pick(wants, _standing(session, keys), _pinned(session, keys))
    documents = numbers(session, {want.document_id for want in wants})
    shown = _Shown(
        kinds_of(session, {kind for kind, _ in keys}), stores_of(session, {store for _, store in keys}), documents,
        names(session, {document.organization_id for document in documents.values()}), _drops(session, documents),
    )  # fmt: skip
    lines = [
        PickLine(
            shown.stores[one.want.store_id], *area_and_shelf(one.place), shown.kinds[one.want.kind_id], one.units, one.tags, one.want.asset_id is not None,
            shown.documents[one.want.document_id].number, shown.receiver(one.want), shown.drops.get((one.want.document_id, one.want.line_no), ""),
        )
        for one in fetches
    ]  # fmt: skip
    lines.sort(key=lambda line: (line.store.code, line.area, line.shelf, line.kind.name, line.request))
    return PickList(lines, [shown.missing(lack) for lack in lacks])


@dataclass(frozen=True)
class _Shown:
    """What the ids of wants are called."""

    kinds: dict[int, Kind]
    stores: dict[int, Store]
    documents: dict[int, Document]
    organizations: dict[int, Organization]
    drops: dict[tuple[int, int], str]

    def receiver(self, want: Want) -> Organization:
        return self.organizations[self.documents[want.document_id].organization_id]

    def missing(self, lack: Lack) -> Missing:
        want = lack.want
        return Missing(self.stores[want.store_id], self.kinds[want.kind_id], lack.units, self.documents[want.document_id].number)


def _standing(session: Session, keys: Collection[tuple[int, int]]) -> list[Standing]:
    kinds, stores = {kind for kind, _ in keys}, {store for _, store in keys}
    statement = (
        select(Tranche.asset_id, Asset.tag, Tranche.kind_id, Tranche.store_id, Tranche.place, Tranche.count)
        .join(Asset, Asset.id == Tranche.asset_id)
        .where(Tranche.kind_id.in_(kinds), Tranche.store_id.in_(stores), Tranche.state == State.IN_STORE, Tranche.count > 0)
        .order_by(Tranche.id)
    )
    sums: dict[tuple[int, str, int, int, str], int] = defaultdict(int)
    for asset_id, tag, kind_id, at, place, units in session.execute(statement) if keys else ():
        sums[(asset_id, tag, kind_id, at, place)] += int(units)
    return [Standing(*key, units) for key, units in sums.items()]


def _pinned(session: Session, keys: Collection[tuple[int, int]]) -> set[int]:
    """Return the things that are promised by their tag, to whomever."""
    statement = select(Reservation.asset_id).where(
        Reservation.kind_id.in_({kind for kind, _ in keys}),
        Reservation.store_id.in_({store for _, store in keys}),
        Reservation.open_units > 0,
        Reservation.asset_id.is_not(None),
    )
    return {asset_id for asset_id in session.scalars(statement) if asset_id is not None} if keys else set()


def _drops(session: Session, documents: Collection[int]) -> dict[tuple[int, int], str]:
    """Return where the lines of requisitions are to be brought."""
    statement = select(RequisitionLine.requisition_id, RequisitionLine.line_no, RequisitionLine.drop).where(RequisitionLine.requisition_id.in_(documents))
    return {(row[0], row[1]): row[2] for row in session.execute(statement)} if documents else {}
