"""Mending: opened when something is found broken, begun with a workshop and a day, done with its cost and an inspection that frees the units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word, WrongState
from assetpool.core.models import Pool
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Condition, State, Tranche
from assetpool.custody.service import Cause
from assetpool.labels.meaning import asset_called
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.repairs.models import Repair
from assetpool.repairs.steps import STEPS
from assetpool.reservations import service as reservations
from assetpool.savings import service as savings
from assetpool.savings.service import CostLine

LONGEST_FAULT = 300


class NotThatBroken(DomainError):
    """Fewer units of the label wait for repair than are to be mended."""

    sentence = N_("%(tag)s: %(asked)d units counted, but only %(found)d are in repair. Count again.")


@dataclass(frozen=True)
class Broken:
    """Units that stand in repair already: of which label, what is wrong, on which paper they were found, which loan bears the cost."""

    asset_id: int
    kind_id: int
    count: int
    fault: str
    source_id: int | None
    source_line: int | None
    act_id: int | None = None


@dataclass(frozen=True)
class Done:
    """How a repair ended, by count, and what it cost or why nothing."""

    mended: int
    beyond: int = 0
    condition: str = ""
    costs: Sequence[CostLine] = ()
    no_cost_reason: str = ""


def open_for(session: Session, pool_id: int, store: Store, broken: Sequence[Broken], *, by: int, when: datetime) -> list[Document]:
    """Open a repair for each label that was found broken in an act that has moved it already; return the documents."""
    made = []
    for one in broken:
        document = records.create(session, pool_id, "RP", store.organization_id, "opened", by, note=one.fault)
        session.add(
            Repair(
                id=document.id,
                store_id=store.id,
                asset_id=one.asset_id,
                kind_id=one.kind_id,
                count=one.count,
                fault=one.fault[:LONGEST_FAULT],
                source_id=one.source_id,
                source_line=one.source_line,
                act_id=one.act_id,
                opened_at=when,
            )
        )
        made.append(document)
    session.flush()
    return made


def report(session: Session, tag: str, count: int, fault: str, *, by: int) -> Document:
    """Take units that stand in a store and are broken out of what is free, and open their repair; damage is a fact and never refused.

    Raise NotThatMany, NotFound, FieldInvalid, NotAllowed.
    """
    asset = asset_called(session, access_of(session, by).pool_id, tag)
    store = session.get_one(Store, asset.store_id)
    demand(session, by, Role.KEEPER, store.organization_id)
    if count < 1:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number above 0.")))
    if not fault.strip():
        raise FieldInvalid(field=Word(N_("What is broken")), problem=Word(N_("say in a few words what is to be mended.")))
    reservations.lock(session, {(asset.kind_id, store.id)})
    custody.lock_assets(session, [asset.id])
    when = records.occurrence(session, None)
    broken = Broken(asset.id, asset.kind_id, count, fault.strip(), None, None)
    document = open_for(session, asset.pool_id, store, [broken], by=by, when=when)[0]
    cause = Cause(document.id, 1, by, when)
    for part in custody.take(session, asset.tag, custody.standing(session, asset.id, State.IN_STORE, store.id), count, cause):
        custody.move(session, part, "to_repair", cause, state=State.REPAIR, due_on=None)
    session.flush()
    return document


def begin(session: Session, number: str, workshop: str, expected_on: date | None, *, by: int, revision: int | None = None) -> Document:
    """Give the units to a workshop; from the expected day on they count as free again. Raise WrongState, FieldInvalid, NotAllowed."""
    document, row = lock(session, number, by, revision)
    if len(workshop.strip()) > 200 or not workshop.strip():
        raise FieldInvalid(field=Word(N_("Workshop")), problem=Word(N_("name who mends it, in up to 200 characters.")))
    if expected_on is not None and expected_on < clock.today(session.get_one(Pool, document.pool_id).time_zone):
        raise FieldInvalid(field=Word(N_("Expected day")), problem=Word(N_("it lies in the past. Check the date.")))
    parts = _standing(session, row)
    cause = Cause(document.id, 1, by, records.occurrence(session, None))
    row.workshop, row.expected_on = workshop.strip(), expected_on
    for part in _taken(session, row, parts, row.count, cause):
        if part.due_on != expected_on:
            custody.move(session, part, "to_repair", cause, due_on=expected_on)
    records.step(session, document, "in_work", by, "start", STEPS, row.workshop)
    return document


def finish(session: Session, number: str, done: Done, *, by: int, revision: int | None = None) -> Document:
    """End a repair: what is mended goes back to stock with its grade, what is beyond repair leaves it; costs and losses fall on its loan if there is one.

    Raise CostMissing, NotThatBroken, FieldInvalid, WrongState, NotAllowed.
    """
    document, row = lock(session, number, by, revision)
    if min(done.mended, done.beyond) < 0 or done.mended + done.beyond != row.count:
        raise FieldInvalid(field=Word(N_("Counts")), problem=Word(N_("mended and beyond repair add up to what was opened.")))
    if done.condition and done.condition not in set(Condition):
        raise FieldInvalid(field=Word(N_("Condition")), problem=Word(N_("choose new, good, fair, poor or scrap.")))
    when = records.occurrence(session, None)
    day = clock.day_of(when, session.get_one(Pool, document.pool_id).time_zone)
    parts = _standing(session, row)
    savings.record_costs(session, document, list(done.costs), done.no_cost_reason, by, day)
    cause = Cause(document.id, 1, by, when)
    for part in _taken(session, row, parts, done.mended, cause):
        grade = done.condition or part.condition
        part.inspected_good = grade in (Condition.NEW, Condition.GOOD)
        custody.move(session, part, "repair", cause, state=State.IN_STORE, due_on=None, turn_round=0, condition=grade)
    for part in _taken(session, row, [part for part in parts if part.state == State.REPAIR], done.beyond, cause):
        custody.move(session, part, "damage", cause, state=State.DAMAGED, due_on=None, turn_round=0, condition=Condition.SCRAP.value)
    row.mended, row.beyond, row.done_at = done.mended, done.beyond, when
    if row.act_id is not None:
        savings.post_costs(session, document, {row.act_id: row.count}, by, {row.act_id: row.count})
        savings.write_off(session, row.act_id, row.asset_id, done.beyond, day, by)
    records.step(session, document, "done", by, "mend", STEPS)
    return document


def lock(session: Session, number: str, by: int, revision: int | None) -> tuple[Document, Repair]:
    """Lock a repair, then the stock and the label it stands on; guard by the keeper of its store."""
    document = records.lock(session, number, "RP")
    row = session.scalars(select(Repair).where(Repair.id == document.id).execution_options(populate_existing=True)).one()
    demand(session, by, Role.KEEPER, session.get_one(Store, row.store_id).organization_id)
    records.unchanged(document, revision)
    if document.state not in STEPS:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    parts = _standing(session, row)
    reservations.lock(session, {(part.kind_id, part.store_id) for part in parts})
    custody.lock_assets(session, [row.asset_id])
    return document, row


def _standing(session: Session, row: Repair) -> list[Tranche]:
    return custody.standing(session, row.asset_id, State.REPAIR)


def _taken(session: Session, row: Repair, parts: Sequence[Tranche], count: int, cause: Cause) -> list[Tranche]:
    if not count:
        return []
    found = sum(part.count for part in parts)
    if found < count:
        raise NotThatBroken(tag=session.get_one(Asset, row.asset_id).tag, asked=count, found=found)
    return custody.take(session, "", parts, count, cause)
