"""The count on paper (盘点表): what was expected, counted and explained, what becomes of every difference, and boxes to sign."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.queries import given
from assetpool.catalog.models import Kind, Store
from assetpool.core.money import yuan
from assetpool.core.paper import DATE, FINANCE, SIGN, STORE, Box, Code, Column, Field, Table, Words
from assetpool.custody.models import Asset
from assetpool.labels.qr import label_url
from assetpool.org.models import Organization
from assetpool.org.queries import people
from assetpool.records.models import Document
from assetpool.records.papers import Place, Sheet, day_in, in_both, printed
from assetpool.stocktake import queries
from assetpool.stocktake.models import Stocktake, StocktakeDifference, StocktakeLine
from assetpool.stocktake.steps import BLIND
from assetpool.stocktake.words import RESOLUTION_WORDS, WAY_WORDS, WHAT_WORDS

LINES = (
    Column(Words("行", "Line"), 6, "center"),
    Column(Words("存放位置", "Place"), 16),
    Column(Words("标签", "Label"), 16),
    Column(Words("品目、规格型号", "Kind, spec"), 28),
    Column(Words("单位", "Unit"), 7, "center"),
    Column(Words("账面数", "Book"), 9, "right"),
    Column(Words("期间变动", "Moved"), 9, "right"),
    Column(Words("实盘数", "Counted"), 9, "right", heavy=True),
)
DIFFERENCES = (
    Column(Words("序号", "No."), 6, "center"),
    Column(Words("情况", "What"), 18),
    Column(Words("标签或说明", "Label or words"), 18),
    Column(Words("品目", "Kind"), 18),
    Column(Words("数量", "Units"), 8, "right", heavy=True),
    Column(Words("账面位置", "From"), 12),
    Column(Words("实际位置", "Found at"), 12),
    Column(Words("原值（元）", "Value"), 12, "right"),
    Column(Words("处理", "Resolution"), 22),
)


def pdf(session: Session, document: Document, place: Place) -> bytes:
    """Return the sheet as PDF; of a blind count that is under way it shows no figures of the book."""
    row = session.get_one(Stocktake, document.id)
    lines = queries.lines(session, row.id)
    hidden = row.blind and document.state in BLIND
    found = [] if document.state in BLIND else queries.differences(session, row.id)
    tables = [Table(LINES, [_line(*one, hidden) for one in lines], total=None if hidden else _total(lines), title=Words("盘点明细", "What was counted"))]
    if found:
        tables.insert(0, Table(DIFFERENCES, [_difference(*one) for one in found], title=Words("盘点差异", "Differences")))
    sheet = Sheet(
        title=Words("资产盘点表", "Stocktake"),
        head=_head(session, document, row, lines, len(found)),
        tables=tables,
        boxes=_boxes(session, document, row),
        copies=(STORE, FINANCE),
        notes=["账面数为冻结时点数；期间变动为冻结后至盘点时的出入库。Book figures as frozen; “moved” is what the book moved between freezing and counting."],
    )
    return printed(session, document, sheet, place)


def _head(session: Session, document: Document, row: Stocktake, lines: list[tuple[StocktakeLine, Asset, Kind]], differing: int) -> list[Field]:
    way = in_both(WAY_WORDS[row.way])
    owner = session.get(Organization, row.owner_id) if row.owner_id is not None else None
    scope = " · ".join(part for part in (row.place, row.class_code, owner.name if owner else "") if part)
    right = sum(1 for line, _asset, _kind in lines if line.counted == line.expected + line.explained)
    fields = [
        Field(Words("盘点仓库", "Store"), session.get_one(Store, row.store_id).name),
        Field(Words("盘点方式", "Way"), f"{way.zh} {way.en}"),
        Field(Words("盘点范围", "Scope"), scope or "全部 Everything", wide=True),
        Field(Words("账面冻结", "Frozen on"), day_in(session, document, row.frozen_at)),
        Field(Words("盘点结束", "Counted until"), day_in(session, document, row.closed_at)),
    ]
    if document.state not in BLIND:
        fields.append(Field(Words("账实相符", "Right"), f"{right:,} / {len(lines):,}"))
        fields.append(Field(Words("差异", "Differences"), f"{differing:,}"))
    return fields


def _line(line: StocktakeLine, asset: Asset, kind: Kind, hidden: bool) -> list[str]:
    name = " ".join(part for part in (kind.name, kind.spec) if part)
    book = ["", ""] if hidden else [f"{line.expected:,}", f"{line.explained:+,}" if line.explained else ""]
    return [str(line.line_no), line.place, asset.tag, name, kind.measure, *book, "" if line.counted is None else f"{line.counted:,}"]


def _total(lines: list[tuple[StocktakeLine, Asset, Kind]]) -> list[str]:
    counted = sum(line.counted or 0 for line, _asset, _kind in lines)
    explained = sum(line.explained for line, _asset, _kind in lines)
    expected = sum(line.expected for line, _asset, _kind in lines)
    return ["", "合计 Total", "", "", "", f"{expected:,}", f"{explained:+,}" if explained else "", f"{counted:,}"]


def _difference(one: StocktakeDifference, asset: Asset | None, kind: Kind | None) -> list[str]:
    what, becomes = in_both(WHAT_WORDS[one.what]), in_both(RESOLUTION_WORDS[one.resolution])
    return [
        str(one.position),
        f"{what.zh} {what.en}",
        asset.tag if asset else one.words,
        kind.name if kind else "",
        f"{one.units:,}",
        one.from_place,
        one.to_place,
        "" if one.worth is None else yuan(one.worth),
        " ".join(part for part in (becomes.zh, becomes.en, one.note) if part),
    ]


def _boxes(session: Session, document: Document, row: Stocktake) -> list[Box]:
    said = [approval for approval in given(session, document.id) if approval.decision == "yes"]
    counters = sorted(queries.counted_by(session, row.id))
    persons = people(session, [row.requester_id, *counters, *(approval.person_id for approval in said)])
    boxes = [
        Box(Words("盘点人", "Counted by"), "、".join(persons[person_id].name for person_id in counters)),
        Box(Words("监盘人", "Witness"), ""),
    ]
    if said:
        day = day_in(session, document, said[-1].occurred_at)
        boxes.append(Box(Words("批准人", "Approved by"), persons[said[-1].person_id].name, lines=(SIGN, (DATE[0], day)), seal=True))
    else:
        boxes.append(Box(Words("批准人", "Approved by"), "", seal=True))
    return [*boxes, Box(Words("财务", "Finance"), "", seal=True)]


SHEET = (
    Column(Words("行", "Line"), 6, "center"),
    Column(Words("扫码", "Scan"), 13, "center"),
    Column(Words("存放位置", "Place"), 16),
    Column(Words("标签", "Label"), 15),
    Column(Words("品目、规格型号", "Kind, spec"), 26),
    Column(Words("单位", "Unit"), 7, "center"),
    Column(Words("账面数", "Book"), 8, "right"),
    Column(Words("实盘数", "Counted"), 12, "right", heavy=True),
    Column(Words("备注", "Remarks"), 16),
)
BLANK_LINES = 6


def sheets(session: Session, document: Document, place: Place) -> bytes:
    """Return the lists to count with, on paper: a code for every line, room to write, lines for what is in no list. A blind count shows no figures."""
    row = session.get_one(Stocktake, document.id)
    lines = queries.lines(session, row.id, again=document.state == "recount")
    rows = [
        [str(line.line_no), Code(label_url(place.public_url, asset.tag)), line.place, asset.tag, " ".join(part for part in (kind.name, kind.spec) if part),
         kind.measure, "" if row.blind else f"{line.expected:,}", "", ""]
        for line, asset, kind in lines
    ]  # fmt: skip
    rows += [[""] * len(SHEET) for _ in range(BLANK_LINES)]
    sheet = Sheet(
        title=Words("盘点记录表", "Counting sheet"),
        head=_head(session, document, row, lines, 0),
        tables=[Table(SHEET, rows)],
        boxes=[Box(Words("盘点人", "Counted by")), Box(Words("监盘人", "Witness"))],
        copies=(STORE,),
        notes=[
            "逐行填写实盘数，没有的填 0；空白行填写表中未列的物品。盘点后按行号录入。"
            "Write what you count in every line, 0 where nothing is; use the empty lines for what is in no line. Enter it afterwards by line number."
        ],
    )
    return printed(session, document, sheet, place)
