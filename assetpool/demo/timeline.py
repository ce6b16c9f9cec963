"""Stories told in the order of time: each story says when its next act happens, and all stories together make one history."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable

from sqlalchemy.orm import Session

from assetpool.demo.scene import Scene, act

Moment = tuple[int, int]
"""Days from today (negative: before), and the hour of that day."""
Story = Generator[Moment, Session, None]


def tell(scene: Scene, stories: Iterable[Story]) -> None:
    """Carry out the acts of all stories, the earliest first; each act has a session and a transaction of its own.

    A story is a generator: `session = yield (-3, 14)` waits until 14:00 three days ago and then acts until its next yield.
    """
    waiting: list[tuple[Moment, int, Story]] = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    while waiting:
        (offset, hour), number, story = heapq.heappop(waiting)
        with act(scene.on(offset, hour, number % 50)) as session:
            try:
                following = story.send(session)
            except StopIteration:
                continue
            heapq.heappush(waiting, (following, number, story))
