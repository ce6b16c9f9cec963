"""Trips and the gate over REST: planned, passed, let out once, costed; each only by whom it concerns."""

from __future__ import annotations

from typing import Any

from flask import Flask

from assetpool.core.db import atomic
from tests import world as worlds
from tests.trips.conftest import Yard, person


def prepared(app: Flask) -> tuple[str, dict[str, dict[str, str]]]:
    """Return a slip that waits for a truck, and the headers of people by name."""
    with app.app_context():
        yard = Yard(worlds.found())
        slip = yard.loaded(40)
        ids = {name: person(name) for name in ("guard", "guard_x")}
        ids |= {name: getattr(yard.world, name) for name in ("keeper", "finance", "stranger", "organizer_b", "auditor")}
        with atomic() as session:
            return slip, {name: worlds.token(session, number) for name, number in ids.items()}


def test_a_trip_goes_its_way(app: Flask) -> None:
    slip, people = prepared(app)
    client = app.test_client()

    def call(who: str, path: str, body: dict[str, Any] | None = None, **more: str) -> Any:
        return client.post(f"/api/v1{path}", json=body or {}, headers={**people[who], **more})

    planned = {"store_code": "MAIN", "plate": "川A12345", "haulage_fen": 30_000, "loads": [{"slip": slip, "line": 1, "units": 30}]}
    assert call("organizer_b", "/trips", planned).status_code == 403
    once = {"Idempotency-Key": "trip-1"}
    made = call("keeper", "/trips", planned, **once)
    assert made.status_code == 201 and call("keeper", "/trips", planned, **once).json == made.json
    trip = made.json["number"]
    too_many = call("keeper", "/trips", {**planned, "loads": [{"slip": slip, "line": 1, "units": 11}]})
    assert (too_many.status_code, too_many.json["code"]) == (409, "not_that_many_loaded")
    assert call("keeper", f"/trips/{trip}/loads", {"loads": [{"slip": slip}]}).status_code == 200
    issued = call("keeper", f"/trips/{trip}/pass").json
    assert issued["state"] == "ready"
    gate = f"/gate/{issued['gate_pass']}"
    assert call("guard_x", f"{gate}/let-go").status_code == 403 and call("stranger", f"{gate}/let-go").status_code == 403
    assert call("keeper", f"{gate}/let-go").json["code"] == "same_person"
    assert call("guard", f"{gate}/let-go").json == {"number": issued["gate_pass"], "state": "used", "said": "let_go", "plate": "川A12345"}
    assert call("guard", f"{gate}/let-go").json["code"] == "pass_used"
    assert call("guard", f"{gate}/enter").json["said"] == "entered"
    assert call("guard", "/gate/left", {"store_code": "MAIN", "plate": "川B1"}).status_code == 201
    assert call("finance", f"/trips/{trip}/costs").json["code"] == "cost_missing"
    paid = {"costs": [{"kind": "haulage", "amount_fen": 30_000, "voucher": {"issuer": "顺达", "number": "N-1"}}]}
    assert call("finance", f"/trips/{trip}/costs", paid).json["state"] == "closed"
    shown = client.get(f"/api/v1/trips/{trip}", headers=people["auditor"]).json
    assert (shown["units"], shown["loads"][0]["units"], [word["said"] for word in shown["words"]]) == (40, 40, ["let_go", "again", "entered"])
    assert client.get(f"/api/v1/trips/{trip}", headers=people["stranger"]).status_code == 404
    listed = client.get("/api/v1/trips?state=closed", headers=people["keeper"]).json
    assert [row["number"] for row in listed["items"]] == [trip]


def test_what_to_fetch_is_listed_for_keepers(app: Flask) -> None:
    _, people = prepared(app)
    with app.app_context():
        yard = Yard(worlds.found())
        today = yard.today()
        number = yard.approved([(yard.world.desk, 3)], today, today)
    client = app.test_client()
    found = client.get(f"/api/v1/picks?request={number}&store=MAIN", headers=people["keeper"]).json
    assert (found["units"], found["lines"][0]["area"], found["lines"][0]["shelf"], len(found["lines"][0]["tags"])) == (3, "A", "01", 3)
    assert client.get("/api/v1/picks", headers=people["organizer_b"]).status_code == 403
