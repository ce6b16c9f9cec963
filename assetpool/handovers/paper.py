"""The hand-over slip and the return receipt on paper: A4, bilingual, with boxes to sign and a code to verify."""

from __future__ import annotations

import base64
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assetpool.core.models import Pool
from assetpool.core.money import yuan
from assetpool.core.paper import BORROWER, DATE, FINANCE, GATE, SIGN, STORE, Box, Column, Field, Table, Words
from assetpool.handovers import checklists
from assetpool.handovers.queries import SlipView
from assetpool.handovers.receipts import ReturnView
from assetpool.records.models import Document, PersonalFact
from assetpool.records.papers import Place, Sheet, printed

SLIP_COLUMNS = (
    Column(Words("行", "Line"), 5, "center"),
    Column(Words("资产编号", "Tag"), 18),
    Column(Words("品目、规格", "Kind, spec"), 30),
    Column(Words("单位", "Unit"), 6, "center"),
    Column(Words("装车", "Loaded"), 9, "right"),
    Column(Words("签收", "Accepted"), 10, "right", heavy=True),
    Column(Words("短少", "Short"), 8, "right"),
    Column(Words("损坏", "Damaged"), 9, "right"),
    Column(Words("拒收", "Refused"), 9, "right"),
)
RETURN_COLUMNS = (
    Column(Words("行", "Line"), 5, "center"),
    Column(Words("交接单", "Slip"), 18),
    Column(Words("资产编号", "Tag"), 15),
    Column(Words("品目、规格", "Kind, spec"), 25),
    Column(Words("到仓", "Arrived"), 9, "right", heavy=True),
    Column(Words("完好", "Good"), 8, "right"),
    Column(Words("待修", "Repair"), 8, "right"),
    Column(Words("毁损", "Damaged"), 9, "right"),
    Column(Words("未用", "Unused"), 8, "right"),
    Column(Words("灭失", "Lost"), 7, "right"),
)


def slip_pdf(session: Session, view: SlipView, place: Place) -> bytes:
    """Return the slip as PDF, one set of pages for each copy."""
    rows = []
    for line in view.lines:
        for one in line.items:
            item = one.item
            counts = (item.accepted, item.short, item.damaged, item.refused) if view.slip.accepted_at else ("", "", "", "")
            kind = " ".join(part for part in (line.kind.name, line.kind.spec) if part)
            rows.append([str(line.line.line_no), one.asset.tag, kind, line.kind.measure, f"{item.loaded:,}", *(_count(count) for count in counts)])
    sums = [f"{view.total(name):,}" for name in ("accepted", "short", "damaged", "refused")] if view.slip.accepted_at else ["", "", "", ""]
    total = ["", "合计 Total", "", "", f"{view.total('loaded'):,}", *sums]
    head = [
        Field(Words("出仓仓库", "Store"), view.store.name),
        Field(Words("接收单位", "Receiver"), view.receiver.name),
        Field(Words("申请单", "Request"), view.request.number),
        Field(Words("用途", "Purpose"), "借用 Loan" if view.slip.purpose == "loan" else "划转 Transfer"),
        Field(Words("归还期限", "Due back"), view.slip.due_on.isoformat() if view.slip.due_on else "—"),
        Field(Words("装车时间", "Loaded at"), moment_on(session, view.document, view.slip.loaded_at)),
        Field(Words("送达地点", "Goes to"), view.slip.destination or "—", wide=True),
        Field(Words("费用", "Costs"), _costs(view), wide=True),
    ]
    boxes = [
        Box(Words("发货人（仓库管理员）", "Handed over by (keeper)"), view.keeper.name, seal=True),
        Box(
            Words("接收人", "Received by"),
            view.receiver.name,
            lines=((Words("姓名", "Name"), name_of(view.fact)), SIGN, (DATE[0], moment_on(session, view.document, view.slip.accepted_at))),
            seal=True,
            picture=drawn_of(view.fact),
        ),
    ]
    notes = ["借用资产须按期归还，毁损、灭失照章赔偿。Borrowed things are returned in time; damage and loss are compensated."]
    items = checklists.items_of(session, view.document.pool_id, [line.kind for line in view.lines])
    given = [
        f"第{line.line.line_no}行随附 Line {line.line.line_no} comes with：{item.text} × {item.pieces * line.total('loaded'):,}"
        for line in view.lines
        for item in items[line.kind.id]
        if item.pieces
    ]
    sheet = Sheet(
        title=Words("签收交接单", "Hand-over slip"),
        head=head,
        tables=[Table(SLIP_COLUMNS, rows, total=total)],
        boxes=boxes,
        copies=(STORE, BORROWER, FINANCE, GATE),
        notes=[*(notes if view.slip.purpose == "loan" else ()), *given],
    )
    return printed(session, view.document, sheet, place)


