"""The Universiade loan of 2022, act by act through the real services (SAVINGS.md, G1), and the Leshan opening statement (G2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.closings import service as closings
from assetpool.core import clock
from assetpool.custody.models import Asset
from assetpool.demo import papers
from assetpool.demo.catalogue import KINDS, fen
from assetpool.demo.scene import ZONE, Scene, act, signed
from assetpool.events import service as events
from assetpool.handovers import service as handovers
from assetpool.handovers.service import Back, Costs, Item
from assetpool.intake import receiving
from assetpool.intake import service as intake
from assetpool.intake.service import Announced
from assetpool.records import service as records
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Contact, Wish
from assetpool.savings import queries as ledger
from assetpool.savings import service as savings
from assetpool.savings.period_models import Closing
from assetpool.savings.service import CostLine

QUANTITIES = {"g1-meeting-chair": 850, "g1-office-chair": 540, "g1-desk": 520, "g1-computer": 290, "g1-cabinet": 120, "g1-printer": 24}
DAY = date(2022, 4, 1)
BACK = date(2022, 6, 30)
NEED_DAY = date(2022, 1, 20)
LESHAN_ITEMS = 11_600
LESHAN_AVOIDED = 8_600_000_000
LESHAN_SOURCE = "乐山市公物仓建设情况通报（截至 2021 年底：累计调剂 11,600 件，节约资金 8,600 万元以上）"
HAULIER = "蓉江捷运物流有限公司"


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.moment_on(day, ZONE, hour, minute)


def play(scene: Scene) -> None:
    """Take over Leshan's statement; then bring in, ask, approve, hand over, take back and review the Universiade's 2,344 things."""
    with act(_at(date(2022, 1, 12), 10)) as session:
        savings.opening_statement(
            session, scene.pool, scene.organizations["LS"], "transfer", LESHAN_ITEMS, LESHAN_AVOIDED, LESHAN_SOURCE, date(2021, 12, 31), scene.people["qianhui"]
        )
    request = _ask(scene)
    tags = _bring_in(scene)
    slip = _hand_over(scene, request, tags)
    _take_back(scene, slip)
    _review(scene, slip, request)
    _close(scene)


def _ask(scene: Scene) -> str:
    """Write and submit the request of the organizing office, with its need lines and the paper that cut the budget."""
    with act(_at(date(2022, 3, 14), 9)) as session:
        by = scene.people["majun"]
        event = events.add(
            session, scene.pool, "第31届世界大学生夏季运动会（蓉江赛区）", scene.organizations["RJ-DYH"], date(2022, 3, 15), BACK, by,
            name_en="The 31st Summer Universiade, Rongjiang venues", budget=800_000_000, approval_number="蓉府办〔2021〕118号",
        )  # fmt: skip
        need = papers.keep(session, scene, "g1-need", "majun")
        budget = papers.keep(session, scene, "g1-budget", "majun")
        prices = {line.key: fen(line.price) for line in KINDS}
        wishes = [
            Wish(count, scene.kinds[key], store_id=scene.stores["CENTRAL"], drop="赛区主新闻中心与场馆办公区", budget_price=prices[key],
                 need_dated_on=NEED_DAY, need_file_id=need, budget_file_id=budget)
            for key, count in QUANTITIES.items()
        ]  # fmt: skip
        document = drafting.draft(
            session, scene.organizations["RJ-DYH"], wishes, DAY, BACK, by=by, event_id=event.id, purpose="大运会蓉江赛区办公与赛事保障",
            budget_line="赛事筹办—办公设备购置", contacts=[Contact("马骏", "028-0000 0015")],
        )  # fmt: skip
        requisitions.submit(session, document.number, by=by)
        return document.number


def _bring_in(scene: Scene) -> dict[str, list[str]]:
    """Announce, endorse, approve and receive the furniture and equipment of the new school campus; return the tags per kind."""
    with act(_at(date(2022, 3, 28), 10)) as session:
        clerk = scene.people["chenjing"]
        lines = [
            Announced(scene.kinds[line.key], QUANTITIES[line.key], lot=line.lot, original_value=fen(line.price), accumulated_depreciation=0,
                      acquired_on=DAY, condition="new", place=f"A-{number:02d}")
            for number, line in enumerate((line for line in KINDS if line.key in QUANTITIES), start=1)
        ]  # fmt: skip
        number = intake.draft(
            session, scene.organizations["RJ-JYJ"], scene.stores["CENTRAL"], lines, by=clerk, reason="新校区缓建，整批新购家具设备闲置，交公物仓代管"
        ).number
        intake.submit(session, number, by=clerk)
    with act(_at(date(2022, 3, 29), 9)) as session:
        intake.approve(session, number, by=scene.people["zhaoming"], reason="同意代管")
    with act(_at(date(2022, 3, 30), 9)) as session:
        intake.approve(session, number, by=scene.people["zhoumin"], reason="同意入仓")
    with act(_at(DAY, 8)) as session:
        _, tags = receiving.receive(session, number, [], by=scene.people["liuqiang"])
        kinds = {row.tag: row.kind_id for row in session.execute(select(Asset.tag, Asset.kind_id).where(Asset.tag.in_(tags)))}
        intake.close(session, number, by=scene.people["chenjing"])
    names = {kind_id: key for key, kind_id in scene.kinds.items()}
    found: dict[str, list[str]] = {}
    for tag in tags:
        found.setdefault(names[kinds[tag]], []).append(tag)
    return found


def _hand_over(scene: Scene, request: str, tags: dict[str, list[str]]) -> str:
    with act(_at(DAY, 9, 30)) as session:
        requisitions.approve(session, request, by=scene.people["zhoumin"], reason="场馆急需，同意整批借用")
    with act(_at(DAY, 14)) as session:
        by = "liuqiang"
        freight = papers.keep(session, scene, "g1-out", by)
        mending = papers.keep(session, scene, "g1-mending", by)
        labour = papers.keep(session, scene, "g1-labour", by)
        costs = Costs([
            CostLine("haulage", 9_800_000, HAULIER, "JY-20220401", freight),
            CostLine("repair", 26_260_000, "蓉江安居装饰工程队", "AZ-20220401", mending),
            CostLine("cleaning", 5_800_000, "蓉江安居装饰工程队", "AZ-20220401", mending),
            CostLine("installation", 6_000_000, "蓉江安居装饰工程队", "AZ-20220401", mending),
            CostLine("labour", 6_198_000, "蓉江市人力资源服务中心", "LW-20220401", labour),
        ])  # fmt: skip
        items = [Item(tag, QUANTITIES[key] if len(own) == 1 else None) for key, own in tags.items() for tag in own]
        loaded = handovers.hand_over(
            session, request, items, by=scene.people[by], costs=costs, receipt=signed("马骏", "028-0000 0015"), destination="蓉江国际会展中心 主新闻中心"
        )
        return loaded.document.number


def _take_back(scene: Scene, slip: str) -> None:
    """Receive everything after ninety days, inspected on arrival."""
    with act(_at(BACK, 15)) as session:
        by = "liuqiang"
        freight = papers.keep(session, scene, "g1-back", by)
        storage = papers.keep(session, scene, "g1-storage", by)
        costs = Costs([
            CostLine("haulage", 9_800_000, HAULIER, "JY-20220630", freight),
            CostLine("storage", 15_000_000, "青岩粮食储备有限公司", "CC-20220630", storage),
        ])  # fmt: skip
        lines = [Back(slip=slip, line_no=number, good=count, condition="good") for number, count in enumerate(QUANTITIES.values(), start=1)]
        handovers.take_back(session, scene.stores["CENTRAL"], lines, by=scene.people[by], returned_by="马骏", telephone="028-0000 0015", costs=costs)


def _review(scene: Scene, slip: str, request: str) -> None:
    with act(_at(date(2022, 7, 4), 9)) as session:
        requisitions.close(session, request, by=scene.people["majun"])
    with act(_at(date(2022, 7, 8), 10)) as session:
        savings.review(session, _acts(session, slip), "accepted", "需求、预算核减、框架价、签收单、费用凭证和验收齐全", scene.people["zhenglan"])


def _close(scene: Scene) -> None:
    """Close the quarter of the games: finance drafts, finance and the reviewer sign, finance closes."""
    with act(_at(date(2022, 7, 12), 9)) as session:
        number = closings.draft(session, scene.pool, "2022-Q2", scene.people["qianhui"]).number
        digest = session.get_one(Closing, records.lock(session, number, "PC").id).digest
    for hour, signer in ((10, "qianhui"), (14, "zhenglan")):
        with act(_at(date(2022, 7, 12), hour)) as session:
            closings.sign(session, number, digest, scene.people[signer])
    with act(_at(date(2022, 7, 12), 15)) as session:
        closings.close(session, number, scene.people["qianhui"])


def _acts(session: Session, slip: str) -> list[int]:
    return [act.id for act in ledger.acts_of(session, records.lock(session, slip, "HS").id)]
