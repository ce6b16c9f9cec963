"""Runs the migrations on the application's own engine, SQLite or PostgreSQL, all of them in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from assetpool.core.db import Base, Moment, db


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write our own column types as what they store, so that an old migration needs no code of today."""
    return "sa.String(27)" if kind == "type" and isinstance(item, Moment) else False


def settings(**more: Any) -> dict[str, Any]:
    """Return what both ways of migrating share."""
    return {"target_metadata": Base.metadata, "compare_type": True, "render_item": render_item, "transactional_ddl": True, **more}


@contextmanager
def references_unchecked(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others refer to; every reference is checked again at the end."""
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left references that lead nowhere: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def run_offline() -> None:
    """Print the SQL instead of running it (`flask db upgrade --sql`)."""
    context.configure(**settings(url=db.engine.url.render_as_string(hide_password=False), literal_binds=True))
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations in one transaction; Alembic rebuilds a table where SQLite cannot alter it."""
    with db.engine.connect() as connection, references_unchecked(connection):
        context.configure(**settings(connection=connection, render_as_batch=connection.dialect.name == "sqlite"))
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
