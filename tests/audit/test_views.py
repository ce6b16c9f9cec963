"""The auditor's page and the chain for people and machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from assetpool.audit import anchors
from assetpool.core import chain
from assetpool.core.db import atomic, db
from assetpool.core.models import ChainHead
from tests import world as worlds


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds the small world."""
    return make_template("world", worlds.fill)


def head(app: Flask) -> tuple[int, str]:
    """Return height and digest of the newest row."""
    with app.app_context():
        row = db.session().query(ChainHead).one()
        return row.height, row.digest


def tamper(app: Flask) -> int:
    """Change a stored movement behind the triggers' back; return its id."""
    with app.app_context(), db.engine.begin() as connection:
        row_id = connection.execute(text("SELECT id FROM movement WHERE height = 3")).scalar_one()
        if connection.dialect.name == "sqlite":
            triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'movement'")).scalars().all()
            for name in triggers:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("ALTER TABLE movement DISABLE TRIGGER ALL"))
        connection.execute(text("UPDATE movement SET place = 'elsewhere' WHERE id = :id"), {"id": row_id})
        return int(row_id)


def verify(client: FlaskClient, anchor: str = "") -> tuple[int, str]:
    """Press the button."""
    answer = client.post("/audit/verify?lang=en", data={"anchor": anchor})
    return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    """Sign the auditor in."""
    app.config["WTF_CSRF_ENABLED"] = False
    return worlds.sign_in(app, "auditor")


def test_the_book_holds_and_says_what_was_checked(app: Flask, auditor: FlaskClient) -> None:
    height, digest = head(app)
    assert f"{height}:{digest}" in auditor.get("/audit?lang=en").get_data(as_text=True)
    status, page = verify(auditor, f"{height}:{digest}")
    assert status == 200
    assert "The book holds" in page and "Movements" in page


def test_a_changed_row_is_named(app: Flask, auditor: FlaskClient) -> None:
    row_id = tamper(app)
    status, page = verify(auditor)
    assert status == 200
    assert "The book differs" in page and str(row_id) in page


def test_an_anchor_that_the_chain_no_longer_holds_is_found(app: Flask, auditor: FlaskClient) -> None:
    height, _ = head(app)
    assert "The book differs" in verify(auditor, f"{height}:{'0' * 64}")[1]
    status, page = verify(auditor, "yesterday")
    assert status == 422 and "An anchor reads HEIGHT:DIGEST" in page


def test_the_page_of_a_printed_report_offers_its_anchor(auditor: FlaskClient) -> None:
    assert f'value="7:{"a" * 64}"' in auditor.get(f"/audit?height=7&head={'a' * 64}").get_data(as_text=True)


@pytest.mark.parametrize(("who", "status"), [("reviewer", 200), ("finance", 200), ("keeper", 403), ("stranger", 403)])
def test_who_may_open_it(app: Flask, who: str, status: int) -> None:
    assert worlds.sign_in(app, who).get("/audit").status_code == status


def test_the_chain_is_shown_row_by_row(app: Flask, auditor: FlaskClient) -> None:
    page = auditor.get("/audit/chain?since=0&lang=en").get_data(as_text=True)
    assert page.count("<details>") == head(app)[0]
    assert "No row above this height" in auditor.get("/audit/chain?since=99999&lang=en").get_data(as_text=True)
    assert worlds.sign_in(app, "reviewer").get("/audit/chain").status_code == 403


def bearer(app: Flask, username: str) -> dict[str, str]:
    """Give somebody a token."""
    with app.app_context():
        found = worlds.found()
    with app.app_context(), atomic() as session:
        return worlds.token(session, getattr(found, username))


def test_machines_get_the_shape_of_the_contract(app: Flask, client: FlaskClient) -> None:
    headers = bearer(app, "auditor")
    found = client.get("/api/v1/audit/verify", headers=headers).get_json()
    height, digest = head(app)
    assert found["ok"] is True and found["first_difference"] is None
    assert found["chain"] == {"height": height, "head": digest}
    assert found["checked"]["movement"] == height
    tamper(app)
    broken = client.get("/api/v1/audit/verify", headers=headers).get_json()
    assert broken["ok"] is False and broken["first_difference"]["what"] == "movement"
    assert client.get("/api/v1/audit/verify", headers=bearer(app, "stranger")).status_code == 403
    assert client.get("/api/v1/audit/verify?anchor=x", headers=headers).status_code == 422


