"""What the tests of requests share: the small world with 10 desks and 500 chairs, and short ways to each state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask

from assetpool.core.db import atomic, db
from assetpool.records.models import Document
from assetpool.requisitions import drafting, service
from assetpool.requisitions.drafting import Contact, Wish
from tests import world as worlds

FIRST, LAST = date(2099, 3, 2), date(2099, 3, 6)
database_template = worlds.template


@dataclass
class Asking:
    """Short ways to requests in every state, each in acts of its own."""

    app: Flask
    world: worlds.World

    def draft(self, *wishes: Wish, by: int | None = None, organization: int | None = None, first: date = FIRST, last: date | None = LAST, **more: Any) -> str:
        """Write a request of department B (default: two desks)."""
        w = self.world
        with self.app.app_context(), atomic() as session:
            lines = wishes or (Wish(2, w.desk),)
            return drafting.draft(session, organization or w.department_b, lines, first, last, by=by or w.organizer_b, **more).number

    def submitted(self, *wishes: Wish, **more: Any) -> str:
        """Write a request and hand it in."""
        number = self.draft(*wishes, **more)
        return self.act(service.submit, number, by=more.get("by") or self.world.organizer_b)

    def approved(self, *wishes: Wish, **more: Any) -> str:
        """Write a request, hand it in and approve it."""
        return self.act(service.approve, self.submitted(*wishes, **more), by=self.world.approver)

    def act(self, act: Callable[..., Document], number: str, **more: Any) -> str:
        """Do one act and return the number."""
        with self.app.app_context(), atomic() as session:
            return act(session, number, **more).number

    def state(self, number: str) -> tuple[str, int]:
        """Return state and revision of a document."""
        with self.app.app_context():
            row = db.session().query(Document).filter_by(number=number).one()
            return row.state, row.revision


@pytest.fixture
def asking(app: Flask) -> Asking:
    with app.app_context():
        world = worlds.found()
    return Asking(app, world)


RECEIVER = Contact("何静", "13800002210")
