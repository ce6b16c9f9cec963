"""The small world for tests of reports, with a way to watch what is asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event

from assetpool.core.db import db
from tests import world as small_world


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", small_world.fill)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def asked_of() -> Callable[[], AbstractContextManager[list[str]]]:
    """Give the watcher of statements."""
    return watched
