"""Later purchases in pages, as a table, over REST, and in the nightly work."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from assetpool.core.db import atomic, db
from assetpool.purchases import imports
from assetpool.purchases.imports import Source
from assetpool.purchases.models import LaterPurchase, PurchaseMatch
from assetpool.savings.models import SavingEntry
from tests import world as small_world
from tests.savings.papers import Case, full_act
from tests.world import World, sign_in, token

DAY = date(2026, 3, 2)
TYPED = {
    "class_code_set": "GPC-2022",
    "class_code": "A05010000",
    "quantity": "4",
    "amount": "6,400.00",
    "bought_on": "2026-04-20",
    "source": "国库支付",
    "source_no": "P-1",
}


@pytest.fixture
def world(app: Flask) -> World:
    """Give the ids of the small world, outside of any request."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        return small_world.found()


@pytest.fixture
def case(app: Flask, world: World) -> Case:
    """Give a loan of ten desks, grade A."""
    with app.app_context():
        return full_act(world, DAY)


def found(app: Flask, statement: Any) -> Any:
    """Return the first thing a statement finds."""
    with app.app_context():
        return db.session().scalars(statement).first()


def table(*rows: tuple[object, ...]) -> bytes:
    """Return a spreadsheet of purchases."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("资产编号", "资产名称", "资产分类代码", "数量", "单价", "取得日期"))
    for row in rows:
        sheet.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_purchase_is_typed_and_the_act_in_doubt_is_reversed_on_the_page(app: Flask, world: World, case: Case) -> None:
    finance = sign_in(app, "finance")
    answer = finance.post("/purchases/new", data=TYPED | {"organization": str(world.department_b)}, follow_redirects=True)
    assert answer.status_code == 200
    match_id = found(app, select(PurchaseMatch.id))
    assert found(app, select(LaterPurchase.amount)) == 640_000
    listed = finance.get("/purchases?lang=en").text
    assert "the receiver bought" in listed
    assert case.number in listed
    assert "A flag on this act is still open." in finance.get(f"/savings/acts/{case.act}?lang=en").text
    assert finance.post(f"/purchases/matches/{match_id}/accept", data={"reason": "核实"}).status_code == 303
    assert found(app, select(func.count()).select_from(SavingEntry).where(SavingEntry.entry == "reversal")) == 1
    again = finance.post(f"/purchases/matches/{match_id}/dismiss?lang=en", data={"reason": "核实"})
    assert again.status_code == 409
    assert "decided on already" in again.text


@pytest.mark.parametrize(("who", "page", "status"), [("keeper", "", 403), ("auditor", "", 200), ("auditor", "/new", 403), ("finance", "/new", 200)])
def test_the_pages_are_for_those_who_prove(app: Flask, world: World, who: str, page: str, status: int) -> None:
    assert sign_in(app, who).get(f"/purchases{page}").status_code == status


def test_a_table_of_purchases_is_loaded_whole_or_not_at_all(app: Flask, world: World, case: Case) -> None:
    finance = sign_in(app, "finance")
    good = ("K-1", "办公桌", "A05010000", 3, 1500, "2026-04-01")
    bad = ("K-2", "办公桌", "A05010000", 3, 1500, None)
    sent = {"organization": str(world.department_b), "source": "资产卡片2026-04"}
    refused = finance.post("/purchases/import?lang=en", data=sent | {"file": (BytesIO(table(good, bad)), "卡片.xlsx")})
    assert refused.status_code == 422
    assert "Nothing was recorded" in refused.text
    assert found(app, select(func.count()).select_from(LaterPurchase)) == 0
    assert finance.post("/purchases/import", data=sent | {"file": (BytesIO(table(good)), "卡片.xlsx")}).status_code == 303
    row = found(app, select(LaterPurchase))
    assert (row.source_no, row.quantity, row.amount, row.bought_on) == ("K-1", 3, 450_000, date(2026, 4, 1))


def test_an_empty_table_says_so(world: World) -> None:
    with pytest.raises(imports.NothingThere):
        imports.purchases_in(table(), "空.xlsx", Source(world.department_b, "卡片"))


def test_machines_record_list_and_decide(app: Flask, world: World, case: Case) -> None:
    with app.app_context(), atomic() as session:
        headers = token(session, world.finance)
    client = app.test_client()
    body = {"organization_code": "B", "class_code": "A05010000", "quantity": 2, "bought_on": "2026-04-02", "source": "合同", "source_no": "H-7"}
    made = client.post("/api/v1/purchases", json=body, headers=headers | {"Idempotency-Key": "p1"})
    assert (made.status_code, made.json["doubts"] if made.json else None) == (201, 1)
    again = client.post("/api/v1/purchases", json=body, headers=headers | {"Idempotency-Key": "p2"})
    assert (again.status_code, again.json["code"] if again.json else "") == (409, "purchase_entered")
    doubts = client.get("/api/v1/purchases/matches", headers=headers).json
    assert doubts is not None
    assert [(one["units"], one["side"], one["slip"]) for one in doubts["items"]] == [(2, "receiver", case.number)]
    done = client.post(f"/api/v1/purchases/matches/{doubts['items'][0]['id']}/accept", json={}, headers=headers | {"Idempotency-Key": "p3"})
    assert (done.status_code, done.json["state"] if done.json else "") == (200, "accepted")
    listed = client.get("/api/v1/purchases", headers=headers).json
    assert listed is not None
    assert listed["items"][0]["source_no"] == "H-7"


def test_the_nightly_work_looks_back(app: Flask, world: World) -> None:
    sent = sign_in(app, "finance").post("/purchases/new", data=TYPED | {"organization": str(world.department_b), "bought_on": "2026-02-10"})
    assert sent.status_code == 303
    with app.app_context():
        full_act(world, DAY)
    assert found(app, select(func.count()).select_from(PurchaseMatch)) == 0
    result = app.test_cli_runner().invoke(args=["jobs", "run", "--json"])
    assert result.exit_code == 0, result.output
    assert '"bought_anyway": 1' in result.output
    assert found(app, select(func.count()).select_from(PurchaseMatch)) == 1