def return_pdf(session: Session, view: ReturnView, place: Place) -> bytes:
    """Return the receipt as PDF, one set of pages for each copy."""
    rows = []
    for one in view.lines:
        line = one.line
        counts = (line.good, line.repair, line.damaged, line.unused) if line.inspected else ("", "", "", "")
        kind = " ".join(part for part in (one.kind.name, one.kind.spec) if part)
        rows.append([str(line.line_no), one.slip, one.asset.tag, kind, _count(line.arrived), *(_count(count) for count in counts), _count(line.lost)])
    names = ("good", "repair", "damaged", "unused")
    total = ["", "合计 Total", "", "", f"{view.total('arrived'):,}", *(_count(view.total(name)) for name in names), _count(view.total("lost"))]
    waiting = any(not one.line.inspected for one in view.lines)
    head = [
        Field(Words("收回仓库", "Store"), view.store.name),
        Field(Words("到仓时间", "Arrived at"), moment_on(session, view.document, view.row.arrived_at)),
        Field(Words("归还人", "Brought by"), name_of(view.fact) or "—"),
        Field(Words("验收", "Inspection"), "待验收 Waiting" if waiting else moment_on(session, view.document, view.row.inspected_at)),
        Field(Words("费用", "Costs"), _costs(view), wide=True),
    ]
    boxes = [
        Box(Words("收货人（仓库管理员）", "Taken back by (keeper)"), view.keeper.name, seal=True),
        Box(Words("归还人", "Brought by"), name_of(view.fact)),
    ]
    found = checklists.found_on(session, view.document.id)
    counted = {number: "；".join(f"{one.text} {one.found:,}/{one.expected:,}" for one in checks) for number, checks in sorted(found.items())}
    looked = [f"第{number}行 Line {number}：{text}" for number, text in counted.items()]
    held = "未验收的资产暂存待验，验收后重新打印本单。Things not inspected yet are held; print this receipt again after the inspection."
    sheet = Sheet(
        title=Words("归还签收单", "Return receipt"),
        head=head,
        tables=[Table(RETURN_COLUMNS, rows, total=total)],
        boxes=boxes,
        copies=(STORE, BORROWER),
        notes=[*([held] if waiting else ()), *looked],
        state=Words("待验收", "Waiting for inspection") if waiting else Words("已验收", "Inspected"),
    )
    return printed(session, view.document, sheet, place)


def _count(count: int | str) -> str:
    return count if isinstance(count, str) else f"{count:,}" if count else "—"


def moment_on(session: Session, document: Document, value: datetime | None) -> str:
    """Write a moment in the time zone of a document's pool; '' for none."""
    zone = session.get_one(Pool, document.pool_id).time_zone
    return "" if value is None else value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def name_of(fact: PersonalFact | None) -> str:
    """Write name and telephone of a personal fact; '' where there is none or it was erased."""
    return "" if fact is None or fact.erased_at else " ".join(part for part in (fact.name, fact.telephone) if part)


def drawn_of(fact: PersonalFact | None) -> bytes | None:
    """Return the drawn signature as a picture, if there is one that can be read."""
    if fact is None or fact.erased_at or fact.signature_method != "drawn" or "base64," not in fact.signature:
        return None
    try:
        return base64.b64decode(fact.signature.split("base64,", 1)[1])
    except ValueError:
        return None


def _costs(view: SlipView | ReturnView) -> str:
    paid = [cost.amount for cost, _ in view.costs if cost.kind != "loss"]
    reason = "；".join(dict.fromkeys(cost.reason for cost, _ in view.costs if cost.reason and cost.kind != "loss"))
    return f"{yuan(sum(paid))} 元 CNY" + (f"（{reason}）" if reason else "")
