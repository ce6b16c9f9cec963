"""The savings report for machines, by REST and by command: the exact shape of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import world as worlds
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill
from tests.savings import golden

ROW = {
    "key", "label", "kind", "items", "item_loans", "avoided_fen", "cost_fen", "saving_fen", "rate", "bases", "coverage", "apart", "lower_bound",
}  # fmt: skip


@pytest.fixture
def bill(app: Flask) -> Bill:
    """Give the accepted bill, come back, and the opening statement."""
    with app.app_context():
        world = worlds.found()
        made = bills.lend_the_bill(world)
        bills.bring_back(world, made, BEGUN + bills.timedelta(days=90))
        bills.open_statement(world)
        return made


def worlds_found(app: Flask) -> worlds.World:
    """Return the ids of the world."""
    with app.app_context():
        return worlds.found()


def check_shape(found: dict[str, Any]) -> None:
    """Hold a report against the shape of the contract."""
    assert set(found) >= {"from", "to", "by", "basis", "policies", "chain", "rows", "totals"}
    assert set(found["chain"]) == {"height", "head"}
    for row in [*found["rows"], *found["totals"]]:
        assert set(row) >= ROW
        assert set(row["bases"]) == {"purchase", "rental", "consumption"}
        assert set(row["coverage"]) == {"valued", "costed"}
        assert set(row["apart"]) == {"proposed", "B", "C", "same_system"}
        assert row["rate"] is None or set(row["rate"]) == {"numerator", "denominator"}
    assert len({row["kind"] for row in found["totals"]}) == len(found["totals"])


def test_the_report_by_rest_has_the_shape_and_the_figures(app: Flask, client: FlaskClient, bill: Bill) -> None:
    answer = client.get("/api/v1/savings?from=2021-01-01&to=2030-12-31&by=event&basis=purchase", headers=worlds.bearer(app, "auditor"))
    assert answer.status_code == 200
    found = answer.get_json()
    check_shape(found)
    assert (found["from"], found["to"], found["by"], found["basis"]) == ("2021-01-01", "2030-12-31", "event", "purchase")
    loan = next(row for row in found["totals"] if row["kind"] == "loan")
    assert (loan["avoided_fen"], loan["cost_fen"], loan["saving_fen"]) == (262860000, 78858000, 184002000)
    assert loan["rate"] == {"numerator": 7, "denominator": 10}
    assert next(row for row in found["rows"] if row["kind"] == "loan")["label"] == "大运会"
    transfer = next(row for row in found["totals"] if row["kind"] == "transfer")
    assert (transfer["lower_bound"], transfer["saving_fen"], transfer["rate"]) == (golden.G2_AVOIDED, None, None)


@pytest.mark.parametrize("query", ["by=mood", "basis=x", "from=2022-13-01", "from=2023-01-01&to=2022-01-01"])
def test_what_cannot_be_asked_is_a_problem(app: Flask, client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/savings?{query}", headers=worlds.bearer(app, "auditor"))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_a_stranger_gets_an_empty_report(app: Flask, client: FlaskClient, bill: Bill) -> None:
    found = client.get("/api/v1/savings?from=2021-01-01&to=2022-12-31", headers=worlds.bearer(app, "stranger")).get_json()
    assert (found["rows"], found["totals"]) == ([], [])


def test_the_entries_come_page_by_page_and_add_up(app: Flask, client: FlaskClient, bill: Bill) -> None:
    headers, cursor, found = worlds.bearer(app, "auditor"), "", []
    while True:
        page = client.get(f"/api/v1/savings/entries?kind=loan&limit=7&cursor={cursor}", headers=headers).get_json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert len({row["id"] for row in found}) == len(found) > 14
    assert sum((row["purchase_fen"] or 0) * row["count"] for row in found) == golden.G1_PURCHASE
    assert sum(row["cost_fen"] or 0 for row in found) == golden.G1_COST
    assert client.get("/api/v1/savings/entries", headers=worlds.bearer(app, "stranger")).get_json()["items"] == []


def test_the_evidence_of_an_entry_holds_terms_costs_papers_and_movements(app: Flask, client: FlaskClient, bill: Bill) -> None:
    headers = worlds.bearer(app, "auditor")
    entry = client.get(f"/api/v1/savings/entries?act={bill.acts[0]}&to=2022-04-01", headers=headers).get_json()["items"][-1]
    found = client.get(f"/api/v1/savings/entries/{entry['id']}/evidence", headers=headers).get_json()
    assert (found["act"]["grade"], found["act"]["reviewed"], found["act"]["missing"]) == ("A", "accepted", [])
    assert found["terms"][0]["price_fen"] == 24000 and found["terms"][0]["steps"]
    assert sum(row["share_fen"] for row in found["costs"]) == 28596408 or sum(row["share_fen"] for row in found["costs"]) > 0
    assert all(proof["there"] for proof in found["proofs"])
    assert found["reviews"][0]["decision"] == "accepted"
    assert {row["act"] for row in found["movements"]} >= {"accept", "return"}
    assert client.get(f"/api/v1/savings/entries/{entry['id']}/evidence", headers=worlds.bearer(app, "stranger")).status_code == 404


def test_reviews_are_given_by_reviewers_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        bill = bills.lend_the_bill(worlds.found(), accept=False)
    body = {"act_ids": list(bill.acts), "decision": "accepted", "reason": "齐全"}
    assert client.post("/api/v1/savings/reviews", json=body, headers=worlds.bearer(app, "auditor")).status_code == 403
    assert client.post("/api/v1/savings/reviews", json=body | {"reason": " "}, headers=worlds.bearer(app, "reviewer")).status_code == 422
    headers = worlds.bearer(app, "reviewer") | {"Idempotency-Key": "k1"}
    answer = client.post("/api/v1/savings/reviews", json=body, headers=headers)
    assert answer.status_code == 201
    assert {row["reviewed"] for row in answer.get_json()["acts"]} == {"accepted"}
    assert client.post("/api/v1/savings/reviews", json=body, headers=headers).headers["Idempotent-Replayed"] == "true"
    assert client.post("/api/v1/savings/reviews", json=body, headers=worlds.bearer(app, "reviewer")).get_json()["code"] == "already_reviewed"


def test_the_command_prints_json_and_nothing_else(app: Flask, bill: Bill, tmp_path: Path) -> None:
    run = app.test_cli_runner()
    asked = ["savings", "report", "--from", "2021-01-01", "--to", "2099-12-31", "--by", "class"]
    printed = run.invoke(args=[*asked, "--json"])
    assert printed.exit_code == 0
    found = json.loads(printed.stdout)
    check_shape(found)
    assert {row["label"]: row["avoided_fen"] for row in found["rows"] if row["kind"] == "loan"} == {line.name: line.purchase for line in golden.G1_LINES}
    made = run.invoke(args=[*asked, "--xlsx", str(tmp_path / "a.xlsx"), "--pdf", str(tmp_path / "a.pdf")])
    assert made.exit_code == 0
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK") and (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert run.invoke(args=[*asked[:3], "soon"]).exit_code == 2
    assert run.invoke(args=["savings", "report", "--from", "2023-01-01", "--to", "2022-01-01"]).exit_code == 1
