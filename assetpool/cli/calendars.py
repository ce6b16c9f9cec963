"""`holidays import`: days off and weekends that are worked, from a table."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from assetpool.approvals import holidays as calendar
from assetpool.cli import frame
from assetpool.core.db import atomic

holidays = AppGroup("holidays", help="Days off, and weekends that are worked.")


@holidays.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@frame.as_option
@frame.json_option
@frame.act
def import_days(file: Path, as_user: str | None, as_json: bool) -> None:
    """Read a table of `day,working,name` (2026-10-01,0,National Day) into the calendar; a day that is there already is written over."""
    days = calendar.read(file.read_bytes())
    with atomic() as session:
        count = calendar.keep(session, days, by=frame.acting(session, as_user))
    frame.show({"days": count}, as_json, [f"{count} days are in the calendar."])
