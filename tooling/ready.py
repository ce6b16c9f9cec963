"""Runs inside the environment before the server: database to head, the demonstration world if there is nothing yet, its sign-ins noted.

One process for the three commands of `flask --app wsgi`, because loading the application costs more than any of them on a second start.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys

import click
from flask.cli import ScriptInfo

from assetpool.core.db import db
from assetpool.org.queries import the_pool
from tooling.server import INSTANCE
from wsgi import app

SIGN_INS = INSTANCE / "sign-ins.txt"
UNFINISHED = INSTANCE / "demonstration-unfinished"


def flask(*arguments: str) -> None:
    """Run one operators' command in this process; raise what it raises, and SystemExit where it would have ended with one."""
    status = app.cli.main(args=list(arguments), prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    if isinstance(status, int) and status:
        sys.exit(status)


def is_empty() -> bool:
    """Tell whether no pool has been made in this database, neither a real one nor the demonstration's."""
    with app.app_context():
        return the_pool(db.session()) is None


def start_over_after_an_interruption() -> None:
    """Throw a half-made demonstration world away; only ever the file that `dev.py run` itself was filling."""
    own = INSTANCE / "pool.sqlite"
    if UNFINISHED.exists() and app.config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{own}":
        print("The demonstration world was interrupted last time; starting it anew.", flush=True)
        for suffix in ("", "-wal", "-shm"):
            own.with_name(own.name + suffix).unlink(missing_ok=True)
    UNFINISHED.unlink(missing_ok=True)


def note_sign_ins() -> None:
    """Keep what `demo sign-ins` prints for the lines shown when the server answers; without it nothing is shown."""
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            flask("demo", "sign-ins")
        SIGN_INS.write_text(output.getvalue(), encoding="utf-8")
    except (click.ClickException, SystemExit):
        SIGN_INS.unlink(missing_ok=True)


def main() -> int:
    """Make the data ready; return the exit status."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    demonstration = app.config["ENVIRONMENT"] == "demo"
    SIGN_INS.unlink(missing_ok=True)
    if demonstration:
        start_over_after_an_interruption()
    try:
        flask("db", "upgrade")
        if demonstration and is_empty():
            print("The database is empty; making the demonstration world …", flush=True)
            UNFINISHED.touch()
            flask("demo", "load")
            UNFINISHED.unlink()
    except click.ClickException as refusal:
        refusal.show()
        return 1
    if demonstration:
        note_sign_ins()
    return 0


if __name__ == "__main__":
    sys.exit(main())
