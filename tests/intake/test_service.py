"""Announcing an intake and deciding on it: who may, in which order, and never the same person twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from assetpool.approvals.models import Approval
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, SamePerson, WrongState
from assetpool.intake import service
from assetpool.intake.service import Announced
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.service import ChangedMeanwhile
from tests.intake import desk
from tests.world import World


def test_an_intake_is_endorsed_by_the_head_and_approved_by_the_pool_manager(world: World) -> None:
    number = desk.announce(world, [Announced(world.desk, 3)])
    assert number.startswith("IN-") and desk.state(number) == "draft"
    with atomic() as session:
        service.submit(session, number, by=world.clerk_a)
    with atomic() as session:
        assert service.endorse(session, number, by=world.head_a).state == "endorsed"
    with pytest.raises(WrongState), atomic() as session:
        service.endorse(session, number, by=world.head_a)
    with atomic() as session:
        assert service.approve(session, number, by=world.approver, reason="room in hall 2").state == "approved"
    said = db.session().execute(select(Approval.step, Approval.decision, Approval.person_id).order_by(Approval.height)).all()
    assert [tuple(row) for row in said] == [("endorse", "yes", world.head_a), ("approve", "yes", world.approver)]


def test_without_a_head_of_the_giver_the_pool_manager_decides_at_once(world: World) -> None:
    with atomic() as session:
        org.grant(session, world.stranger, world.elsewhere, Role.CLERK)
        number = service.draft(session, world.elsewhere, world.main, [Announced(world.desk, 1)], by=world.stranger).number
        service.submit(session, number, by=world.stranger)
    with atomic() as session:
        assert service.approve(session, number, by=world.approver).state == "approved"


def test_a_head_who_announces_does_not_endorse_his_own_things(world: World) -> None:
    with atomic() as session:
        org.grant(session, world.head_a, world.department_a, Role.CLERK)
    number = desk.announce(world, [Announced(world.desk, 1)], by=world.head_a)
    with atomic() as session:
        service.submit(session, number, by=world.head_a)
    with atomic() as session:
        assert service.approve(session, number, by=world.approver).state == "approved"


def test_who_asked_does_not_approve(world: World) -> None:
    with atomic() as session:
        org.grant(session, world.clerk_a, world.city, Role.APPROVER)
    number = desk.announce(world, [Announced(world.desk, 1)])
    with atomic() as session:
        service.submit(session, number, by=world.clerk_a)
        service.approve(session, number, by=world.head_a)
    with pytest.raises(SamePerson), atomic() as session:
        service.approve(session, number, by=world.clerk_a)
    assert desk.state(number) == "endorsed"


def test_only_a_clerk_of_the_organization_announces_and_only_its_head_endorses(world: World) -> None:
    for person in (world.stranger, world.organizer_b, world.auditor, world.keeper):
        with pytest.raises(NotAllowed), atomic() as session:
            service.draft(session, world.department_a, world.main, [Announced(world.desk, 1)], by=person)
    number = desk.announce(world, [Announced(world.desk, 1)])
    with atomic() as session:
        service.submit(session, number, by=world.clerk_a)
    for person in (world.head_b, world.approver, world.clerk_a):
        with pytest.raises(NotAllowed), atomic() as session:
            service.approve(session, number, by=person)
    with pytest.raises(NotFound), atomic() as session:
        service.submit(session, "IN-2026-999999", by=world.clerk_a)


@pytest.mark.parametrize("to", ["rejected", "sent_back"])
def test_a_refusal_needs_a_reason_and_ends_the_round(world: World, to: str) -> None:
    number = desk.announce(world, [Announced(world.desk, 2)])
    with atomic() as session:
        service.submit(session, number, by=world.clerk_a)
    decline = service.reject if to == "rejected" else service.send_back
    with pytest.raises(FieldInvalid), atomic() as session:
        decline(session, number, by=world.head_a, reason="  ")
    with atomic() as session:
        assert decline(session, number, by=world.head_a, reason="too old").state == to


def test_what_was_sent_back_is_changed_and_submitted_again(world: World) -> None:
    number = desk.announce(world, [Announced(world.desk, 2)])
    with atomic() as session:
        service.submit(session, number, by=world.clerk_a)
        service.send_back(session, number, by=world.head_a, reason="count again")
    with atomic() as session:
        service.rewrite(session, number, world.main, [Announced(world.chair, 5, lot=True)], by=world.clerk_a, reason="counted")
        service.submit(session, number, by=world.clerk_a)
    assert desk.lines(number) == [(5, 0, False)] and desk.state(number) == "submitted"
    with pytest.raises(WrongState), atomic() as session:
        service.rewrite(session, number, world.main, [Announced(world.desk, 1)], by=world.clerk_a)


def test_a_stale_page_cannot_decide(world: World) -> None:
    number = desk.announce(world, [Announced(world.desk, 2)])
    with atomic() as session:
        seen = service.submit(session, number, by=world.clerk_a).revision
        service.approve(session, number, by=world.head_a, revision=seen)
    with pytest.raises(ChangedMeanwhile), atomic() as session:
        service.approve(session, number, by=world.approver, revision=seen)
    with pytest.raises(ChangedMeanwhile), atomic() as session:
        service.cancel(session, number, by=world.clerk_a, revision=seen)


def test_a_draft_is_cancelled_and_a_submitted_one_withdrawn(world: World) -> None:
    draft = desk.announce(world, [Announced(world.desk, 1)])
    submitted = desk.announce(world, [Announced(world.desk, 1)])
    with atomic() as session:
        service.submit(session, submitted, by=world.clerk_a)
        assert service.cancel(session, draft, by=world.clerk_a).state == "cancelled"
        assert service.cancel(session, submitted, by=world.clerk_a).state == "withdrawn"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": 0}, "Quantity"),
        ({"quantity": 1_000_001}, "Quantity"),
        ({"original_value": -1}, "Original value"),
        ({"accumulated_depreciation": -1}, "Original value"),
        ({"condition": "shiny"}, "Condition"),
        ({"kind_id": 999_999}, "Kind"),
    ],
)
def test_a_bad_line_is_named(world: World, changes: dict[str, object], field: str) -> None:
    line = {"kind_id": world.desk, "quantity": 1, "lot": True, **changes}
    with pytest.raises(FieldInvalid) as refused:
        desk.announce(world, [Announced(**line)])  # type: ignore[arg-type]
    assert refused.value.figures["field"] == field


def test_an_empty_intake_and_too_many_labels_are_refused(world: World) -> None:
    with pytest.raises(FieldInvalid):
        desk.announce(world, [])
    with pytest.raises(service.TooManyLabels):
        desk.announce(world, [Announced(world.desk, 5_001)])
    with pytest.raises(FieldInvalid):
        desk.announce(world, [Announced(world.desk, 1)], store_id=999_999)
    with pytest.raises(FieldInvalid):
        desk.announce(world, [Announced(world.desk, 1)], mode="gift")
    assert desk.announce(world, [Announced(world.chair, 5_001, lot=True, acquired_on=date(2020, 1, 1))])
