"""Counting the statements that a piece of work sends to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from assetpool.core.db import db


@contextmanager
def queries(engine: Engine) -> Iterator[list[str]]:
    """Collect every statement sent inside the block."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def asked_of() -> Callable[[], AbstractContextManager[list[str]]]:
    """Give the watcher of statements, to be called inside an application context: `asked_of = counting.asked_of`."""
    return lambda: queries(db.engine)
