"""What may stand in for what, and somebody who wishes to be told when such a thing enters."""

from __future__ import annotations

from collections.abc import Iterator

from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story
from assetpool.reservations import substitutes
from assetpool.shortages import wishes

STAND_IN = (("desk", "folding-table", False), ("desk", "staff-desk", True), ("stacking-chair", "office-chair", False), ("laptop", "computer", False))


def stories(scene: Scene) -> Iterator[Story]:
    """Yield the stories of substitutes and of a wish."""
    yield _declared(scene)
    yield _wished(scene)


def _declared(scene: Scene) -> Story:
    session = yield (-45, 10)
    for asked, other, mutual in STAND_IN:
        substitutes.declare(session, scene.kinds[asked], scene.kinds[other], mutual, by=scene.people["zhoumin"])


def _wished(scene: Scene) -> Story:
    session = yield (-3, 11)
    wishes.make(session, by=scene.people["hanxue"], words="投影仪")
