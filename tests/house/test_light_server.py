"""What a server loads at its start stays with each worker for good: what only commands, the press or the other engine need must not be in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask

from assetpool.cli import commands
from tests.conftest import settings_for

ROOT = Path(__file__).resolve().parent.parent.parent
ONLY_FOR_POSTGRESQL = ("psycopg",)
ONLY_FOR_COMMANDS = ("alembic", "mako", "pygments", "flask_migrate", "assetpool.cli.commands", "assetpool.cli.people", "assetpool.demo.world")
ONLY_FOR_THE_PRESS = ("fpdf", "fontTools", "docx", "lxml", "pylopdf_fonts_zh_cn", "assetpool.core.paper_canvas")


def test_a_server_on_sqlite_starts_without_what_others_need(tmp_path: Path) -> None:
    settings = {**settings_for(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path), "INSTANCE_DIR": str(tmp_path)}
    asked = f"import sys, wsgi; print(*sorted(set(sys.modules) & {set(ONLY_FOR_POSTGRESQL + ONLY_FOR_COMMANDS + ONLY_FOR_THE_PRESS)!r}))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_commands_are_there_when_they_are_asked_for(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["--help"]).output
    assert all(name in told for name in ("init", "db", "users", "jobs", "restore"))


def test_the_newest_migration_is_the_one_that_databases_must_be_at(app: Flask) -> None:
    found = app.test_client().get("/readyz")
    assert (found.status_code, found.get_json()["status"]) == (503, "no pool yet")
    assert found.get_json()["head"] == ScriptDirectory(str(commands.MIGRATIONS)).get_current_head()
