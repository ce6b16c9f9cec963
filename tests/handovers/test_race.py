"""Two keepers reach for the same thing at the same moment: one gets it, the other is told who has it."""

from __future__ import annotations

import threading

from flask import Flask

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.handovers import service as handovers
from tests.handovers.conftest import FREE, Floor, apart


def hands(app: Flask, floor: Floor, acts: list[tuple[str, list[handovers.Item]]]) -> list[str]:
    """Perform hand-overs at once, each in a thread of its own; return 'done' or the refusal's code, sorted."""
    together = threading.Barrier(len(acts))
    answers: list[str] = []

    def act(number: str, items: list[handovers.Item]) -> None:
        with app.app_context():
            together.wait()
            try:
                with atomic() as session:
                    handovers.hand_over(session, number, items, by=floor.world.keeper, costs=FREE)
                answers.append("done")
            except DomainError as refusal:
                answers.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=one) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers)


def test_the_same_thing_goes_out_once(app: Flask) -> None:
    floor = apart(app)
    desk = floor.tags(floor.world.desk)[0]
    today = floor.today()
    numbers = [floor.approved([(floor.world.desk, 1)], today, today) for _ in range(4)]
    assert hands(app, floor, [(number, [handovers.Item(desk)]) for number in numbers]) == ["blocked", "blocked", "blocked", "done"]
    assert floor.where(desk) == {"loaded": 1}


def test_a_request_is_issued_no_more_than_once(app: Flask) -> None:
    floor = apart(app)
    desks = floor.tags(floor.world.desk)
    today = floor.today()
    number = floor.approved([(floor.world.desk, 2)], today, today)
    lists = [[handovers.Item(tag) for tag in desks[start : start + 2]] for start in (0, 2, 4)]
    assert hands(app, floor, [(number, items) for items in lists]) == ["blocked", "blocked", "done"]
    assert floor.owned(floor.world.desk, floor.world.main) == (10, 8)
