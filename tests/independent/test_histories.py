"""The second reckoning agrees with the report over the demonstration world and over random lives of the pool."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import func, select

from assetpool.audit import reported
from assetpool.core.db import db
from assetpool.demo.load import load
from assetpool.org.models import Person
from assetpool.org.queries import access_of
from assetpool.savings import periods
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct, SavingEntry
from tests import world as worlds
from tests.conftest import Applications
from tests.engines import Databases
from tests.independent.comparing import agree, same_as_by_act
from tests.properties.world_machine import PoolMachine

LIVES = int(os.environ.get("MACHINE_LIVES", "8"))
SPANS = ((date(2022, 1, 1), date(2022, 12, 31)), (date(2019, 1, 1), date(2027, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31)))
ACTS = int(os.environ.get("MACHINE_ACTS", "30"))


def fill(app: Flask) -> None:
    load("demo", app.config["DATA_DIR"], app.config["PUBLIC_URL"])


class TestDemonstration:
    """The world that the demonstration shows."""

    @pytest.fixture
    def database_template(self, make_template: Callable[..., str]) -> str:
        return make_template("demonstration", fill)

    def test_the_second_reckoning_agrees_over_the_demonstration_world(self, context: Flask, tmp_path: Path) -> None:
        auditor = access_of(db.session(), db.session().scalars(select(Person.id).where(Person.username == "xuning")).one())
        assert agree(auditor, tmp_path / "all", date(2019, 1, 1), date(2027, 12, 31)) > 200
        assert agree(auditor, tmp_path / "year", date(2022, 1, 1), date(2022, 12, 31)) > 20
        for first, last in SPANS:
            assert same_as_by_act(auditor, first, last) > 20
        assert reported.check(db.session(), db.session().get_one(Person, auditor.person_id).pool_id) > 100


def test_the_second_reckoning_agrees_after_any_life_of_the_pool(databases: Databases, applications: Applications, make_template: Callable[..., str]) -> None:
    template = make_template("world", worlds.fill)
    compared: list[int] = []

    class Machine(PoolMachine):
        def __init__(self) -> None:
            applications.let_go(databases.engine.url("test"))
            self.app = applications.on(databases.fresh(template))
            super().__init__()

        def teardown(self) -> None:
            self.decide()
            with tempfile.TemporaryDirectory() as folder:
                auditor = access_of(db.session(), self.world.auditor)
                compared.append(agree(auditor, Path(folder), date(2026, 1, 1), date(2029, 12, 31)))
                for first, last in self.spans():
                    same_as_by_act(auditor, first, last)
                assert reported.check(db.session(), self.world.pool) >= 0
            super().teardown()

        def spans(self) -> list[tuple[date, date]]:
            """Return all days, every month that has entries and every two that follow each other, and the days from the first entry to the last."""
            entries = select(func.min(SavingEntry.business_day), func.max(SavingEntry.business_day))
            first, last = db.session().execute(entries).one()
            if first is None:
                return []
            ends = periods.month_ends(first, date(last.year + 1, 1, 1))
            months = [(end.replace(day=1), later) for end, later in pairwise(ends)] + [(end.replace(day=1), end) for end in ends]
            return [(date(2026, 1, 1), date(2029, 12, 31)), (first, last), *months]

        def decide(self) -> None:
            """Let the reviewer accept every other act and reject the rest."""
            acts = list(db.session().scalars(select(SavingAct.id).where(SavingAct.reviewed == "proposed").order_by(SavingAct.id)))
            db.session().rollback()
            for number, act in enumerate(acts):
                decision = "rejected" if number % 3 == 2 else "accepted"
                self.act(False, lambda s, one=act, said=decision: savings.review(s, [one], said, "看过", self.world.reviewer))

    machine: Any = Machine
    kept = settings(max_examples=LIVES, stateful_step_count=ACTS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    run_state_machine_as_test(machine, settings=kept)
    assert max(compared) > 20, "hardly anything was compared, so hardly anything was tried"
