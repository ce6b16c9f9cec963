"""`audit verify`: recompute the whole book; `jobs run`: the scheduled work, once."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from assetpool.audit import anchors, browsing, papers, verification
from assetpool.cli import frame
from assetpool.core import jobs as scheduled
from assetpool.core.db import atomic, db, still
from assetpool.core.errors import DomainError
from assetpool.core.web import translated

QUIET = 3.0
"""Seconds between two lines about how far a verification has come."""
PATIENCE = 30.0
"""Seconds to wait for a job that the server is just running."""

audit = AppGroup("audit", help="Proofs about the whole book.")
jobs = AppGroup("jobs", help="Scheduled work, for cron.")


class Anchor(click.ParamType[tuple[int, str]]):
    """HEIGHT:DIGEST, as noted from an earlier verification."""

    name = "HEIGHT:DIGEST"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:
        """Read the two parts; anything else is a wrong use of the command."""
        height, _, digest = str(value).partition(":")
        if not height.isdigit() or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            self.fail(f"{value!r} is not HEIGHT:DIGEST with 64 hexadecimal digits", param, ctx)
        return int(height), digest


class Progress:
    """Tells on stderr how far a long verification has come: nothing in the first seconds, then a line every now and then."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.next = time.monotonic() + QUIET

    def __call__(self, stage: str, height: int) -> None:
        """Say where the verification stands."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + QUIET
            click.echo(f"{stage}: {height:,} of {self.height:,}", err=True)


@audit.command("verify")
@click.option("--note", is_flag=True, help="Keep how it ended, for the auditor's room.")
@click.option("--anchor", type=Anchor(), help="Height and digest noted earlier; the chain must still hold them, so a cut-off end is found too.")
@frame.json_option
@click.pass_context
@frame.act
def verify(context: click.Context, anchor: tuple[int, str] | None, note: bool, as_json: bool) -> None:
    """Recompute chains, states, entries and totals; end with status 1 and name the first difference if there is one."""
    session = db.session()
    pool = frame.pool_of(session)
    pool_id, name = pool.id, pool.name
    seen = still()
    report = verification.verify(seen, pool_id, anchor, current_app.config["DATA_DIR"], Progress(browsing.head_of(seen, pool_id).height))
    seen.rollback()
    if note:
        with atomic() as writing:
            anchors.record(writing, pool_id, report, None, anchor)
    counts = ", ".join(f"{count} {what}" for what, count in report.checked.items())
    frame.show(report.as_json(), as_json, [f"{name}: {counts}; chain {report.height}:{report.head}"])
    if report.first_difference is not None:
        first = report.first_difference
        click.echo(f"First difference: {first.what} {first.id}: expected {first.expected}, found {first.found}.", err=True)
        context.exit(1)


@audit.command("anchor")
@click.option("--kept", metavar="WHERE", help="Note in the auditor's room where this anchor is kept.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True), help="Write it to a file too: a line of text, or JSON where the name ends so.")
@frame.as_option
@frame.json_option
@frame.act
def anchor(kept: str | None, out: str | None, as_user: str | None, as_json: bool) -> None:
    """Print HEIGHT:DIGEST of the chain, to be kept where nobody who can change the book can change it too."""
    with atomic() as session:
        pool_id = frame.pool_of(session).id
        mark = anchors.mark(session, pool_id)
        if kept:
            anchors.note(session, pool_id, kept, frame.acting(session, as_user))
    line = f"{mark.line}  {mark.at:%Y-%m-%dT%H:%M:%SZ}  {mark.pool}  {mark.name}"
    if out:
        Path(out).write_text(json.dumps(mark.as_json(), ensure_ascii=False, indent=2) + "\n" if out.endswith(".json") else line + "\n", encoding="utf-8")
    frame.show(mark.as_json(), as_json, [mark.line])


@audit.command("seal")
@frame.json_option
@frame.act
def seal(as_json: bool) -> None:
    """Bind papers that an earlier version kept without a seal to the chain; doing it twice changes nothing."""
    with atomic() as session:
        sealed = papers.seal_older(session, frame.pool_of(session).id)
    frame.show({"sealed": sealed}, as_json, [f"{sealed} papers sealed."])


@jobs.command("run")
@frame.json_option
@click.pass_context
@frame.act
def run(context: click.Context, as_json: bool) -> None:
    """Do all scheduled work once: accruals, looks at later purchases, due reports, notices and reminders; doing it twice changes nothing."""
    session = db.session()
    pool_id = frame.pool_of(session).id
    session.rollback()
    done: dict[str, int] = {}
    problems: list[str] = []
    for name in scheduled.tasks:
        try:
            counted = scheduled.run(name, pool_id, patience=PATIENCE)
        except DomainError as refusal:
            problems.append(f"{name}: {translated(refusal)}")
            counted = 0
        except Exception as error:
            # One job that fails must not keep the others from running; the command still ends with status 1.
            problems.append(f"{name}: {type(error).__name__}: {error}")
            counted = 0
        if counted is None:
            problems.append(f"{name}: another process has been running it for {PATIENCE:.0f} seconds; it was left to that one.")
        done[name] = counted or 0
    worked = ", ".join(f"{name} {count:,}" for name, count in done.items() if count)
    frame.show(done, as_json, [f"Done: {worked}." if worked else "Nothing was due."])
    for sentence in problems:
        click.echo(sentence, err=True)
    if problems:
        context.exit(1)
