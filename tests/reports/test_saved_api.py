"""Saved reports for machines: one's own only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import world as worlds


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


def test_a_report_is_kept_scheduled_and_forgotten(app: Flask, client: FlaskClient) -> None:
    finance, url = worlds.bearer(app, "finance"), "/api/v1/saved-reports"
    made = client.post(url, json={"name": "季报", "by": "organization", "schedule": "quarterly", "day": 5}, headers=finance)
    assert (made.status_code, made.json["schedule"], made.json["from"]) == (201, "quarterly", None)
    number = made.json["id"]
    assert client.post(url, json={"name": "季报"}, headers=finance).json["code"] == "name_taken"
    assert client.post(url, json={"name": "别的", "by": "nonsense"}, headers=finance).status_code == 422
    assert client.get(f"{url}/{number}", headers=worlds.bearer(app, "reviewer")).status_code == 404
    assert client.post(f"{url}/{number}/schedule", json={"schedule": "monthly", "day": 2}, headers=finance).json["schedule"] == "monthly"
    assert [row["name"] for row in client.get(url, headers=finance).json["items"]] == ["季报"]
    assert client.get(f"{url}/ready", headers=finance).json["items"] == []
    assert client.post(f"{url}/{number}/delete", headers=finance).status_code == 200
    assert client.get(url, headers=finance).json["items"] == []
