"""Slips and receipts as a person may see them; a fixed number of queries however long they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kept_stores as kept_stores
from assetpool.core.errors import NotFound
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers.loading import token_digest
from assetpool.handovers.models import Slip, SlipItem, SlipLine
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Organization, Person, Role
from assetpool.org.queries import Access
from assetpool.records.models import Document, PersonalFact
from assetpool.records.queries import by_number, visible
from assetpool.reservations.models import Reservation
from assetpool.savings.models import Cost, Voucher
from assetpool.savings.queries import costs_of


@dataclass(frozen=True)
class ItemView:
    """One tag on a slip line, and how many of it are still out."""

    item: SlipItem
    asset: Asset
    out: int


@dataclass
class LineView:
    """One line of a slip with its kind and tags."""

    line: SlipLine
    kind: Kind
    items: list[ItemView] = field(default_factory=list)

    def total(self, name: str) -> int:
        """Return the sum of one count over the line's tags; `differs` is short, damaged and refused together."""
        if name == "differs":
            return self.total("short") + self.total("damaged") + self.total("refused")
        return sum(view.out if name == "out" else getattr(view.item, name) for view in self.items)


@dataclass(frozen=True)
class SlipView:
    """A slip with everything its page, paper and answer show."""

    document: Document
    slip: Slip
    request: Document
    store: Store
    receiver: Organization
    keeper: Person
    lines: list[LineView]
    fact: PersonalFact | None
    costs: list[tuple[Cost, Voucher | None]]

    def total(self, name: str) -> int:
        """Return the sum of one count over the whole slip."""
        return sum(line.total(name) for line in self.lines)

    def is_overdue(self, today: date) -> bool:
        """Say whether something is still out after the last day."""
        return self.slip.due_on is not None and self.slip.due_on < today and self.total("out") > 0


def slip(session: Session, access: Access, number: str) -> SlipView:
    """Return a visible slip; raise NotFound."""
    return _view(session, by_number(session, access, number, "HS"))


def slips_of(session: Session, access: Access, request_id: int) -> list[Document]:
    """Return the visible slips of a request or transfer, oldest first."""
    statement = select(Document).join(Slip, Slip.id == Document.id).where(Slip.request_id == request_id, visible(access))
    return list(session.scalars(statement.order_by(Document.id)))


def slip_for_token(session: Session, token: str) -> SlipView | None:
    """Return the slip that a receiver's link opens, or None."""
    statement = select(Document).join(Slip, Slip.id == Document.id).where(Slip.token_digest == token_digest(token))
    document = session.scalar(statement)
    return None if document is None else _view(session, document)


def _view(session: Session, document: Document) -> SlipView:
    row = session.get_one(Slip, document.id)
    lines = {
        found[0].line_no: LineView(found[0], found[1])
        for found in session.execute(
            select(SlipLine, Kind).join(Kind, Kind.id == SlipLine.kind_id).where(SlipLine.slip_id == row.id).order_by(SlipLine.line_no)
        )
    }
    out = out_units(session, [row.id])
    items = select(SlipItem, Asset).join(Asset, Asset.id == SlipItem.asset_id).where(SlipItem.slip_id == row.id)
    for found in session.execute(items.order_by(SlipItem.line_no, SlipItem.id)):
        item, asset = found[0], found[1]
        lines[item.line_no].items.append(ItemView(item, asset, out.get((row.id, item.line_no, asset.id), 0)))
    return SlipView(
        document,
        row,
        session.get_one(Document, row.request_id),
        session.get_one(Store, row.store_id),
        session.get_one(Organization, row.receiver_id),
        session.get_one(Person, row.keeper_id),
        list(lines.values()),
        session.get(PersonalFact, row.receiver_fact_id) if row.receiver_fact_id else None,
        costs_of(session, document.id),
    )


def out_units(session: Session, slip_ids: Sequence[int]) -> dict[tuple[int, int, int], int]:
    """Return how many units are still out per (slip, line, asset)."""
    statement = (
        select(Tranche.document_id, Tranche.line_no, Tranche.asset_id, func.sum(Tranche.count))
        .where(Tranche.document_id.in_(slip_ids), Tranche.state == State.OUT, Tranche.count > 0)
        .group_by(Tranche.document_id, Tranche.line_no, Tranche.asset_id)
    )
    return {(row[0] or 0, row[1] or 0, row[2]): int(row[3]) for row in session.execute(statement)}


