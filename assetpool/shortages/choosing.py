"""Choosing what is given instead on a line still to be decided; the kind asked for stays, so the saving is reckoned on the lesser price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, SamePerson, Word, WrongState
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions.effects import effects
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.standing import Standing
from assetpool.reservations import substitutes
from assetpool.reservations.service import NotEnoughStock, pool_today
from assetpool.shortages.models import LineSubstitute

UNDECIDED = frozenset({"submitted", "endorsed", "stock_checked"})


class NotDeclared(DomainError):
    """The pool did not declare that kind to stand in for the one asked for."""

    status = 422
    sentence = N_("%(other)s is not declared to stand in for %(kind)s. Declare it first, or take another kind.")


def chosen(session: Session, ids: Collection[int]) -> dict[tuple[int, int], dict[int, int]]:
    """Return {(request id, line): {kind id: units}}; a choice made before the line was written anew counts no longer."""
    line = RequisitionLine
    statement = (
        select(LineSubstitute)
        .join(line, (line.requisition_id == LineSubstitute.document_id) & (line.line_no == LineSubstitute.line_no))
        .where(LineSubstitute.document_id.in_(set(ids)), line.kind_id == LineSubstitute.asked_kind_id, LineSubstitute.units <= line.asked)
    )
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for row in session.scalars(statement.order_by(LineSubstitute.id)):
        found[(row.document_id, row.line_no)][row.kind_id] = row.units
    return dict(found)


def choose(session: Session, number: str, line_no: int, kind_id: int, *, by: int, revision: int | None = None) -> Document:
    """Let a declared substitute stand in for what a line lacks, as far as it is free; promised at the approval.

    By who decides the request; raise NotDeclared, NotEnoughStock, NotAllowed, SamePerson, WrongState.
    """
    document, row = _decided_by(session, number, by, revision)
    standing = _standing(session, document, row, line_no)
    kind = session.get(Kind, kind_id)
    if kind is None or kind.pool_id != document.pool_id:
        raise NotFound(what=str(kind_id))
    if kind_id not in substitutes.of_kinds(session, [standing.kind.id]).get(standing.kind.id, ()) or standing.asked.asset_id is not None:
        raise NotDeclared(kind=standing.kind.name, other=kind.name)
    free = next((units for other, units in standing.substitutes if other.id == kind_id), 0)
    if not standing.short:
        raise FieldInvalid(field=Word(N_("Line")), problem=Word(N_("nothing is short on it. It can be granted as it is.")))
    if not free:
        raise NotEnoughStock(kind.name, standing.short, 0, None)
    units = min(standing.short, free)
    session.execute(delete(LineSubstitute).where(_the(document.id, line_no, kind_id)))
    session.add(
        LineSubstitute(
            document_id=document.id,
            line_no=line_no,
            asked_kind_id=standing.kind.id,
            kind_id=kind_id,
            units=units,
            chosen_by=by,
            chosen_at=clock.now(),
        )
    )
    records.remark(session, document, by, "substitute", f"{units} × {kind.name}")
    return document


def drop(session: Session, number: str, line_no: int, kind_id: int, *, by: int, revision: int | None = None) -> Document:
    """Take a choice back."""
    document, _row = _decided_by(session, number, by, revision)
    session.execute(delete(LineSubstitute).where(_the(document.id, line_no, kind_id)))
    records.remark(session, document, by, "substitute", "0")
    return document


def _the(document_id: int, line_no: int, kind_id: int) -> ColumnElement[bool]:
    return (LineSubstitute.document_id == document_id) & (LineSubstitute.line_no == line_no) & (LineSubstitute.kind_id == kind_id)


def _decided_by(session: Session, number: str, by: int, revision: int | None) -> tuple[Document, Requisition]:
    document = records.lock(session, number, "RQ")
    records.unchanged(document, revision)
    row = session.get_one(Requisition, document.id)
    if document.state not in UNDECIDED:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    due = approvals.awaited(session, document)
    demand(session, by, due.role, due.organization_id)
    if by == row.requester_id:
        raise SamePerson(number=document.number, earlier=Word(N_("requester")))
    return document, row


def _standing(session: Session, document: Document, row: Requisition, line_no: int) -> Standing:
    found = effects(session, row, pool_today(session, document.pool_id))
    standing = next((line for line in found.lines if line.asked.line_no == line_no), None)
    if standing is None:
        raise NotFound(what=str(line_no))
    return standing
