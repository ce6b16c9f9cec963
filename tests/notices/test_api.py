"""Webhooks over REST: added with a secret told once, listed without it, removed; by administrators only."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.notices.models import Webhook
from assetpool.records.models import Idempotency
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


def test_neither_secret_nor_key_of_an_address_is_kept_or_told_again(app: Flask) -> None:
    client, header = app.test_client(), {**token(app, "administrator"), "Idempotency-Key": "robot"}
    asked = {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=robot-key", "form": "wecom", "secret": "signing-secret"}
    added = client.post("/api/v1/webhooks", json=asked, headers=header)
    assert (added.json["secret"], added.json["url"]) == ("signing-secret", "https://qyapi.weixin.qq.com")
    again = client.post("/api/v1/webhooks", json=asked, headers=header)
    assert (again.json["id"], again.json["secret"]) == (added.json["id"], None)
    with app.app_context():
        for table in (Idempotency.__table__, Webhook.__table__):
            stored = str(db.session().execute(select(table)).all())
            assert "robot-key" not in stored
            assert "signing-secret" not in stored


def test_others_neither_add_nor_see_webhooks(app: Flask) -> None:
    client = app.test_client()
    for person in ("keeper", "auditor"):
        header = token(app, person)
        assert client.post("/api/v1/webhooks", json={"url": "https://example.gov/hook"}, headers=header).status_code == 403
        assert client.get("/api/v1/webhooks", headers=header).status_code == 403


def test_what_is_no_address_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/webhooks", json={"url": "ftp://example.gov/"}, headers=token(app, "administrator"))
    assert (answer.status_code, answer.json["code"]) == (422, "field_invalid")
