"""The last 300 desks under contention: threads on PostgreSQL, processes on SQLite; exactly the stock is given, and only for want of stock refused."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from datetime import date
from multiprocessing.synchronize import Barrier as ProcessBarrier
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.app import create_app
from assetpool.core import db as core_db
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.records.models import Document
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.reservations import service as reservations
from assetpool.reservations.models import Reservation
from tests import world as worlds
from tests.conftest import settings_for

STOCK = 300
EACH = 25
FIRST, LAST = date(2099, 3, 1), date(2099, 3, 10)


def prepare(app: Flask, contenders: int) -> list[str]:
    """Bring in 300 desks and write one submitted request of 25 per contender."""
    with app.app_context():
        with atomic() as session:
            world = worlds.build(session)
            worlds.stock(session, world.desk, STOCK, lot=True)
        numbers = []
        for _ in range(contenders):
            with atomic() as session:
                document = drafting.draft(session, world.department_b, [drafting.Wish(EACH, kind_id=world.desk)], FIRST, LAST, by=world.organizer_b)
                requisitions.submit(session, document.number, by=world.organizer_b)
                numbers.append(document.number)
        db.session.remove()
        db.engine.dispose()
        return numbers


def approve(app: Flask, number: str) -> str:
    """Approve one request and say what came of it: granted, or the refusal's or error's name."""
    with app.app_context():
        try:
            approver = worlds.found().approver
            with atomic() as session:
                requisitions.approve(session, number, by=approver)
            return "granted"
        except DomainError as refusal:
            return refusal.code
        except Exception as error:  # what a person would see as a failure is what this test looks for
            return type(error).__name__
        finally:
            db.session.remove()


def given(app: Flask) -> int:
    """Return how many desks are promised."""
    with app.app_context():
        promised = db.session.scalar(select(func.coalesce(func.sum(Reservation.open_units), 0)))
        approved = db.session.scalar(select(func.count()).select_from(Document).where(Document.state == "approved"))
        db.session.remove()
        assert int(promised or 0) == int(approved or 0) * EACH
        return int(promised or 0)


def by_threads(app: Flask, numbers: list[str]) -> Counter[str]:
    """Let one thread per request begin at the same moment."""
    barrier = threading.Barrier(len(numbers))
    outcomes: list[str] = []

    def contend(number: str) -> None:
        barrier.wait()
        outcomes.append(approve(app, number))

    threads = [threading.Thread(target=contend, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def _process(url: str, folder: str, numbers: list[str], barrier: ProcessBarrier, answers: Any, unlocked: bool) -> None:
    app = create_app(settings_for(url, Path(folder)))
    if unlocked:
        _remove_write_lock()
    barrier.wait()
    answers.put([approve(app, number) for number in numbers])


def _remove_write_lock() -> None:
    core_db.BEGIN_ACT = "BEGIN"


def by_processes(url: str, folder: Path, numbers: list[str], processes: int, unlocked: bool = False) -> Counter[str]:
    """Share the requests among processes that begin at the same moment."""
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(processes), context.Queue()
    started = [context.Process(target=_process, args=(url, str(folder), numbers[index::processes], barrier, answers, unlocked)) for index in range(processes)]
    for process in started:
        process.start()
    outcomes = Counter(outcome for _ in started for outcome in answers.get(timeout=180))
    for process in started:
        process.join()
    return outcomes


@pytest.mark.postgresql
def test_thirty_two_threads_get_exactly_the_stock(app: Flask) -> None:
    numbers = prepare(app, 32)
    assert by_threads(app, numbers) == {"granted": STOCK // EACH, "not_enough_stock": 32 - STOCK // EACH}
    assert given(app) == STOCK


@pytest.mark.postgresql
def test_without_the_stock_lock_threads_oversell(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reservations, "lock_stock", lambda session, keys: session.info.setdefault(core_db.LOCKED, {}).update(dict.fromkeys(keys, 0)))
    numbers = prepare(app, 32)
    by_threads(app, numbers)
    assert given(app) > STOCK


@pytest.mark.sqlite
def test_eight_processes_get_exactly_the_stock(app: Flask, database_url: str, tmp_path: Path) -> None:
    numbers = prepare(app, 32)
    assert by_processes(database_url, tmp_path, numbers, 8) == {"granted": STOCK // EACH, "not_enough_stock": 32 - STOCK // EACH}
    assert given(app) == STOCK


@pytest.mark.sqlite
def test_without_the_write_lock_processes_meet_errors(app: Flask, database_url: str, tmp_path: Path) -> None:
    numbers = prepare(app, 32)
    outcomes = by_processes(database_url, tmp_path, numbers, 8, unlocked=True)
    assert outcomes.keys() - {"granted", "not_enough_stock"}, "with a deferred transaction a writer must meet a stale snapshot"
