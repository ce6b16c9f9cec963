"""What a device asks of the server to work without network: whose session it is in, the worker, the manifest, the root of the authority."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.cli import authority
from assetpool.core.secured import FOLDER, fingerprint_of, root_of
from assetpool.floor import offline_views
from tests import world as worlds
from tests.world import World

database_template, world = worlds.template, worlds.apart
OWN = {"X-From-Page": "1"}


@pytest.fixture
def keeper(app: Flask, world: World) -> FlaskClient:
    return worlds.sign_in(app, "keeper")


def test_a_page_of_ours_asks_as_the_person_signed_in_and_no_other_page_does(keeper: FlaskClient) -> None:
    asked = "/api/v1/stores"
    assert keeper.get(asked).status_code == 401
    assert keeper.get(asked, headers=OWN).status_code == 200
    assert keeper.get(asked, headers={**OWN, "Sec-Fetch-Site": "cross-site"}).status_code == 401
    assert keeper.get(asked, headers={**OWN, "Authorization": "Bearer nonsense"}).status_code == 401


def test_a_queue_is_answered_only_in_the_session_of_its_person(keeper: FlaskClient, world: World) -> None:
    assert keeper.get("/api/v1/stores", headers={**OWN, "X-For-Person": str(world.keeper)}).status_code == 200
    assert keeper.get("/api/v1/stores", headers={**OWN, "X-For-Person": str(world.keeper2)}).status_code == 401
    moved = keeper.post("/api/v1/moves", json={"lines": [], "store_code": "MAIN"}, headers={**OWN, "X-For-Person": str(world.keeper2)})
    assert moved.status_code == 401


def test_a_device_learns_whose_session_it_is_in_and_what_time_it_is(client: FlaskClient, keeper: FlaskClient, world: World) -> None:
    told = keeper.get("/floor/session")
    assert (told.get_json()["person"], told.get_json()["name"], told.headers["Cache-Control"]) == (world.keeper, "刘保管", "no-store")
    assert abs(told.get_json()["now"] - datetime.now(UTC).timestamp() * 1000) < 60_000
    assert client.get("/floor/session").get_json()["person"] is None


def test_the_worker_names_every_part_and_is_another_one_when_a_part_changes(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "static"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "one.js").write_text("1")
    (folder / "sw.js").write_text("// worker")
    (folder / ".hidden").write_text("no part")
    monkeypatch.setattr(app, "static_folder", str(folder))

    def worker() -> tuple[str, list[str]]:
        offline_views.worker_text.cache_clear()
        text = client.get("/sw.js").text
        said = dict(line[6:-1].split(" = ", 1) for line in text.splitlines()[:3])
        return said["VERSION"], json.loads(said["PARTS"])

    first, parts = worker()
    assert parts == ["/static/js/one.js"]
    assert worker()[0] == first
    (folder / "js" / "one.js").write_text("2")
    assert worker()[0] != first


def test_the_worker_stands_at_the_root_and_the_browser_asks_for_a_new_one(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "text/javascript", "no-cache")
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_manifest_speaks_the_readers_language_and_its_icons_exist(client: FlaskClient, world: World) -> None:
    chinese, english = (client.get("/manifest.webmanifest", headers={"Accept-Language": one}).get_json() for one in ("zh-CN", "en"))
    assert (english["short_name"], chinese["lang"], english["lang"]) == ("Store floor", "zh-CN", "en")
    assert {icon["purpose"] for icon in english["icons"]} == {"any", "maskable"}
    assert {client.get(icon["src"]).status_code for icon in english["icons"]} == {200}
    assert client.get(english["start_url"]).status_code == 302


def test_the_page_for_no_network_names_nobody(keeper: FlaskClient) -> None:
    page = keeper.get("/floor/offline").text
    assert "刘保管" not in page and 'name="person"' not in page


@pytest.fixture
def rooted(app: Flask, tmp_path: Path) -> str:
    """Give an application whose data folder holds an authority; return its fingerprint."""
    app.config.update(DATA_DIR=str(tmp_path))
    made = authority.set_up(tmp_path / FOLDER, "示范市公物仓", *authority.read(["pool.lan"]), datetime.now(UTC))
    return made.fingerprint


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_phones_get_the_root_with_its_fingerprint_on_page_and_paper(client: FlaskClient, world: World, rooted: str, lang: str, app: Flask) -> None:
    page = client.get(f"/ca?lang={lang}").text
    assert rooted[:47] in page and rooted[48:] in page and "https://localhost/ca" in page
    given = client.get("/ca/root.crt")
    assert (given.mimetype, fingerprint_of(given.data)) == ("application/x-x509-ca-cert", rooted)
    assert given.data == root_of(app.config["DATA_DIR"])
    paper = client.get(f"/ca/how-to.pdf?lang={lang}")
    printed = "".join(pypdfium2.PdfDocument(paper.data)[0].get_textpage().get_text_range().split())
    assert rooted[:47] in printed and rooted[48:] in printed
    assert "Compare" in printed


def test_without_an_authority_the_page_says_how_one_is_made(app: Flask, client: FlaskClient, world: World, tmp_path: Path) -> None:
    app.config.update(DATA_DIR=str(tmp_path))
    for path in ("/ca", "/ca/root.crt", "/ca/how-to.pdf"):
        answer = client.get(f"{path}?lang=en", headers={"Accept": "text/html"})
        assert (answer.status_code, "https setup" in answer.text) == (404, True)


def test_the_keys_never_leave_the_folder(client: FlaskClient, world: World, rooted: str) -> None:
    for path in ("/ca/root.key", "/ca/server.key", "/static/../tls/root.key", "/files/tls/root.key"):
        assert client.get(path).status_code == 404


def test_who_keeps_nothing_has_no_desk_but_sees_his_own_device(app: Flask, world: World) -> None:
    clerk = worlds.sign_in(app, "clerk_a")
    assert clerk.get("/floor").status_code == 403
    assert clerk.get("/floor/queue").status_code == 200
