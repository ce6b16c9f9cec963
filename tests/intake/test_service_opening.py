"""A whole book is taken in at once or not at all, by the service and by the command, with a reason for every row left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from assetpool.catalog.models import Kind
from assetpool.core import chain
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed
from assetpool.custody.models import Asset
from assetpool.intake import opening
from assetpool.intake.reading import read_rows
from assetpool.intake.screening import screen
from tests import world as worlds
from tests.intake import desk
from tests.intake.tables import LEDGER, csv_file, xlsx
from tests.world import World

HEADS = ["资产名称", "分类代码", "数量", "单价", "取得日期", "公物仓编号", "资产编号"]
GOOD = ["办公桌", "A05010201", "2", "1200", "2020-03-04", "", "A-1"]
BAD: dict[str, tuple[list[Any], str, str]] = {
    # what is wrong: the row, the field, the code of the refusal
    "no name": (["", "", "1", "5", "2020-01-01", "", ""], "name", "name_missing"),
    "no quantity": (["椅", "", "", "5", "2020-01-01", "", ""], "quantity", "quantity_missing"),
    "quantity zero": (["椅", "", "0", "5", "2020-01-01", "", ""], "quantity", "quantity_not_positive"),
    "wrong date": (["椅", "", "1", "5", "2020-13-45", "", ""], "acquired_on", "date_unreadable"),
    "negative price": (["椅", "", "1", "-5", "2020-01-01", "", ""], "unit_value", "amount_negative"),
    "formula": (["椅", "", "=1+1", "5", "2020-01-01", "", ""], "quantity", "formula_without_value"),
}


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["assets", "import", *arguments])


def written(tmp_path: Path, rows: list[list[Any]], name: str = "book.xlsx") -> str:
    path = tmp_path / name
    path.write_bytes(xlsx(rows) if name.endswith("xlsx") else csv_file(rows))
    return str(path)


def test_a_ledger_becomes_kinds_labels_and_movements(world: World) -> None:
    before = desk.counted()
    with atomic() as session:
        reading = read_rows(xlsx(LEDGER), "ledger.xlsx")
        opened = opening.take_over(session, reading, world.department_a, world.main, by=world.clerk_a)
        number = opened.document.number
        assert (opened.assets, opened.units) == (2, 12)
    after = desk.counted()
    assert {name: after[name] - before[name] for name in after} == {"labels": 2, "units": 12, "movements": 2, "owned": 12}
    assert desk.state(number) == "received"
    made = db.session().scalars(select(Asset).order_by(Asset.id.desc()).limit(1)).one()
    held = desk.tranches(made.tag)[0]
    assert (made.form, held.count, held.original_value, held.inspected_good, held.book_id) == ("lot", 10, 8500, False, world.department_a)
    with db.engine.connect() as connection:
        assert chain.verify(connection, world.pool)[3] is None


def test_the_same_book_again_makes_no_second_kind_but_warns(world: World) -> None:
    for _ in range(2):
        with atomic() as session:
            reading = read_rows(xlsx(LEDGER), "ledger.xlsx")
            screen(session, world.pool, reading)
            opening.take_over(session, reading, world.department_a, world.main, by=world.clerk_a)
    assert {p.code for p in reading.problems} >= {"external_no_known"}
    assert db.session().scalar(select(func.count()).select_from(Kind).where(Kind.name == "会议椅", Kind.class_code == "")) == 1


def test_only_people_of_the_organization_take_its_book_over(world: World) -> None:
    with pytest.raises(NotAllowed), atomic() as session:
        opening.take_over(session, read_rows(xlsx(LEDGER), "ledger.xlsx"), world.department_a, world.main, by=world.stranger)


@pytest.mark.parametrize("wrong", list(BAD))
def test_a_bad_row_is_named_with_its_reason_and_nothing_is_stored(context: Flask, world: World, tmp_path: Path, wrong: str) -> None:
    row, field, code = BAD[wrong]
    before = desk.counted()
    path = written(tmp_path, [HEADS, GOOD, row])
    answer = run(context, path, "--json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 1 and answer.stderr.strip().count("\n") == 0 and "1 of 2" in answer.stderr
    assert [(p["row"], p["field"], p["code"]) for p in told["problems"] if p["level"] == "refused"] == [(3, field, code)]
    assert all(p["message"] for p in told["problems"])
    assert (told["stored"], told["refused"], told["units"], told["rows_read"]) == (0, 1, 0, 2)
    assert told["stored"] + told["refused"] + told["skipped"] == told["rows_read"] and desk.counted() == before
    accepted = run(context, path, "--json", "--accept-valid")
    assert accepted.exit_code == 0 and json.loads(accepted.stdout)["stored"] == 1
    assert desk.counted()["units"] == before["units"] + 2


def test_our_own_tag_twice_and_one_that_is_in_the_pool_are_refused(context: Flask, world: World, tmp_path: Path) -> None:
    with atomic() as session:
        known = worlds.stock(session, world.desk, 1)[0]
    free = "ZC-0000-0" if known != "ZC-0000-0" else known
    twice = [*GOOD[:5], known, "A-2"]
    answer = run(context, written(tmp_path, [HEADS, GOOD, twice, [*twice[:6], "A-3"]]), "--json")
    told = json.loads(answer.stdout)
    refused = {(p["row"], p["code"]) for p in told["problems"] if p["level"] == "refused"}
    assert refused == {(3, "tag_known"), (4, "tag_repeated")} and answer.exit_code == 1, free


def test_a_missing_column_is_said_once_with_the_columns_found(context: Flask, world: World, tmp_path: Path) -> None:
    before = desk.counted()
    answer = run(context, written(tmp_path, [["数量", "单价"], ["2", "5"], ["3", "6"]], "book.csv"), "--json")
    told = json.loads(answer.stdout)
    assert [(p["row"], p["code"]) for p in told["problems"] if p["level"] == "refused"] == [(1, "column_missing")]
    assert "数量" in next(p["message"] for p in told["problems"] if p["code"] == "column_missing")
    assert answer.exit_code == 1 and desk.counted() == before


def test_a_dry_run_counts_and_stores_nothing(context: Flask, world: World, tmp_path: Path) -> None:
    before = desk.counted()
    answer = run(context, written(tmp_path, [HEADS, GOOD, BAD["no name"][0]]), "--dry-run", "--json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 0 and (told["stored"], told["refused"], told["units"], told["value_fen"]) == (1, 1, 2, 240_000)
    assert told["document"] is None and desk.counted() == before


def test_columns_are_named_by_hand_and_the_store_by_its_code(context: Flask, world: World, tmp_path: Path) -> None:
    path = written(tmp_path, [["what", "how many"], ["长桌", "4"]], "book.csv")
    answer = run(context, path, "--map", "name=what", "--map", "quantity=how many", "--organization", "A", "--store", "A-VIRTUAL", "--json", "--as", "clerk_a")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 0, answer.stderr
    assert (told["mapping"]["name"], told["units"], told["file"], told["header_row"], told["encoding"]) == ("what", 4, "book.csv", 1, "utf-8")
    assert db.session().scalars(select(Asset).order_by(Asset.id.desc()).limit(1)).one().store_id == world.virtual


def test_wrong_usage_is_two_and_a_refusal_one(context: Flask, world: World, tmp_path: Path) -> None:
    path = written(tmp_path, LEDGER)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(xlsx(LEDGER)[:200])
    assert run(context, str(tmp_path / "none.xlsx")).exit_code == 2
    assert run(context, path, "--map", "name").exit_code == 2
    for refused in ([path, "--map", "nosuch=A"], [path, "--store", "NOSUCH"], [path, "--sheet", "NOSUCH"], [str(broken)], [path, "--as", "nobody"]):
        answer = run(context, *refused)
        assert answer.exit_code == 1 and answer.stderr.strip() and "\n" not in answer.stderr.strip(), refused
