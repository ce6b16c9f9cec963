"""The present as a newcomer finds it: stocked stores, this year's prices, loans and intakes in every state, a count, savings reviewed and proposed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from assetpool.demo import asking, buying, catalogue, counts, gifts, labelling, loans, rules, shortages, stock, trucks
from assetpool.demo.scene import Scene
from assetpool.demo.timeline import Story, tell
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct


def play(scene: Scene) -> None:
    """Tell everything that happened since, in the order of time."""
    tell(scene, _stories(scene))


def _stories(scene: Scene) -> Iterator[Story]:
    yield _prices(scene)
    yield from stock.stories(scene)
    yield from loans.stories(scene)
    yield from gifts.stories(scene)
    yield from trucks.stories(scene)
    yield from asking.stories(scene)
    yield from rules.stories(scene)
    yield from shortages.stories(scene)
    yield from buying.stories(scene)
    yield from counts.stories(scene)
    yield from labelling.stories(scene)
    yield _review(scene)
    yield _night(scene)


def _prices(scene: Scene) -> Story:
    session = yield (-100, 9)
    catalogue.price_today(session, scene)


def _review(scene: Scene) -> Story:
    """Accept what was complete two months ago; the rest waits for the reviewer."""
    session = yield (-58, 10)
    waiting = select(SavingAct.id).where(SavingAct.pool_id == scene.pool, SavingAct.reviewed == "proposed", ~SavingAct.opening, SavingAct.grade == "A")
    acts = list(session.scalars(waiting.where(SavingAct.accepted_on < scene.day(-60))))
    savings.review(session, acts, "accepted", "需求、预算、价格、签收、费用、验收齐全，同意核定", scene.people["zhenglan"])


def _night(scene: Scene) -> Story:
    """Post what running loans were worth up to yesterday, as the daily work does."""
    session = yield (-1, 23)
    savings.accrue(session, scene.pool, scene.day(-1))
