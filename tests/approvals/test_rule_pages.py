"""The pages of the rules: written as a plain form, published, read back; who would sign; stand-ins; days off."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.approvals import rule_sets
from assetpool.approvals.rule_models import CalendarDay, RuleSet, StandIn
from assetpool.approvals.rules import Kind, Place, Rule, RuleStep
from assetpool.core import clock
from assetpool.core.db import db
from tests import world as worlds
from tests.walking import send

TODAY = clock.today(worlds.ZONE)
FORM = {
    "rules": "1",
    "rule-0-name": "5 万元以上",
    "rule-0-steps": "2",
    "rule-0-kind-loan": "1",
    "rule-0-value": "50,000",
    "rule-0-step-0-role": "approver",
    "rule-0-step-0-place": "store",
    "rule-0-step-0-stage": "1",
    "rule-0-step-1-role": "finance",
    "rule-0-step-1-place": "root",
    "rule-0-step-1-stage": "2",
    "rule-0-step-1-days": "2",
    "rule-0-step-1-working": "working",
    "window_days": "90",
    "block_after_days": "",
    "iou_things": "5",
    "iou_days": "3",
    "emergency_units": "0",
    "emergency_days": "0",
}
database_template, world = worlds.template, worlds.apart


def test_a_version_is_written_published_read_back_and_given_up_again(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "administrator")
    address = f"/admin/rules/{world.department_b}"
    more = send(client, address, {**FORM, "do": "add-rule"})
    assert (more.status_code, 'name="rule-1-name"' in more.text, 'value="5 万元以上"' in more.text) == (200, True, True)
    assert more.text.count(" autofocus") == 1 and 'name="rule-1-name"' in more.text.partition(" autofocus")[0].rpartition("<input")[2]
    fewer = send(client, address, {**FORM, "do": "remove-rule-0"})
    assert 'name="rule-0-name"' not in fewer.text
    assert send(client, address, {**FORM, "do": "publish"}).status_code == 303
    with app.app_context():
        held = rule_sets.held(db.session(), world.department_b)
        steps = (RuleStep("approver", Place.STORE, 1), RuleStep("finance", Place.ROOT, 2, days=2))
        assert held.rules == (Rule("5 万元以上", steps, frozenset({Kind.LOAN}), 5_000_000),)
        assert (held.settings.block_after_days, held.settings.emergency_units) == (None, 0)
        assert rule_sets.held(db.session(), world.department_a).row is None
    assert 'value="50000.00"' in client.get(address).text
    assert send(client, address, {**FORM, "do": "inherit"}).status_code == 303
    with app.app_context():
        assert rule_sets.held(db.session(), world.department_b).row is None
        assert [row.version for row in db.session().scalars(select(RuleSet).order_by(RuleSet.version))] == [1, 2]


@pytest.mark.parametrize(
    "wrong",
    [{"rule-0-name": " "}, {"rule-0-value": "viel"}, {"rule-0-step-0-role": "", "rule-0-step-1-role": ""}, {"rule-0-step-0-place": "named"},
     {"rule-0-step-0-role": "auditor"}, {"rule-0-step-1-stage": "99"}, {"window_days": "-1"}, {"rule-0-organization": "999"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_stays_typed(app: Flask, world: worlds.World, wrong: dict[str, str]) -> None:
    client = worlds.sign_in(app, "administrator")
    answer = send(client, f"/admin/rules/{world.department_b}", {**FORM, **wrong})
    assert (answer.status_code, 'role="alert"' in answer.text, 'value="2"' in answer.text) == (422, True, True)
    with app.app_context():
        assert db.session().scalars(select(RuleSet)).all() == []


@pytest.mark.parametrize("who", ["clerk_a", "keeper", "stranger", "approver", "auditor"])
def test_only_administrators_write_rules(app: Flask, world: worlds.World, who: str) -> None:
    send(worlds.sign_in(app, who), f"/admin/rules/{world.department_b}", FORM, "/catalog")
    with app.app_context():
        assert db.session().scalars(select(RuleSet)).all() == []


def test_who_would_sign_names_the_persons_and_who_may_not(app: Flask, world: worlds.World) -> None:
    send(worlds.sign_in(app, "administrator"), f"/admin/rules/{world.city}", FORM)
    client = worlds.sign_in(app, "approver")
    asked = f"/approvals/preview?lang=en&kind=loan&organization={world.department_b}&giver={world.city}&units=3&days=5"
    dear, cheap = client.get(asked + "&value=62000").text, client.get(asked + "&value=50000").text
    assert ("钱财务" in dear, "周仓管" in dear, "Not 陈仓管" in dear, "62,000.00 yuan, more than 50,000.00" in dear) == (True, True, True, True)
    assert ("钱财务" in cheap, "周仓管" in cheap) == (False, True)
    assert client.get(asked + "&value=many").status_code == 422
    assert client.get("/approvals/preview").status_code == 200


def test_a_stand_in_is_entered_and_ended(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "approver")
    days = {"first_day": TODAY.isoformat(), "last_day": (TODAY + timedelta(days=3)).isoformat()}
    assert send(client, "/stand-ins", {"stand_in": world.head_b, **days}).status_code == 303
    assert "赵主任" in client.get("/stand-ins").text
    assert send(client, "/stand-ins", {"stand_in": world.approver, **days}).status_code == 422
    assert send(client, "/stand-ins", {"person": world.approver2, "stand_in": world.head_b, **days}).status_code == 403
    with app.app_context():
        (row,) = db.session().scalars(select(StandIn))
        number = row.id
    send(worlds.sign_in(app, "keeper"), f"/stand-ins/{number}/end", {}, "/catalog")
    with app.app_context():
        assert db.session().get_one(StandIn, number).ended_at is None
    assert send(client, f"/stand-ins/{number}/end", {}, "/stand-ins").status_code == 303
    with app.app_context():
        assert db.session().get_one(StandIn, number).ended_at is not None


def test_days_off_are_imported_entered_and_taken_out(app: Flask) -> None:
    client = worlds.sign_in(app, "administrator")
    table = (io.BytesIO("2027-10-01,0,国庆节\n2027-10-09,1\n".encode()), "days.csv")
    assert send(client, "/admin/holidays", {"file": table}).status_code == 303
    assert send(client, "/admin/holidays", {"day": "2027-01-01", "working": "0"}).status_code == 303
    assert send(client, "/admin/holidays", {"file": (io.BytesIO(b"2027-10-01,perhaps"), "days.csv")}).status_code == 422
    assert "国庆节" in client.get("/admin/holidays?year=2027").text
    assert send(client, "/admin/holidays/2027-10-09/forget", {}, "/admin/holidays?year=2027").status_code == 303
    with app.app_context():
        assert {row.day: row.working for row in db.session().scalars(select(CalendarDay))} == {date(2027, 10, 1): False, date(2027, 1, 1): False}
    assert client.get("/admin/rules").status_code == 200
