"""The transfer on paper (调拨单): what changes its owner, with the book figures of both sides and boxes for signatures and seals."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.queries import given
from assetpool.catalog.models import Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.money import yuan
from assetpool.core.paper import DATE, FINANCE, GIVER, SIGN, STORE, Box, Column, Field, Table, Words
from assetpool.org.queries import names, people
from assetpool.records.models import Document
from assetpool.records.papers import Place, Sheet, day_in, in_both, printed
from assetpool.records.queries import numbers
from assetpool.transfers import queries
from assetpool.transfers.bookkeeping import ACCOUNTS, by_account
from assetpool.transfers.cards import books
from assetpool.transfers.models import Transfer, TransferLine

RECEIVER = Words("调入单位留存", "Receiving organization")
COLUMNS = (
    Column(Words("序号", "No."), 5, "center"),
    Column(Words("品目、规格型号", "Kind, spec"), 26),
    Column(Words("资产编号", "Tag"), 13),
    Column(Words("单位", "Unit"), 6, "center"),
    Column(Words("调拨数", "To be given"), 10, "right"),
    Column(Words("签收数", "Accepted"), 9, "right", heavy=True),
    Column(Words("原值（元）", "Original value"), 14, "right"),
    Column(Words("累计折旧（元）", "Depreciation"), 14, "right"),
    Column(Words("净值（元）", "Carrying amount"), 14, "right"),
)
VOUCHER_COLUMNS = (
    Column(Words("凭证", "Voucher"), 8, "center"),
    Column(Words("日期", "Date"), 14),
    Column(Words("摘要", "Summary"), 22),
    Column(Words("科目", "Account"), 36),
    Column(Words("借方（元）", "Debit"), 16, "right"),
    Column(Words("贷方（元）", "Credit"), 16, "right"),
)
GIVER_VOUCHERS = Words("调出单位记账", "In the giver's books")
RECEIVER_VOUCHERS = Words("调入单位记账", "In the receiver's books")
FIGURES = ("original_value", "accumulated_depreciation", "carrying_amount")


def pdf(session: Session, document: Document, place: Place) -> bytes:
    """Return the transfer as PDF, one set of pages for each copy."""
    row = session.get_one(Transfer, document.id)
    lines = queries.lines(session, row.id)
    sheet = Sheet(
        title=Words("资产调拨单", "Transfer of assets"),
        head=_head(session, row),
        tables=[Table(COLUMNS, _rows(session, lines), total=_total(lines)), *_vouchers(session, document)],
        notes=[
            "原值、累计折旧与净值按签收之日冻结，经调出单位财务确认后双方据以入账。"
            "Book figures are frozen on the day of acceptance, confirmed by the giver's finance and booked by both sides.",
            "无偿划转不改变资产净值，双方均不确认损益。A gratuitous transfer leaves the carrying amount as it is; neither side books a gain or loss."
            if not row.consideration
            else "有偿调剂按约定价款结算，价款缴存按财政规定办理。The agreed price is settled and paid in as the treasury rules.",
        ],
        boxes=_boxes(session, document, row),
        copies=(STORE, GIVER, RECEIVER, FINANCE),
    )
    return printed(session, document, sheet, place)


def _head(session: Session, row: Transfer) -> list[Field]:
    sides = names(session, [row.giver_id, row.receiver_id])
    request = numbers(session, [row.request_id]).get(row.request_id or 0)
    terms = f"有偿调剂 For a consideration: {yuan(row.consideration)} 元" if row.consideration else "无偿划转 Gratuitous"
    return [
        Field(Words("调出单位", "Giving organization"), sides[row.giver_id].name),
        Field(Words("调入单位", "Receiving organization"), sides[row.receiver_id].name),
        Field(Words("存放仓库", "Out of the store"), session.get_one(Store, row.store_id).name),
        Field(Words("调拨方式", "Terms"), terms),
        Field(Words("调剂申请", "Requisition"), request.number if request is not None else "—"),
        Field(Words("调拨日期", "From the day"), row.first_day.isoformat()),
        Field(Words("事由", "Reason"), row.reason, wide=True),
    ]


def _rows(session: Session, lines: list[TransferLine]) -> list[list[str]]:
    kinds = kinds_of(session, [line.kind_id for line in lines])
    tags = queries.tags(session, [line.asset_id for line in lines])
    return [
        [
            str(line.line_no),
            " ".join(part for part in (kinds[line.kind_id].name, kinds[line.kind_id].spec) if part),
            tags.get(line.asset_id or 0, ""),
            kinds[line.kind_id].measure,
            f"{line.asked:,}",
            f"{line.accepted:,}" if line.accepted else "",
            *(_amount(getattr(line, name), line) for name in FIGURES),
        ]
        for line in lines
    ]


def _amount(amount: int | None, line: TransferLine) -> str:
    return yuan(amount) if amount is not None else "—" if line.accepted else ""


def _vouchers(session: Session, document: Document) -> list[Table]:
    """Return what each side enters in its books, once something was accepted; an account's lines of one voucher stand together."""
    found = books(session, document)
    tables = []
    for side, title in (("giver", GIVER_VOUCHERS), ("receiver", RECEIVER_VOUCHERS)):
        rows = [
            [
                str(entry.voucher),
                entry.day.isoformat(),
                in_both(entry.summary).zh,
                f"{entry.account} {in_both(ACCOUNTS[entry.account]).zh}",
                "" if entry.debit is None else yuan(entry.debit),
                "" if entry.credit is None else yuan(entry.credit),
            ]
            for entry in by_account(found.of(side))
        ]
        if rows:
            tables.append(Table(VOUCHER_COLUMNS, rows, title=title))
    return tables


def _total(lines: list[TransferLine]) -> list[str]:
    taken = [line for line in lines if line.accepted]
    sums = []
    for name in FIGURES:
        amounts = [getattr(line, name) for line in taken]
        sums.append(yuan(sum(amounts)) if amounts and None not in amounts else "—" if amounts else "")
    accepted = f"{sum(line.accepted for line in taken):,}" if taken else ""
    return ["", "合计 Total", "", "", f"{sum(line.asked for line in lines):,}", accepted, *sums]


def _boxes(session: Session, document: Document, row: Transfer) -> list[Box]:
    said = {approval.step: approval for approval in given(session, document.id) if approval.decision == "yes"}
    persons = people(session, [approval.person_id for approval in said.values()])
    sides = names(session, [row.giver_id, row.receiver_id])
    boxes = []
    for step, title, party in (
        ("giver_endorse", Words("调出单位", "Giving organization"), sides[row.giver_id].name),
        ("receiver_endorse", Words("调入单位", "Receiving organization"), sides[row.receiver_id].name),
        ("approve", Words("公物仓批准", "Approved by the pool"), ""),
    ):
        approval = said.get(step)
        name = persons[approval.person_id].name if approval is not None else ""
        day = day_in(session, document, approval.occurred_at if approval is not None else None)
        boxes.append(Box(title, " ".join(part for part in (party, name) if part), lines=(SIGN, (DATE[0], day)), seal=True))
    return boxes
