"""The golden cases through the whole system: documents in; report, workbook, paper, files and bulletin out, equal to the fen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.catalog.models import Price
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.money import yuan
from assetpool.custody.models import Tranche
from assetpool.org.queries import access_of
from assetpool.records import service as records
from assetpool.savings import service as savings
from tests import world as worlds
from tests.bulletins.test_views import pdf_text
from tests.independent import recompute
from tests.independent.comparing import exported
from tests.reports import bill as bills
from tests.reports.bill import BEGUN
from tests.reports.test_sheet import cells
from tests.savings import golden, ledger
from tests.savings.golden import fen
from tests.world import World

BASES = ("adopted", "purchase", "rental", "consumption")
DESK_DAY = BEGUN


@dataclass(frozen=True)
class Case:
    """A golden case: how it comes about, over which days it is asked, and avoided cost per basis, reuse cost and units of one standing."""

    make: Callable[[World], None]
    days: tuple[date, date]
    avoided: dict[str, int | None]
    cost: int | None
    units: int
    stands: str = "proposed"
    kind: str = "loan"


def desks(world: World, count: int = 520, price: str = "1600", rent: str = "4", day: date = BEGUN) -> str:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "大办公桌", fen(price), fen(rent), 180, day)
        return ledger.bring(session, world, kind_id, count, day)


def lend(world: World, tag: str, count: int, day: date, due: date, **more: Any) -> ledger.Handed:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.hand_over(session, world, tag, count, day, due, **more)


def back(world: World, handed: ledger.Handed, day: date, how: str = "returned") -> None:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        for tranche in handed.tranches:
            ledger.take_back(session, world, tranche, day, how)


def g1(days: int) -> Callable[[World], None]:
    def make(world: World) -> None:
        bills.bring_back(world, bills.lend_the_bill(world, days), BEGUN + timedelta(days=days))

    return make


def g2(world: World) -> None:
    bills.open_statement(world)


def g3(world: World) -> None:
    back(world, lend(world, desks(world, 1), 1, BEGUN, BEGUN + timedelta(days=60)), BEGUN + timedelta(days=30))


def g4(world: World) -> None:
    tag = desks(world)
    back(world, lend(world, tag, 520, BEGUN, BEGUN + timedelta(days=120)), BEGUN + timedelta(days=90))
    back(world, lend(world, tag, 520, date(2022, 8, 1), date(2022, 9, 30)), date(2022, 8, 11))


def g5(world: World) -> None:
    tag = desks(world, 30)
    with clock.at(ledger.at_noon(BEGUN)), atomic() as session:
        slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper, [world.department_b])
        made = [ledger.hand_over_line(session, world, slip, n, tag, 10, BEGUN, BEGUN + timedelta(days=9)) for n in (1, 2, 3)]
        savings.record_costs(session, slip, [savings.CostLine("haulage", golden.G5_VOUCHER, "运输公司", "001")], "", world.keeper, BEGUN)
        savings.post_costs(session, slip, {handed.act: 10 for handed in made}, world.keeper)


def g6(how: str) -> Callable[[World], None]:
    def make(world: World) -> None:
        back(world, lend(world, desks(world), 520, BEGUN, BEGUN + timedelta(days=11)), BEGUN + timedelta(days=40), how)

    return make


def g7(world: World) -> None:
    tag, again = desks(world, 2), BEGUN + timedelta(days=10)
    first = lend(world, tag, 2, BEGUN, again)
    back(world, first, again)
    with clock.at(ledger.at_noon(again)), atomic() as session:
        kind_id = session.get_one(Tranche, first.tranches[0]).kind_id
        session.add(Price(kind_id=kind_id, amount=fen("1500"), valid_from=again, dated_on=again, source="新价", set_at=clock.now()))
    back(world, lend(world, tag, 2, again + timedelta(days=1), again + timedelta(days=6)), again + timedelta(days=3))


def g8(world: World) -> None:
    tag = desks(world, 1, day=date(2025, 1, 2))
    back(world, lend(world, tag, 1, date(2025, 3, 1), date(2025, 3, 31)), date(2025, 3, 11))
    back(world, lend(world, tag, 1, date(2026, 5, 1), date(2026, 5, 31)), date(2026, 5, 21))


def amounts(adopted: str | None, purchase: str | None, rental: str | None, consumption: str | None = "?") -> dict[str, int | None]:
    """Return amounts per basis; '?' is not looked at."""
    given = {"adopted": adopted, "purchase": purchase, "rental": rental, "consumption": consumption}
    return {name: None if value is None else fen(value) for name, value in given.items() if value != "?"}


YEAR = (date(2022, 1, 1), date(2022, 12, 31))
BILL = ("2628600", "2628600")
CASES: dict[str, Case] = {
    "G1, 90 days": Case(g1(90), YEAR, amounts(*BILL, "488700", "74151.58"), golden.G1_COST, 2344, "A"),
    "G1, 365 days": Case(g1(365), (YEAR[0], date(2023, 12, 31)), amounts(*BILL, "1897520", "300744.36"), golden.G1_COST, 2344, "A"),
    "G1, 717 days": Case(g1(717), (YEAR[0], date(2024, 12, 31)), amounts(*BILL, "2628600"), golden.G1_COST, 2344, "A"),
    "G2": Case(g2, (date(2021, 1, 1), date(2023, 12, 31)), amounts(None, None, None, None), None, 11600, "C", "transfer"),
    "G3": Case(g3, YEAR, amounts("1600", "1600", "120", "8.76"), None, 1),
    "G4": Case(g4, (date(2022, 8, 1), date(2022, 8, 31)), amounts("0", "0", "20800"), None, 520),
    "G5": Case(g5, YEAR, amounts("48000", "48000", "0"), golden.G5_VOUCHER, 30),
    "G6, late": Case(g6("returned"), YEAR, amounts("832000", "832000", "24960"), None, 520),
    "G6, lost": Case(g6("lost"), YEAR, amounts("832000", "832000", "24960"), fen("832000"), 520),
    "G7": Case(g7, (date(2022, 4, 12), date(2022, 4, 28)), amounts("0", "0", "16"), None, 2),
    "G8": Case(g8, (date(2026, 5, 1), date(2026, 5, 31)), amounts("0", "0", "80"), None, 1),
}


def written(amount: int | None) -> Any:
    return "n/a" if amount is None else amount / 100


@pytest.mark.parametrize("name", CASES)
def test_a_golden_case_comes_out_of_every_door_to_the_fen(app: Flask, client: FlaskClient, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    with app.app_context():
        world = worlds.found()
        case.make(world)
        exported(access_of(db.session(), world.auditor), tmp_path, *case.days)
    asked = f"from={case.days[0]}&to={case.days[1]}"
    pages, headers = worlds.sign_in(app, "auditor"), worlds.bearer(app, "auditor")
    for basis, avoided in case.avoided.items():
        found = client.get(f"/api/v1/savings?{asked}&by=kind&basis={basis}", headers=headers).get_json()
        total = next(row for row in found["totals"] if row["kind"] == case.kind)
        row = total if case.stands == "A" else total["apart"][case.stands]
        posted = golden.G2_AVOIDED if name == "G2" else avoided
        assert row["avoided_fen"] - (row.get("provisional_fen") or 0) == posted, (name, basis)
        assert row["item_loans"] == case.units
        if case.cost is not None:
            assert row["cost_fen"] == case.cost
        second = next(one for one in recompute.reckon(str(tmp_path), "kind", basis)["totals"] if (one["kind"], one["standing"]) == (case.kind, case.stands))
        assert (second[basis], second["cost"] or 0) == (avoided, case.cost or 0)
        lines = cells(pages.get(f"/savings.xlsx?{asked}&by=kind&basis={basis}&lang=zh").data)
        book = next(line for (number, _, stands), line in lines.items() if (number, stands) == ("total", case.stands))
        assert book["avoided"] == pytest.approx(written(row["avoided_fen"]), abs=0.001)
        text = pdf_text(pages.get(f"/savings.pdf?{asked}&by=kind&basis={basis}&lang=zh").data)
        assert yuan(row["avoided_fen"]) in text
        if case.cost is not None:
            assert yuan(case.cost) in text and book["cost"] == case.cost / 100


def test_the_golden_loan_is_a_bulletin_and_the_rest_make_none(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        world = worlds.found()
        g1(90)(world)
        g2(world)
    body = {"from": "2021-01-01", "to": "2022-12-31"}
    made = client.post("/api/v1/bulletins", json=body, headers=worlds.bearer(app, "finance")).get_json()
    assert made["sentences"]["zh"] == [
        '通过"公物仓"提供办公桌椅、电脑等办公设施设备2344件，节约财政资金184万元，经费节支率达70%',
        '据期初结转材料，通过"公物仓"调剂资产11600件，避免支出至少8600万元（盘活成本不详，净节约额和节支率不列示）',
    ]
    loan = next(kind for kind in made["kinds"] if kind["kind"] == "loan")
    assert (loan["avoided_fen"], loan["cost_fen"], loan["saving_fen"]) == (golden.G1_PURCHASE, golden.G1_COST, golden.G1_PURCHASE_SAVING)


def test_what_nobody_accepted_makes_no_bulletin(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        g4(worlds.found())
    answer = client.post("/api/v1/bulletins", json={"from": "2022-01-01", "to": "2022-12-31"}, headers=worlds.bearer(app, "finance"))
    assert answer.get_json()["code"] == "nothing_to_say"


def test_the_workbook_of_the_golden_loan_holds_every_entry(app: Flask) -> None:
    with app.app_context():
        g1(90)(worlds.found())
    content = worlds.sign_in(app, "auditor").get("/savings.xlsx?from=2022-01-01&to=2022-12-31&by=class&lang=en").data
    page = openpyxl.load_workbook(BytesIO(content), data_only=True)["Entries"]
    amounts_ = [page.cell(row, 12).value or 0 for row in range(5, page.max_row + 1)]
    costs = [page.cell(row, 15).value or 0 for row in range(5, page.max_row + 1)]
    assert (round(sum(amounts_) * 100), round(sum(costs) * 100)) == (golden.G1_PURCHASE, golden.G1_COST)
