"""A crowd at work: nobody is shown a deadlock or an error, and everything adds up afterwards; CROWD_ACTS sets how many acts (200, in full 2,000)."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from assetpool.app import create_app
from assetpool.core.db import db
from tests import world as worlds
from tests.conftest import settings_for
from tests.properties.crowd import Person, demand_invariants, prepare

ACTS = int(os.environ.get("CROWD_ACTS", "200"))
THREADS, PROCESSES = 16, 4
LEAST_DONE = 0.35
"""Share of the acts that must have done something: a crowd that is only refused would prove nothing."""


def judged(found: Counter[str]) -> None:
    failed = {name: count for name, count in found.items() if name.startswith("FAILED")}
    assert not failed, f"somebody was shown a failure: {failed}"
    done = sum(count for name, count in found.items() if name.endswith(": done"))
    if os.environ.get("CROWD_TELLS"):
        sys.stdout.write("\n" + "\n".join(f"{count:5} {name}" for name, count in sorted(found.items())) + "\n")
    assert done > LEAST_DONE * sum(found.values()), found


@pytest.mark.postgresql
def test_sixteen_people_in_threads_meet_no_deadlock(app: Flask, database_url: str, tmp_path: Path) -> None:
    world = prepare(app)
    outcomes: list[Counter[str]] = []
    # A process keeps fifteen connections at most; two of them serve the sixteen.
    others = create_app(settings_for(database_url, tmp_path))

    def work(seed: int) -> None:
        outcomes.append(Person(app if seed % 2 else others, world, seed).work(ACTS // THREADS))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == THREADS
    with others.app_context():
        db.engine.dispose()
    judged(sum(outcomes, Counter()))
    demand_invariants(app, world)


def _process(url: str, folder: str, world: worlds.World, seed: int, acts: int, answers: Any) -> None:
    answers.put(Person(create_app(settings_for(url, Path(folder))), world, seed).work(acts))


@pytest.mark.sqlite
def test_four_processes_meet_no_lock_that_lasts(app: Flask, database_url: str, tmp_path: Path) -> None:
    world = prepare(app)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    started = [context.Process(target=_process, args=(database_url, str(tmp_path), world, seed, ACTS // PROCESSES, answers)) for seed in range(PROCESSES)]
    for process in started:
        process.start()
    found: Counter[str] = sum((answers.get(timeout=900) for _ in started), Counter())
    for process in started:
        process.join()
    judged(found)
    demand_invariants(app, world)
