"""The pages of valuation policies: a draft written, changed, shown with both ways, approved by another person; and the list for machines."""

from __future__ import annotations

import pytest
from flask import Flask

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.savings import policies
from tests import world as worlds
from tests.walking import send

YEAR = clock.today(worlds.ZONE).year + 1
TERMS = {
    "year": str(YEAR), "loan_basis": "rental", "transfer_basis": "purchase", "age_scales": "y", "floor": "10", "rho": "22.5%", "price_days": "300",
    "computer_price_days": "150", "note": "行情变化",
}  # fmt: skip
PAGE = f"/savings/policies/{YEAR}-1"


@pytest.fixture
def world(app: Flask) -> worlds.World:
    with app.app_context():
        return worlds.found()


def test_a_policy_goes_from_draft_to_approved_by_two_people(app: Flask, world: worlds.World) -> None:
    finance, approver = worlds.sign_in(app, "finance"), worlds.sign_in(app, "approver")
    assert send(finance, "/savings/policies/new", TERMS).headers["Location"] == PAGE
    assert "22.50" in finance.get(PAGE).text
    assert finance.get(f"{PAGE}/change").text.count('value="22.50"') == 1
    assert send(finance, f"{PAGE}/change", {**TERMS, "rho": "25"}).status_code == 303
    assert worlds.sign_in(app, "valuer").post(f"{PAGE}/approve").status_code in (400, 403)
    assert send(approver, f"{PAGE}/approve", {"reason": ""}, PAGE).status_code == 303
    with app.app_context():
        row = policies.all_of(db.session(), world.pool)[-1]
        assert (row.version, row.state, row.rho_numerator, row.rho_denominator, row.approved_by) == (f"{YEAR}-1", "approved", 1, 4, world.approver)
    assert send(finance, f"{PAGE}/change", TERMS).status_code == 422


@pytest.mark.parametrize(("field", "value"), [("rho", "101"), ("rho", "-1"), ("floor", "1.234"), ("floor", "x"), ("price_days", "0"), ("note", "")])
def test_what_cannot_be_used_is_told_beside_its_field(app: Flask, world: worlds.World, field: str, value: str) -> None:
    answer = send(worlds.sign_in(app, "finance"), "/savings/policies/new", {**TERMS, field: value})
    assert (answer.status_code, answer.text.count('aria-invalid="true"')) == (422, 1)


def test_rejecting_needs_a_reason(app: Flask, world: worlds.World) -> None:
    send(worlds.sign_in(app, "finance"), "/savings/policies/new", TERMS)
    approver = worlds.sign_in(app, "approver")
    assert send(approver, f"{PAGE}/reject", {"reason": ""}, PAGE).status_code == 422
    assert send(approver, f"{PAGE}/reject", {"reason": "缺依据"}, PAGE).status_code == 303
    assert "缺依据" in approver.get(PAGE).text


@pytest.mark.parametrize("who", ["organizer_b", "keeper"])
def test_policies_are_shown_to_those_who_value_and_check(app: Flask, world: worlds.World, who: str) -> None:
    assert worlds.sign_in(app, who).get("/savings/policies").status_code == 403
    assert worlds.sign_in(app, "auditor").get("/savings/policies/2026-1").status_code == 200


def test_machines_list_the_policies(app: Flask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        bearer = worlds.token(session, world.organizer_b)
    found = app.test_client().get("/api/v1/policies", headers=bearer).json["items"]
    told = [(row["version"], row["in_force"], row["rho"]) for row in found]
    assert told == [("2020-1", False, {"numerator": 0, "denominator": 1}), ("2026-1", True, {"numerator": 1, "denominator": 5})]
