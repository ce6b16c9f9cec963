"""The trucks of today: one left through the gate with half of a slip, the other stands there with its pass."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story
from assetpool.handovers.models import Slip, SlipItem
from assetpool.records.models import Document
from assetpool.trips import gate, gatekeeping, leaving, planning
from assetpool.trips.gatekeeping import Guard
from assetpool.trips.planning import Part, Planned

CARRIER = "蓉江捷运物流有限公司"
TRUCKS = (("川A·8K560", "赵志刚", "028-0000 0061", 2, 150), ("川A·3F219", "何小军", "028-0000 0062", 3, 225))


def stories(scene: Scene) -> Iterator[Story]:
    """Yield the story of the slip that is on the road."""
    yield _on_two_trucks(scene)


def _on_two_trucks(scene: Scene) -> Story:
    session = yield (0, 9)
    slip = session.scalars(select(Document).join(Slip, Slip.id == Document.id).where(Document.state == "loaded").order_by(Document.id.desc())).first()
    if slip is None:
        return
    gatekeeping.renew(session, scene.stores["CENTRAL"], by=scene.people["liuqiang"])
    items = session.scalars(select(SlipItem).where(SlipItem.slip_id == slip.id).order_by(SlipItem.line_no, SlipItem.id)).all()
    halves: dict[int, int] = {}
    for item in items:
        halves[item.line_no] = halves.get(item.line_no, 0) + item.loaded
    first = [Part(slip.number, line_no, max(1, units // 2)) for line_no, units in halves.items()]
    gone = _passed(session, scene, 0, first)
    gate.let_go(session, gone, Guard(person_id=scene.people["laoli"]))
    _passed(session, scene, 1, [Part(slip.number)])


def _passed(session: Session, scene: Scene, which: int, parts: list[Part]) -> str:
    """Plan a truck and issue its pass."""
    plate, driver, telephone, loaders, hours = TRUCKS[which]
    planned = Planned(scene.day(0), plate, CARRIER, driver, telephone, loaders, hours, haulage=30_000, loading=12_000)
    keeper = scene.people["liuqiang"]
    trip = planning.plan(session, scene.stores["CENTRAL"], planned, parts, by=keeper)
    return leaving.issue_pass(session, trip.number, by=keeper).number
