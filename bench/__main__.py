"""`python3 dev.py bench [--assets 10000,100000] [--engines sqlite,postgresql] [--only W1a,W3] [--json FILE]`: measure, print, write; assert nothing."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy.engine import make_url

from assetpool.cli import commands
from assetpool.core.db import db
from bench import workloads, world
from bench.floor import Floor
from bench.processor import Processor
from bench.report import page, table
from bench.workloads import Bench
from tests import postgres
from tests.engines import Postgresql, Sqlite

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent / "docs" / "bench.md"
SIZES, ENGINES = "10000,100000", "sqlite,postgresql"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Measure assetpool beside the bare driver and a bare answer.")
    parser.add_argument("--assets", default=SIZES, help=f"sizes of the world (default {SIZES})")
    parser.add_argument("--engines", default=ENGINES, help=f"engines (default {ENGINES})")
    parser.add_argument("--only", default="", help="workloads, separated by commas: W1a W1b W1s W1c W2 W3 W4 W5 W6 clients memory availability handover …")
    parser.add_argument("--entries", type=int, default=0, help="entries of the yearly report (default: as many as assets)")
    parser.add_argument("--json", type=Path, default=None, help="where the figures go (default bench/results/)")
    return parser.parse_args()


def measured(engine: Sqlite | Postgresql, size: int, only: frozenset[str], folder: Path, server: int | None, entries: int) -> dict[str, Any]:
    """Build the world of a size on an engine, run the workloads and return their figures; `server`: process id of the database's server."""
    name = f"bench_{size}"
    engine.create(name)
    engine.create(f"{name}_floor")
    settings = {
        "ENVIRONMENT": "test", "DATABASE_URL": engine.url(name), "SECRET_KEY": "only-for-the-benchmark", "DATA_DIR": str(folder),
        "PUBLIC_URL": "http://127.0.0.1:8000", "INSTANCE_DIR": str(folder / "instance"),
    }  # fmt: skip
    app = workloads.application(settings)
    began = time.perf_counter()
    with app.app_context():
        commands.register(app)
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
        built = world.build(size)
        world.settled(engine.name)
        db.session.remove()
    say(f"{engine.name}, {size:,} assets: world built in {time.perf_counter() - began:.0f} s")
    floor = Floor(_plain(engine.url(f"{name}_floor")), size, Processor(server))
    bench = Bench(app, built, floor, size, settings, only, entries=entries, processor=Processor(server))
    for workload in workloads.ALL:
        began = time.perf_counter()
        try:
            workload(bench)
        except KeyboardInterrupt:
            say(f"  {workload.__name__} was cut short; what is known so far follows")
            break
        except Exception as error:
            say(f"  {workload.__name__} failed: {str(error)[:600]}")
            bench.figures[workload.__name__] = {"failed": str(error)[:300]}
        say(f"  {workload.__name__}: {time.perf_counter() - began:.1f} s")
    bench.floor.close()
    with app.app_context():
        db.engine.dispose()
    engine.drop(f"{name}_floor")
    engine.drop(name)
    return bench.figures


def _plain(url: str) -> str:
    return make_url(url).render_as_string(hide_password=False)


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)


def main() -> int:
    """Measure every engine and size, print the table, write JSON and, after a whole run, the page."""
    asked = arguments()
    only = frozenset(part.strip() for part in asked.only.split(",") if part.strip())
    sizes = [int(part) for part in asked.assets.split(",")]
    results: dict[str, dict[str, Any]] = {}
    began = time.perf_counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in asked.engines.split(","):
            engine, server = _engine(name, folder, stack.callback)
            if engine is not None:
                for size in sizes:
                    results.setdefault(name, {})[str(size)] = measured(engine, size, only, folder, server, asked.entries)
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(), "machine": platform.machine()}
    target = asked.json or HERE / "results" / f"{about['at'].replace(':', '')}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"about": about, "results": results}, indent=1), encoding="utf-8")
    say("\n" + table(results))
    say(f"\n{time.perf_counter() - began:.0f} s in all; figures in {target}")
    if not only and asked.assets == SIZES and asked.engines == ENGINES and len(results) == 2:
        DOCUMENT.write_text(page(results, about), encoding="utf-8")
        say(f"ratios in {DOCUMENT}")
    return 0


def _engine(name: str, folder: Path, at_end: Callable[..., Any]) -> tuple[Sqlite | Postgresql | None, int | None]:
    if name == "sqlite":
        return Sqlite(folder), None
    try:
        server = postgres.start()
    except postgres.Unavailable as problem:
        say(f"PostgreSQL is left out: {problem}")
        return None, None
    at_end(server.stop)
    return Postgresql(server.address("postgres"), "pool"), server.process.pid


if __name__ == "__main__":
    sys.exit(main())
