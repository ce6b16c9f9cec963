"""A transfer is endorsed by both sides, approved, and promised without end; nobody decides twice, nothing is promised twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson, WrongState
from assetpool.handovers import service as handovers
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.records.service import ChangedMeanwhile
from assetpool.requisitions import drafting as requests
from assetpool.requisitions import service as requisitions
from assetpool.reservations.models import Reservation
from assetpool.reservations.service import NotEnoughStock
from assetpool.transfers import drafting, service
from assetpool.transfers.drafting import Given, GiverHasFewer, Terms
from assetpool.transfers.queries import siblings
from tests.transfers.conftest import FREE, SIGNED, Office


def test_giver_receiver_and_pool_say_yes_in_this_order_and_the_last_promises_for_good(office: Office) -> None:
    w = office.world
    number = office.submitted([Given(3, kind_id=w.desk), Given(100, kind_id=w.chair)])
    for person, state in ((w.head_a, "giver_endorsed"), (w.head_b, "receiver_endorsed"), (w.approver, "approved")):
        assert office.promised() == 0
        with atomic() as session:
            assert service.approve(session, number, by=person).state == state
    rows = db.session().scalars(select(Reservation).order_by(Reservation.id)).all()
    assert [(row.promised, row.last_day, row.purpose) for row in rows] == [(3, None, "transfer"), (100, None, "transfer")]


def test_the_wrong_head_the_requester_and_a_stranger_do_not_decide(office: Office) -> None:
    w = office.world
    with atomic() as session:
        org.grant(session, w.clerk_a, w.city, Role.APPROVER)
    number = office.submitted([Given(1, kind_id=w.desk)])
    for person in (w.head_b, w.approver, w.stranger):
        with pytest.raises(NotAllowed), atomic() as session:
            service.approve(session, number, by=person)
    for person in (w.head_a, w.head_b):
        with atomic() as session:
            service.approve(session, number, by=person)
    with pytest.raises(SamePerson), atomic() as session:
        service.approve(session, number, by=w.clerk_a)
    assert office.state(number) == "receiver_endorsed" and office.promised() == 0


def test_more_than_is_free_is_not_approved(office: Office) -> None:
    w = office.world
    first = office.submitted([Given(8, kind_id=w.desk)])
    second = office.submitted([Given(8, kind_id=w.desk)])
    for number in (first, second):
        for person in (w.head_a, w.head_b):
            with atomic() as session:
                service.approve(session, number, by=person)
    with atomic() as session:
        service.approve(session, first, by=w.approver)
    with pytest.raises(NotEnoughStock) as refused, atomic() as session:
        service.approve(session, second, by=w.approver)
    assert (refused.value.figures["asked"], refused.value.figures["free"]) == (8, 2)
    assert office.state(second) == "receiver_endorsed" and office.promised() == 8


def test_only_what_belongs_to_the_giver_is_given(office: Office) -> None:
    w = office.world
    office.stock(w.computer, 5, owner_id=w.elsewhere)
    with pytest.raises(GiverHasFewer) as refused:
        office.draft([Given(1, kind_id=w.computer)])
    assert (refused.value.figures["asked"], refused.value.figures["held"]) == (1, 0)
    with pytest.raises(GiverHasFewer):
        office.draft([Given(6, kind_id=w.desk), Given(5, kind_id=w.desk)])


@pytest.mark.parametrize(
    ("terms", "given"),
    [
        ({"receiver_id": 2}, [Given(1, kind_id=1)]),
        ({"store_id": 999_999}, [Given(1, kind_id=1)]),
        ({"consideration": -1}, [Given(1, kind_id=1)]),
        ({"receiver_id": 999_999}, [Given(1, kind_id=1)]),
        ({}, []),
        ({}, [Given(0, kind_id=1)]),
        ({}, [Given(1, kind_id=999_999)]),
        ({}, [Given(1)]),
    ],
)
def test_what_cannot_be_is_named(office: Office, terms: dict[str, int], given: list[Given]) -> None:
    with pytest.raises(FieldInvalid):
        office.draft(given, **terms)


def test_only_a_clerk_of_one_of_the_sides_writes_it(office: Office) -> None:
    w = office.world
    for person in (w.stranger, w.keeper, w.auditor, w.head_a):
        with pytest.raises(NotAllowed):
            office.draft([Given(1, kind_id=w.desk)], by=person)
    assert office.draft([Given(1, kind_id=w.desk)], by=w.organizer_b)


def test_sent_back_it_is_changed_and_a_stale_page_decides_nothing(office: Office) -> None:
    w = office.world
    number = office.submitted([Given(1, kind_id=w.desk)])
    with pytest.raises(FieldInvalid), atomic() as session:
        service.send_back(session, number, by=w.head_a, reason=" ")
    with atomic() as session:
        seen = service.send_back(session, number, by=w.head_a, reason="two, not one").revision
    terms = Terms(w.department_a, w.department_b, w.main, consideration=50_000, reason="moved")
    with atomic() as session:
        drafting.rewrite(session, number, terms, [Given(2, kind_id=w.desk)], by=w.clerk_a, revision=seen)
    with pytest.raises(ChangedMeanwhile), atomic() as session:
        service.submit(session, number, by=w.clerk_a, revision=seen)
    assert [line.asked for line in office.lines(number)] == [2] and office.row(number).consideration == 50_000
    db.session().rollback()
    with atomic() as session:
        service.submit(session, number, by=w.clerk_a)
    with pytest.raises(WrongState), atomic() as session:
        drafting.rewrite(session, number, terms, [Given(2, kind_id=w.desk)], by=w.clerk_a)


@pytest.mark.parametrize(("at", "to"), [("draft", "cancelled"), ("submitted", "withdrawn"), ("approved", "cancelled")])
def test_it_can_be_taken_back_and_what_was_promised_is_free_again(office: Office, at: str, to: str) -> None:
    number = getattr(office, at)([Given(2, kind_id=office.world.desk)])
    with atomic() as session:
        assert service.cancel(session, number, by=office.world.clerk_a, reason="no longer").state == to
    assert office.promised() == 0


def request(office: Office, wishes: list[requests.Wish]) -> str:
    """Return the number of an approved transfer requisition of department B."""
    w = office.world
    with atomic() as session:
        number = requests.draft(session, w.department_b, wishes, date(2026, 11, 23), None, by=w.organizer_b, kind="transfer", purpose="for good").number
    with atomic() as session:
        requisitions.submit(session, number, by=w.organizer_b)
    with atomic() as session:
        requisitions.approve(session, number, by=w.approver)
    return number


def test_an_approved_transfer_requisition_opens_one_that_uses_its_promises(office: Office) -> None:
    w = office.world
    asked = request(office, [requests.Wish(40, kind_id=w.chair), requests.Wish(2, kind_id=w.desk)])
    document = db.session().execute(select(Reservation.document_id)).scalars().first()
    opened = siblings(db.session(), document or 0)
    number = opened[0][1].number
    assert len(opened) == 1 and opened[0][1].state == "approved"
    assert (opened[0][0].giver_id, opened[0][0].receiver_id) == (w.department_a, w.department_b)
    assert office.promised() == 42, "promised once, by the requisition"
    chairs, desks = office.tags(w.chair), office.tags(w.desk)
    office.hand_over(number, [(chairs[0], 15)])
    assert (office.state(number), office.state(asked), office.promised()) == ("partly_handed_over", "partly_issued", 27)
    office.hand_over(asked, [(chairs[0], 25), (desks[0], None), (desks[1], None)])
    assert (office.state(number), office.state(asked), office.promised()) == ("accepted", "issued", 0)
    assert [line.accepted for line in office.lines(number)] == [40, 2]


def test_out_of_a_virtual_store_the_giving_head_endorses_first(office: Office) -> None:
    w = office.world
    office.stock(w.computer, 3, store_id=w.virtual)
    asked = request(office, [requests.Wish(2, kind_id=w.computer)])
    document = db.session().execute(select(Reservation.document_id)).scalars().first()
    number = siblings(db.session(), document or 0)[0][1].number
    db.session().rollback()
    assert office.state(number) == "submitted"
    with pytest.raises(WrongState):
        office.hand_over(number, [(office.tags(w.computer)[0], None)])
    with pytest.raises(WrongState):
        office.hand_over(asked, [(office.tags(w.computer)[0], None)])
    with atomic() as session:
        assert service.approve(session, number, by=w.head_a).state == "approved"
    office.hand_over(number, [(tag, None) for tag in office.tags(w.computer)[:2]])
    assert office.state(number) == "accepted"


def test_a_giver_who_says_no_frees_what_was_promised(office: Office) -> None:
    w = office.world
    office.stock(w.computer, 3, store_id=w.virtual)
    asked = request(office, [requests.Wish(2, kind_id=w.computer)])
    document = db.session().execute(select(Reservation.document_id)).scalars().first()
    number = siblings(db.session(), document or 0)[0][1].number
    db.session().rollback()
    with atomic() as session:
        service.reject(session, number, by=w.head_a, reason="we need them")
    assert (office.state(number), office.state(asked), office.promised()) == ("rejected", "cancelled", 0)


def test_the_scan_desk_may_name_the_requisition_with_the_revision_it_showed(office: Office) -> None:
    w = office.world
    asked = request(office, [requests.Wish(2, kind_id=w.desk)])
    tags = office.tags(w.desk)[:2]
    shown = db.session().scalars(select(Document.revision).where(Document.number == asked)).one()
    db.session().rollback()
    with atomic() as session:
        items = [handovers.Item(tag) for tag in tags]
        slip = handovers.hand_over(session, asked, items, by=w.keeper, costs=FREE, receipt=SIGNED, revision=shown).document.number
    assert office.state(slip) == "closed" and office.state(asked) == "issued"
