"""The small lanes for machines."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient

from assetpool.core import clock
from assetpool.core.db import atomic
from tests import world as worlds


def test_an_iou_and_an_emergency_with_its_papers(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        w = worlds.found()
        with atomic() as session:
            desks = worlds.stock(session, w.desk, 3)
    last = (clock.today(worlds.ZONE) + timedelta(days=1)).isoformat()
    keeper, approver = worlds.bearer(app, "keeper"), worlds.bearer(app, "approver")
    body = {"lane": "iou", "organization_code": "B", "username": "organizer_b", "last_day": last, "reason": "临时会议", "lines": [{"tag": desks[0]}]}
    signed = {"signature": {"method": "typed_pin", "data": "2468"}}
    made = client.post("/api/v1/lanes", json={**body, **signed}, headers=keeper)
    assert (made.status_code, made.json["lane"], made.json["papers_due_at"]) == (201, "iou", None)
    assert made.json["slip"].startswith("HS-")
    assert client.post("/api/v1/lanes", json={**body, "lines": [{"tag": desks[1]}], **signed}, headers=worlds.bearer(app, "organizer_b")).status_code == 403
    urgent = client.post("/api/v1/lanes", json={**body, "lane": "emergency", "lines": [{"tag": desks[1]}], **signed}, headers=keeper).json
    assert urgent["papers_due_at"] is not None
    kept = client.post("/api/v1/files", data={"file": (BytesIO(b"%PDF-1.4 signed"), "approval.pdf")}, headers=approver).json["id"]
    done = client.post(f"/api/v1/lanes/{urgent['number']}/papers", json={"file_id": kept}, headers=approver)
    assert done.status_code == 200
    assert done.json["papers_at"] is not None
    assert [row["lane"] for row in client.get("/api/v1/lanes", headers=keeper).json["items"]] == ["emergency", "iou"]
    assert client.get("/api/v1/lanes", headers=worlds.bearer(app, "stranger")).json["items"] == []
