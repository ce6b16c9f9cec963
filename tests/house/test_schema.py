"""The database at head is what the models say, and its append-only tables defend themselves, on both engines."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from assetpool.core import chain
from assetpool.core.db import Base, db
from tooling.migrations import differences

APPEND_ONLY = ("movement", "approval", "saving_entry", "saving_review", "cost_seal")
GUARDED = (*APPEND_ONLY, "price", "rent", "price_quote", "stocktake_count")
"""The chained ledgers, and what figures rest on that is only ever added to."""
LISTED = {
    "sqlite": "SELECT tbl_name, lower(sql) FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT event_object_table, lower(action_timing || ' ' || event_manipulation) FROM information_schema.triggers",
}
TRUNCATE_LISTED = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND (t.tgtype & 32) <> 0
"""


def test_the_database_at_head_equals_the_models(context: Flask) -> None:
    with db.engine.connect() as connection:
        assert differences(connection, Base.metadata) == []


def test_the_append_only_tables_are_the_chained_ones(context: Flask) -> None:
    assert {table.name for table in chain.tables()} >= set(APPEND_ONLY)


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_a_trigger_stands_against_each_deed_on_each_append_only_table(context: Flask, engine_name: str, table: str, deed: str) -> None:
    with db.engine.connect() as connection:
        triggers = [" ".join(sql.split()) for name, sql in connection.execute(text(LISTED[engine_name])) if name == table]
    assert [trigger for trigger in triggers if deed in trigger] != []


@pytest.mark.sqlite
@pytest.mark.parametrize("table", GUARDED)
def test_a_trigger_stands_against_writing_over_an_existing_key(context: Flask, table: str) -> None:
    with db.engine.connect() as connection:
        triggers = [" ".join(sql.split()) for name, sql in connection.execute(text(LISTED["sqlite"])) if name == table]
    assert [trigger for trigger in triggers if "before insert" in trigger] != []


@pytest.mark.postgresql
@pytest.mark.parametrize("table", GUARDED)
def test_a_trigger_stands_against_truncating(context: Flask, table: str) -> None:
    with db.engine.connect() as connection:
        assert table in set(connection.execute(text(TRUNCATE_LISTED)).scalars())


def test_every_table_has_a_key_and_every_rule_a_name(context: Flask) -> None:
    inspector = inspect(db.engine)
    nameless = [
        (table, rule["sqltext"])
        for table in inspector.get_table_names()
        for rule in inspector.get_check_constraints(table)
        if not rule["name"] or str(rule["name"]).startswith("ck_")
    ]
    keyless = [table for table in inspector.get_table_names() if not inspector.get_pk_constraint(table)["constrained_columns"] and table != "alembic_version"]
    assert (nameless, keyless) == ([], [])
