"""Acts on intakes: draft, submit, endorse and approve, decline, cancel, close. Receiving is in `receiving`, whole books in `opening`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.decisions import Decisions
from assetpool.catalog.models import Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word, WrongState
from assetpool.custody.models import Condition
from assetpool.events.models import Event
from assetpool.intake import deciding
from assetpool.intake.models import Intake, IntakeLine
from assetpool.intake.queries import lines as lines_of
from assetpool.intake.steps import EDITABLE, STEPS
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS

MOST_UNITS = 1_000_000
MOST_LABELS_A_LINE = 5_000
MOST_LINES = 20_000


class TooManyLabels(DomainError):
    """So many single labels in one line are more likely a lot."""

    status = 422
    sentence = N_("%(kind)s: %(count)d single labels in one line are too many. Count them as a lot, or split the line.")


@dataclass(frozen=True)
class Announced:
    """One line announced: a kind, how many, singly labelled or as a lot; values in fen per unit."""

    kind_id: int
    quantity: int
    lot: bool = False
    original_value: int | None = None
    accumulated_depreciation: int | None = None
    acquired_on: date | None = None
    condition: str = Condition.GOOD
    brand: str = ""
    serial: str = ""
    external_no: str = ""
    place: str = ""
    note: str = ""


def draft(
    session: Session,
    organization_id: int,
    store_id: int,
    announced: Sequence[Announced],
    *,
    by: int,
    mode: str = "custody",
    reason: str = "",
    event_id: int | None = None,
) -> Document:
    """Write an intake of an organization's things for a store; raise FieldInvalid, NotAllowed."""
    access = demand(session, by, Role.CLERK, organization_id)
    store = session.get(Store, store_id)
    if store is None or store.pool_id != access.pool_id:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
    _check_mode(mode)
    event = session.get(Event, event_id) if event_id is not None else None
    if event_id is not None and (event is None or event.pool_id != access.pool_id):
        raise FieldInvalid(field=Word(N_("Event")), problem=Word(N_("choose an event from the list.")))
    document = records.create(session, access.pool_id, "IN", organization_id, "draft", by, parties=[store.organization_id])
    session.add(
        Intake(id=document.id, organization_id=organization_id, store_id=store_id, event_id=event_id, requester_id=by, mode=mode, reason=reason.strip())
    )
    session.flush()
    _write_lines(session, document, announced)
    return document


def rewrite(
    session: Session,
    number: str,
    store_id: int,
    announced: Sequence[Announced],
    *,
    by: int,
    mode: str = "custody",
    reason: str = "",
    revision: int | None = None,
) -> Document:
    """Write a draft or an intake sent back anew, before it is submitted (again)."""
    document, intake = own(session, number, by)
    records.unchanged(document, revision)
    if document.state not in EDITABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    store = session.get(Store, store_id)
    if store is None or store.pool_id != document.pool_id:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
    _check_mode(mode)
    intake.store_id, intake.mode, intake.reason = store_id, mode, reason.strip()
    session.execute(delete(IntakeLine).where(IntakeLine.intake_id == intake.id))
    _write_lines(session, document, announced)
    records.concern(session, document.id, [store.organization_id])
    records.remark(session, document, by, "rewrite")
    return document


def _check_mode(mode: str) -> None:
    if mode not in ("custody", "transfer"):
        raise FieldInvalid(field=Word(N_("Kind of intake")), problem=Word(N_("choose custody (the books stay) or transfer (the books move).")))


def own(session: Session, number: str, by: int) -> tuple[Document, Intake]:
    """Return a locked intake of an organization whose things this person may announce."""
    document = records.lock(session, number, "IN")
    demand(session, by, Role.CLERK, document.organization_id)
    return document, session.get_one(Intake, document.id)


