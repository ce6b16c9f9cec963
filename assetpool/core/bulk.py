"""Writing many rows at once: ids taken ahead, values bound by the columns' own types, one prepared statement on the driver."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import Column, ColumnElement, Connection, String, Table, any_, bindparam, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

WORTH_COPYING = 50


def take_ids(session: Session, table: Table, count: int) -> list[int]:
    """Take the next ids of a table for rows that `write` will hold; call it inside an act only.

    SQLite: above the greatest id, which the act's write lock keeps; PostgreSQL: from the table's sequence.
    """
    session.flush()
    name = session.connection().dialect.identifier_preparer.quote(table.name)
    if session.connection().dialect.name == "sqlite":
        first = int(session.execute(text(f"SELECT coalesce(max(id), 0) FROM {name}")).scalar_one()) + 1
        return list(range(first, first + count))
    taken = session.execute(text(f"SELECT nextval(pg_get_serial_sequence('{name}', 'id')) FROM generate_series(1, :count)"), {"count": count})
    return sorted(int(row[0]) for row in taken)


def write(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]], as_stored: bool = False) -> None:
    """Insert rows, each with a value per named column in order; what stands in the session is flushed first.

    Several times faster than the same insert with a dictionary per row, since every value is bound once and nothing is looked up by name.
    `as_stored`: moments and days are texts and truths 0 or 1 already.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    place = "?" if connection.dialect.name == "sqlite" else "%s"
    target = f"{quote(table.name)} ({', '.join(map(quote, columns))})"
    values = rows if as_stored else bound(session, [table.c[name] for name in columns], rows)
    if connection.dialect.name == "postgresql" and (as_stored or len(values) >= WORTH_COPYING):
        _copy(connection, target, values)
    else:
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({', '.join([place] * len(columns))})", list(values))


def among(session: Session, column: Any, values: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of any number of values, sent as one parameter; found by the column's index."""
    if session.get_bind().dialect.name == "sqlite":
        given = func.json_each(bindparam(None, json.dumps(list(values)), type_=String)).table_valued("value")
        return cast(ColumnElement[bool], column.in_(select(given.c.value)))
    return cast(ColumnElement[bool], column == any_(bindparam(None, list(values), type_=postgresql.ARRAY(column.type))))


def change(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set the columns of rows by id; each row holds a value per named column in order, the id last. What stands in the session is flushed first.

    Rows of the table that the session holds are not told: the caller expires them.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    place = "?" if connection.dialect.name == "sqlite" else "%s"
    values = bound(session, [table.c[name] for name in (*columns, "id")], rows)
    settings = ", ".join(f"{quote(name)} = {place}" for name in columns)
    connection.exec_driver_sql(f"UPDATE {quote(table.name)} SET {settings} WHERE id = {place}", values)


def _copy(connection: Connection, target: str, rows: Sequence[Sequence[Any]]) -> None:
    """Send rows through PostgreSQL's COPY, in the same transaction and past the same triggers; refusals read as those of an insert."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
    except psycopg.Error as error:
        refused = IntegrityError if isinstance(error, psycopg.IntegrityError) else DBAPIError
        raise refused(f"COPY {target}", None, error) from error


def bound(session: Session, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows as the driver takes them; equal values of a column are bound once."""
    dialect = session.connection().dialect
    by_column: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for index, column in enumerate(columns):
        processor = column.type.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None:
            known = {value: processor(value) for value in set(by_column[index])}
            by_column[index] = [known[value] for value in by_column[index]]
    return list(zip(*by_column, strict=True))
