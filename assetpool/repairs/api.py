"""Repairs for machines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.rest import reached
from assetpool.core.db import db
from assetpool.core.errors import NotFound, WrongState
from assetpool.custody.service import NotThatMany
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer, ListQuery
from assetpool.repairs import queries, service
from assetpool.repairs.schemas import BeginBody, FinishBody, RepairAnswer, RepairCostBody, RepairPage, ReportBody
from assetpool.savings.service import CostLine, CostMissing, VoucherExceeded, VoucherTaken

bp = rest.blueprint("repairs", __name__, "Repairs")


@bp.post("/repairs")
@access.signed_in
@rest.writes(DocumentAnswer, ReportBody, refuses=(NotFound, NotThatMany))
def report(session: Session, body: ReportBody) -> rest.Json:
    """Take broken units out of what is free and open their repair."""
    return reached(service.report(session, body.tag, body.count, body.fault, by=access.me()))


def _row(view: queries.RepairView) -> RepairAnswer:
    row = view.row
    return {
        "number": view.document.number, "state": view.document.state, "tag": view.asset.tag, "kind": view.kind.name, "store": view.store.code,
        "count": row.count, "fault": row.fault, "workshop": row.workshop, "expected_on": row.expected_on, "mended": row.mended,
        "beyond": row.beyond, "opened_at": row.opened_at, "done_at": row.done_at,
    }  # fmt: skip


@bp.get("/repairs")
@access.signed_in
@rest.reads(RepairPage, ListQuery)
def repairs(asked: ListQuery) -> rest.Json:
    """List the repairs one may see, newest first."""
    return rest.newest(asked, queries.page, lambda view: view.document, _row)


@bp.get("/repairs/<number>")
@access.signed_in
@rest.reads(RepairAnswer)
def repair(number: str) -> rest.Json:
    """Show a repair."""
    return {**_row(queries.repair(db.session(), access.current(), number))}


@bp.post("/repairs/<number>/begin")
@access.signed_in
@rest.writes(DocumentAnswer, BeginBody, status=200, refuses=(WrongState, service.NotThatBroken))
def begin(session: Session, body: BeginBody, number: str) -> rest.Json:
    """Give it to a workshop; from the expected day on it counts as free again."""
    by_number(session, access.current(), number, "RP")
    return reached(service.begin(session, number, body.workshop, body.expected_on, by=access.me()))


@bp.post("/repairs/<number>/finish")
@access.signed_in
@rest.writes(DocumentAnswer, FinishBody, status=200, refuses=(WrongState, service.NotThatBroken, CostMissing, VoucherTaken, VoucherExceeded))
def finish(session: Session, body: FinishBody, number: str) -> rest.Json:
    """Say how it ended and what it cost; what is mended is free again."""
    by_number(session, access.current(), number, "RP")
    done = service.Done(body.mended, body.beyond, body.condition or "", [_cost(line) for line in body.costs], body.no_cost_reason)
    return reached(service.finish(session, number, done, by=access.me()))


def _cost(line: RepairCostBody) -> CostLine:
    paper = line.voucher
    if paper is None:
        return CostLine("repair", line.amount_fen, reason=line.reason)
    return CostLine("repair", line.amount_fen, paper.issuer, paper.number, paper.file_id, line.reason, paper.total_fen, paper.share)
