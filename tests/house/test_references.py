"""What an import writes by the hundred thousand refers to nothing that is missing, and nothing goes that it refers to: raw SQL tries, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, String, Table, UniqueConstraint, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from assetpool.core.db import Base, atomic, db
from assetpool.intake import opening
from assetpool.intake.reading import read_rows
from tests import world as worlds
from tests.intake.tables import LEDGER, xlsx
from tests.world import World

TABLES = Base.metadata.tables
IN_BULK = ("asset", "tranche", "movement", "intake_line")
REFERENCES = sorted((name, key.parent.name, key.column.table.name) for name in IN_BULK for key in TABLES[name].foreign_keys)
NOBODY = 10**9
FRESH = count(1)
database_template = worlds.template


@pytest.fixture
def taken(context: Flask) -> World:
    """A world with a book taken in, so that each table holds rows."""
    world = worlds.found()
    with atomic() as session:
        opening.take_over(session, read_rows(xlsx(LEDGER), "ledger.xlsx"), world.department_a, world.main, by=world.clerk_a)
    db.session.remove()
    return world


def copied(connection: Connection, table: Table, **other: Any) -> int:
    """Insert a copy of a table's newest row under a new id and return that id; texts that must be unique are made so."""
    row = dict(connection.execute(select(table).order_by(table.c.id.desc()).limit(1)).mappings().one())
    unique = {column.name for rule in table.constraints if isinstance(rule, UniqueConstraint) for column in rule.columns}
    unique |= {column.name for index in table.indexes if index.unique for column in index.columns}
    free = {
        column.name: str(next(FRESH)).zfill(len(row[column.name]))
        for column in table.columns
        if column.name in unique and isinstance(column.type, String) and not column.foreign_keys
    }
    free |= {name: row[name] + 1000 for name in ("height", "line_no") if name in unique}
    connection.execute(insert(table).values({**row, "id": row["id"] + NOBODY, **free, **other}))
    return int(other.get("id", row["id"] + NOBODY))


def referred_alone(connection: Connection, table: str, column: str, target: str) -> int:
    """Make what a reference can lead to, let one row refer to it and nothing else do so; return its id."""
    here = {"id": copied(connection, TABLES["document"])} if target == "intake" else {}
    found = copied(connection, TABLES[target], **here)
    copied(connection, TABLES[table], **{"id": 2 * NOBODY, column: found})
    return found


def not_refused(deed: Callable[[Connection, str, str, str], object]) -> list[tuple[str, str]]:
    """Try a deed on each reference, each from the same start; return the references whose own rule did not refuse it."""
    missed = []
    with db.engine.connect() as connection:
        for table, column, target in REFERENCES:
            rule = f"fk_{table}_{column}" if connection.dialect.name == "postgresql" else "FOREIGN KEY"
            start = connection.begin_nested()
            try:
                deed(connection, table, column, target)
                missed.append((table, column))
            except IntegrityError as error:
                if rule not in str(error.orig):
                    missed.append((table, column))
            start.rollback()
        connection.rollback()
    return missed


def test_a_row_that_refers_to_nothing_is_not_written(taken: World) -> None:
    assert not_refused(lambda connection, table, column, _target: copied(connection, TABLES[table], **{column: NOBODY * 5})) == []


def test_a_row_cannot_be_turned_to_nothing(taken: World) -> None:
    def turn(connection: Connection, table: str, column: str, _target: str) -> None:
        connection.execute(update(TABLES[table]).values({column: NOBODY * 5}))

    assert [reference for reference in not_refused(turn) if reference[0] != "movement"] == [], "movements are turned by nobody at all"


def test_what_is_referred_to_does_not_go(taken: World) -> None:
    def remove(connection: Connection, table: str, column: str, target: str) -> None:
        connection.execute(delete(TABLES[target]).where(TABLES[target].c.id == referred_alone(connection, table, column, target)))

    assert not_refused(remove) == []


def test_what_is_referred_to_keeps_its_id(taken: World) -> None:
    def rename(connection: Connection, table: str, column: str, target: str) -> None:
        found = referred_alone(connection, table, column, target)
        if target == "intake":
            copied(connection, TABLES["document"], id=NOBODY * 7)
        connection.execute(update(TABLES[target]).values(id=NOBODY * 7).where(TABLES[target].c.id == found))

    assert not_refused(rename) == []


def test_what_nobody_refers_to_may_go(taken: World) -> None:
    with db.engine.connect() as connection:
        for target in sorted({target for _, _, target in REFERENCES} - {"intake"}):
            alone = copied(connection, TABLES[target])
            assert connection.execute(delete(TABLES[target]).where(TABLES[target].c.id == alone)).rowcount == 1
        connection.rollback()


@pytest.mark.postgresql
def test_what_an_unfinished_act_refers_to_is_held_until_it_ends(taken: World) -> None:
    store = TABLES["store"]
    with db.engine.begin() as connection:
        found = copied(connection, store)
    with db.engine.connect() as writing, db.engine.connect() as deleting:
        copied(writing, TABLES["asset"], store_id=found)
        deleting.exec_driver_sql("SET lock_timeout = '200ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            deleting.execute(delete(store).where(store.c.id == found))
        deleting.rollback()
        writing.rollback()
        assert deleting.execute(delete(store).where(store.c.id == found)).rowcount == 1
        deleting.rollback()
