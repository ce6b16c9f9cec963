"""Acts on requisitions: draft, submit, approve (which promises the stock under lock), reject, send back, withdraw, cancel, close."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.decisions import Decisions
from assetpool.catalog.queries import kinds
from assetpool.core import bulk
from assetpool.core.db import hold
from assetpool.core.errors import N_, FieldInvalid, SamePerson, Word, WrongState
from assetpool.core.models import Pool
from assetpool.prices import duties
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.service import ChangedMeanwhile as ChangedMeanwhile
from assetpool.records.service import unchanged as unchanged
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import allocation, blocking, deciding
from assetpool.requisitions.drafting import KindWithdrawn, own
from assetpool.requisitions.effects import free_of_lines, helped
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of
from assetpool.requisitions.steps import ISSUABLE, STEPS
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.reservations.models import Reservation

on_approved: dict[str, Callable[[Session, Document, Requisition, int], None]] = {}
on_refused: list[Callable[[Session, Document, Requisition, Mapping[int, int]], None]] = []
"""Called with what somebody wanted to grant per line when the stores cannot; the act is rolled back after them."""


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
    """Return the digest of what is decided upon: organization, days and lines."""
    asked = [[line.line_no, line.kind_id, line.asset_id, line.store_id, line.asked, line.drop, line.budget_price] for line in lines_of(session, row.id)]
    days = [row.first_day.isoformat(), row.last_day.isoformat() if row.last_day else None]
    text = json.dumps([row.kind, row.organization_id, row.event_id, days, asked], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


_decisions = Decisions("RQ", Requisition, STEPS, content_digest)
reject, send_back = _decisions.reject, _decisions.send_back


def approve(
    session: Session,
    number: str,
    *,
    by: int,
    reason: str = "",
    cuts: Mapping[int, int] | None = None,
    until: date | None = None,
    revision: int | None = None,
    occurred_at: datetime | None = None,
    paper: approvals.PaperDecision | None = None,
) -> Document:
    """Give the approval that is due from this person; when it is the last, promise every line under lock or raise NotEnoughStock.

    `cuts` {line number: units} lets who decides grant less than was asked (0: nothing of the line), `until` a loan that ends earlier;
    either needs a reason, as does a request for good beyond the allocation standard. What one of several cut, those after may cut further, not give back.
    """
    document, row = _decisions.locked(session, number, revision)
    allocation.demand_reason(session, document.pool_id, row, cuts or {}, reason)
    when = records.occurrence(session, occurred_at)
    asked = lines_of(session, row.id)
    last = _decisions.consent(session, document, row, by, _barred(session, document, row, asked), reason, when, paper)
    _cut(row, asked, cuts or {}, until, reason)
    if not last:
        return document
    try:
        _grant(session, document, row, asked)
    except reservations.NotEnoughStock:
        for told in on_refused:
            told(session, document, row, cuts or {})
        raise
    records.step(session, document, "approved", by, "approve", STEPS, reason, when)
    follow = on_approved.get(row.kind)
    if follow is not None:
        follow(session, document, row, by)
    return document


def _barred(session: Session, document: Document, row: Requisition, asked: Sequence[RequisitionLine]) -> dict[int, str]:
    """Return who may not approve a request, and as what: whoever prices what it asks for, and the requester."""
    return {**duties.pricing(session, [line.kind_id for line in asked], reservations.pool_today(session, document.pool_id)), row.requester_id: N_("requester")}


def _cut(row: Requisition, asked: Sequence[RequisitionLine], cuts: Mapping[int, int], until: date | None, reason: str) -> None:
    """Write what who decides leaves of quantities and days; what was cut before stays cut."""
    less = shorter = False
    for line in asked:
        most = line.asked if line.granted is None else line.granted
        granted = cuts.get(line.line_no, most)
        if not 0 <= granted <= line.asked:
            raise FieldInvalid(field=Word(N_("Approved quantity")), problem=Word(N_("enter a number from 0 to what was asked for.")))
        if granted < most:
            line.granted, less = granted, True
    if until is not None and row.last_day is not None and until != (row.granted_until or row.last_day):
        if not row.first_day <= until <= (row.granted_until or row.last_day):
            raise FieldInvalid(field=Word(N_("Granted until")), problem=Word(N_("choose a day from the first to the last one asked for.")))
        row.granted_until, shorter = until, True
    if (less or shorter) and not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why less is granted than was asked for.")))
    if less or shorter:
        row.cut_reason = reason.strip()


def _grant(session: Session, document: Document, row: Requisition, asked: Sequence[RequisitionLine]) -> None:
    if row.granted_until is not None and row.last_day is not None:
        row.asked_last_day, row.last_day = row.last_day, row.granted_until
    instead = helped(session, [row.id])[row.id].instead
    others = {kind_id for units in instead.values() for kind_id in units}
    offers = stock.offers_of(session, document.id)
    wanted = [(line.kind_id, line.store_id) for line in asked] + [(offer.kind_id, offer.store_id) for offer in offers]
    keys = reservations.lock(session, [*wanted, *((kind_id, None) for kind_id in others)])
    for offer in offers:
        reservations.let_go(session, offer, offer.open_units)
    hold(session, [session.get_one(Pool, document.pool_id)])
    today = reservations.pool_today(session, document.pool_id)
    books = stock.ledgers(session, keys, today)
    known = kinds(session, [*(line.kind_id for line in asked), *others])
    usable = stock.units_of(session, {line.asset_id for line in asked if line.asset_id is not None})
    numbers = bulk.take_ids(session, Reservation, len(asked)) if len(asked) > 1 else []
    for line in asked:
        granted = line.asked if line.granted is None else line.granted
        line.approved = granted
        for kind_id, units in _shared(line, granted, instead.get(line.line_no, {})):
            kind, same = known[kind_id], kind_id == line.kind_id
            if kind.withdrawn_at is not None:
                raise KindWithdrawn(kind=kind.name)
            # A loan put on paper after its last day still keeps its units until they are issued, so it is promised through today.
            last = None if row.kind == "transfer" else max(row.last_day or today, row.first_day, today)
            reservations.promise(
                session,
                document,
                line.line_no,
                kind,
                units,
                row.first_day,
                last,
                purpose=row.kind,
                asset_id=line.asset_id if same else None,
                store_id=line.store_id if same else None,
                books=books,
                units=usable,
                numbers=numbers,
            )
    if not any(line.approved for line in asked):
        raise FieldInvalid(field=Word(N_("Approved quantity")), problem=Word(N_("grant at least one unit, or reject the request.")))
    session.flush()


def _shared(line: RequisitionLine, granted: int, instead: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return what a line gets of which kind: so many as were chosen of others, the rest of the kind asked for."""
    shares, left = [], granted
    for kind_id, units in instead.items():
        shares.append((kind_id, min(units, left)))
        left -= min(units, left)
    return [(kind_id, units) for kind_id, units in ((line.kind_id, left), *shares) if units]


def grant_at_once(session: Session, document: Document, lane: str, *, note: str) -> None:
    """Promise a draft at once, without a round of decisions: the rules opened a small lane for it. Raise NotEnoughStock."""
    row = session.get_one(Requisition, document.id)
    records.step(session, document, "submitted", row.requester_id, "submit", STEPS)
    records.step(session, document, "stock_checked", None, "check_stock", STEPS, _stock_note(session, document, row))
    _grant(session, document, row, lines_of(session, row.id))
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
