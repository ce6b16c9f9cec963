"""A close and a post at the same moment: whichever comes first, no closed month holds an entry that nobody signed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.closings import service as closings
from assetpool.closings import sheet
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.records.models import Document
from assetpool.savings import periods
from assetpool.savings.models import SavingEntry
from assetpool.savings.period_models import ClosedPeriod
from tests import world as worlds
from tests.closings.months import MARCH, desks, draft, lend, record_cost, sheet_of, sign, verified
from tests.savings import ledger
from tests.savings.ledger import Handed
from tests.world import World

APRIL = date(2025, 4, 2)
PAUSE = 0.8


def both(app: Flask, *deeds: Callable[[], None]) -> list[BaseException]:
    """Let each deed run in a thread of its own with its own connection; return what was raised."""
    raised: list[BaseException] = []

    def run(deed: Callable[[], None]) -> None:
        with app.app_context():
            try:
                deed()
            except DomainError as refusal:
                raised.append(refusal)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return raised


@pytest.fixture
def ready(app: Flask) -> tuple[World, Handed, str]:
    """Give a signed sheet of March with one loan in it."""
    with app.app_context():
        world = worlds.found()
        made = lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
        number = draft(world, "2025-03", APRIL)
        sign(number, APRIL, world.finance, world.reviewer)
        db.session.remove()
    return world, made, number


def close(world: World, number: str, wait: float, hold: float) -> Callable[[], None]:
    """Return the deed of closing, begun after a while and holding its locks for another."""

    def deed() -> None:
        time.sleep(wait)
        with clock.at(ledger.at_noon(APRIL)), atomic() as session:
            closings.close(session, number, world.finance)
            time.sleep(hold)

    return deed


def post(world: World, made: Handed, wait: float, hold: float) -> Callable[[], None]:
    """Return the deed of entering a cost of March, which is a late fact only if March is closed by then."""

    def deed() -> None:
        time.sleep(wait)
        with clock.at(ledger.at_noon(MARCH)), atomic() as session:
            record_cost(session, world, made, 10, MARCH, 4_200, "RACE")
            time.sleep(hold)

    return deed


def stands(world: World, number: str) -> None:
    """Assert that a closed month holds exactly what was signed, and that the book verifies."""
    session = db.session()
    session.rollback()
    found = verified(world)
    assert found.ok, found.first_difference
    document_id = session.scalars(select(Document.id).where(Document.number == number)).one()
    if session.get(ClosedPeriod, (world.pool, "2025-03")) is not None:
        frozen = sheet.frozen_amounts(session, world.pool, document_id, periods.named("2025-03"))
        assert frozen == sheet.amounts_on(sheet_of(number))


def late_cost() -> SavingEntry:
    session = db.session()
    session.rollback()
    return session.scalars(select(SavingEntry).where(SavingEntry.cost == 4_200)).one()


def test_who_posts_while_a_period_closes_waits_and_stands_in_the_next_month(app: Flask, ready: tuple[World, Handed, str]) -> None:
    world, made, number = ready
    assert both(app, close(world, number, 0, PAUSE), post(world, made, PAUSE / 2, 0)) == []
    with app.app_context():
        row = late_cost()
        assert (row.period, row.corrects_period) == ("2025-04", "2025-03")
        stands(world, number)


def test_who_closes_while_somebody_posts_waits_and_finds_the_figures_changed(app: Flask, ready: tuple[World, Handed, str]) -> None:
    world, made, number = ready
    (refusal,) = both(app, post(world, made, 0, PAUSE), close(world, number, PAUSE / 2, 0))
    assert isinstance(refusal, closings.FiguresChanged)
    with app.app_context():
        assert late_cost().period == "2025-03"
        assert db.session().get(ClosedPeriod, (world.pool, "2025-03")) is None
        stands(world, number)


def test_two_who_close_the_same_period_close_it_once(app: Flask, ready: tuple[World, Handed, str]) -> None:
    world, _, number = ready
    (refusal,) = both(app, close(world, number, 0, PAUSE / 2), close(world, number, 0.1, 0))
    assert isinstance(refusal, (closings.AlreadyClosed, closings.NotSigned))
    with app.app_context():
        stands(world, number)
