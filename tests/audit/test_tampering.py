"""A thousand random changes behind the triggers' back, in every column of every ledger, file and attachment: each is found and located."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, Column, Connection, Table, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.audit.verification import Report, verify
from assetpool.certificates import service as certificates
from assetpool.certificates.looking import Days, Wanted
from assetpool.core import chain, clock
from assetpool.core.db import Moment, atomic, db
from assetpool.records import service as records
from assetpool.records.models import Attachment, File, PersonalFact
from assetpool.savings.models import SavingAct
from tests import world as worlds
from tests.audit import book
from tests.world import World

CHANGES = {"sqlite": 1_000, "postgresql": 300}
"""Every column at least once on either engine; the digests are the same, so the thousand need not be tried twice."""
FILES = ("file", "attachment")


def fill(app: Flask) -> None:
    """Fill a book in which everything happened, with papers on slips and approvals."""
    book.fill(app)
    world = worlds.found()
    with atomic() as session:
        acts = session.scalars(select(SavingAct).where(~SavingAct.opening).order_by(SavingAct.id)).all()
        for number, act in enumerate(acts, start=1):
            file = records.keep_file(session, world.pool, app.config["DATA_DIR"], f"签收单 {number}.pdf", b"%PDF-1.7 " + bytes([number]), world.keeper)
            records.attach(session, act.document_id, file.id, "paper", number if number % 2 else None)
            chain.append(
                session, Approval, pool_id=world.pool, document_id=act.document_id, step="approve", decision="yes", role="approver",
                organization_id=world.city, person_id=world.approver, reason="同意", content_digest="ab" * 32, paper_number=f"批〔{number}〕",
                paper_day=book.day(number), paper_file_id=file.id, occurred_at=clock.now(), recorded_at=clock.now(),
            )  # fmt: skip
    for quantity in (900, 901):
        with atomic() as session:
            days = Days(clock.today(worlds.ZONE), None)
            search = certificates.search(session, world.department_b, [Wanted("台式计算机", "A02010105", quantity)], days, by=world.organizer_b)
            certificates.issue(session, search.id, {}, by=world.organizer_b, days_valid=30)


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the book with its papers."""
    return make_template("book_with_papers", fill)


@pytest.fixture
def bare(world: World, engine_name: str) -> Iterator[Connection]:
    """Give a connection to a database whose guards are down."""
    with db.engine.connect() as connection:
        if engine_name == "sqlite":
            for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
                connection.connection.dbapi_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in chain.tables():
                connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        connection.commit()
        if engine_name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
        yield connection
        connection.rollback()
        connection.invalidate()


def tables() -> list[Table]:
    """Return every ledger, and the tables of papers."""
    return [*chain.tables(), *(model.__table__ for model in (File, Attachment) if isinstance(model.__table__, Table))]


def words_allowed(table: Table, column: Column[Any]) -> list[str]:
    """Return the words that a check admits for a column, none where anything goes."""
    for rule in table.constraints:
        said = str(rule.sqltext) if isinstance(rule, CheckConstraint) else ""
        if said.startswith(f"{column.name} IN ("):
            return [word.strip().strip("'") for word in said.split("(", 1)[1].rstrip(")").split(",")]
    return []


def changed(table: Table, column: Column[Any], value: Any, chance: Random) -> Any:
    """Return another value that the column could hold."""
    allowed = [word for word in words_allowed(table, column) if word != value]
    if allowed:
        return chance.choice(allowed)
    if value is not None and column.nullable and chance.random() < 0.2:
        return None
    kind = column.type.python_type
    if kind is bool:
        return not value
    if isinstance(column.type, Moment):
        return (value or clock.now()) + timedelta(microseconds=chance.randint(1, 10**12))
    if kind is date:
        return (value or book.FIRST) + timedelta(days=chance.randint(1, 4_000))
    if kind is int:
        return 7 if value is None else value + chance.randint(1, 10**6)
    if not value:
        return "x"
    place = chance.randrange(len(value))
    return value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]


def report(connection: Connection, world: World, data_dir: str | None = None) -> Report:
    """Verify the book as it stands on a connection."""
    with Session(connection, autoflush=False) as session:
        return verify(session, world.pool, None, data_dir)


def is_located(found: Report, table: Table, row: Any, column: str, value: Any) -> bool:
    """Say whether the first difference names the changed row, or the place in the chain that it left."""
    first = found.first_difference
    assert first is not None
    if table.name in FILES:
        return first.what == table.name and first.id in {row.id, value if column == "id" else row.id}
    if column in ("pool_id", "height"):  # The row is missed at its place, before the next one or at the head.
        return first.what == "chain_head" or (first.what.endswith(".height") and first.expected == str(row.height))
    return first.what == table.name and first.id == (value if column == "id" else row.id)


