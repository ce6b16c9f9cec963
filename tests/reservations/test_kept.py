"""What was reckoned once is used again exactly as long as it is true."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody import service as custody
from assetpool.custody.models import Stock
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.reservations import queries
from assetpool.reservations import service as reservations
from assetpool.reservations.availability import Fact, Ledger
from assetpool.reservations.kept import BARE_WEIGHT, Kept
from tests import counting
from tests import world as worlds

TODAY = date(2026, 3, 1)


def book(facts: int = 0, today: date = TODAY) -> Ledger:
    return Ledger(10, [Fact(1, None, n) for n in range(facts)], [], today)


def test_a_ledger_is_found_again_for_its_version_and_day_only() -> None:
    kept, made = Kept(), book()
    kept.put((1, 1), 7, made)
    assert kept.get((1, 1), 7, TODAY) is made
    assert kept.get((1, 1), 8, TODAY) is None
    assert kept.get((1, 1), 7, TODAY + timedelta(days=1)) is None
    assert kept.get((1, 2), 7, TODAY) is None


def test_version_zero_is_never_kept() -> None:
    kept = Kept()
    kept.put((1, 1), 0, book())
    assert kept.get((1, 1), 0, TODAY) is None


def test_the_longest_unasked_goes_first_when_there_are_too_many() -> None:
    kept = Kept(most=3 * (BARE_WEIGHT + 2))
    for number in range(3):
        kept.put((number, 1), 7, book(2))
    assert kept.get((0, 1), 7, TODAY) is not None
    kept.put((3, 1), 7, book(2))
    assert [kept.get((number, 1), 7, TODAY) is not None for number in range(4)] == [True, False, True, True]
    kept.put((9, 1), 7, book(100))
    assert all(kept.get((number, 1), 7, TODAY) is None for number in (0, 2, 3, 9)), "one that is too big is not kept, and what it drove out is gone"


def test_asking_again_takes_one_query_and_sees_every_act(app: Flask) -> None:
    with app.app_context():
        with atomic() as session:
            world = worlds.build(session)
            worlds.stock(session, world.desk, 10)
        today = clock.today("Asia/Shanghai")
        first, last = today + timedelta(days=1), today + timedelta(days=5)

        def free() -> int:
            session = db.session()
            found = queries.free(session, world.desk, first, last, 0, today)
            session.rollback()
            return found

        assert free() == 10
        with counting.queries(db.engine) as asked:
            assert free() == 10
        assert len([line for line in asked if line.startswith("SELECT")]) == 2, "the keys, and their versions"
        with atomic() as session:
            document = drafting.draft(session, world.department_b, [drafting.Wish(4, kind_id=world.desk)], first, last, by=world.organizer_b)
            requisitions.submit(session, document.number, by=world.organizer_b)
            number = document.number
        assert free() == 10
        with atomic() as session:
            requisitions.approve(session, number, by=world.approver)
            assert queries.free(session, world.desk, first, last, 0, today) == 6, "an act reads what it did itself"
        assert free() == 6
        with atomic() as session:
            requisitions.cancel(session, number, by=world.organizer_b)
        assert free() == 10


def test_what_an_act_read_and_rolled_back_is_never_kept(app: Flask) -> None:
    with app.app_context():
        with atomic() as session:
            world = worlds.build(session)
            worlds.stock(session, world.desk, 10)
        today = clock.today("Asia/Shanghai")
        key = (world.desk, world.main)
        try:
            with atomic() as session:
                reservations.lock(session, [key])
                session.get_one(Stock, key).owned = 13
                session.flush()
                assert queries.ledgers(session, [key], today)[key].owned == 13
                raise RuntimeError
        except RuntimeError:
            pass
        assert queries.ledgers(db.session(), [key], today)[key].owned == 10


def test_a_ledger_during_whose_reading_somebody_committed_is_not_kept(app: Flask) -> None:
    with app.app_context():
        with atomic() as session:
            world = worlds.build(session)
            worlds.stock(session, world.desk, 10)
        today = clock.today("Asia/Shanghai")
        key = (world.desk, world.main)
        session = db.session()
        stood = {key: (10, 12345)}
        queries.of_versions(session, stood, today)
        assert queries.kept.books.get(key, 12345, today) is None, "the row has another version by now"
        version = session.scalars(select(Stock.version).where(Stock.kind_id == world.desk, Stock.store_id == world.main)).one()
        assert queries.of_versions(session, {key: (10, version)}, today)[key] is queries.kept.books.get(key, version, today)


def test_every_act_that_locks_a_stock_row_draws_it_a_new_version(app: Flask) -> None:
    with app.app_context():
        with atomic() as session:
            world = worlds.build(session)
        key = (world.desk, world.main)
        seen = set()
        for load in (True, False):
            with atomic() as session:
                custody.lock_stock(session, [key], load)
            seen.add(db.session().scalars(select(Stock.version).where(Stock.kind_id == world.desk, Stock.store_id == world.main)).one())
            db.session.rollback()
        assert len(seen) == 2 and 0 not in seen
