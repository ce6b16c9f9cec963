"""The no-stock certificate on paper (公物仓无可调剂资产证明): what was searched, what the pool had, what it covers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from assetpool.certificates import standard
from assetpool.certificates.queries import Certificate
from assetpool.core.models import Pool
from assetpool.core.money import yuan
from assetpool.core.paper import DATE, FINANCE, SIGN, Box, Column, Field, Table, Words
from assetpool.org.queries import people
from assetpool.records.papers import Place, Sheet, day_in, printed

ASKER = Words("申请单位联", "Applicant’s copy")
COLUMNS = (
    Column(Words("序号", "No."), 5, "center"),
    Column(Words("拟购资产", "To be bought"), 20),
    Column(Words("资产分类", "Class"), 18),
    Column(Words("规格型号", "Spec"), 14),
    Column(Words("拟购数", "Wanted"), 9, "right"),
    Column(Words("预算单价", "Budget each"), 11, "right"),
    Column(Words("在仓数", "Owned"), 9, "right"),
    Column(Words("可调剂数", "Free"), 9, "right"),
    Column(Words("本证明覆盖", "Covered"), 10, "right", heavy=True),
)
KIND_COLUMNS = (
    Column(Words("行", "Line"), 5, "center"),
    Column(Words("查询到的品目", "Kind looked at"), 30),
    Column(Words("规格型号", "Spec"), 18),
    Column(Words("在仓数", "Owned"), 9, "right"),
    Column(Words("可调剂数", "Free"), 9, "right"),
    Column(Words("最早可用", "Free from"), 13),
    Column(Words("存放", "Where"), 26),
)
CLAUSES = {
    "price": "价格上限",
    "too_young": "最低使用年限",
    "age_unknown": "最低使用年限（启用日期不明）",
    "number": "数量上限",
    "posts_unknown": "数量上限（编制人数不明）",
    "energy": "能效等级",
}
REASONS = {"new": "新增 New need", "replace": "更新 Replacement"}


def pdf(session: Session, found: Certificate, place: Place) -> bytes:
    """Return the printable certificate, one set of pages for each copy."""
    content = found.content
    rows = [row for line in content["lines"] for row in _kinds(line)]
    tables = [Table(COLUMNS, [_line(line) for line in content["lines"]], title=Words("拟购资产及查询结果", "What is to be bought and what the pool has"))]
    if rows:
        tables.append(Table(KIND_COLUMNS, rows, title=Words("查询到的同类及可替代资产", "Stock of the class and what may stand in")))
    sheet = Sheet(
        title=Words("公物仓无可调剂资产证明", "No-stock certificate"),
        head=_head(session, found),
        tables=tables,
        notes=_notes(found),
        boxes=_boxes(session, found),
        copies=(ASKER, FINANCE),
        state=Words("已出具", "Issued"),
    )
    return printed(session, found.document, sheet, place)


def _head(session: Session, found: Certificate) -> list[Field]:
    content = found.content
    asker = people(session, [content["asked_by"]]).get(content["asked_by"])
    until = content["last_day"]
    return [
        Field(Words("申请单位", "Organization"), content["organization"]["name"], wide=True),
        Field(Words("经办人", "Asked by"), asker.name if asker else ""),
        Field(Words("查询日期", "Searched on"), day_in(session, found.document, found.search.searched_at)),
        Field(Words("需用期间", "Needed"), f"{content['first_day']} — {until}" if until else f"{content['first_day']} 起长期 from, for good"),
        Field(Words("购置事由", "Why"), f"{REASONS[content['reason']]} {content['replaces']}".strip()),
        Field(Words("有效期", "Valid"), f"{content['valid_from']} — {content['valid_until']}"),
    ]


def _line(line: dict[str, Any]) -> list[str]:
    budget = "" if line["budget_fen"] is None else yuan(line["budget_fen"])
    called = f"{line['class_code']} {line['class_name']}".strip()
    return [
        str(line["line_no"]), line["words"], called, line["spec"], f"{line['quantity']:,}", budget, f"{line['owned']:,}", f"{line['free']:,}",
        f"{line['covers']:,}",
    ]  # fmt: skip


def _kinds(line: dict[str, Any]) -> list[list[str]]:
    return [
        [str(line["line_no"]), kind["name"], kind["spec"], f"{kind['owned']:,}", f"{kind['free']:,}", kind["from"] or "",
         "、".join(store["name"] for store in kind["stores"])]
        for kind in line["kinds"]
        if kind["owned"]
    ]  # fmt: skip


def _notes(found: Certificate) -> list[str]:
    notes = [
        "经查询公物仓（含虚拟仓）在册资产，上列资产在需用期间内不足或无可调剂。本证明仅覆盖“本证明覆盖”栏所列数量；可调剂部分应从公物仓调剂使用。"
        "The pool’s stock, virtual stores included, was searched. This certificate covers only the units of the column “Covered”; what is free is to be "
        "taken from the pool.",
    ]
    for line in found.content["lines"]:
        if line["declined"]:
            notes.append(
                f"第{line['line_no']}行：同类可调剂{line['free']:,}件，申请单位未采用，理由：{line['declined']}。"
                f"Line {line['line_no']}: {line['free']:,} of the class free, declined by the applicant."
            )
        if line["allowed"]:
            which = "、".join(CLAUSES[found["rule"]] for found in standard.broken(line) if found["binding"])
            source = next((found["source"] for found in standard.broken(line) if "source" in found), "")
            notes.append(
                f"第{line['line_no']}行：不符合配置标准（{which}；{source}），经批准，理由：{line['allowed']['reason']}。"
                f"Line {line['line_no']}: beyond the allocation standard, allowed by an authorised person with this reason."
            )
    return [*notes, f"SHA-256 {found.row.content_digest}"]


def _boxes(session: Session, found: Certificate) -> list[Box]:
    pool = session.get_one(Pool, found.row.pool_id)
    issued_on = Words("日期", "Date"), day_in(session, found.document, found.row.recorded_at)
    return [
        Box(Words("申请单位", "Organization"), found.content["organization"]["name"], lines=(SIGN, DATE), seal=True),
        Box(Words("公物仓", "Pool"), pool.name, lines=(SIGN, issued_on), seal=True),
    ]
