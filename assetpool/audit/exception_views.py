"""Exceptions in pages and as tables for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import xlsxwriter
from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.audit import exceptions, facts
from assetpool.audit.blueprint import INSIDE, bp, day_asked, named, sentence
from assetpool.core.db import db
from assetpool.core.money import yuan
from assetpool.core.web import language
from assetpool.org import access
from assetpool.org.models import Role

PAGE = 50


def _found(code: str = "") -> tuple[facts.Facts, list[exceptions.Group]]:
    gathered = facts.gather(db.session(), access.current().pool_id, day_asked("from"), day_asked("to"))
    return gathered, exceptions.find(gathered, code)


@bp.get("/audit/exceptions", endpoint="exceptions")
@access.role(*INSIDE)
def exceptions_page() -> ResponseReturnValue:
    """List the kinds of exceptions with their counts, and the exceptions of one kind, the dearest first."""
    gathered, groups = _found()
    code = request.args.get("kind", "")
    chosen = next((group for group in groups if group.rule.code == code), None) or next((group for group in groups if group.found), groups[0])
    asked = request.args.get("page", "")
    begin = PAGE * min(int(asked) if asked.isdigit() and len(asked) < 9 else 0, len(chosen.found) // PAGE)
    return render_template(
        "audit/exceptions.html",
        groups=groups,
        chosen=chosen,
        found=chosen.found[begin : begin + PAGE],
        page=begin // PAGE,
        more=len(chosen.found) > begin + PAGE,
        organizations=gathered.organizations,
        period={"from": request.args.get("from", ""), "to": request.args.get("to", "")},
        is_auditor=access.current().has(Role.AUDITOR),
    )


def _table() -> Iterator[list[str]]:
    gathered, groups = _found(request.args.get("kind", ""))
    lang = language()
    yield [gettext(head) for head in ("Exception", "Act or card", "Organization", "Amount, yuan", "Why it is worth a look", "What was found")]
    for group in groups:
        for one in group.found:
            organization = named(gathered.organizations.get(one.organization_id or 0), lang)
            amount = "" if one.amount is None else yuan(one.amount, grouped=False)
            yield [gettext(group.rule.name), one.subject, organization, amount, gettext(group.rule.why), sentence(one)]


@bp.get("/audit/exceptions.csv")
@access.role(*INSIDE)
def exceptions_csv() -> ResponseReturnValue:
    """Give the exceptions as CSV that spreadsheets open as UTF-8."""
    kept = io.StringIO()
    csv.writer(kept).writerows([[guarded(cell) for cell in row] for row in _table()])
    return Response("\ufeff" + kept.getvalue(), mimetype="text/csv", headers={"Content-Disposition": 'attachment; filename="exceptions.csv"'})


@bp.get("/audit/exceptions.xlsx")
@access.role(*INSIDE)
def exceptions_xlsx() -> ResponseReturnValue:
    """Give the exceptions as a workbook."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(gettext("Exceptions")[:31])
    bold, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00;[Red]-#,##0.00"})
    for line, row in enumerate(_table()):
        for column, cell in enumerate(row):
            if column == 3 and line and cell:
                page.write_number(line, column, float(cell), money)
            else:
                page.write_string(line, column, cell, None if line else bold)
    for column, width in enumerate((28, 24, 24, 16, 50, 70)):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    book.close()
    kept.seek(0)
    return send_file(kept, mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_attachment=True, download_name="exceptions.xlsx")


def guarded(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if cell[:1] in "=+@\t" or (cell[:1] == "-" and not cell[1:2].isdigit()) else cell
