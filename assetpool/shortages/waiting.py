"""The waiting list: who lacks something queues for it, and the first whose wish fits is offered it when stock frees.

An offer is a promise of its own purpose, so nobody else takes the stock; it is kept for a set time and lapses by itself. Taking it is
one tap: a request still to be decided goes on with it, any other asks for the rest with a new request that is handed in at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word, WrongState
from assetpool.org.models import Role
from assetpool.org.queries import Access
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.reservations.models import Reservation
from assetpool.reservations.together import free
from assetpool.shortages.models import OPEN_STATES, Waiting

KEPT_FOR = timedelta(days=2)
"""How long an offer is kept for who waited."""
KEPT_FOR_DECISION = timedelta(days=7)
"""How long what was taken is kept until it is decided."""
UNDECIDED = frozenset({"submitted", "endorsed", "stock_checked"})
JOINABLE = UNDECIDED | {"approved", "partly_issued", "issued", "rejected"}
GRANTED = frozenset({"approved", "partly_issued", "issued", "partly_returned", "returned", "closed"})
GONE = frozenset({"withdrawn", "cancelled"})
MOST_SERVED = 200


class WaitsAlready(DomainError):
    """The line stands in the queue already."""

    status = 409
    sentence = N_("%(number)s waits for this already. You are told as soon as it is free.")


class OfferOver(DomainError):
    """The offer lapsed or was taken back."""

    status = 409
    sentence = N_("This offer is over. Look at the waiting list; you may queue again.")


def missing(line: RequisitionLine, state: str) -> int:
    """Return how many units a line of a request lacks: what was not granted, or all of it while nothing is decided."""
    return line.asked - (line.approved if state in GRANTED else 0)


def join(session: Session, number: str, line_no: int, *, by: int, units: int | None = None) -> Waiting:
    """Queue for what a line lacks, on its own days; raise WaitsAlready, WrongState, FieldInvalid, NotAllowed."""
    document, row = drafting.own(session, number, by)
    if document.state not in JOINABLE or row.kind != "loan":
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    line = next((line for line in lines_of(session, row.id) if line.line_no == line_no), None)
    if line is None:
        raise NotFound(what=str(line_no))
    most = missing(line, document.state)
    wanted = most if units is None else units
    if not 0 < wanted <= most:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("queue for what the line lacks, not for more.")))
    today = reservations.pool_today(session, document.pool_id)
    if row.last_day is not None and row.last_day < today:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it is over. Ask for later days.")))
    open_ = select(Waiting.id).where(Waiting.document_id == document.id, Waiting.line_no == line_no, Waiting.state.in_(OPEN_STATES))
    if session.scalar(open_) is not None:
        raise WaitsAlready(number=document.number)
    reservations.lock(session, [(line.kind_id, line.store_id)])
    now = clock.now()
    waiting = Waiting(
        pool_id=document.pool_id,
        document_id=document.id,
        line_no=line_no,
        kind_id=line.kind_id,
        store_id=line.store_id,
        units=wanted,
        first_day=row.first_day,
        last_day=row.asked_last_day or row.last_day,
        person_id=by,
        state="waiting",
        joined_at=now,
        changed_at=now,
    )
    session.add(waiting)
    session.flush()
    return waiting


def serve(session: Session, keys: Collection[stock.Key], pool_id: int) -> int:
    """Offer what is free under the locks of the act to the first in the queue whose wish fits, and on; return how many were offered something."""
    kinds = {kind for kind, _ in keys}
    today = reservations.pool_today(session, pool_id)
    queued = select(Waiting).where(Waiting.kind_id.in_(kinds), Waiting.state == "waiting", Waiting.pool_id == pool_id)
    rows = list(session.scalars(queued.order_by(Waiting.id).limit(MOST_SERVED).execution_options(populate_existing=True)))
    if not rows:
        return 0
    # An offer refers to its request, whose row is locked before any stock; one that somebody works on just now is served by the next act or the job.
    asking = select(Document).where(Document.id.in_({row.document_id for row in rows})).order_by(Document.id)
    asking = asking.with_for_update(read=True, key_share=True, skip_locked=True)
    documents = {row.id: row for row in session.scalars(asking.execution_options(populate_existing=True))}
    rows = [row for row in rows if row.document_id in documents]
    written = select(RequisitionLine).where(RequisitionLine.requisition_id.in_(documents))
    asked = {(line.requisition_id, line.line_no): line for line in session.scalars(written)}
    books = stock.ledgers(session, [key for key in keys if key[0] in {row.kind_id for row in rows}], today)
    named = {kind.id: kind for kind in session.scalars(select(Kind).where(Kind.id.in_(kinds)))}
    offered = 0
    for row in rows:
        line = asked.get((row.document_id, row.line_no))
        written_anew = line is None or line.kind_id != row.kind_id or line.asked < row.units
        if written_anew or documents[row.document_id].state in GONE or (row.last_day is not None and row.last_day < today):
            _change(row, "left")
            continue
        kind = named[row.kind_id]
        fitting = {key: book for key, book in books.items() if key[0] == row.kind_id and row.store_id in (None, key[1])}
        first = max(row.first_day, today)
        if not fitting or free(fitting.values(), first, row.last_day, kind.turn_round_days) < row.units:
            continue
        days = (row.first_day, row.last_day)
        document = documents[row.document_id]
        reservations.promise(session, document, row.line_no, kind, row.units, *days, purpose=stock.OFFER, store_id=row.store_id, books=fitting)
        books |= fitting
        _change(row, "offered", KEPT_FOR)
        _tell(session, row, documents[row.document_id], kind)
        offered += 1
    session.flush()
    return offered


def _change(row: Waiting, state: str, keep: timedelta | None = None) -> None:
    row.state, row.changed_at = state, clock.now()
    row.keep_until = None if keep is None else clock.now() + keep


def _tell(session: Session, row: Waiting, document: Document, kind: Kind) -> None:
    until = "" if row.keep_until is None else row.keep_until.date().isoformat()
    outbox.tell(
        session,
        "waiting_offer",
        pool_id=row.pool_id,
        people=[row.person_id],
        document_id=document.id,
        facts={"number": document.number, "kind": kind.name, "units": row.units, "until": until},
        urgent=True,
        once=f"offer:{row.id}:{row.changed_at.isoformat()}",
    )


def take(session: Session, waiting_id: int, *, by: int) -> Document:
    """Take an offer: the request it came from goes on with it, or a new one for it is handed in; what was kept stays kept until that is decided.

    Raise OfferOver, NotAllowed.
    """
    row, document = _mine(session, waiting_id, by)
    if row.state != "offered" or row.keep_until is None or row.keep_until <= clock.now():
        raise OfferOver()
    kept = stock.offers_of(session, document.id, row.line_no)
    _change(row, "taken", KEPT_FOR_DECISION)
    if document.state in UNDECIDED:
        records.remark(session, document, by, "take_offer")
        return document
    asked = session.get_one(Requisition, document.id)
    line = next(line for line in lines_of(session, document.id) if line.line_no == row.line_no)
    wish = drafting.Wish(
        row.units,
        kind_id=row.kind_id,
        store_id=row.store_id,
        drop=line.drop,
        budget_price=line.budget_price,
        need_dated_on=line.need_dated_on,
    )
    made = drafting.draft(
        session,
        asked.organization_id,
        [wish],
        row.first_day,
        row.last_day,
        by=by,
        event_id=asked.event_id,
        purpose=asked.purpose,
        budget_line=asked.budget_line,
    )
    for reservation in kept:
        reservation.document_id, reservation.line_no = made.id, 1
    session.flush()
    row.request_id = made.id
    return requisitions.submit(session, made.number, by=by)


def leave(session: Session, waiting_id: int, *, by: int) -> Waiting:
    """Leave the queue, or decline an offer: what was kept goes to the next."""
    row, document = _mine(session, waiting_id, by)
    if row.state not in OPEN_STATES:
        raise OfferOver()
    _free(session, row, document.id)
    _change(row, "left")
    session.flush()
    return row


def _free(session: Session, row: Waiting, document_id: int) -> None:
    owner, line_no = (document_id, row.line_no) if row.request_id is None else (row.request_id, 1)
    for reservation in stock.offers_of(session, owner, line_no):
        reservations.let_go(session, reservation, reservation.open_units)


def _mine(session: Session, waiting_id: int, by: int) -> tuple[Waiting, Document]:
    """Return an entry and its request, both locked, of an organization for which this person may ask."""
    seen = session.get(Waiting, waiting_id)
    if seen is None:
        raise NotFound(what=str(waiting_id))
    document = records.lock_ids(session, [seen.document_id])[seen.document_id]
    demand(session, by, (Role.ORGANIZER, Role.CLERK), document.organization_id)
    _lock(session, seen)
    return session.get_one(Waiting, waiting_id, populate_existing=True), document


def _lock(session: Session, row: Waiting) -> None:
    reservations.lock(session, [(row.kind_id, row.store_id)])


def run(session: Session, pool_id: int) -> int:
    """Let offers lapse whose time is over, settle what was granted, and serve the queue anew; return how many changed. A job."""
    over = session.scalars(select(Waiting).where(Waiting.pool_id == pool_id, Waiting.state.in_(("offered", "taken"))).order_by(Waiting.id)).all()
    waiting = session.scalars(select(Waiting.kind_id).where(Waiting.pool_id == pool_id, Waiting.state == "waiting").distinct()).all()
    documents = records.lock_ids(session, {i for row in over for i in (row.document_id, row.request_id) if i is not None})
    keys = reservations.lock(session, [(kind_id, None) for kind_id in {*(row.kind_id for row in over), *waiting}])
    changed = 0
    for row in over:
        session.refresh(row)
        changed += _settled(session, row, documents)
    session.flush()
    return changed + serve(session, keys, pool_id)


def _settled(session: Session, row: Waiting, documents: Mapping[int, Document]) -> bool:
    if row.state not in ("offered", "taken"):
        return False
    owner = row.request_id or row.document_id
    if owner not in documents:
        return False
    granted = _granted(session, row, owner)
    if documents[owner].state in GRANTED and granted:
        _change(row, "granted")
    elif documents[owner].state in GONE | {"rejected"} and row.state == "taken":
        _free(session, row, row.document_id)
        _change(row, "left")
    elif row.keep_until is not None and row.keep_until <= clock.now():
        _free(session, row, row.document_id)
        _change(row, "lapsed")
    else:
        return False
    return True


def _granted(session: Session, row: Waiting, owner: int) -> bool:
    line_no = row.line_no if row.request_id is None else 1
    statement = select(Reservation.id).where(Reservation.document_id == owner, Reservation.line_no == line_no, Reservation.purpose != stock.OFFER)
    return session.scalar(statement.limit(1)) is not None and not stock.offers_of(session, owner, line_no)


def of_documents(session: Session, ids: Collection[int]) -> list[Waiting]:
    """Return the open entries of some requests, in the order of the queue."""
    statement = select(Waiting).where(Waiting.document_id.in_(set(ids)), Waiting.state.in_(OPEN_STATES))
    return list(session.scalars(statement.order_by(Waiting.id)))


def queue(session: Session, access: Access, limit: int = 100) -> list[tuple[Waiting, Document, Kind]]:
    """Return the open queue that a person may see: of organizations asked for, and all of it for keepers and approvers; in its order."""
    statement = select(Waiting, Document, Kind).join(Document, Document.id == Waiting.document_id).join(Kind, Kind.id == Waiting.kind_id)
    statement = statement.where(Waiting.pool_id == access.pool_id, Waiting.state.in_(OPEN_STATES))
    if not access.has(Role.KEEPER, Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR):
        statement = statement.where(Document.organization_id.in_(access.organizations(Role.ORGANIZER, Role.CLERK)))
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(Waiting.id).limit(limit))]
