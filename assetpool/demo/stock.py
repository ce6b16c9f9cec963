"""How the things of today came into the stores: announced, endorsed, approved, received; and intakes that still wait somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from assetpool.demo.catalogue import KINDS, fen
from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story
from assetpool.intake import receiving
from assetpool.intake import service as intake
from assetpool.intake.service import Announced

LINES = {line.key: line for line in KINDS}
CLERKS = {"RJ-JYJ": "chenjing", "RJ-WJW": "sunli", "RJ-WLJ": "linxiao", "RJ-TYJ": "yangfan", "QY-JYJ": "tangwei"}
HEADS = {"RJ-JYJ": "zhaoming"}
KEEPERS = {"BRANCH-QY": "heyu"}


class Came(NamedTuple):
    """What came in at once: so many days ago, from whom, to which store; things with their count; how old they were (days)."""

    day: int
    organization: str
    store: str
    reason: str
    things: tuple[tuple[str, int], ...]
    age: int = 300
    place: str = "B"


CAME: tuple[Came, ...] = (
    Came(
        -700, "RJ-JYJ", "CENTRAL", "两校合并，课桌椅和办公桌闲置",
        (("desk", 360), ("school-desk", 400), ("school-chair", 420), ("cabinet", 12), ("bookcase", 8)),
    ),
    Came(
        -500, "RJ-WLJ", "CENTRAL", "文博会结束，展会物资移交",
        (("folding-table", 160), ("stacking-chair", 600), ("plastic-stool", 500), ("tent", 12), ("television", 6)), 200, "C",
    ),
    Came(
        -320, "RJ-WJW", "CENTRAL", "临时医疗点撤并",
        (("bed", 120), ("computer", 24), ("laptop", 18), ("monitor", 20), ("multifunction", 6), ("air-conditioner", 8)), 400, "D",
    ),
    Came(
        -210, "RJ-JYJ", "CENTRAL", "信息化教室改造换下，性能完好",
        (("projector", 14), ("whiteboard", 8), ("printer-a3", 2), ("copier", 3), ("scanner", 4), ("shredder", 6), ("ups", 4), ("switch", 6), ("server", 2),
         ("office-chair", 30), ("staff-desk", 10)), 500, "E",
    ),
    Came(-150, "QY-JYJ", "BRANCH-QY", "村小撤点，桌椅闲置", (("folding-table", 60), ("stacking-chair", 200), ("projector", 3)), 700, "F"),
    Came(-140, "RJ-WJW", "V-WJW", "机关搬迁，留原址待调剂", (("computer", 10), ("air-conditioner", 3)), 800, ""),
    Came(-120, "RJ-JYJ", "V-JYJ", "备用教室设备，随时可借", (("whiteboard", 4), ("office-chair", 12)), 300, ""),
)  # fmt: skip


def announced(scene: Scene, came: Came) -> list[Announced]:
    """Return what came as the lines of an intake."""
    return [
        Announced(
            scene.kinds[key],
            count,
            lot=LINES[key].lot,
            original_value=fen(LINES[key].price) * 105 // 100,
            acquired_on=scene.day(came.day - came.age),
            condition="good",
            place=f"{came.place}-{number:02d}" if came.place else "",
        )
        for number, (key, count) in enumerate(came.things, start=1)
    ]


def stories(scene: Scene) -> Iterator[Story]:
    """Yield a story per intake that filled the stores, then those that still wait."""
    for came in CAME:
        yield taken_in(scene, came)
    waiting = Came(0, "RJ-JYJ", "CENTRAL", "实验楼翻新，设备更新换代", (("cabinet", 10), ("staff-desk", 4)))
    yield left_at(scene, waiting._replace(day=-1), "draft")
    yield left_at(scene, waiting._replace(day=-2, things=(("school-desk", 80), ("school-chair", 80))), "submitted")
    yield left_at(scene, waiting._replace(day=-4, things=(("projector", 5),)), "endorsed")
    yield left_at(scene, Came(-3, "RJ-WLJ", "CENTRAL", "剧场座椅更新", (("stacking-chair", 150),), place="C"), "submitted")
    yield left_at(scene, Came(-8, "RJ-WJW", "CENTRAL", "办公室撤并", (("office-chair", 40), ("cabinet", 16)), place="D"), "approved")
    yield left_at(scene, Came(-14, "RJ-WLJ", "CENTRAL", "馆内设备淘汰可用件", (("television", 10), ("monitor", 12)), place="C"), "partly_received")
    yield left_at(scene, Came(-18, "RJ-WJW", "CENTRAL", "旧空调", (("air-conditioner", 6),)), "sent_back")
    yield left_at(scene, Came(-30, "RJ-WLJ", "CENTRAL", "破损展架一批", (("plastic-stool", 90),)), "rejected")


def taken_in(scene: Scene, came: Came) -> Story:
    """Tell one intake from its draft to its closing."""
    clerk = scene.people[CLERKS[came.organization]]
    session = yield (came.day, 9)
    number = intake.draft(
        session, scene.organizations[came.organization], scene.stores[came.store], announced(scene, came), by=clerk, reason=came.reason
    ).number
    intake.submit(session, number, by=clerk)
    if came.organization in HEADS:
        session = yield (came.day + 1, 9)
        intake.approve(session, number, by=scene.people[HEADS[came.organization]], reason="同意")
    session = yield (came.day + 2, 10)
    intake.approve(session, number, by=scene.people["zhoumin"], reason="同意入仓")
    session = yield (came.day + 5, 14)
    receiving.receive(session, number, [], by=scene.people[KEEPERS.get(came.store, "liuqiang")])
    session = yield (came.day + 7, 9)
    intake.close(session, number, by=clerk)


def left_at(scene: Scene, came: Came, state: str) -> Story:
    """Tell an intake up to the state in which it waits now."""
    clerk = scene.people[CLERKS[came.organization]]
    session = yield (came.day, 9)
    number = intake.draft(
        session, scene.organizations[came.organization], scene.stores[came.store], announced(scene, came), by=clerk, reason=came.reason
    ).number
    if state == "draft":
        return
    intake.submit(session, number, by=clerk)
    if state == "submitted":
        return
    if came.organization in HEADS:
        session = yield (came.day + 1, 9)
        intake.approve(session, number, by=scene.people[HEADS[came.organization]], reason="同意")
    if state == "endorsed":
        return
    session = yield (came.day + 2, 10)
    if state == "sent_back":
        intake.send_back(session, number, by=scene.people["zhoumin"], reason="请补充出厂年份和能效等级")
    elif state == "rejected":
        intake.reject(session, number, by=scene.people["zhoumin"], reason="破损率过高，请按报废程序处置")
    else:
        intake.approve(session, number, by=scene.people["zhoumin"], reason="同意入仓")
    if state == "partly_received":
        session = yield (came.day + 6, 15)
        count = came.things[0][1]
        receiving.receive(session, number, [receiving.Received(1, count - 2), receiving.Received(2, 5)], by=scene.people["liuqiang"])
