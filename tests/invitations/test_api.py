"""The organizer's link and event packs for machines."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from assetpool.core.db import atomic
from tests import world as worlds
from tests.invitations.conftest import OPEN_UNTIL, Inviting


def test_a_link_is_made_shown_once_and_made_void(app: Flask, inviting: Inviting, client: FlaskClient) -> None:
    approver, url = worlds.bearer(app, "approver"), f"/api/v1/events/{inviting.event}/invitation"
    body = {"expires_on": OPEN_UNTIL.isoformat(), "hauls": "pool"}
    key = {**approver, "Idempotency-Key": "link-1"}
    made = client.post(url, json=body, headers=key)
    assert made.status_code == 201
    opens = made.json["opens"]
    assert client.post(url, json=body, headers=key).json["opens"] is None
    assert client.get(f"/o/{opens['link'].rpartition('/')[2]}", follow_redirects=True).status_code == 200
    assert client.get(f"/o/{inviting.token}", follow_redirects=True).status_code == 410
    shown = client.get(url, headers=approver).json
    assert (shown["hauls"], shown["devices"], shown["over"], "opens" in shown) == ("pool", 0, False, False)
    assert client.post(url, json=body, headers=worlds.bearer(app, "keeper")).status_code in (403, 404)
    assert client.post(f"{url}/revoke", headers=approver).json["over"] is True
    assert client.post(f"{url}/revoke", headers=approver).json["code"] == "invitation_over"


def test_a_pack_is_written_worked_out_and_withdrawn(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), atomic():
        w = worlds.found()
    keeper = worlds.bearer(app, "keeper")
    body = {"name": "会议", "lines": [{"kind_id": w.chair, "per_hundred_people_x100": 10_500}]}
    assert client.post("/api/v1/event-packs", json=body, headers=worlds.bearer(app, "organizer_b")).status_code == 403
    number = client.post("/api/v1/event-packs", json=body, headers=keeper).json["id"]
    asker = worlds.bearer(app, "organizer_b")
    assert [row["kinds"] for row in client.get("/api/v1/event-packs", headers=asker).json["items"]] == [1]
    assert client.get(f"/api/v1/event-packs/{number}?people=301", headers=asker).json["lines"][0]["units"] == 317
    anew = client.post("/api/v1/event-packs", json={**body, "id": number, "name": "大会"}, headers=keeper).json
    assert (anew["id"], anew["name"]) == (number, "大会")
    assert client.post(f"/api/v1/event-packs/{number}/withdraw", headers=keeper).json["withdrawn"] is True
    assert client.get("/api/v1/event-packs", headers=asker).json["items"] == []