def test_a_thousand_random_changes_are_each_found_and_located(bare: Connection, world: World, engine_name: str) -> None:
    chance = Random(44127)
    rows = {table.name: bare.execute(select(table)).all() for table in tables()}
    bare.rollback()
    columns = [(table, column) for table in tables() if rows[table.name] for column in table.columns]
    assert {table.name for table, _ in columns} >= {"movement", "approval", "saving_entry", "saving_review", "paper_seal", *FILES}
    assert report(bare, world).ok
    bare.rollback()
    assert len(columns) <= CHANGES[engine_name]
    missed = []
    for number in range(CHANGES[engine_name]):
        table, column = columns[number] if number < len(columns) else chance.choice(columns)
        row = chance.choice(rows[table.name])
        value = changed(table, column, row._mapping[column.name], chance)
        bare.execute(update(table).where(table.c.id == row.id).values({column.name: value}))
        found = report(bare, world)
        if found.ok or not is_located(found, table, row, column.name, value):
            missed.append((f"{table.name}.{column.name}", row.id, row._mapping[column.name], value, found.first_difference))
        bare.rollback()
    assert missed == []


def test_a_row_taken_out_or_put_in_is_found(bare: Connection, world: World) -> None:
    for table in tables():
        rows = bare.execute(select(table)).all()
        bare.rollback()
        for row in rows[:: max(1, len(rows) // 8)]:
            bare.execute(delete(table).where(table.c.id == row.id))
            assert not report(bare, world).ok, (table.name, row.id)
            bare.rollback()
        more = {**rows[-1]._mapping, "id": rows[-1].id + 500_000}
        if table.name == "attachment":
            more["purpose"] = "voucher"
        elif table.name == "file":
            more["name"] = "another.pdf"
        else:
            more["height"] = rows[-1].height + 500_000
        bare.execute(insert(table).values(more))
        assert not report(bare, world).ok, table.name
        bare.rollback()


def test_a_changed_or_missing_file_is_found_by_its_bytes(app: Flask, world: World) -> None:
    folder = app.config["DATA_DIR"]
    session = db.session()
    files = session.scalars(select(File).order_by(File.id)).all()
    last = files[-1]
    path = records.file_path(folder, last.digest)
    kept = path.read_bytes()
    try:
        assert verify(session, world.pool, None, folder).ok
        path.write_bytes(kept + b" ")
        found = verify(session, world.pool, None, folder).first_difference
        assert found is not None and (found.what, found.id) == ("file.content", last.id)
        path.unlink()
        found = verify(session, world.pool, None, folder).first_difference
        assert found is not None and (found.what, found.found) == ("file.content", "None")
    finally:
        path.write_bytes(kept)


def test_a_changed_name_or_signature_is_found(bare: Connection, world: World) -> None:
    for column in ("name", "telephone", "signature", "signature_method", "salt", "digest"):
        fact = bare.execute(select(PersonalFact.__table__).limit(1)).one()
        bare.execute(text(f"UPDATE personal_fact SET {column} = 'zz' WHERE id = {fact.id}"))
        first = report(bare, world).first_difference
        assert first is not None and (first.what, first.id) == ("personal_fact", fact.id)
        bare.rollback()


def test_papers_of_an_earlier_version_are_counted_until_they_are_sealed(app: Flask, world: World, bare: Connection) -> None:
    session = db.session()
    oldest = session.scalars(select(File.id).order_by(File.id).limit(1)).one()
    session.rollback()
    bare.execute(insert(File.__table__).values({**bare.execute(select(File.__table__).limit(1)).one()._mapping, "id": oldest - 1, "name": "older.pdf"}))
    bare.commit()
    with atomic() as writing:
        assert verify(writing, world.pool).checked["unsealed"] == 1
    result = app.test_cli_runner().invoke(args=["audit", "seal"])
    assert (result.exit_code, result.stdout.split()[0]) == (0, "1")
    with atomic() as writing:
        found = verify(writing, world.pool)
        assert found.ok and "unsealed" not in found.checked
        writing.execute(update(File.__table__).where(File.id == oldest - 1).values(name="forged.pdf"))  # type: ignore[arg-type]
        first = verify(writing, world.pool).first_difference
        assert first is not None and (first.what, first.id) == ("file", oldest - 1)


@pytest.mark.parametrize("deed", ["UPDATE paper_seal SET content_digest = 'x'", "DELETE FROM paper_seal", "INSERT OR REPLACE", "TRUNCATE paper_seal"])
def test_a_seal_admits_no_change(world: World, engine_name: str, deed: str) -> None:
    if deed.startswith("TRUNCATE") and engine_name == "sqlite":
        deed = "DELETE FROM paper_seal WHERE id > 0"
    if deed == "INSERT OR REPLACE":
        verb = "INSERT OR REPLACE" if engine_name == "sqlite" else "INSERT"
        columns = "id, pool_id, height, digest, subject, 999, content_digest, recorded_at"
        deed = f"{verb} INTO paper_seal SELECT {columns} FROM paper_seal WHERE id = (SELECT min(id) FROM paper_seal)"
    with pytest.raises(DatabaseError), db.engine.begin() as connection:
        connection.exec_driver_sql(deed)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE stock_search SET content = replace(content, '900', '90')",
        "UPDATE no_stock_line SET covers = covers - 1",
        "UPDATE no_stock_line SET valid_until = '2099-12-31'",
        "DELETE FROM no_stock_line",
    ],
)
def test_what_a_certificate_rests_on_is_found_changed(bare: Connection, world: World, change: str) -> None:
    assert report(bare, world).ok
    bare.execute(text(change))
    found = report(bare, world).first_difference
    assert found is not None and found.what in ("certificate_content", "certificate_line")
