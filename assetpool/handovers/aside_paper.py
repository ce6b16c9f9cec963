"""What lies aside, and the exchange of swapped things, on paper: A4, bilingual, with boxes to sign and a code to verify."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.core.paper import BORROWER, DATE, SIGN, STORE, Box, Column, Field, Table, Words
from assetpool.handovers.aside_queries import AsideView, ExchangeView
from assetpool.handovers.asides import OUTCOMES, SORTS
from assetpool.handovers.paper import drawn_of, moment_on, name_of
from assetpool.records.papers import Place, Sheet, in_both, printed

SWAPPED_COLUMNS = (
    Column(Words("行", "Line"), 6, "center"),
    Column(Words("资产编号", "Tag"), 20),
    Column(Words("品目、规格", "Kind, spec"), 30),
    Column(Words("数量", "Units"), 10, "right", heavy=True),
    Column(Words("所属交接单", "Out on slip"), 22),
    Column(Words("实际持有单位", "Held by"), 28),
)


def _both(words: Words) -> str:
    return f"{words.zh} {words.en}"


def aside_pdf(session: Session, view: AsideView, place: Place) -> bytes:
    """Return the paper of what lies aside."""
    row = view.row
    head = [
        Field(Words("存放仓库", "Store"), " · ".join(part for part in (view.store.name, row.place) if part)),
        Field(Words("收存时间", "Kept at"), moment_on(session, view.document, row.kept_at)),
        Field(Words("性质", "What it is"), _both(in_both(SORTS[row.sort]))),
        Field(Words("数量", "Units"), f"{row.count:,}"),
        Field(Words("特征", "What it looks like"), row.what, wide=True),
        Field(Words("所带标签", "Label"), view.asset.tag if view.asset else "—"),
        Field(Words("随交接单送回", "Came with slip"), view.slip or "—"),
        Field(Words("物主", "Owner"), view.owner.name if view.owner else row.owner_name or "—"),
        Field(Words("送回人", "Brought by"), name_of(view.bringer) or "—"),
        Field(Words("处理结果", "How it ended"), _both(in_both(OUTCOMES[row.outcome])), wide=True),
    ]
    boxes = [
        Box(Words("收存人（仓库管理员）", "Kept by (keeper)"), view.keeper.name, seal=True),
        Box(
            Words("领回人", "Fetched by"),
            lines=((Words("姓名", "Name"), name_of(view.taker)), SIGN, (DATE[0], moment_on(session, view.document, row.settled_at) if view.taker else "")),
            picture=drawn_of(view.taker),
        ),
    ]
    notes = ["请将单号写在物品上。Write the number on the thing."]
    return printed(session, view.document, Sheet(Words("物品暂存单", "Thing kept aside"), head, [], boxes, (STORE, BORROWER), notes), place)


def exchange_pdf(session: Session, view: ExchangeView, place: Place) -> bytes:
    """Return the exchange with a box for each side."""
    rows = [
        [
            str(one.line.line_no),
            one.asset.tag,
            " ".join(part for part in (one.kind.name, one.kind.spec) if part),
            f"{one.line.count:,}",
            one.slip,
            f"{one.holder.name}（{'已在仓库 in the store' if one.aside else '仍在该单位 still there'}）",
        ]
        for one in view.lines
    ]
    head = [Field(Words("仓库", "Store"), view.store.name), Field(Words("经办人", "Keeper"), view.keeper.name)]
    boxes = [
        Box(
            Words("借用单位", "Borrower"),
            side.receiver.name,
            lines=((Words("交接单", "Slip"), side.slip.number), (Words("姓名", "Name"), name_of(side.fact)), SIGN),
            seal=True,
            picture=drawn_of(side.fact),
        )
        for side in view.sides
    ]
    notes = [
        "双方确认以上物品互换：已在仓库的按原交接单办理归还；仍在对方单位的，自签署之日起由该单位负责保管和归还。"
        "Both confirm the swap: what is in the store is returned on its slip; what the other side still has, that side answers for from the day of signing."
    ]
    tables = [Table(SWAPPED_COLUMNS, rows)]
    return printed(session, view.document, Sheet(Words("换还单", "Exchange of swapped things"), head, tables, boxes, (STORE, BORROWER), notes), place)
