"""`audit verify`: recompute the whole book; `jobs run`: what is done once a day."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from assetpool.audit import verification
from assetpool.cli import frame
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.records import idempotency
from assetpool.savings import running

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


@audit.command("verify")
@click.option("--anchor", type=Anchor(), help="Height and digest noted earlier; the chain must still hold them, so a cut-off end is found too.")
@frame.json_option
@click.pass_context
@frame.act
def verify(context: click.Context, anchor: tuple[int, str] | None, as_json: bool) -> None:
    """Recompute chains, states, entries and totals; end with status 1 and name the first difference if there is one."""
    session = db.session()
    pool = frame.pool_of(session)
    pool_id, name = pool.id, pool.name
    session.rollback()
    if db.engine.dialect.name != "sqlite":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    report = verification.verify(session, pool_id, anchor)
    session.rollback()
    counts = ", ".join(f"{count} {what}" for what, count in report.checked.items())
    frame.show(report.as_json(), as_json, [f"{name}: {counts}; chain {report.height}:{report.head}"])
    if report.first_difference is not None:
        first = report.first_difference
        click.echo(f"First difference: {first.what} {first.id}: expected {first.expected}, found {first.found}.", err=True)
        context.exit(1)


@jobs.command("run")
@frame.json_option
@frame.act
def run(as_json: bool) -> None:
    """Post what running loans are worth up to today, and forget answers kept for longer than 90 days; doing it twice changes nothing."""
    with atomic() as session:
        pool = frame.pool_of(session)
        done = {"accruals": running.accrue(session, pool.id, clock.today(pool.time_zone)), "forgotten_answers": idempotency.forget_old(session)}
    frame.show(done, as_json, [f"{done['accruals']} accruals posted, {done['forgotten_answers']} kept answers forgotten."])
