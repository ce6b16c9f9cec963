"""Who has had things long past their last day asks for nothing new, until they come back or an approver lifts the block with a reason.

What is overdue lies on slips above: features register how to find it. A request put on paper for days that have begun already tells what happened
and is not blocked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import rule_sets
from assetpool.core.errors import N_, DomainError, FieldInvalid, SamePerson, Word, WrongState
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document, Trail
from assetpool.records.states import STATE_WORDS
from assetpool.requisitions.deciding import deciding_organization
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as lines_of
from assetpool.requisitions.steps import EDITABLE
from assetpool.reservations.service import pool_today

LIFTED = "lift_block"


@dataclass(frozen=True)
class Overdue:
    """What an organization should have brought back longest ago: slip, days past the last day, units still out."""

    number: str
    days: int
    units: int


overdue: list[Callable[[Session, int, date, int], Overdue | None]] = []
"""Asked with session, organization, today and how many days late; features that keep slips register."""


class OverdueBlocks(DomainError):
    """Things are long overdue."""

    sentence = N_(
        "%(slip)s is %(days)s days overdue, with %(units)s units still out, so nothing new can be asked for. "
        "Bring them back, or ask the pool manager to lift the block for %(number)s."
    )


def blocked(session: Session, document: Document, row: Requisition) -> Overdue | None:
    """Return what blocks a request now; None when nothing does or the block was lifted."""
    today = pool_today(session, document.pool_id)
    after = rule_sets.held(session, row.organization_id).settings.block_after_days
    if after is None or row.first_day < today:
        return None
    found = next((late for ask in overdue if (late := ask(session, row.organization_id, today, after)) is not None), None)
    return None if found is None or _lifted(session, document) else found


def _lifted(session: Session, document: Document) -> bool:
    return session.scalar(select(Trail.id).where(Trail.document_id == document.id, Trail.act == LIFTED).limit(1)) is not None


def demand_nothing_overdue(session: Session, document: Document, row: Requisition) -> None:
    """Raise OverdueBlocks if the asking organization has had things too long."""
    late = blocked(session, document, row)
    if late is not None:
        raise OverdueBlocks(slip=late.number, days=late.days, units=late.units, number=document.number)


def lift(session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
    """Let one request through although things are long overdue: an approver of its stores does it, with a reason that stays in its history."""
    document = records.lock(session, number, "RQ")
    records.unchanged(document, revision)
    row = session.get_one(Requisition, document.id)
    demand(session, by, Role.APPROVER, deciding_organization(session, document, lines_of(session, row.id)))
    if by == row.requester_id:
        raise SamePerson(number=document.number, earlier=Word(N_("requester")))
    if document.state not in EDITABLE:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why this request may be handed in all the same.")))
    records.remark(session, document, by, LIFTED, reason.strip())
    return document
