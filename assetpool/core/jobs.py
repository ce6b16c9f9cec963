"""Scheduled work: every feature registers its jobs once; cron, a command or the embedded server runs them, never two processes the same one at once."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.models import JobRun, Pool

HOURLY = timedelta(hours=1)
LEASE = timedelta(minutes=20)
"""How long a run that does not report back keeps others away: a process may have been killed in the middle."""
TICK = 20.0
"""Seconds between two looks of the embedded server at what is due."""

Job = Callable[[Session, int], int]


@dataclass(frozen=True)
class Task:
    """A registered job: how often the embedded server runs it, and whether it opens its acts itself (then it gets a session that only reads)."""

    job: Job
    every: timedelta
    own_acts: bool


tasks: dict[str, Task] = {}


def register(name: str, job: Job, *, every: timedelta = HOURLY, own_acts: bool = False) -> None:
    """Add a job under a name: (session, pool id) → how many things it did. It runs inside one act unless it opens its own."""
    tasks[name] = Task(job, every, own_acts)


def run(name: str, pool_id: int, *, only_due: bool = False, patience: float = 0.0) -> int | None:
    """Run one job of a pool; return how many things it did, or None where another process has it (or, with `only_due`, it is not due yet).

    `patience` is how many seconds to wait for another process to finish. Whatever the job raises is noted and raised again.
    """
    task, until = tasks[name], time.monotonic() + patience
    while (token := _claim(name, pool_id, task.every if only_due else None)) is None:
        if time.monotonic() >= until:
            return None
        time.sleep(0.1)
    done, problem = 0, "interrupted"
    try:
        if task.own_acts:
            done = task.job(db.session(), pool_id)
        else:
            with atomic() as session:
                # The row's lock, held to the end of the act, keeps a second run away even if this one outlives its lease.
                if _locked(session, name, pool_id).token != token:
                    return None
                done = task.job(session, pool_id)
        problem = ""
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise
    finally:
        _release(name, pool_id, token, done, problem)
    return done


def _locked(session: Session, name: str, pool_id: int) -> JobRun:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(JobRun).values(pool_id=pool_id, name=name).on_conflict_do_nothing())
    mine = select(JobRun).where(JobRun.pool_id == pool_id, JobRun.name == name)
    return session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()


def _is_due(row: JobRun | None, now: datetime, every: timedelta | None) -> bool:
    if row is None:
        return True
    if row.claimed_until is not None and row.claimed_until > now:
        return False
    return every is None or row.started_at is None or row.started_at + every <= now


def _claim(name: str, pool_id: int, every: timedelta | None) -> str | None:
    with atomic() as session:
        row, now = _locked(session, name, pool_id), clock.now()
        if not _is_due(row, now, every):
            return None
        row.token, row.claimed_until, row.started_at = secrets.token_hex(16), now + LEASE, now
        return row.token


def _release(name: str, pool_id: int, token: str, done: int, problem: str) -> None:
    with atomic() as session:
        row = _locked(session, name, pool_id)
        if row.token == token:
            row.token, row.claimed_until, row.ended_at, row.done, row.problem = "", None, clock.now(), done, problem[:500]


def run_due(say: Callable[[str], None]) -> int:
    """Run every job of every pool that is due, one after the other; what fails is said and tried again when it is next due. Return how many ran."""
    session = db.session()
    pools = list(session.scalars(select(Pool.id).order_by(Pool.id)))
    known = {(row.pool_id, row.name): row for row in session.scalars(select(JobRun))}
    now = clock.now()
    due = [(pool_id, name) for pool_id in pools for name, task in tasks.items() if _is_due(known.get((pool_id, name)), now, task.every)]
    session.rollback()
    ran = 0
    for pool_id, name in due:
        try:
            ran += run(name, pool_id, only_due=True) is not None
        except Exception as error:
            say(f"job {name}: {type(error).__name__}: {error}")
    return ran


def keep_running(app: Any, stop: threading.Event | None = None, tick: float = TICK) -> threading.Thread:
    """Run what is due for as long as the process lives, in a thread of its own that ends with it; return the thread."""
    halt = stop or threading.Event()

    def loop() -> None:
        while not halt.wait(tick):
            with app.app_context():
                try:
                    run_due(app.logger.warning)
                except Exception as error:
                    # The database may be away or not at head yet; the next look tells.
                    app.logger.warning("scheduled work waits: %s", error)
                finally:
                    db.session.remove()

    thread = threading.Thread(target=loop, name="jobs", daemon=True)
    thread.start()
    return thread
