"""The savings page: headline figures of one kind of saving, where they come from, what another basis would say, and what stands apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import DomainError
from assetpool.core.models import Pool
from assetpool.core.web import language, translated
from assetpool.org import access
from assetpool.org.queries import root_of
from assetpool.reports import ledger, queries, sheet, wording
from assetpool.reports.blueprint import bp
from assetpool.reports.figures import APART, BASES, BYS, Report, Row
from assetpool.reports.paper import check_address, savings_paper
from assetpool.savings import listing
from assetpool.savings.listing import Narrowing
from assetpool.savings.standing import STANDINGS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """What the address asks for: days, breakdown, basis, and what narrows it."""

    first_day: date
    last_day: date
    by: str
    basis: str
    narrowing: Narrowing

    def url(self, endpoint: str = "reports.index", **changed: Any) -> str:
        """Return the address of a page that asks the same but for what is changed."""
        same: dict[str, Any] = {"from": self.first_day, "to": self.last_day, "by": self.by, "basis": self.basis, "kind": request.args.get("kind")}
        same |= {"event": self.narrowing.event, "organization": self.narrowing.organization or None}
        return url_for(endpoint, **{name: value for name, value in {**same, **changed}.items() if value not in (None, "")})

    def acts_url(self, kind: str, standing: str | None = None, row: Row | None = None) -> str:
        """Return the address of the acts behind a figure."""
        to: dict[str, Any] = {"by": None, "basis": None, "kind": kind, "standing": standing}
        if row is not None and self.by in ("event", "organization", "class", "store"):
            to[self.by] = row.key
        elif row is not None and self.by == "month":
            first = date.fromisoformat(f"{row.key}-01")
            last = date.fromordinal(date(first.year + first.month // 12, first.month % 12 + 1, 1).toordinal() - 1)
            to |= {"from": max(first, self.first_day), "to": min(last, self.last_day)}
        return self.url("reports.acts", **to)


@bp.get("/savings")
@access.signed_in
def index() -> ResponseReturnValue:
    """Show the headline of a period and everything that lets it be taken apart."""
    asked, refusal = _asked()
    report = _report(asked)
    whole, row = _chosen(report)
    session, mine = db.session(), access.current()
    span = queries.ask(session, mine, asked.first_day, asked.last_day, "kind", asked.basis, listing.within(asked.narrowing))
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
    report = _report(_asked()[0])
    return _file(sheet.workbook(report), XLSX, f"savings-{report.first_day}-{report.last_day}.xlsx")


@bp.get("/savings.pdf")
@access.signed_in
def pdf() -> ResponseReturnValue:
    """Give the report as a paper."""
    asked, _ = _asked()
    report, session, mine = _report(asked), db.session(), access.current()
    span = queries.ask(session, mine, asked.first_day, asked.last_day, "kind", asked.basis, listing.within(asked.narrowing))
    root = root_of(session, mine.pool_id)
    issuer = (root.name, root.name_en) if root else ("", "")
    made = savings_paper(report, ledger.costs_by_kind(session, span), issuer, check_address(report, current_app.config["PUBLIC_URL"]), language())
    return _file(made, "application/pdf", f"savings-{report.first_day}-{report.last_day}.pdf")


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked() -> tuple[Asked, str]:
    """Read the address; what cannot be asked is said and the usual report is shown instead."""
    session, mine = db.session(), access.current()
    today = clock.today(session.get_one(Pool, mine.pool_id).time_zone)
    begun = listing.first_business_day(session, mine) or today.replace(month=1, day=1)
    given, wrong = request.args, []

    def read(name: str, usual: Any, of: Callable[[str], Any]) -> Any:
        try:
            return of(given[name].strip()) if given.get(name, "").strip() else usual
        except ValueError:
            wrong.append(name)
            return usual

    first, last = read("from", min(begun, today), date.fromisoformat), read("to", today, date.fromisoformat)
    narrowing = Narrowing(event=read("event", None, int), organization=given.get("organization", ""))
    asked = Asked(first, last, given.get("by") or "event", given.get("basis") or "adopted", narrowing)
    try:
        queries.ask(session, mine, first, last, asked.by, asked.basis)
    except DomainError as refusal:
        return Asked(min(begun, today), today, "event", "adopted", narrowing), translated(refusal)
    return asked, gettext("“%(value)s” could not be read, so it was left out.", value=", ".join(given[name] for name in wrong)) if wrong else ""


def _report(asked: Asked) -> Report:
    narrow = listing.within(asked.narrowing)
    return queries.report(db.session(), access.current(), asked.first_day, asked.last_day, asked.by, asked.basis, narrow)


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
