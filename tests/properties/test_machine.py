"""Random lives of the pool keep every invariant, on either engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import world as worlds
from tests.conftest import Applications
from tests.engines import Databases
from tests.properties.machine_swaps import SwappingMachine

LIVES = int(os.environ.get("MACHINE_LIVES", "8"))
ACTS = int(os.environ.get("MACHINE_ACTS", "30"))


def test_random_lives_keep_every_invariant(databases: Databases, applications: Applications, make_template: Callable[..., str]) -> None:
    template = make_template("world", worlds.fill)

    class Machine(SwappingMachine):
        def __init__(self) -> None:
            url = databases.engine.url("test")
            applications.let_go(url)
            self.app = applications.on(databases.fresh(template))
            super().__init__()

    machine: Any = Machine
    kept = settings(max_examples=LIVES, stateful_step_count=ACTS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    run_state_machine_as_test(machine, settings=kept)
