"""Stocktakes from plan to posting: what was counted becomes the book, and nothing else moves."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed, SamePerson, WrongState
from assetpool.custody.models import Asset, Movement, State, Stock, Tranche
from assetpool.moves import service as moves
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.stocktake import counting, posting, queries, service
from assetpool.stocktake.answering import Counted, Taken
from assetpool.stocktake.models import StocktakeCount, StocktakeLine
from tests import world as worlds
from tests.world import World

database_template = worlds.template


def frozen(world: World, **scope: object) -> str:
    with atomic() as session:
        number = service.plan(session, world.main, by=world.keeper, **scope).number  # type: ignore[arg-type]
    with atomic() as session:
        service.freeze(session, number, by=world.keeper)
    return number


def counted(number: str, by: int, *what: Counted) -> list[Taken]:
    with atomic() as session:
        return counting.count(session, number, what, by=by)[1]


def finished(number: str, by: int) -> str:
    with atomic() as session:
        return service.finish(session, number, by=by).state


def tags(kind_id: int) -> list[str]:
    return list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == kind_id).order_by(Asset.id)))


def present(tag: str) -> dict[tuple[str, str], int]:
    statement = select(Tranche.place, Tranche.state, func.sum(Tranche.count)).join(Asset, Asset.id == Tranche.asset_id)
    rows = db.session().execute(statement.where(Asset.tag == tag, Tranche.count > 0).group_by(Tranche.place, Tranche.state)).all()
    db.session().rollback()
    return {(row[0], row[1]): int(row[2]) for row in rows}


def approved_and_posted(world: World, number: str) -> None:
    with atomic() as session:
        service.approve(session, number, by=world.approver)
    with atomic() as session:
        posting.post(session, number, by=world.keeper)


def test_a_count_of_everything_that_is_right_changes_nothing(world: World) -> None:
    number = frozen(world)
    desks, chairs = tags(world.desk), tags(world.chair)
    before = db.session().scalar(select(func.count(Movement.id)))
    taken = counted(number, world.keeper, *(Counted(f"d{n}", tag) for n, tag in enumerate(desks)), Counted("c", chairs[0], units=500))
    assert [one.outcome for one in taken] == ["counted"] * 11
    assert finished(number, world.keeper) == "differences"
    approved_and_posted(world, number)
    assert db.session().scalar(select(func.count(Movement.id))) == before
    assert queries.sums(db.session(), list(db.session().scalars(select(StocktakeLine.stocktake_id)))[:1]).popitem()[1].right == 11


def test_what_is_missing_is_counted_again_by_another_and_held(world: World) -> None:
    number = frozen(world)
    desks, chairs = tags(world.desk), tags(world.chair)
    counted(number, world.keeper, *(Counted(f"d{n}", tag) for n, tag in enumerate(desks[1:])), Counted("c", chairs[0], units=497))
    assert finished(number, world.keeper) == "recount"
    with pytest.raises(SamePerson):
        counted(number, world.keeper, Counted("again", chairs[0], units=498))
    with pytest.raises(service.NotCountedAgain):
        finished(number, world.keeper)
    counted(number, world.keeper2, Counted("again", chairs[0], units=498), Counted("gone", desks[0], units=0))
    assert finished(number, world.keeper) == "differences"
    with atomic() as session:
        org.grant(session, world.keeper2, world.city, Role.APPROVER)
    with pytest.raises(SamePerson), atomic() as session:
        service.approve(session, number, by=world.keeper2)
    owned = db.session().get(Stock, (world.chair, world.main)).owned  # type: ignore[union-attr]
    db.session().rollback()
    approved_and_posted(world, number)
    assert present(desks[0]) == {("A-01", State.HELD): 1}
    assert present(chairs[0]) == {("A-01", State.IN_STORE): 498, ("A-01", State.HELD): 2}
    stock = db.session().get_one(Stock, (world.chair, world.main))
    assert (stock.owned, stock.present) == (owned, 498)


def test_what_is_missing_a_second_time_is_lost_and_what_turns_up_is_free_again(world: World) -> None:
    desks = tags(world.desk)
    first = frozen(world, class_code="A05010201")
    counted(first, world.keeper, *(Counted(f"d{n}", tag) for n, tag in enumerate(desks[2:])))
    finished(first, world.keeper)
    counted(first, world.keeper2, *(Counted(f"a{n}", tag, units=0) for n, tag in enumerate(desks[:2])))
    finished(first, world.keeper)
    approved_and_posted(world, first)
    second = frozen(world, class_code="A05010201")
    counted(second, world.keeper, *(Counted(f"d{n}", tag) for n, tag in enumerate(desks[1:])))
    finished(second, world.keeper)
    with atomic() as session:
        counting.rest_is_not_there(session, second, "rest", by=world.keeper2)
    finished(second, world.keeper)
    approved_and_posted(world, second)
    assert present(desks[0]) == {("A-01", State.LOST): 1}
    assert present(desks[1]) == {("A-01", State.IN_STORE): 1}


def test_what_stands_at_another_place_is_moved_there_and_too_much_is_held_under_a_number(world: World) -> None:
    number = frozen(world)
    desks, chairs = tags(world.desk), tags(world.chair)
    counted(
        number,
        world.keeper,
        Counted("d0", desks[0], place="B-07"),
        *(Counted(f"d{n}", tag) for n, tag in enumerate(desks[1:], start=1)),
        Counted("c1", chairs[0], units=480),
        Counted("c2", chairs[0], units=25, place="C-02"),
        Counted("u", words="三把木椅", units=3, kind_id=world.chair, place="C-02"),
    )
    finished(number, world.keeper)
    counted(number, world.keeper2, Counted("c1", chairs[0], units=480), Counted("c2", chairs[0], units=25, place="C-02"))
    finished(number, world.keeper)
    approved_and_posted(world, number)
    assert present(desks[0]) == {("B-07", State.IN_STORE): 1}
    assert present(chairs[0]) == {("A-01", State.IN_STORE): 480, ("C-02", State.IN_STORE): 20}
    new = db.session().execute(select(Asset.units, Asset.place, Asset.state).where(Asset.kind_id == world.chair, Asset.tag != chairs[0])).all()
    assert sorted(map(tuple, new)) == [(3, "C-02", State.HELD), (5, "C-02", State.HELD)]


def test_what_moved_after_the_freezing_is_explained_and_not_a_difference(world: World) -> None:
    number = frozen(world)
    desks, chairs = tags(world.desk), tags(world.chair)
    counted(number, world.keeper, Counted("c", chairs[0], units=500), *(Counted(f"d{n}", tag) for n, tag in enumerate(desks[1:])))
    with atomic() as session:
        moves.move(session, [moves.Carried(chairs[0], 100), moves.Carried(desks[0])], world.virtual, "hall", by=world.keeper)
    assert finished(number, world.keeper) == "differences"
    found = {asset.tag: line for line, asset, _kind in queries.lines(db.session(), db.session().scalars(select(StocktakeLine.stocktake_id)).first() or 0)}
    assert (found[chairs[0]].counted, found[chairs[0]].explained) == (500, 0)
    assert (found[desks[0]].counted, found[desks[0]].explained) == (0, -1)


def test_two_people_counting_one_thing_count_it_once_and_a_pile_together(world: World) -> None:
    number = frozen(world)
    desks, chairs = tags(world.desk), tags(world.chair)
    assert counted(number, world.keeper, Counted("1", desks[0]))[0].outcome == "counted"
    twice = counted(number, world.keeper2, Counted("1", desks[0]))[0]
    assert (twice.outcome, twice.by) == ("again", "刘保管")
    counted(number, world.keeper, Counted("2", chairs[0], units=300))
    together = counted(number, world.keeper2, Counted("2", chairs[0], units=200))[0]
    assert (together.outcome, together.units, together.by) == ("counted", 500, "刘保管")
    counted(number, world.keeper, *(Counted(f"d{n}", tag) for n, tag in enumerate(desks[1:])))
    assert finished(number, world.keeper) == "differences"


def test_a_count_sent_twice_is_there_once_and_one_taken_back_not_at_all(world: World) -> None:
    number = frozen(world)
    chairs = tags(world.chair)
    sent = Counted("a", chairs[0], units=20)
    assert [one.kept for one in counted(number, world.keeper, sent)] == [False]
    again = counted(number, world.keeper, sent, Counted("b", chairs[0], units=30), Counted("c", undoes="b"))
    assert [(one.kept, one.outcome, one.units) for one in again] == [(True, "counted", 20), (False, "counted", 20), (False, "undone", 20)]
    assert db.session().scalar(select(func.count(StocktakeCount.id))) == 3


def test_only_keepers_count_and_nobody_once_it_is_over(world: World) -> None:
    number = frozen(world)
    chairs = tags(world.chair)
    for person in (world.clerk_a, world.approver, world.stranger):
        with pytest.raises(NotAllowed):
            counted(number, person, Counted("a", chairs[0]))
    with atomic() as session:
        service.cancel(session, number, by=world.keeper)
    with pytest.raises(WrongState):
        counted(number, world.keeper, Counted("a", chairs[0]))


def test_two_stocktakes_do_not_expect_the_same_things(world: World) -> None:
    number = frozen(world, class_code="A05010303")
    with atomic() as session:
        other = service.plan(session, world.main, by=world.keeper).number
    with pytest.raises(service.CountedElsewhere) as refusal, atomic() as session:
        service.freeze(session, other, by=world.keeper)
    assert refusal.value.figures["other"] == number
