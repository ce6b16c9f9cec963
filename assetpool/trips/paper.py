"""Pick list, loading record and gate pass on paper: A4, bilingual; each line to fetch carries a code to scan, the pass its own."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.core.money import yuan
from assetpool.core.paper import DATE, FINANCE, GATE, SIGN, STORE, Box, Code, Column, Field, Paper, Table, Words, render
from assetpool.handovers.paper import moment_on, name_of
from assetpool.labels.qr import label_url
from assetpool.records.models import Document
from assetpool.records.papers import Place, Sheet, printed
from assetpool.trips.picks import PickLine, PickList
from assetpool.trips.queries import TripView

PICK_COLUMNS = (
    Column(Words("区域", "Area"), 9, "center"),
    Column(Words("货架", "Shelf"), 9, "center", heavy=True),
    Column(Words("品目、规格", "Kind, spec"), 24),
    Column(Words("数量", "Units"), 9, "right", heavy=True),
    Column(Words("资产编号", "Labels"), 19),
    Column(Words("申请单、去向", "Request, goes to"), 22),
    Column(Words("已拣", "Fetched"), 8, "center"),
    Column(Words("扫码", "Scan"), 12, "center"),
)
LOAD_COLUMNS = (
    Column(Words("序号", "No."), 6, "center"),
    Column(Words("交接单", "Slip"), 18),
    Column(Words("品目、规格", "Kind, spec"), 28),
    Column(Words("单位", "Unit"), 7, "center"),
    Column(Words("装车数量", "Loaded"), 11, "right", heavy=True),
    Column(Words("接收单位、地点", "Receiver, place"), 30),
    Column(Words("卸车核对", "Unloaded"), 11, "center"),
)
PASS_COLUMNS = (
    Column(Words("序号", "No."), 6, "center"),
    Column(Words("品目、规格", "Kind, spec"), 36),
    Column(Words("单位", "Unit"), 8, "center"),
    Column(Words("数量", "Units"), 12, "right", heavy=True),
    Column(Words("交接单", "Slip"), 20),
    Column(Words("去向", "Goes to"), 28),
)
TAGS_SHOWN = 4
WAITING = Words("草拟费用，待凭证确认", "draft, until a voucher confirms it")


def pick_pdf(session: Session, pool_id: int, picked: PickList, what: Words, number: str, place: Place, address: str) -> bytes:
    """Return a pick list as PDF; the code of a line opens its label, or the scan desk of its request where several labels will do."""
    pool = session.get_one(Pool, pool_id)
    rows = []
    for line in picked.lines:
        kind = " ".join(part for part in (line.kind.name, line.kind.spec) if part)
        to = "\n".join(part for part in (line.request, line.receiver.name, line.drop) if part)
        rows.append([line.area or "—", line.shelf or "—", kind, f"{line.units:,}", _labels(line), to, "□", Code(_scanned(line, place.public_url))])
    missing = [f"{one.store.name}：{one.kind.name} {one.units:,}（{one.request}）在仓不足 not in the store now" for one in picked.missing]
    paper = Paper(
        title=Words("拣货单", "Pick list"),
        number=number,
        number_label=what,
        state=Words("当前库位", "places as they are now"),
        qr_url=address,
        address=address,
        language="en" if place.language == "en" else "zh",
        issuer=Words(pool.name),
        head=[
            Field(Words("出仓仓库", "Store"), "、".join(dict.fromkeys(line.store.name for line in picked.lines)) or "—"),
            Field(Words("件数", "Units"), f"{picked.units:,}"),
        ],
        tables=[Table(PICK_COLUMNS, rows, total=["", "", "合计 Total", f"{picked.units:,}", "", "", "", ""])],
        notes=["同品目未点名的可在该货架任取，以扫码为准。Where no label is named, any of the kind on that shelf will do; what is scanned counts.", *missing],
        boxes=[Box(Words("拣货人", "Fetched by")), Box(Words("复核人（仓库管理员）", "Checked by (keeper)"))],
        copies=(STORE,),
        footer=clock.now().astimezone(ZoneInfo(pool.time_zone)).strftime("%Y-%m-%d %H:%M"),
        made_at=clock.now(),
    )
    return render(paper, place.font_path)


def _labels(line: PickLine) -> str:
    more = len(line.tags) - TAGS_SHOWN
    text = "\n".join(line.tags[:TAGS_SHOWN])
    return f"{text}\n… +{more}" if more > 0 else text


def _scanned(line: PickLine, public_url: str) -> str:
    return label_url(public_url, line.tag) if line.tag is not None else f"{public_url}/handovers/new?request={line.request}"


def loading_pdf(session: Session, view: TripView, place: Place) -> bytes:
    """Return the loading record of a trip (装卸工作记录表): vehicle, driver, who loaded how long, what, the fees."""
    trip = view.trip
    rows = [
        [
            str(number),
            load.slip.number,
            " ".join(part for part in (load.kind.name, load.kind.spec) if part),
            load.kind.measure,
            f"{load.units:,}",
            " ".join(part for part in (load.receiver.name, load.line.drop or load.destination) if part),
            "",
        ]
        for number, load in enumerate(view.loads, start=1)
    ]
    head = [
        Field(Words("出仓仓库", "Store"), view.store.name),
        Field(Words("日期", "Day"), trip.day.isoformat()),
        Field(Words("车牌号", "Plate"), trip.plate),
        Field(Words("承运单位", "Carrier"), trip.carrier or "—"),
        Field(Words("驾驶员", "Driver"), name_of(view.driver) or "—"),
        Field(Words("出门时间", "Left at"), moment_on(session, view.document, trip.departed_at) or "—"),
        Field(Words("装卸人数", "Loaders"), f"{trip.loaders:,}"),
        Field(Words("工时合计（小时）", "Hours in all"), f"{trip.hours / 100:g}"),
        Field(Words("运输费、装卸费", "Haulage, loading"), _fees(view), wide=True),
        Field(Words("备注", "Remark"), trip.note or "—", wide=True),
    ]
    boxes = [
        Box(Words("装卸负责人", "Loading led by")),
        Box(Words("驾驶员", "Driver"), name_of(view.driver)),
        Box(Words("仓库管理员", "Keeper")),
        Box(Words("卸车接收人", "Unloaded for"), lines=(SIGN, DATE)),
    ]
    total = ["", "合计 Total", "", "", f"{view.units:,}", "", ""]
    sheet = Sheet(
        title=Words("装卸工作记录表", "Loading record"), head=head, tables=[Table(LOAD_COLUMNS, rows, total=total)], boxes=boxes, copies=(STORE, FINANCE)
    )
    return printed(session, view.document, sheet, place)


def pass_pdf(session: Session, view: TripView, issued: Document, place: Place) -> bytes:
    """Return a gate pass (出门单) with its code, plate and counts, one copy for the gate and one for the store."""
    found = next(row for row, document in view.passes if document.id == issued.id)
    rows = [
        [
            str(number),
            " ".join(part for part in (load.kind.name, load.kind.spec) if part),
            load.kind.measure,
            f"{load.units:,}",
            load.slip.number,
            " ".join(part for part in (load.receiver.name, load.line.drop or load.destination) if part),
        ]
        for number, load in enumerate(view.loads, start=1)
    ]
    head = [
        Field(Words("车牌号", "Plate"), found.plate),
        Field(Words("件数", "Units"), f"{found.units:,}"),
        Field(Words("出仓仓库", "Store"), view.store.name),
        Field(Words("车次", "Trip"), view.document.number),
        Field(Words("驾驶员", "Driver"), name_of(view.driver) or "—"),
        Field(Words("开具时间", "Issued at"), moment_on(session, issued, issued.created_at)),
    ]
    notes = [
        "本单一次有效，门岗扫码或按编号查验，车牌、件数相符方可放行。Good for once: the gate scans the code or types the number, and lets go only what agrees."
    ]
    boxes = [Box(Words("仓库管理员", "Keeper"), seal=True), Box(Words("门岗放行", "Let go by the gate"))]
    sheet = Sheet(
        title=Words("出门单", "Gate pass"), head=head, tables=[Table(PASS_COLUMNS, rows, total=["", "合计 Total", "", f"{view.units:,}", "", ""])],
        boxes=boxes, copies=(GATE, STORE), notes=notes,
    )  # fmt: skip
    return printed(session, issued, sheet, place)


def _fees(view: TripView) -> str:
    drafts = [amount for amount in (view.trip.haulage, view.trip.loading) if amount is not None]
    shown = "、".join(f"{word} {yuan(amount)} 元" for word, amount in (("运输费", view.trip.haulage), ("装卸费", view.trip.loading)) if amount is not None)
    return "—" if not drafts else shown if view.document.state == "closed" else f"{shown}（{WAITING.zh} {WAITING.en}）"
