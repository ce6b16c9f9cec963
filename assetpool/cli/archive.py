"""The archive of a backup: a tar with `about.json`, one file of JSON lines per table, and the kept files by their digest.

Rows are written as the driver stores them, in one snapshot, so that every digest stays as it is and an archive made on one engine
comes back on the other. Rows go by key, so what a row refers to in its own table, always older, comes before it.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import Connection, Table, inspect, text

from assetpool.core import clock
from assetpool.core.db import Base, db
from assetpool.core.errors import N_, DomainError
from assetpool.records.service import file_path

ABOUT = "about.json"
BATCH = 1000


class NotABackup(DomainError):
    """The file is no archive of ours, or a damaged one."""

    status = 422
    sentence = N_("%(file)s is no backup of this product, or it is damaged: %(problem)s. Choose another file.")


class DatabaseNotEmpty(DomainError):
    """A backup comes back into an empty database only."""

    sentence = N_("This database already holds data, so nothing was restored. Name an empty one: DATABASE_URL.")


class OtherVersion(DomainError):
    """The archive was made by another version of the tables."""

    sentence = N_("The backup holds tables of version %(theirs)s, this program has %(ours)s. Restore with the program that made it, then upgrade.")


def tables() -> list[Table]:
    """Return every table of the product, each after those it refers to."""
    return list(Base.metadata.sorted_tables)


def pack(target: str) -> dict[str, Any]:
    """Write the archive to `target`, whole or not at all; return what it holds."""
    counts: dict[str, int] = {}
    partial = Path(f"{target}.partial")
    with tarfile.open(partial, "w:gz", compresslevel=3) as tar, db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        connection.execute(text("SELECT 1"))
        version = MigrationContext.configure(connection).get_current_revision()
        for table in tables():
            counts[table.name] = _add_table(tar, connection, table)
        digests = sorted({row[0] for row in connection.execute(text("SELECT digest FROM file"))})
        kept = [digest for digest in digests if _add_file(tar, digest)]
        about = {"made_at": clock.now().isoformat(), "version": version, "tables": counts, "files": len(kept)}
        _add_text(tar, ABOUT, json.dumps(about).encode())
    os.replace(partial, target)
    return {"file": target, "tables": len(counts), "rows": sum(counts.values()), "files": len(kept), "files_missing": len(digests) - len(kept)}


def _add_table(tar: tarfile.TarFile, connection: Connection, table: Table) -> int:
    names = [column.name for column in table.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    count = 0
    with tempfile.TemporaryFile() as spool:
        order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
        statement = f'SELECT {quoted} FROM "{table.name}" ORDER BY {order}'
        result = connection.execution_options(stream_results=True, yield_per=BATCH).exec_driver_sql(statement)
        for row in result:
            spool.write(json.dumps(list(row), ensure_ascii=False, default=str).encode() + b"\n")
            count += 1
        info = tarfile.TarInfo(f"tables/{table.name}.jsonl")
        info.size = spool.tell()
        spool.seek(0)
        header = json.dumps(names).encode() + b"\n"
        info.size += len(header)
        tar.addfile(info, _Joined(header, spool))
    return count


class _Joined(io.RawIOBase):
    """A head and a file behind it, read as one."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def read(self, size: int = -1) -> bytes:
        """Read on, first from the head."""
        found = self._head.read(size)
        return found if len(found) == size else found + self._rest.read(size - len(found) if size >= 0 else -1)


def _add_file(tar: tarfile.TarFile, digest: str) -> bool:
    path = file_path(current_app.config["DATA_DIR"], digest)
    if path.exists():
        tar.add(path, f"files/{digest}")
    return path.exists()


def _add_text(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def unpack(source: str) -> dict[str, Any]:
    """Bring an archive back, whole or not at all; raise DatabaseNotEmpty, NotABackup, OtherVersion."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            return _unpack(tar, source)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise NotABackup(file=source, problem=str(error) or type(error).__name__) from error


def _unpack(tar: tarfile.TarFile, source: str) -> dict[str, Any]:
    if not inspect(db.engine).get_table_names():
        upgrade()
    about = _about(tar, source)
    ours = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    if about["version"] != ours:
        raise OtherVersion(theirs=about["version"], ours=ours)
    with db.engine.begin() as connection:
        if any(connection.execute(table.select().limit(1)).first() is not None for table in tables()):
            raise DatabaseNotEmpty
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in tables():
            found = _restore_table(tar, connection, table)
            if found != about["tables"].get(table.name, 0):
                raise NotABackup(file=source, problem=f"{table.name}: {found} of {about['tables'].get(table.name, 0)}")
        files = _restore_files(tar)
        _go_on_counting(connection)
    return {"file": source, "tables": len(about["tables"]), "rows": sum(about["tables"].values()), "files": files}


def _about(tar: tarfile.TarFile, source: str) -> dict[str, Any]:
    try:
        member = tar.extractfile(ABOUT)
    except KeyError as error:
        raise NotABackup(file=source, problem=f"no {ABOUT}") from error
    found: dict[str, Any] = json.loads(member.read()) if member else {}
    return found


def _restore_table(tar: tarfile.TarFile, connection: Connection, table: Table) -> int:
    member = tar.extractfile(f"tables/{table.name}.jsonl")
    if member is None:
        return 0
    names = json.loads(member.readline())
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    booleans = [str(column.type) == "BOOLEAN" for column in (table.columns[name] for name in names)]
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join([mark] * len(names))})'
    count = 0
    for batch in _batches(json.loads(line) for line in member):
        rows = [tuple(bool(value) if is_bool and value is not None else value for value, is_bool in zip(row, booleans, strict=True)) for row in batch]
        connection.exec_driver_sql(statement, rows)
        count += len(rows)
    return count


def _batches(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _restore_files(tar: tarfile.TarFile) -> int:
    count = 0
    for member in tar.getmembers():
        digest = member.name.removeprefix("files/")
        content = tar.extractfile(member) if member.name.startswith("files/") and digest.isalnum() else None
        if content is not None:
            path = file_path(current_app.config["DATA_DIR"], digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())
            count += 1
    return count


def _go_on_counting(connection: Connection) -> None:
    """On PostgreSQL let every sequence go on after the ids that came back."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables():
        for column in table.primary_key.columns:
            sequence = connection.execute(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{table.name}"', "c": column.name}).scalar()
            if sequence:
                connection.execute(text(f'SELECT setval(:s, COALESCE((SELECT MAX("{column.name}") FROM "{table.name}"), 0) + 1, false)'), {"s": sequence})
