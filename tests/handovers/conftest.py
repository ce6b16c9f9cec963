"""What the tests of hand-overs share: the small world, an approved request in one call, and what stands where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset, Stock, Tranche
from assetpool.handovers import service as handovers
from assetpool.handovers.loading import Costs
from assetpool.handovers.signing import Receipt
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from tests import world as worlds

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FREE = Costs((), "own truck")
SIGNED = Receipt("何静", "13800002210", "typed_pin", "2210")


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@dataclass
class Floor:
    """The floor of the store: short ways to the states the tests start from."""

    world: worlds.World

    def today(self) -> date:
        """Return today in the pool's time zone."""
        return clock.today(worlds.ZONE)

    def tags(self, kind_id: int) -> list[str]:
        """Return the tags of a kind, in order."""
        found = list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == kind_id).order_by(Asset.id)))
        db.session().rollback()
        return found

    def stock(self, kind_id: int, count: int, **more: object) -> list[str]:
        """Bring things into the store."""
        with atomic() as session:
            return worlds.stock(session, kind_id, count, **more)  # type: ignore[arg-type]

    def approved(self, wishes: list[tuple[int, int]], first: date = date(2026, 11, 23), last: date | None = date(2026, 12, 4), **more: object) -> str:
        """Return the number of an approved request of department B for (kind, units)."""
        lines = [drafting.Wish(units, kind_id=kind, budget_price=None) for kind, units in wishes]
        return self.approve(lines, first, last, **more)

    def approve(self, lines: list[drafting.Wish], first: date, last: date | None, **more: object) -> str:
        """Return the number of an approved request for these lines."""
        w = self.world
        with atomic() as session:
            number = drafting.draft(session, w.department_b, lines, first, last, by=w.organizer_b, **more).number  # type: ignore[arg-type]
        with atomic() as session:
            requisitions.submit(session, number, by=w.organizer_b)
        with atomic() as session:
            requisitions.approve(session, number, by=w.approver)
        return number

    def lend_elsewhere(self, kind_id: int, tags: list[str]) -> str:
        """Hand things over to an organizer of the weather bureau; return the slip's number."""
        w = self.world
        with atomic() as session:
            person = org.add_person(session, w.pool, "organizer_x", "气象承办", worlds.PASSWORD)
            org.grant(session, person.id, w.elsewhere, Role.ORGANIZER)
            wishes = [drafting.Wish(len(tags), kind_id=kind_id)]
            number = drafting.draft(session, w.elsewhere, wishes, date(2026, 11, 23), date(2026, 12, 4), by=person.id).number
            requisitions.submit(session, number, by=person.id)
        with atomic() as session:
            requisitions.approve(session, number, by=w.approver)
        return self.lend(number, [(tag, None) for tag in tags])

    def load(self, number: str, items: list[tuple[str, int | None]], **more: object) -> handovers.Loaded:
        """Load things for a request, without costs; the ids of the result outlive the act."""
        listed = [handovers.Item(tag, count) for tag, count in items]
        settings = {"by": self.world.keeper, "costs": FREE, **more}
        with atomic() as session:
            loaded = handovers.hand_over(session, number, listed, **settings)  # type: ignore[arg-type]
            session.flush()
            session.expunge(loaded.document)
            session.expunge(loaded.slip)
        return loaded

    def lend(self, number: str, items: list[tuple[str, int | None]], **more: object) -> str:
        """Hand things over at the counter; return the slip's number."""
        return self.load(number, items, receipt=SIGNED, **more).document.number

    def back(self, lines: list[handovers.Back], **more: object) -> str:
        """Take a batch back into the main store; return the receipt's number."""
        settings = {"by": self.world.keeper, "costs": FREE, "returned_by": "何静", **more}
        store = settings.pop("store_id", self.world.main)
        with atomic() as session:
            return handovers.take_back(session, store, lines, **settings).number  # type: ignore[arg-type]

    def state(self, number: str) -> str:
        """Return a document's state."""
        found = db.session().scalars(select(Document.state).where(Document.number == number)).one()
        db.session().rollback()
        return found

    def where(self, tag: str) -> dict[str, int]:
        """Return how many units of a tag stand in which state."""
        statement = select(Tranche.state, func.sum(Tranche.count)).join(Asset, Asset.id == Tranche.asset_id).where(Asset.tag == tag, Tranche.count > 0)
        found = {row[0]: int(row[1]) for row in db.session().execute(statement.group_by(Tranche.state))}
        db.session().rollback()
        return found

    def owned(self, kind_id: int, store_id: int) -> tuple[int, int]:
        """Return how many units of a kind a store owns, and how many of them are present."""
        row = db.session().get(Stock, (kind_id, store_id))
        found = (row.owned, row.present) if row else (0, 0)
        db.session().rollback()
        return found


@pytest.fixture
def floor(world: worlds.World) -> Floor:
    return Floor(world)


@pytest.fixture
def monday(world: worlds.World):  # type: ignore[no-untyped-def]
    """Let it be Monday, 23 November 2026, nine in the morning."""
    with clock.at(MONDAY):
        yield


@pytest.fixture
def call(app: Flask, world: worlds.World) -> Callable[..., Any]:
    """Send a request as the keeper (or another person); return (status, JSON)."""
    headers: dict[int, dict[str, str]] = {}

    def sent(method: str, path: str, body: Any = None, by: int | None = None, **more: str) -> tuple[int, Any]:
        person = by or world.keeper
        if person not in headers:
            with app.app_context(), atomic() as session:
                headers[person] = worlds.token(session, person)
        answer = app.test_client().open(f"/api/v1{path}", method=method, json=body, headers={**headers[person], **more})
        return answer.status_code, answer.get_json()

    return sent


def apart(app: Flask) -> Floor:
    """Return a floor whose every act runs in a context of its own: requests of several people must not share one."""

    class Apart(Floor):
        def __getattribute__(self, name: str) -> Any:
            found = super().__getattribute__(name)
            return _in_context(app, found) if callable(found) else found

    with app.app_context():
        return Apart(worlds.found())


def _in_context(app: Flask, act: Callable[..., Any]) -> Callable[..., Any]:
    def acted(*given: Any, **named: Any) -> Any:
        with app.app_context():
            return act(*given, **named)

    return acted
