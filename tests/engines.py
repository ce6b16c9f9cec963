"""Two engines behind one face: a place for a database, and fresh copies of a filled one in milliseconds."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

Fill = Callable[[str], None]
FILLING = "filling"


class Engine(Protocol):
    """What the fixtures need of an engine: URLs of databases by name, and copies of one into another."""

    name: str

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of the database with this name."""

    def create(self, database: str, template: str | None = None) -> None:
        """Make the database anew, empty or as a copy of another; whatever was there is thrown away."""

    def drop(self, database: str) -> None:
        """Throw the database away."""


@dataclass
class Sqlite:
    """Databases are files in one folder."""

    folder: Path
    name: str = "sqlite"

    def _file(self, database: str) -> Path:
        return self.folder / f"{database}.db"

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of the file."""
        return f"sqlite:///{self._file(database).as_posix()}"

    def drop(self, database: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file(database)}{suffix}").unlink(missing_ok=True)

    def create(self, database: str, template: str | None = None) -> None:
        """Copy the template's file after folding its write-ahead log into it; an empty database needs no file."""
        self.drop(database)
        if template is not None:
            with sqlite3.connect(self._file(template)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            shutil.copyfile(self._file(template), self._file(database))


@dataclass
class Postgresql:
    """Databases of one server; `address` is the URL of any database on it whose user may create others."""

    address: str
    prefix: str
    name: str = "postgresql"

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of the database with this worker's prefix."""
        return make_url(self.address).set(database=f"{self.prefix}_{database}").render_as_string(hide_password=False)

    @contextmanager
    def _server(self) -> Iterator[psycopg.Connection]:
        address = make_url(self.address).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    def _drop(self, server: psycopg.Connection, database: str) -> None:
        server.execute(f'DROP DATABASE IF EXISTS "{self.prefix}_{database}" WITH (FORCE)'.encode())

    def drop(self, database: str) -> None:
        """Drop the database, closing whatever connection is left on it."""
        with self._server() as server:
            self._drop(server, database)

    def create(self, database: str, template: str | None = None) -> None:
        """Create the database as a copy, by file, which is quick where nothing is synced to disk."""
        source = "template1" if template is None else f"{self.prefix}_{template}"
        with self._server() as server:
            self._drop(server, database)
            # Servers before 15 know no other way.
            by_file = "STRATEGY file_copy" if server.info.server_version >= 150000 else ""
            server.execute(f'CREATE DATABASE "{self.prefix}_{database}" TEMPLATE "{source}" {by_file}'.encode())


@dataclass
class Databases:
    """Templates made once per worker, and the one database that each test gets as a fresh copy."""

    engine: Engine
    _made: set[str] = field(default_factory=set)

    def template(self, name: str, fill: Fill, below: str | None = None) -> None:
        """Make the template `name` once: a copy of the template `below`, which `fill(url)` writes into, always at one address."""
        if name not in self._made:
            # An address of its own for each would want an application of its own, half a second each.
            self.engine.create(FILLING, below)
            fill(self.engine.url(FILLING))
            self.engine.create(name, FILLING)
            self._made.add(name)

    def fresh(self, template: str | None, name: str = "test") -> str:
        """Return the URL of a fresh copy of a template (of nothing, if None)."""
        self.engine.create(name, template)
        return self.engine.url(name)

    def clear(self) -> None:
        """Throw away everything handed out."""
        for name in (*self._made, FILLING, "test"):
            self.engine.drop(name)


def worker() -> str:
    """Return this test process's name, alone or among several."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
