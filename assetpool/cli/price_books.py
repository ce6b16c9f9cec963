"""`prices`: the price book for scripts: what is on file, and taking over a book from a table file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext

from assetpool.cli import frame
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.money import yuan
from assetpool.core.web import translated
from assetpool.prices import export, freshness, imports, queries, reading

prices = AppGroup("prices", help="Reference prices and rents.")
SHOWN = 20


@prices.command("list")
@click.option("--state", type=click.Choice(queries.STATES), help="Only kinds that want this.")
@frame.json_option
@frame.act
def list_prices(state: str | None, as_json: bool) -> None:
    """List the kinds with the price and rent that hold today, and what each wants."""
    session = db.session()
    pool = frame.pool_of(session)
    today = clock.today(pool.time_zone)
    allowed = freshness.limits(session, pool.id, today)
    data = [_line(line, queries.states_of(line, allowed, today)) for line in queries.book(session, pool.id, today, allowed, state=state or "")]
    shown = [{**row, "price": _yuan(row["price_fen"]), "rent": _yuan(row["rent_fen_per_day"]), "wants": " ".join(row["wants"])} for row in data]
    frame.show(data, as_json, frame.columns(shown, ("kind_id", "price", "rent", "dated_on", "wants", "name", "spec")))


def _yuan(amount: int | None) -> str:
    return "-" if amount is None else yuan(amount)


def _line(line: queries.Line, wants: list[str]) -> dict[str, Any]:
    price, rent = line.price, line.rent
    return {
        "kind_id": line.kind.id,
        "name": line.kind.name,
        "spec": line.kind.spec,
        "price_fen": price.amount if price else None,
        "source": price.source if price else None,
        "dated_on": price.dated_on.isoformat() if price and price.dated_on else None,
        "valid_from": price.valid_from.isoformat() if price else None,
        "rent_fen_per_day": rent.per_day if rent else None,
        "wants": wants,
    }


@prices.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@frame.act
def export_book(file: Path) -> None:
    """Write the price book as XLSX, or as CSV where the file's name ends so."""
    session = db.session()
    pool = frame.pool_of(session)
    found = export.rows(session, pool.id, clock.today(pool.time_zone))
    file.write_bytes(export.csv_text(found) if file.suffix.lower() == ".csv" else export.workbook(found))
    frame.show({}, False, [str(file)])


@prices.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", metavar="SHEET", help="Name or number of the sheet (default: the first).")
@click.option("--dry-run", is_flag=True, help="Read and compare only.")
@frame.json_option
@frame.as_option
@frame.act
def import_book(file: Path, sheet: str | None, dry_run: bool, as_json: bool, as_user: str | None) -> None:
    """Take over a price book (XLSX, XLS, ODS, CSV): all of it, or nothing."""
    content = file.read_bytes()
    book = reading.read_book(content, file.name, sheet)
    refusal: DomainError | None = None
    taken: int | None = None
    with atomic() as session:
        pool, by = frame.pool_of(session), frame.acting(session, as_user)
        plan, _ = imports.plan(session, pool.id, book, by)
        report = _report(plan)
        if not dry_run:
            try:
                made, _ = imports.take_over(session, pool.id, book, sha256(content).hexdigest(), by)
                taken = made.id
            except (imports.RowsRefused, imports.NothingNew) as refused:
                refusal = refused
    report |= {"import_id": taken, "stored": len(report["changes"]) if taken or (dry_run and not plan.problems) else 0}
    frame.show(report, as_json, _lines(report))
    if refusal is not None:
        raise frame.Refused(translated(refusal))


@prices.command("undo")
@click.argument("import_id", type=int)
@frame.as_option
@frame.act
def undo(import_id: int, as_user: str | None) -> None:
    """Restate what held before a price book was taken over, as newer versions."""
    with atomic() as session:
        count = imports.undo(session, frame.pool_of(session).id, import_id, frame.acting(session, as_user))
    frame.show({}, False, [gettext("%(count)s versions hold again as before; nothing was deleted.", count=count)])


def _report(plan: imports.Plan) -> dict[str, Any]:
    """Return the JSON of a dry run or a taking over; amounts in fen, per unit."""
    return {
        "file": plan.book.file,
        "sheet": plan.book.sheet,
        "header_row": plan.book.header_row,
        "rows_read": plan.book.rows_read,
        "refused": plan.refused,
        "unchanged": plan.unchanged + plan.book.blank,
        "changes": [
            {
                "row": change.row_no,
                "kind_id": change.kind.id,
                "name": change.kind.name,
                "spec": change.kind.spec,
                "price_fen": {"old": change.held_price.amount if change.held_price else None, "new": change.price.amount} if change.price else None,
                "rent_fen_per_day": {"old": change.held_rent.per_day if change.held_rent else None, "new": change.rent.per_day} if change.rent else None,
            }
            for change in plan.changes
        ],
        "problems": [{"row": p.row_no, "field": p.field, "code": p.refusal.code, "message": translated(p.refusal)} for p in plan.problems],
    }


def _lines(report: dict[str, Any]) -> list[str]:
    figures = {name: report[name] for name in ("file", "sheet", "rows_read", "stored", "refused", "unchanged")}
    lines = [gettext("%(file)s · %(sheet)s: %(rows_read)s rows, %(stored)s new, %(unchanged)s unchanged, %(refused)s refused", **figures)]
    for change in report["changes"][:SHOWN]:
        told = [f"{_yuan(change[key]['old'])} → {_yuan(change[key]['new'])}" for key in ("price_fen", "rent_fen_per_day") if change[key]]
        lines.append(f"{change['row']:>5}  {change['name']} {change['spec']}  {'  '.join(told)}")
    lines += [gettext("row %(row)d refused: %(message)s", row=problem["row"], message=problem["message"]) for problem in report["problems"][:SHOWN]]
    return lines