def test_machines_recompute_the_chain_from_what_they_get(app: Flask, client: FlaskClient) -> None:
    headers, since, previous = bearer(app, "auditor"), 0, chain.GENESIS
    while since is not None:
        page = client.get(f"/api/v1/audit/chain?since={since}&limit=4", headers=headers).get_json()
        for row in page["items"]:
            previous = chain.digest_of(row["table"], list(row["values"].values()), previous)
            assert previous == row["digest"]
        since = page["next"]
    assert (page["chain"]["height"], previous) == head(app)


def test_the_room_remembers_how_the_last_verification_ended(app: Flask, auditor: FlaskClient) -> None:
    assert "Nobody has verified the book here yet." in auditor.get("/audit?lang=en").get_data(as_text=True)
    verify(auditor)
    assert "Last verified" in auditor.get("/audit?lang=en").get_data(as_text=True)
    tamper(app)
    verify(auditor)
    assert "differed" in auditor.get("/audit?lang=en").get_data(as_text=True)


def test_an_anchor_is_noted_taken_away_as_a_file_and_compared(app: Flask, auditor: FlaskClient) -> None:
    height, digest = head(app)
    assert auditor.post("/audit/anchors", data={"kept_where": ""}).status_code == 422
    assert auditor.post("/audit/anchors", data={"kept_where": "审计厅保险柜"}).status_code == 303
    assert "审计厅保险柜" in auditor.get("/audit/anchors").get_data(as_text=True)
    file = auditor.get("/audit/anchor.json").get_data()
    assert json.loads(file)["anchor"] == f"{height}:{digest}"
    assert "The book holds" in auditor.post("/audit/verify?lang=en", data={"file": (BytesIO(file), "anchor.json")}).get_data(as_text=True)
    forged = file.replace(digest.encode(), b"0" * 64)
    assert "The book differs" in auditor.post("/audit/verify?lang=en", data={"file": (BytesIO(forged), "anchor.json")}).get_data(as_text=True)
    assert auditor.post("/audit/verify", data={"file": (BytesIO(b"no anchor"), "x.txt")}).status_code == 422


def cut_off(app: Flask, rows: int) -> None:
    """Take the last rows out of the chain and set its head as if they had never been."""
    with app.app_context(), db.engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        height = connection.execute(text("SELECT height FROM chain_head")).scalar_one() - rows
        digest = None
        for table in chain.tables():
            if sqlite:
                for name in connection.execute(text(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table.name}'")).scalars().all():
                    connection.execute(text(f'DROP TRIGGER "{name}"'))
            else:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
            found = connection.execute(text(f"SELECT digest FROM {table.name} WHERE height = {height}")).scalar()
            digest = found or digest
        for table in chain.tables():
            connection.execute(text(f"DELETE FROM {table.name} WHERE height > {height}"))
        connection.execute(text(f"UPDATE chain_head SET height = {height}, digest = '{digest}'"))


def test_dropping_the_last_ten_rows_is_found_by_the_anchor(app: Flask) -> None:
    runner = app.test_cli_runner()
    with app.app_context(), atomic() as session:
        found = worlds.found()
    with app.app_context(), atomic() as session:
        worlds.stock(session, found.desk, 12)
    anchor = runner.invoke(args=["audit", "anchor", "--kept", "保险柜", "--as", "auditor"]).stdout.strip()
    assert anchor == "{}:{}".format(*head(app))
    assert runner.invoke(args=["audit", "verify", "--anchor", anchor]).exit_code == 0
    cut_off(app, 10)
    with app.app_context():
        assert chain.verify(db.session().connection(), found.pool)[3] is None
    after = runner.invoke(args=["audit", "verify", "--json", "--anchor", anchor])
    assert after.exit_code == 1
    assert json.loads(after.stdout)["first_difference"]["what"] == "anchor"


def test_an_anchor_is_written_as_text_or_as_data(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    line, data = tmp_path / "anchor.txt", tmp_path / "anchor.json"
    assert runner.invoke(args=["audit", "anchor", "--out", str(line)]).exit_code == 0
    assert runner.invoke(args=["audit", "anchor", "--json", "--out", str(data)]).exit_code == 0
    assert anchors.read(line.read_text(encoding="utf-8")) == anchors.read(data.read_text(encoding="utf-8")) == head(app)


@pytest.mark.parametrize("given", ["", "12", "12:abc", "x:" + "0" * 64, '{"height": -1, "digest": "' + "a" * 64 + '"}', "[]", "12:" + "a" * 65])
def test_what_is_no_anchor_is_refused(given: str) -> None:
    with pytest.raises(anchors.NoAnchor):
        anchors.read(given)
