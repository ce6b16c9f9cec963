"""The savings page: headline figures of one kind of saving, where they come from, what another basis would say, and what stands apart."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core.db import db
from assetpool.core.web import language
from assetpool.org import access
from assetpool.org.queries import root_of
from assetpool.reports import asking, ledger, sheet, wording
from assetpool.reports.asking import Asked
from assetpool.reports.blueprint import bp
from assetpool.reports.figures import APART, BASES, BYS, Report, Row
from assetpool.reports.paper import check_address, savings_paper
from assetpool.savings.standing import STANDINGS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/savings")
@access.signed_in
def index() -> ResponseReturnValue:
    """Show the headline of a period and everything that lets it be taken apart."""
    asked, refusal = asking.read()
    report = asking.report(asked)
    whole, row = _chosen(report)
    session, mine = db.session(), access.current()
    span = asking.span(asked, "kind")
    costs = ledger.costs_by_kind(session, span).get(row.kind, {})
    return render_template(
        "reports/index.html",
        asked=asked,
        report=report,
        row=row,
        rows=[each for each in report.rows if each.kind == row.kind],
        others=[each for each in whole if each.kind != row.kind],
        vouchers=ledger.voucher_count(session, span).get(row.kind, 0),
        points=_waterfall(row, asked, costs),
        costs=costs,
        words=wording,
        standings=STANDINGS,
        apart=[name for name in APART if row.standings[name].acts or row.standings[name].provisional[asked.basis] is not None],
        bases=BASES,
        bys=BYS,
        refusal=refusal,
        may_open=mine.has("finance", "administrator"),
        may_verify=mine.has("auditor", "administrator", "reviewer", "approver", "finance"),
    ), 422 if refusal else 200


@bp.get("/savings.xlsx")
@access.signed_in
def xlsx() -> ResponseReturnValue:
    """Give the report as a workbook whose totals are formulas."""
    asked, _ = asking.read()
    report = asking.report(asked)
    return _file(sheet.workbook(db.session(), report, asking.span(asked)), XLSX, f"savings-{report.first_day}-{report.last_day}.xlsx")


@bp.get("/savings.pdf")
@access.signed_in
def pdf() -> ResponseReturnValue:
    """Give the report as a paper."""
    asked, _ = asking.read()
    report, session, mine = asking.report(asked), db.session(), access.current()
    span = asking.span(asked, "kind")
    root = root_of(session, mine.pool_id)
    issuer = (root.name, root.name_en) if root else ("", "")
    made = savings_paper(report, ledger.costs_by_kind(session, span), issuer, check_address(report, current_app.config["PUBLIC_URL"]), language())
    return _file(made, "application/pdf", f"savings-{report.first_day}-{report.last_day}.pdf")


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _chosen(report: Report) -> tuple[tuple[Row, ...], Row]:
    """Return all totals, and the kind of saving that is shown: the one asked for, else the first with a headline, else the first."""
    kind = request.args.get("kind")
    by_headline = sorted(report.totals, key=lambda row: not row.headline.acts)
    found = next((row for row in report.totals if row.kind == kind), by_headline[0] if by_headline else Row("loan", "loan"))
    return report.totals, found


def _waterfall(row: Row, asked: Asked, costs: dict[str, int]) -> list[dict[str, Any]]:
    """Return the way from avoided cost by kinds of cost to the net saving; empty while any of it is unknown."""
    avoided, saving = row.headline.avoided(asked.basis), row.headline.saving(asked.basis)
    if not row.headline.acts or avoided is None or saving is None:
        return []
    start = {"label": gettext("Avoided cost (estimate)"), "amount": avoided, "kind": "start", "url": asked.acts_url(row.kind, "A")}
    steps = [
        {"label": gettext(wording.COST_WORDS[kind]), "amount": -amount, "kind": "step"}
        for kind, amount in sorted(costs.items(), key=lambda pair: list(wording.COST_WORDS).index(pair[0]))
        if amount
    ]
    return [start, *steps, {"label": gettext("Net saving"), "amount": saving, "kind": "result"}]
