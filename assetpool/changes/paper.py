"""Extensions and change orders on paper (续借审批单、变更审批单), with boxes for signatures and seals."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.queries import given
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.changes import applying, showing
from assetpool.changes.models import ChangeOrder, Extension
from assetpool.core.models import Pool
from assetpool.core.paper import BORROWER, DATE, SIGN, STORE, Box, Column, Field, Table, Words
from assetpool.org.queries import names, people
from assetpool.records.models import Document
from assetpool.records.papers import Place, Sheet, day_in, printed

COLUMNS = (
    Column(Words("序号", "No."), 6, "center"),
    Column(Words("品目", "Kind"), 30),
    Column(Words("资产编号", "Tag"), 16),
    Column(Words("单位", "Unit"), 8, "center"),
    Column(Words("续借数", "Units"), 12, "right", heavy=True),
    Column(Words("原归还日", "Due before"), 16),
    Column(Words("续借至", "Until"), 16),
)
ORDER_COLUMNS = (
    Column(Words("序号", "No."), 6, "center"),
    Column(Words("变更事项", "Change"), 16),
    Column(Words("品目", "Kind"), 30),
    Column(Words("单位", "Unit"), 8, "center"),
    Column(Words("变更前", "Before"), 12, "right"),
    Column(Words("变更后", "After"), 12, "right", heavy=True),
    Column(Words("送达地点", "Bring to"), 20),
)
WHAT = {"keep": "数量、地点 Change", "add": "增加 Added", "swap": "换品目 Swapped", "exchange": "以好换坏 Exchanged"}


def extension(session: Session, document: Document, place: Place) -> bytes:
    """Return the printable extension, one set of pages for each copy."""
    row = session.get_one(Extension, document.id)
    slip = session.get_one(Document, row.slip_id)
    borrower = names(session, [document.organization_id])[document.organization_id]
    lines = showing.lines_of(session, [row.id])
    rows = [
        [str(number), kind.name, asset.tag, kind.measure, f"{line.units:,}", line.due_before.isoformat(), row.until.isoformat()]
        for number, (line, asset, kind) in enumerate(lines, 1)
    ]
    sheet = Sheet(
        title=Words("续借审批单", "Approval of an extension"),
        head=[
            Field(Words("借用单位", "Borrower"), borrower.name, wide=True),
            Field(Words("交接单", "Hand-over slip"), slip.number),
            Field(Words("续借至", "Until"), row.until.isoformat()),
            Field(Words("事由", "Reason"), row.reason, wide=True),
        ],
        tables=[Table(COLUMNS, rows, total=["", "合计 Total", "", "", f"{sum(line.units for line, _asset, _kind in lines):,}", "", ""])],
        boxes=boxes(session, document, row.requester_id, borrower.name),
        copies=(STORE, BORROWER),
    )
    return printed(session, document, sheet, place)


def order(session: Session, document: Document, place: Place) -> bytes:
    """Return the printable change order, one set of pages for each copy."""
    row = session.get_one(ChangeOrder, document.id)
    borrower = names(session, [document.organization_id])[document.organization_id]
    lines = applying.lines_of(session, row.id)
    kinds = kinds_of(session, [line.kind_id for line in lines])
    rows = [
        [str(number), WHAT[line.what], kinds[line.kind_id].name, kinds[line.kind_id].measure, f"{line.units_before:,}", f"{line.units_after:,}", line.drop]
        for number, line in enumerate(lines, 1)
    ]
    sheet = Sheet(
        title=Words("变更审批单", "Approval of a change"),
        head=[
            Field(Words("借用单位", "Borrower"), borrower.name, wide=True),
            Field(Words("原申请单", "Requisition"), session.get_one(Document, row.request_id).number),
            Field(Words("原期限", "Days before"), f"{row.first_before.isoformat()} — {row.last_before.isoformat()}"),
            Field(Words("变更后期限", "Days after"), f"{row.first_day.isoformat()} — {row.last_day.isoformat()}"),
            Field(Words("事由", "Reason"), row.reason, wide=True),
        ],
        tables=[Table(ORDER_COLUMNS, rows)] if rows else [],
        boxes=boxes(session, document, row.requester_id, borrower.name),
        copies=(STORE, BORROWER),
    )
    return printed(session, document, sheet, place)


def boxes(session: Session, document: Document, requester_id: int, borrower: str) -> list[Box]:
    """Return where the borrower and the pool sign."""
    decisions = [decision for decision in given(session, document.id) if decision.decision == "yes"]
    who = people(session, [requester_id, *(decision.person_id for decision in decisions)])
    last = decisions[-1] if decisions else None
    approver = who[last.person_id].name if last is not None and last.person_id in who else ""
    decided_on = day_in(session, document, last.occurred_at if last is not None else None)
    pool = session.get_one(Pool, document.pool_id).name
    return [
        Box(Words("借用单位", "Borrower"), borrower, lines=((Words("经办人", "By"), who[requester_id].name), SIGN, DATE), seal=True),
        Box(Words("公物仓审批", "Pool"), pool, lines=((Words("审批人", "Approved by"), approver), SIGN, (Words("日期", "Date"), decided_on)), seal=True),
    ]
