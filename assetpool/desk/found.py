"""What strangers write who scanned a label: it reaches the keepers of the thing's store, and nobody can flood them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.custody.models import Asset
from assetpool.desk.found_models import FoundReport
from assetpool.org.models import Role
from assetpool.org.queries import Access
from assetpool.org.service import demand
from assetpool.records import erasing, outbox, photos

PER_ADDRESS = 5
PER_THING = 5
WITHIN = timedelta(hours=1)
LONGEST_MESSAGE = 1000
LONGEST_CONTACT = 120


class WrittenTooOften(DomainError):
    """One address, or everybody about one thing, wrote too often within an hour."""

    status = 429
    sentence = N_("Enough was written for now; the keepers will read it. If it is urgent, call the number above, or write again in an hour.")


def report(session: Session, asset_id: int, message: str, contact: str, *, address: str, secret: str) -> FoundReport:
    """Keep what a stranger wrote about a thing and tell the keepers of its store; raise WrittenTooOften, FieldInvalid.

    Of the network address only a keyed digest is kept, to tell senders apart.
    """
    asset = session.get(Asset, asset_id)
    if asset is None:
        raise NotFound(what=str(asset_id))
    said, reach = message.strip(), contact.strip()
    if not said or len(said) > LONGEST_MESSAGE:
        raise FieldInvalid(field=Word(N_("Message")), problem=Word(N_("say in up to 1,000 characters where the thing is.")))
    if len(reach) > LONGEST_CONTACT:
        raise FieldInvalid(field=Word(N_("How to reach you")), problem=Word(N_("this text is too long. Shorten it.")))
    demand_room(session, asset.id, address=address, secret=secret)
    row = FoundReport(pool_id=asset.pool_id, asset_id=asset.id, store_id=asset.store_id, message=said, contact=reach, sent_at=clock.now())
    row.from_digest = _sender(address, secret)
    session.add(row)
    session.flush()
    keeping = session.get_one(Store, asset.store_id).organization_id
    outbox.tell(session, "found_item", pool_id=asset.pool_id, roles=[(Role.KEEPER, keeping)], facts={"tag": asset.tag})
    return row


def demand_room(session: Session, asset_id: int, *, address: str, secret: str) -> None:
    """Raise WrittenTooOften where one address, or everybody about one thing, wrote enough; asked before a stranger's photos cost anything, and in the act."""
    recent = select(func.count()).select_from(FoundReport).where(FoundReport.sent_at > clock.now() - WITHIN)
    if (session.scalar(recent.where(FoundReport.from_digest == _sender(address, secret))) or 0) >= PER_ADDRESS:
        raise WrittenTooOften
    if (session.scalar(recent.where(FoundReport.asset_id == asset_id)) or 0) >= PER_THING:
        raise WrittenTooOften


def _sender(address: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"found:{address}".encode(), sha256).hexdigest()


def handle(session: Session, report_id: int, note: str, *, by: int) -> FoundReport:
    """Note that a message was dealt with, and how; raise NotFound, NotAllowed."""
    row = session.get(FoundReport, report_id)
    if row is None:
        raise NotFound(what=str(report_id))
    demand(session, by, Role.KEEPER, session.get_one(Store, row.store_id).organization_id)
    if row.handled_at is None:
        row.handled_by, row.handled_at, row.note = by, clock.now(), note.strip()[:300]
        session.flush()
    return row


def forget(session: Session, pool_id: int) -> int:
    """Erase how finders can be reached from messages that were dealt with longer ago than the pool keeps names; return how many."""
    before = erasing.kept_since(session, pool_id)
    if before is None:
        return 0
    rows = session.scalars(select(FoundReport).where(FoundReport.pool_id == pool_id, FoundReport.handled_at < before, FoundReport.contact != "")).all()
    for row in rows:
        row.contact = ""
    session.flush()
    return len(rows)


def reads(session: Session, access: Access, report_id: int) -> bool:
    """Say whether the person keeps the store that a message is for."""
    statement = select(FoundReport.id).join(Store, Store.id == FoundReport.store_id)
    return session.scalar(statement.where(FoundReport.id == report_id, Store.organization_id.in_(access.organizations(Role.KEEPER)))) is not None


photos.readers["found"] = reads


@dataclass(frozen=True)
class Written:
    """One message with the thing it is about."""

    row: FoundReport
    asset: Asset
    kind: Kind
    store: Store


def written(session: Session, access: Access, before: int | None = None, limit: int = 50) -> Sequence[Written]:
    """Return what was written about things of the stores where the person is keeper, newest first, one more than `limit` if there is more."""
    statement = select(FoundReport, Asset, Kind, Store).join(Asset, Asset.id == FoundReport.asset_id).join(Kind, Kind.id == Asset.kind_id)
    statement = statement.join(Store, Store.id == FoundReport.store_id).where(Store.organization_id.in_(access.organizations(Role.KEEPER)))
    if before is not None:
        statement = statement.where(FoundReport.id < before)
    return [Written(row[0], row[1], row[2], row[3]) for row in session.execute(statement.order_by(FoundReport.id.desc()).limit(limit + 1))]
