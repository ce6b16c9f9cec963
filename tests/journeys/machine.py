"""A caller of the REST interface for journeys: signed by a token per person, at moments the journey chooses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic
from assetpool.org.models import Person
from tests import world as worlds

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class Machine:
    """Speaks REST as any of the people."""

    app: Flask
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def signed(self, user: str) -> dict[str, str]:
        """Return the header of a person, with a token made the first time."""
        if user not in self.headers:
            with self.app.app_context(), atomic() as session:
                self.headers[user] = worlds.token(session, session.scalars(select(Person.id).where(Person.username == user)).one())
        return self.headers[user]

    def get(self, user: str, path: str, status: int = 200) -> Any:
        """Read something; the status must be the one expected."""
        answer = self.app.test_client().get(f"/api/v1{path}", headers=self.signed(user))
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def post(self, user: str, path: str, body: dict[str, Any] | None = None, status: int | None = None) -> Any:
        """Do something; without a status any success will do."""
        answer = self.app.test_client().post(f"/api/v1{path}", json=body or {}, headers=self.signed(user))
        assert answer.status_code == status if status else answer.status_code in (200, 201), answer.text
        return answer.get_json()

    def pdf(self, user: str, path: str, body: dict[str, Any]) -> bytes:
        """Ask for a PDF."""
        answer = self.app.test_client().post(f"/api/v1{path}", json=body, headers=self.signed(user))
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
        return answer.data

    def upload(self, user: str, name: str, content: bytes = PDF) -> int:
        """Keep a file and return its id."""
        answer = self.app.test_client().post("/api/v1/files", data={"file": (BytesIO(content), name)}, headers=self.signed(user))
        assert answer.status_code == 201, answer.text
        return int(answer.get_json()["id"])


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at a moment."""
    with clock.at(moment):
        yield
