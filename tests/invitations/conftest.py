"""What the tests of invitations share: the small world with 10 desks and 500 chairs, an event with a liaison, and a stranger's browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.core.db import atomic
from assetpool.events import service as events
from assetpool.events.models import Event
from assetpool.invitations import lists, service
from assetpool.invitations.models import Invitation
from assetpool.invitations.reading import Row
from tests import walking
from tests import world as worlds

FIRST, LAST, OPEN_UNTIL = date(2027, 3, 2), date(2027, 3, 6), date(2027, 3, 10)


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@dataclass
class Inviting:
    """An event of department B and short ways to its link."""

    app: Flask
    world: worlds.World
    event: int
    token: str = ""
    code: str = ""

    def invite(self, **more: object) -> Inviting:
        """Send a link to the liaison."""
        with self.app.app_context(), atomic() as session:
            sent = service.invite(session, self.event, by=self.world.approver, expires_on=OPEN_UNTIL, **more)  # type: ignore[arg-type]
            self.token, self.code = sent.token, sent.code
        return self

    def guest(self) -> FlaskClient:
        """Return a stranger's browser that entered the code."""
        client = self.app.test_client()
        answer = walking.send(client, f"/o/{self.token}/code", {"code": self.code})
        assert answer.status_code == 303, answer.text
        return client

    def take(self, *rows: Row) -> list[int]:
        """Put rows into the list; return the lines' ids."""
        with self.app.app_context(), atomic() as session:
            return [line.id for line in lists.take_rows(session, session.get_one(Event, self.event), rows)]

    def invitation(self, session: object) -> Invitation:
        """Return the newest invitation."""
        return session.query(Invitation).order_by(Invitation.id.desc()).first()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def inviting(app: Flask) -> Inviting:
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            said = events.Said("市运动会", FIRST, LAST, approval_number="市府函〔2027〕3号", budget_line="2070308")
            event = events.enter(session, world.pool, world.department_b, said, by=world.approver)
            events.name_liaison(session, event.id, "何静", "13800002210", "hejing@example.org", by=world.approver)
            number = event.id
    return Inviting(app, world, number).invite()
