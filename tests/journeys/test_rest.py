"""The main job from a returned desk to a saved yuan, by REST alone: nine steps on one world, each building on the one before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from assetpool.core import clock
from tests import world as worlds
from tests.journeys.codes import codes_of
from tests.journeys.machine import Machine, on

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
PIN = {"method": "typed_pin", "data": "2468"}


def haulage(machine: Machine, user: str, number: str, amount: int = 120_000) -> list[dict[str, Any]]:
    file_id = machine.upload(user, f"invoice-{number}.pdf", b"%PDF-1.4\n% " + number.encode())
    return [{"kind": "haulage", "amount_fen": amount, "voucher": {"issuer": "城际物流", "number": number, "file_id": file_id}}]


def kind_of(machine: Machine, word: str, name: str) -> dict[str, Any]:
    found = [kind for kind in machine.get("organizer_b", f"/kinds?q={word}")["items"] if kind["name"] == name]
    assert found, word
    return dict(found[0])


def bring_in(machine: Machine) -> dict[str, list[str]]:
    """Step 1: announced, endorsed, approved, received with five fewer than announced."""
    lines = [
        {"kind_id": kind_of(machine, "desk", "办公桌")["id"], "quantity": 320, "lot": True, "original_value_fen": 100_000, "acquired_on": "2026-02-01"},
        {"class_code": "A02010105", "name": "台式计算机", "spec": "16G", "quantity": 6, "original_value_fen": 450_000, "acquired_on": "2026-02-01"},
    ]
    number = machine.post("clerk_a", "/intakes", {"organization_code": "A", "store_code": "MAIN", "reason": "搬迁", "lines": lines}, 201)["number"]
    assert machine.post("clerk_a", f"/intakes/{number}/submit")["state"] == "submitted"
    machine.post("approver", f"/intakes/{number}/approve", status=403)
    assert machine.post("head_a", f"/intakes/{number}/endorse")["state"] == "endorsed"
    assert machine.post("approver", f"/intakes/{number}/approve")["state"] == "approved"
    machine.post("clerk_a", f"/intakes/{number}/receive", status=403)
    received = machine.post("keeper", f"/intakes/{number}/receive", {"lines": [{"line": 1, "count": 315, "condition": "good", "done": True}, {"line": 2}]})
    assert (received["state"], len(received["tags"])) == ("received", 7)
    tags = {line["name"]: line["tags"] for line in machine.get("keeper", f"/intakes/{number}")["lines"]}
    for tag in received["tags"]:
        assert [step["act"] for step in machine.get("keeper", f"/assets/{tag}/movements")["items"]] == ["receive"]
    return {**tags, "number": [number]}


def print_labels(machine: Machine, tags: dict[str, list[str]]) -> None:
    """Step 2: exactly one code per label, on a sheet and on a roll, and every one opens its page."""
    wanted = sorted(tag for name, own in tags.items() if name != "number" for tag in own)
    for body in ({"intake": tags["number"][0], "layout": "a4-24", "start": 5}, {"tags": wanted, "layout": "roll-50x30"}):
        addresses = codes_of(machine.pdf("keeper", "/labels.pdf", body))
        assert sorted(address.rsplit("/", 1)[1].upper() for address in addresses) == wanted
    for tag in wanted:
        assert machine.app.test_client().get(f"/a/{tag}").status_code == 200


def ask(machine: Machine) -> str:
    """Step 3: found by 桌, 桌椅 and desk; free on those days; asked for and handed in."""
    desk = kind_of(machine, "桌", "办公桌")
    assert kind_of(machine, "桌椅", "办公桌") and kind_of(machine, "desk", "办公桌")
    free = machine.get("organizer_b", f"/kinds/{desk['id']}/availability?from=2026-11-23&to=2026-12-02&quantity=300")
    assert (free["free"], free["owned"]) == (325, 325)
    event = machine.post("organizer_b", "/events", {"name": "市运会", "organization_code": "B", "first_day": "2026-11-23", "last_day": "2026-12-02"}, 201)
    need, budget = machine.upload("organizer_b", "need.pdf"), machine.upload("organizer_b", "budget.pdf")
    line = {"kind_id": desk["id"], "quantity": 300, "drop": "主新闻中心", "budget_price_fen": 100_000, "need_dated_on": "2026-10-01"}
    body = {
        "kind": "loan", "organization_code": "B", "event_id": event["id"], "first_day": "2026-11-23", "last_day": "2026-12-02", "purpose": "市运会",
        "receivers": [{"name": "何静", "phone": "13800002210"}], "lines": [{**line, "need_file_id": need, "budget_file_id": budget}],
    }  # fmt: skip
    number = machine.post("organizer_b", "/requisitions", body, 201)["number"]
    assert machine.post("organizer_b", f"/requisitions/{number}/submit")["state"] == "stock_checked"
    return str(number)


def approve(machine: Machine, number: str) -> None:
    """Step 4: another person approves; a second wish that does not fit hears how many are free, and from when."""
    machine.post("organizer_b", f"/requisitions/{number}/approve", status=403)
    assert machine.post("approver", f"/requisitions/{number}/approve")["state"] == "approved"
    desk = kind_of(machine, "desk", "办公桌")
    body = {"organization_code": "B", "first_day": "2026-11-25", "last_day": "2026-11-27", "lines": [{"kind_id": desk["id"], "quantity": 100}]}
    second = machine.post("organizer_b", "/requisitions", body, 201)["number"]
    machine.post("organizer_b", f"/requisitions/{second}/submit")
    refusal = machine.post("approver", f"/requisitions/{second}/approve", status=409)
    assert (refusal["code"], refusal["asked"], refusal["free"], refusal["free_from"]) == ("not_enough_stock", 100, 25, "2026-12-03")
    assert machine.post("organizer_b", f"/requisitions/{second}/cancel")["state"] == "withdrawn"


def hand_over(machine: Machine, number: str, tags: dict[str, list[str]]) -> str:
    """Step 5: blockers named, costs demanded, loaded, accepted on site with two short and one damaged."""
    (desks,) = tags["办公桌"]
    wrong = machine.post("keeper", f"/requisitions/{number}/issue", {"lines": [{"tag": tags["台式计算机"][0]}], "no_cost_reason": "自运"}, 409)
    assert wrong["code"] == "blocked"
    missing = machine.post("keeper", f"/requisitions/{number}/issue", {"lines": [{"tag": desks, "count": 300}]}, 422)
    assert missing["code"] == "cost_missing"
    body = {"lines": [{"tag": desks, "count": 300}], "costs": haulage(machine, "keeper", "A-1"), "destination": "主新闻中心"}
    loaded = machine.post("keeper", f"/requisitions/{number}/issue", body)
    assert loaded["link"] and loaded["slip"].startswith("HS-")
    slip = str(loaded["slip"])
    signed = {"name": "何静", "phone": "13800002210", "signature": PIN, "lines": [{"tag": desks, "accepted": 297, "short": 2, "damaged": 1}]}
    assert machine.post("organizer_b", f"/slips/{slip}/accept", signed)["state"] == "accepted_with_differences"
    machine.post("organizer_b", f"/slips/{slip}/accept", signed, 409)
    machine.post("keeper", f"/slips/{slip}/settle", {"lines": [{"tag": desks, "difference": "short", "in_store": 2}]})
    machine.post("keeper", f"/slips/{slip}/settle", {"lines": [{"tag": desks, "difference": "damaged", "repair": 1}]})
    return slip


def take_back(machine: Machine, slip: str, tags: dict[str, list[str]]) -> None:
    """Step 6: in batches; the good are free, the mendable held, the missing keep the slip open and make it overdue."""
    (desks,) = tags["办公桌"]
    with on(MONDAY + timedelta(days=7)):
        body = {"store_code": "MAIN", "returned_by": "何静", "lines": [{"tag": desks, "good": 200}], "costs": haulage(machine, "keeper", "R-1", 80_000)}
        assert machine.post("keeper", "/returns", body)["state"] == "closed"
    with on(MONDAY + timedelta(days=9)):
        body = {"returned_by": "何静", "lines": [{"slip": slip, "line": 1, "count": 95}], "no_cost_reason": "随车带回"}
        came = machine.post("keeper", "/returns", body)
        assert came["state"] == "received"
        inspected = machine.post("keeper", f"/returns/{came['number']}/inspect", {"lines": [{"line": 1, "good": 90, "repair": 5}]})
        assert inspected["state"] == "closed"
    with on(MONDAY + timedelta(days=12)):
        open_slip = machine.get("keeper", f"/slips/{slip}")
        assert (open_slip["overdue"], open_slip["lines"][0]["out"]) == (True, 2)
        desk = kind_of(machine, "desk", "办公桌")
        day = clock.today(worlds.ZONE).isoformat()
        free = machine.get("keeper", f"/kinds/{desk['id']}/availability?from={day}&to={day}")
        assert (free["owned"], free["free"]) == (325, 325 - 2 - 5 - 1)
        page = worlds.sign_in(machine.app, "keeper").get("/?lang=en")
        assert page.status_code == 200 and slip in page.text
        lost = {"lines": [{"slip": slip, "line": 1, "lost": 2}], "no_cost_reason": "遗失"}
        machine.post("keeper", "/returns", lost)
        assert machine.get("keeper", f"/slips/{slip}")["state"] == "closed"


def give_for_good(machine: Machine, tags: dict[str, list[str]]) -> None:
    """Step 7: computers from the store by request, and straight from one department to another; figures frozen, booked by both."""
    computers = tags["台式计算机"]
    kind = machine.get("keeper", f"/assets/{computers[0]}")["kind_id"]
    body = {"kind": "transfer", "organization_code": "B", "first_day": "2026-11-23", "purpose": "长期使用", "lines": [{"kind_id": kind, "quantity": 2}]}
    request = machine.post("organizer_b", "/requisitions", body, 201)["number"]
    machine.post("organizer_b", f"/requisitions/{request}/submit")
    machine.post("approver", f"/requisitions/{request}/approve")
    (transfer,) = [row for row in machine.get("approver", "/transfers")["items"] if row["request"] == request]
    handed = {"lines": [{"tag": tag} for tag in computers[:2]], "no_cost_reason": "自提", "received_by": "何静", "signature": PIN}
    assert machine.post("keeper", f"/transfers/{transfer['number']}/hand-over", handed)["state"] == "accepted"
    _book(machine, transfer["number"], 2 * 450_000)
    listed = {"lines": [{"kind_id": kind, "quantity": 1, "original_value_fen": 450_000, "acquired_on": "2024-11-23"}]}
    intake = machine.post("clerk_a", "/intakes", {"organization_code": "A", "store_code": "A-VIRTUAL", **listed}, 201)["number"]
    machine.post("clerk_a", f"/intakes/{intake}/submit")
    machine.post("head_a", f"/intakes/{intake}/approve")
    machine.post("approver", f"/intakes/{intake}/approve")
    (tag,) = machine.post("keeper", f"/intakes/{intake}/receive")["tags"]
    straight = machine.post("clerk_a", "/transfers", {"giver_code": "A", "receiver_code": "B", "store_code": "A-VIRTUAL", "lines": [{"tag": tag}]}, 201)[
        "number"
    ]
    machine.post("clerk_a", f"/transfers/{straight}/submit")
    for who in ("head_a", "head_b", "approver"):
        reached = machine.post(who, f"/transfers/{straight}/approve")
    assert reached["state"] == "approved"
    machine.post("keeper", f"/transfers/{straight}/hand-over", {"lines": [{"tag": tag}], "no_cost_reason": "自提"})
    assert machine.post("organizer_b", f"/transfers/{straight}/accept", {"name": "何静", "signature": PIN})["state"] == "accepted"
    _book(machine, straight, 450_000)
    card = machine.get("auditor", f"/assets/{tag}")
    assert card["status"] == "transferred"


def _book(machine: Machine, number: str, value: int) -> None:
    (line,) = machine.get("finance", f"/transfers/{number}")["lines"]
    assert line["original_value_fen"] == value and 0 <= line["carrying_amount_fen"] <= value
    assert line["accumulated_depreciation_fen"] == value - line["carrying_amount_fen"]
    machine.post("finance", f"/transfers/{number}/book", {"side": "giver"})
    assert machine.post("finance", f"/transfers/{number}/book", {"side": "receiver"})["state"] == "booked"


def review(machine: Machine, request: str, slip: str) -> None:
    """Step 8: proposed on all bases with a grade; accepted by somebody outside; the report shows it by event, down to the papers."""
    path = "/savings?from=2026-11-01&to=2026-12-31&by="
    before = {row["key"]: row for row in machine.get("auditor", f"{path}kind")["rows"]}
    assert before["loan"]["saving_fen"] in (0, None) and before["loan"]["apart"]["proposed"]["avoided_fen"] > 0
    entries = machine.get("reviewer", "/savings/entries?standing=proposed&limit=200")["items"]
    claim = next(entry for entry in entries if entry["kind"] == "loan" and entry["entry"] == "claim")
    evidence = machine.get("reviewer", f"/savings/entries/{claim['id']}/evidence")
    assert (evidence["act"]["grade"], evidence["act"]["slip"]) == ("A", slip), evidence["act"]
    assert evidence["act"]["request"] == request and all(proof["missing"] == [] for proof in evidence["proofs"]) and evidence["movements"]
    acts = sorted({entry["act_id"] for entry in entries})
    refused = machine.post("keeper", "/savings/reviews", {"act_ids": acts, "decision": "accepted", "reason": "齐全"}, 403)
    assert refused["code"] == "not_allowed"
    machine.post("reviewer", "/savings/reviews", {"act_ids": acts, "decision": "accepted", "reason": "材料齐全"})
    for by in ("event", "organization", "class", "store", "month", "kind"):
        report = machine.get("auditor", f"{path}{by}")
        (total,) = [row for row in report["totals"] if row["kind"] == "loan"]
        assert total["saving_fen"] == total["avoided_fen"] - total["cost_fen"], by
    (event,) = [row for row in machine.get("auditor", f"{path}event")["rows"] if row["label"] == "市运会"]
    assert set(event["bases"]) == {"purchase", "rental", "consumption"} and event["avoided_fen"] > 0


def test_from_a_returned_desk_to_a_saved_yuan(app: Flask) -> None:
    machine = Machine(app)
    with on(MONDAY):
        tags = bring_in(machine)
        print_labels(machine, tags)
        number = ask(machine)
        approve(machine, number)
        slip = hand_over(machine, number, tags)
        give_for_good(machine, tags)
    take_back(machine, slip, tags)
    with on(MONDAY + timedelta(days=20)):
        review(machine, number, slip)
        verified = machine.get("auditor", "/audit/verify")
        assert verified["ok"] is True and verified["first_difference"] is None
