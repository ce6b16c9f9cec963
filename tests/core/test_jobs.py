"""Scheduled work: one process at a time, what fails is noted and hinders nothing else, what is not due waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from assetpool.core import clock, jobs
from assetpool.core.db import atomic, db
from assetpool.core.models import JobRun
from tests import world as small_world


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", small_world.fill)


@pytest.fixture
def pool(context: Flask) -> int:
    """Give the id of the small world's pool."""
    return small_world.found().pool


@pytest.fixture(autouse=True)
def no_others() -> Iterator[None]:
    """Keep what the features registered out of these tests."""
    kept = dict(jobs.tasks)
    jobs.tasks.clear()
    yield
    jobs.tasks.clear()
    jobs.tasks.update(kept)


def row(pool: int, name: str) -> JobRun:
    """Return the note of a job's last run."""
    session = db.session()
    session.rollback()
    return session.get_one(JobRun, (pool, name), populate_existing=True)


def test_a_run_is_noted_and_comes_again_when_it_is_due(pool: int) -> None:
    jobs.register("count", lambda _session, _pool: 3, every=timedelta(minutes=10))
    now = clock.now()
    assert jobs.run("count", pool) == 3
    assert (row(pool, "count").done, row(pool, "count").problem, row(pool, "count").claimed_until) == (3, "", None)
    with clock.at(now + timedelta(minutes=9)):
        assert jobs.run("count", pool, only_due=True) is None
        assert jobs.run("count", pool) == 3
    with clock.at(now + timedelta(minutes=20)):
        assert jobs.run_due(print) == 1
        assert jobs.run_due(print) == 0


def test_what_fails_is_noted_undone_and_hinders_nothing_else(pool: int) -> None:
    def fail(session: Session, pool_id: int) -> int:
        session.add(JobRun(pool_id=pool_id, name="half-done"))
        session.flush()
        raise ValueError("no paper")

    jobs.register("fail", fail)
    jobs.register("count", lambda _session, _pool: 1)
    said: list[str] = []
    assert jobs.run_due(said.append) == 1
    assert said == ["job fail: ValueError: no paper"]
    assert row(pool, "fail").problem == "ValueError: no paper"
    assert db.session().get(JobRun, (pool, "half-done")) is None
    with pytest.raises(ValueError, match="no paper"):
        jobs.run("fail", pool)


@pytest.mark.parametrize("own_acts", [True, False])
def test_two_never_run_the_same_job_at_once(app: Flask, own_acts: bool) -> None:
    inside, most, guard = [0], [0], threading.Lock()
    begun = threading.Event()

    def job(_session: Session, _pool_id: int) -> int:
        with guard:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        begun.set()
        threading.Event().wait(0.3)
        with guard:
            inside[0] -= 1
        return 1

    jobs.register("slow", job, own_acts=own_acts)
    with app.app_context():
        pool = small_world.found().pool
    answers: list[int | None] = []

    def work(patience: float) -> None:
        with app.app_context():
            answers.append(jobs.run("slow", pool, patience=patience))
            db.session.remove()

    first = threading.Thread(target=work, args=(0.0,))
    first.start()
    assert begun.wait(5)
    others = [threading.Thread(target=work, args=(patience,)) for patience in (0.0, 5.0)]
    for thread in others:
        thread.start()
    for thread in [first, *others]:
        thread.join()
    assert most == [1]
    assert answers.count(1) >= 2


def test_a_killed_run_frees_its_job_after_the_lease(pool: int) -> None:
    jobs.register("count", lambda _session, _pool: 1)
    now = clock.now()
    with atomic() as session:
        session.add(JobRun(pool_id=pool, name="count", token="dead", started_at=now, claimed_until=now + jobs.LEASE))
    assert jobs.run("count", pool) is None
    with clock.at(now + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.run("count", pool) == 1


def test_the_embedded_server_runs_what_is_due_by_itself(app: Flask) -> None:
    done, stop = threading.Event(), threading.Event()
    jobs.register("count", lambda _session, _pool: int(done.set() is None))
    thread = jobs.keep_running(app, stop, tick=0.05)
    try:
        assert done.wait(10)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
