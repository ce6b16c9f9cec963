"""Webhooks: each receiver gets its own JSON, signed as it checks it; tried again, given up, never twice. Real sockets on the loopback."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import current_app
from sqlalchemy import select

from assetpool.core import clock, sealed
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, FieldInvalid, NotAllowed
from assetpool.notices import posting, queue, robots, service
from assetpool.notices.models import Delivery, Webhook
from assetpool.records import outbox
from assetpool.records.outbox_models import Telling
from tests.notices.receiver import Receiver, receiver
from tests.world import World

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECRET = "SEC-only-for-tests"


@pytest.fixture
def there() -> Iterator[Receiver]:
    """Open a receiver."""
    with receiver() as opened:
        yield opened


def hook(world: World, form: str, url: str, **more: object) -> int:
    """Add a webhook an hour before noon."""
    settings = {"name": "值班群", "secret": SECRET, "key": current_app.config["SECRET_KEY"], "by": world.administrator, **more}
    with clock.at(NOON - timedelta(hours=1)), atomic() as session:
        return service.add_webhook(session, world.pool, form=form, url=url, **settings).id  # type: ignore[arg-type]


def told(world: World, times: int = 1, topic: str = "slip_accepted", **facts: str | int) -> None:
    """Tell at noon."""
    with clock.at(NOON), atomic() as session:
        for _ in range(times):
            outbox.tell(session, topic, pool_id=world.pool, people=[world.keeper], facts={"number": "HS-2026-000001", **facts})


def run(world: World, at: datetime = NOON) -> int:
    """Do the work of a moment."""
    with clock.at(at):
        return posting.run(db.session(), world.pool)


def deliveries() -> list[Delivery]:
    """Return all messages, oldest first."""
    session = db.session()
    session.rollback()
    return list(session.scalars(select(Delivery).order_by(Delivery.id).execution_options(populate_existing=True)))


def test_a_machine_gets_every_telling_signed(world: World, there: Receiver) -> None:
    hook(world, "generic", there.url)
    told(world, 2, "decided", decision="rejected", reason="没有预算")
    assert run(world) == 2
    assert run(world, NOON + timedelta(hours=1)) == 0
    one = there.taken[0]
    stamp = one.headers["x-assetpool-timestamp"]
    expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + one.body, sha256).hexdigest()
    assert one.headers["x-assetpool-signature"] == f"sha256={expected}"
    assert abs(int(stamp) - NOON.timestamp()) < 60
    body = json.loads(one.body)
    assert (body["topic"], body["group"], body["facts"]["decision"], body["told_at"][:16]) == ("decided", "requests", "rejected", "2026-11-23T04:00")
    assert body["text"] == {"zh": "HS-2026-000001：已驳回。没有预算", "en": "HS-2026-000001: rejected. 没有预算"}
    assert len({taken.headers["x-assetpool-delivery"] for taken in there.taken}) == 2


def test_wecom_gets_markdown_in_one_message(world: World, there: Receiver) -> None:
    hook(world, "wecom", f"{there.url}?key=abc")
    told(world, 300)
    assert run(world) == 1
    body = json.loads(there.taken[0].body)
    assert there.taken[0].path == "/hook?key=abc"
    assert body["msgtype"] == "markdown"
    assert "×300" in body["markdown"]["content"]


def test_dingtalk_is_signed_in_its_address(world: World, there: Receiver) -> None:
    hook(world, "dingtalk", f"{there.url}?access_token=abc")
    told(world)
    assert run(world) == 1
    asked = parse_qs(urlsplit(there.taken[0].path).query)
    stamp = asked["timestamp"][0]
    assert len(stamp) == 13
    good = base64.b64encode(hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), sha256).digest()).decode()
    assert (asked["sign"], asked["access_token"]) == ([good], ["abc"])
    body = json.loads(there.taken[0].body)
    assert (body["msgtype"], "已签收HS-2026-000001" in body["text"]["content"]) == ("text", True)


def test_feishu_is_signed_in_its_body(world: World, there: Receiver) -> None:
    there.answer = b'{"code":0,"msg":"success","data":{}}'
    hook(world, "feishu", there.url, language="en")
    told(world)
    assert run(world) == 1
    body = json.loads(there.taken[0].body)
    good = base64.b64encode(hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", sha256).digest()).decode()
    assert (body["sign"], body["msg_type"]) == (good, "text")
    assert "accepted HS-2026-000001" in body["content"]["text"]


def test_a_long_list_stays_within_what_a_robot_takes() -> None:
    found = {"floor": [(f"示范市体育局已签收HS-2026-{number:06d}。", f"http://localhost/handovers/HS-2026-{number:06d}", 1) for number in range(200)]}
    text = robots.message("wecom", found, "【示范市公物仓】200条通知", "zh", "http://localhost/notices")
    content = json.loads(text)["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert content.splitlines()[-1].endswith("http://localhost/notices")


@pytest.mark.parametrize(("status", "answer"), [(500, b""), (404, b"{}"), (200, b'{"errcode":45009,"errmsg":"api freq out of limit"}'), (200, b"<html>")])
def test_a_no_is_tried_again_and_given_up_with_its_reason(world: World, there: Receiver, status: int, answer: bytes) -> None:
    hook(world, "wecom", there.url)
    told(world)
    there.status, there.answer = status, answer
    moment = NOON
    for pause in queue.PAUSES:
        assert run(world, moment) == 0
        assert deliveries()[0].state == "waiting"
        assert run(world, moment + pause - timedelta(seconds=20)) == 0
        moment += pause + timedelta(seconds=5)
    assert run(world, moment) == 0
    assert deliveries()[0].state == "failed"
    assert deliveries()[0].reason != ""
    assert len(there.taken) == len(queue.PAUSES) + 1
    there.status, there.answer = 200, b'{"errcode":0}'
    with clock.at(moment), atomic() as session:
        service.send_again(session, world.pool, delivery_id=deliveries()[0].id, by=world.administrator)
    assert run(world, moment + timedelta(minutes=1)) == 1


def test_a_redirect_is_not_followed(world: World, there: Receiver) -> None:
    with receiver() as elsewhere:
        there.status, there.location = 302, elsewhere.url
        hook(world, "generic", there.url)
        told(world)
        assert run(world) == 0
        assert elsewhere.taken == []
    assert deliveries()[0].reason == "HTTP 302"


def test_a_dead_process_repeats_a_message_once_under_the_same_key(world: World, there: Receiver) -> None:
    hook(world, "generic", there.url)
    told(world)
    run(world)
    for minutes, sent in ((6, 1), (20, 0)):
        with atomic() as session:
            row = session.get_one(Delivery, deliveries()[0].id)
            row.state, row.claimed_until = "waiting", NOON
        assert run(world, NOON + timedelta(minutes=minutes)) == sent
    assert len({taken.headers["x-assetpool-delivery"] for taken in there.taken}) == 1
    assert (len(there.taken), deliveries()[0].state) == (2, "failed")


def test_only_the_groups_that_were_chosen_and_only_what_came_after(world: World, there: Receiver) -> None:
    with clock.at(NOON - timedelta(hours=2)), atomic() as session:
        outbox.tell(session, "approval_due", pool_id=world.pool)
    hook(world, "generic", there.url, groups=["decide"])
    told(world)
    told(world, 1, "approval_due")
    assert run(world) == 1
    assert json.loads(there.taken[0].body)["topic"] == "approval_due"
    assert db.session().scalars(select(Telling.id).where(Telling.passed_on_at.is_(None))).all() == []


def test_without_a_webhook_nothing_is_kept_for_one(world: World, there: Receiver) -> None:
    told(world)
    assert run(world) == 0
    hook(world, "generic", there.url)
    assert run(world) == 0
    assert there.taken == []


def test_a_removed_webhook_is_left_alone_and_its_secret_forgotten(world: World, there: Receiver) -> None:
    number = hook(world, "generic", there.url)
    there.status = 500
    told(world)
    run(world)
    with atomic() as session:
        service.remove_webhook(session, world.pool, number, by=world.administrator)
    there.status = 200
    assert run(world, NOON + timedelta(hours=1)) == 0
    row = db.session().get_one(Webhook, number)
    assert (row.secret, row.url, deliveries()[0].state) == ("", "", "failed")


@pytest.mark.parametrize("url", ["ftp://example.gov", "https://", "example.gov", "https://user:pass@example.gov/", "http://例子.cn/", "http://a b/"])
def test_what_is_no_address_is_refused(world: World, url: str) -> None:
    with pytest.raises(FieldInvalid):
        hook(world, "generic", url)


def test_only_who_administers_the_whole_pool_adds_one(world: World) -> None:
    for person in (world.keeper, world.head_b, world.auditor):
        with pytest.raises(NotAllowed):
            hook(world, "generic", "http://127.0.0.1:9/", by=person)


def test_a_generic_webhook_without_a_secret_is_given_one(world: World) -> None:
    number = hook(world, "generic", "http://127.0.0.1:9/", secret="")
    assert len(sealed.opened(current_app.config["SECRET_KEY"], db.session().get_one(Webhook, number).secret)) > 30


def test_a_secret_is_kept_sealed_and_one_kept_in_clear_is_sealed_by_the_next_run(world: World) -> None:
    number = hook(world, "generic", "http://127.0.0.1:9/")
    kept = db.session().get_one(Webhook, number).secret
    assert (SECRET in kept, kept.startswith(sealed.MARK), sealed.opened(current_app.config["SECRET_KEY"], kept)) == (False, True, SECRET)
    with pytest.raises(sealed.SecretUnreadable):
        sealed.opened("another key", kept)
    with atomic() as session:
        session.get_one(Webhook, number).secret = SECRET
    posting.run(db.session(), world.pool)
    db.session().expire_all()
    assert SECRET not in db.session().get_one(Webhook, number).secret


def test_an_address_is_kept_sealed_and_one_kept_in_clear_is_sealed_by_the_next_run(world: World, there: Receiver) -> None:
    number, longest = hook(world, "wecom", f"{there.url}?key=robot-key"), f"{there.url}?key=".ljust(300, "k")
    kept = db.session().get_one(Webhook, number).url
    assert (kept.startswith(sealed.MARK), sealed.opened(current_app.config["SECRET_KEY"], kept)) == (True, f"{there.url}?key=robot-key")
    with atomic() as session:
        session.get_one(Webhook, number).url = longest
    told(world)
    assert run(world) == 1
    assert there.taken[0].path == longest.removeprefix(there.url.removesuffix("/hook"))
    db.session().expire_all()
    assert db.session().get_one(Webhook, number).url.startswith(sealed.MARK)
    assert len(db.session().get_one(Webhook, number).url) <= 500


def test_what_was_sealed_under_another_key_is_told_and_entered_again(world: World, there: Receiver) -> None:
    number = hook(world, "wecom", there.url)
    with atomic() as session:
        session.get_one(Webhook, number).url = sealed.seal("another key", there.url)
    told(world)
    assert run(world) == 0
    assert "another key" in deliveries()[0].reason
    row = db.session().get_one(Webhook, number)
    assert service.host_of(current_app.config["SECRET_KEY"], row) == "…"
    same = {"name": "值班群", "form": "wecom", "secret": "", "groups": [], "language": "zh", "active": True, "by": world.administrator}
    changed = {**same, "key": current_app.config["SECRET_KEY"]}
    with pytest.raises(sealed.SecretUnreadable), atomic() as session:
        service.change_webhook(session, world.pool, number, url="", **changed)
    with atomic() as session:
        service.change_webhook(session, world.pool, number, url=there.url, **changed)
    assert run(world, NOON + timedelta(hours=1)) == 1


def test_an_answer_that_is_no_http_is_a_no_and_not_the_end_of_the_work(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer() -> None:
            talking, _ = listening.accept()
            with talking:
                talking.recv(10_000)
                talking.sendall(b"nonsense\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        hook(world, "generic", f"http://127.0.0.1:{port}/hook")
        told(world)
        assert run(world) == 0
        thread.join(5)
    assert (deliveries()[0].state, deliveries()[0].reason != "") == ("waiting", True)


def test_what_is_not_there_is_not_sent_again(world: World) -> None:
    for wanted in ({"mail_id": 999}, {"delivery_id": 999}):
        with pytest.raises(DomainError), atomic() as session:
            service.send_again(session, world.pool, by=world.administrator, **wanted)
