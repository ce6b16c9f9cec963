"""A link alone opens nothing; with its code it opens one event in one browser, until it is revoked or runs out."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.invitations import service
from assetpool.invitations.models import Invitation, InvitationDevice
from assetpool.org.models import Membership, Person, SignIn
from tests import walking
from tests import world as worlds
from tests.invitations.conftest import OPEN_UNTIL, Inviting


def test_the_link_alone_opens_nothing(inviting: Inviting) -> None:
    client = inviting.app.test_client()
    for page in ("", "/status", "/template.xlsx"):
        answer = client.get(f"/o/{inviting.token}{page}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/o/{inviting.token}/code")
    assert client.get("/o/some-other-token/code").status_code == 410


def test_the_code_lets_one_browser_in_and_works_once(inviting: Inviting) -> None:
    client = inviting.guest()
    assert client.get(f"/o/{inviting.token}").status_code == 200
    again = walking.send(inviting.app.test_client(), f"/o/{inviting.token}/code", {"code": inviting.code})
    assert again.status_code == 401
    assert inviting.app.test_client().get(f"/o/{inviting.token}").status_code == 303


def test_no_secret_is_kept_in_clear(inviting: Inviting) -> None:
    client = inviting.guest()
    key = client.get_cookie("organizer", path=f"/o/{inviting.token}")
    assert key is not None and key.path == f"/o/{inviting.token}" and key.http_only
    with inviting.app.app_context():
        kept = " ".join(str(value) for model in (Invitation, InvitationDevice) for row in db.session().scalars(select(model)) for value in vars(row).values())
    assert all(secret not in kept for secret in (inviting.token, inviting.code, key.value))


def test_a_second_device_comes_in_by_a_code_of_the_first(inviting: Inviting) -> None:
    first = inviting.guest()
    page = walking.send(first, f"/o/{inviting.token}/another", {}, f"/o/{inviting.token}/status")
    code = page.text.split('class="one-code">')[1].split("<")[0]
    second = inviting.app.test_client()
    assert walking.send(second, f"/o/{inviting.token}/code", {"code": code}).status_code == 303
    assert second.get(f"/o/{inviting.token}").status_code == first.get(f"/o/{inviting.token}").status_code == 200


def test_wrong_codes_shut_the_door_and_in_the_end_void_the_code(inviting: Inviting) -> None:
    client, page = inviting.app.test_client(), f"/o/{inviting.token}/code"
    assert [walking.send(client, page, {"code": "x"}).status_code for _ in range(6)] == [401] * 5 + [429]
    assert walking.send(client, page, {"code": inviting.code}).status_code == 429
    later = clock.now()
    for _ in range(2):
        later += timedelta(minutes=16)
        with clock.at(later):
            assert [walking.send(client, page, {"code": "000"}).status_code for _ in range(5)] == [401] * 5
    with clock.at(later + timedelta(minutes=16)):
        assert walking.send(client, page, {"code": inviting.code}).status_code == 401
    with inviting.app.app_context():
        assert len(db.session().scalars(select(SignIn).where(~SignIn.succeeded)).all()) == 16


def test_revoking_shuts_everybody_out_at_once(inviting: Inviting) -> None:
    client = inviting.guest()
    with inviting.app.app_context(), atomic() as session:
        service.revoke(session, inviting.event, by=inviting.world.approver)
    assert client.get(f"/o/{inviting.token}").status_code == 303
    assert client.get(f"/o/{inviting.token}/code").status_code == 410
    with inviting.app.app_context():
        person = db.session().scalars(select(Person).where(Person.name == "何静")).one()
        assert db.session().scalars(select(Membership).where(Membership.person_id == person.id)).all() == []


def test_a_link_sent_anew_voids_the_one_before(inviting: Inviting) -> None:
    before, client = inviting.token, inviting.guest()
    inviting.invite()
    assert client.get(f"/o/{before}").status_code == 303
    assert inviting.guest().get(f"/o/{inviting.token}").status_code == 200


def test_a_link_runs_out(inviting: Inviting) -> None:
    client = inviting.guest()
    last = datetime(OPEN_UNTIL.year, OPEN_UNTIL.month, OPEN_UNTIL.day, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.at(last):
        assert client.get(f"/o/{inviting.token}").status_code == 200
    with clock.at(last + timedelta(hours=1)):
        assert client.get(f"/o/{inviting.token}").status_code == 303


def test_the_liaison_has_no_account(inviting: Inviting) -> None:
    with inviting.app.app_context():
        person = db.session().scalars(select(Person).where(Person.name == "何静")).one()
    assert person.password_hash is None
    answer = walking.send(inviting.app.test_client(), "/sign-in", {"username": person.username, "password": ""})
    assert answer.status_code in (401, 422)
    assert inviting.guest().get("/requisitions").status_code == 302


def test_only_the_pool_invites(inviting: Inviting) -> None:
    client = worlds.sign_in(inviting.app, "organizer_b")
    assert client.post(f"/events/{inviting.event}/invite").status_code in (400, 403)
