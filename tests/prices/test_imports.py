"""Taking over a price book: found by number or name, each refused row with its reason, all or nothing, undone by newer versions."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from assetpool.catalog.models import Price, Rent
from assetpool.catalog.queries import prices_on, rents_on
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.prices import export, imports, queries, reading, service
from assetpool.prices.service import NewPrice
from tests import world as worlds
from tests.world import World

TODAY = clock.today(worlds.ZONE)
DAY = timedelta(days=1)
HEAD = (
    "品目编号,分类代码,名称,规格型号,参考价（元）,来源类型,来源,来源日期,生效日,"
    "供应商1,报价1（元）,供应商2,报价2（元）,供应商3,报价3（元）,日租价（元）,租价来源,租价来源日期"
)


def book(*rows: str, head: str = HEAD) -> reading.Book:
    return reading.read_book("\n".join(["某市价格表", head, *rows]).encode("gb18030"), "价格.csv")


def take(world: World, read: reading.Book) -> int:
    with atomic() as session:
        return imports.take_over(session, world.pool, read, "0" * 64, world.valuer)[0].id


def held(world: World, kind_id: int, day: date = TODAY) -> int | None:
    price = prices_on(db.session(), [kind_id], day).get(kind_id)
    return price.amount if price else None


def told(plan: imports.Plan) -> list[tuple[int, str, str]]:
    return [(problem.row_no, problem.field, problem.refusal.code) for problem in plan.problems]


def planned(world: World, read: reading.Book) -> imports.Plan:
    return imports.plan(db.session(), world.pool, read, world.valuer)[0]


def test_a_book_brings_prices_quotes_and_rents_by_number_and_by_name(world: World) -> None:
    read = book(
        f"{world.desk},,办公桌,,900.00,框架协议,市框架协议,{TODAY},,,,,,,,,,",
        ",A05010303,会议椅,,,,三家询价,2026/10/1,,甲公司,280,乙公司,275.5,丙公司,290,1.20,会展行情,2026-10-02",
    )
    assert (told(planned(world, read)), read.header_row) == ([], 2)
    take(world, read)
    session = db.session()
    chair = prices_on(session, [world.chair], TODAY)[world.chair]
    assert (held(world, world.desk), chair.amount, chair.source_kind, len(queries.quotes_of(session, [chair.id])[chair.id])) == (90_000, 27_550, "quotes", 3)
    rent = rents_on(session, [world.chair], TODAY)[world.chair]
    assert (rent.per_day, rent.source, rent.dated_on) == (120, "会展行情", date(2026, 10, 2))


REFUSED = [
    ("999999,,,,900,,协议,2026-10-01,,,,,,,,,,", "kind", "not_found"),
    (",,没有的桌,,900,,协议,2026-10-01,,,,,,,,,,", "name", "not_found"),
    ("{desk},,会议椅,,900,,协议,2026-10-01,,,,,,,,,,", "kind", "field_invalid"),
    (",,办公桌,,九百,,协议,2026-10-01,,,,,,,,,,", "price", "field_invalid"),
    (",,办公桌,,0,,协议,2026-10-01,,,,,,,,,,", "price", "field_invalid"),
    (",,办公桌,,9.999,,协议,2026-10-01,,,,,,,,,,", "price", "field_invalid"),
    (",,办公桌,,900,,协议,,,,,,,,,,,", "dated_on", "field_invalid"),
    (",,办公桌,,900,,,2026-10-01,,,,,,,,,,", "source", "field_invalid"),
    (",,办公桌,,900,,协议,3/4/2026,,,,,,,,,,", "dated_on", "field_invalid"),
    (",,办公桌,,900,,协议,2099-01-01,,,,,,,,,,", "price", "field_invalid"),
    (",,办公桌,,900,魔法,协议,2026-10-01,,,,,,,,,,", "source_kind", "field_invalid"),
    (",,办公桌,,900,,协议,2026-10-01,,,800,,,,,,,", "supplier_1", "field_invalid"),
    (",,办公桌,,900,,协议,2026-10-01,,甲公司,800,,,,,,,", "price", "quote_is_lower"),
    (",,办公桌,,1100,,协议,2026-10-01,2026-01-01,,,,,,,,,", "price", "past_raised"),
    (",,,,900,,协议,2026-10-01,,,,,,,,,,", "name", "field_invalid"),
]


@pytest.mark.parametrize(("row", "field", "code"), REFUSED)
def test_each_row_that_cannot_be_taken_is_told_with_its_reason(world: World, row: str, field: str, code: str) -> None:
    plan = planned(world, book(row.format(desk=world.desk)))
    assert (told(plan), plan.changes) == ([(3, field, code)], [])


def test_one_refused_row_keeps_the_whole_book_out(world: World) -> None:
    with pytest.raises(imports.RowsRefused) as refused:
        take(world, book(",,办公桌,,900,,协议,2026-10-01,,,,,,,,,,", ",,会议椅,,九百,,协议,2026-10-01,,,,,,,,,,"))
    assert refused.value.figures == {"refused": 1, "rows": 2}
    assert held(world, world.desk) == 100_000


def test_a_kind_named_twice_is_told(world: World) -> None:
    plan = planned(world, book(",,办公桌,,900,,协议,2026-10-01,,,,,,,,,,", f"{world.desk},,,,800,,协议,2026-10-01,,,,,,,,,,"))
    assert told(plan) == [(4, "kind", "field_invalid")]


def test_undoing_deletes_nothing_and_lets_the_earlier_price_and_its_quotes_hold_again(world: World) -> None:
    session = db.session()
    before = prices_on(session, [world.desk], TODAY)[world.desk]
    quotes = [quote.supplier for quote in queries.quotes_of(session, [before.id])[before.id]]
    count = session.scalar(select(func.count()).select_from(Price)) or 0
    session.rollback()
    number = take(world, book(",,办公桌,,900,,协议,2026-10-01,,,,,,,,,,"))
    with atomic() as session:
        assert imports.undo(session, world.pool, number, world.valuer) == 1
    now = prices_on(db.session(), [world.desk], TODAY)[world.desk]
    assert (now.amount, [quote.supplier for quote in queries.quotes_of(db.session(), [now.id])[now.id]]) == (100_000, quotes)
    assert db.session().scalar(select(func.count()).select_from(Price)) == count + 2
    with atomic() as session, pytest.raises(imports.UndoneAlready):
        imports.undo(session, world.pool, number, world.valuer)


def test_undoing_a_first_rent_leaves_none_on_file(world: World) -> None:
    number = take(world, book(",,台式计算机,,,,,,,,,,,,,5.00,会展行情,2026-10-02"))
    assert rents_on(db.session(), [world.computer], TODAY)[world.computer].per_day == 500
    db.session().rollback()
    with atomic() as session:
        imports.undo(session, world.pool, number, world.valuer)
    assert rents_on(db.session(), [world.computer], TODAY) == {}
    assert db.session().scalar(select(func.count()).select_from(Rent).where(Rent.kind_id == world.computer)) == 2


def test_undoing_leaves_what_was_set_since(world: World) -> None:
    number = take(world, book(",,办公桌,,900,,协议,2026-10-01,,,,,,,,,,", ",,会议椅,,200,,协议,2026-10-01,,,,,,,,,,"))
    with atomic() as session:
        service.set_price(session, world.desk, NewPrice(80_000, source="新协议", dated_on=TODAY), world.valuer)
    with atomic() as session:
        assert imports.undo(session, world.pool, number, world.valuer) == 1
    assert (held(world, world.desk), held(world, world.chair)) == (80_000, 30_000)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_exported_book_says_nothing_new_when_read_again(app: Flask, world: World, form: str, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        rows = export.rows(db.session(), world.pool, TODAY)
        content = export.csv_text(rows) if form == "csv" else export.workbook(rows)
    plan = planned(world, reading.read_book(content, f"book.{form}"))
    # The small world's rents name no date, which a book must; everything else is as it is on file.
    assert {(field, code) for _, field, code in told(plan)} <= {("rent_dated_on", "field_invalid")}
    assert plan.changes == []


def test_the_command_tells_a_dry_run_takes_a_book_over_and_undoes_it(app: Flask, world: World, tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text(f"{HEAD}\n,,办公桌,,900,,协议,2026-10-01,,,,,,,,,,\n", encoding="utf-8")
    run = app.test_cli_runner()
    dry = run.invoke(args=["prices", "import", str(file), "--dry-run", "--json", "--as", "valuer"])
    report = json.loads(dry.stdout)
    assert (report["stored"], report["refused"], report["import_id"], report["changes"][0]["price_fen"]) == (1, 0, None, {"old": 100_000, "new": 90_000})
    assert held(world, world.desk) == 100_000
    db.session().rollback()
    done = json.loads(run.invoke(args=["prices", "import", str(file), "--json", "--as", "valuer"]).stdout)
    assert held(world, world.desk) == 90_000
    db.session().rollback()
    again = run.invoke(args=["prices", "import", str(file), "--as", "valuer"])
    assert (again.exit_code, "NothingNew" in again.stderr) == (1, False)
    assert run.invoke(args=["prices", "undo", str(done["import_id"]), "--as", "valuer"]).exit_code == 0
    assert held(world, world.desk) == 100_000


def test_a_refused_book_ends_the_command_with_one_sentence(app: Flask, world: World, tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_text(f"{HEAD}\n,,办公桌,,九百,,协议,2026-10-01,,,,,,,,,,\n", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["prices", "import", str(file), "--json", "--as", "valuer"])
    assert (done.exit_code, len(done.stderr.strip().splitlines()), json.loads(done.stdout)["refused"]) == (1, 1, 1)


def test_a_sheet_without_such_headings_is_refused(world: World) -> None:
    with pytest.raises(reading.NoPriceColumn):
        reading.read_book(b"a,b,c\n1,2,3\n", "x.csv")
