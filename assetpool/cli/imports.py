"""`assets import`: an opening balance from a table file, by the same engine as the page's import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.catalog.queries import all_stores, store_by_code
from assetpool.cli import frame
from assetpool.core.db import atomic
from assetpool.core.errors import DomainError, NotFound
from assetpool.core.money import yuan
from assetpool.core.web import translated
from assetpool.intake import opening
from assetpool.intake.problems import problem_sentence, skip_sentence
from assetpool.intake.reading import Reading, read_rows
from assetpool.intake.screening import screen
from assetpool.intake.spreadsheet import UPLOAD_MAX, FileTooLarge
from assetpool.org.models import Organization
from assetpool.org.queries import organization_by_code, root_of

assets = AppGroup("assets", help="The things of the pool.")
SHOWN = 20


def _mapping(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in given]
    if any(not sign or not field.strip() for field, sign, _ in pairs):
        raise click.UsageError("--map takes FIELD=COLUMN, for example --map quantity=数量")
    return {field.strip(): column.strip() for field, _, column in pairs}


def _organization(session: Session, pool_id: int, code: str | None) -> Organization:
    found = organization_by_code(session, pool_id, code) if code else root_of(session, pool_id)
    if found is None:
        raise frame.NoPoolYet
    return found


def _store(session: Session, organization: Organization, code: str | None) -> Store:
    """Return the named store, else the first one of the organization, else the first of the root."""
    if code:
        return store_by_code(session, organization.pool_id, code)
    opened = all_stores(session, organization.pool_id)
    root = root_of(session, organization.pool_id)
    for owner in (organization.id, root.id if root else 0):
        for store in opened:
            if store.organization_id == owner:
                return store
    if not opened:
        raise NotFound(what="--store")
    return opened[0]


def _report(reading: Reading, nothing_stored: bool) -> dict[str, Any]:
    """Return the JSON of INTERFACE.md; where refused rows kept everything out, the valid ones count as skipped."""
    left_out = reading.stored if nothing_stored else 0
    return {
        "file": reading.file,
        "sheet": reading.sheet,
        "sheets": reading.sheets,
        "header_row": reading.header_row,
        "encoding": reading.encoding,
        "mapping": reading.mapping,
        "rows_read": reading.rows_read,
        "stored": reading.stored - left_out,
        "refused": len(reading.refused),
        "skipped": len(reading.skipped) + left_out,
        "assets": 0 if nothing_stored else reading.assets,
        "units": 0 if nothing_stored else reading.units,
        "value_fen": 0 if nothing_stored else reading.value_fen,
        "skipped_rows": [{"row": row, "reason": reason} for row, reason in reading.skipped],
        "problems": [
            {"row": p.row, "field": p.field, "level": p.level, "code": p.code, "message": problem_sentence(p, gettext)}
            for p in sorted(reading.problems, key=lambda p: (p.row, p.level != "refused"))
        ],
    }


def _figures(report: dict[str, Any]) -> dict[str, str]:
    counts = {
        name: f"{report[key]:,}" for name, key in (("rows", "rows_read"), *((name, name) for name in ("stored", "refused", "skipped", "assets", "units")))
    }
    return {**counts, "value": yuan(report["value_fen"])}


def _lines(reading: Reading, report: dict[str, Any], dry_run: bool) -> list[str]:
    would = gettext(
        "%(rows)s rows: %(stored)s would be stored, %(refused)s refused, %(skipped)s skipped; %(assets)s labels, %(units)s units, %(value)s yuan",
        **_figures(report),
    )
    done = gettext(
        "%(rows)s rows: %(stored)s stored, %(refused)s refused, %(skipped)s skipped; %(assets)s labels, %(units)s units, %(value)s yuan", **_figures(report)
    )
    lines = [f"{reading.file} · {reading.sheet} · {', '.join(f'{name} = {column}' for name, column in reading.mapping.items())}", would if dry_run else done]
    lines += [gettext("row %(row)d skipped: %(reason)s", row=row, reason=skip_sentence(reason, gettext)) for row, reason in reading.skipped[:SHOWN]]
    listed = sorted(report["problems"], key=lambda p: (p["level"] != "refused", p["row"]))
    for problem in listed[:SHOWN]:
        if problem["level"] == "refused":
            lines.append(gettext("row %(row)d refused: %(message)s", row=problem["row"], message=problem["message"]))
        else:
            lines.append(gettext("row %(row)d stored, but look: %(message)s", row=problem["row"], message=problem["message"]))
    if len(listed) > SHOWN:
        lines.append(gettext("… and %(count)d more remarks; --json lists them all", count=len(listed) - SHOWN))
    return lines


@assets.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", metavar="SHEET", help="Name or number of the sheet (default: the first with known headings).")
@click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field; may be given several times.")
@click.option("--organization", metavar="CODE", help="Whose things they are (default: the root).")
@click.option("--store", metavar="CODE", help="Where they stand (default: the organization's first store).")
@click.option("--dry-run", is_flag=True, help="Read and check only.")
@click.option("--accept-valid", is_flag=True, help="Store the valid rows even if others are refused.")
@frame.json_option
@frame.as_option
@frame.act
def import_assets(
    file: Path,
    sheet: str | None,
    mapping: tuple[str, ...],
    organization: str | None,
    store: str | None,
    dry_run: bool,
    accept_valid: bool,
    as_json: bool,
    as_user: str | None,
) -> None:
    """Take over a table of things (XLSX, XLS, ODS, CSV) as an opening balance: all of it, or nothing."""
    columns = _mapping(mapping)
    if file.stat().st_size > UPLOAD_MAX:
        raise FileTooLarge(file=file.name, size=file.stat().st_size // 1024 // 1024, limit=UPLOAD_MAX // 1024 // 1024)
    reading = read_rows(file.read_bytes(), file.name, sheet, columns)
    refusal: DomainError | None = None
    opened: opening.Opened | None = None
    with atomic() as session:
        pool = frame.pool_of(session)
        owner = _organization(session, pool.id, organization)
        at = _store(session, owner, store)
        screen(session, pool.id, reading)
        if not dry_run:
            try:
                opened = opening.take_over(session, reading, owner.id, at.id, by=frame.acting(session, as_user), accept_valid=accept_valid)
            except opening.RowsRefused as refused:
                refusal = refused
        number = opened.document.number if opened else None
    report = {**_report(reading, refusal is not None), "document": number}
    frame.show(report, as_json, _lines(reading, report, dry_run))
    if refusal is not None:
        raise frame.Refused(translated(refusal))
