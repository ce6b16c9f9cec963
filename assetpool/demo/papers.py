"""The papers behind the demonstration's figures: invented, each one page, so that every figure has something to open."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from assetpool.core import clock, paper
from assetpool.demo.scene import Scene
from assetpool.records import service as records


class Sheet(NamedTuple):
    """What stands on a paper."""

    title: str
    title_en: str
    number: str
    note: str


ISSUER = paper.Words("演示单位（虚构）", "Invented issuer")
STATE = paper.Words("演示材料", "Demonstration")
MARK = paper.Words("演示", "DEMONSTRATION")

SHEETS: dict[str, Sheet] = {
    "framework-2022": Sheet("框架协议价格表", "Framework price list", "KJ-2022-01", "办公家具与信息化设备框架协议价格（含税含运）。"),
    "framework": Sheet("框架协议价格表", "Framework price list", "KJ-07", "本年度办公家具与信息化设备框架协议价格（含税含运）。"),
    "rents": Sheet("租赁三家询价单", "Three rental quotes", "XJ-0312", "会展家具与设备日租价三家询价汇总。"),
    "g1-need": Sheet("购置需求预算明细", "Need lines of the budget", "DYH-YS-2022-03", "六类办公家具及设备 2344 件，概算 262.86 万元。"),
    "g1-budget": Sheet("预算调减批复", "Reply on the reduced budget", "CZ-2022-077", "改由公物仓调剂，核减购置预算 262.86 万元。"),
    "g1-out": Sheet("运输发票", "Haulage invoice", "JY-20220401", "出仓运输 98,000.00 元。"),
    "g1-mending": Sheet("整修与安装结算单", "Mending and installation bill", "AZ-20220401", "整修 262,600.00，保洁 58,000.00，安装 60,000.00 元。"),
    "g1-labour": Sheet("劳务费发放表", "Labour sheet", "LW-20220401", "装卸布置劳务 61,980.00 元。"),
    "g1-back": Sheet("运输发票", "Haulage invoice", "JY-20220630", "回仓运输 98,000.00 元。"),
    "g1-storage": Sheet("仓储费结算单", "Storage bill", "CC-20220630", "赛时周转仓储 150,000.00 元。"),
    "need": Sheet("购置需求预算明细", "Need lines of the budget", "YS-0417", "会议保障所需桌椅、投影及触控设备需求明细。"),
    "budget": Sheet("预算调减批复", "Reply on the reduced budget", "CZ-0426", "由公物仓调剂解决，核减相应购置预算。"),
    "freight": Sheet("运输发票", "Haulage invoice", "JY-0502", "公物仓出仓运输。"),
    "freight-back": Sheet("运输发票", "Haulage invoice", "JY-0516", "公物仓回仓运输。"),
}


def prepare() -> None:
    """Cut the fonts once for all sheets; cutting them anew for each would take longer than printing."""
    paper.prepare(["".join((*ISSUER, *STATE, *MARK)), *("".join(sheet) for sheet in SHEETS.values())])


def keep(session: Session, scene: Scene, key: str, by: str) -> int:
    """Print a sheet, keep it as an upload of a person and return the file's id."""
    sheet = SHEETS[key]
    content = paper.render(
        paper.Paper(
            title=paper.Words(sheet.title, sheet.title_en),
            number=sheet.number,
            state=STATE,
            qr_url=scene.address,
            issuer=ISSUER,
            notes=[sheet.note],
            mark=MARK,
            made_at=clock.now(),
        )
    )
    return records.keep_file(session, scene.pool, scene.data_dir, f"{sheet.title}-{sheet.number}.pdf", content, scene.people[by]).id
