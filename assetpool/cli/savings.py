"""`savings report`: the savings of a period, as JSON, workbook, paper or lines; `savings close`: the close that two people signed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from assetpool.cli import frame
from assetpool.closings import queries as closing_sheets
from assetpool.closings import service as closings
from assetpool.closings import sheet as closing_sheet
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.money import percent, yuan
from assetpool.org.models import Role
from assetpool.org.queries import Access, Grant, root_of
from assetpool.reports import exports, ledger, queries
from assetpool.reports.figures import BASES, BYS, Report, Row
from assetpool.reports.paper import check_address, savings_paper
from assetpool.reports.sheet import workbook
from assetpool.savings.listing import first_business_day

savings = AppGroup("savings", help="The savings ledger.")


class Day(click.ParamType[date]):
    """A day, YYYY-MM-DD."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day; anything else is a wrong use of the command."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it as YYYY-MM-DD", param, ctx)


@savings.command("report")
@click.option("--from", "first", type=Day(), help="First business day (default: that of the first entry).")
@click.option("--to", "last", type=Day(), help="Last business day, may lie ahead (default: today).")
@click.option("--by", type=click.Choice(BYS), default="kind", show_default=True, help="What the rows are.")
@click.option("--basis", type=click.Choice(BASES), default="adopted", show_default=True, help="How avoided cost is reckoned.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a workbook.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a paper.")
@click.option("--csv", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Write entries, acts, shares, costs and things.")
@frame.json_option
@frame.act
def report(first: date | None, last: date | None, by: str, basis: str, xlsx: Path | None, pdf: Path | None, folder: Path | None, as_json: bool) -> None:
    """Report what was saved in a period: accepted grade A as headline, everything else apart, kinds of saving never added."""
    session = db.session()
    pool = frame.pool_of(session)
    everything = Access(0, pool.id, (Grant(Role.AUDITOR.value, 0, "/"),))
    today = clock.today(pool.time_zone)
    first = first or first_business_day(session, everything) or today
    last = last or max(today, first)
    found = queries.report(session, everything, first, last, by, basis)
    written = []
    if xlsx is not None:
        xlsx.write_bytes(workbook(session, found, queries.ask(session, everything, first, last, by, basis)))
        written.append(str(xlsx))
    if pdf is not None:
        root = root_of(session, pool.id)
        issuer = (root.name, root.name_en) if root else ("", "")
        costs = ledger.costs_by_kind(session, queries.ask(session, everything, first, last, "kind", basis))
        pdf.write_bytes(savings_paper(found, costs, issuer, check_address(found, current_app.config["PUBLIC_URL"]), frame.spoken()))
        written.append(str(pdf))
    if folder is not None:
        written += _csv(session, queries.ask(session, everything, first, last, by, basis), folder)
    frame.show(found.data(), as_json, written or _lines(found))


def _csv(session: Session, asked: ledger.Span, folder: Path) -> list[str]:
    """Write the raw material of a report into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for what in exports.FILES:
        with (folder / f"{what}.csv").open("wb") as file:
            file.writelines(exports.csv_of(session, asked, what))
    return [str(folder / f"{what}.csv") for what in exports.FILES]


@savings.command("close")
@click.argument("period", metavar="PERIOD")
@frame.as_option
@frame.json_option
@frame.act
def close(period: str, as_user: str | None, as_json: bool) -> None:
    """Close PERIOD (2026-04, 2026-Q2, 2026) with the sheet that two people signed, else refuse; there is no opening again."""
    with atomic() as session:
        pool_id = frame.pool_of(session).id
        number = closings.close_period(session, pool_id, period, frame.acting(session, as_user)).number
    found = closing_sheets.shown(db.session(), closing_sheet.everything(pool_id), number)
    height, digest = found.anchor
    data = {"period": found.closing.period, "number": number, "state": found.document.state, "digest": found.closing.digest}
    frame.show(data | {"chain": {"height": height, "head": digest}}, as_json, [f"{found.closing.period} closed by {number}; anchor {height}:{digest}"])


def _lines(found: Report) -> list[str]:
    names = ["row", "kind", "items", "item_loans", "avoided", "cost", "saving", "rate"]
    rows = [_cells(row, found.basis) for row in found.rows] + [_cells(total, found.basis) | {"row": "="} for total in found.totals]
    policies = ", ".join(found.policies) or "-"
    return [f"{found.first_day} - {found.last_day}, {found.basis}, policy {policies}, chain {found.height}:{found.head}", *frame.columns(rows, names)]


def _cells(row: Row, basis: str) -> dict[str, Any]:
    data, rate = row.data(basis), row.headline.rate
    money = {name: "n/a" if data[f"{name}_fen"] is None else yuan(data[f"{name}_fen"]) for name in ("avoided", "cost", "saving")}
    return {
        "row": row.label or "-",
        "kind": row.kind,
        "items": data["items"],
        "item_loans": data["item_loans"],
        **money,
        "rate": "n/a" if rate is None else f"{percent(rate)} %",
    }
