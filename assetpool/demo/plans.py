"""Who asked for what and when, in days from today: the requests whose stories the loans tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Loan:
    """A request told in days from today: asked, first and last day, for whom and what for; `proven`: with all its papers."""

    asked: int
    first: int
    last: int
    organization: str
    purpose: str
    things: tuple[tuple[str, int], ...]
    drop: str = ""
    proven: bool = False
    event: str = ""
    event_en: str = ""


EXHIBITION = Loan(
    -80,
    -75,
    -61,
    "RJ-WLJ",
    "非遗博览会布展",
    (("projector", 4), ("desk", 60), ("school-chair", 100)),
    "文化馆一层",
    True,
    "蓉江非遗博览会",
    "Rongjiang Heritage Fair",
)
CLINIC = Loan(-90, -85, -70, "RJ-WJW", "社区接种点", (("folding-table", 40), ("stacking-chair", 120)), "东门社区中心")
YOUTH_GAMES = Loan(
    -45, -40, -33, "RJ-TYJ", "青少年锦标赛赛事服务", (("whiteboard", 3), ("tent", 8)), "体育中心副馆", True, "全市青少年锦标赛", "City Youth Championships"
)
EXAMINATION = Loan(-24, -20, 5, "QY-JYJ", "县考点增设考场", (("school-desk", 150), ("school-chair", 150)), "青岩中学")
CENSUS = Loan(-12, -9, 12, "RJ-WJW", "健康普查集中办公", (("desk", 40), ("office-chair", 20), ("projector", 2)), "卫健委三楼会议中心", True)
BOOK_FAIR = Loan(-22, -18, -3, "RJ-WLJ", "全民阅读书市", (("school-desk", 30), ("desk", 20)), "滨江公园")
CAMP = Loan(-6, -1, 9, "RJ-TYJ", "体育夏令营", (("stacking-chair", 200), ("folding-table", 50)), "体育中心南广场")
TRAINING = Loan(-4, 0, 4, "QY-JYJ", "教师培训", (("tent", 4), ("folding-table", 20)), "青岩县教师进修校")
SCREENING = Loan(-3, 1, 6, "RJ-WJW", "机关职工体检", (("plastic-stool", 100), ("school-desk", 20)), "市民中心负一层")
AT_RISK = Loan(-42, 8, 12, "RJ-TYJ", "教练员培训班", (("whiteboard", 8),), "体育中心培训楼")
CITY_GAMES = Loan(
    -1,
    32,
    45,
    "RJ-TYJ",
    "市运会组委会集中办公与竞赛编排",
    (("desk", 300), ("laptop", 12)),
    "市运会主新闻中心",
    True,
    "蓉江市第十届运动会",
    "10th Rongjiang City Games",
)
LECTURES = Loan(-2, 3, 5, "QY-JYJ", "送教下乡", (("projector", 6),), "青岩县教育局")
SHORT = Loan(-1, 2, 6, "RJ-TYJ", "马拉松补给点", (("tent", 14), ("plastic-stool", 60)), "环湖赛道")
PRESS_DAY = Loan(-3, 0, 3, "RJ-TYJ", "市运会新闻发布会", (("whiteboard", 2), ("projector", 2)), "新闻发布厅")
EVENING_SCHOOL = Loan(-9, -6, 20, "QY-JYJ", "市民夜校", (("school-chair", 60),), "青岩县文化馆")
HEALTH_WEEK = Loan(-25, -20, 2, "RJ-WJW", "健康宣传周", (("desk", 30),), "人民广场")
ENDED = (
    (Loan(-7, 20, 24, "RJ-WJW", "健步走活动", (("folding-table", 30), ("tent", 6)), "湿地公园"), "sent_back"),
    (Loan(0, 15, 18, "RJ-TYJ", "裁判员培训", (("desk", 24),), "体育中心二楼"), "draft"),
    (Loan(-15, -5, 2, "RJ-WLJ", "读书会", (("projector", 3),), "市图书馆"), "rejected"),
    (Loan(-20, 4, 9, "RJ-WLJ", "露天电影周", (("stacking-chair", 180),), "滨江公园"), "cancelled"),
    (Loan(-11, 6, 8, "QY-JYJ", "家长开放日", (("school-chair", 40),), "青岩小学"), "withdrawn"),
)
