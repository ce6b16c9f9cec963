"""What people of the crowd do about what was approved: change it, extend it, decide many at once; and a book of things brought in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assetpool.approvals import several
from assetpool.changes import extending, extensions, orders
from assetpool.changes.ordering import Added, Kept
from assetpool.core.db import atomic, db
from assetpool.custody.models import State, Tranche
from assetpool.intake import receiving
from assetpool.intake import service as intakes
from assetpool.records.models import Document
from assetpool.requisitions.models import Requisition, RequisitionLine

if TYPE_CHECKING:
    from tests.properties.crowd import Person


def approve_several(person: Person) -> None:
    """Approve what waits all at once, as the inbox does; some of it is refused by itself."""
    statement = select(Document.number).where(Document.kind == "RQ", Document.state == "stock_checked").order_by(Document.id.desc()).limit(6)
    numbers = list(db.session().scalars(statement))
    db.session.rollback()
    person.dice.shuffle(numbers)
    if numbers:
        with atomic() as session:
            several.approve(session, [(number, None) for number in numbers], by=person.world.approver)


def reorder(person: Person) -> None:
    """Ask for a change of what was approved: more, less, another kind instead or other days; it may be decided at once."""
    w, dice = person.world, person.dice
    row = person.one(
        select(Document.number, RequisitionLine.line_no, RequisitionLine.approved, RequisitionLine.issued, Requisition.last_day)
        .join(Requisition, Requisition.id == Document.id)
        .join(RequisitionLine, RequisitionLine.requisition_id == Document.id)
        .where(Document.state.in_(("approved", "partly_issued")), Requisition.kind == "loan", RequisitionLine.approved > 0)
        .order_by(Document.id.desc())
    )
    if row is None:
        return
    kind, what = dice.choice((w.desk, w.chair)), dice.choice(("add", "cut", "swap", "exchange", "days"))
    wanted: dict[str, Any] = {"add": [Added(dice.randint(1, 3), kind, what, None if what == "add" else row.line_no)]}
    if what == "cut":
        wanted = {"keep": [Kept(row.line_no, dice.randint(row.issued, row.approved))]}
    elif what == "days":
        wanted = {"last_day": row.last_day + timedelta(days=dice.randint(-1, 3))}
    with atomic() as session:
        number = orders.ask(session, row.number, by=w.organizer_b, **wanted).number
    if dice.random() < 0.7:
        with atomic() as session:
            decide = orders.approve if dice.random() < 0.8 else orders.cancel
            decide(session, number, by=w.approver if decide is orders.approve else w.organizer_b)


def decide_change(person: Person) -> None:
    number = person.document("CO", "submitted")
    if number:
        with atomic() as session:
            orders.approve(session, number, by=person.world.approver2)


def extend(person: Person) -> None:
    w, dice = person.world, person.dice
    row = person.one(
        select(Document.number, Tranche.line_no, Tranche.count, Tranche.due_on)
        .join(Document, Document.id == Tranche.document_id)
        .where(Tranche.state == State.OUT, Tranche.count > 0, Tranche.due_on.is_not(None))
        .order_by(Document.id.desc())
    )
    if row is None:
        return
    with atomic() as session:
        parts = [extending.Part(row.line_no, "", dice.randint(1, row.count))]
        number = extensions.ask(session, row.number, row.due_on + timedelta(days=dice.randint(1, 5)), parts, by=w.organizer_b).number
    with atomic() as session:
        decide = extensions.approve if dice.random() < 0.8 else extensions.cancel
        decide(session, number, by=w.approver if decide is extensions.approve else w.organizer_b)


def take_in(person: Person) -> None:
    """Bring a book of things in as a clerk's table does: announced, approved by the store's approver, received by the keeper."""
    w, dice = person.world, person.dice
    with atomic() as session:
        things = [intakes.Announced(w.desk, dice.randint(1, 3)), intakes.Announced(w.chair, dice.randint(5, 30), lot=True)]
        number = intakes.draft(session, w.department_a, w.main, things, by=w.clerk_a).number
        intakes.submit(session, number, by=w.clerk_a)
    for by in (w.head_a, w.approver):
        with atomic() as session:
            intakes.approve(session, number, by=by)
    with atomic() as session:
        receiving.receive(session, number, [], by=w.keeper)
