"""The report's raw material to take away: five CSV files, and what their columns mean."""

from __future__ import annotations

from flask import render_template, stream_with_context
from flask.typing import ResponseReturnValue

from assetpool.core.db import db
from assetpool.core.errors import NotFound
from assetpool.core.spreadsheets import CSV
from assetpool.core.web import attachment
from assetpool.org import access
from assetpool.reports import asking, exports
from assetpool.reports.blueprint import bp

FILE_WORDS = exports.FILE_WORDS


@bp.get("/savings/export")
@access.signed_in
def export() -> ResponseReturnValue:
    """Say what each file holds, column by column, and offer it."""
    asked, refusal = asking.read()
    return render_template("reports/export.html", asked=asked, refusal=refusal, columns=exports.COLUMNS, files=FILE_WORDS), 422 if refusal else 200


@bp.get("/savings/export/<what>.csv")
@access.signed_in
def csv(what: str) -> ResponseReturnValue:
    """Give one of the files, in constant memory however long it is."""
    if what not in exports.FILES:
        raise NotFound(what=what)
    asked, _ = asking.read()
    session = db.session()
    lines = exports.csv_of(session, asking.span(asked), what)
    return attachment(stream_with_context(lines), CSV, exports.file_name(what, asked.first_day, asked.last_day))
