"""The kinds of the demonstration world: classes, service lives and caps from the shipped tables, prices and rents of our own invention."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from assetpool.catalog import service as catalog
from assetpool.catalog import shipped
from assetpool.catalog.classes import DEFAULT_CODE_SET
from assetpool.demo import papers
from assetpool.demo.scene import Scene
from assetpool.prices import service as prices

STANDARD = "《中央行政单位通用办公设备家具配置标准》（财资〔2016〕27号）"
LIFE_SOURCE = "配置标准最低使用年限"
FRAMEWORK_2022 = "蓉江市政府采购框架协议 2022-01（演示）"
FRAMEWORK = "蓉江市政府采购框架协议（演示）"
RENT_SOURCE = "蓉江市会展租赁行情（三家询价，演示）"
PRICED_2022 = date(2022, 1, 10)


class Line(NamedTuple):
    """A kind: money in yuan per unit, life in months, volume in litres; `lot`: counted under one label."""

    key: str
    name: str
    name_en: str
    spec: str
    code: str
    measure: str
    price: str
    rent: str
    life: int
    cap: int | None
    volume: int
    lot: bool = False
    turn_round: int = 0
    computer: bool = False


KINDS: tuple[Line, ...] = (
    # The six of the Universiade loan (SAVINGS.md, G1).
    Line("g1-meeting-chair", "会议椅", "Meeting chair", "网布弓形", "A05010303", "把", "240", "0.80", 180, None, 260, True),
    Line("g1-office-chair", "办公椅", "Office chair", "网布升降", "A05010301", "把", "400", "1.30", 180, 800, 350, True),
    Line("g1-desk", "办公桌", "Office desk", "1400×700 钢木", "A05010201", "张", "1600", "4.00", 180, 3000, 730, True),
    Line("g1-computer", "台式计算机", "Desktop computer", "国产化 8核/16G/512G", "A02010105", "台", "4300", "6.00", 72, 5000, 90, computer=True),
    Line("g1-cabinet", "文件柜", "Filing cabinet", "铁皮双节", "A05010502", "组", "850", "1.50", 240, 1000, 640),
    Line("g1-printer", "A4黑白打印机", "A4 mono printer", "激光 双面", "A02021003", "台", "1150", "2.00", 72, 1200, 45),
    # What the pool offers today.
    Line("desk", "办公桌", "Office desk", "1200×600 板式", "A05010201", "张", "980", "3.50", 180, 3000, 520, True),
    Line("staff-desk", "办公桌", "Office desk", "1600×800 主管桌", "A05010201", "张", "2260", "5.00", 180, 3000, 1020),
    Line("folding-table", "折叠会议桌", "Folding conference table", "1800×450", "A05010202", "张", "460", "2.50", 180, None, 150, True, 1),
    Line("stacking-chair", "会议椅", "Meeting chair", "可叠放 塑钢", "A05010303", "把", "168", "0.90", 180, None, 180, True, 1),
    Line("office-chair", "办公椅", "Office chair", "人体工学", "A05010301", "把", "620", "1.80", 180, 800, 380),
    Line("school-desk", "学生课桌", "School desk", "单人 可调", "A05010203", "张", "210", "0.80", 120, None, 240, True),
    Line("school-chair", "学生椅", "School chair", "单人 可调", "A05010304", "把", "118", "0.50", 120, None, 150, True),
    Line("bed", "单人床", "Single bed", "1900×900 铁架", "A05010103", "张", "560", "2.20", 180, None, 900, True),
    Line("bookcase", "书柜", "Bookcase", "三门玻璃", "A05010501", "组", "1150", "2.00", 180, 1200, 1400),
    Line("cabinet", "文件柜", "Filing cabinet", "钢制五节", "A05010502", "组", "920", "1.60", 240, 1000, 700),
    Line("plastic-stool", "塑料凳", "Plastic stool", "加厚", "A05010399", "个", "22", "0.20", 60, None, 30, True),
    Line("laptop", "便携式计算机", "Laptop computer", "14寸 16G/512G", "A02010108", "台", "5980", "12.00", 72, 7000, 12, turn_round=1, computer=True),
    Line("computer", "台式计算机", "Desktop computer", "国产化 8核/16G/1T", "A02010105", "台", "4680", "7.00", 72, 5000, 90, computer=True),
    Line("server", "服务器", "Server", "2U 双路", "A02010104", "台", "46800", "", 72, None, 120, computer=True),
    Line("switch", "网络交换机", "Network switch", "48口 千兆", "A02010200", "台", "2380", "4.00", 72, None, 20),
    Line("monitor", "液晶显示器", "LCD monitor", "27寸", "A02021104", "台", "980", "2.00", 72, None, 60),
    Line("printer-a3", "A3彩色打印机", "A3 colour printer", "网络", "A02021002", "台", "14200", "25.00", 72, 15000, 220),
    Line("copier", "复印机", "Photocopier", "A3 35页/分", "A02020100", "台", "18600", "30.00", 72, 35000, 420),
    Line("multifunction", "多功能一体机", "Multifunction printer", "A4 激光", "A02020400", "台", "2450", "4.50", 72, 3000, 70),
    Line("projector", "投影仪", "Projector", "5000流明", "A02020200", "台", "7900", "40.00", 72, 10000, 25, turn_round=1),
    Line("whiteboard", "触控一体机", "Interactive touch display", "86寸 移动支架", "A02020800", "台", "16800", "90.00", 72, None, 400, turn_round=1),
    Line("television", "电视机", "Television set", "65寸", "A02091001", "台", "3280", "18.00", 72, None, 200),
    Line("scanner", "扫描仪", "Scanner", "A4 高速", "A02021118", "台", "3600", "8.00", 72, 4000, 15),
    Line("shredder", "碎纸机", "Paper shredder", "20L", "A02021301", "台", "860", "2.00", 72, 1000, 60),
    Line("air-conditioner", "空调机", "Air conditioner", "3匹 柜式", "A02061804", "台", "6480", "", 120, None, 480),
    Line("ups", "不间断电源", "Uninterruptible power supply", "3kVA", "A02061504", "台", "3150", "9.00", 72, None, 50),
    Line("tent", "展览帐篷", "Exhibition tent", "3×3 米", "A05030300", "顶", "780", "25.00", 60, None, 160, False, 2),
)
OLD = {line.key for line in KINDS if line.key.startswith("g1-")}


def fen(yuan: str) -> int:
    """Return an amount written in yuan as fen."""
    whole, _, cents = yuan.partition(".")
    return int(whole) * 100 + int((cents or "0").ljust(2, "0"))


def load_classes(session: Session) -> None:
    """Put the shipped classes into their code set."""
    catalog.load_classes(session, DEFAULT_CODE_SET, shipped.table("asset_classification"))


def add_kinds(session: Session, scene: Scene) -> None:
    """Add every kind; the six of 2022 with their prices and rents of that year, set by the valuer."""
    valuer = scene.people["fengtao"]
    evidence = papers.keep(session, scene, "framework-2022", "fengtao")
    for line in KINDS:
        new = catalog.NewKind(
            line.name, line.code, name_en=line.name_en, spec=line.spec, measure=line.measure, volume_litres=line.volume, service_life_months=line.life,
            service_life_source=LIFE_SOURCE, standard_cap=line.cap * 100 if line.cap else None, standard_cap_source=STANDARD if line.cap else "",
            turn_round_days=line.turn_round, label_policy="lot" if line.lot else "unit", computer=line.computer,
        )  # fmt: skip
        kind = catalog.add_kind(session, scene.pool, new, None)
        scene.kinds[line.key] = kind.id
        if line.key in OLD:
            price = prices.NewPrice(fen(line.price), PRICED_2022, PRICED_2022, FRAMEWORK_2022, "framework", evidence_file_id=evidence)
            prices.set_price(session, kind.id, price, valuer)
            rent = prices.NewRent(fen(line.rent), valid_from=PRICED_2022, source=RENT_SOURCE, dated_on=PRICED_2022, source_kind="market")
            prices.set_rent(session, kind.id, rent, valuer)


def price_today(session: Session, scene: Scene) -> None:
    """Set this year's prices and rents: seven days cost five, thirty cost fifteen."""
    valuer = scene.people["fengtao"]
    evidence = papers.keep(session, scene, "framework", "fengtao")
    quotes = papers.keep(session, scene, "rents", "fengtao")
    first, dated = scene.day(-100), scene.day(-105)
    for line in KINDS:
        kind_id = scene.kinds[line.key]
        prices.set_price(session, kind_id, prices.NewPrice(fen(line.price), first, dated, FRAMEWORK, "framework", evidence_file_id=evidence), valuer)
        if line.rent:
            a_day = fen(line.rent)
            prices.set_rent(session, kind_id, prices.NewRent(a_day, a_day * 5, a_day * 15, first, RENT_SOURCE, quotes, first, "market"), valuer)
