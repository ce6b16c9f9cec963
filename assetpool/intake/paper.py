"""The receipt of an intake on paper (入仓单): what was announced and what came, with boxes for signatures and seals."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.queries import given
from assetpool.catalog.models import Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.money import yuan
from assetpool.core.paper import DATE, FINANCE, GIVER, SIGN, STORE, Box, Column, Field, Table, Words
from assetpool.events.models import Event
from assetpool.intake import queries
from assetpool.intake.models import Intake, IntakeLine
from assetpool.org.models import Organization
from assetpool.org.queries import people
from assetpool.records.models import Document
from assetpool.records.papers import Place, Sheet, day_in, printed
from assetpool.records.queries import trail_of

COLUMNS = (
    Column(Words("序号", "No."), 5, "center"),
    Column(Words("品目、规格型号", "Kind, spec"), 26),
    Column(Words("原资产编号", "Owner's number"), 14),
    Column(Words("单位", "Unit"), 6, "center"),
    Column(Words("应收", "Announced"), 9, "right"),
    Column(Words("实收", "Received"), 9, "right", heavy=True),
    Column(Words("单位原值（元）", "Value each"), 13, "right"),
    Column(Words("原值合计（元）", "Value in all"), 14, "right"),
    Column(Words("标签", "Labels"), 16),
)
MODES = {"custody": "代管（账务不变） In custody", "transfer": "划转（账务转移） By transfer", "opening": "期初盘点转入 Opening balance"}


def pdf(session: Session, document: Document, place: Place) -> bytes:
    """Return the receipt as PDF, one set of pages for each copy."""
    row = session.get_one(Intake, document.id)
    lines = queries.lines(session, row.id)
    came = document.state in ("partly_received", "received", "closed")
    sheet = Sheet(
        title=Words("入仓单", "Intake receipt"),
        head=_head(session, row, document),
        tables=[Table(COLUMNS, _rows(session, row, lines, came), total=_total(lines, came))],
        notes=["原值按单位申报填列，入仓验收后据此登记。Values are as stated by the organization and entered after inspection."],
        boxes=_boxes(session, document, row),
        copies=(STORE, GIVER, FINANCE),
    )
    return printed(session, document, sheet, place)


def _head(session: Session, row: Intake, document: Document) -> list[Field]:
    event = session.get(Event, row.event_id) if row.event_id is not None else None
    fields = [
        Field(Words("移交单位", "Organization"), session.get_one(Organization, row.organization_id).name),
        Field(Words("入仓仓库", "Store"), session.get_one(Store, row.store_id).name),
        Field(Words("入仓方式", "Kind of intake"), MODES[row.mode], wide=True),
        Field(Words("事由", "Reason"), row.reason, wide=True),
    ]
    return [*fields, Field(Words("来源活动", "Event"), event.name, wide=True)] if event is not None else fields


def _rows(session: Session, row: Intake, lines: list[IntakeLine], came: bool) -> list[list[str]]:
    kinds = kinds_of(session, [line.kind_id for line in lines])
    tags = queries.tags_by_line(session, row.id) if came else {}
    return [
        [
            str(line.line_no),
            " ".join(part for part in (kinds[line.kind_id].name, kinds[line.kind_id].spec) if part),
            line.external_no,
            kinds[line.kind_id].measure,
            f"{line.announced:,}",
            f"{line.received:,}" if came else "",
            "—" if line.original_value is None else yuan(line.original_value),
            _worth(line, came),
            _labels(tags.get(line.line_no, [])),
        ]
        for line in lines
    ]


def _worth(line: IntakeLine, came: bool) -> str:
    return "—" if line.original_value is None else yuan(line.original_value * (line.received if came else line.announced))


def _labels(tags: list[str]) -> str:
    return tags[0] if len(tags) == 1 else f"{tags[0]} … {tags[-1]} ({len(tags):,})" if tags else ""


def _total(lines: list[IntakeLine], came: bool) -> list[str]:
    worth = sum((line.original_value or 0) * (line.received if came else line.announced) for line in lines)
    received = f"{sum(line.received for line in lines):,}" if came else ""
    return ["", "合计 Total", "", "", f"{sum(line.announced for line in lines):,}", received, "", yuan(worth), ""]


def _boxes(session: Session, document: Document, row: Intake) -> list[Box]:
    said = {approval.step: approval for approval in given(session, document.id) if approval.decision == "yes"}
    received = [entry for entry in trail_of(session, document.id) if entry.act == "receive"]
    keeper_id = received[-1].person_id if received else None
    persons = people(session, [row.requester_id, keeper_id, *(approval.person_id for approval in said.values())])
    giver = session.get_one(Organization, row.organization_id).name
    boxes = [Box(Words("移交人", "Handed over by"), f"{giver} {persons[row.requester_id].name}", seal=True)]
    if "approve" in said:
        approval = said["approve"]
        day = day_in(session, document, approval.occurred_at)
        boxes.append(Box(Words("批准人", "Approved by"), persons[approval.person_id].name, lines=(SIGN, (DATE[0], day))))
    keeper = persons[keeper_id].name if keeper_id else ""
    when = day_in(session, document, received[-1].occurred_at if received else None)
    return [*boxes, Box(Words("验收入仓人", "Received by (keeper)"), keeper, lines=(SIGN, (DATE[0], when)), seal=True)]