@dataclass(frozen=True)
class SlipEntry:
    """A slip in a list: to whom, from where, how many units in all and still out."""

    document: Document
    slip: Slip
    request: str
    receiver: Organization
    store: Store
    loaded: int
    out: int


def page(
    session: Session,
    access: Access,
    today: date,
    *,
    show: str = "",
    state: str = "",
    request: str = "",
    text: str = "",
    before: int | None = None,
    limit: int = 25,
) -> list[SlipEntry]:
    """Return visible slips, newest first, one more than `limit` when there is a next page; `show` is loaded, out or overdue."""
    statement = select(Document, Slip, Organization, Store).join(Slip, Slip.id == Document.id).join(Organization, Organization.id == Slip.receiver_id)
    statement = _narrowed(statement.join(Store, Store.id == Slip.store_id).where(visible(access)), show, today)
    if state:
        statement = statement.where(Document.state == state)
    if request:
        statement = statement.where(Slip.request_id.in_(select(Document.id).where(Document.number == request.strip().upper())))
    if text.strip():
        wanted = text.strip()
        statement = statement.where(Document.number.contains(wanted.upper(), autoescape=True) | Organization.name.contains(wanted, autoescape=True))
    if before is not None:
        statement = statement.where(Document.id < before)
    rows = session.execute(statement.order_by(Document.id.desc()).limit(limit + 1)).all()
    ids = [row[0].id for row in rows]
    loaded = {row[0]: int(row[1]) for row in session.execute(_sums(ids))}
    out: dict[int, int] = defaultdict(int)
    for (slip_id, _, _), units in out_units(session, ids).items():
        out[slip_id] += units
    requests = {row.id: row.number for row in session.scalars(select(Document).where(Document.id.in_({row[1].request_id for row in rows})))}
    return [SlipEntry(row[0], row[1], requests[row[1].request_id], row[2], row[3], loaded.get(row[0].id, 0), out[row[0].id]) for row in rows]


def _sums(ids: Sequence[int]) -> Select[int, int]:
    return select(SlipItem.slip_id, func.sum(SlipItem.loaded)).where(SlipItem.slip_id.in_(ids)).group_by(SlipItem.slip_id)


def _narrowed(statement: Select[Document, Slip, Organization, Store], show: str, today: date) -> Select[Document, Slip, Organization, Store]:
    still_out = exists().where(Tranche.document_id == Slip.id, Tranche.state == State.OUT, Tranche.count > 0)
    if show == "loaded":
        return statement.where(Document.state.in_(AWAITING_RECEIVER))
    if show == "out":
        return statement.where(still_out)
    if show == "overdue":
        return statement.where(Slip.due_on < today, still_out)
    return statement


@dataclass(frozen=True)
class Ready:
    """A request of which something may go out of a store where the person keeps: how many units, from which day on."""

    number: str
    receiver: Organization
    store: Store
    units: int
    first_day: date
    last_day: date | None


def ready(session: Session, access: Access, limit: int = 200) -> list[Ready]:
    """Return what is promised and not issued yet from the stores where the person is keeper, the earliest day first."""
    statement = (
        select(Document.number, Organization, Store, func.sum(Reservation.open_units), func.min(Reservation.first_day), func.max(Reservation.last_day))
        .join(Document, Document.id == Reservation.document_id)
        .join(Organization, Organization.id == Document.organization_id)
        .join(Store, Store.id == Reservation.store_id)
        .where(Reservation.open_units > 0, Store.organization_id.in_(access.organizations(Role.KEEPER)))
        .group_by(Document.id, Organization.id, Store.id)
        .order_by(func.min(Reservation.first_day), Document.id)
        .limit(limit)
    )
    return [Ready(row[0], row[1], row[2], int(row[3]), row[4], row[5]) for row in session.execute(statement)]


def stores_left(session: Session, numbers: Iterable[str]) -> list[int]:
    """Return the stores that slips left, in the order of the numbers; raise NotFound."""
    wanted = [number.strip().upper() for number in numbers]
    statement = select(Document.number, Slip.store_id).join(Slip, Slip.id == Document.id).where(Document.number.in_(wanted))
    found = {row.number: row.store_id for row in session.execute(statement)}
    for number in wanted:
        if number not in found:
            raise NotFound(what=number)
    return [found[number] for number in wanted]
