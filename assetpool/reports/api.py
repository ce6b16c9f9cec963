"""The savings report for machines."""

from __future__ import annotations

from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid
from assetpool.org import access
from assetpool.records import rest
from assetpool.reports.queries import report
from assetpool.reports.schemas import ReportAnswer, ReportQuery
from assetpool.savings.listing import first_business_day

bp = rest.blueprint("reports", __name__, "Savings")


@bp.get("/savings")
@access.signed_in
@rest.reads(ReportAnswer, ReportQuery, refuses=(FieldInvalid,))
def savings(asked: ReportQuery) -> rest.Json:
    """Report what was saved in a period, by event, organization, class, store, month or kind, on one basis."""
    session, mine = db.session(), access.current()
    first = asked.from_ or first_business_day(session, mine) or access.today()
    last = asked.to or max(access.today(), first)
    return report(session, mine, first, last, asked.by, asked.basis).data()
