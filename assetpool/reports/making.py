"""A report made into workbook and paper, for a page, a command or a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from flask import Flask, current_app
from flask_babel import gettext
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.models import Pool
from assetpool.core.web import LANGUAGES
from assetpool.org.models import Person
from assetpool.org.queries import Access, root_of
from assetpool.reports import charts, ledger, queries, saved, showing, wording
from assetpool.reports.figures import Report
from assetpool.reports.models import SavedReport
from assetpool.reports.paper import Parts, check_address, savings_paper
from assetpool.reports.sheet import workbook
from assetpool.savings import listing
from assetpool.savings.listing import Narrowing


def paper(session: Session, access: Access, report: Report, language: str, narrow: Sequence[ColumnElement[bool]] = ()) -> bytes:
    """Return a report on paper, with its charts and the tables behind them."""
    days = (report.first_day, report.last_day)
    span = queries.ask(session, access, *days, "kind", report.basis, narrow)
    monthly = report if report.by == "month" else queries.report(session, access, *days, "month", report.basis, narrow)
    costs = queries.costs_by_kind(session, span)
    root = root_of(session, access.pool_id)
    parts = {total.kind: _parts(session, span, report, monthly, total.kind, costs.get(total.kind, {})) for total in report.totals}
    issuer = (root.name, root.name_en) if root else ("", "")
    return savings_paper(report, costs, issuer, check_address(report, current_app.config["PUBLIC_URL"]), language, parts)


def _parts(session: Session, span: ledger.Span, report: Report, monthly: Report, kind: str, costs: dict[str, int]) -> Parts:
    row = next(total for total in report.totals if total.kind == kind)
    months, flow_rows = showing.months(monthly, kind), showing.flow_rows(session, span, kind)
    titles = (gettext("From avoided cost to net saving"), gettext("Net saving by month"), gettext("Avoided cost from giver to receiver"))
    way, by_month, flow = (f"{gettext(wording.KIND_WORDS[kind])} · {title}" for title in titles)
    drawn = [charts.on_paper(charts.waterfall(showing.steps(row, report.basis, costs), way), way)]
    if len(months) > 1:
        drawn.append(charts.on_paper(showing.trend(months, by_month), by_month))
    drawn.append(charts.on_paper(showing.flows(flow_rows, flow), flow))
    return Parts(tuple(svg for svg in drawn if svg), tuple(months), tuple(flow_rows), showing.plausible(row, report.basis))


def run(today: date | None = None) -> int:
    """Make every scheduled report that is due, each in an act of its own; return how many. Doing it again makes none."""
    session = db.session()
    made = 0
    for pool in session.scalars(select(Pool).order_by(Pool.id)).all():
        day, pool_id = today or clock.today(pool.time_zone), pool.id
        waiting = saved.due(session, pool_id, day)
        session.rollback()
        for saved_id in waiting:
            with atomic() as acting:
                spoken = acting.scalar(select(Person.language).join(SavedReport, SavedReport.person_id == Person.id).where(SavedReport.id == saved_id))
                app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
                # Words follow the reader's language, which a request carries; here one is made up for the person the report is for.
                with app.test_request_context(f"/?lang={spoken if spoken in LANGUAGES else 'zh'}"):
                    ready = saved.make(acting, saved_id, day, app.config["DATA_DIR"], partial(_made, acting))
                made += ready is not None
    return made


def _made(session: Session, row: SavedReport, access: Access, first: date, last: date) -> tuple[bytes, bytes, int, str]:
    narrow = listing.within(Narrowing(event=row.event_id, organization=row.organization))
    report = queries.report(session, access, first, last, row.breakdown, row.basis, narrow)
    book = workbook(session, report, queries.ask(session, access, first, last, row.breakdown, row.basis, narrow))
    spoken = session.get_one(Person, row.person_id).language or "zh"
    return book, paper(session, access, report, spoken, narrow), report.height, report.head
