"""Costs in pages and over REST: late vouchers, shares, own rates, compensation, running costs, own purchases."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.handovers.models import Slip
from assetpool.repairs import service as repairs
from assetpool.repairs.models import Repair
from assetpool.savings import rates, running_costs
from assetpool.savings import service as savings
from assetpool.savings.cost_models import Compensation, CostRate, PoolPurchase, RunningCost
from assetpool.savings.costs import CostLine
from assetpool.savings.models import Cost, SavingAct, SavingEntry, ValuationPolicy, Voucher
from tests import world as small_world
from tests.savings import ledger
from tests.savings.papers import Case, full_act
from tests.world import World, sign_in, token

DAY = date(2026, 3, 2)
LOST = date(2026, 3, 20)
PDF = b"%PDF-1.4 receipt"


@pytest.fixture
def world(app: Flask) -> World:
    """Give the ids of the small world, outside of any request."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        return small_world.found()


@pytest.fixture
def case(app: Flask, world: World) -> Case:
    """Give a loan of ten desks of which two were lost."""
    with app.app_context():
        made = full_act(world, DAY)
        with clock.at(ledger.at_noon(LOST)), atomic() as session:
            ledger.take_back(session, world, made.tranche, LOST, "lost", 2)
        return made


def found(app: Flask, statement: Any) -> Any:
    """Return the first thing a statement finds."""
    with app.app_context():
        return db.session().scalars(statement).first()


def test_a_voucher_entered_before_is_refused_with_what_is_left_and_a_share_of_it_is_taken(app: Flask, world: World, case: Case) -> None:
    with app.app_context():
        other = full_act(world, DAY, voucher="2")
    finance = sign_in(app, "finance")
    typed = {"kind": "haulage", "issuer": "汽运", "number": "Q-9", "amount": "40", "total": "100", "paper": (BytesIO(PDF), "Q-9.pdf")}
    assert finance.post(f"/savings/costs/{case.number}", data=typed).status_code == 303
    again = {"kind": "haulage", "issuer": "汽运", "number": "Q-9", "amount": "60"}
    refused = finance.post(f"/savings/costs/{other.number}?lang=en", data=again)
    assert refused.status_code == 409
    assert f"already entered on {case.number}; 60.00 of its 100.00 yuan are left" in refused.text
    assert 'value="60"' in refused.text, "what was typed stays"
    assert finance.post(f"/savings/costs/{other.number}", data=again | {"share": "y"}).status_code == 303
    assert found(app, select(func.sum(Cost.amount)).join(Voucher, Voucher.id == Cost.voucher_id).where(Voucher.number == "Q-9")) == 10_000
    assert "Left of it" in finance.get(f"/savings/costs/{other.number}?lang=en").text
    assert "the loss still costs 3,167.30 yuan" in finance.get(f"/savings/costs/{case.number}?lang=en").text


def test_the_same_scan_serves_two_people(app: Flask, world: World, case: Case) -> None:
    with app.app_context():
        other = full_act(world, DAY, voucher="2")
    for who, number, slip in (("finance", "N-1", case.number), ("keeper", "N-2", other.number)):
        typed = {"kind": "haulage", "issuer": "汽运", "number": number, "amount": "40", "paper": (BytesIO(PDF), "scan.pdf")}
        assert sign_in(app, who).post(f"/savings/costs/{slip}", data=typed).status_code == 303, who
    assert found(app, select(func.count(func.distinct(Voucher.file_id))).where(Voucher.issuer == "汽运")) == 2


