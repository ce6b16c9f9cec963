"""Taking a way out for a promise at risk, with one tap: another store, a substitute, a later beginning, or part of the quantity."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, SamePerson, Word
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as lines_of
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.reservations import substitutes
from assetpool.reservations.models import Reservation
from assetpool.shortages.risks import MAY_REBOOK, Proposal, with_proposals

WAYS = ("store", "substitute", "later", "part")


class NoLongerAtRisk(DomainError):
    """The promise fits again, or what was proposed is gone."""

    status = 409
    sentence = N_("%(number)s: this way out is no longer needed or no longer open. Look at the list again.")


class NothingWouldBeLeft(DomainError):
    """Letting go of this part would leave nothing of the request."""

    status = 422
    sentence = N_("%(number)s: nothing would be left of the request. Let its organization take it back instead, or choose another way.")


def rebook(session: Session, reservation_id: int, how: str, *, by: int, kind_id: int | None = None, store_id: int | None = None) -> Document:
    """Take the way out `how` (store, substitute, later, part) for what a promise lacks now; reckoned anew under lock.

    By a keeper or approver of the stores concerned, who is not the one who asked. The kind asked for stays on the line.
    Raise NoLongerAtRisk, NothingWouldBeLeft, NotAllowed, SamePerson.
    """
    seen = session.get(Reservation, reservation_id)
    if seen is None or how not in WAYS:
        raise NotFound(what=str(reservation_id))
    document = records.lock_ids(session, [seen.document_id])[seen.document_id]
    row = session.get(Requisition, document.id)
    if row is None:
        raise NoLongerAtRisk(number=document.number)
    others = substitutes.of_kinds(session, [seen.kind_id]).get(seen.kind_id, ())
    reservations.lock(session, [(kind, None) for kind in (seen.kind_id, *others)])
    reservation = session.get_one(Reservation, reservation_id, populate_existing=True)
    proposal = _open(session, document, reservation, how, kind_id, store_id)
    for organization_id in sorted({session.get_one(Store, i).organization_id for i in (reservation.store_id, proposal.store.id)}):
        demand(session, by, MAY_REBOOK, organization_id)
    if by == row.requester_id:
        raise SamePerson(number=document.number, earlier=Word(N_("requester")))
    reservations.let_go(session, reservation, proposal.units)
    if how == "part":
        _cut(session, document, reservation.line_no, proposal.units, by)
    else:
        reservations.promise(
            session,
            document,
            reservation.line_no,
            session.get_one(Kind, proposal.kind.id),
            proposal.units,
            proposal.first_day,
            reservation.last_day,
            purpose=reservation.purpose,
            store_id=proposal.store.id,
        )
        records.concern(session, document.id, [proposal.store.organization_id])
    _say(session, document, row, proposal, by)
    return document


def _open(session: Session, document: Document, reservation: Reservation, how: str, kind_id: int | None, store_id: int | None) -> Proposal:
    """Return the proposal as it stands now."""
    today = reservations.pool_today(session, document.pool_id)
    lacking = stock.at_risk(session, [(reservation.kind_id, reservation.store_id)], today)
    if reservation.id not in lacking:
        raise NoLongerAtRisk(number=document.number)
    (risk,) = with_proposals(session, [reservation], lacking, today)
    for found in risk.proposals:
        if found.how == how and kind_id in (None, found.kind.id) and store_id in (None, found.store.id):
            return found
    raise NoLongerAtRisk(number=document.number)


def _cut(session: Session, document: Document, line_no: int, units: int, by: int) -> None:
    lines = lines_of(session, document.id)
    line = next(line for line in lines if line.line_no == line_no)
    if line.approved - units < line.issued:
        raise FieldInvalid(field=Word(N_("Approved quantity")), problem=Word(N_("more was handed over already.")))
    if sum(other.approved for other in lines) == units:
        raise NothingWouldBeLeft(number=document.number)
    line.approved -= units
    if any(other.issued for other in lines):
        requisitions.issued(session, document, {}, by)
    session.flush()


def _say(session: Session, document: Document, row: Requisition, proposal: Proposal, by: int) -> None:
    what = f"−{proposal.units} × {proposal.kind.name}" if proposal.how == "part" else f"{proposal.units} × {proposal.kind.name}, {proposal.store.name}"
    if proposal.how == "later":
        what = f"{what}, {proposal.first_day.isoformat()}"
    records.remark(session, document, by, "rebook", what)
    facts = {"number": document.number, "what": what}
    outbox.tell(session, "promise_rebooked", pool_id=document.pool_id, people=[row.requester_id], document_id=document.id, facts=facts)
