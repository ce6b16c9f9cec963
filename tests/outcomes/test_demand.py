"""Unmet demand from real requests: cut, rejected, waiting and refused at approval, which itself leaves a record though it is rolled back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetpool.core.db import atomic, db
from assetpool.outcomes import refusals
from assetpool.outcomes.demand import Demand, demand
from assetpool.outcomes.models import StockRefusal
from assetpool.outcomes.shortage import Outcome, Peak, Unmet
from assetpool.requisitions import drafting, service
from assetpool.requisitions.drafting import Wish
from assetpool.reservations.service import NotEnoughStock
from tests import walking
from tests import world as worlds
from tests.world import World

FIRST, LAST = date(2099, 3, 2), date(2099, 3, 6)
SPRING = (date(2099, 1, 1), date(2099, 6, 30))


def wish(world: World, *wishes: Wish, first: date = FIRST, last: date = LAST) -> str:
    """Write a request of department B and hand it in."""
    with atomic() as session:
        number = drafting.draft(session, world.department_b, wishes, first, last, by=world.organizer_b).number
    with atomic() as session:
        service.submit(session, number, by=world.organizer_b)
    return number


def approve(world: World, number: str, **more: Any) -> None:
    with atomic() as session:
        service.approve(session, number, by=world.approver, **more)


def reject(world: World, number: str) -> None:
    with atomic() as session:
        service.reject(session, number, by=world.approver, reason="没有了")


def found(world: World, by: str = "kind", days: tuple[date, date] = SPRING) -> Demand:
    db.session().rollback()
    return demand(db.session(), world.pool, *days, by)


def unmet(world: World) -> list[Unmet]:
    return [lack.unmet for lack in found(world).lacks]


def test_what_was_granted_in_full_is_no_unmet_demand(world: World) -> None:
    approve(world, wish(world, Wish(10, world.desk)))
    assert (found(world).rows, found(world).total.short) == ((), 0)


def test_what_was_cut_for_want_of_stock_is_short_and_the_rest_had_other_reasons(world: World) -> None:
    approve(world, wish(world, Wish(14, world.desk), Wish(30, world.chair)), cuts={1: 9, 2: 20}, reason="不够")
    assert unmet(world) == [Unmet(Outcome.CUT, 4, 1), Unmet(Outcome.CUT, 0, 10)]
    assert found(world).total.peak == Peak(FIRST, 4)


def test_a_rejected_request_was_short_of_what_was_not_free(world: World) -> None:
    approve(world, wish(world, Wish(8, world.desk)))
    reject(world, wish(world, Wish(5, world.desk)))
    assert unmet(world) == [Unmet(Outcome.REFUSED, 3, 2)]


def test_a_waiting_request_stands_apart_and_a_draft_nowhere(world: World) -> None:
    wish(world, Wish(13, world.desk))
    with atomic() as session:
        drafting.draft(session, world.department_b, [Wish(99, world.desk)], FIRST, LAST, by=world.organizer_b)
    total = found(world).total
    assert (total.waiting, total.short, total.peak, len(total.requests)) == (3, 0, None, 1)


def test_a_request_cancelled_after_it_was_granted_is_no_unmet_demand_but_one_sent_back_and_given_up_is(world: World) -> None:
    granted, given_up = wish(world, Wish(10, world.desk), Wish(900, world.chair)), wish(world, Wish(12, world.desk))
    with atomic() as session:
        service.send_back(session, given_up, by=world.approver, reason="太多")
    approve(world, granted, cuts={2: 0}, reason="不够")
    for number in (granted, given_up):
        with atomic() as session:
            service.cancel(session, number, by=world.organizer_b)
    assert unmet(world) == [Unmet(Outcome.REFUSED, 2, 10)]


def test_an_approval_that_the_stores_cannot_grant_leaves_a_record(app: Flask, world: World) -> None:
    taken, late = wish(world, Wish(8, world.desk)), wish(world, Wish(5, world.desk), Wish(1, world.chair))
    approve(world, taken)
    client = worlds.sign_in(app, "approver")
    for _ in range(2):
        assert walking.send(client, f"/requisitions/{late}/approve", {}, f"/requisitions/{late}").status_code == 409
    db.session().rollback()
    row = db.session().scalars(select(StockRefusal)).one()
    assert (row.line_no, row.kind_id, row.wanted, row.free, row.times) == (1, world.desk, 5, 2, 2)
    reject(world, late)
    assert unmet(world)[1:] == [Unmet(Outcome.REFUSED, 0, 1)]
    first = found(world).lacks[0]
    assert (first.unmet, first.refusals) == (Unmet(Outcome.REFUSED, 3, 2), 2)


def test_an_approval_refused_by_rest_or_in_the_inbox_leaves_one_too(app: Flask, world: World) -> None:
    numbers = [wish(world, Wish(7, world.desk)) for _ in range(3)]
    approve(world, numbers[0])
    with atomic() as session:
        header = worlds.token(session, world.approver)
    assert app.test_client().post(f"/api/v1/requisitions/{numbers[1]}/approve", json={}, headers=header).status_code == 409
    assert walking.send(worlds.sign_in(app, "approver"), "/approvals", {"chosen": numbers[2]}).status_code == 303
    db.session().rollback()
    assert [(row.wanted, row.free) for row in db.session().scalars(select(StockRefusal))] == [(7, 3), (7, 3)]


def test_the_refused_approval_itself_is_rolled_back_and_forgotten_by_the_next_act(world: World) -> None:
    number = wish(world, Wish(7, world.desk))
    approve(world, wish(world, Wish(7, world.desk)))
    with pytest.raises(NotEnoughStock):
        approve(world, number)
    assert list(refusals.noted(db.session()).values()) == [{}]
    assert refusals.noted(db.session()) == {}


def test_shortages_of_one_day_are_added_and_those_that_follow_are_not(world: World) -> None:
    for number in (
        wish(world, Wish(14, world.desk)),
        wish(world, Wish(12, world.desk), first=LAST, last=LAST + timedelta(days=2)),
        wish(world, Wish(15, world.desk), first=date(2099, 3, 20), last=date(2099, 4, 2)),
    ):
        reject(world, number)
    assert found(world).total.peak == Peak(LAST, 6)
    by_month = {row.label.key: (row.refused, row.peak) for row in found(world, "month").rows}
    assert by_month == {"2099-03": (11, Peak(LAST, 6)), "2099-04": (5, Peak(date(2099, 4, 1), 5))}


@pytest.mark.parametrize(("days", "lines"), [((date(2099, 3, 6), date(2099, 3, 31)), 1), ((date(2099, 3, 7), date(2099, 3, 31)), 0)])
def test_only_requests_for_days_of_the_period_count(world: World, days: tuple[date, date], lines: int) -> None:
    reject(world, wish(world, Wish(14, world.desk)))
    assert len(found(world, days=days).lacks) == lines


def test_the_database_holds_no_refusal_without_a_lack(world: World) -> None:
    number = wish(world, Wish(7, world.desk))
    with pytest.raises(IntegrityError, match="refused_for_lack_of_stock"), atomic() as session:
        document = service.records.lock(session, number, "RQ")
        refusals.record(session, {document.id: {1: 100}})
        session.scalars(select(StockRefusal)).one().wanted = 1


def test_the_queries_do_not_grow_with_the_requests(world: World, asked_of: object) -> None:
    def asking() -> int:
        db.session().rollback()
        with asked_of() as sent:  # type: ignore[operator]
            found(world, "class")
        return len(sent)

    reject(world, wish(world, Wish(14, world.desk)))
    few = asking()
    for n in range(4):
        reject(world, wish(world, Wish(20 + n, world.desk), Wish(600, world.chair)))
    assert asking() == few <= 6
