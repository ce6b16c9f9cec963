"""Months with loans in them, and closing them, for tests of closing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assetpool.audit.verification import Report, verify
from assetpool.catalog.models import Price
from assetpool.closings import service as closings
from assetpool.closings import sheet
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.records.models import Document
from assetpool.savings import service as savings
from assetpool.savings.models import SavingEntry
from assetpool.savings.period_models import Closing
from tests.savings import ledger
from tests.savings.golden import fen
from tests.savings.ledger import Handed
from tests.world import World

MARCH = date(2025, 3, 3)


@contextmanager
def on(day: date) -> Iterator[Session]:
    """Open an act at noon of a day."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        yield session


def desks(world: World, count: int = 100, day: date = MARCH) -> str:
    """Bring in a lot of desks with price, rent and life, and return its tag."""
    with on(day) as session:
        kind_id = ledger.add_kind(session, world, f"桌{count}{day}", fen("1600"), fen("4"), 180, day)
        return ledger.bring(session, world, kind_id, count, day)


def lend(world: World, tag: str, count: int, day: date, due: date, cost: int = 10_000, number: str = "") -> Handed:
    """Lend units on a day, with what the haulage cost."""
    with on(day) as session:
        made = ledger.hand_over(session, world, tag, count, day, due)
        record_cost(session, world, made, count, day, cost, number or f"V-{made.act}")
        return made


def record_cost(session: Session, world: World, made: Handed, count: int, day: date, amount: int, number: str) -> None:
    """Record one voucher of a slip and share it."""
    slip = session.get_one(Document, made.slip)
    savings.record_costs(session, slip, [savings.CostLine("haulage", amount, "运输公司", number, ledger.paper(session, world, number))], "", world.keeper, day)
    savings.post_costs(session, slip, {made.act: count}, world.keeper)


def draft(world: World, name: str, day: date) -> str:
    """Draft the sheet of a period and return its number."""
    with on(day) as session:
        return closings.draft(session, world.pool, name, world.finance).number


def sign(number: str, day: date, *people: int) -> None:
    """Let people sign a sheet, one act each."""
    for person in people:
        with on(day) as session:
            document = session.scalars(select(Document).where(Document.number == number)).one()
            closings.sign(session, number, session.get_one(Closing, document.id).digest, person)


def close(world: World, name: str, day: date) -> str:
    """Draft, sign and close a period; return the number of its sheet."""
    number = draft(world, name, day)
    sign(number, day, world.finance, world.reviewer)
    with on(day) as session:
        closings.close_period(session, world.pool, name, world.administrator)
    return number


def sheet_of(number: str) -> dict[str, Any]:
    """Return what stands on a sheet."""
    session = db.session()
    session.rollback()
    document = session.scalars(select(Document).where(Document.number == number)).one()
    return sheet.read(session.get_one(Closing, document.id).sheet)


def entries() -> list[SavingEntry]:
    """Return all entries in the order of the chain."""
    session = db.session()
    session.rollback()
    return list(session.scalars(select(SavingEntry).order_by(SavingEntry.height)))


def verified(world: World) -> Report:
    """Verify the whole book anew."""
    db.session().rollback()
    return verify(db.session(), world.pool)


def prices_set_by(person: int) -> Any:
    """Return the statement that makes a person the one who set every price."""
    return update(Price).values(set_by=person)
