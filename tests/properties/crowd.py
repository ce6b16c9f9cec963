"""Many people at once: each does random acts on whatever stands there at that moment, and says what came of each."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core import chain, clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.custody.models import Asset, State, Tranche
from assetpool.handovers import service as handovers
from assetpool.handovers.models import SlipItem
from assetpool.moves import service as moves
from assetpool.records.models import Document
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.models import Requisition
from assetpool.reservations.models import Reservation
from assetpool.shortages import waiting
from assetpool.shortages.models import Waiting
from assetpool.transfers import drafting as giving
from assetpool.transfers import service as transfers
from tests import world as worlds
from tests.properties.crowd_changes import approve_several, decide_change, extend, reorder, take_in
from tests.properties.world_machine import FREE, SIGNED, PoolMachine

Act = Callable[["Person"], None]
DONE = "done"


class Person:
    """Somebody with dice who looks for work and does it, each act in a transaction of its own."""

    def __init__(self, app: Flask, world: worlds.World, seed: int) -> None:
        self.app, self.world, self.dice = app, world, random.Random(seed)

    def work(self, acts: int) -> Counter[str]:
        """Do so many acts; return how often each outcome came, refusals by their code and failures by their name."""
        found: Counter[str] = Counter()
        names, weights = zip(*((name, weight) for name, (_, weight) in ACTS.items()), strict=True)
        for name in self.dice.choices(names, weights, k=acts):
            with self.app.app_context():
                try:
                    ACTS[name][0](self)
                    found[f"{name}: {DONE}"] += 1
                except DomainError as refusal:
                    found[f"{name}: {refusal.code}"] += 1
                except Exception as error:  # whatever a person would see as a failure is what this looks for
                    found[f"FAILED {name}: {type(error).__name__} {str(error)[:300]}"] += 1
                finally:
                    db.session.remove()
        return found

    def one(self, statement: Any) -> Any:
        """Return one row of those there are now, or nothing."""
        rows = db.session().execute(statement.limit(40)).all()
        db.session.rollback()
        return self.dice.choice(rows) if rows else None

    def document(self, kind: str, *states: str) -> str | None:
        """Return the number of a document in one of the states."""
        row = self.one(select(Document.number).where(Document.kind == kind, Document.state.in_(states)).order_by(Document.id.desc()))
        return None if row is None else str(row[0])


def ask(person: Person) -> None:
    w, dice = person.world, person.dice
    kind, count = dice.choice(((w.desk, dice.randint(1, 5)), (w.chair, dice.randint(1, 200))))
    first = clock.today(worlds.ZONE) + timedelta(days=dice.choice((0, 0, 0, 3, 8)))
    transfer = dice.random() < 0.15
    with atomic() as session:
        asset = session.scalars(select(Asset).where(Asset.kind_id == kind, Asset.units > 0)).first() if dice.random() < 0.2 else None
        wish = drafting.Wish(min(count, asset.units) if asset else count, kind_id=kind, asset_id=asset.id if asset else None)
        days = (first, None if transfer else first + timedelta(days=dice.randint(0, 9)))
        document = drafting.draft(session, w.department_b, [wish], *days, by=w.organizer_b, kind="transfer" if transfer else "loan")
        requisitions.submit(session, document.number, by=w.organizer_b)


def approve(person: Person) -> None:
    number = person.document("RQ", "stock_checked")
    if number:
        with atomic() as session:
            requisitions.approve(session, number, by=person.dice.choice((person.world.approver, person.world.approver2)))


def change(person: Person) -> None:
    number = person.document("RQ", "stock_checked")
    w = person.world
    if number is None:
        return
    with atomic() as session:
        requisitions.send_back(session, number, by=w.approver, reason="fewer")
    with atomic() as session:
        document = session.scalars(select(Document).where(Document.number == number)).one()
        row = session.get_one(Requisition, document.id)
        wish = drafting.Wish(person.dice.randint(1, 4), kind_id=person.dice.choice((w.desk, w.chair)))
        drafting.rewrite(session, number, [wish], row.first_day, row.last_day, by=w.organizer_b)
        requisitions.submit(session, number, by=w.organizer_b)


def cancel(person: Person) -> None:
    number = person.document("RQ", "stock_checked", "approved")
    if number:
        with atomic() as session:
            requisitions.cancel(session, number, by=person.world.organizer_b)


def issue(person: Person) -> None:
    today = clock.today(worlds.ZONE)
    row = person.one(
        select(Document.number, Reservation.kind_id, Reservation.store_id, Reservation.open_units, Reservation.asset_id)
        .join(Reservation, Reservation.document_id == Document.id)
        .where(Reservation.open_units > 0, Reservation.first_day <= today, Reservation.purpose == "loan")
        .order_by(Document.id.desc())
    )
    if row is None:
        return
    statement = select(Asset.tag, Asset.form).join(Tranche, Tranche.asset_id == Asset.id)
    statement = statement.where(Tranche.kind_id == row.kind_id, Tranche.store_id == row.store_id, Tranche.state == State.IN_STORE, Tranche.count > 0)
    if row.asset_id is not None:
        statement = statement.where(Asset.id == row.asset_id)
    else:
        pinned = select(Reservation.asset_id).where(Reservation.asset_id.is_not(None), Reservation.open_units > 0)
        statement = statement.where(Asset.id.not_in(pinned))
    tags = db.session().execute(statement.distinct().limit(row.open_units)).all()
    db.session.rollback()
    lots = [handovers.Item(tag) for tag, form in tags if form == "lot"]
    items = [person.dice.choice(lots)] if lots else [handovers.Item(tag, 1) for tag, _form in tags]
    receipt = SIGNED if person.dice.random() < 0.5 else None
    with atomic() as session:
        handovers.hand_over(session, row.number, items, by=person.world.keeper, costs=FREE, receipt=receipt)


def accept(person: Person) -> None:
    number = person.document("HS", "loaded", "delivered")
    if number is None:
        return
    with atomic() as session:
        token = handovers.renew_link(session, number, by=person.world.keeper)
        document = session.scalars(select(Document).where(Document.number == number)).one()
        items = session.execute(select(Asset.tag, SlipItem.loaded).join(Asset, Asset.id == SlipItem.asset_id).where(SlipItem.slip_id == document.id))
        short = person.dice.random() < 0.1
        counted = [handovers.Counted(tag, short=int(short and place == 0)) for place, (tag, _loaded) in enumerate(items)]
        handovers.accept(session, number, counted, SIGNED, by=None, token=token)


def bring_back(person: Person) -> None:
    statement = select(Asset.tag, Tranche.count, Document.number).join(Asset, Asset.id == Tranche.asset_id).join(Document, Document.id == Tranche.document_id)
    row = person.one(statement.where(Tranche.state == State.OUT, Tranche.count > 0).order_by(Tranche.id))
    if row is None:
        return
    w, dice = person.world, person.dice
    lost = 1 if dice.random() < 0.1 else 0
    back = handovers.Back(row.tag, slip=row.number, good=row.count - lost, lost=lost) if dice.random() < 0.7 else handovers.Back(row.tag, slip=row.number)
    with atomic() as session:
        handovers.take_back(session, dice.choice((w.main, w.main, w.virtual)), [back], by=w.keeper, returned_by="何静", costs=FREE)


def carry(person: Person) -> None:
    w, dice = person.world, person.dice
    source, target = dice.choice(((w.main, w.virtual), (w.virtual, w.main)))
    statement = select(Asset.tag, Asset.form).join(Tranche, Tranche.asset_id == Asset.id)
    row = person.one(statement.where(Tranche.store_id == source, Tranche.state == State.IN_STORE, Tranche.count > 0).order_by(Asset.id))
    if row is not None:
        with atomic() as session:
            moves.move(session, [moves.Carried(row.tag, dice.randint(1, 60) if row.form == "lot" else None)], target, "B-02", by=w.keeper)


def bring_in(person: Person) -> None:
    w, dice = person.world, person.dice
    with atomic() as session:
        if dice.random() < 0.5:
            worlds.stock(session, w.desk, dice.randint(1, 3))
        else:
            worlds.stock(session, w.chair, dice.randint(5, 60), lot=True)


def give(person: Person) -> None:
    w = person.world
    with atomic() as session:
        terms = giving.Terms(w.department_a, w.department_b, w.main, reason="idle")
        document = giving.draft(session, terms, [giving.Given(person.dice.randint(1, 3), kind_id=person.dice.choice((w.desk, w.chair)))], by=w.clerk_a)
        transfers.submit(session, document.number, by=w.clerk_a)


def decide_transfer(person: Person) -> None:
    number = person.document("TR", "submitted", "giver_endorsed", "receiver_endorsed")
    if number is None:
        return
    w = person.world
    for by in (w.head_a, w.head_b, w.approver):
        with atomic() as session:
            act = transfers.approve if person.dice.random() < 0.9 else transfers.cancel
            act(session, number, by=by if act is transfers.approve else w.clerk_a)


def queue(person: Person) -> None:
    row = person.one(
        select(Document.number).where(Document.kind == "RQ", Document.state.in_(("stock_checked", "approved", "rejected"))).order_by(Document.id.desc())
    )
    if row is not None:
        with atomic() as session:
            waiting.join(session, row.number, 1, by=person.world.organizer_b)


def answer(person: Person) -> None:
    row = person.one(select(Waiting.id).where(Waiting.state.in_(("offered", "waiting"))))
    if row is not None:
        with atomic() as session:
            act = waiting.take if person.dice.random() < 0.6 else waiting.leave
            act(session, row.id, by=person.world.organizer_b)


def run_list(person: Person) -> None:
    with atomic() as session:
        waiting.run(session, person.world.pool)


ACTS: dict[str, tuple[Act, int]] = {
    "ask": (ask, 14),
    "approve": (approve, 16),
    "approve_several": (approve_several, 3),
    "change": (change, 4),
    "reorder": (reorder, 6),
    "decide_change": (decide_change, 2),
    "extend": (extend, 5),
    "take_in": (take_in, 2),
    "cancel": (cancel, 5),
    "issue": (issue, 16),
    "accept": (accept, 9),
    "bring_back": (bring_back, 14),
    "carry": (carry, 5),
    "bring_in": (bring_in, 4),
    "give": (give, 3),
    "decide_transfer": (decide_transfer, 4),
    "queue": (queue, 4),
    "answer": (answer, 3),
    "run_list": (run_list, 1),
}


def prepare(app: Flask) -> worlds.World:
    """Build the world with 40 desks and a lot of 900 chairs of department A in the main store, and some in the virtual one."""
    with app.app_context():
        with atomic() as session:
            world = worlds.build(session)
            worlds.stock(session, world.desk, 40)
            worlds.stock(session, world.chair, 900, lot=True)
            worlds.stock(session, world.desk, 6, store_id=world.virtual)
        db.session.remove()
        db.engine.dispose()
    return world


def demand_invariants(app: Flask, world: worlds.World) -> None:
    """Check everything that must hold after any history: movements, sums, no overselling, what is kept, caps, and the chain."""
    with app.app_context():
        session: Session = db.session()
        brought: dict[int, int] = defaultdict(int)
        for kind in (world.desk, world.chair):
            came = select(func.sum(Tranche.count)).where(Tranche.kind_id == kind)
            brought[kind] = int(session.scalar(came) or 0)
        life: Any = SimpleNamespace(world=world, moment=clock.now(), brought=brought)
        PoolMachine.state_follows_from_movements(life)
        PoolMachine.what_is_kept_is_what_is_so(life)
        PoolMachine.nothing_is_oversold(life)
        PoolMachine.no_series_exceeds_its_cap(life)
        pool = session.scalars(select(Pool.id)).one()
        *_, difference = chain.verify(session.connection(), pool)
        assert difference is None
        numbers = session.execute(select(Document.kind, Document.number).order_by(Document.kind, Document.number)).all()
        for kind_ in {row.kind for row in numbers}:
            running = [int(row.number.rsplit("-", 1)[-1]) for row in numbers if row.kind == kind_]
            assert running == list(range(1, len(running) + 1)), f"the numbers of {kind_} have gaps"
        db.session.remove()
