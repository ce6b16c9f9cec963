"""The tamper-evident chain: one per pool, over the raw stored values of every appended row.

Services queue facts with `append`; `seal`, called once at the end of an act, locks the head, gives each row
its height, id and digest, writes them in one batch per table and moves the head. `verify` recomputes it all.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.orm import Session

from assetpool.core import bulk
from assetpool.core.bulk import Same

VERSION = "v1"
GENESIS = "0" * 64
PENDING = "chain_pending"
PROGRESS_EVERY = 20_000
BATCH = "chain_batch"
MOMENT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
IDS_PER_POOL = 10**12
_AS_STORED = frozenset({int, str, type(None)})
_DAYS = frozenset({date, type(None)})
_EMPTY = Same(None)

Progress = Callable[[int], None]
_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_tables: dict[str, Table] = {}
_heads: list[Table] = []
_told: dict[str, Callable[[Session, Sequence[str], Sequence[Sequence[Any]]], None]] = {}


def head_table(table: Table) -> None:
    """Name the table that keeps each pool's height and head."""
    _heads[:] = [table]


def append_only(table: Table) -> None:
    """Declare a table whose rows are chained and may never change (it needs id, pool_id, height, digest)."""
    _tables[table.name] = table


def on_sealing(table: Table, told: Callable[[Session, Sequence[str], Sequence[Sequence[Any]]], None]) -> None:
    """Let somebody know what is sealed into a table, in the same transaction: session, columns, and rows with their values as stored."""
    _told[table.name] = told


def tables() -> list[Table]:
    """Return the chained tables, by name."""
    return [_tables[name] for name in sorted(_tables)]


def raw(value: Any) -> int | str | None:
    """Return what both engines store for a value; an unexpected type is tagged so that it can never match."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{type(value).__name__}:{value!r}"


def _all_raw(values: Sequence[Any]) -> list[Any]:
    return [value if value.__class__ in _AS_STORED else raw(value) for value in values]


@lru_cache(maxsize=1024)
def written(moment: datetime) -> str:
    """Return an aware moment as both engines store it."""
    return moment.astimezone(UTC).strftime(MOMENT_FORMAT)


def digest_of(table: str, values: list[int | str | None], previous: str) -> str:
    """Return the digest of one row: version, table, all columns but the digest in order, and the digest before it."""
    return sha256(_canonical([VERSION, table, values, previous]).encode()).hexdigest()


def append(session: Session, table: Any, **values: Any) -> None:
    """Queue one fact for the chain; `values` holds every column but id, height and digest, pool_id included."""
    session.info.setdefault(PENDING, []).append((getattr(table, "__table__", table), values))


def queued(session: Session) -> int:
    """Return how many facts are queued."""
    return len(session.info.get(PENDING, ()))


def unqueue(session: Session, count: int) -> None:
    """Take back every fact queued after the first so many."""
    del session.info.get(PENDING, [])[count:]


@dataclass(frozen=True)
class Batch:
    """So many facts of one table queued by columns; what all of them share is given once."""

    count: int
    columns: bulk.Given


def append_all(session: Session, table: Table, pool_id: int, count: int, columns: bulk.Given) -> None:
    """Queue many facts of one pool at once, by columns; id, height and digest are left out; what is not named stays empty."""
    session.info.setdefault(PENDING, []).append((table, {"pool_id": pool_id, BATCH: Batch(count, columns)}))


def seal(session: Session) -> None:
    """Write the queued facts under the head's lock: heights, ids and digests, one batch per table."""
    pending: list[tuple[Table, dict[str, Any]]] = session.info.pop(PENDING, [])
    for pool_id in sorted({values["pool_id"] for _, values in pending}):
        _seal_pool(session, pool_id, [fact for fact in pending if fact[1]["pool_id"] == pool_id])


def _seal_pool(session: Session, pool_id: int, facts: list[tuple[Table, dict[str, Any]]]) -> None:
    head = _heads[0]
    row = session.execute(select(head.c.height, head.c.digest).where(head.c.pool_id == pool_id).with_for_update()).one()
    height, previous = row.height, row.digest
    batches: dict[str, list[Batch]] = {}
    for table, queued in _gathered(facts):
        names = [c.name for c in table.columns if c.name != "digest"]
        batch = _arranged(table.name, names, queued, pool_id, height)
        digests = _digests(table.name, batch, previous)
        height, previous = height + batch.count, digests[-1] if digests else previous
        batches.setdefault(table.name, []).append(Batch(batch.count, {**batch.columns, "digest": digests}))
    for name in sorted(batches):
        _write(session, _tables[name], batches[name])
    session.execute(update(head).where(head.c.pool_id == pool_id).values(height=height, digest=previous))


def _gathered(facts: list[tuple[Table, dict[str, Any]]]) -> Iterator[tuple[Table, Batch]]:
    """Yield the facts in their order as batches: those queued together, and neighbours that name the same columns of a table."""
    for (table, names), neighbours in groupby(facts, key=lambda fact: (fact[0], tuple(fact[1]))):
        alike = [values for _, values in neighbours]
        if BATCH in names:
            yield from ((table, values[BATCH]) for values in alike)
        else:
            yield table, Batch(len(alike), dict(zip(names, zip(*(values.values() for values in alike), strict=True), strict=True)))


