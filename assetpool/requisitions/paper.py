"""The issue approval on paper (出仓审批单): what was asked and granted, with boxes for signatures and seals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from assetpool.approvals.queries import given
from assetpool.catalog.queries import kinds, stores
from assetpool.core.models import Pool
from assetpool.core.paper import BORROWER, DATE, FINANCE, GATE, SIGN, STORE, Box, Column, Field, Table, Words
from assetpool.events.queries import events
from assetpool.org.queries import names, people
from assetpool.records.models import Document
from assetpool.records.papers import UNDECIDED, Place, Sheet, day_in, printed
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import contacts, lines
from assetpool.reservations.queries import of_document

COLUMNS = (
    Column(Words("序号", "No."), 5, "center"),
    Column(Words("品目", "Kind"), 24),
    Column(Words("规格型号", "Spec"), 14),
    Column(Words("单位", "Unit"), 6, "center"),
    Column(Words("申请数", "Asked"), 9, "right"),
    Column(Words("批准数", "Approved"), 10, "right", heavy=True),
    Column(Words("出仓仓库", "Store"), 14),
    Column(Words("送达地点", "Bring to"), 16),
)


def pdf(session: Session, document: Document, place: Place) -> bytes:
    """Return the printable issue approval of a request, one set of pages for each copy."""
    row = session.get_one(Requisition, document.id)
    asked = lines(session, row.id)
    total = ["", "合计 Total", "", "", _count(sum(line.asked for line in asked)), _granted(document, asked), "", ""]
    care = "借用资产须按期归还，毁损、灭失照章赔偿。Borrowed things are returned in time; damage and loss are compensated."
    sheet = Sheet(
        title=Words("出仓审批单", "Issue approval"),
        head=_head(session, row),
        tables=[Table(COLUMNS, _rows(session, row), total=total)],
        notes=[care] if row.kind == "loan" else [],
        boxes=_boxes(session, document, row),
        copies=(STORE, BORROWER, FINANCE, GATE),
    )
    return printed(session, document, sheet, place)


def _head(session: Session, row: Requisition) -> list[Field]:
    organization = names(session, [row.organization_id])[row.organization_id]
    event = events(session, [row.event_id]).get(row.event_id or 0)
    approval = f"（{event.approval_number}）" if event is not None and event.approval_number else ""
    people_named = "、".join(f"{fact.name} {fact.telephone}".strip() for fact in contacts(session, row.id))
    return [
        Field(Words("申请单位", "Organization"), organization.name, wide=True),
        Field(Words("用途", "Kind of request"), "借用 Loan" if row.kind == "loan" else "调剂 Transfer"),
        Field(Words("期限", "Days"), _days(row.first_day, row.last_day)),
        Field(Words("活动", "Event"), f"{event.name}{approval}" if event else "", wide=True),
        Field(Words("事由", "What for"), row.purpose, wide=True),
        Field(Words("经费科目", "Budget line"), row.budget_line),
        Field(Words("领用人", "Receivers"), people_named),
    ]


def _days(first: date, last: date | None) -> str:
    return f"{first.isoformat()} 起 from" if last is None else f"{first.isoformat()} — {last.isoformat()}"


def _rows(session: Session, row: Requisition) -> list[list[str]]:
    asked = lines(session, row.id)
    promised = of_document(session, row.id)
    places = stores(session, [*(line.store_id for line in asked), *(reservation.store_id for reservation in promised)])
    known = kinds(session, [line.kind_id for line in asked])
    kept: dict[int, list[str]] = {}
    for reservation in promised:
        kept.setdefault(reservation.line_no, []).append(places[reservation.store_id].name)
    return [
        [
            str(line.line_no),
            known[line.kind_id].name,
            known[line.kind_id].spec,
            known[line.kind_id].measure,
            _count(line.asked),
            _count(line.approved) if line.approved else "",
            "、".join(kept.get(line.line_no, [places[line.store_id].name] if line.store_id is not None else [])),
            line.drop,
        ]
        for line in asked
    ]


def _count(units: int) -> str:
    return f"{units:,}"


def _granted(document: Document, asked: Iterable[RequisitionLine]) -> str:
    return "" if document.state in UNDECIDED else _count(sum(line.approved for line in asked))


def _boxes(session: Session, document: Document, row: Requisition) -> list[Box]:
    pool = session.get_one(Pool, document.pool_id)
    decisions = [decision for decision in given(session, document.id) if decision.decision == "yes"]
    who = people(session, [row.requester_id, *(decision.person_id for decision in decisions)])
    organization = names(session, [row.organization_id])[row.organization_id]
    last = decisions[-1] if decisions else None
    approver = who[last.person_id].name if last is not None and last.person_id in who else ""
    decided_on = day_in(session, document, last.occurred_at if last is not None else None)
    return [
        Box(Words("申请单位", "Organization"), organization.name, lines=((Words("经办人", "By"), who[row.requester_id].name), SIGN, DATE), seal=True),
        Box(Words("公物仓审批", "Pool"), pool.name, lines=((Words("审批人", "Approved by"), approver), SIGN, (Words("日期", "Date"), decided_on)), seal=True),
        Box(Words("仓库保管员", "Keeper")),
        Box(Words("领用人", "Receiver")),
    ]
