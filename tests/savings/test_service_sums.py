"""Sums of a period: kinds and standings apart, things counted once, running loans shown apart, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.org.queries import access_of
from assetpool.records.models import Document
from assetpool.savings import queries
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct
from assetpool.savings.provisional import provisional
from assetpool.savings.sums import DIMENSIONS, Sum, sums
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World, stock

FIRST = date(2025, 3, 3)
YEAR = (date(2025, 1, 1), date(2025, 12, 31))


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def desks(world: World) -> str:
    """Give the tag of a lot of 100 new desks at 1,600 yuan and 4 yuan a day."""
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        return ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, FIRST), 100, FIRST)


def lend(world: World, tag: str, count: int, day: date, days: int = 30, **more: object) -> ledger.Handed:
    """Hand over units for some days."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.hand_over(session, world, tag, count, day, day + timedelta(days=days - 1), **more)


def back(world: World, tranche_id: int, day: date) -> None:
    """Take units back."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        ledger.take_back(session, world, tranche_id, day)


def found(world: World, by: str = "kind", first: date = YEAR[0], last: date = YEAR[1]) -> dict[tuple[object, str, str], Sum]:
    """Return the sums by key, kind and standing."""
    return {(row.key, row.kind, row.standing): row for row in sums(db.session(), world.pool, first, last, by)}


def test_kinds_and_standings_stand_apart(world: World, desks: str) -> None:
    loan = lend(world, desks, 60, FIRST)
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        ledger.hand_over(session, world, desks, 40, FIRST, None, kind="transfer")
        savings.opening_statement(session, world.pool, world.city, "transfer", 11_600, fen("86000000"), "简报", FIRST, world.finance)
        slip = session.get_one(Document, loan.slip)
        savings.record_costs(session, slip, [], "自行搬运", world.keeper, FIRST)
        savings.post_costs(session, slip, {loan.act: 60}, world.keeper)
    rows = found(world)
    assert set(rows) == {("loan", "loan", "proposed"), ("transfer", "transfer", "proposed"), ("transfer", "transfer", "opening")}
    one = rows[("loan", "loan", "proposed")]
    assert (one.adopted, one.purchase, one.items, one.item_loans, one.valued, one.costed, one.cost) == (60 * fen("1600"), 60 * fen("1600"), 60, 60, 60, 60, 0)
    assert rows[("transfer", "transfer", "proposed")].rental is None
    assert rows[("transfer", "transfer", "proposed")].costed == 0
    opening = rows[("transfer", "transfer", "opening")]
    assert (opening.lower_bound, opening.adopted, opening.items) == (fen("86000000"), None, 11_600)


@pytest.mark.parametrize(
    ("grade", "reviewed", "same_system", "standing"),
    [
        ("A", "accepted", False, "headline"),
        ("A", "proposed", False, "proposed"),
        ("B", "accepted", False, "B"),
        ("C", "accepted", False, "C"),
        ("A", "accepted", True, "same_system"),
        ("A", "rejected", False, "reversed"),
        ("A", "reversed", True, "reversed"),
    ],
)
def test_an_act_stands_in_one_place(world: World, desks: str, grade: str, reviewed: str, same_system: bool, standing: str) -> None:
    handed = lend(world, desks, 1, FIRST)
    with atomic() as session:
        act = session.get_one(SavingAct, handed.act)
        act.grade, act.reviewed, act.same_system = grade, reviewed, same_system
    assert list(found(world)) == [("loan", "loan", standing)]


def test_things_are_counted_once_and_loans_each_time(world: World, desks: str) -> None:
    first = lend(world, desks, 100, FIRST)
    with clock.at(ledger.at_noon(FIRST + timedelta(days=5))), atomic() as session:
        ledger.take_back(session, world, first.tranches[0], FIRST + timedelta(days=5), count=30)
    back(world, first.tranches[0], FIRST + timedelta(days=9))
    second = lend(world, desks, 45, FIRST + timedelta(days=20))
    for tranche_id in second.tranches:
        back(world, tranche_id, FIRST + timedelta(days=25))
    row = found(world)[("loan", "loan", "proposed")]
    assert (row.items, row.item_loans) == (100, 145)
    later = found(world, first=FIRST + timedelta(days=15))[("loan", "loan", "proposed")]
    assert (later.items, later.item_loans) == (45, 45)


def test_units_parted_before_their_first_loan_are_not_the_ones_left(world: World, desks: str) -> None:
    lend(world, desks, 30, FIRST)
    lend(world, desks, 20, FIRST)
    row = found(world)[("loan", "loan", "proposed")]
    assert (row.items, row.item_loans) == (50, 50)


def test_single_things_are_counted_by_their_labels(world: World) -> None:
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "件", fen("1600"), fen("4"), 180, FIRST)
        tags = stock(session, kind_id, 3, owner_id=world.elsewhere)
    for day, tag in ((0, tags[0]), (10, tags[0]), (10, tags[1])):
        start = FIRST + timedelta(days=day)
        handed = lend(world, tag, 1, start)
        back(world, handed.tranches[0], start + timedelta(days=5))
    row = found(world)[("loan", "loan", "proposed")]
    assert (row.items, row.item_loans) == (2, 3)


def test_only_entries_of_the_period_are_summed(world: World, desks: str) -> None:
    handed = lend(world, desks, 1, FIRST)
    back(world, handed.tranches[0], FIRST + timedelta(days=10))
    assert found(world, last=FIRST)[("loan", "loan", "proposed")].rental == 0
    assert found(world, first=FIRST + timedelta(days=1))[("loan", "loan", "proposed")].rental == 10 * fen("4")
    assert found(world, first=FIRST + timedelta(days=1))[("loan", "loan", "proposed")].purchase == 0
    assert found(world, last=FIRST - timedelta(days=1)) == {}


def test_every_dimension_gives_the_same_total(world: World, desks: str) -> None:
    handed = lend(world, desks, 10, FIRST)
    back(world, handed.tranches[0], FIRST + timedelta(days=29))
    lend(world, desks, 90, date(2025, 4, 2))
    totals = {by: sum(row.adopted or 0 for row in found(world, by).values()) for by in DIMENSIONS}
    assert set(totals.values()) == {90 * fen("1600")}
    assert [key for key, _, _ in found(world, "month")] == ["2025-03", "2025-04"]
    assert [key for key, _, _ in found(world, "organization")] == [world.department_b]
    assert [key for key, _, _ in found(world, "store")] == [world.main]
    assert [key for key, _, _ in found(world, "class")] == ["A05010000"]
    with pytest.raises(ValueError, match="weather"):
        found(world, "weather")


def test_running_loans_are_shown_apart_up_to_today(world: World, desks: str) -> None:
    lend(world, desks, 10, FIRST)
    with clock.at(ledger.at_noon(FIRST + timedelta(days=9))):
        [row] = provisional(db.session(), world.pool, *YEAR)
        assert (row.key, row.standing, row.rental, row.purchase, row.adopted) == ("loan", "proposed", 10 * 10 * fen("4"), 0, 0)
        assert provisional(db.session(), world.pool, FIRST + timedelta(days=30), YEAR[1]) == []
        with atomic() as session:
            savings.accrue(session, world.pool, FIRST + timedelta(days=4))
        [row] = provisional(db.session(), world.pool, *YEAR, by="organization")
        assert (row.key, row.rental) == (world.department_b, 10 * 5 * fen("4"))
        assert found(world)[("loan", "loan", "proposed")].rental == 10 * 5 * fen("4")


def test_the_number_of_queries_is_fixed(world: World, desks: str) -> None:
    numbers = []
    for more in (2, 6):
        for _ in range(more):
            lend(world, desks, 2, FIRST, 300)
        with clock.at(ledger.at_noon(FIRST + timedelta(days=9))), counted() as sent:
            sums(db.session(), world.pool, *YEAR, "organization")
            provisional(db.session(), world.pool, *YEAR, "organization")
            queries.act_lines(db.session(), access_of(db.session(), world.auditor))
        numbers.append(len(sent))
        db.session().rollback()
    assert numbers[0] == numbers[1] <= 18


def test_acts_are_listed_newest_first_with_their_figures(world: World, desks: str) -> None:
    one, two = (lend(world, desks, 2, FIRST) for _ in range(2))
    access = access_of(db.session(), world.auditor)
    lines = queries.act_lines(db.session(), access, reviewed="proposed")
    assert [line.act.id for line in lines] == [two.act, one.act]
    assert (lines[0].purchase, lines[0].cost, lines[0].saving) == (2 * fen("1600"), None, None)
    assert [line.act.id for line in queries.act_lines(db.session(), access, before=two.act)] == [one.act]
    assert queries.act_lines(db.session(), access_of(db.session(), world.stranger)) == []
    assert queries.act_line(db.session(), access_of(db.session(), world.stranger), one.act) is None
    assert [row.act_id for row in queries.entries_of(db.session(), one.act)] == [one.act]
    assert queries.act_of(db.session(), one.slip, 1) is not None
    assert [act.id for act in queries.acts_of(db.session(), two.slip)] == [two.act]
