"""The REST pattern through its endpoints: who is asked in, what is refused with which problem, and what never happens twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.org.models import Organization
from assetpool.org.service import issue_token
from assetpool.records.models import Idempotency
from tests import world as worlds

database_template, world, bearer = worlds.template, worlds.apart, worlds.bearers


def organization(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"单位{code}", "kind": "department", **more}


def problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    assert body["status"] == answer.status_code
    assert body["type"].endswith(body["code"])
    assert body["title"] and body["detail"]
    return answer.status_code, body["code"]


def test_without_a_token_nobody_is_let_in(client: FlaskClient) -> None:
    assert problem(client.get("/api/v1/organizations")) == (401, "unauthorized")
    assert problem(client.get("/api/v1/organizations", headers={"Authorization": "Bearer ap_nonsense"})) == (401, "unauthorized")


def test_a_page_session_opens_no_rest_address(app: Flask, world: worlds.World) -> None:
    assert worlds.sign_in(app, "administrator").get("/api/v1/organizations").status_code == 401


@pytest.mark.parametrize("username", ["administrator"])
def test_an_administrator_adds_an_organization(client: FlaskClient, bearer: Callable[[str], dict[str, str]], username: str) -> None:
    answer = client.post("/api/v1/organizations", json=organization("NEW"), headers=bearer(username))
    assert (answer.status_code, answer.get_json()["parent_code"]) == (201, "CITY")
    assert client.get("/api/v1/organizations/NEW", headers=bearer("stranger")).get_json()["name"] == "单位NEW"


@pytest.mark.parametrize("username", ["clerk_a", "stranger", "auditor", "keeper"])
def test_others_are_refused_with_the_role_they_need(client: FlaskClient, bearer: Callable[[str], dict[str, str]], username: str) -> None:
    answer = client.post("/api/v1/organizations", json=organization("NEW"), headers={**bearer(username), "Accept-Language": "en"})
    assert problem(answer) == (403, "not_allowed")
    assert "administrator" in answer.get_json()["detail"]


def test_nothing_is_found_under_an_unknown_name(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = bearer("administrator")
    for path in ("organizations/NONE", "stores/NONE", "kinds/99", f"kinds/{2**70}", "assets/ZC-0000-0", "assets/nonsense", "assets/%00", "events/1", "files/1"):
        assert problem(client.get(f"/api/v1/{path}", headers=headers)) == (404, "not_found"), path


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"{", "malformed_json", None),
        (b"\xff\xfe", "malformed_json", None),
        (b'{"code":"N"}', "field_invalid", "name"),
        (b'{"code":1,"name":"x"}', "field_invalid", "code"),
        (b'{"code":"N","name":"x","kind":"village"}', "field_invalid", "kind"),
        (b'{"code":"N","name":"x","ends_on":"1700000000"}', "field_invalid", "ends_on"),
        (b'{"code":"N","name":"x","budget_organization":"yes"}', "field_invalid", "budget_organization"),
        (b'{"code":"N","name":"a\\u0000b"}', "field_invalid", "body"),
        (b"[]", "field_invalid", "body"),
        (b"[" * 5000, "malformed_json", None),
    ],
)
def test_a_body_that_cannot_be_used_is_named(client: FlaskClient, bearer: Callable[[str], dict[str, str]], body: bytes, code: str, field: str | None) -> None:
    answer = client.post("/api/v1/organizations", data=body, content_type="application/json", headers=bearer("administrator"))
    assert problem(answer) == (400 if code == "malformed_json" else 422, code)
    assert answer.get_json().get("field") == field


def test_what_is_wrong_is_said_in_the_language_of_the_reader(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    answer = client.post("/api/v1/organizations?lang=en", json={"code": "N", "name": "x", "kind": "village"}, headers=bearer("administrator"))
    assert answer.get_json()["detail"] == "kind: choose one of province, city, county, department, temporary."


def test_a_form_is_not_json(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    assert client.post("/api/v1/organizations", data={"code": "N"}, headers=bearer("administrator")).status_code == 415


def test_a_wrong_method_says_which_are_right(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    answer = client.delete("/api/v1/organizations", headers=bearer("administrator"))
    assert problem(answer)[0] == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=!!", "cursor=WzEuNV0", f"cursor={'W10'}", "kind=village"])
def test_a_query_that_cannot_be_used_is_refused(client: FlaskClient, bearer: Callable[[str], dict[str, str]], query: str) -> None:
    assert problem(client.get(f"/api/v1/organizations?{query}", headers=bearer("auditor"))) == (422, "field_invalid")


def test_a_list_is_read_to_its_end_page_by_page(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    headers, codes, cursor = bearer("auditor"), [], ""
    while True:
        page = client.get(f"/api/v1/organizations?limit=2&cursor={cursor}", headers=headers).get_json()
        codes += [item["code"] for item in page["items"]]
        assert page["total"] == 4
        if page["next"] is None:
            break
        cursor = page["next"]
    assert codes == ["CITY", "A", "B", "X"]


def test_the_same_key_gives_the_same_answer_and_one_act(app: Flask, client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = {**bearer("administrator"), "Idempotency-Key": "one"}
    first = client.post("/api/v1/organizations", json=organization("N1"), headers=headers)
    again = client.post("/api/v1/organizations", data=b'{ "kind":"department", "name": "\xe5\x8d\x95\xe4\xbd\x8dN1", "code":"N1"}',
                        content_type="application/json", headers=headers)  # fmt: skip
    assert (first.status_code, again.status_code, first.data) == (201, 201, again.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Organization).where(Organization.code == "N1")) == 1


def test_the_same_key_with_another_body_is_refused(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = {**bearer("administrator"), "Idempotency-Key": "one"}
    assert client.post("/api/v1/organizations", json=organization("N1"), headers=headers).status_code == 201
    assert problem(client.post("/api/v1/organizations", json=organization("N2"), headers=headers)) == (422, "idempotency_key_reused")
    meeting = {"name": "e", "organization_code": "A", "first_day": "2026-01-01", "last_day": "2026-01-02"}
    assert problem(client.post("/api/v1/events", json=meeting, headers=headers)) == (422, "idempotency_key_reused")


def test_a_key_belongs_to_one_person(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    client.post("/api/v1/organizations", json=organization("N1"), headers={**bearer("administrator"), "Idempotency-Key": "one"})
    answer = client.post("/api/v1/organizations", json=organization("N1"), headers={**bearer("keeper"), "Idempotency-Key": "one"})
    assert problem(answer) == (403, "not_allowed")


def test_a_refusal_is_not_kept_and_judged_anew(client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = {**bearer("administrator"), "Idempotency-Key": "one"}
    wish = organization("N2", parent_code="N1")
    assert problem(client.post("/api/v1/organizations", json=wish, headers=headers)) == (404, "not_found")
    client.post("/api/v1/organizations", json=organization("N1"), headers=bearer("administrator"))
    assert client.post("/api/v1/organizations", json=wish, headers=headers).status_code == 201


def test_after_ninety_days_a_key_is_free_again(app: Flask, client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = {**bearer("administrator"), "Idempotency-Key": "one"}
    client.post("/api/v1/organizations", json=organization("N1"), headers=headers)
    with clock.at(clock.now() + timedelta(days=91)):
        assert client.post("/api/v1/organizations", json=organization("N2"), headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_sensible_length(client: FlaskClient, bearer: Callable[[str], dict[str, str]], key: str) -> None:
    answer = client.post("/api/v1/organizations", json=organization("N1"), headers={**bearer("administrator"), "Idempotency-Key": key})
    assert problem(answer) == (422, "field_invalid")


def test_a_token_is_kept_nowhere_in_the_clear(app: Flask, client: FlaskClient, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = {**bearer("keeper"), "Idempotency-Key": "t"}
    token = client.post("/api/v1/tokens", json={"scopes": ["read"]}, headers=headers).get_json()["token"]
    assert client.post("/api/v1/tokens", json={"scopes": ["read"]}, headers=headers).get_json()["token"] is None
    with app.app_context():
        assert token not in db.session().scalars(select(Idempotency.body)).one()
    mine = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/stores", headers=mine).status_code == 200
    assert problem(client.post("/api/v1/tokens", json={}, headers=mine)) == (403, "not_allowed")
    listed = client.get("/api/v1/tokens", headers=mine).get_json()["items"]
    assert client.post(f"/api/v1/tokens/{listed[0]['id']}/revoke", headers=bearer("stranger")).status_code == 404
    assert client.post(f"/api/v1/tokens/{listed[0]['id']}/revoke", headers=bearer("keeper")).status_code == 200
    assert client.get("/api/v1/stores", headers=mine).status_code == 401


def test_a_token_makes_none_that_may_do_more(app: Flask, client: FlaskClient, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        headers = {"Authorization": f"Bearer {issue_token(session, world.keeper, scopes=['write'])}"}
    assert problem(client.post("/api/v1/tokens", json={}, headers=headers)) == (403, "wider_scopes")
    assert client.post("/api/v1/tokens", json={"scopes": ["write"]}, headers=headers).status_code == 201


def test_twins_of_one_request_do_one_act(app: Flask, bearer: Callable[[str], dict[str, str]]) -> None:
    headers = {**bearer("administrator"), "Idempotency-Key": "twin"}
    answers: list[tuple[int, bytes]] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        client = app.test_client()
        gate.wait()
        answer = client.post("/api/v1/organizations", json=organization("TWIN"), headers=headers)
        answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {201}
    assert len({body for _, body in answers}) == 1


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    found: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["organizations", "stores", "kinds", "assets", "assets?q=%E6%A1%8C&store=MAIN", "events", "kinds/1/availability"])
def test_a_list_asks_as_often_however_long_it_is(
    app: Flask, client: FlaskClient, bearer: Callable[[str], dict[str, str]], statements: list[str], path: str
) -> None:
    headers = bearer("administrator")
    with app.app_context(), atomic() as session:
        worlds.stock(session, worlds.found().desk, 1)
    statements.clear()
    client.get(f"/api/v1/{path}", headers=headers)
    before = len(statements)
    with app.app_context(), atomic() as session:
        worlds.stock(session, worlds.found().desk, 40)
    statements.clear()
    client.get(f"/api/v1/{path}", headers=headers)
    assert len(statements) <= before + 1, "at most the count of a list longer than its page"
