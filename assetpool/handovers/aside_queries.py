"""Things kept aside and exchanges as a person may see them; a fixed number of queries however many there are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Kind, Store
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers.aside_models import Aside, Exchange, ExchangeLine
from assetpool.handovers.models import Slip
from assetpool.org.models import Organization, Person
from assetpool.org.queries import Access
from assetpool.records.models import Document, PersonalFact
from assetpool.records.queries import by_number, visible, visible_numbers

MOST_MISSING = 100


@dataclass(frozen=True)
class AsideEntry:
    """A thing kept aside in a list."""

    document: Document
    row: Aside
    store: Store


def page(session: Session, access: Access, *, outcome: str = "", text: str = "", before: int | None = None, limit: int = 25) -> list[AsideEntry]:
    """Return visible things kept aside, newest first, one more than `limit` when there is a next page; `outcome` is open, ended or ''."""
    statement = select(Document, Aside, Store).join(Aside, Aside.id == Document.id).join(Store, Store.id == Aside.store_id).where(visible(access))
    if outcome:
        statement = statement.where(Aside.outcome == "" if outcome == "open" else Aside.outcome != "")
    if text.strip():
        wanted = text.strip()
        statement = statement.where(Document.number.contains(wanted.upper(), autoescape=True) | Aside.what.contains(wanted, autoescape=True))
    if before is not None:
        statement = statement.where(Document.id < before)
    return [AsideEntry(row[0], row[1], row[2]) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit + 1))]


@dataclass(frozen=True)
class Missing:
    """Units that a slip still has out: what a thing kept aside may turn out to be."""

    tag: str
    kind: Kind
    slip: str
    out: int


@dataclass(frozen=True)
class AsideView:
    """A thing kept aside with everything its page and paper show."""

    document: Document
    row: Aside
    store: Store
    keeper: Person
    asset: Asset | None
    kind: Kind | None
    owner: Organization | None
    bringer: PersonalFact | None
    taker: PersonalFact | None
    slip: str
    receipt: str
    exchange: str


def aside(session: Session, access: Access, number: str) -> AsideView:
    """Return a visible thing kept aside; raise NotFound. Numbers of papers one may not read are left out."""
    document = by_number(session, access, number, "KA")
    row = session.get_one(Aside, document.id)
    asset = session.get(Asset, row.asset_id) if row.asset_id else None
    exchange = session.scalar(select(ExchangeLine.exchange_id).where(ExchangeLine.aside_id == row.id).order_by(ExchangeLine.exchange_id.desc()).limit(1))
    numbers = visible_numbers(session, access, [row.slip_id, row.return_id, exchange])
    return AsideView(
        document,
        row,
        session.get_one(Store, row.store_id),
        session.get_one(Person, document.created_by),
        asset,
        session.get(Kind, asset.kind_id) if asset else None,
        session.get(Organization, row.owner_id) if row.owner_id else None,
        session.get(PersonalFact, row.bringer_fact_id) if row.bringer_fact_id else None,
        session.get(PersonalFact, row.taker_fact_id) if row.taker_fact_id else None,
        numbers.get(row.slip_id or 0, ""),
        numbers.get(row.return_id or 0, ""),
        numbers.get(exchange or 0, ""),
    )


def missing(session: Session, access: Access, row: Aside) -> list[Missing]:
    """Return what is still out on the slip a thing came with, and where its own label is out; the first hundred."""
    statement = (
        select(Asset.tag, Kind, Document.number, Tranche.count)
        .join(Asset, Asset.id == Tranche.asset_id)
        .join(Kind, Kind.id == Tranche.kind_id)
        .join(Document, Document.id == Tranche.document_id)
        .where(Tranche.state == State.OUT, Tranche.count > 0, visible(access))
        .where((Tranche.document_id == row.slip_id) | (Tranche.asset_id == row.asset_id))
    )
    return [Missing(found[0], found[1], found[2], found[3]) for found in session.execute(statement.order_by(Document.id, Asset.tag).limit(MOST_MISSING))]


@dataclass(frozen=True)
class Side:
    """One borrower of an exchange: the slip, the organization, and who signed."""

    name: str
    slip: Document
    receiver: Organization
    fact: PersonalFact | None


@dataclass(frozen=True)
class Swapped:
    """A line of an exchange: which label and how many, out on which slip, who had it; whether it lies aside in the store."""

    line: ExchangeLine
    asset: Asset
    kind: Kind
    holder: Organization
    slip: str
    aside: str


@dataclass(frozen=True)
class ExchangeView:
    """An exchange with everything its page and paper show."""

    document: Document
    row: Exchange
    store: Store
    keeper: Person
    sides: list[Side]
    lines: list[Swapped]
    receipt: str


def exchange(session: Session, access: Access, number: str) -> ExchangeView:
    """Return a visible exchange; raise NotFound."""
    document = by_number(session, access, number, "XC")
    row = session.get_one(Exchange, document.id)
    own, lying = aliased(Document), aliased(Document)
    statement = (
        select(ExchangeLine, Asset, Kind, Organization, own.number, lying.number)
        .join(Asset, Asset.id == ExchangeLine.asset_id)
        .join(Kind, Kind.id == Asset.kind_id)
        .join(Organization, Organization.id == ExchangeLine.holder_id)
        .join(own, own.id == ExchangeLine.slip_id)
        .outerjoin(lying, lying.id == ExchangeLine.aside_id)
        .where(ExchangeLine.exchange_id == row.id)
        .order_by(ExchangeLine.line_no)
    )
    slips = select(Document, Organization).join(Slip, Slip.id == Document.id).join(Organization, Organization.id == Slip.receiver_id)
    found = {one[0].id: (one[0], one[1]) for one in session.execute(slips.where(Slip.id.in_([row.first_slip_id, row.second_slip_id])))}
    sides = [
        Side(name, *found[slip_id], session.get(PersonalFact, fact_id) if fact_id else None)
        for name, slip_id, fact_id in (("first", row.first_slip_id, row.first_fact_id), ("second", row.second_slip_id, row.second_fact_id))
    ]
    return ExchangeView(
        document,
        row,
        session.get_one(Store, row.store_id),
        session.get_one(Person, document.created_by),
        sides,
        [Swapped(one[0], one[1], one[2], one[3], one[4], one[5] or "") for one in session.execute(statement)],
        visible_numbers(session, access, [row.return_id]).get(row.return_id or 0, ""),
    )
