"""Intakes through the REST interface, from the draft to the tags."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.core.db import atomic
from tests import world as worlds
from tests.world import World

LINES: list[dict[str, Any]] = [
    {"class_code": "A05010301", "name": "折叠椅", "spec": "钢", "measure": "把", "quantity": 40, "lot": True, "original_value_fen": 9_900},
    {"class_code": "A05010301", "name": "折叠椅", "spec": "钢", "quantity": 2, "lot": False, "acquired_on": "2024-05-06", "serial": "S-1"},
]


class Caller:
    """Speaks as people of the world."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.client: FlaskClient = app.test_client()
        self.tokens: dict[str, dict[str, str]] = {}

    def header(self, who: str) -> dict[str, str]:
        if who not in self.tokens:
            with self.app.app_context(), atomic() as session:
                self.tokens[who] = worlds.token(session, getattr(self.world, who))
        return self.tokens[who]

    def post(self, who: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.client.post(f"/api/v1{path}", json=body if body is not None else {}, headers={**self.header(who), **headers})
        return answer.status_code, answer.get_json()

    def get(self, who: str, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1{path}", headers=self.header(who))
        return answer.status_code, answer.get_json()


@pytest.fixture
def caller(app: Flask) -> Caller:
    with app.app_context():
        return Caller(app, worlds.found())


def drafted(caller: Caller, lines: list[dict[str, Any]] | None = None, **more: Any) -> str:
    body = {"organization_code": "A", "store_code": "MAIN", "reason": "搬迁", "lines": LINES if lines is None else lines, **more}
    status, made = caller.post("clerk_a", "/intakes", body)
    assert status == 201 and made["state"] == "draft", made
    return str(made["number"])


def test_from_the_draft_to_the_tags(caller: Caller) -> None:
    number = drafted(caller)
    assert caller.post("clerk_a", f"/intakes/{number}/submit") == (200, {"number": number, "state": "submitted"})
    assert caller.post("head_a", f"/intakes/{number}/endorse")[1]["state"] == "endorsed"
    assert caller.post("approver", f"/intakes/{number}/approve", {"reason": "ok"})[1]["state"] == "approved"
    status, part = caller.post("keeper", f"/intakes/{number}/receive", {"lines": [{"line": 1, "count": 38, "condition": "fair", "place": "B-02"}]})
    assert (status, part["state"], len(part["tags"])) == (200, "partly_received", 1)
    status, rest = caller.post("keeper", f"/intakes/{number}/receive", {"lines": [{"line": 1, "count": 0, "done": True}, {"line": 2}]})
    assert (rest["state"], len(rest["tags"])) == ("received", 2)
    shown = caller.get("clerk_a", f"/intakes/{number}")[1]
    assert [(line["received"], line["closed"], line["tags"]) for line in shown["lines"]] == [(38, True, part["tags"]), (2, True, rest["tags"])]
    assert shown["lines"][0]["kind_id"] == shown["lines"][1]["kind_id"] and shown["units"] == 42
    assert caller.get("keeper", f"/assets/{part['tags'][0]}")[1]["units"] == 38
    assert caller.post("clerk_a", f"/intakes/{number}/close")[1]["state"] == "closed"


def test_an_empty_body_receives_everything_as_announced(caller: Caller) -> None:
    world = caller.world
    number = drafted(caller, [{"kind_id": world.desk, "quantity": 3}, {"kind_id": world.chair, "quantity": 7}])
    for who, act in (("clerk_a", "submit"), ("head_a", "approve"), ("approver", "approve")):
        assert caller.post(who, f"/intakes/{number}/{act}")[0] == 200
    answer = caller.client.post(f"/api/v1/intakes/{number}/receive", headers=caller.header("keeper"))
    assert answer.status_code == 200 and len(answer.get_json()["tags"]) == 4, "three desks, and chairs as one lot as their kind says"


def test_a_repeated_post_drafts_once(caller: Caller) -> None:
    body = {"organization_code": "A", "store_code": "MAIN", "lines": LINES}
    first = caller.post("clerk_a", "/intakes", body, **{"Idempotency-Key": "k-1"})
    assert caller.post("clerk_a", "/intakes", body, **{"Idempotency-Key": "k-1"}) == first
    assert caller.post("clerk_a", "/intakes", {**body, "reason": "x"}, **{"Idempotency-Key": "k-1"})[0] == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lines": []}, 422),
        ({"lines": [{"quantity": 1}]}, 422),
        ({"lines": [{"name": "x", "quantity": 0}]}, 422),
        ({"lines": [{"name": "x", "quantity": 1, "original_value_fen": -1}]}, 422),
        ({"lines": [{"kind_id": 999999, "quantity": 1}]}, 422),
        ({"lines": [{"name": "x", "quantity": 9000}]}, 422),
        ({"organization_code": "NOSUCH"}, 404),
        ({"store_code": "NOSUCH"}, 404),
        ({"organization_code": "B"}, 403),
        ({"mode": "gift"}, 422),
    ],
)
def test_what_cannot_be_is_a_problem_with_a_sentence(caller: Caller, change: dict[str, Any], status: int) -> None:
    answer = caller.post("clerk_a", "/intakes", {"organization_code": "A", "store_code": "MAIN", "lines": LINES, **change})
    assert answer[0] == status and answer[1]["detail"] and answer[1]["code"], answer
    assert caller.get("clerk_a", "/intakes")[1]["items"] == []


def test_persons_stay_apart_and_strangers_see_nothing(caller: Caller) -> None:
    number = drafted(caller)
    caller.post("clerk_a", f"/intakes/{number}/submit")
    assert (caller.post("head_b", f"/intakes/{number}/approve")[0], caller.post("keeper", f"/intakes/{number}/approve")[0]) == (404, 403)
    assert caller.post("head_a", f"/intakes/{number}/reject", {})[0] == 422
    assert caller.get("stranger", f"/intakes/{number}")[0] == 404 and caller.get("stranger", "/intakes")[1]["items"] == []
    assert caller.get("auditor", f"/intakes/{number}")[0] == 200
    assert caller.post("head_a", f"/intakes/{number}/send-back", {"reason": "count again"})[1]["state"] == "sent_back"


def test_the_list_goes_on_by_cursor_and_narrows(caller: Caller) -> None:
    made = [drafted(caller, [{"name": f"thing {i}", "quantity": 1}], reason=f"reason {i}") for i in range(3)]
    first = caller.get("clerk_a", "/intakes?limit=2")[1]
    second = caller.get("clerk_a", f"/intakes?limit=2&cursor={first['next']}")[1]
    assert [row["number"] for row in [*first["items"], *second["items"]]] == made[::-1] and second["next"] is None
    assert [row["number"] for row in caller.get("clerk_a", "/intakes?q=reason 1")[1]["items"]] == [made[1]]
    assert caller.get("clerk_a", "/intakes?state=approved")[1]["items"] == []
