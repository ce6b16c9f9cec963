"""A closed year and what is known of it today stand side by side, and the difference is told line by line."""

from __future__ import annotations

from datetime import date

from assetpool.closings import sheet
from assetpool.core.db import db
from assetpool.reports.bridge import Bridge
from assetpool.reports.queries import report
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct
from tests.closings.months import MARCH, close, desks, lend, on, record_cost
from tests.savings import ledger
from tests.savings.ledger import Handed
from tests.world import World

JANUARY = date(2026, 1, 8)
DESK = 160_000


def accepted(world: World, made: Handed, day: date) -> None:
    """Let an act become grade A, accepted."""
    with on(day) as session:
        act = session.get_one(SavingAct, made.act)
        act.need_file_id = act.budget_file_id = ledger.paper(session, world, f"n{made.act}")
        act.budget_price, act.need_dated_on = DESK, date(2025, 1, 2)
        savings.review(session, [made.act], "accepted", "齐全", world.reviewer)


def bridge_of(world: World, year: int = 2025) -> Bridge:
    db.session().rollback()
    found = report(db.session(), sheet.everything(world.pool), date(year, 1, 1), date(year, 12, 31))
    assert found.counted_by == "period"
    return next(bridge for bridge in found.bridges if bridge.kind == "loan")


def test_as_closed_decided_since_late_facts_and_known_today_add_up(world: World) -> None:
    tag = desks(world)
    one = lend(world, tag, 10, MARCH, date(2025, 3, 20))
    two = lend(world, tag, 5, date(2025, 6, 2), date(2025, 6, 20))
    accepted(world, one, date(2025, 7, 1))
    close(world, "2025", JANUARY)
    late = bridge_of(world)
    assert (late.closed.avoided, late.closed.cost) == (10 * DESK, 10_000)  # type: ignore[union-attr]
    assert (late.decided.avoided, late.known.avoided) == (0, 10 * DESK)  # type: ignore[union-attr]
    with on(date(2026, 2, 3)) as session:  # A voucher of the year before turns up.
        record_cost(session, world, one, 10, date(2026, 2, 3), 7_700, "LATE")
        savings.regrade(session, [one.act])
    accepted(world, two, date(2026, 2, 4))
    found = bridge_of(world)
    assert found.closed is not None and found.decided is not None
    assert (found.closed.avoided, found.closed.cost) == (10 * DESK, 10_000), "what was signed stays"
    assert (found.decided.avoided, found.decided.cost) == (5 * DESK, 10_000)
    assert (found.later.avoided, found.later.cost) == (0, 7_700)
    assert (found.known.avoided, found.known.cost) == (15 * DESK, 27_700)
    next_year = bridge_of(world, 2026)
    assert (next_year.closed, next_year.posted.cost, next_year.earlier.cost, next_year.known.cost) == (None, 7_700, 7_700, 0)


def test_a_period_without_late_facts_that_is_open_needs_no_bridge(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    assert report(db.session(), sheet.everything(world.pool), date(2025, 1, 1), date(2025, 12, 31)).bridges == ()
    assert report(db.session(), sheet.everything(world.pool), date(2025, 1, 2), date(2025, 12, 31)).counted_by == "business_day"
