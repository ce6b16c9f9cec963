"""Things that are out stay longer where nobody else was promised them, and the saving is that of one longer loan."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from assetpool.audit import gathering
from assetpool.audit.rules_dealings import late_returns
from assetpool.changes import extending, extensions
from assetpool.changes.models import Extension
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson, WrongState
from assetpool.custody.models import Movement, Tranche
from assetpool.handovers import service as handovers
from assetpool.handovers.models import Slip
from assetpool.reservations.queries import free
from assetpool.savings import running
from assetpool.savings.models import SavingEntry
from tests import world as worlds
from tests.handovers.conftest import Floor

LATER = date(2026, 12, 18)


@pytest.fixture
def slip(floor: Floor, lot: str) -> str:
    """Eighty chairs out with department B until 4 December."""
    return floor.lend(floor.approved([(floor.world.chair, 80)]), [(lot, 80)])


def ask(floor: Floor, slip: str, until: date = LATER, *parts: extending.Part) -> str:
    with atomic() as session:
        return extensions.ask(session, slip, until, parts, by=floor.world.organizer_b, reason="决赛推迟").number


def approve(floor: Floor, number: str) -> None:
    with atomic() as session:
        extensions.approve(session, number, by=floor.world.approver)


def due_days(lot: str) -> dict[date | None, int]:
    rows = db.session().execute(select(Tranche.due_on, func.sum(Tranche.count)).where(Tranche.state == "out", Tranche.count > 0).group_by(Tranche.due_on))
    found = {row[0]: int(row[1]) for row in rows}
    db.session().rollback()
    return found


def due_of(slip: str) -> date | None:
    found = db.session().scalars(select(Slip.due_on)).one()
    db.session().rollback()
    return found


def test_an_extension_moves_the_due_day_and_the_days_are_taken(floor: Floor, lot: str, slip: str) -> None:
    w = floor.world
    number = ask(floor, slip)
    assert floor.state(number) == "submitted" and due_days(lot) == {date(2026, 12, 4): 80}
    approve(floor, number)
    assert floor.state(number) == "approved"
    assert due_days(lot) == {LATER: 80} and due_of(slip) == LATER
    acts = list(db.session().scalars(select(Movement.act).order_by(Movement.height)))
    assert acts[-1] == "extended"
    assert free(db.session(), w.chair, date(2026, 12, 7), date(2026, 12, 8), 0, floor.today()) == 420


def test_part_of_a_lot_is_parted_and_the_slip_is_due_when_the_first_part_is(floor: Floor, lot: str, slip: str) -> None:
    approve(floor, ask(floor, slip, LATER, extending.Part(1, lot, 30)))
    assert due_days(lot) == {date(2026, 12, 4): 50, LATER: 30}
    assert due_of(slip) == date(2026, 12, 4)
    approve(floor, ask(floor, slip, LATER))
    assert due_days(lot) == {LATER: 80} and due_of(slip) == LATER


def test_after_the_rest_came_back_the_slip_is_due_on_the_new_day(floor: Floor, lot: str, slip: str) -> None:
    approve(floor, ask(floor, slip, LATER, extending.Part(1, "", 30)))
    floor.back([handovers.Back(lot, good=50)])
    out = due_days(lot)
    assert sum(out.values()) == 30 and due_of(slip) == min(day for day in out if day)


def test_days_promised_to_others_are_refused_with_the_longest_day(floor: Floor, lot: str, slip: str) -> None:
    floor.approved([(floor.world.chair, 450)], date(2026, 12, 14), date(2026, 12, 16))
    with pytest.raises(extending.ExtensionPromised) as refused:
        ask(floor, slip)
    assert refused.value.longest == date(2026, 12, 13) and refused.value.figures["promised"] == date(2026, 12, 14)
    assert db.session().scalar(select(func.count(Extension.id))) == 0
    db.session().rollback()
    approve(floor, ask(floor, slip, date(2026, 12, 13)))
    assert due_days(lot) == {date(2026, 12, 13): 80}


def test_fewer_units_may_stay_where_all_of_them_may_not(floor: Floor, lot: str, slip: str) -> None:
    floor.approved([(floor.world.chair, 450)], date(2026, 12, 14), date(2026, 12, 16))
    with pytest.raises(extending.ExtensionPromised):
        ask(floor, slip, LATER, extending.Part(1, lot, 51))
    approve(floor, ask(floor, slip, LATER, extending.Part(1, lot, 50)))
    assert due_days(lot) == {date(2026, 12, 4): 30, LATER: 50}


def test_what_was_promised_between_asking_and_deciding_counts_and_nothing_moves(floor: Floor, lot: str, slip: str) -> None:
    number = ask(floor, slip)
    floor.approved([(floor.world.chair, 450)], date(2026, 12, 5), date(2026, 12, 6))
    with pytest.raises(extending.ExtensionPromised) as refused:
        approve(floor, number)
    assert refused.value.longest is None
    assert due_days(lot) == {date(2026, 12, 4): 80} and floor.state(number) == "submitted"


def test_who_may_ask_and_who_may_decide(floor: Floor, lot: str, slip: str) -> None:
    w = floor.world
    with pytest.raises(NotAllowed), atomic() as session:
        extensions.ask(session, slip, LATER, by=w.stranger)
    number = ask(floor, slip)
    with pytest.raises((SamePerson, NotAllowed)), atomic() as session:
        extensions.approve(session, number, by=w.organizer_b)
    with atomic() as session:
        extensions.reject(session, number, by=w.approver, reason="另有安排")
    assert floor.state(number) == "rejected" and due_days(lot) == {date(2026, 12, 4): 80}
    with pytest.raises(WrongState), atomic() as session:
        extensions.cancel(session, number, by=w.organizer_b)


def test_a_day_that_is_not_later_is_refused_and_so_is_a_day_after_the_last_one(floor: Floor, slip: str) -> None:
    with pytest.raises(FieldInvalid):
        ask(floor, slip, date(2026, 12, 4))
    number = ask(floor, slip)
    with clock.at(clock.moment_on(date(2026, 12, 5), worlds.ZONE)):
        with pytest.raises(extending.DueDayPassed):
            ask(floor, slip)
        with pytest.raises(extending.DueDayPassed):
            approve(floor, number)


def posted(upto: date) -> dict[str, int]:
    with clock.at(clock.moment_on(upto, worlds.ZONE)), atomic() as session:
        running.accrue(session, 1, upto)
    columns = (func.sum(SavingEntry.rental), func.sum(SavingEntry.adopted))
    row = db.session().execute(select(*columns)).one()
    db.session().rollback()
    return {"rental": int(row[0] or 0), "adopted": int(row[1] or 0)}


def test_the_saving_is_that_of_one_longer_loan(floor: Floor, lot: str) -> None:
    w = floor.world
    slip = floor.lend(floor.approved([(w.chair, 80)]), [(lot, 80)])
    with clock.at(clock.moment_on(date(2026, 12, 3), worlds.ZONE)):
        with atomic() as session:
            running.accrue(session, w.pool, floor.today())
        approve(floor, ask(floor, slip))
    extended = posted(date(2026, 12, 20))
    with atomic() as session:
        other = worlds.stock(session, w.chair, 80, lot=True)[0]
    floor.lend(floor.approved([(w.chair, 80)], last=LATER), [(other, 80)])
    both = posted(date(2026, 12, 20))
    assert extended["rental"] > 0
    assert both == {name: 2 * amount for name, amount in extended.items()}


def test_what_came_back_within_the_extension_is_not_late_to_an_auditor(floor: Floor, lot: str, slip: str) -> None:
    approve(floor, ask(floor, slip))
    with clock.at(clock.moment_on(date(2026, 12, 16), worlds.ZONE)):
        floor.back([handovers.Back(lot, good=80)])
        acts = gathering.gather(db.session(), floor.world.pool).acts
    assert [act.due_on for act in acts] == [LATER]
    assert not list(late_returns(gathering.gather(db.session(), floor.world.pool)))
