"""Returns for machines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.rest import reached
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import db
from assetpool.core.errors import WrongState
from assetpool.handovers import receipts, service
from assetpool.handovers.finding import MoreThanOut, NotAccepted, NotOut, SlipAmbiguous, find_out
from assetpool.handovers.models import Return
from assetpool.handovers.returns_schemas import InspectBody, ReturnAnswer, ReturnBody, ReturnLineBody, ReturnPage, ReturnRow
from assetpool.handovers.stated import costs_said
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer, ListQuery
from assetpool.savings.service import CostMissing, VoucherExceeded, VoucherTaken

bp = rest.blueprint("returns", __name__, "Hand-overs and returns")


def _words(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _back(line: ReturnLineBody) -> service.Back:
    return service.Back(
        tag=line.tag or "",
        slip=line.slip or "",
        line_no=line.line,
        arrived=line.count,
        good=line.good,
        repair=line.repair,
        damaged=line.damaged,
        lost=line.lost,
        unused=line.unused,
        condition=line.condition.value if line.condition else "",
        accessories=_words(line.accessories),
        note=line.note,
    )


@bp.post("/returns")
@access.signed_in
@rest.writes(DocumentAnswer, ReturnBody, refuses=(SlipAmbiguous, NotOut, NotAccepted, MoreThanOut, CostMissing, VoucherTaken, VoucherExceeded))
def take_back(session: Session, body: ReturnBody) -> rest.Json:
    """Receive a batch of things, each line finding its own slip; without `store_code`, in the store they left."""
    mine = access.current()
    lines = [_back(line) for line in body.lines]
    store_id = store_by_code(session, mine.pool_id, body.store_code).id if body.store_code else find_out(session, mine.pool_id, lines[:1])[0][0].store_id
    document = service.take_back(
        session,
        store_id,
        lines,
        by=access.me(),
        returned_by=body.returned_by,
        telephone=body.phone,
        costs=costs_said(body.costs, body.no_cost_reason),
        occurred_at=body.occurred_at,
    )
    return reached(document)


@bp.get("/returns")
@access.signed_in
@rest.reads(ReturnPage, ListQuery)
def returns(asked: ListQuery) -> rest.Json:
    """List the receipts one may see, newest first."""
    return rest.newest(asked, receipts.receipts, lambda entry: entry.document, lambda entry: _receipt_row(entry.document, entry.row, entry.store.code))


def _receipt_row(document: Document, row: Return, store: str) -> ReturnRow:
    return {"number": document.number, "state": document.state, "store": store, "arrived_at": row.arrived_at, "inspected_at": row.inspected_at}


@bp.get("/returns/<number>")
@access.signed_in
@rest.reads(ReturnAnswer)
def returned(number: str) -> rest.Json:
    """Show a receipt with its lines."""
    view = receipts.receipt(db.session(), access.current(), number)
    counts = ("arrived", "good", "repair", "damaged", "unused", "lost", "inspected", "accessories", "note")
    lines = [
        {
            "line": one.line.line_no,
            "slip": one.slip,
            "slip_line": one.line.slip_line_no,
            "tag": one.asset.tag,
            "kind": one.kind.name,
            **{name: getattr(one.line, name) for name in counts},
        }
        for one in view.lines
    ]
    return {**_receipt_row(view.document, view.row, view.store.code), "lines": lines}


@bp.post("/returns/<number>/inspect")
@access.signed_in
@rest.writes(DocumentAnswer, InspectBody, status=200, refuses=(WrongState,))
def inspect(session: Session, body: InspectBody, number: str) -> rest.Json:
    """Inspect lines of a receipt by count; when none is left it closes."""
    by_number(session, access.current(), number, "RT")
    lines = [
        service.Inspected(
            one.line, one.good, one.repair, one.damaged, one.unused, one.condition.value if one.condition else "", _words(one.accessories), one.note
        )
        for one in body.lines
    ]
    document = service.inspect(session, number, lines, by=access.me(), occurred_at=body.occurred_at)
    return reached(document)