def test_own_trucks_are_entered_by_hours(app: Flask, world: World, case: Case) -> None:
    valuer = sign_in(app, "valuer")
    policy = found(app, select(ValuationPolicy.id).where(ValuationPolicy.version == "2026-1"))
    rate = {"policy": str(policy), "kind": "haulage", "name": "自有货车", "per": "hour", "amount": "120", "source": "定额"}
    assert valuer.post("/savings/rates", data=rate).status_code == 303
    rate_id = found(app, select(CostRate.id))
    keeper = sign_in(app, "keeper")
    assert "自有货车: 120.00 yuan per hour" in keeper.get(f"/savings/costs/{case.number}?lang=en").text
    assert keeper.post(f"/savings/costs/{case.number}/own", data={"rate": str(rate_id), "quantity": "3.5"}).status_code == 303
    assert found(app, select(Cost.amount).where(Cost.kind == "haulage", Cost.voucher_id.is_(None))) == 42_000
    assert keeper.post(f"/savings/costs/{case.number}/own", data={"rate": str(rate_id), "quantity": "three"}).status_code == 422
    assert keeper.post("/savings/rates", data=rate | {"name": "另一辆"}).status_code == 403


@pytest.mark.parametrize(("kind", "credited", "said"), [("outside", 100_000, "recorded"), ("treasury", 0, "takes nothing off")])
def test_compensation_is_recorded_on_the_page(app: Flask, world: World, case: Case, kind: str, credited: int, said: str) -> None:
    finance = sign_in(app, "finance")
    typed = {"act": str(case.act), "payer": "某搬运公司", "payer_kind": kind, "amount": "1,000", "paid_on": "2026-05-04", "issuer": "财政局", "number": "S-1"}
    with_proof = typed | {"paper": (BytesIO(PDF), "缴款书.pdf")}
    answer = finance.post(f"/savings/costs/{case.number}/compensation?lang=en", data=with_proof, follow_redirects=True)
    assert answer.status_code == 200
    assert said in answer.text
    assert found(app, select(Compensation.credited)) == credited
    assert "某搬运公司" in finance.get(f"/savings/costs/{case.number}?lang=en").text


def test_compensation_without_its_receipt_is_refused_and_keeps_what_was_typed(app: Flask, world: World, case: Case) -> None:
    typed = {"act": str(case.act), "payer": "某公司", "payer_kind": "outside", "amount": "10", "paid_on": "2026-05-04", "issuer": "财政局", "number": "S-1"}
    answer = sign_in(app, "finance").post(f"/savings/costs/{case.number}/compensation?lang=en", data=typed)
    assert answer.status_code == 422
    assert "attach the receipt" in answer.text
    assert "某公司" in answer.text
    assert found(app, select(func.count()).select_from(Voucher).where(Voucher.number == "S-1")) == 0


def test_a_missing_paper_is_added_and_the_grade_rises(app: Flask, world: World) -> None:
    with app.app_context():
        case = full_act(world, DAY)
    finance = sign_in(app, "finance")
    assert finance.post(f"/savings/costs/{case.number}", data={"kind": "labour", "issuer": "劳务", "number": "L-1", "amount": "5"}).status_code == 303
    assert found(app, select(SavingAct.missing)) == "costs"
    voucher = found(app, select(Voucher.id).where(Voucher.number == "L-1"))
    answer = finance.post(f"/savings/costs/{case.number}/paper", data={"voucher": str(voucher), "paper": (BytesIO(PDF), "L-1.pdf")})
    assert answer.status_code == 303
    assert found(app, select(SavingAct.grade)) == "A"


def test_running_costs_stand_with_what_no_act_carries(app: Flask, world: World, case: Case) -> None:
    finance = sign_in(app, "finance")
    typed = {"store": str(world.main), "year": "2026", "kind": "rent", "issuer": "房东", "number": "R-1", "amount": "5000"}
    assert finance.post("/savings/running-costs", data=typed).status_code == 303
    storage = {"kind": "storage", "issuer": "房东", "number": "R-1", "amount": "1500", "share": "y"}
    assert finance.post(f"/savings/costs/{case.number}", data=storage).status_code == 303
    with app.app_context():
        year = running_costs.for_year(db.session(), world.pool, 2026)
    assert (year.cost, year.unshared) == (500_000, 350_000)
    page = finance.get("/savings/running-costs?year=2026&lang=en").text
    assert "3,500.00" in page
    assert finance.post("/savings/running-costs?lang=en", data=typed | {"amount": "1", "share": "y"}).status_code == 409
    assert found(app, select(func.count()).select_from(RunningCost)) == 1


