"""Webhooks over REST: added with a secret told once, listed without it, removed; by administrators only."""

from __future__ import annotations

from flask import Flask

from assetpool.core.db import atomic
from tests import world as worlds


def token(app: Flask, person: str) -> dict[str, str]:
    """Return the header of a person's token."""
    with app.app_context():
        found = worlds.found()
        with atomic() as session:
            return worlds.token(session, getattr(found, person))


def test_a_webhook_is_added_listed_and_removed(app: Flask) -> None:
    client, header = app.test_client(), token(app, "administrator")
    added = client.post("/api/v1/webhooks", json={"url": "https://example.gov/hook", "groups": ["decide"]}, headers=header)
    assert (added.status_code, added.json["form"], added.json["groups"], len(added.json["secret"]) > 30) == (201, "generic", ["decide"], True)
    listed = client.get("/api/v1/webhooks", headers=header).json["items"]
    assert [(row["id"], "secret" in row) for row in listed] == [(added.json["id"], False)]
    assert client.post(f"/api/v1/webhooks/{added.json['id']}/remove", headers=header).json["active"] is False
    assert client.get("/api/v1/webhooks", headers=header).json["items"] == []
    assert client.post(f"/api/v1/webhooks/{added.json['id']}/remove", headers=header).status_code == 404


def test_others_neither_add_nor_see_webhooks(app: Flask) -> None:
    client = app.test_client()
    for person in ("keeper", "auditor"):
        header = token(app, person)
        assert client.post("/api/v1/webhooks", json={"url": "https://example.gov/hook"}, headers=header).status_code == 403
        assert client.get("/api/v1/webhooks", headers=header).status_code == 403


def test_what_is_no_address_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/webhooks", json={"url": "ftp://example.gov/"}, headers=token(app, "administrator"))
    assert (answer.status_code, answer.json["code"]) == (422, "field_invalid")
