"""The savings page: headline figures of one kind of saving, where they come from, what another basis would say, and what stands apart."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.queries import kinds
from assetpool.core.db import db
from assetpool.core.money import rhu
from assetpool.core.web import attachment, language
from assetpool.org import access
from assetpool.org.queries import names, root_of
from assetpool.reports import asking, bands, ledger, making, queries, sheet, showing, standout, wording
from assetpool.reports.blueprint import bp
from assetpool.reports.figures import APART, BASES, BYS, Report, Row
from assetpool.savings import listing, policies, policy_drafting, running_costs
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
    costs, year = queries.costs_by_kind(session, span).get(row.kind, {}), _year_of_all(asked)
    monthly = report if asked.by == "month" else asking.report(asked, "month")
    months, by_basis, flow_rows = showing.months(monthly, row.kind, asked), showing.by_basis(row), showing.flow_rows(session, span, row.kind)
    return render_template(
        "reports/index.html",
        asked=asked,
        report=report,
        row=row,
        rows=[each for each in report.rows if each.kind == row.kind],
        others=[each for each in whole if each.kind != row.kind],
        vouchers=ledger.voucher_count(session, span).get(row.kind, 0),
        points=[point._asdict() for point in showing.steps(row, asked.basis, costs, asked.acts_url(row.kind, "A"))],
        bases_saving=by_basis,
        extent=showing.extent(by_basis),
        months=months,
        trend=showing.trend(months, gettext("Net saving by month")) if len(months) > 1 else "",
        flow_rows=flow_rows,
        flows=showing.flows(flow_rows, gettext("Avoided cost from giver to receiver")),
        plausible=showing.plausible(row, asked.basis),
        costs=costs,
        running=running_costs.for_year(session, mine.pool_id, year) if year else None,
        policy_begun=_policy_begun(year),
        words=wording,
        standings=STANDINGS,
        apart=[name for name in APART if row.standings[name].acts or row.standings[name].provisional[asked.basis] is not None],
        bases=BASES,
        bys=BYS,
        refusal=refusal,
        may_open=mine.has("finance", "administrator"),
        may_verify=mine.has("auditor", "administrator", "reviewer", "approver", "finance"),
    ), 422 if refusal else 200


def _year_of_all(asked: asking.Asked) -> int | None:
    """Return the year of a report over the whole pool, for those who see all of it."""
    session, mine = db.session(), access.current()
    whole = not (asked.narrowing.event or asked.narrowing.organization) and asked.first_day.year == asked.last_day.year
    root = root_of(session, mine.pool_id)
    if not whole or root is None or not (mine.sees_everything or any(grant.path == root.path for grant in mine.grants)):
        return None
    return asked.last_day.year


def _policy_begun(year: int | None) -> str:
    """Return the version of the policy that another gave way to in a year: its page shows the year both ways; empty for other years and readers."""
    if year is None or not access.current().has(*policy_drafting.MAY_READ):
        return ""
    approved = [row for row in policies.all_of(db.session(), access.current().pool_id) if row.state == "approved"]
    return next((row.version for row in approved[1:] if row.first_day == date(year, 1, 1)), "")


@bp.get("/savings.xlsx")
@access.signed_in
def xlsx() -> ResponseReturnValue:
    """Give the report as a workbook whose totals are formulas."""
    asked, _ = asking.read()
    report = asking.report(asked)
    return attachment(sheet.workbook(db.session(), report, asking.span(asked)), XLSX, f"savings-{report.first_day}-{report.last_day}.xlsx")


@bp.get("/savings.pdf")
@access.signed_in
def pdf() -> ResponseReturnValue:
    """Give the report as a paper."""
    asked, _ = asking.read()
    report = asking.report(asked)
    made = making.paper(db.session(), access.current(), report, language(), listing.within(asked.narrowing))
    return attachment(made, "application/pdf", f"savings-{report.first_day}-{report.last_day}.pdf")


@bp.get("/savings/outliers")
@access.signed_in
def outliers() -> ResponseReturnValue:
    """List the acts whose saving per item lies far outside what others published."""
    asked, refusal = asking.read()
    session, kind = db.session(), request.args.get("kind") if request.args.get("kind") in wording.KIND_WORDS else "loan"
    found = standout.outliers(session, asking.span(asked, "kind"), kind or "loan")
    acts = standout.acts_of(session, [one.act_id for one in found])
    return render_template(
        "reports/outliers.html",
        asked=asked,
        kind=kind,
        found=found,
        behind=acts,
        kinds=kinds(session, {act.kind_id for act, _ in acts.values() if act.kind_id}),
        organizations=names(session, [act.receiver_id for act, _ in acts.values()]),
        published=bands.PUBLISHED[kind or "loan"],
        limits=bands.limits(kind or "loan"),
        times=bands.FAR,
        words=wording,
        rounded=rhu,
        refusal=refusal,
    ), 422 if refusal else 200


def _chosen(report: Report) -> tuple[tuple[Row, ...], Row]:
    """Return all totals, and the kind of saving that is shown: the one asked for, else the first with a headline, else the first."""
    kind = request.args.get("kind")
    by_headline = sorted(report.totals, key=lambda row: not row.headline.acts)
    found = next((row for row in report.totals if row.kind == kind), by_headline[0] if by_headline else Row("loan", "loan"))
    return report.totals, found
