"""Runs inside the environment before the server: database to head, the demonstration world if there is nothing yet, its sign-ins noted.

One process for the three commands of `flask --app wsgi`, because loading the application costs more than any of them on a second start.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys

from flask.cli import ScriptInfo

from tooling.server import INSTANCE
from wsgi import app

SIGN_INS = INSTANCE / "sign-ins.txt"


def flask(*arguments: str) -> None:
    """Run one operators' command in this process; raise what it raises, SystemExit included."""
    app.cli.main(args=list(arguments), prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))


def printed(*arguments: str) -> str:
    """Run one operators' command and return what it printed."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        flask(*arguments)
    return output.getvalue()


def main() -> int:
    """Make the data ready; return the exit status."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask("db", "upgrade")
    if app.config["ENVIRONMENT"] != "demo":
        SIGN_INS.unlink(missing_ok=True)
        return 0
    if not json.loads(printed("organizations", "list", "--json")):
        print("The database is empty; making the demonstration world …", flush=True)
        flask("demo", "load")
    try:
        SIGN_INS.write_text(printed("demo", "sign-ins"), encoding="utf-8")
    except Exception:
        SIGN_INS.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