def _write_lines(session: Session, document: Document, announced: Sequence[Announced]) -> None:
    if not announced:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("announce at least one thing.")))
    if len(announced) > MOST_LINES:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("an intake holds 20,000 lines at most. Split it into several.")))
    kinds = kinds_of(session, {line.kind_id for line in announced})
    for number, line in enumerate(announced, start=1):
        kind = kinds.get(line.kind_id)
        if kind is None or kind.pool_id != document.pool_id:
            raise FieldInvalid(field=Word(N_("Kind")), problem=Word(N_("choose a kind from the catalogue.")))
        if not 0 < line.quantity <= MOST_UNITS:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number from 1 to 1,000,000.")))
        if not line.lot and line.quantity > MOST_LABELS_A_LINE:
            raise TooManyLabels(kind=kind.name, count=line.quantity)
        if line.condition not in set(Condition):
            raise FieldInvalid(field=Word(N_("Condition")), problem=Word(N_("choose new, good, fair, poor or scrap.")))
        if any(amount is not None and amount < 0 for amount in (line.original_value, line.accumulated_depreciation)):
            raise FieldInvalid(field=Word(N_("Original value")), problem=Word(N_("it cannot be negative. Enter the value of one unit in yuan.")))
        session.add(
            IntakeLine(
                intake_id=document.id, line_no=number, kind_id=kind.id, lot=line.lot, announced=line.quantity, received=0, closed=False,
                original_value=line.original_value, accumulated_depreciation=line.accumulated_depreciation, acquired_on=line.acquired_on,
                condition=line.condition, brand=line.brand.strip(), serial=line.serial.strip(), external_no=line.external_no.strip(),
                place=line.place.strip(), note=line.note.strip(),
            )
        )  # fmt: skip
    session.flush()


def content_digest(session: Session, intake: Intake) -> str:
    """Return the digest of what is decided upon."""
    lines = [[line.line_no, line.kind_id, line.lot, line.announced, line.original_value, line.condition] for line in lines_of(session, intake.id)]
    text = json.dumps([intake.organization_id, intake.store_id, intake.mode, lines], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


_decisions = Decisions("IN", Intake, STEPS, content_digest)
reject, send_back = _decisions.reject, _decisions.send_back


def submit(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Hand the intake in: the organization's head endorses where there is one, then the store's approver decides."""
    document, intake = own(session, number, by)
    records.unchanged(document, revision)
    records.step(session, document, "submitted", by, "submit", STEPS)
    usual, asked = deciding.question(session, document, intake)
    approvals.open_round(session, document, usual, asked)
    return document


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
    """Give the endorsement or approval that is due from this person."""
    document, intake = _decisions.locked(session, number, revision)
    when = records.occurrence(session, occurred_at)
    step = approvals.awaited(session, document).step
    waiting = approvals.give(session, document, by, content_digest(session, intake), {intake.requester_id: N_("requester")}, "yes", reason, when, paper)
    if waiting is None:
        records.step(session, document, "approved", by, "approve", STEPS, reason, when)
    elif step == "endorse" and document.state == "submitted":
        records.step(session, document, "endorsed", by, "endorse", STEPS, reason, when)
    else:
        records.remark(session, document, by, "endorse" if step == "endorse" else "agree", reason, when)
    return document


def endorse(session: Session, number: str, *, by: int, reason: str = "", revision: int | None = None, occurred_at: datetime | None = None) -> Document:
    """Give the head's endorsement; raise WrongState when an approval, not an endorsement, is awaited."""
    document = records.lock(session, number, "IN")
    if approvals.awaited(session, document).step != "endorse":
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    return approve(session, number, by=by, reason=reason, revision=revision, occurred_at=occurred_at)


def cancel(session: Session, number: str, *, by: int, reason: str = "", revision: int | None = None) -> Document:
    """Take an intake back: a draft or approved one is cancelled, one under decision withdrawn."""
    document, _ = own(session, number, by)
    records.unchanged(document, revision)
    to = "withdrawn" if document.state in ("submitted", "endorsed") else "cancelled"
    approvals.close_round(session, document)
    records.step(session, document, to, by, "cancel", STEPS, reason)
    return document


def close(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Close a received intake once both sides have booked it."""
    document, _ = own(session, number, by)
    records.unchanged(document, revision)
    records.step(session, document, "closed", by, "close", STEPS)
    return document
