"""The operators' commands as scripts use them: data on stdout, one sentence on stderr, exit statuses 0, 1 and 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from assetpool.core import chain
from assetpool.core.db import atomic, db
from assetpool.core.models import ChainHead
from assetpool.org import signing_in
from assetpool.records.service import keep_file
from tests import world as worlds
from tests.conftest import Applications
from tests.engines import Databases


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), input=typed)


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    return result.stderr.strip()


@pytest.fixture
def pool(app: Flask) -> Flask:
    assert run(app, "init", "--pool", "示范市", "--admin", "root", typed="a-long-password\n").exit_code == 0
    return app


def test_a_new_pool_has_a_root_a_store_classes_policies_and_an_administrator(pool: Flask) -> None:
    organizations = json.loads(run(pool, "organizations", "list", "--json").stdout)
    stores = json.loads(run(pool, "stores", "list", "--json").stdout)
    assert [(o["code"], o["parent_code"], o["kind"]) for o in organizations] == [("CITY", None, "city")]
    assert [(s["code"], s["type"], s["assets"]) for s in stores] == [("MAIN", "physical", 0)]
    assert json.loads(run(pool, "kinds", "list", "--json").stdout) == []
    with pool.app_context():
        name = str(db.session().connection().exec_driver_sql("SELECT username FROM person").scalar())
        fits = signing_in.compare(db.session(), name, "a-long-password", "127.0.0.1").fits
        classes = db.session().connection().exec_driver_sql("SELECT COUNT(*) FROM asset_class").scalar()
        policies = db.session().connection().exec_driver_sql("SELECT COUNT(*) FROM valuation_policy").scalar()
    assert fits
    assert (classes, policies) == (57, 2)


def test_a_database_holds_one_pool(pool: Flask) -> None:
    assert "示范市" in refused(run(pool, "init", "--pool", "B", "--admin", "b", typed="a-long-password\n"))


def test_a_short_password_is_refused_and_nothing_is_made(app: Flask) -> None:
    assert "8" in refused(run(app, "init", "--pool", "A", "--admin", "a", typed="short\n"))
    assert "init" in refused(run(app, "organizations", "list", "--json"))


def test_people_and_tokens_are_made_for_scripts(pool: Flask) -> None:
    assert run(pool, "organizations", "create", "EDU", "--name", "教育局").exit_code == 0
    made = run(
        pool, "users", "create", "clerk", "--role", "clerk", "--role", "head", "--organization", "EDU", "--password-stdin", "--json", typed="long-enough\n"
    )
    assert json.loads(made.stdout)["roles"] == ["clerk", "head"]
    token = json.loads(run(pool, "tokens", "create", "clerk", "--scope", "read", "--json").stdout)
    assert (token["user"], token["scopes"]) == ("clerk", ["read"])
    client, headers = pool.test_client(), {"Authorization": f"Bearer {token['token']}"}
    assert client.get("/api/v1/organizations", headers=headers).status_code == 200
    assert client.post("/api/v1/events", json={}, headers=headers).status_code == 403


def test_refusals_are_sentences_and_usage_is_two(pool: Flask) -> None:
    assert "root" in refused(run(pool, "users", "create", "root", "--role", "keeper"))
    assert "NONE" in refused(run(pool, "users", "create", "x", "--role", "keeper", "--organization", "NONE"))
    assert "nobody" in refused(run(pool, "tokens", "create", "nobody", "--json"))
    assert run(pool, "users", "create", "x", "--role", "boss").exit_code == 2
    assert run(pool, "users", "create").exit_code == 2


def test_only_an_administrator_adds_people(pool: Flask) -> None:
    run(pool, "users", "create", "k", "--role", "keeper")
    refused(run(pool, "users", "create", "x", "--role", "keeper", "--as", "k"))


def heads(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        found = [(row.height, row.digest) for row in db.session().query(ChainHead)]
        pools = [row.pool_id for row in db.session().query(ChainHead)]
        with db.engine.connect() as connection:
            assert all(chain.verify(connection, pool)[3] is None for pool in pools)
        return found


def test_a_backup_comes_back_whole_with_its_digests(
    app: Flask, applications: Applications, databases: Databases, make_template: Callable[..., str], tmp_path: Path
) -> None:
    with app.app_context(), atomic() as session:
        world = worlds.build(session)
        worlds.stock(session, world.desk, 30)
        worlds.stock(session, world.chair, 500, lot=True)
        keep_file(session, world.pool, app.config["DATA_DIR"], "借条.pdf", b"%PDF-1.7 paper", world.keeper)
    archive = str(tmp_path / "pool.tar.gz")
    assert json.loads(run(app, "backup", archive, "--json").stdout)["files"] == 1
    assert "DATABASE_URL" in refused(run(app, "restore", archive))
    url = databases.fresh(make_template("migrated"), "other")
    other = applications.on(url, {"DATA_DIR": str(tmp_path / "files")})
    result = run(other, "restore", archive, "--json")
    assert result.exit_code == 0, result.output
    assert heads(other) == heads(app) != []
    assert len(list((tmp_path / "files").rglob("*"))) == 2
    with other.app_context(), atomic() as session:
        assert len(worlds.stock(session, world.desk, 1)) == 1
    assert [s["assets"] for s in json.loads(run(other, "stores", "list", "--json").stdout)] == [32, 0]
    applications.let_go(url)


def test_what_is_no_backup_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\x1f\x8b not really")
    refused(run(app, "restore", str(tmp_path / "x")))
    assert run(app, "restore", str(tmp_path / "missing")).exit_code == 2


def test_the_book_is_verified_and_a_changed_row_is_named(app: Flask, engine_name: str) -> None:
    with app.app_context(), atomic() as session:
        world = worlds.build(session)
        worlds.stock(session, world.desk, 3)
    good = json.loads(run(app, "audit", "verify", "--json").stdout)
    assert (good["ok"], good["checked"]["movement"], good["chain"]["height"], good["first_difference"]) == (True, 3, 3, None)
    anchor = f"{good['chain']['height']}:{good['chain']['head']}"
    assert run(app, "audit", "verify", "--anchor", anchor).exit_code == 0
    assert run(app, "audit", "verify", "--anchor", f"4:{'0' * 64}").exit_code == 1
    assert run(app, "audit", "verify", "--anchor", "3").exit_code == 2
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tranche SET place = 'elsewhere' WHERE id = (SELECT MIN(id) FROM tranche)")
    bad = run(app, "audit", "verify", "--json")
    assert (bad.exit_code, json.loads(bad.stdout)["ok"]) == (1, False)
    assert "elsewhere" in bad.stderr


def test_the_daily_work_may_be_done_twice(pool: Flask) -> None:
    done = json.loads(run(pool, "jobs", "run", "--json").stdout)
    assert done.items() >= {"accruals": 0, "forgotten_answers": 0, "bought_anyway": 0, "papers_sealed": 0, "reports": 0}.items()
    assert run(pool, "jobs", "run").exit_code == 0
