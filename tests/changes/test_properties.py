"""Random requests, changes and extensions: never oversold, what the definition allows is granted, and a refusal leaves every row as it was."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from hashlib import sha256
from random import Random

import pytest
from sqlalchemy import select

from assetpool.changes import extending, extensions, orders
from assetpool.changes.models import ChangeLine, ChangeOrder, Extension, ExtensionLine
from assetpool.changes.ordering import Added, Kept
from assetpool.core import clock
from assetpool.core.db import Base, atomic, db
from assetpool.custody.models import Movement, Stock, Tranche
from assetpool.handovers.models import Slip
from assetpool.records.models import Document
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations.models import Reservation
from assetpool.reservations.queries import ledgers
from assetpool.reservations.service import NotEnoughStock
from tests import world as worlds
from tests.handovers.conftest import MONDAY, Floor

TODAY = date(2026, 11, 23)
MODELS = (Document, Requisition, RequisitionLine, Reservation, ChangeOrder, ChangeLine, Extension, ExtensionLine, Tranche, Movement, Slip)


def digest() -> str:
    made = sha256()
    for model in MODELS:
        table = Base.metadata.tables[model.__tablename__]
        for row in db.session().execute(select(table).order_by(table.c.id)):
            made.update(repr(tuple(row)).encode())
    db.session().rollback()
    return made.hexdigest()


def busiest(kind: int, without: int = 0, more: tuple[int, date, date] | None = None) -> int:
    """Return the most units busy on one of the next 60 days, counted plainly, day by day, beside those of one request and with others instead."""
    session = db.session()
    out = session.execute(select(Tranche.count, Tranche.due_on).where(Tranche.kind_id == kind, Tranche.state == "out")).all()
    kept = session.execute(
        select(Reservation.open_units, Reservation.first_day, Reservation.last_day).where(
            Reservation.kind_id == kind, Reservation.document_id != without, Reservation.open_units > 0
        )
    ).all()
    spans = [*((row[0], TODAY, row[1]) for row in out), *((row[0], row[1], row[2]) for row in kept), *([more] if more else [])]
    session.rollback()
    days = [TODAY + timedelta(days=offset) for offset in range(60)]
    return max(sum(units for units, first, last in spans if first <= day <= last) for day in days)


def longer(world: worlds.World, slip: str, count: int, until: date) -> int:
    """Return the most chairs busy on one day if so many of a slip, the first due first, stayed out until a day, counted plainly."""
    session = db.session()
    mine = session.execute(
        select(Tranche.count, Tranche.due_on)
        .join(Document, Document.id == Tranche.document_id)
        .where(Document.number == slip, Tranche.state == "out", Tranche.due_on < until)
        .order_by(Tranche.due_on)
    ).all()
    kept = session.execute(select(Reservation.open_units, Reservation.first_day, Reservation.last_day).where(Reservation.open_units > 0)).all()
    out = session.execute(select(Tranche.count, Tranche.due_on).where(Tranche.kind_id == world.chair, Tranche.state == "out")).all()
    session.rollback()
    spans = [*((row[0], TODAY, row[1]) for row in out), *((row[0], row[1], row[2]) for row in kept)]
    for units, due in mine:
        spans.append((min(count, units), due + timedelta(days=1), until))
        count -= min(count, units)
    days = [TODAY + timedelta(days=offset) for offset in range(60)]
    return max(sum(units for units, first, last in spans if first <= day <= last) for day in days)


def span(random: Random) -> tuple[date, date]:
    first = TODAY + timedelta(days=random.randrange(25))
    return first, first + timedelta(days=random.randrange(12))


def approved_units(request_id: int) -> Counter[int]:
    found: Counter[int] = Counter()
    for kind_id, approved in db.session().execute(
        select(RequisitionLine.kind_id, RequisitionLine.approved).where(RequisitionLine.requisition_id == request_id)
    ):
        found[kind_id] += approved
    return found


@pytest.mark.parametrize("seed", range(3))
def test_random_changes_never_oversell_and_grant_what_fits(world: worlds.World, seed: int) -> None:
    random, floor = Random(seed), Floor(world)
    with clock.at(MONDAY):
        numbers, owned_of = [], {world.chair: 500, world.desk: 10}
        for _ in range(5):
            try:
                numbers.append(floor.approved([(world.chair, random.randrange(50, 220))], *span(random)))
            except NotEnoughStock:
                continue
        granted = refused = 0
        for _ in range(14):
            number = random.choice(numbers)
            request, line = db.session().execute(
                select(Requisition, RequisitionLine).join(RequisitionLine, RequisitionLine.requisition_id == Requisition.id).join(
                    Document, Document.id == Requisition.id
                ).where(Document.number == number, RequisitionLine.line_no == 1)
            ).one()  # fmt: skip
            what, units, request_id = random.choice(("shift", "add", "cut", "swap")), line.approved, request.id
            totals = approved_units(request_id)
            days = (request.first_day, request.last_day)
            db.session().rollback()
            wanted: dict[str, object] = {}
            if what == "shift":
                days = span(random)
                wanted = {"first_day": days[0], "last_day": days[1]}
            elif what == "add":
                more = random.randrange(1, 200)
                totals[world.chair] += more
                wanted = {"add": [Added(more, world.chair)]}
            elif what == "swap" and units:
                others = random.randrange(1, min(units, 6) + 1)
                totals -= Counter({world.chair: others})
                totals += Counter({world.desk: others})
                wanted = {"add": [Added(others, world.desk, "swap", 1)]}
            elif units > 1:
                less = random.randrange(1, units)
                totals -= Counter({world.chair: units - less})
                wanted = {"keep": [Kept(1, less)]}
            if not wanted or (wanted.get("first_day") and days == (request.first_day, request.last_day)):
                continue
            fits = all(busiest(kind, request_id, (totals[kind], *days)) <= owned for kind, owned in owned_of.items())
            before = digest()
            try:
                with atomic() as session:
                    change = orders.ask(session, number, by=world.organizer_b, **wanted)  # type: ignore[arg-type]
                    made, state = change.number, change.state
                if state == "submitted":
                    with atomic() as session:
                        orders.approve(session, made, by=world.approver)
                assert fits, (what, wanted)
                granted += 1
            except NotEnoughStock:
                assert not fits, (what, wanted)
                assert digest() == before
                refused += 1
            assert all(busiest(kind) <= owned for kind, owned in owned_of.items())
            assert not any(book.at_risk() for book in ledgers(db.session(), [(kind, world.main) for kind in owned_of], TODAY).values())
            db.session().rollback()
        assert granted


@pytest.mark.parametrize("seed", range(3))
def test_random_extensions_are_granted_exactly_where_every_promise_stays(world: worlds.World, seed: int) -> None:
    random, floor = Random(100 + seed), Floor(world)
    with clock.at(MONDAY):
        lot = floor.tags(world.chair)[0]
        slips = []
        for _ in range(2):
            units = random.randrange(20, 120)
            slips.append((floor.lend(floor.approved([(world.chair, units)], TODAY, TODAY + timedelta(days=random.randrange(2, 8))), [(lot, units)]), units))
        for _ in range(3):
            try:
                floor.approved([(world.chair, random.randrange(150, 400))], *span(random))
            except NotEnoughStock:
                continue
        for _ in range(8):
            slip, units = random.choice(slips)
            count, until = random.randrange(1, units + 1), TODAY + timedelta(days=random.randrange(9, 40))
            before = digest()
            fits = longer(world, slip, count, until) <= 500
            try:
                with atomic() as session:
                    made = extensions.ask(session, slip, until, [extending.Part(1, "", count)], by=world.organizer_b).number
                with atomic() as session:
                    extensions.approve(session, made, by=world.approver)
                assert fits
            except extending.ExtensionPromised as refusal:
                assert not fits and digest() == before
                if refusal.longest is not None:
                    assert longer(world, slip, count, refusal.longest + timedelta(days=1)) > 500
                    with atomic() as session:
                        made = extensions.ask(session, slip, refusal.longest, [extending.Part(1, "", count)], by=world.organizer_b).number
                    with atomic() as session:
                        extensions.approve(session, made, by=world.approver)
            except extending.NotOutAnyMore:
                assert digest() == before
            assert busiest(world.chair) <= 500
            owned = db.session().scalars(select(Stock.owned).where(Stock.kind_id == world.chair, Stock.store_id == world.main)).one()
            assert owned == 500
            db.session().rollback()
