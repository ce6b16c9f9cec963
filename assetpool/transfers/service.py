"""Acts on transfers: submit, endorse and approve (which promises for good), decline, cancel, close; and what a requisition's approval opens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.decisions import Decisions
from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import N_
from assetpool.handovers.telling import receiving
from assetpool.org.models import Role
from assetpool.prices import duties
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as requested
from assetpool.requisitions.steps import STEPS as REQUISITION_STEPS
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.transfers import deciding, payments
from assetpool.transfers.drafting import own
from assetpool.transfers.models import Transfer, TransferLine
from assetpool.transfers.queries import awaiting, books_in, siblings
from assetpool.transfers.queries import lines as lines_of
from assetpool.transfers.steps import AFTER_STEP, DECIDED_UPON, STEPS


def submit(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Hand the transfer in: the heads of giver and receiver endorse where there are some, then the store's approver decides."""
    document, row = own(session, number, by)
    records.unchanged(document, revision)
    given = [line.kind_id for line in lines_of(session, row.id)]
    duties.demand_unpriced(session, document.number, {by, row.requester_id}, given, reservations.pool_today(session, document.pool_id))
    records.step(session, document, "submitted", by, "submit", STEPS)
    approvals.open_round(session, document, *deciding.question(session, document, row))
    return document


