"""The database: one base, shared column types, and `atomic()`, the only place where anything is committed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeVar

from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, Dialect, Engine, Integer, MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from assetpool.core import chain

BEGIN_ACT = "BEGIN IMMEDIATE"
HELD = "held_rows"
LOCKED = "locked_stock"
ONLY_READS = "only_reads"
Rows = TypeVar("Rows", bound=Sequence[Any])
endings: list[Callable[[Session], None]] = []
"""Called at the end of every act, in its own transaction, before its facts are sealed."""
settlings: list[Callable[[Session], None]] = []
"""Called after an act's facts are sealed, in its own transaction: sums that rest on them are brought in line."""
BigKey = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, stored as fixed-width RFC 3339 text so that both engines hold the same characters."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write an aware moment as text; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return chain.written(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read the text back as an aware moment."""
        return None if value is None else datetime.fromisoformat(value)


Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
Fen = Annotated[int, mapped_column(BigInteger)]
OptionalFen = Annotated[int | None, mapped_column(BigInteger)]

_registry = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    ),
    type_annotation_map={datetime: Moment, int: BigKey},
)


class Base(DeclarativeBase):
    """The base of every row; features derive their models from it and name their tables themselves."""

    registry = _registry


KEPT_BY_CONNECTION = 8192
"""KiB of pages that each SQLite connection keeps for good; what is read again comes from the system's own cache, which all share."""

db = SQLAlchemy(model_class=Base, disable_autonaming=True)


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: Any) -> None:
    """Give SQLite the guards that PostgreSQL has by itself: foreign keys, waiting writers, explicit transactions."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "busy_timeout=120000", "synchronous=NORMAL", f"cache_size=-{KEPT_BY_CONNECTION}"):
            connection.execute(f"PRAGMA {pragma}")
    else:
        connection.cursor_factory = _plain(connection.cursor_factory)


@cache
def _plain(cursor: Any) -> Any:
    """Return the driver's cursor, telling columns by plain name and type: all that is asked of them, at a tenth of the time its own objects take."""

    class Plain(cursor):  # type: ignore[misc]
        """A cursor whose description is made of tuples."""

        @property
        def description(self) -> list[tuple[Any, ...]] | None:
            """Return per column its name and type, and nothing of the five others that the standard has."""
            found = self.pgresult
            if not found or not found.nfields:
                return None
            return [(found.fname(place).decode(), found.ftype(place), None, None, None, None, None) for place in range(found.nfields)]

    return Plain


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """On SQLite an act takes the write lock at once, so that what it reads is what it changes; on PostgreSQL a request that is no act only reads."""
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(BEGIN_ACT if options.get("act") else "BEGIN")
    elif connection.dialect.name == "postgresql" and options.get("isolation_level") != "AUTOCOMMIT":
        _begin_on_postgresql(connection, reading=has_request_context() and not options.get("act"), whole="isolation_level" in options)


def _begin_on_postgresql(connection: Connection, *, reading: bool, whole: bool) -> None:
    """Let a request that reads change nothing, whatever it sends, and spare it the way to the server and back for BEGIN and for its end.

    Each of its statements sees what was committed when it began, as it would inside a transaction of this isolation; a reading that wants one view of
    all (`whole`) names its isolation and gets a transaction. A ROLLBACK would make the driver forget every statement it has prepared.
    """
    raw: Any = connection.connection.dbapi_connection
    if reading and ONLY_READS not in connection.info:
        raw.autocommit = True
        raw.execute("SET default_transaction_read_only TO on")
        connection.info[ONLY_READS] = True
    alone, writing = reading and not whole, not reading and ONLY_READS in connection.info
    if raw.autocommit is not alone:
        raw.autocommit = alone
    if (raw.read_only is False) is not writing:
        raw.read_only = False if writing else None


@event.listens_for(Engine, "before_execute")
def _stream(connection: Connection, _statement: Any, _several: Any, _values: Any, options: Mapping[str, Any]) -> None:
    """Give what is read piece by piece the transaction in which the server keeps it."""
    if connection.dialect.name == "postgresql" and (options.get("stream_results") or options.get("yield_per")):
        raw: Any = connection.connection.dbapi_connection
        if raw.autocommit:
            raw.autocommit = False


def still() -> Session:
    """Return a session that sees everything as it stands at one moment, however long it reads."""
    session = db.session()
    session.rollback()
    if db.engine.dialect.name != "sqlite":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


def hold(session: Session, rows: Rows) -> Rows:
    """Keep rows in memory until the act ends: the session forgets what nobody holds, and would read each again by itself."""
    session.info.setdefault(HELD, []).extend(rows)
    return rows


@contextmanager
def part_of_act(session: Session) -> Iterator[None]:
    """Open a part of an act that may be refused by itself: all that it wrote and queued goes, what the act did besides stays.

    What several parts lock they must have locked before the first of them, in order.
    """
    facts, locked = chain.queued(session), dict(session.info.get(LOCKED, {}))
    try:
        with session.begin_nested():
            yield
    except BaseException:
        chain.unqueue(session, facts)
        session.info[LOCKED] = locked
        raise


@contextmanager
def atomic() -> Iterator[Session]:
    """Open an act: read anew, write all or nothing, seal the appended facts into the chain, commit.

    Entry points (views, API, commands) say `with atomic():`; services never commit. Acts do not nest.
    """
    session = db.session()
    if session.info.get("act"):
        raise RuntimeError("an act is already open")
    session.rollback()
    session.info["act"] = True
    try:
        session.connection(execution_options={"act": True})
        yield session
        session.flush()
        for ending in endings:
            ending(session)
        session.flush()
        chain.seal(session)
        for settling in settlings:
            settling(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("act", None)
        session.info.pop(HELD, None)
        session.info.pop(LOCKED, None)
        session.info.pop(chain.PENDING, None)
