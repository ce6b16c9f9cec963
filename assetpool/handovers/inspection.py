"""Inspecting what was only received: good, repair, damaged, unused, by count; until then it is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word, WrongState
from assetpool.core.models import Pool
from assetpool.custody import service as custody
from assetpool.custody.models import Condition, State
from assetpool.custody.service import Cause
from assetpool.handovers import checklists, mending, telling
from assetpool.handovers.models import Return, ReturnLine
from assetpool.handovers.placing import ENDS, Batch, part_off, put_away
from assetpool.handovers.returning import step_when_inspected
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.reservations import service as reservations
from assetpool.savings import service as savings

OUTCOMES = ("good", "repair", "damaged", "unused")


class CountsDifferFromArrived(DomainError):
    """The inspection counts do not add up to what arrived."""

    status = 422
    sentence = N_("Line %(line)d: %(arrived)d arrived, but the counts add up to %(counted)d. Count again.")


@dataclass(frozen=True)
class Inspected:
    """The inspection of one line of a receipt: its four counts add up to what arrived."""

    line_no: int
    good: int = 0
    repair: int = 0
    damaged: int = 0
    unused: int = 0
    condition: str = ""
    accessories: str = ""
    note: str = ""
    checks: tuple[tuple[int, int], ...] = ()


def inspect(
    session: Session, number: str, lines: Sequence[Inspected], *, by: int, occurred_at: datetime | None = None, revision: int | None = None
) -> Document:
    """Inspect lines of a receipt; when none is left the receipt closes. Raise CountsDifferFromArrived, WrongState, NotAllowed."""
    document = records.lock(session, number, "RT")
    records.unchanged(document, revision)
    row = session.get_one(Return, document.id)
    store = session.get_one(Store, row.store_id)
    demand(session, by, Role.KEEPER, store.organization_id)
    if document.state != "received":
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    waiting = {line.line_no: line for line in session.scalars(select(ReturnLine).where(ReturnLine.return_id == document.id, ReturnLine.inspected.is_(False)))}
    when = records.occurrence(session, occurred_at, row.arrived_at)
    arrived_on = clock.day_of(row.arrived_at, session.get_one(Pool, document.pool_id).time_zone)
    parts = {no: custody.out_on(session, document.id, no, line.asset_id, (State.ARRIVED,)) for no, line in waiting.items()}
    reservations.lock(session, {(part.kind_id, part.store_id) for found in parts.values() for part in found})
    custody.lock_assets(session, {line.asset_id for line in waiting.values()})
    batch = Batch(document, store, by, when, arrived_on, None)
    if not lines:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("enter the counts of at least one line.")))
    for one in lines:
        line = waiting.pop(one.line_no, None)
        if line is None:
            raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("this line is inspected already, or not on the receipt.")))
        _inspect_line(session, batch, line, one)
    arrived = {one.line_no: one.good + one.repair + one.damaged + one.unused for one in lines}
    checklists.note(session, document.id, arrived, {one.line_no: one.checks for one in lines})
    if any(one.repair for one in lines):
        mending.open_repairs(session, batch)
    records.remark(session, document, by, "inspect", occurred_at=when)
    step_when_inspected(session, document, by, when)
    savings.regrade_documents(session, session.scalars(select(ReturnLine.slip_id).where(ReturnLine.return_id == document.id).distinct()))
    if document.state != "received":
        telling.returned(session, document, store.organization_id, by)
    return document


def _inspect_line(session: Session, batch: Batch, line: ReturnLine, one: Inspected) -> None:
    counts = [(how, getattr(one, how)) for how in OUTCOMES]
    open_units = line.arrived - line.good - line.repair - line.damaged - line.unused
    if sum(count for _, count in counts) != open_units or min(count for _, count in counts) < 0:
        raise CountsDifferFromArrived(line=line.line_no, arrived=open_units, counted=sum(count for _, count in counts))
    if one.condition and one.condition not in set(Condition):
        raise FieldInvalid(field=Word(N_("Condition")), problem=Word(N_("choose new, good, fair, poor or scrap.")))
    parts = custody.out_on(session, batch.document.id, line.line_no, line.asset_id, (State.ARRIVED,))
    cause = Cause(batch.document.id, line.line_no, batch.by, batch.when)
    for how, wanted in counts:
        setattr(line, how, getattr(line, how) + wanted)
        for tranche in parts:
            count = min(wanted, tranche.count if tranche.state == State.ARRIVED else 0)
            if count:
                part = part_off(session, tranche, count, cause)
                savings.end(session, part, batch.day, ENDS[how], batch.by)
                put_away(session, batch, part, how, one.condition, cause, "inspect")
                wanted -= count
    line.inspected = True
    line.accessories = one.accessories.strip() or line.accessories
    line.note = one.note.strip() or line.note
