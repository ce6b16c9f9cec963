"""An approved request is cut, ended early, shifted, added to: only the difference is checked and approved, and a refusal leaves everything as it was."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from assetpool.changes import applying, ordering, orders
from assetpool.changes.models import ChangeLine
from assetpool.changes.ordering import Added, Kept
from assetpool.core.db import Base, atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson
from assetpool.records.models import Document
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations.models import Reservation
from assetpool.reservations.queries import free
from assetpool.reservations.service import NotEnoughStock
from tests.handovers.conftest import Floor

FIRST, LAST, LATER = date(2026, 11, 23), date(2026, 12, 4), date(2026, 12, 18)


@pytest.fixture
def request_number(floor: Floor) -> str:
    return floor.approved([(floor.world.chair, 80), (floor.world.desk, 4)])


def change(floor: Floor, number: str, **more: object) -> str:
    with atomic() as session:
        return orders.ask(session, number, by=floor.world.organizer_b, reason="日程调整", **more).number  # type: ignore[arg-type]


def approve(floor: Floor, number: str) -> None:
    with atomic() as session:
        orders.approve(session, number, by=floor.world.approver)


def chairs(floor: Floor, first: date, last: date) -> int:
    found = free(db.session(), floor.world.chair, first, last, 0, floor.today())
    db.session().rollback()
    return found


def digest() -> str:
    """Return the digest of all rows of documents, requests and promises."""
    made = sha256()
    for model in (Document, Requisition, RequisitionLine, Reservation, ChangeLine):
        table = Base.metadata.tables[model.__tablename__]
        for row in db.session().execute(select(table).order_by(table.c.id)):
            made.update(repr(tuple(row)).encode())
    db.session().rollback()
    return made.hexdigest()


def lines() -> list[tuple[int, int, int, int]]:
    rows = db.session().scalars(select(RequisitionLine).order_by(RequisitionLine.line_no))
    found = [(row.line_no, row.asked, row.approved, row.issued) for row in rows]
    db.session().rollback()
    return found


def test_a_cut_needs_nobody_and_frees_the_units_at_once(floor: Floor, request_number: str) -> None:
    number = change(floor, request_number, keep=[Kept(1, 50)])
    assert floor.state(number) == "approved" and floor.state(request_number) == "approved"
    assert lines() == [(1, 80, 50, 0), (2, 4, 4, 0)]
    assert chairs(floor, FIRST, LAST) == 450


def test_ending_early_needs_nobody_and_frees_the_days(floor: Floor, request_number: str) -> None:
    number = change(floor, request_number, last_day=date(2026, 11, 27))
    assert floor.state(number) == "approved"
    assert chairs(floor, date(2026, 11, 28), LAST) == 500 and chairs(floor, FIRST, date(2026, 11, 27)) == 420


def test_other_days_are_approved_and_the_old_ones_given_back(floor: Floor, request_number: str) -> None:
    number = change(floor, request_number, first_day=date(2026, 12, 2), last_day=LATER)
    assert floor.state(number) == "submitted" and chairs(floor, FIRST, date(2026, 12, 1)) == 420
    approve(floor, number)
    assert chairs(floor, FIRST, date(2026, 12, 1)) == 500 and chairs(floor, date(2026, 12, 2), LATER) == 420


def test_a_shift_over_its_own_days_is_granted_where_others_would_not_be(floor: Floor, request_number: str) -> None:
    floor.approved([(floor.world.chair, 420)], FIRST, LATER)
    approve(floor, change(floor, request_number, first_day=date(2026, 12, 2), last_day=LATER))
    assert chairs(floor, date(2026, 12, 2), LATER) == 0


def test_a_refused_shift_loses_nothing(floor: Floor, request_number: str) -> None:
    floor.approved([(floor.world.chair, 421)], date(2026, 12, 10), date(2026, 12, 11))
    before = digest()
    with pytest.raises(NotEnoughStock):
        change(floor, request_number, last_day=LATER)
    assert digest() == before


def test_what_was_promised_between_asking_and_deciding_refuses_and_loses_nothing(floor: Floor, request_number: str) -> None:
    number = change(floor, request_number, last_day=LATER)
    floor.approved([(floor.world.chair, 421)], date(2026, 12, 10), date(2026, 12, 11))
    before = digest()
    with pytest.raises(NotEnoughStock):
        approve(floor, number)
    assert digest() == before


def test_a_new_line_is_promised_with_its_approval_and_the_old_lines_stay(floor: Floor, request_number: str) -> None:
    number = change(floor, request_number, add=[Added(20, floor.world.chair, drop="东门")])
    assert floor.state(number) == "submitted" and chairs(floor, FIRST, LAST) == 420
    with pytest.raises((SamePerson, NotAllowed)), atomic() as session:
        orders.approve(session, number, by=floor.world.organizer_b)
    approve(floor, number)
    assert lines() == [(1, 80, 80, 0), (2, 4, 4, 0), (3, 20, 20, 0)] and chairs(floor, FIRST, LAST) == 400


def test_another_kind_takes_the_place_of_what_has_not_gone_out(floor: Floor, request_number: str) -> None:
    approve(floor, change(floor, request_number, add=[Added(3, floor.world.chair, "swap", of_line=2)]))
    assert lines() == [(1, 80, 80, 0), (2, 4, 1, 0), (3, 3, 3, 0)] and chairs(floor, FIRST, LAST) == 417


def test_a_good_one_is_promised_for_a_broken_one_that_went_out(floor: Floor, request_number: str) -> None:
    lot = floor.tags(floor.world.chair)[0]
    with pytest.raises(FieldInvalid):
        change(floor, request_number, add=[Added(2, None, "exchange", of_line=1)])
    floor.lend(request_number, [(lot, 80)])
    approve(floor, change(floor, request_number, add=[Added(2, None, "exchange", of_line=1)]))
    row = db.session().scalars(select(RequisitionLine).where(RequisitionLine.line_no == 3)).one()
    assert row.replaces_line_id is not None and row.approved == 2
    assert chairs(floor, FIRST, LAST) == 418


def test_what_has_gone_out_is_not_cut_and_the_rest_of_it_completes_the_request(floor: Floor) -> None:
    number = floor.approved([(floor.world.chair, 80)])
    floor.lend(number, [(floor.tags(floor.world.chair)[0], 30)])
    with pytest.raises(FieldInvalid):
        change(floor, number, keep=[Kept(1, 29)])
    change(floor, number, keep=[Kept(1, 30)])
    assert floor.state(number) == "issued" and chairs(floor, FIRST, LAST) == 470


def test_nothing_left_and_nothing_changed_are_refused(floor: Floor, request_number: str) -> None:
    before = digest()
    with pytest.raises(applying.NothingLeft):
        change(floor, request_number, keep=[Kept(1, 0), Kept(2, 0)])
    with pytest.raises(ordering.NothingChanges):
        change(floor, request_number, keep=[Kept(1, 80)])
    assert digest() == before


def test_a_change_of_what_was_changed_meanwhile_is_refused(floor: Floor, request_number: str) -> None:
    number = change(floor, request_number, keep=[Kept(1, 70)], last_day=LATER)
    change(floor, request_number, keep=[Kept(1, 60)])
    with pytest.raises(applying.StandsDifferently):
        approve(floor, number)
    assert db.session().scalar(select(func.sum(Reservation.open_units))) == 64