def test_repairs_of_things_on_no_loan_stand_beside_once(app: Flask, world: World, case: Case) -> None:
    with app.app_context():
        with clock.at(ledger.at_noon(DAY)), atomic() as session:
            running_costs.record(session, running_costs.Bill(world.main, 2026, "upkeep", 50_000, "维修店", "U-1"), by=world.finance)
            tag = ledger.bring(session, world, ledger.add_kind(session, world, "柜", 100_000, 100, 180, DAY), 3, DAY)
            for act_id, number, amount in ((None, "W-1", 7_000), (found_act(session), "W-2", 9_000), (None, "U-1", 20_000)):
                document = repairs.report(session, tag, 1, "门坏了", by=world.keeper)
                session.get_one(Repair, document.id).act_id = act_id
                cost = CostLine("repair", amount, "维修店", number, share=number == "U-1")
                repairs.finish(session, document.number, repairs.Done(1, costs=[cost]), by=world.keeper)
        year = running_costs.for_year(db.session(), world.pool, 2026)
        assert (year.cost, year.unshared, year.repairs, year.beside) == (50_000, 30_000, 27_000, 57_000)
        assert running_costs.for_year(db.session(), world.pool, 2025).repairs == 0
    finance = sign_in(app, "finance")
    assert "270.00" in finance.get("/savings/running-costs?year=2026&lang=en").text
    answer = finance.get("/api/v1/savings/running-costs?year=2026", headers={"X-From-Page": "1"}).get_json()
    assert answer["repairs_fen"] == 27_000
    report = finance.get("/savings?from=2026-01-01&to=2026-12-31&lang=en").text
    assert "Repairs of things on no loan cost 270.00 yuan besides." in report


def found_act(session: Session) -> int:
    return session.scalars(select(SavingAct.id).limit(1)).one()


def test_what_no_act_carries_never_falls_below_what_the_paper_leaves(app: Flask, world: World, case: Case) -> None:
    with app.app_context():
        with atomic() as session:
            for store, amount in ((world.main, 30_000), (world.virtual, 20_000)):
                bill = running_costs.Bill(store, 2026, "power", amount, "电力", "E-1", total=80_000, share=amount == 20_000)
                running_costs.record(session, bill, by=world.finance)
        assert running_costs.for_year(db.session(), world.pool, 2026).unshared == 50_000
    finance = sign_in(app, "finance")
    finance.post(f"/savings/costs/{case.number}", data={"kind": "storage", "issuer": "电力", "number": "E-1", "amount": "400", "share": "y"})
    with app.app_context():
        year = running_costs.for_year(db.session(), world.pool, 2026)
    assert (year.unshared, [one.unshared for one in year.stores]) == (40_000, [24_000, 16_000])


def test_the_pool_s_own_purchases_are_entered_on_their_page(app: Flask, world: World, case: Case) -> None:
    with app.app_context(), clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "柜", 100_000, 100, 180, DAY), 3, DAY)
    finance = sign_in(app, "finance")
    typed = {"tag": tag, "price": "800", "bought_on": "2026-03-01", "source": "合同"}
    assert finance.post("/savings/own-purchases", data=typed).status_code == 303
    assert found(app, select(PoolPurchase.price)) == 80_000
    assert tag in finance.get("/savings/own-purchases").text
    assert finance.post("/savings/own-purchases", data=typed | {"tag": case.tag}).status_code == 409


def test_strangers_see_no_costs(app: Flask, world: World, case: Case) -> None:
    assert sign_in(app, "stranger").get(f"/savings/costs/{case.number}").status_code == 404


