"""What was counted: a store's shelves last month, posted with one thing found on another shelf; a weekly count two keepers are at now."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story
from assetpool.records.models import Document
from assetpool.stocktake import counting, plans, posting, queries, service
from assetpool.stocktake.answering import Counted
from assetpool.stocktake.models import Stocktake

STORE = "CENTRAL"
SHELVES = "B-0"


def stories(scene: Scene) -> Iterator[Story]:
    """Yield the story of the shelves and that of the week."""
    yield _shelves(scene)
    yield _of_the_week(scene)


def _shelves(scene: Scene) -> Story:
    session = yield (-24, 8)
    keeper = scene.people["liuqiang"]
    number = service.plan(session, scene.stores[STORE], by=keeper, place=SHELVES, reason="季度抽盘").number
    session = yield (-24, 9)
    service.freeze(session, number, by=keeper)
    session = yield (-24, 10)
    found = _expected(session, number)
    moved = next((one.tag for one in found if one.units == 1), "")
    counted = [Counted(one.key, one.tag, units=one.units, place=f"{SHELVES}9" if one.tag == moved else one.place) for one in found]
    counting.count(session, number, counted, by=keeper)
    session = yield (-24, 16)
    service.finish(session, number, by=keeper)
    session = yield (-23, 10)
    service.approve(session, number, by=scene.people["zhoumin"], reason="账实相符，同意入账")
    session = yield (-23, 14)
    posting.post(session, number, by=keeper)


def _of_the_week(scene: Scene) -> Story:
    session = yield (0, 7)
    plans.make(session, scene.stores[STORE], by=scene.people["liuqiang"], ordered_by="class", per_week=40)
    session = yield (0, 8)
    plans.propose(session, scene.pool)
    number = session.scalars(select(Document.number).where(Document.kind == "ST").order_by(Document.id.desc()).limit(1)).one()
    service.freeze(session, number, by=scene.people["liuqiang"])
    found = _expected(session, number)
    counting.count(session, number, found[: len(found) // 2], by=scene.people["liuqiang"])
    counting.count(session, number, found[len(found) // 2 : len(found) * 3 // 4], by=scene.people["wujuan"])


def _expected(session: Session, number: str) -> list[Counted]:
    """Return counts of everything as the book has it."""
    row = session.scalars(select(Stocktake).join(Document, Document.id == Stocktake.id).where(Document.number == number)).one()
    return [Counted(f"d-{line.line_no}", asset.tag, units=line.expected, place=line.place) for line, asset, _kind in queries.lines(session, row.id)]
