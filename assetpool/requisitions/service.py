"""Acts on requisitions: draft, submit, approve (which promises the stock under lock), reject, send back, withdraw, cancel, close."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.decisions import Decisions
from assetpool.catalog.queries import kinds
from assetpool.core.errors import N_, SamePerson, Word, WrongState
from assetpool.prices import duties
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.service import ChangedMeanwhile as ChangedMeanwhile
from assetpool.records.service import unchanged as unchanged
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import blocking, deciding, granting
from assetpool.requisitions.approving import approve as approve
from assetpool.requisitions.approving import approve_several as approve_several
from assetpool.requisitions.approving import digest
from assetpool.requisitions.approving import on_approved as on_approved
from assetpool.requisitions.approving import on_refused as on_refused
from assetpool.requisitions.drafting import KindWithdrawn, own
from assetpool.requisitions.effects import free_of_lines
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as lines_of
from assetpool.requisitions.steps import ISSUABLE, STEPS
from assetpool.reservations import service as reservations


def submit(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Hand the request in: the stock is checked at once (recorded, never refused) and the approver is awaited."""
    document, row = own(session, number, by)
    records.unchanged(document, revision)
    asked = kinds(session, [line.kind_id for line in lines_of(session, row.id)])
    for kind in asked.values():
        if kind.withdrawn_at is not None:
            raise KindWithdrawn(kind=kind.name)
    duties.demand_unpriced(session, document.number, {by, row.requester_id}, asked, reservations.pool_today(session, document.pool_id))
    blocking.demand_nothing_overdue(session, document, row)
    records.step(session, document, "submitted", by, "submit", STEPS)
    _forget_cuts(session, row)
    question = deciding.asked_of(session, document, row)
    approvals.open_round(session, document, deciding.usual(question), question)
    records.step(session, document, "stock_checked", None, "check_stock", STEPS, _stock_note(session, document, row))
    return document


def _forget_cuts(session: Session, row: Requisition) -> None:
    """A request handed in again is asked for in full."""
    row.granted_until, row.cut_reason = None, ""
    for line in lines_of(session, row.id):
        line.granted = None


def _stock_note(session: Session, document: Document, row: Requisition) -> str:
    """Return what was free per line at submission, as JSON: [[line, asked, free], …]."""
    free = free_of_lines(session, row, reservations.pool_today(session, document.pool_id))
    return json.dumps([[line.line_no, line.asked, free[line.line_no]] for line in lines_of(session, row.id)])


def content_digest(session: Session, row: Requisition) -> str:
    """Return the digest of what is decided upon."""
    return digest(row, lines_of(session, row.id))


_decisions = Decisions("RQ", Requisition, STEPS, content_digest)
reject, send_back = _decisions.reject, _decisions.send_back


def grant_at_once(session: Session, document: Document, lane: str, *, note: str) -> None:
    """Promise a draft at once, without a round of decisions: the rules opened a small lane for it. Raise NotEnoughStock."""
    row = session.get_one(Requisition, document.id)
    records.step(session, document, "submitted", row.requester_id, "submit", STEPS)
    records.step(session, document, "stock_checked", None, "check_stock", STEPS, _stock_note(session, document, row))
    request = granting.Request(document, row, lines_of(session, row.id))
    granting.write(session, [granting.Stores(session, [request]).grant(request, granting.NOTHING)])
    records.step(session, document, "approved", None, lane, STEPS, note)


def cancel(session: Session, number: str, *, by: int, reason: str = "", revision: int | None = None) -> Document:
    """Take a request back: a draft or approved one is cancelled, one under decision is withdrawn; what was promised becomes free."""
    document, row = own(session, number, by)
    records.unchanged(document, revision)
    reservations.lock(session, [(line.kind_id, line.store_id) for line in lines_of(session, row.id)])
    to = "withdrawn" if document.state in ("submitted", "stock_checked") else "cancelled"
    approvals.close_round(session, document)
    reservations.release(session, document.id)
    records.step(session, document, to, by, "cancel", STEPS, reason)
    return document


def issuable(session: Session, number: str, by: int) -> tuple[Document, Requisition]:
    """Return a locked request from which things may go out now; the keeper must be neither requester nor approver."""
    document = records.lock(session, number, "RQ")
    row = session.get_one(Requisition, document.id)
    if document.state not in ISSUABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    keeper_apart(session, document, row.requester_id, by)
    return document, row


def keeper_apart(session: Session, document: Document, requester_id: int, by: int) -> None:
    """Raise SamePerson if the keeper asked for the things or approved the request."""
    if by == requester_id:
        raise SamePerson(number=document.number, earlier=Word(N_("requester")))
    if by in approvals.deciders(session, document.id):
        raise SamePerson(number=document.number, earlier=Word(N_("approver")))


def issued(session: Session, document: Document, counts: Mapping[int, int], by: int) -> None:
    """Count units as issued by line (negative: refused and come back) and step the request."""
    asked = lines_of(session, document.id)
    for line in asked:
        line.issued += counts.get(line.line_no, 0)
    session.flush()
    to = "issued" if all(line.issued >= line.approved for line in asked) else "partly_issued" if any(line.issued for line in asked) else "approved"
    if to != document.state and to in STEPS.get(document.state, frozenset()):
        records.step(session, document, to, by, "issue", STEPS)


def step_after_return(session: Session, document: Document, everything_back: bool, anything_back: bool, by: int) -> None:
    """Step a loan request after a return: returned when nothing is out any more and nothing is still to be issued."""
    asked = lines_of(session, document.id)
    complete = everything_back and all(line.issued >= line.approved for line in asked)
    to = "returned" if complete else "partly_returned" if anything_back else document.state
    if to != document.state:
        records.step(session, document, to, by, "return", STEPS)


def close(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Close a request whose things are all back (or given for good)."""
    document, _ = own(session, number, by)
    records.unchanged(document, revision)
    records.step(session, document, "closed", by, "close", STEPS)
    return document
