"""The inbox of decisions: what waits for whom, and approving several at once without letting anything through."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from assetpool.approvals.models import Approval
from assetpool.audit import verification
from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.records.outbox_models import Telling
from assetpool.requisitions import drafting, service
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.counting import queries
from tests.walking import send

FIRST, LAST = date(2099, 3, 2), date(2099, 3, 6)
database_template, world = worlds.template, worlds.apart


def submitted(app: Flask, world: worlds.World, desks: int, by: int | None = None, chairs: int = 0) -> str:
    with app.app_context(), atomic() as session:
        who = by or world.organizer_b
        wishes = [Wish(count, kind) for count, kind in ((desks, world.desk), (chairs, world.chair)) if count]
        number = drafting.draft(session, world.department_b, wishes, FIRST, LAST, by=who).number
        service.submit(session, number, by=who)
        return number


def state(app: Flask, number: str) -> str:
    with app.app_context():
        return db.session().scalars(select(Document.state).where(Document.number == number)).one()


def choice(page: str, number: str) -> str:
    return next(part.split('"')[0] for part in page.split('name="chosen" value="')[1:] if part.startswith(number))


def test_each_document_stands_there_with_what_approving_it_does(app: Flask, world: worlds.World) -> None:
    enough, short = submitted(app, world, 4), submitted(app, world, 12)
    page = worlds.sign_in(app, "approver").get("/approvals?lang=en").text
    assert ("10 free, 6 left after" in page, "2 short" in page) == (True, True)
    assert (f'value="{choice(page, enough)}">' in page, f'value="{choice(page, short)}" disabled' in page) == (True, True)


def test_several_are_approved_at_once_and_one_that_is_refused_does_not_hold_up_the_others(app: Flask, world: worlds.World) -> None:
    numbers = [submitted(app, world, 6), submitted(app, world, 6), submitted(app, world, 3)]
    client = worlds.sign_in(app, "approver")
    page = client.get("/approvals?lang=en").text
    answer = send(client, "/approvals", {"chosen": [choice(page, number) for number in numbers]})
    assert (answer.status_code, [state(app, number) for number in numbers]) == (303, ["approved", "stock_checked", "approved"])
    told = client.get("/approvals?lang=en").text
    assert ("6 asked for, 1 free" in told or "6 asked for, 4 free" in told, f"2 approved: {numbers[0]}, {numbers[2]}" in told) == (True, True)
    with app.app_context():
        decided = set(db.session().scalars(select(Document.number).join(Approval, Approval.document_id == Document.id)))
        told_of = set(db.session().scalars(select(Document.number).join(Telling, Telling.document_id == Document.id).where(Telling.topic == "decided_yes")))
        assert decided == told_of == {numbers[0], numbers[2]}
        assert verification.verify(db.session(), world.pool).ok


def test_what_changed_since_the_page_was_shown_is_not_approved(app: Flask, world: worlds.World) -> None:
    number = submitted(app, world, 2)
    client = worlds.sign_in(app, "approver")
    seen = choice(client.get("/approvals").text, number)
    with app.app_context(), atomic() as session:
        service.send_back(session, number, by=world.approver2, reason="which building?")
        service.submit(session, number, by=world.organizer_b)
    other = submitted(app, world, 1)
    send(client, "/approvals", {"chosen": [seen]})
    assert (state(app, number), state(app, other)) == ("stock_checked", "stock_checked")


def test_one_s_own_request_cannot_be_chosen_nor_slipped_in(app: Flask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        org.grant(session, world.approver, world.city, Role.CLERK)
    own, other = submitted(app, world, 2, by=world.approver), submitted(app, world, 1)
    client = worlds.sign_in(app, "approver")
    page = client.get("/approvals?lang=en").text
    assert f'value="{choice(page, own)}" disabled' in page
    send(client, "/approvals", {"chosen": [choice(page, own), choice(page, other)]})
    assert (state(app, own), state(app, other)) == ("stock_checked", "approved")


@pytest.mark.parametrize("who", ["organizer_b", "keeper", "auditor", "stranger", "head_b"])
def test_nothing_waits_for_people_without_the_duty_and_nothing_can_be_slipped_in(app: Flask, world: worlds.World, who: str) -> None:
    number = submitted(app, world, 2)
    client = worlds.sign_in(app, who)
    assert number not in client.get("/approvals").text
    send(client, "/approvals", {"chosen": [f"{number}|"]}, "/catalog")
    assert state(app, number) == "stock_checked"


def test_numbers_that_are_none_do_no_harm(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "approver")
    assert send(client, "/approvals", {"chosen": ["RQ-2099-000001|1", "XX|", "|", "RQ"]}, "/catalog").status_code == 303
    assert send(client, "/approvals", {}, "/catalog").status_code == 303


def test_forty_requests_take_one_page_and_one_act_with_as_many_statements_as_four_and_locks_are_taken_once_for_all(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "approver")
    shown, decided = [], []
    with app.app_context():
        engine = db.engine
    for count in (4, 40):
        numbers = [submitted(app, world, 0, chairs=1) for _ in range(count)]
        client.get("/approvals")
        with queries(engine) as statements:
            page = client.get("/approvals").text
        shown.append(len(statements))
        chosen = [choice(page, number) for number in numbers]
        with queries(engine) as statements:
            assert send(client, "/approvals", {"chosen": chosen}).status_code == 303
        decided.append(len(statements) - shown[-1])
        assert [sum(text.startswith(start) for text in statements) for start in ("UPDATE stock ", "UPDATE chain_head ")] == [1, 1]
        assert {state(app, number) for number in numbers} == {"approved"}
    assert shown[0] == shown[1]
    assert decided[0] == decided[1]


def test_machines_read_what_waits_and_who_would_sign(app: Flask, world: worlds.World) -> None:
    number = submitted(app, world, 2)
    with app.app_context(), atomic() as session:
        bearer = worlds.token(session, world.approver)
    client = app.test_client()
    found = client.get("/api/v1/approvals", headers=bearer).json
    assert [(one["number"], one["role"], one["barred"]) for one in found["items"]] == [(number, "approver", False)]
    asked = client.get("/api/v1/approvals/preview?kind=intake&organization=A&value_fen=100&units=2&days=3&class=A05000000", headers=bearer)
    assert [(step["role"], step["organization_code"], {one["user"] for one in step["people"]}) for step in asked.json["steps"]] == [
        ("head", "A", {"head_a"}), ("approver", "CITY", {"approver", "approver2"}),
    ]  # fmt: skip
    assert client.get("/api/v1/approvals/preview?organization=NONE", headers=bearer).status_code == 404
    assert client.get("/api/v1/approvals", headers={}).status_code == 401