def content_digest(session: Session, row: Transfer) -> str:
    """Return the digest of what is decided upon."""
    lines = [[line.line_no, line.kind_id, line.asset_id, line.asked] for line in lines_of(session, row.id)]
    text = json.dumps([row.giver_id, row.receiver_id, row.store_id, row.first_day.isoformat(), row.consideration, lines], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


_decisions = Decisions("TR", Transfer, STEPS, content_digest)


def approve(
    session: Session,
    number: str,
    *,
    by: int,
    reason: str = "",
    revision: int | None = None,
    occurred_at: datetime | None = None,
    paper: approvals.PaperDecision | None = None,
) -> Document:
    """Give the endorsement or approval that is due from this person; the last one promises every line for good, or raises NotEnoughStock."""
    document, row = _decisions.locked(session, number, revision)
    when = records.occurrence(session, occurred_at)
    step = approvals.awaited(session, document).step
    waiting = approvals.give(session, document, by, content_digest(session, row), _barred(session, document, row), "yes", reason, when, paper)
    if waiting is None and row.request_id is None:
        _promise(session, document, row)
    to = "approved" if waiting is None else AFTER_STEP.get(step, "")
    if to in STEPS[document.state] and (waiting is None or to != "approved"):
        # Where only one side's head is asked, that endorsement is the last step and the trail names it.
        records.step(session, document, to, by, step, STEPS, reason, when)
    else:
        records.remark(session, document, by, "agree" if step == "approve" else step, reason, when)
    return document


def _barred(session: Session, document: Document, row: Transfer) -> dict[int, str]:
    """Return who may not endorse or approve a transfer, and as what: whoever prices what it gives, and the requester."""
    given = [line.kind_id for line in lines_of(session, row.id)]
    return {**duties.pricing(session, given, reservations.pool_today(session, document.pool_id)), row.requester_id: N_("requester")}


def _promise(session: Session, document: Document, row: Transfer) -> None:
    lines = lines_of(session, row.id)
    keys = reservations.lock(session, [(line.kind_id, row.store_id) for line in lines])
    first = max(row.first_day, reservations.pool_today(session, document.pool_id))
    with reservations.keeping_promises(session, document.pool_id, keys):
        for line in sorted(lines, key=lambda line: (line.asset_id is None, line.line_no)):
            kind = session.get_one(Kind, line.kind_id)
            reservations.promise(
                session, document, line.line_no, kind, line.asked, first, None, purpose="transfer", asset_id=line.asset_id, store_id=row.store_id
            )


def reject(session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
    """Refuse the transfer for good; what a requisition had promised for it becomes free."""
    document, row = _decisions.decline(session, number, "rejected", by, reason, revision)
    _let_go(session, row, by, reason.strip())
    return document


def send_back(session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
    """Send the transfer back to be changed; one that a requisition opened is rejected, since its wish is decided already."""
    _document, row = _decisions.locked(session, number, revision)
    decline = _decisions.send_back if row.request_id is None else reject
    return decline(session, number, by=by, reason=reason, revision=revision)


def cancel(session: Session, number: str, *, by: int, reason: str = "", revision: int | None = None) -> Document:
    """Take a transfer back (a draft or approved one is cancelled, one under decision withdrawn), or let go what is left of a started one."""
    document, row = own(session, number, by)
    records.unchanged(document, revision)
    reservations.lock(session, [(line.kind_id, row.store_id) for line in lines_of(session, row.id)])
    approvals.close_round(session, document)
    _let_go(session, row, by, reason)
    accepted = sum(line.accepted for line in lines_of(session, row.id))
    if document.state in DECIDED_UPON:
        to = "withdrawn"
    elif awaiting(session, row.id):
        to = "handed_over"
    else:
        to = "accepted" if accepted else "cancelled"
    records.step(session, document, to, by, "cancel", STEPS, reason)
    return document


def _let_go(session: Session, row: Transfer, by: int, reason: str) -> None:
    """Release what is still promised, and cancel the requisition that nothing came of."""
    reservations.release(session, promise_id(row), store_id=row.store_id)
    if row.request_id is None or any(other.id != row.id for other, _ in siblings(session, row.request_id, alive=True)):
        return
    request = session.get_one(Document, row.request_id)
    if "cancelled" in REQUISITION_STEPS.get(request.state, frozenset()):
        records.step(session, request, "cancelled", by, "cancel", REQUISITION_STEPS, reason)


def promise_id(row: Transfer) -> int:
    """Return the document whose promises are used up: the requisition's, if one opened the transfer."""
    return row.request_id if row.request_id is not None else row.id


def close(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Close a transfer that both sides have booked; an agreed price must be in the treasury (PriceNotPaidIn)."""
    document, row = own(session, number, by)
    records.unchanged(document, revision)
    if document.state == "booked":
        payments.demand_settled(session, document, row)
    records.step(session, document, "closed", by, "close", STEPS)
    if row.request_id is not None:
        request = session.get_one(Document, row.request_id)
        if "closed" in REQUISITION_STEPS.get(request.state, frozenset()):
            records.step(session, request, "closed", by, "close", REQUISITION_STEPS)
    return document


def open_for(session: Session, document: Document, requisition: Requisition, by: int) -> None:
    """Open the transfer of an approved transfer requisition, one per store; it uses the promises that the approval gave.

    Of a virtual store the goods' own organization gives, and its head endorses first if there is one; else it is approved at once.
    """
    promised = stock.of_document(session, document.id)
    asked = {line.line_no: line for line in requested(session, requisition.id)}
    for store_id in sorted({row.store_id for row in promised}):
        store = session.get_one(Store, store_id)
        rows = [row for row in promised if row.store_id == store_id]
        books = books_in(session, [(row.kind_id, store_id, row.asset_id) for row in rows])
        giver_id = books.pop() if len(books) == 1 else store.organization_id
        made = records.create(
            session, document.pool_id, "TR", requisition.organization_id, "submitted", by, parties=[giver_id, store.organization_id], note=document.number
        )
        transfer = Transfer(
            id=made.id,
            request_id=document.id,
            giver_id=giver_id,
            receiver_id=requisition.organization_id,
            store_id=store_id,
            requester_id=requisition.requester_id,
            first_day=requisition.first_day,
            reason=requisition.purpose,
            consideration=0,
            giver_booked=False,
            receiver_booked=False,
        )
        session.add(transfer)
        session.flush()
        units: dict[int, int] = {}
        for row in rows:
            units[row.line_no] = units.get(row.line_no, 0) + row.promised
        _take_lines(session, transfer, {n: (asked[n].kind_id, asked[n].asset_id, count) for n, count in units.items()})
        if store.type == "virtual" and deciding.has_head(session, giver_id, requisition.requester_id):
            approvals.open_round(session, made, [approvals.Step("giver_endorse", Role.HEAD, giver_id)])
        else:
            records.step(session, made, "approved", by, "approve", STEPS, document.number)
        people = receiving(session, [giver_id]) | {requisition.requester_id}
        outbox.tell(session, "transfer_opened", pool_id=made.pool_id, people=people - {by}, document_id=made.id)


def _take_lines(session: Session, transfer: Transfer, lines: Mapping[int, tuple[int, int | None, int]]) -> None:
    """Write the lines under the numbers of the requisition, since its promises are found by them."""
    for number, (kind_id, asset_id, count) in sorted(lines.items()):
        session.add(TransferLine(transfer_id=transfer.id, line_no=number, kind_id=kind_id, asset_id=asset_id, asked=count))
    session.flush()
