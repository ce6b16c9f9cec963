"""Writing many rows at once: ids taken ahead, values bound by the columns' own types, one prepared statement on the driver."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Connection, String, Table, Text, any_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

WORTH_COPYING = 50
COPIED_AT_ONCE = 5_000
INSERTED_AT_ONCE = 50
_BETWEEN = "\x1f"
_PLAIN_LITERAL = re.compile(r"[0-9A-Za-z_:. -]*")
_TO_ESCAPE = "\\\t\n\r"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Same:
    """The one value that all rows hold in a column."""

    value: Any


Given = Mapping[str, Sequence[Any] | Same]


def each(column: Sequence[Any] | Same, count: int) -> Iterable[Any]:
    """Return a column's value for each of `count` rows."""
    return repeat(column.value, count) if isinstance(column, Same) else column


def take_ids(session: Session, table: Any, count: int) -> list[int]:
    """Take the next ids of a table (or model) for rows that `write` will hold; call it inside an act only.

    SQLite: above the greatest id, which the act's write lock keeps; PostgreSQL: from the table's sequence.
    """
    session.flush()
    name = session.connection().dialect.identifier_preparer.quote(getattr(table, "__table__", table).name)
    if session.connection().dialect.name == "sqlite":
        first = int(session.execute(text(f"SELECT coalesce(max(id), 0) FROM {name}")).scalar_one()) + 1
        return list(range(first, first + count))
    sequence = f"(SELECT pg_get_serial_sequence('{name}', 'id')::regclass)"
    numbers = f"SELECT nextval({sequence}) AS n FROM generate_series(1, :count)"
    first, last, taken = session.execute(text(f"SELECT min(n), max(n), array_agg(n) FROM ({numbers}) taken"), {"count": count}).one()
    return list(range(first, last + 1)) if last - first + 1 == count else sorted(taken)


def add_numbered(session: Session, rows: Sequence[Any]) -> None:
    """Add new rows of one model; several get ids taken ahead, so that they are inserted together."""
    if len(rows) > 1:
        for row, number in zip(rows, take_ids(session, rows[0], len(rows)), strict=True):
            row.id = number
    session.add_all(rows)


def alike(rows: Iterable[Any], *columns: str) -> None:
    """Have these columns of changed rows written whatever changed of each, so that one statement writes all the rows."""
    for row in rows:
        for column in columns:
            flag_modified(row, column)


def write(session: Session, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]], as_stored: bool = False) -> None:
    """Insert rows, each with a value per named column in order; what stands in the session is flushed first.

    Several times faster than the same insert with a dictionary per row, since every value is bound once and nothing is looked up by name.
    `as_stored`: moments and days are texts and truths 0 or 1 already.
    """
    if rows:
        write_columns(session, table, len(rows), dict(zip(columns, zip(*rows, strict=True), strict=True)), as_stored)


def write_columns(session: Session, table: Table, count: int, given: Given, as_stored: bool = False) -> None:
    """Insert `count` rows given by columns, as `write` does; what all rows share is sent once."""
    if not count:
        return
    session.flush()
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    if not as_stored:
        given = {name: _bound_column(session, table.c[name], column) for name, column in given.items()}
    if count >= WORTH_COPYING:
        given = {name: _same_or_each(column, count) for name, column in given.items()}
    target = f"{quote(table.name)} ({', '.join(map(quote, given))})"
    if connection.dialect.name == "postgresql" and (as_stored or count >= WORTH_COPYING):
        _copy(connection, target, count, list(given.values()))
    else:
        _insert(connection, target, count, list(given.values()))


def _same_or_each(column: Sequence[Any] | Same, count: int) -> Sequence[Any] | Same:
    """Return a column as one value where all rows hold the same, of the same type."""
    if isinstance(column, Same) or column.count(column[0]) != count or len(set(map(type, column))) > 1:
        return column
    return Same(column[0])


def _insert(connection: Connection, target: str, count: int, columns: Sequence[Sequence[Any] | Same]) -> None:
    """Insert by one prepared statement; plain values that all rows share stand in the statement itself."""
    place = "?" if connection.dialect.name == "sqlite" else "%s"
    places, bound_ones = [], []
    for column in columns:
        literal = _literal(column.value) if isinstance(column, Same) and count > 1 else None
        places.append(literal or place)
        if literal is None:
            bound_ones.append(each(column, count))
    rows: list[tuple[Any, ...]] = list(zip(*bound_ones, strict=True)) if bound_ones else [()] * count
    one = f"({', '.join(places)})"
    if place == "?" and count >= INSERTED_AT_ONCE:
        # Where a trigger stands or many references do, SQLite sets pages aside for each statement anew: one statement for many rows.
        whole = count - count % INSERTED_AT_ONCE
        together = [tuple(chain.from_iterable(rows[start : start + INSERTED_AT_ONCE])) for start in range(0, whole, INSERTED_AT_ONCE)]
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES {', '.join([one] * INSERTED_AT_ONCE)}", together)
        rows = rows[whole:]
    if rows:
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES {one}", rows)


