"""Statements that every request asks: built and compiled once, their rows handed on as the driver gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Compiled, Row, Select
from sqlalchemy.orm import Session


class Prepared:
    """A select with named bind parameters (no lists among them) whose columns both drivers give as they are: numbers and texts.

    It runs in the session's own transaction, but does not flush what stands in the session: for reading, not for acts.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def rows(self, session: Session, **values: Any) -> Sequence[Row[Any]]:
        """Return all rows for these values; columns are named as in the statement."""
        connection = session.connection()
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            compiled = self._compiled[connection.dialect.name] = self._statement.compile(dialect=connection.dialect)
        found: Any = compiled.construct_params(values)
        order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        return connection.exec_driver_sql(str(compiled), found if order is None else tuple([found[name] for name in order])).all()
