"""The ground under every test: one of two engines, a migrated database per test, the application, a browser.

`ASSETPOOL_TEST_ENGINE` chooses `sqlite` (default) or `postgresql`; `ASSETPOOL_TEST_PG` names a server to use instead of one of our own.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright

from assetpool.app import create_app
from assetpool.cli import commands
from assetpool.core.db import db
from tests import locking, memory, postgres
from tests import world as small_world
from tests.engines import Databases, Engine, Postgresql, Sqlite, worker
from tests.world import World

ENGINE = os.environ.get("ASSETPOOL_TEST_ENGINE", "sqlite")
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


SERVER = pytest.StashKey[postgres.Server | None]()


def pytest_configure(config: pytest.Config) -> None:
    """Start a PostgreSQL of our own once, in the process that hands out the tests."""
    config.stash[SERVER] = None
    locking.watch()
    if ENGINE not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"ASSETPOOL_TEST_ENGINE is {ENGINE!r}; it can be sqlite or postgresql.")
    if ENGINE == "postgresql" and not os.environ.get("ASSETPOOL_TEST_PG") and not hasattr(config, "workerinput") and not config.option.collectonly:
        try:
            server = postgres.start()
        except postgres.Unavailable as error:
            raise pytest.UsageError(f"No PostgreSQL for the tests: {error}. Install the package postgresql, or set ASSETPOOL_TEST_PG.") from error
        config.stash[SERVER] = server
        os.environ["ASSETPOOL_TEST_PG"] = server.address("postgres")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that was started."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()
        os.environ.pop("ASSETPOOL_TEST_PG", None)


def pytest_collection_finish() -> None:
    """Keep what was imported out of every later collection of garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what holds on the other engine only, and what takes minutes unless it is asked for."""
    other = "postgresql" if ENGINE == "sqlite" else "sqlite"
    left_out = [item for item in items if item.get_closest_marker(other) and not item.get_closest_marker(ENGINE)]
    if "slow" not in config.option.markexpr and not os.environ.get("ASSETPOOL_TEST_SLOW"):
        left_out += [item for item in items if item.get_closest_marker("slow") and item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Note for `dev.py test` what was skipped and why, one sentence per reason."""
    target = os.environ.get("ASSETPOOL_TEST_SKIPS")
    if target and not hasattr(config, "workerinput"):
        counts: dict[str, int] = {}
        for report in terminalreporter.stats.get("skipped", []):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            reason = reason.removeprefix("Skipped: ")
            counts[reason] = counts.get(reason, 0) + 1
        Path(target).write_text(json.dumps(counts), encoding="utf-8")


@pytest.fixture(scope="session")
def engine_name() -> str:
    """Name the engine under test: sqlite or postgresql."""
    return ENGINE


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Hand out databases on the engine under test; the template `migrated` is made when first asked for."""
    with ExitStack() as stack:
        engine: Engine
        engine = Sqlite(stack.enter_context(memory.own_folder())) if ENGINE == "sqlite" else Postgresql(os.environ["ASSETPOOL_TEST_PG"], f"pool_{worker()}")
        handed_out = Databases(engine)
        yield handed_out
        handed_out.clear()


def settings_for(url: str, folder: Path, **more: str) -> dict[str, str]:
    """Return the application's settings for a test on the database at `url`."""
    return {
        "ENVIRONMENT": "test",
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-tests",
        "DATA_DIR": str(folder),
        "PUBLIC_URL": "http://localhost",
        **more,
    }


def migrate(app: Flask) -> None:
    """Bring the application's database to head, as `flask db upgrade` does."""
    with app.app_context():
        commands.register(app)
        command.upgrade(app.extensions["migrate"].migrate.get_config(str(MIGRATIONS)), "head")
        db.session.remove()
        db.engine.dispose()


class Applications:
    """One application per database address and settings; making one costs far more than a request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[tuple[tuple[str, str], ...], Flask] = {}

    def on(self, url: str, settings: Mapping[str, str] | None = None) -> Flask:
        """Return the application for a database address, the same one each time it is asked for."""
        values = settings_for(url, self.folder, **(settings or {}))
        key = tuple(sorted(values.items()))
        if key not in self._made:
            self._made[key] = create_app(values)
            self._made[key].config["TESTING"] = True
        return self._made[key]

    def let_go(self, url: str) -> None:
        """Close every connection to a database, so that it can be replaced."""
        for key, app in self._made.items():
            if ("DATABASE_URL", url) in key:
                with app.app_context():
                    db.session.remove()
                    db.engine.dispose()


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Applications:
    """Hand out applications."""
    return Applications(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def make_template(databases: Databases, applications: Applications) -> Callable[..., str]:
    """Return a maker of templates: `make_template("desks", fill)` migrates once, calls `fill(app)` once and returns the name.

    A test directory overrides the fixture `database_template` with that name, and each of its tests starts from a copy.
    """

    def filled(name: str, fill: Callable[[Flask], None] | None = None) -> str:
        def write(url: str) -> None:
            app = applications.on(url)
            try:
                if name == "migrated":
                    migrate(app)
                elif fill is not None:
                    with app.app_context():
                        fill(app)
            finally:
                applications.let_go(url)

        if name != "migrated":
            filled("migrated")
        databases.template(name, write, None if name == "migrated" else "migrated")
        return name

    return filled


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that a test's database is a copy of: migrated and otherwise empty, unless overridden."""
    return make_template("migrated")


@pytest.fixture
def database_url(databases: Databases, applications: Applications, database_template: str) -> Iterator[str]:
    """Give the address of a fresh database at head, this test's own."""
    url = databases.engine.url("test")
    applications.let_go(url)
    yield databases.fresh(database_template)
    applications.let_go(url)


@pytest.fixture
def app(applications: Applications, database_url: str) -> Iterator[Flask]:
    """Give the application on this test's database; no context is pushed (see `context`)."""
    made = applications.on(database_url)
    before = dict(made.config)
    yield made
    made.config.clear()
    made.config.update(before)


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """Push an application context for a test that calls services; requests want the bare `app` or `client`."""
    with app.app_context():
        yield app


@pytest.fixture
def world(context: Flask) -> World:
    """Give the ids of the small world, inside an application context; for directories whose template holds it."""
    return small_world.found()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give an HTTP client without a signed-in person."""
    return app.test_client()


def without_browser(reason: str) -> None:
    """Skip with the reason; under CI, where a browser must be, fail with it."""
    sentence = f"{reason}, so pages were not tried in a browser (Debian: apt-get install chromium libatomic1)"
    if CI:
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give a real Chromium; without one the test is skipped with the reason, and under CI it fails."""
    program = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if program is None:
        without_browser("Chromium is not installed")
    with ExitStack() as stack:
        try:
            playwright = stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        except Exception as error:
            without_browser(f"Chromium does not start ({str(error).strip().splitlines()[0]})")
            raise
        yield browser
        browser.close()
