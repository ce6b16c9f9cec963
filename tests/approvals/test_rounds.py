"""Rounds by rules: one after the other, at once, one of several; stand-ins; persons apart; paper; cuts; sums over earlier requests; time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.approvals import deadlines, holidays, rule_sets, standing_in
from assetpool.approvals import service as approvals
from assetpool.approvals.models import Approval, ApprovalDue
from assetpool.approvals.rules import Place, Rule, RuleStep
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson
from assetpool.handovers import service as handovers
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.records.outbox_models import Notice, Telling
from assetpool.requisitions import deciding, drafting, service
from assetpool.requisitions.drafting import Wish
from assetpool.requisitions.models import Requisition, RequisitionLine
from tests import world as worlds

FIRST, LAST = date(2099, 3, 2), date(2099, 3, 6)
APPROVER = RuleStep("approver", Place.STORE, 2)
FINANCE = RuleStep("finance", Place.ROOT, 3)
HEAD = RuleStep("head", Place.ASKING, 1)
TODAY = clock.today(worlds.ZONE)
database_template = worlds.template


@dataclass
class Office:
    """Short ways to requests of department B under rules."""

    app: Flask
    world: worlds.World

    def rules(self, *steps: RuleStep, settings: rule_sets.Settings | None = None, organization: int | None = None, **conditions: Any) -> None:
        self.set_of([Rule("rule", steps, **conditions)] if steps else [], settings, organization)

    def set_of(self, rules: Sequence[Rule], settings: rule_sets.Settings | None = None, organization: int | None = None) -> None:
        with self.app.app_context(), atomic() as session:
            rule_sets.publish(session, organization or self.world.city, rules, settings, by=self.world.administrator)

    def submitted(self, desks: int = 2, by: int | None = None, chairs: int = 0) -> str:
        who = by or self.world.organizer_b
        with self.app.app_context(), atomic() as session:
            wishes = [Wish(desks, self.world.desk), *([Wish(chairs, self.world.chair)] if chairs else [])]
            number = drafting.draft(session, self.world.department_b, wishes, FIRST, LAST, by=who).number
            service.submit(session, number, by=who)
        return number

    def approve(self, number: str, by: int, **more: Any) -> str:
        with self.app.app_context(), atomic() as session:
            return service.approve(session, number, by=by, **more).state

    def asked(self, number: str) -> set[tuple[str, int]]:
        """Return who is asked now: role and organization."""
        with self.app.app_context():
            rows = db.session().execute(
                select(ApprovalDue.role, ApprovalDue.organization_id)
                .join(Document, Document.id == ApprovalDue.document_id)
                .where(Document.number == number, ApprovalDue.opened_at.is_not(None), ApprovalDue.closed_at.is_(None))
            )
            return {(row.role, row.organization_id) for row in rows}


@pytest.fixture
def office(app: Flask) -> Office:
    with app.app_context():
        return Office(app, worlds.found())


def test_without_rules_nothing_changes(office: Office) -> None:
    number = office.submitted()
    assert office.asked(number) == {("approver", office.world.city)}
    assert office.approve(number, office.world.approver) == "approved"


def test_one_after_the_other_and_nobody_before_their_turn(office: Office) -> None:
    w = office.world
    office.rules(HEAD, APPROVER, FINANCE)
    number = office.submitted()
    for early in (w.approver, w.finance):
        with pytest.raises(NotAllowed):
            office.approve(number, early)
    assert [office.approve(number, who) for who in (w.head_b, w.approver, w.finance)] == ["stock_checked", "stock_checked", "approved"]


def test_at_once_in_any_order_and_all_are_needed(office: Office) -> None:
    w = office.world
    office.rules(RuleStep("approver", Place.STORE, 1), RuleStep("finance", Place.ROOT, 1))
    number = office.submitted()
    assert office.asked(number) == {("approver", w.city), ("finance", w.city)}
    assert (office.approve(number, w.finance), office.asked(number)) == ("stock_checked", {("approver", w.city)})
    assert office.approve(number, w.approver) == "approved"


def test_one_of_several_is_enough_and_the_others_are_no_longer_asked(office: Office) -> None:
    w = office.world
    office.rules(RuleStep("head", Place.ASKING, 1, any_of=True), RuleStep("finance", Place.ROOT, 1, any_of=True), APPROVER)
    number = office.submitted()
    office.approve(number, w.finance)
    assert office.asked(number) == {("approver", w.city)}
    with pytest.raises(NotAllowed):
        office.approve(number, w.head_b)
    assert office.approve(number, w.approver) == "approved"


def test_sent_back_by_one_of_several_ends_the_round_and_the_next_one_asks_everybody_again(office: Office) -> None:
    w = office.world
    office.rules(RuleStep("approver", Place.STORE, 1), RuleStep("finance", Place.ROOT, 1))
    number = office.submitted()
    office.approve(number, w.finance)
    with office.app.app_context(), atomic() as session:
        service.send_back(session, number, by=w.approver, reason="哪栋楼？")
    assert office.asked(number) == set()
    with office.app.app_context(), atomic() as session:
        service.submit(session, number, by=w.organizer_b)
    assert office.asked(number) == {("approver", w.city), ("finance", w.city)}


def test_a_person_with_two_roles_takes_one_step_only(office: Office) -> None:
    w = office.world
    with office.app.app_context(), atomic() as session:
        org.grant(session, w.finance, w.city, Role.APPROVER)
    office.rules(RuleStep("approver", Place.STORE, 1), RuleStep("finance", Place.ROOT, 2))
    number = office.submitted()
    office.approve(number, w.finance)
    with pytest.raises(SamePerson):
        office.approve(number, w.finance)
    assert "/approve" not in worlds.sign_in(office.app, "finance").get(f"/requisitions/{number}").text


def test_the_requester_takes_no_step_of_several(office: Office) -> None:
    w = office.world
    with office.app.app_context(), atomic() as session:
        org.grant(session, w.finance, w.city, Role.CLERK)
    office.rules(RuleStep("approver", Place.STORE, 1), RuleStep("finance", Place.ROOT, 1))
    number = office.submitted(by=w.finance)
    with pytest.raises(SamePerson):
        office.approve(number, w.finance)


def stand_in(office: Office, absent: int, other: int, first: date = TODAY, last: date = TODAY, role: str = "") -> None:
    with office.app.app_context(), atomic() as session:
        standing_in.appoint(session, absent, other, first, last, by=absent, role=role)


def test_a_stand_in_decides_in_these_days_and_the_book_names_who_did(office: Office) -> None:
    w = office.world
    number = office.submitted()
    with pytest.raises(NotAllowed):
        office.approve(number, w.head_a)
    stand_in(office, w.approver, w.head_a)
    assert number in worlds.sign_in(office.app, "head_a").get("/approvals").text
    assert office.approve(number, w.head_a) == "approved"
    with office.app.app_context():
        due = db.session().scalars(select(ApprovalDue)).one()
        assert db.session().scalars(select(Approval.person_id)).all() == [w.head_a]
        assert (due.taken_by, due.stood_in_for) == (w.head_a, w.approver)


def test_a_stand_in_of_other_days_or_of_another_role_decides_nothing(office: Office) -> None:
    w = office.world
    number = office.submitted()
    stand_in(office, w.approver, w.head_a, TODAY + timedelta(days=1), TODAY + timedelta(days=9))
    with office.app.app_context(), atomic() as session:
        org.grant(session, w.approver2, w.city, Role.FINANCE)
    stand_in(office, w.approver2, w.keeper, role="finance")
    for who in (w.head_a, w.keeper):
        with pytest.raises(NotAllowed):
            office.approve(number, who)


def test_a_stand_in_never_decides_on_their_own_wish_nor_on_that_of_who_is_away(office: Office) -> None:
    w = office.world
    stand_in(office, w.approver, w.organizer_b)
    own = office.submitted(1)
    with pytest.raises(SamePerson):
        office.approve(own, w.organizer_b)
    with office.app.app_context(), atomic() as session:
        org.grant(session, w.approver, w.city, Role.CLERK)
    stand_in(office, w.approver, w.head_a)
    absent = office.submitted(1, by=w.approver)
    with pytest.raises(NotAllowed):
        office.approve(absent, w.head_a)


def test_a_stand_in_who_decided_hands_nothing_over(office: Office) -> None:
    w = office.world
    stand_in(office, w.approver, w.keeper)
    number = office.submitted(1)
    office.approve(number, w.keeper)
    with office.app.app_context(), pytest.raises(SamePerson), atomic() as session:
        handovers.hand_over(session, number, [], by=w.keeper, costs=handovers.Costs([], "自提"))


def test_a_small_office_decides_on_paper_only(office: Office) -> None:
    w = office.world
    office.rules(APPROVER, settings=rule_sets.Settings(on_paper=True))
    number = office.submitted()
    with pytest.raises(approvals.SignedOnPaperOnly):
        office.approve(number, w.approver)


def test_who_decides_first_cuts_and_the_others_cannot_give_it_back(office: Office) -> None:
    w = office.world
    office.rules(HEAD, APPROVER)
    number = office.submitted(4, chairs=20)
    with pytest.raises(FieldInvalid):
        office.approve(number, w.head_b, cuts={2: 10})
    office.approve(number, w.head_b, cuts={2: 10}, until=date(2099, 3, 4), reason="会期缩短")
    with pytest.raises(FieldInvalid):
        office.approve(number, w.approver, until=LAST, reason="更久")
    office.approve(number, w.approver, cuts={1: 3, 2: 15}, reason="只剩三张")
    with office.app.app_context():
        row = db.session().scalars(select(Requisition)).one()
        assert (row.last_day, row.asked_last_day) == (date(2099, 3, 4), LAST)
        assert [line.approved for line in db.session().scalars(select(RequisitionLine).order_by(RequisitionLine.line_no))] == [3, 10]
    page = worlds.sign_in(office.app, "organizer_b").get(f"/requisitions/{number}").text
    assert ("会期缩短" in page, "只剩三张" in page) == (True, True)


def test_small_requests_in_a_row_meet_the_limit_of_the_large_one_and_it_says_with_which(office: Office) -> None:
    w = office.world
    dear = Rule("5,000 元以上", (FINANCE,), value_over=500_000)
    office.set_of([Rule("每件", (APPROVER,)), dear])
    first, second = office.submitted(3), office.submitted(3)
    assert office.asked(first) == office.asked(second) == {("approver", w.city)}
    with office.app.app_context():
        counts = {number: {row.role for row in db.session().scalars(select(ApprovalDue).where(ApprovalDue.document_id == document_id))}
                  for number, document_id in db.session().execute(select(Document.number, Document.id))}  # fmt: skip
    assert (counts[first], counts[second]) == ({"approver"}, {"approver", "finance"})
    page = worlds.sign_in(office.app, "approver").get(f"/requisitions/{second}?lang=en").text
    assert f"with {first} this makes 6,000.00 yuan" in page
    with office.app.app_context(), atomic() as session:
        service.reject(session, first, by=w.approver, reason="重复")
        document = session.scalars(select(Document).where(Document.number == second)).one()
        plan = deciding.plan(session, document, session.get_one(Requisition, document.id))
        assert [step.role for step in plan.steps] == ["approver"]


def test_rules_of_a_department_hold_there_and_below_and_nowhere_else(office: Office) -> None:
    w = office.world
    office.rules(FINANCE, organization=w.city)
    office.rules(HEAD, organization=w.department_b)
    assert office.asked(office.submitted()) == {("head", w.department_b)}
    with office.app.app_context():
        assert [rule_sets.held(db.session(), one).rules[0].steps[0].role for one in (w.department_a, w.department_b)] == ["finance", "head"]


def test_time_runs_in_working_days_reminds_once_and_goes_higher_once(office: Office) -> None:
    w = office.world
    friday = clock.moment_on(date(2026, 9, 25), worlds.ZONE, 10)
    with clock.at(friday):
        with office.app.app_context(), atomic() as session:
            holidays.keep(session, [holidays.Day(date(2026, 9, 28), False)], by=w.administrator)
        office.rules(RuleStep("head", Place.ASKING, 1, days=1))
        number = office.submitted()
    assert office.asked(number) == {("head", w.department_b)}
    told = []
    for day in (date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 29), date(2026, 9, 30), date(2026, 9, 30)):
        with clock.at(clock.moment_on(day, worlds.ZONE, 9)), office.app.app_context(), atomic() as session:
            told.append(deadlines.remind_and_escalate(session, w.pool))
    assert told == [0, 1, 0, 1, 0]
    with office.app.app_context():
        topics = db.session().execute(select(Telling.topic, Notice.person_id).outerjoin(Notice, Notice.telling_id == Telling.id).order_by(Telling.id)).all()
    assert {row.topic: row.person_id for row in topics} == {
        "approval_due": w.head_b, "approval_reminder": w.head_b, "approval_escalated": w.administrator,
    }  # fmt: skip
