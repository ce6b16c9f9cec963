"""Exceptions in pages and as tables for spreadsheets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.audit import exceptions, gathering
from assetpool.audit.blueprint import INSIDE, bp, day_asked, named, sentence
from assetpool.audit.facts import Facts
from assetpool.core import spreadsheets
from assetpool.core.db import db
from assetpool.core.web import attachment, language
from assetpool.org import access
from assetpool.org.models import Role

PAGE = 50


def _found(code: str = "") -> tuple[Facts, list[exceptions.Group]]:
    gathered = gathering.gather(db.session(), access.current().pool_id, day_asked("from"), day_asked("to"))
    return gathered, exceptions.find(gathered, code)


@bp.get("/audit/exceptions", endpoint="exceptions")
@access.role(*INSIDE)
def exceptions_page() -> ResponseReturnValue:
    """List the kinds of exceptions with their counts, and the exceptions of one kind, the dearest first."""
    gathered, groups = _found()
    code = request.args.get("kind", "")
    chosen = next((group for group in groups if group.rule.code == code), None) or next((group for group in groups if group.found), groups[0])
    asked = request.args.get("page", "")
    begin = PAGE * min(int(asked) if asked.isdecimal() and len(asked) < 9 else 0, len(chosen.found) // PAGE)
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


def _heads() -> list[str]:
    return [gettext(head) for head in ("Exception", "Act or card", "Organization", "Amount, yuan", "Why it is worth a look", "What was found")]


def _rows() -> Iterator[list[Any]]:
    gathered, groups = _found(request.args.get("kind", ""))
    lang = language()
    for group in groups:
        for one in group.found:
            organization = named(gathered.organizations.get(one.organization_id or 0), lang)
            yield [gettext(group.rule.name), one.subject, organization, spreadsheets.money(one.amount), gettext(group.rule.why), sentence(one)]


@bp.get("/audit/exceptions.csv")
@access.role(*INSIDE)
def exceptions_csv() -> ResponseReturnValue:
    """Give the exceptions as CSV that spreadsheets open as UTF-8."""
    return attachment(spreadsheets.csv_whole(_heads(), _rows()), spreadsheets.CSV, "exceptions.csv")


@bp.get("/audit/exceptions.xlsx")
@access.role(*INSIDE)
def exceptions_xlsx() -> ResponseReturnValue:
    """Give the exceptions as a workbook."""
    kept = io.BytesIO()
    with spreadsheets.workbook(kept) as book:
        page = book.add_worksheet(gettext("Exceptions")[:31])
        bold, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00;[Red]-#,##0.00"})
        page.write_row(0, 0, _heads(), bold)
        for line, row in enumerate(_rows(), 1):
            page.write_row(line, 0, row)
        for column, width in enumerate((28, 24, 24, 16, 50, 70)):
            page.set_column(column, column, width, money if column == 3 else None)
        page.freeze_panes(1, 0)
    return attachment(kept.getvalue(), spreadsheets.XLSX, "exceptions.xlsx")
