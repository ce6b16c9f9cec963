"""What follows every change on a slip: differences settled, slips closed when nothing is open, requests stepped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Movement, State, Tranche
from assetpool.custody.service import Cause
from assetpool.handovers.models import Slip
from assetpool.handovers.sources import source_of
from assetpool.handovers.steps import SLIP_STEPS
from assetpool.labels.meaning import present_tags
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.reservations import service as reservations

OPEN = (State.LOADED, State.OUT, State.HELD, State.ARRIVED)
_OUTCOMES = (("in_store", State.IN_STORE), ("repair", State.REPAIR), ("damaged", State.DAMAGED), ("lost", State.LOST))


class NothingToSettle(DomainError):
    """Fewer units are held than are to be settled."""

    sentence = N_("%(tag)s: %(asked)d to be settled, but only %(found)d are held under this heading.")


@dataclass(frozen=True)
class Difference:
    """Units of a slip that wait to be settled: what the receiver said (short, damage, refuse) and how many."""

    line_no: int
    asset: Asset
    said: str
    count: int


@dataclass(frozen=True)
class Settled:
    """How a difference ended, by count: found or back in the store, to be repaired, damaged beyond repair, lost."""

    tag: str
    said: str
    in_store: int = 0
    repair: int = 0
    damaged: int = 0
    lost: int = 0


def lock_slip(session: Session, number: str) -> tuple[Document, Slip, Document]:
    """Return a slip and the request behind it under their locks, the older document first; raise NotFound."""
    row = session.execute(select(Slip.id, Slip.request_id).join(Document, Document.id == Slip.id).where(Document.number == number.strip().upper())).first()
    if row is None:
        raise NotFound(what=number)
    locked = records.lock_ids(session, [row.id, row.request_id])
    slip = session.scalars(select(Slip).where(Slip.id == row.id).execution_options(populate_existing=True)).one()
    return locked[row.id], slip, locked[row.request_id]


def held(session: Session, slip_id: int) -> list[tuple[Tranche, str]]:
    """Return the tranches of a slip that wait to be settled, each with what was said at acceptance."""
    later = aliased(Movement)
    said = ("short", "damage", "refuse")
    newer = exists().where(later.tranche_id == Tranche.id, later.document_id == slip_id, later.act.in_(said), later.height > Movement.height)
    statement = (
        select(Tranche, Movement.act)
        .join(Movement, Movement.tranche_id == Tranche.id)
        .where(Tranche.document_id == slip_id, Tranche.state.in_((State.HELD, State.ARRIVED)), Tranche.count > 0)
        .where(Movement.document_id == slip_id, Movement.act.in_(said), ~newer)
        .order_by(Tranche.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def differences(session: Session, slip_id: int) -> list[Difference]:
    """Return what of a slip waits to be settled, per line, tag and heading."""
    sums: dict[tuple[int, int, str], int] = {}
    for tranche, said in held(session, slip_id):
        key = (tranche.line_no or 0, tranche.asset_id, said)
        sums[key] = sums.get(key, 0) + tranche.count
    assets = {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_({asset for _, asset, _ in sums})))}
    return [Difference(line_no, assets[asset_id], said, count) for (line_no, asset_id, said), count in sorted(sums.items())]


def settle(session: Session, number: str, settled: Sequence[Settled], *, by: int, note: str = "", occurred_at: datetime | None = None) -> Document:
    """Settle what was short, damaged or refused: found or taken back into the store, to be repaired, beyond repair, or lost."""
    document, slip, _ = lock_slip(session, number)
    store = session.get_one(Store, slip.store_id)
    demand(session, by, Role.KEEPER, store.organization_id)
    open_parts = held(session, slip.id)
    reservations.lock(session, {(tranche.kind_id, tranche.store_id) for tranche, _ in open_parts})
    assets = custody.lock_assets(session, [tranche.asset_id for tranche, _ in open_parts])
    by_tag = {asset.tag: asset.id for asset in assets.values()}
    when = records.occurrence(session, occurred_at, slip.accepted_at)
    for one, tag in zip(settled, present_tags(session, document.pool_id, [one.tag for one in settled]), strict=True):
        parts = [
            tranche for tranche, said in open_parts if tranche.asset_id == by_tag.get(tag) and said == one.said and tranche.state in (State.HELD, State.ARRIVED)
        ]
        asked = one.in_store + one.repair + one.damaged + one.lost
        found = sum(part.count for part in parts)
        if asked > found or min(one.in_store, one.repair, one.damaged, one.lost) < 0:
            raise NothingToSettle(tag=tag, asked=asked, found=found)
        _settle_parts(session, one, tag, parts, Cause(slip.id, parts[0].line_no if parts else None, by, when))
    if not any(one.in_store + one.repair + one.damaged + one.lost for one in settled):
        raise FieldInvalid(field=Word(N_("Counts")), problem=Word(N_("enter at least one count.")))
    records.remark(session, document, by, "settle", note.strip(), when)
    after_change(session, [slip.id], by, anything_back=False)
    return document


def _settle_parts(session: Session, one: Settled, tag: str, parts: list[Tranche], cause: Cause) -> None:
    for name, state in _OUTCOMES:
        count = getattr(one, name)
        if not count:
            continue
        taken = custody.take(session, tag, parts, count, cause)
        for part in taken:
            custody.move(session, part, "settle", Cause(cause.document_id, part.line_no, cause.by, cause.occurred_at), state=state, due_on=None, turn_round=0)
        parts = [part for part in parts if part not in taken]


def after_change(session: Session, slip_ids: Iterable[int], by: int, anything_back: bool) -> None:
    """Close the slips on which nothing is open any more, and step the requests behind them."""
    session.flush()
    wanted = sorted(set(slip_ids))
    slips = list(session.scalars(select(Slip).where(Slip.id.in_(wanted)).order_by(Slip.id)))
    documents = {row.id: row for row in session.scalars(select(Document).where(Document.id.in_([*wanted, *(slip.request_id for slip in slips)])))}
    still_open = open_slips(session, wanted)
    renew_due(session, slips)
    for slip in slips:
        document = documents[slip.id]
        if slip.id not in still_open and "closed" in SLIP_STEPS.get(document.state, frozenset()):
            records.step(session, document, "closed", by, "close", SLIP_STEPS)
    for request_id in sorted({slip.request_id for slip in slips if slip.purpose == "loan"}):
        siblings = list(session.scalars(select(Slip.id).where(Slip.request_id == request_id)))
        done = not open_slips(session, siblings)
        # A request that was closed early stays closed; what comes back is a fact all the same.
        if (done or anything_back) and documents[request_id].state != "closed":
            source_of(documents[request_id].kind).returned(session, documents[request_id], done, anything_back, by)


def renew_due(session: Session, slips: Sequence[Slip]) -> None:
    """Let each slip be due on the first day on which something of it that is still out is: parts of it may have been extended."""
    statement = select(Tranche.document_id, func.min(Tranche.due_on)).where(Tranche.document_id.in_([slip.id for slip in slips]), Tranche.count > 0)
    statement = statement.where(Tranche.state.in_((State.LOADED, State.OUT)), Tranche.due_on.is_not(None)).group_by(Tranche.document_id)
    due = {row[0]: row[1] for row in session.execute(statement)}
    for slip in slips:
        if due.get(slip.id, slip.due_on) != slip.due_on:
            slip.due_on = due[slip.id]


def open_slips(session: Session, slip_ids: Sequence[int]) -> set[int]:
    """Return those slips of which something is on its way, out, or waits to be settled."""
    statement = select(Tranche.document_id).where(Tranche.document_id.in_(slip_ids), Tranche.state.in_(OPEN), Tranche.count > 0).distinct()
    return {found for found in session.scalars(statement) if found is not None}