def _write(session: Session, table: Table, batches: list[Batch]) -> None:
    """Write what was sealed into a table, all at once."""
    if len(batches) == 1 and table.name not in _told:
        bulk.write_columns(session, table, batches[0].count, batches[0].columns, as_stored=True)
        return
    rows: list[tuple[Any, ...]] = []
    for batch in batches:
        rows += zip(*(bulk.each(values, batch.count) for values in batch.columns.values()), strict=True)
    columns = list(batches[0].columns)
    bulk.write(session, table, columns, rows, as_stored=True)
    if table.name in _told:
        _told[table.name](session, columns, rows)


def _arranged(table: str, names: list[str], batch: Batch, pool_id: int, height: int) -> Batch:
    """Return a batch as both engines store it, columns in the table's order, with pool, heights from `height` + 1 on and ids."""
    unknown = set(batch.columns) - set(names)
    if unknown:
        raise ValueError(f"unknown columns for {table}: {sorted(unknown)}")
    given: dict[str, Sequence[Any] | Same] = {name: _raw_column(values) for name, values in batch.columns.items()}
    heights = range(height + 1, height + 1 + batch.count)
    given |= {"pool_id": Same(pool_id), "height": heights, "id": [pool_id * IDS_PER_POOL + place for place in heights]}
    return Batch(batch.count, {name: given.get(name, _EMPTY) for name in names})


def _raw_column(values: Sequence[Any] | Same) -> Sequence[Any] | Same:
    if isinstance(values, Same):
        return Same(raw(values.value))
    kinds = {value.__class__ for value in values}
    if _AS_STORED.issuperset(kinds):
        return values
    if kinds <= _DAYS:
        known = {value: raw(value) for value in set(values)}
        return [known[value] for value in values]
    return _all_raw(values)


def _digests(table: str, batch: Batch, previous: str) -> list[str]:
    """Return what `digest_of` gives for each row in turn; what all rows share is written once."""
    parts = [_written_as_json(values.value) if isinstance(values, Same) else None for values in batch.columns.values()]
    shared = ",".join("%s" if part is None else part.replace("%", "%%") for part in parts)
    template = f'["{VERSION}","{table}",[{shared}],"%s"]'
    varying = [_column_as_json(values) for values in batch.columns.values() if not isinstance(values, Same)]
    digests: list[str] = []
    for row in zip(*varying, strict=True):
        previous = sha256((template % (*row, previous)).encode()).hexdigest()
        digests.append(previous)
    return digests


def _column_as_json(values: Sequence[Any]) -> list[str]:
    kinds = {value.__class__ for value in values}
    if kinds == {int}:
        return list(map(str, values))
    return list(map(encode_basestring if kinds == {str} else _written_as_json, values))


def _written_as_json(value: int | str | None) -> str:
    """Write a stored value as the canonical encoder does."""
    if value is None:
        return "null"
    return str(value) if value.__class__ is int else encode_basestring(value)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Difference:
    """The first place where what is stored and what should be there part ways."""

    what: str
    id: int | None
    expected: str
    found: str


def rows(connection: Connection, table: Table, pool_id: int, since: int = 0) -> Iterator[tuple[int, str, list[Any]]]:
    """Yield (height, table name, raw driver values in column order, digest last) of one table, in constant memory."""
    names = [c.name for c in table.columns if c.name != "digest"] + ["digest"]
    position = names.index("height")
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f'SELECT {quoted} FROM "{table.name}" WHERE pool_id = {int(pool_id)} AND height > {int(since)} ORDER BY height'
    result = connection.exec_driver_sql(statement, execution_options={"stream_results": True, "yield_per": 2000})
    for row in result:
        yield row[position], table.name, list(row)


def verify(
    connection: Connection, pool_id: int, anchor: tuple[int, str] | None = None, progress: Progress | None = None
) -> tuple[dict[str, int], int, str, Difference | None]:
    """Recompute a pool's chain from its first row; return counts per table, height, head and the first difference.

    `anchor` is a height and digest noted earlier: the chain must still hold them, so a cut-off tail is found too.
    `progress` is told the height every now and then. Memory does not grow with the chain.
    """
    counts = {table.name: 0 for table in tables()}
    place_of_id = {table.name: [c.name for c in table.columns if c.name != "digest"].index("id") for table in tables()}
    height, previous = 0, GENESIS
    anchored = anchor is None
    streams = [rows(connection, table, pool_id) for table in tables()]
    for found_height, name, values in heapq.merge(*streams, key=lambda row: (row[0] if isinstance(row[0], int) else -1, row[1])):
        counts[name] += 1
        row_id = values[place_of_id[name]]
        if found_height != height + 1:
            return counts, height, previous, Difference(f"{name}.height", row_id, str(height + 1), str(found_height))
        if progress is not None and height % PROGRESS_EVERY == 0:
            progress(height)
        expected = digest_of(name, _all_raw(values[:-1]), previous)
        if values[-1] != expected:
            return counts, height, previous, Difference(name, row_id, expected, str(values[-1]))
        height, previous = found_height, expected
        if anchor is not None and height == anchor[0]:
            anchored = True
            if previous != anchor[1]:
                return counts, height, previous, Difference("anchor", row_id, anchor[1], previous)
    head = _heads[0]
    stored = connection.execute(select(head.c.height, head.c.digest).where(head.c.pool_id == pool_id)).one()
    if (stored.height, stored.digest) != (height, previous):
        return counts, height, previous, Difference("chain_head", pool_id, f"{height}:{previous}", f"{stored.height}:{stored.digest}")
    if not anchored and anchor is not None:
        return counts, height, previous, Difference("anchor", None, f"{anchor[0]}:{anchor[1]}", f"{height}:{previous}")
    return counts, height, previous, None
