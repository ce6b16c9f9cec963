"""The OpenAPI document tells the truth about every endpoint, and its pages load nothing from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def spec(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(references(value) for value in part.values()))
    return set().union(*(references(value) for value in part)) if isinstance(part, list) else set()


def test_every_rest_address_is_described(app: Flask, spec: dict[str, Any]) -> None:
    described = {(f"/api/v1{path}", method.upper()) for path, methods in spec["paths"].items() for method in methods}
    served = {
        (re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith("openapi_api.")
        for method in {"GET", "POST"} & (rule.methods or set())
    }
    assert described == served


def test_it_is_openapi_of_the_right_version_and_every_reference_leads_somewhere(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1.")
    assert references(spec) <= {f"#/components/{part}/{name}" for part in ("schemas", "responses") for name in spec["components"][part]}


def test_every_body_says_whether_it_is_needed_and_every_post_takes_a_key(spec: dict[str, Any]) -> None:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            names = [parameter["name"] for parameter in operation["parameters"]]
            assert len(names) == len(set(names)), path
            assert ("Idempotency-Key" in names) == (method == "post"), path
            assert "requestBody" not in operation or isinstance(operation["requestBody"]["required"], bool), path
            assert {"401", "422"} <= set(operation["responses"]), path
            assert operation["summary"], path
    assert spec["paths"]["/kinds"]["post"]["requestBody"]["required"] is True


def test_operation_names_are_their_own(spec: dict[str, Any]) -> None:
    names = [operation["operationId"] for methods in spec["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_are_public_and_load_nothing_from_elsewhere(client: FlaskClient, lang: str) -> None:
    answer = client.get(f"/api/v1/docs?lang={lang}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert 'id="problem-idempotency_key_reused"' in page
    assert "/api/v1/kinds" in page