def _literal(value: Any) -> str | None:
    """Write a plain value as SQL; None where it has to be bound."""
    if value is None:
        return "NULL"
    if value.__class__ is int:
        return str(value)
    return f"'{value}'" if value.__class__ is str and _PLAIN_LITERAL.fullmatch(value) else None


def among(session: Session, column: Any, values: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of any number of values, sent as one parameter; found by the column's index."""
    if session.get_bind().dialect.name == "sqlite":
        given = func.json_each(bindparam(None, json.dumps(list(values)), type_=String)).table_valued("value")
        return cast(ColumnElement[bool], column.in_(select(given.c.value)))
    texts = list(map(str, values)) if values and isinstance(values[0], str) else []
    if texts and "" not in texts and _BETWEEN not in "".join(texts):
        # One text is sent sooner than a list: the driver looks at every character of a list's texts.
        return cast(ColumnElement[bool], column == any_(func.string_to_array(bindparam(None, _BETWEEN.join(texts), type_=Text), _BETWEEN, type_=ARRAY(Text))))
    return cast(ColumnElement[bool], column == any_(bindparam(None, list(values), type_=ARRAY(column.type))))


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


def add(session: Session, table: Table, keys: Sequence[str], sums: Sequence[str], rows: Sequence[Sequence[int]]) -> None:
    """Add to the columns `sums` of the rows that numbers find: each of `rows` holds what finds one, then what is added, in order. The caller has flushed.

    PostgreSQL takes all of them as one statement.
    """
    if not rows:
        return
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    name = quote(table.name)
    if connection.dialect.name == "sqlite":
        settings = ", ".join(f"{quote(column)} = {quote(column)} + ?" for column in sums)
        found = " AND ".join(f"{quote(column)} = ?" for column in keys)
        connection.exec_driver_sql(f"UPDATE {name} SET {settings} WHERE {found}", [(*row[len(keys) :], *row[: len(keys)]) for row in rows])
        return
    settings = ", ".join(f"{quote(column)} = {name}.{quote(column)} + given.{quote(column)}" for column in sums)
    found = " AND ".join(f"{name}.{quote(column)} = given.{quote(column)}" for column in keys)
    given = f"unnest({', '.join(['%s::bigint[]'] * (len(keys) + len(sums)))}) AS given ({', '.join(map(quote, (*keys, *sums)))})"
    connection.exec_driver_sql(f"UPDATE {name} SET {settings} FROM {given} WHERE {found}", tuple(map(list, zip(*rows, strict=True))))


def _copy(connection: Connection, target: str, count: int, columns: Sequence[Sequence[Any] | Same]) -> None:
    """Send rows through PostgreSQL's COPY, in the same transaction and past the same triggers; refusals read as those of an insert."""
    driver: Any = connection.connection.driver_connection
    wrong: Any = connection.dialect.dbapi  # Not imported: where SQLite serves, nobody pays for the other driver.
    texts = [_copied(column) for column in columns]
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as stream:
            if None in texts:
                for row in zip(*(each(column, count) for column in columns), strict=True):
                    stream.write_row(row)
                return
            lines = list(map("\t".join, zip(*(each(column, count) for column in texts if column is not None), strict=True)))
            for start in range(0, count, COPIED_AT_ONCE):
                stream.write("\n".join((*lines[start : start + COPIED_AT_ONCE], "")))
    except wrong.Error as error:
        refused = IntegrityError if isinstance(error, wrong.IntegrityError) else DBAPIError
        raise refused(f"COPY {target}", None, error) from error


def _copied(column: Sequence[Any] | Same) -> Sequence[str] | Same | None:
    """Write a column's values in the text form of COPY; None where a value is of a kind that only the driver can write."""
    if isinstance(column, Same):
        text_of = _copied([column.value])
        return text_of if text_of is None or isinstance(text_of, Same) else Same(text_of[0])
    kinds = set(map(type, column))
    if kinds == {int}:
        return list(map(str, column))
    if kinds == {str}:
        together = "".join(column)
        return [value.translate(_ESCAPES) for value in column] if any(mark in together for mark in _TO_ESCAPE) else list(column)
    if not kinds <= _WRITABLE:
        return None
    if len(kinds - {type(None)}) > 1:
        return list(map(_written, column))
    known = {value: _written(value) for value in set(column)}
    return [known[value] for value in column]


_WRITABLE = frozenset({int, str, bool, date, type(None)})


def _written(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else str(value).translate(_ESCAPES)


def bound(session: Session, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows as the driver takes them; equal values of a column are bound once."""
    by_column = [_bound_column(session, column, values) for column, values in zip(columns, zip(*rows, strict=True), strict=True)]
    return list(zip(*(each(values, len(rows)) for values in by_column), strict=True))


def _bound_column(session: Session, column: Column[Any], values: Sequence[Any] | Same) -> Sequence[Any] | Same:
    dialect = session.connection().dialect
    processor = column.type.dialect_impl(dialect).bind_processor(dialect)
    if processor is None:
        return values
    if isinstance(values, Same):
        return Same(processor(values.value))
    known = {value: processor(value) for value in set(values)}
    return [known[value] for value in values]
