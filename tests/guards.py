"""Changing what the database guards, as only somebody with the database's own password could."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


def past_the_guards(session: Session, statement: Any) -> None:
    """Execute an UPDATE or DELETE with the triggers of its table away meanwhile."""
    table = statement.table.name
    if session.connection().dialect.name == "postgresql":
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(statement)
        session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    guards = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}).all()
    for guard in guards:
        session.execute(text(f"DROP TRIGGER {guard.name}"))
    session.execute(statement)
    for guard in guards:
        session.execute(text(guard.sql))
