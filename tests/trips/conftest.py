"""What the tests of trips share: the floor of the store, a gate with a guard, and a trip with its pass in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Person, Role
from assetpool.records.models import Document
from assetpool.trips import leaving, planning
from assetpool.trips.planning import Part, Planned
from tests import world as worlds
from tests.handovers.conftest import Floor

PLATE = "川A12345"


def fill(app: Flask) -> None:
    """The small world with a guard at the city's gates, and a keeper and a guard of another body."""
    worlds.fill(app)
    found = worlds.found()
    with atomic() as session:
        for username, name, role, organization in (("guard", "门卫老李", Role.GATE, found.city), ("guard_x", "门卫小王", Role.GATE, found.elsewhere)):
            org.grant(session, org.add_person(session, found.pool, username, name, worlds.PASSWORD).id, organization, role)


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("trips", fill)


def person(username: str) -> int:
    found = db.session().scalars(select(Person.id).where(Person.username == username)).one()
    db.session().rollback()
    return found


@dataclass
class Yard(Floor):
    """The floor with its trucks."""

    def loaded(self, units: int = 40) -> str:
        """Return a slip of so many chairs that waits for a truck."""
        today = self.today()
        number = self.approved([(self.world.chair, units)], today, today)
        return self.load(number, [(self.tags(self.world.chair)[0], units)], destination="体育中心").document.number

    def plan(self, parts: list[Part], plate: str = PLATE, **more: object) -> str:
        """Return a trip of today."""
        settings = {"driver": "赵师傅", "telephone": "13900000001", "loaders": 3, "hours": 450, "haulage": 30_000, "loading": 12_000, **more}
        planned = Planned(self.today(), plate, **settings)  # type: ignore[arg-type]
        with atomic() as session:
            return planning.plan(session, self.world.main, planned, parts, by=self.world.keeper).number

    def issue(self, trip: str) -> str:
        """Return the pass of a trip."""
        with atomic() as session:
            return leaving.issue_pass(session, trip, by=self.world.keeper).number

    def passed(self, units: int = 40) -> tuple[str, str, str]:
        """Return a slip, the trip that carries it, and its pass."""
        slip = self.loaded(units)
        trip = self.plan([Part(slip)])
        return slip, trip, self.issue(trip)

    def revision(self, number: str) -> int:
        """Return a document's revision."""
        found = db.session().scalars(select(Document.revision).where(Document.number == number)).one()
        db.session().rollback()
        return found

    def day(self) -> date:
        """Return today."""
        return self.today()


@pytest.fixture
def yard(world: worlds.World) -> Yard:
    return Yard(world)
