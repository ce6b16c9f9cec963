"""Who may sign in and as what: administrators act within their own part, auditors are appointed for the whole pool, failures close the door."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import config
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed
from assetpool.org import service as org
from assetpool.org import signing_in
from assetpool.org.models import Membership, Organization, Person, Role
from assetpool.org.queries import access_of
from tests import world as worlds
from tests.walking import send

database_template = worlds.template
world = worlds.apart


@pytest.fixture
def local(app: Flask, world: worlds.World) -> FlaskClient:
    """Sign in somebody who administers department A only."""
    with app.app_context(), atomic() as session:
        made = org.add_person(session, world.pool, "local", "局管理员", worlds.PASSWORD)
        org.grant(session, made.id, world.department_a, Role.ADMINISTRATOR)
    return worlds.sign_in(app, "local")


def roles(app: Flask, username: str) -> set[str]:
    with app.app_context():
        statement = select(Membership.role).join(Person, Person.id == Membership.person_id).where(Person.username == username)
        return set(db.session().scalars(statement))


def test_a_local_administrator_acts_within_the_own_part_and_appoints_no_auditor(app: Flask, local: FlaskClient, world: worlds.World) -> None:
    listed = local.get("/admin").text
    assert "王资产" in listed and "刘保管" not in listed and "气象局" not in listed
    new = {"name": "新人", "username": "new", "password": "long-enough", "telephone": "", "organization": world.department_a}
    refused = send(local, "/admin/people/new", {**new, "role": "auditor"})
    assert refused.status_code == 422 and roles(app, "new") == set()
    assert send(local, "/admin/people/new", {**new, "organization": world.city, "role": "clerk"}).status_code == 422
    assert send(local, "/admin/people/new", {**new, "role": "clerk"}).status_code == 303
    page = f"/admin/people/{world.clerk_a}"
    for organization, role in ((world.department_a, "auditor"), (world.city, "clerk"), (world.department_b, "keeper")):
        assert send(local, f"{page}/roles", {"organization": organization, "role": role}, page=page).status_code in (303, 422)
    assert roles(app, "clerk_a") == {"clerk"}
    assert send(local, f"{page}/roles", {"organization": world.department_a, "role": "keeper"}, page=page).status_code == 303
    assert roles(app, "clerk_a") == {"clerk", "keeper"} and roles(app, "new") == {"clerk"}
    for person in (world.keeper, world.organizer_b, world.administrator):
        assert local.get(f"/admin/people/{person}").status_code == 404
        assert send(local, f"/admin/people/{person}/password", {"password": "taken-over"}, page=page).status_code == 404
    with app.app_context(), pytest.raises(NotAllowed), atomic() as session:
        org.appoint(session, world.clerk_a, world.department_b, Role.CLERK, by=world.keeper)


def test_an_auditor_is_looked_after_by_who_administers_the_whole_pool(app: Flask, local: FlaskClient, world: worlds.World) -> None:
    whole = worlds.sign_in(app, "administrator")
    page = f"/admin/people/{world.clerk_a}"
    assert send(whole, f"{page}/roles", {"organization": world.department_a, "role": "auditor"}, page=page).status_code == 303
    with app.app_context():
        assert access_of(db.session(), world.clerk_a).sees_everything
    assert local.get(page).status_code == 404 and whole.get(page).status_code == 200
    assert send(local, f"{page}/password", {"password": "taken-over"}, page="/admin/people/new").status_code == 404


def test_the_last_administrator_of_the_whole_pool_keeps_the_role(app: Flask, world: worlds.World) -> None:
    whole = worlds.sign_in(app, "administrator")
    page = f"/admin/people/{world.administrator}"
    send(whole, f"{page}/roles/withdraw", {"organization": world.city, "role": "administrator"}, page=page)
    assert roles(app, "administrator") == {"administrator"}
    other = f"/admin/people/{world.approver}"
    assert send(whole, f"{other}/roles", {"organization": world.city, "role": "administrator"}, page=other).status_code == 303
    assert send(whole, f"{page}/roles/withdraw", {"organization": world.city, "role": "administrator"}, page=page).status_code == 303
    assert roles(app, "administrator") == set() and whole.get("/admin").status_code == 403


def test_a_code_with_blanks_around_it_is_the_same_code(app: Flask, world: worlds.World) -> None:
    with app.app_context(), pytest.raises(org.NameTaken), atomic() as session:
        org.add_organization(session, world.pool, " A ", "教育局二", "department", world.city)
    with app.app_context():
        assert [row.code for row in db.session().scalars(select(Organization).where(Organization.code.contains("A")))] == ["A"]


def tries(client: FlaskClient, username: str, password: str, more: str = "") -> int:
    return send(client, f"/sign-in{more}", {"username": username, "password": password}).status_code


def test_failures_close_a_name_and_an_address_for_a_while(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, elsewhere = app.test_client(), app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "10.9.9.9"
    assert [tries(client, "keeper", "wrong") for _ in range(signing_in.FAILURES_ALLOWED)] == [401] * signing_in.FAILURES_ALLOWED
    assert tries(client, "keeper", worlds.PASSWORD) == 429 == tries(elsewhere, "keeper", worlds.PASSWORD)
    monkeypatch.setattr(signing_in, "ADDRESS_FAILURES_ALLOWED", signing_in.FAILURES_ALLOWED)
    assert tries(client, "approver", worlds.PASSWORD) == 429 and tries(elsewhere, "approver", worlds.PASSWORD) == 303
    with clock.at(clock.now() + signing_in.LOCKED_FOR + timedelta(minutes=1)):
        assert tries(client, "keeper", worlds.PASSWORD) == 303


def test_a_new_password_ends_the_sessions_and_nobody_is_sent_to_another_site(app: Flask, world: worlds.World) -> None:
    keeper = worlds.sign_in(app, "keeper")
    with app.app_context(), atomic() as session:
        org.set_password(session, session.get_one(Person, world.keeper), signing_in.hashed("another-password"))
    assert keeper.get("/").status_code == 302
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        client = app.test_client()
        page = client.get("/sign-in", query_string={"next": target})
        assert page.status_code == 200
        token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        fields = {"csrf_token": token, "username": "keeper", "password": "another-password"}
        sent = client.post("/sign-in", data=fields, query_string={"next": target}, headers={"Referer": "http://localhost/sign-in"})
        assert (sent.status_code, sent.location) == (303, "/")


@pytest.mark.parametrize(("address", "secure"), [("https://pool.example", True), ("http://pool.example", False)])
def test_the_cookie_that_keeps_somebody_signed_in_is_guarded_like_the_session(tmp_path: Path, address: str, secure: bool) -> None:
    settings = config.load({"ENVIRONMENT": "test", "INSTANCE_DIR": str(tmp_path), "PUBLIC_URL": address})
    for cookie in ("SESSION_COOKIE", "REMEMBER_COOKIE"):
        assert (settings[f"{cookie}_SECURE"], settings[f"{cookie}_HTTPONLY"], settings[f"{cookie}_SAMESITE"]) == (secure, True, "Lax")
