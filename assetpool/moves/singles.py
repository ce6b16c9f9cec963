"""A stack turned into singles: units of a counted lot get cards and tags of their own, as movements of one document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.custody import service as custody
from assetpool.custody.models import OWNED, Asset, Movement, State, Tranche
from assetpool.custody.service import Cause, NotThatMany
from assetpool.labels.meaning import asset_called
from assetpool.moves.models import Move
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.reservations.models import Reservation
from assetpool.savings.bought import purchase_of
from assetpool.savings.models import SavingShare

MOST_AT_ONCE = 500


class NotALot(DomainError):
    """Only a counted lot can be turned into single things."""

    status = 422
    sentence = N_("%(tag)s is a single thing already. Scan the label of a counted lot.")


class CountedByLot(DomainError):
    """Units that were lent before are counted by their lot in figures that stand."""

    sentence = N_("%(lent)d units of %(tag)s were lent before and stay counted under it; %(free)d can become single things.")


class BoughtAsLot(DomainError):
    """What the pool itself bought is carried into the cost of reuse by its lot."""

    sentence = N_("The pool bought %(tag)s itself, and its price is carried by the lot. It stays one lot.")


class PromisedAsLot(DomainError):
    """Requests name the lot by its tag."""

    sentence = N_("%(promised)d units are promised under the tag %(tag)s itself. At most %(free)d can become single things now.")


@dataclass(frozen=True)
class Singled:
    """The document that says so, and the tags that were made."""

    document: Document
    tags: list[str]


def single_out(session: Session, tag: str, count: int | None = None, *, by: int, occurred_at: datetime | None = None) -> Singled:
    """Give `count` units of a lot (None: all that can) that stand in its store a card each; the last unit of all keeps the lot's own card and tag.

    Raise NotALot, NotThatMany, CountedByLot, BoughtAsLot, PromisedAsLot, NotFound, NotAllowed, FieldInvalid.
    """
    lot = asset_called(session, access_of(session, by).pool_id, tag)
    store = session.get_one(Store, lot.store_id)
    demand(session, by, Role.KEEPER, store.organization_id)
    custody.lock_stock(session, [(lot.kind_id, store.id)])
    lot = custody.lock_assets(session, [lot.id])[lot.id]
    if lot.form != "lot":
        raise NotALot(tag=lot.tag)
    if purchase_of(session, lot.pool_id, lot.id) is not None:
        raise BoughtAsLot(tag=lot.tag)
    standing = custody.standing(session, lot.id, store_id=store.id)
    free, wanted = _free(session, lot, standing, count)
    last = session.scalar(select(func.max(Movement.occurred_at)).where(Movement.tranche_id.in_({tranche.id for tranche in free})))
    when = records.occurrence(session, occurred_at, last)
    document = records.create(session, lot.pool_id, "MV", store.organization_id, "closed", by)
    session.add(Move(id=document.id, store_id=store.id, place=lot.place))
    everything = session.scalar(select(func.sum(Tranche.count)).where(Tranche.asset_id == lot.id, Tranche.count > 0)) == wanted
    parts = custody.take(session, lot.tag, free, wanted, Cause(document.id, None, by, when))
    tags = _give_cards(session, lot, parts, wanted - everything, Cause(document.id, None, by, when))
    if everything:
        lot.form, lot.units = "unit", 1
    session.flush()
    kept = session.scalars(select(Tranche).where(Tranche.asset_id == lot.id, Tranche.count > 0).limit(1)).one()
    custody.restate(session, kept)
    session.flush()
    return Singled(document, tags)


def _free(session: Session, lot: Asset, standing: list[Tranche], count: int | None) -> tuple[list[Tranche], int]:
    """Return the tranches whose units were never lent, and how many of them become single things."""
    lent = _lent(session, standing)
    free = [tranche for tranche in standing if tranche.id not in lent]
    there, most = sum(tranche.count for tranche in standing), sum(tranche.count for tranche in free)
    wanted = most if count is None else count
    if wanted > there:
        raise NotThatMany(tag=lot.tag, asked=wanted, found=there)
    if wanted > most or (count is None and most == 0 and there):
        raise CountedByLot(tag=lot.tag, lent=there - most, free=most)
    if not 0 < wanted <= MOST_AT_ONCE:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("turn between 1 and 500 units into single things at once.")))
    open_units = session.scalar(select(func.sum(Reservation.open_units)).where(Reservation.asset_id == lot.id, Reservation.open_units > 0)) or 0
    owned = session.scalar(select(func.sum(Tranche.count)).where(Tranche.asset_id == lot.id, Tranche.state.in_(OWNED))) or 0
    if owned - wanted < open_units:
        raise PromisedAsLot(tag=lot.tag, promised=open_units, free=max(0, owned - open_units))
    return free, wanted


def _lent(session: Session, tranches: Iterable[Tranche]) -> set[int]:
    """Return the ids of those tranches for which, or for what they were parted from, a saving stands."""
    above = {tranche.id: [tranche.id] for tranche in tranches}
    asked = {tranche.id: tranche.parent_id for tranche in tranches if tranche.parent_id is not None}
    while asked:
        parents = {row.id: row.parent_id for row in session.execute(select(Tranche.id, Tranche.parent_id).where(Tranche.id.in_(set(asked.values()))))}
        for own, parent in asked.items():
            above[own].append(parent)
        asked = {own: parents[parent] for own, parent in asked.items() if parents.get(parent) is not None}
    every = {one for line in above.values() for one in line}
    shared = set(session.scalars(select(SavingShare.tranche_id).where(SavingShare.tranche_id.in_(every))))
    return {own for own, line in above.items() if shared & set(line)}


def _give_cards(session: Session, lot: Asset, parts: list[Tranche], wanted: int, cause: Cause) -> list[str]:
    """Let the first `wanted` units of the parts move to new cards, one each, numbered as lines of the document; return their tags."""
    now, tags = clock.now(), custody.next_tags(session, wanted) if wanted else []
    same = {name: getattr(lot, name) for name in ("pool_id", "kind_id", "store_id", "place", "custodian_id", "brand", "external_no", "note")}
    cards = [Asset(tag=tag, form="unit", units=1, state=State.IN_STORE, condition=lot.condition, serial="", created_at=now, **same) for tag in tags]
    session.add_all(cards)
    session.flush()
    waiting = iter(enumerate(cards, start=1))
    for part in parts:
        for _ in range(part.count):
            number, card = next(waiting, (0, None))
            if card is None:
                return tags
            own = Cause(cause.document_id, number, cause.by, cause.occurred_at)
            piece = custody.split(session, part, 1, own)
            custody.move(session, piece, "single", own, asset_id=card.id)
    return tags
