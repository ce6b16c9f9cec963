"""How hand-overs deal with transfers: which one may go out now, what its slips did to it, and the book figures frozen at acceptance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, SamePerson, Word, WrongState
from assetpool.core.models import Pool
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers.models import Slip, SlipLine
from assetpool.handovers.sources import Asked, Order, Source, of_requisition
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.org.models import Organization, Role
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.models import Requisition
from assetpool.reservations import queries as stock
from assetpool.savings.life import carrying_amount
from assetpool.transfers.models import Transfer, TransferLine
from assetpool.transfers.queries import awaiting, siblings
from assetpool.transfers.queries import lines as lines_of
from assetpool.transfers.service import promise_id
from assetpool.transfers.steps import GIVABLE, STEPS


class NotTheGivers(DomainError):
    """A thing on the list belongs to somebody else than the giver on the paper."""

    sentence = N_("%(tag)s belongs to %(owner)s, not to %(giver)s. Load another one, or make a transfer from its owner.")


class SeveralTransfers(DomainError):
    """A request is met from several stores, each with a transfer of its own."""

    sentence = N_("%(number)s is met by several transfers, one per store: %(transfers)s. Hand the things over under the number of theirs.")


def take(session: Session, number: str, by: int) -> Order:
    """Return a locked transfer that may be handed over now; the keeper must be neither requester nor one of its deciders."""
    document = session.scalar(select(Document).where(Document.number == number.strip().upper()))
    row = session.get(Transfer, document.id) if document is not None else None
    if row is not None and row.request_id is not None:
        records.lock_ids(session, [row.request_id, row.id])
    document = records.lock(session, number, "TR")
    row = session.get_one(Transfer, document.id)
    if document.state not in GIVABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    if by == row.requester_id:
        raise SamePerson(number=document.number, earlier=Word(N_("requester")))
    if by in approvals.deciders(session, document.id):
        raise SamePerson(number=document.number, earlier=Word(N_("approver")))
    if row.request_id is not None:
        requisitions.keeper_apart(session, session.get_one(Document, row.request_id), row.requester_id, by)
    return read(session, document)


def read(session: Session, document: Document) -> Order:
    """Return what a transfer gives, with the papers of need of the requisition it came from."""
    row = session.get_one(Transfer, document.id)
    papers: dict[int, Asked] = {}
    event_id = None
    if row.request_id is not None:
        asked = of_requisition(session, session.get_one(Document, row.request_id))
        papers = {line.line_no: line for line in asked.lines}
        event_id = asked.event_id
    lines = tuple(replace(papers.get(line.line_no, Asked(line.line_no, line.kind_id)), kind_id=line.kind_id) for line in lines_of(session, row.id))
    parties = (row.giver_id, row.receiver_id)
    return Order(document, "transfer", row.receiver_id, lines, promise_id(row), event_id, None, row.request_id, parties)


def loaded(session: Session, document: Document, counts: Mapping[int, int], by: int) -> None:
    """Count what left, in the transfer and in its requisition; refuse what does not belong to the giver on the paper."""
    row = session.get_one(Transfer, document.id)
    _check_owner(session, row)
    lines = lines_of(session, row.id)
    for line in lines:
        line.handed_over += counts.get(line.line_no, 0)
    session.flush()
    to = "handed_over" if not _still_promised(session, row) else "partly_handed_over"
    records.step(session, document, to, by, "hand_over", STEPS)
    if row.request_id is not None:
        request = session.get_one(Document, row.request_id)
        requisitions.issued(session, request, counts, by)


def _check_owner(session: Session, row: Transfer) -> None:
    store = session.get_one(Store, row.store_id)
    if row.request_id is not None or (row.giver_id == store.organization_id and store.type == "physical"):
        return
    statement = (
        select(Asset.tag, Tranche.book_id)
        .join(Tranche, Tranche.asset_id == Asset.id)
        .join(Slip, Slip.id == Tranche.document_id)
        .where(Slip.request_id == row.id, Tranche.state == State.LOADED, Tranche.owner_id != row.giver_id, Tranche.book_id != row.giver_id)
    )
    wrong = session.execute(statement.order_by(Asset.id).limit(1)).first()
    if wrong is not None:
        owner, giver = session.get_one(Organization, wrong.book_id), session.get_one(Organization, row.giver_id)
        raise NotTheGivers(tag=wrong.tag, owner=owner.name, giver=giver.name)


def _still_promised(session: Session, row: Transfer) -> int:
    return sum(promise.open_units for promise in stock.of_document(session, promise_id(row)) if promise.store_id == row.store_id)


def accepted(session: Session, document: Document, counts: Mapping[int, int], by: int) -> None:
    """Count what the receiver accepted and freeze its book figures; complete when nothing is promised or on its way any more."""
    row = session.get_one(Transfer, document.id)
    lines = {line.line_no: line for line in lines_of(session, row.id)}
    _freeze(session, document, lines)
    for line_no, count in counts.items():
        lines[line_no].accepted += count
    session.flush()
    open_units, on_the_way = _still_promised(session, row), len(awaiting(session, row.id)) - 1
    if open_units == 0 and on_the_way <= 0:
        to = "accepted" if any(line.accepted for line in lines.values()) else "cancelled"
    else:
        to = "handed_over" if open_units == 0 else "partly_handed_over"
    if to == document.state:
        records.remark(session, document, by, "accept")
    else:
        records.step(session, document, to, by, "accept", STEPS)
    if document.state == "accepted":
        roles = [(Role.FINANCE, row.giver_id), (Role.FINANCE, row.receiver_id)]
        outbox.tell(session, "transfer_to_book", pool_id=document.pool_id, roles=roles, document_id=document.id, once=f"to_book:{document.id}")


def _freeze(session: Session, document: Document, lines: Mapping[int, TransferLine]) -> None:
    """Add the book figures of what is being accepted to their lines; unknown values make a line's figures unknown.

    Where no accumulated depreciation is stated, straight line up to the day of acceptance proposes it; the tranche keeps it, so its movement does too.
    """
    statement = (
        select(Tranche, SlipLine.request_line_no, Slip.accepted_at)
        .join(Slip, Slip.id == Tranche.document_id)
        .join(Document, Document.id == Slip.id)
        .join(SlipLine, (SlipLine.slip_id == Slip.id) & (SlipLine.line_no == Tranche.line_no))
        .where(
            Slip.request_id == document.id,
            Slip.accepted_at.is_not(None),
            Document.state.in_(AWAITING_RECEIVER),
            Tranche.state == State.LOADED,
            Tranche.count > 0,
        )
    )
    zone = session.get_one(Pool, document.pool_id).time_zone
    sums: dict[int, list[tuple[int | None, int | None]]] = defaultdict(list)
    for tranche, line_no, accepted_at in session.execute(statement.order_by(Tranche.id)):
        if tranche.accumulated_depreciation is None and tranche.original_value is not None:
            life = session.get_one(Kind, tranche.kind_id).service_life_months
            carrying = carrying_amount(tranche.original_value, tranche.acquired_on, life, clock.day_of(accepted_at or clock.now(), zone))
            tranche.accumulated_depreciation = tranche.original_value - (carrying or 0)
        value, worn = tranche.original_value, tranche.accumulated_depreciation
        sums[line_no].append((None, None) if value is None or worn is None else (value * tranche.count, worn * tranche.count))
    for line_no, figures in sums.items():
        line = lines[line_no]
        known = [(value, worn) for value, worn in figures if value is not None and worn is not None]
        if len(known) < len(figures) or (line.accepted and line.original_value is None):
            line.original_value = line.accumulated_depreciation = line.carrying_amount = None
            continue
        line.original_value = (line.original_value or 0) + sum(value for value, _ in known)
        line.accumulated_depreciation = (line.accumulated_depreciation or 0) + sum(worn for _, worn in known)
        line.carrying_amount = line.original_value - line.accumulated_depreciation


def returned(session: Session, document: Document, everything_back: bool, anything_back: bool, by: int) -> None:
    """Nothing given for good comes back on its slip; it comes home by an intake of its own."""


source = Source(take, read, loaded, accepted, returned)


def through(requisition: Source) -> Source:
    """Return how hand-overs deal with requisitions: one for a transfer goes out on the transfer that its approval opened."""

    def take_either(session: Session, number: str, by: int) -> Order:
        document = session.scalar(select(Document).where(Document.number == number.strip().upper()))
        row = session.get(Requisition, document.id) if document is not None else None
        if row is None or row.kind != "transfer":
            return requisition.take(session, number, by)
        alive = siblings(session, row.id, alive=True)
        if len(alive) > 1:
            raise SeveralTransfers(number=number, transfers=", ".join(document.number for _, document in alive))
        return take(session, alive[0][1].number, by) if alive else requisition.take(session, number, by)

    def loaded_either(session: Session, document: Document, counts: Mapping[int, int], by: int) -> None:
        (loaded if document.kind == "TR" else requisition.loaded)(session, document, counts, by)

    return Source(take_either, requisition.read, loaded_either, requisition.accepted, requisition.returned)
