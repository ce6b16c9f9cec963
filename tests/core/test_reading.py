"""On PostgreSQL what is no act only reads, and reading makes the driver forget nothing; moments come back as they were written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import InternalError

from assetpool.core.db import Moment, atomic, db, still
from tests import world as small_world


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", small_world.fill)


def _prepared() -> int:
    raw: Any = db.session().connection().connection.dbapi_connection
    return len(raw._prepared._names)


@pytest.mark.postgresql
def test_a_request_that_is_no_act_can_change_nothing(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(InternalError, match="read-only"):
        db.session.execute(text("UPDATE pool SET name = 'x'"))
    with app.test_request_context("/"):
        with atomic() as session:
            session.execute(text("UPDATE pool SET name = 'y'"))
        assert db.session.scalar(text("SELECT name FROM pool")) == "y"


@pytest.mark.postgresql
def test_whoever_takes_the_connection_after_a_reading_may_write_again(app: Flask) -> None:
    with app.test_request_context("/"):
        db.session.execute(text("SELECT 1"))
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE pool SET name = 'z'"))
        assert connection.scalar(text("SELECT name FROM pool")) == "z"


@pytest.mark.postgresql
def test_a_reading_opens_no_transaction_unless_it_wants_to_see_one_moment(app: Flask) -> None:
    asked = text("SELECT pg_current_xact_id_if_assigned() IS NULL, now() = statement_timestamp(), current_setting('transaction_isolation')")
    with app.test_request_context("/"):
        db.session.execute(text("SELECT 1"))
        assert tuple(db.session.execute(asked).one()) == (True, True, "read committed")
        db.session.rollback()
        session = still()
        session.execute(text("SELECT 1"))
        assert tuple(session.execute(asked).one()) == (True, False, "repeatable read")
        assert [row[0] for row in session.execute(text("SELECT generate_series(1, 3)"), execution_options={"yield_per": 1})] == [1, 2, 3]
        with pytest.raises(InternalError, match="read-only"):
            session.execute(text("UPDATE pool SET name = 'x'"))


@pytest.mark.postgresql
def test_what_is_read_piece_by_piece_is_kept_by_the_server_meanwhile(app: Flask) -> None:
    with app.test_request_context("/"):
        db.session.execute(text("SELECT 1"))
        found = db.session.execute(text("SELECT generate_series(1, 3)"), execution_options={"yield_per": 1})
        assert [row[0] for row in found] == [1, 2, 3]
        with pytest.raises(InternalError, match="read-only"):
            db.session.execute(text("UPDATE pool SET name = 'x'"))


@pytest.mark.postgresql
def test_what_is_asked_often_stays_prepared_from_request_to_request(app: Flask) -> None:
    for _ in range(8):
        with app.test_request_context("/"):
            db.session.execute(text("SELECT name FROM pool"))
    with app.test_request_context("/"):
        assert _prepared() == 1


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 8, 0, 0, 0, tzinfo=UTC),
        datetime(2022, 1, 1, 0, 0, 0, 1, tzinfo=timezone(timedelta(hours=8))),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_moment_is_written_at_fixed_width_and_read_as_it_was(moment: datetime) -> None:
    column, dialect = Moment(), create_engine("sqlite://").dialect
    kept = column.process_bind_param(moment, dialect)
    assert kept is not None
    assert len(kept) == 27
    assert kept.endswith("Z")
    assert column.process_result_value(kept, dialect) == moment