def test_machines_enter_shares_own_rates_and_compensation(app: Flask, world: World, case: Case) -> None:
    with app.app_context(), atomic() as session:
        headers = token(session, world.finance)
        noon = ledger.at_noon(DAY)
        slip = Slip(id=case.slip, request_id=case.request, purpose="loan", store_id=world.main, receiver_id=world.department_b, keeper_id=world.keeper)
        slip.loaded_at = slip.accepted_at = noon
        session.add(slip)
        policy = session.scalars(select(ValuationPolicy).where(ValuationPolicy.version == "2026-1")).one()
        rate_id = rates.set_rate(session, policy.id, "labour", "装卸工", "hour", 3_000, "定额", world.valuer).id
    client = app.test_client()

    def post(path: str, body: dict[str, Any], key: str) -> Any:
        return client.post(f"/api/v1{path}", json=body, headers=headers | {"Idempotency-Key": key})

    first = {"costs": [{"kind": "haulage", "amount_fen": 4_000, "voucher": {"issuer": "汽运", "number": "Q", "total_fen": 10_000}}]}
    assert post(f"/slips/{case.number}/costs", first, "1").status_code == 200
    second = {"costs": [{"kind": "haulage", "amount_fen": 7_000, "voucher": {"issuer": "汽运", "number": "Q", "share": True}}]}
    refused = post(f"/slips/{case.number}/costs", second, "2")
    assert (refused.status_code, refused.json["code"], refused.json["left_fen"]) == (409, "voucher_exceeded", 6_000)
    own = {"costs": [{"own": {"rate_id": rate_id, "hundredths": 250}}]}
    assert post(f"/slips/{case.number}/costs", own, "3").status_code == 200
    assert found(app, select(Cost.amount).where(Cost.kind == "labour")) == 7_500
    assert post(f"/slips/{case.number}/costs", {"costs": [{"kind": "labour"}]}, "4").status_code == 422
    body = {"line": 1, "payer": "某社区", "payer_kind": "treasury", "amount_fen": 500, "paid_on": "2026-05-04", "voucher": {"issuer": "财政", "number": "9"}}
    made = post(f"/slips/{case.number}/compensations", body, "5")
    assert (made.status_code, made.json["credited_fen"]) == (201, 0)
    lost = found(app, select(func.sum(SavingEntry.cost)).where(SavingEntry.cost_kind == "loss"))
    assert made.json["loss_fen"] == lost
    listed = client.get("/api/v1/savings/rates", headers=headers).json
    assert listed is not None
    assert [row["name"] for row in listed["rates"]] == ["装卸工"]
    year = {"store_code": "MAIN", "year": 2026, "kind": "wages", "amount_fen": 700, "voucher": {"issuer": "甲", "number": "1"}}
    assert post("/savings/running-costs", year, "6").json["unshared_fen"] == 700
    assert client.get("/api/v1/savings/running-costs?year=2026", headers=headers).json["cost_fen"] == 700  # type: ignore[index]


def test_the_report_states_what_keeping_the_stores_cost_and_the_saving_after_it(app: Flask, world: World) -> None:
    with app.app_context():
        case = full_act(world, DAY)
        with clock.at(ledger.at_noon(LOST)), atomic() as session:
            savings.review(session, [case.act], "accepted", "齐全", world.reviewer)
            savings.accrue(session, world.pool, LOST)
    finance = sign_in(app, "finance")
    typed = {"store": str(world.main), "year": "2026", "kind": "rent", "issuer": "房东", "number": "R-1", "amount": "100"}
    assert finance.post("/savings/running-costs", data=typed).status_code == 303
    whole = finance.get("/savings?from=2026-01-01&to=2026-12-31&lang=en").text
    assert "keeping the stores cost 100.00 yuan in 2026, of which 100.00 yuan are carried by no act" in whole
    assert "after all of that: 610.00 yuan" in whole
    assert "keeping the stores" not in finance.get("/savings?from=2025-01-01&to=2026-12-31&lang=en").text
    assert "keeping the stores" not in finance.get("/savings?from=2026-01-01&to=2026-12-31&organization=B&lang=en").text
