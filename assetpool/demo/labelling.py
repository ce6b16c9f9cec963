"""What the central store keeps of labels: its shelves, two cages of a lot, blanks of which one is claimed, its printer, a layout of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select

from assetpool.custody.models import Asset, State
from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story
from assetpool.labels import code_queries, codes, service
from assetpool.labels.layouts import LAYOUTS
from assetpool.labels.models import LabelCode

KEEPER, STORE = "liuqiang", "CENTRAL"


def stories(scene: Scene) -> Iterator[Story]:
    """Tell how the store got its labels, and how a thing without one got a blank."""
    yield _prepared(scene)
    yield _stuck_on(scene)


def _prepared(scene: Scene) -> Story:
    """Label the shelves and two cages, print blanks in advance, set the printer right."""
    session = yield (-20, 9)
    keeper, store = scene.people[KEEPER], scene.stores[STORE]
    service.set_printer(session, "仓库办公室激光打印机", 40, -60, 300, by=keeper)
    service.lay_out(session, replace(LAYOUTS["roll-50x30"], name="roll-50x30-plain", title="50 × 30 毫米，不印规格"), by=keeper)
    places = code_queries.unlabelled_places(session, [store])[:24]
    codes.make(session, store, "shelf", [codes.NewCode(place) for place in places], by=keeper)
    lot = session.scalars(
        select(Asset.tag).where(Asset.store_id == store, Asset.form == "lot", Asset.state == State.IN_STORE).order_by(Asset.units.desc())
    ).first()
    if lot is not None:
        codes.make(session, store, "cage", [codes.NewCode(f"{number}号笼", lot=lot, holds=25) for number in (1, 2)], by=keeper)
    codes.make(session, store, "blank", [codes.NewCode()] * 24, by=keeper)


def _stuck_on(scene: Scene) -> Story:
    """Give the newest single thing of the store a blank label."""
    session = yield (-1, 16)
    blank = session.scalars(select(LabelCode.tag).where(LabelCode.purpose == "blank").order_by(LabelCode.id)).first()
    standing = select(Asset.tag).where(Asset.store_id == scene.stores[STORE], Asset.form == "unit", Asset.state == State.IN_STORE)
    thing = session.scalars(standing.order_by(Asset.id.desc())).first()
    if blank is not None and thing is not None:
        codes.claim(session, [codes.Claim(blank, thing)], by=scene.people[KEEPER])
