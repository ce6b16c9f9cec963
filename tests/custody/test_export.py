"""All assets as one CSV: every row once, by the list's own filters, nothing that a spreadsheet would compute, read only as it is sent."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from assetpool.core.db import atomic, db
from assetpool.custody import export, finder
from assetpool.custody.models import Asset
from tests import world as worlds

database_template = worlds.template


@pytest.fixture
def headers(app: Flask) -> dict[str, str]:
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            return worlds.token(session, world.keeper)


def rows_of(client: FlaskClient, headers: dict[str, str], query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/assets.csv{query}", headers={**headers, "Accept-Language": "en"})
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="assets-')
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_every_asset_stands_there_once_with_its_words(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    rows = rows_of(client, headers)
    with app.app_context():
        tags = list(db.session().scalars(select(Asset.tag).order_by(Asset.id)))
    assert [row["Tag"] for row in rows] == tags
    assert sum(int(row["Units"]) for row in rows) == 510
    assert rows[0]["Name"] == "办公桌"
    assert rows[0]["Store"] == "MAIN"


def test_filters_of_the_list_hold_and_nothing_found_leaves_the_headings(client: FlaskClient, headers: dict[str, str]) -> None:
    assert [row["Name"] for row in rows_of(client, headers, "?q=chair")] == ["会议椅"]
    assert rows_of(client, headers, "?q=nothinglikethis") == []


def test_no_cell_is_a_formula(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    with app.app_context(), atomic() as session:
        first = session.scalars(select(Asset.id).order_by(Asset.id)).first()
        session.execute(update(Asset).where(Asset.id == first).values(brand="=1+1", serial="@sum", place='a "b", c'))
    row = rows_of(client, headers)[0]
    assert (row["Brand"], row["Serial number"], row["Place"]) == ("'=1+1", "'@sum", 'a "b", c')


def test_strangers_get_nothing(client: FlaskClient) -> None:
    assert client.get("/api/v1/assets.csv").status_code == 401


def test_it_is_sent_piece_by_piece(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_BATCH", 3)
    with app.test_request_context():
        pieces = list(export.csv_of(db.session(), worlds.found().pool, finder.Wish()))
    assert len(pieces) >= 11 // 3
    assert max(piece.count(b"\r\n") for piece in pieces) <= 4
