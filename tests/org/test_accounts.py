"""What becomes of an account: the own password is changed by who knows it; who administers somebody shuts the door and opens it again."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotFound
from assetpool.org import accounts, signing_in
from assetpool.org import service as org
from assetpool.org.models import Person, Role
from assetpool.records.outbox_models import Notice, Telling
from tests import world as worlds
from tests.walking import in_english, send

database_template = worlds.template
world = worlds.apart
PAGE = "/account/password"
NEW = "a-new-password"


def change(client: FlaskClient, present: str = worlds.PASSWORD, new: str = NEW, again: str | None = None) -> int:
    return send(client, PAGE, {"present": present, "password": new, "again": new if again is None else again}).status_code


def signs_in(app: Flask, username: str, password: str) -> bool:
    return send(app.test_client(), "/sign-in", {"username": username, "password": password}).status_code == 303


def test_who_knows_the_password_changes_it_and_only_the_other_sessions_end(app: Flask, world: worlds.World) -> None:
    here, there = worlds.sign_in(app, "keeper"), worlds.sign_in(app, "keeper")
    with app.app_context(), atomic() as session:
        token = org.issue_token(session, world.keeper)
    assert f'href="{PAGE}"' in here.get("/").text
    assert change(here) == 303
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert app.test_client().get("/api/v1/tokens", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert "令牌" in here.get(PAGE).text
    assert "stay valid: 1" in in_english(here).get(PAGE).text
    assert not signs_in(app, "keeper", worlds.PASSWORD)
    assert signs_in(app, "keeper", NEW)


def test_who_stays_signed_in_stays_so_with_the_new_password(app: Flask) -> None:
    client = app.test_client()
    send(client, "/sign-in", {"username": "keeper", "password": worlds.PASSWORD, "remember": "y"})
    assert change(client) == 303
    client.delete_cookie("session")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("present", "new", "again"),
    [("not-the-password", NEW, NEW), (worlds.PASSWORD, NEW, "something-else"), (worlds.PASSWORD, "short", "short"), (worlds.PASSWORD, worlds.PASSWORD, None)],
)
def test_a_password_that_may_not_be_changes_nothing(app: Flask, present: str, new: str, again: str | None) -> None:
    client = worlds.sign_in(app, "keeper")
    assert change(client, present, new, again) == 422
    assert client.get("/").status_code == 200
    assert signs_in(app, "keeper", worlds.PASSWORD)


@pytest.mark.parametrize("new", ["short", "the-old-password", "Organizer_B", " organizer_b "])
def test_a_new_password_is_long_and_neither_the_present_one_nor_the_user_name(new: str) -> None:
    accounts.demand_new("organizer_b", "the-old-password", NEW)
    with pytest.raises(FieldInvalid):
        accounts.demand_new("organizer_b", "the-old-password", new)


def test_guessing_the_present_password_closes_the_door_like_signing_in(app: Flask) -> None:
    client = worlds.sign_in(app, "keeper")
    assert [change(client, "wrong-guess") for _ in range(signing_in.FAILURES_ALLOWED)] == [422] * signing_in.FAILURES_ALLOWED
    assert change(client) == 429
    assert not signs_in(app, "keeper", worlds.PASSWORD)


def test_what_was_compared_before_the_act_counts_only_while_it_is_so(app: Flask, world: worlds.World) -> None:
    with app.app_context():
        compared = signing_in.compare(db.session(), "keeper", worlds.PASSWORD, "10.0.0.1")
        assert compared.fits
        with atomic() as session:
            org.set_password(session, session.get_one(Person, world.keeper), signing_in.hashed(NEW))
        with atomic() as session:
            assert signing_in.sign_in(session, compared, "10.0.0.1") is None
        late = signing_in.compare(db.session(), "keeper", NEW, "10.0.0.1")
        wrong = signing_in.compare(db.session(), "keeper", "wrong-guess", "10.0.0.1")
        for _ in range(signing_in.FAILURES_ALLOWED - 1):
            with atomic() as session:
                assert signing_in.sign_in(session, wrong, "10.0.0.1") is None
        with pytest.raises(signing_in.SignInLocked), atomic() as session:
            signing_in.sign_in(session, late, "10.0.0.1")


def test_a_stranger_changes_no_password(app: Flask) -> None:
    assert app.test_client().get(PAGE).status_code == 302


def test_a_deactivated_person_comes_in_nowhere_and_comes_back_with_the_same_roles(app: Flask, world: worlds.World) -> None:
    whole, keeper, page = worlds.sign_in(app, "administrator"), worlds.sign_in(app, "keeper"), f"/admin/people/{world.keeper}"
    with app.app_context(), atomic() as session:
        bearer = {"Authorization": f"Bearer {org.issue_token(session, world.keeper)}"}
    assert send(whole, f"{page}/deactivate", {"reason": " "}, page=page).status_code == 303
    assert keeper.get("/").status_code == 200
    assert send(whole, f"{page}/deactivate", {"reason": "调离本单位"}, page=page).status_code == 303
    assert (keeper.get("/").status_code, app.test_client().get("/api/v1/tokens", headers=bearer).status_code) == (302, 401)
    assert not signs_in(app, "keeper", worlds.PASSWORD)
    assert "已停用" in whole.get("/admin").text and "已停用" in whole.get(page).text
    english = in_english(whole)
    assert "(deactivated)" in english.get("/admin").text and "This account is deactivated" in english.get(page).text
    assert send(whole, f"{page}/reactivate", {}, page=page).status_code == 303
    assert (keeper.get("/").status_code, app.test_client().get("/api/v1/tokens", headers=bearer).status_code) == (302, 401)
    assert worlds.sign_in(app, "keeper").get("/floor").status_code == 200


def test_the_reason_is_told_to_who_administers(app: Flask, world: worlds.World) -> None:
    with app.app_context():
        with atomic() as session:
            accounts.deactivate(session, world.keeper, "调离本单位", by=world.administrator)
        told = db.session().scalars(select(Telling).where(Telling.topic == "account_deactivated")).one()
        assert "调离本单位" in told.facts and "刘保管" in told.facts
        assert db.session().scalars(select(Notice.person_id).where(Notice.telling_id == told.id)).all() == [world.administrator]


def test_nobody_shuts_the_own_door_nor_that_of_the_last_administrator(app: Flask, world: worlds.World) -> None:
    whole, page = worlds.sign_in(app, "administrator"), f"/admin/people/{world.administrator}"
    assert f"{page}/deactivate" not in whole.get(page).text
    send(whole, f"{page}/deactivate", {"reason": "休假"}, page=page)
    assert whole.get("/admin").status_code == 200
    with app.app_context():
        with atomic() as session:
            org.grant(session, world.approver, world.city, Role.ADMINISTRATOR)
            with pytest.raises(accounts.NotOneself):
                accounts.deactivate(session, world.administrator, "休假", by=world.administrator)
            accounts.deactivate(session, world.approver, "休假", by=world.administrator)
        # Whoever was deactivated while the own act waited for the lock cannot shut out the last one.
        with pytest.raises(org.LastAdministrator), atomic() as session:
            accounts.deactivate(session, world.administrator, "休假", by=world.approver)


def test_only_who_looks_after_a_person_opens_and_shuts_the_door(app: Flask, world: worlds.World) -> None:
    with app.app_context(), atomic() as session:
        made = org.add_person(session, world.pool, "local", "局管理员", worlds.PASSWORD)
        org.grant(session, made.id, world.department_a, Role.ADMINISTRATOR)
        for person in (world.keeper, world.organizer_b, world.administrator, world.auditor):
            with pytest.raises(NotFound):
                accounts.deactivate(session, person, "越权", by=made.id)
            with pytest.raises(NotFound):
                accounts.reactivate(session, person, by=made.id)
        with pytest.raises(NotFound):
            accounts.deactivate(session, world.clerk_a, "越权", by=world.head_a)
        without_roles = org.add_person(session, world.pool, "nobody", "无角色")
        with pytest.raises(NotFound):
            accounts.deactivate(session, without_roles.id, "越权", by=world.head_a)
        accounts.deactivate(session, world.clerk_a, "退休", by=made.id)
        assert not session.get_one(Person, world.clerk_a).active
    for username in ("keeper", "local"):
        refused = send(worlds.sign_in(app, username), f"/admin/people/{world.organizer_b}/deactivate", {"reason": "越权"}, page=PAGE)
        assert refused.status_code in (303, 404)
    with app.app_context():
        assert db.session().get_one(Person, world.organizer_b).active
