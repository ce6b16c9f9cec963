"""The page of unmet demand, and keeping refusals for lack of stock after the act that failed."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from assetpool.core.db import atomic, db
from assetpool.org import access
from assetpool.outcomes import blueprint, refusals, sheet, wording
from assetpool.outcomes.blueprint import Asked, bp
from assetpool.outcomes.demand import BYS, Demand, Lack, demand
from assetpool.outcomes.sheet import Sheet
from assetpool.records.queries import visible_numbers

SHOWN = 50


@bp.after_app_request
def _keep_refusals(answer: Response) -> Response:
    """Record what an approval of this request could not grant; the refusal itself stands whether this succeeds or not."""
    refused = refusals.noted(db.session()) if request.method == "POST" else {}
    if refused:
        try:
            with atomic() as session:
                refusals.record(session, refused)
        except SQLAlchemyError:
            current_app.logger.exception("a refusal for lack of stock could not be recorded")
    return answer


def _found() -> tuple[Asked, str, Demand]:
    usual_end = access.today().replace(month=12, day=31)
    asked = blueprint.read(lambda today: today.replace(month=1, day=1), {"by": BYS}, last=lambda _today: usual_end)
    by = asked.words.get("by", "kind")
    return asked, by, demand(db.session(), access.current().pool_id, asked.first_day, asked.last_day, by)


@bp.get("/outcomes/demand")
@access.signed_in
def demand_page() -> ResponseReturnValue:
    """Show what was asked for in vain, with the requests that this person may read."""
    asked, by, found = _found()
    key = request.args.get("key")
    behind = [lack for lack in found.lacks if key is None or key in _keys(lack, by, asked)]
    numbers = visible_numbers(db.session(), access.current(), {lack.document_id for lack in behind})
    read = [lack for lack in behind if lack.document_id in numbers]
    return render_template(
        "outcomes/demand.html",
        asked=asked,
        by=by,
        found=found,
        key=key,
        lacks=read[:SHOWN],
        hidden=len({lack.document_id for lack in behind}) - len(numbers),
        more=max(0, len(read) - SHOWN),
        numbers=numbers,
        words=wording,
        row_name=lambda row: blueprint.named(row.label, wording.NAMELESS["class"]),
    ), 422 if asked.refusal else 200


def _keys(lack: Lack, by: str, asked: Asked) -> list[str]:
    """Return the keys of the rows in which a line stands, as the rows' labels name them."""
    raw = lack.keys(by, asked.first_day, asked.last_day)
    return [key.removeprefix("GPC-2022:") for key in raw] if by == "class" else raw


@bp.get("/outcomes/demand.<any(xlsx, csv):kind>")
@access.signed_in
def demand_file(kind: str) -> ResponseReturnValue:
    """Give the rows as CSV; as a workbook with the lines of requests that this person may read too."""
    asked, by, found = _found()
    heads = [
        gettext(wording.DEMAND_BYS[by]), gettext("Requests"), gettext("Short: granted in part"), gettext("Short: not granted"), gettext("Short: waiting"),
        gettext("Other reasons"), gettext("Worst day"), gettext("Short on the worst day"),
    ]  # fmt: skip
    rows = [[blueprint.named(row.label, wording.NAMELESS["class"]), *_cells(row)] for row in found.rows] + [[gettext("Total"), *_cells(found.total)]]
    notes = [f"{asked.first_day} – {asked.last_day}", *map(gettext, wording.DEMAND_METHOD)]
    made = Sheet(gettext("Unmet demand"), heads, rows, notes)
    return sheet.given(kind, [made] if kind == "csv" else [made, _lines_sheet(found)], f"unmet-demand-{asked.first_day}-{asked.last_day}")


def _cells(row: Any) -> list[Any]:
    worst = [row.peak.day.isoformat(), row.peak.units] if row.peak else [None, 0]
    return [len(row.requests), row.cut, row.refused, row.waiting, row.other, *worst]


def _lines_sheet(found: Demand) -> Sheet:
    numbers = visible_numbers(db.session(), access.current(), {lack.document_id for lack in found.lacks})
    heads = [
        gettext("Request"), gettext("Line"), gettext("Kind of thing"), gettext("From"), gettext("To"), gettext("Units asked for"),
        gettext("Short for want of stock"), gettext("Other reasons"), gettext("What became of it"), gettext("Failed approvals"),
    ]  # fmt: skip
    rows = [
        [numbers[lack.document_id], lack.line_no, lack.kind.name, lack.first.isoformat(), lack.last.isoformat() if lack.last else None, lack.asked,
         lack.unmet.short, lack.unmet.other, gettext(wording.OUTCOME_WORDS[lack.unmet.outcome]), lack.refusals]
        for lack in found.lacks
        if lack.document_id in numbers
    ]  # fmt: skip
    return Sheet(gettext("Lines of requests"), heads, rows)
