"""The pages: behind the bell, how one is told, what an administrator settles, enters and looks up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from assetpool.core import clock, sealed
from assetpool.core.db import atomic, db
from assetpool.notices import queries, topics
from assetpool.notices.models import Delivery, Mail, NoticeSetting, Webhook
from assetpool.notices.wording import Told
from assetpool.org.models import Person
from assetpool.records import outbox, service
from assetpool.records.outbox_models import Notice
from tests import world as worlds
from tests.notices.post_office import PostOffice
from tests.notices.receiver import Receiver, receiver
from tests.world import World


@pytest.fixture
def there() -> Iterator[Receiver]:
    """Open a receiver of webhooks."""
    with receiver() as opened:
        yield opened


@pytest.fixture
def ids(app: Flask) -> World:
    """Give the ids of the world without keeping a context; forms are sent without their token."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        return worlds.found()


def tell(app: Flask, ids: World, times: int = 1, topic: str = "slip_accepted", **more: object) -> None:
    """Tell the person of department B."""
    with app.app_context(), atomic() as session:
        for number in range(times):
            facts = {"number": f"HS-2026-{number:06d}"}
            outbox.tell(session, topic, pool_id=ids.pool, people=[ids.organizer_b], facts=facts, **more)  # type: ignore[arg-type]


def bell(page: str) -> str:
    """Return what the bell says."""
    found = re.search(r'<a class="bell"[^>]*aria-label="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_bell_counts_what_is_not_read(app: Flask, ids: World) -> None:
    client = worlds.sign_in(app, "organizer_b")
    assert bell(client.get("/?lang=en").text) == "Notices"
    tell(app, ids, 3)
    assert bell(client.get("/").text) == "Notices: 3 not read"
    page = client.get("/notices").text
    first = re.search(r'href="(/notices/\d+)"', page)
    assert first is not None
    assert client.get(first[1]).location == "/notices"
    assert bell(client.get("/catalog").text) == "Notices: 2 not read"
    client.post("/notices/read")
    assert bell(client.get("/notices").text) == "Notices"
    assert "HS-2026-000002" in client.get("/notices").text


def test_a_notice_leads_to_its_document_and_is_nobody_elses(app: Flask, ids: World) -> None:
    with app.app_context(), atomic() as session:
        document = service.create(session, ids.pool, "RQ", ids.department_b, "draft", ids.organizer_b)
        outbox.tell(session, "approval_due", pool_id=ids.pool, people=[ids.approver], document_id=document.id)
        number, notice = document.number, session.scalars(select(Notice.id)).one()
    assert worlds.sign_in(app, "approver").get(f"/notices/{notice}").location == f"/requisitions/{number}"
    assert worlds.sign_in(app, "organizer_b").get(f"/notices/{notice}").status_code == 404
    page = worlds.sign_in(app, "approver").get("/notices?lang=zh").text
    assert f"体育局的{number}待您审批。" in page


def test_what_is_older_than_thirty_days_is_not_shown(app: Flask, ids: World) -> None:
    tell(app, ids)
    with clock.at(clock.now() + timedelta(days=31)), app.app_context():
        assert queries.unread(db.session(), ids.organizer_b) == 0
        assert queries.of_person(db.session(), ids.organizer_b) == []


def test_the_list_goes_on_and_asks_as_often_for_many_as_for_few(app: Flask, ids: World) -> None:
    client, asked = worlds.sign_in(app, "organizer_b"), []
    client.get("/notices?lang=en")
    with app.app_context():
        engine = db.engine
    for times in (1, 119):
        tell(app, ids, times)
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object, into: list[str] = sent) -> None:
            into.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        page = client.get("/notices").text
        event.remove(engine, "before_cursor_execute", note)
        asked.append(len(sent))
    assert asked[0] == asked[1]
    assert bell(page) == "Notices: 120 not read"
    more = re.search(r'rel="next" href="([^"]+)"', page)
    assert more is not None
    assert client.get(more[1]).text.count('href="/notices/') == 50


def test_each_chooses_and_a_duty_offers_no_never(app: Flask, ids: World) -> None:
    client = worlds.sign_in(app, "organizer_b")
    page = client.get("/me/notices?lang=en").text
    duty = page[page.index('name="decide"') : page.index("</select>", page.index('name="decide"'))]
    assert ("at_once" in duty, "never" in duty) == (True, False)
    assert client.post("/me/notices", data={"decide": "never", "language": "en"}).status_code == 422
    assert client.post("/me/notices", data={"floor": "never", "overdue": "at_once", "language": "en"}).status_code == 303
    with app.app_context():
        chosen = queries.chosen(db.session(), ids.organizer_b)
        assert (chosen["floor"], chosen["overdue"], chosen["decide"]) == ("never", "at_once", "digest")
        assert db.session().get_one(Person, ids.organizer_b).language == "en"


def test_an_administrator_settles_when_the_pool_tells(app: Flask, ids: World) -> None:
    client = worlds.sign_in(app, "administrator")
    good = {"digest_hour": "17", "reminder_days": "7, -3", "urgent_from": "14", "keep_days": "60"}
    assert client.post("/admin/notices", data=good).status_code == 303
    with app.app_context():
        row = db.session().get_one(NoticeSetting, ids.pool)
        assert (row.digest_hour, row.reminder_days, row.urgent_from, row.keep_days) == (17, "-3,7", 14, 60)
    assert client.post("/admin/notices", data={**good, "reminder_days": "soon"}).status_code == 422
    assert 'value="-3,7"' in client.get("/admin/notices").text


def test_an_administrator_enters_addresses_and_nobody_else(app: Flask, ids: World) -> None:
    client = worlds.sign_in(app, "administrator")
    assert "organizer_b" in client.get("/admin/mail-addresses?q=organizer").text
    assert client.post(f"/admin/mail-addresses/{ids.organizer_b}", data={"email": "zhang@example.gov"}).status_code == 303
    client.post(f"/admin/mail-addresses/{ids.organizer_b}", data={"email": "two@example.gov, three@example.gov"})
    client.post(f"/admin/mail-addresses/{ids.organizer_b}", data={"email": "evil@example.gov\nBcc: all@example.gov"})
    with app.app_context():
        assert db.session().get_one(Person, ids.organizer_b).email == "zhang@example.gov"
    assert worlds.sign_in(app, "organizer_b").post(f"/admin/mail-addresses/{ids.organizer_b}", data={"email": "me@x.cn"}).status_code == 403


def test_mails_are_listed_and_sent_again(app: Flask, ids: World, office: PostOffice) -> None:
    office.refuse = {"zhang@example.gov"}
    worlds.sign_in(app, "administrator").post(f"/admin/mail-addresses/{ids.organizer_b}", data={"email": "zhang@example.gov"})
    tell(app, ids, urgent=True)
    assert app.test_cli_runner().invoke(args=["jobs", "run"]).exit_code == 0
    client = worlds.sign_in(app, "administrator")
    page = client.get("/admin/mails?lang=en&state=failed").text
    assert "550 no such person" in page
    with app.app_context():
        mail = db.session().scalars(select(Mail.id)).one()
    assert "HS-2026-000000" in client.get(f"/admin/mails/{mail}").text
    app.config["ENVIRONMENT"] = "production"
    assert client.get(f"/admin/mails/{mail}").status_code == 404
    assert "HS-2026-000000" not in client.get("/admin/mails").text
    office.refuse = set()
    assert client.post(f"/admin/mails/{mail}/again").status_code == 303
    assert app.test_cli_runner().invoke(args=["jobs", "run"]).exit_code == 0
    assert office.recipients == ["zhang@example.gov"]


def test_a_webhook_is_added_tried_changed_and_removed(app: Flask, ids: World, there: Receiver) -> None:
    client = worlds.sign_in(app, "administrator")
    client.get("/admin/webhooks?lang=en")
    typed = {"name": "Duty group", "form": "wecom", "url": f"{there.url}?key=secret-key", "groups": ["decide", "floor"], "language": "zh", "active": "y"}
    assert client.post("/admin/webhooks/new", data=typed).status_code == 303
    with app.app_context():
        hook = db.session().scalars(select(Webhook.id)).one()
    page = client.post(f"/admin/webhooks/{hook}/try", follow_redirects=True).text
    assert "took the message" in page
    assert "secret-key" not in page
    page = client.get(f"/admin/webhooks/{hook}").text
    assert "secret-key" not in page and sealed.MARK not in page
    assert "已连通" in there.taken[0].body.decode()
    there.answer = b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    page = client.post(f"/admin/webhooks/{hook}/try", follow_redirects=True).text
    assert "93000 invalid webhook url" in page
    with app.app_context():
        assert [row.state for row in db.session().scalars(select(Delivery).order_by(Delivery.id))] == ["sent", "failed"]
    assert client.post(f"/admin/webhooks/{hook}", data={**typed, "groups": list(topics.GROUPS), "url": "nowhere"}).status_code == 422
    assert client.post(f"/admin/webhooks/{hook}", data={**typed, "groups": list(topics.GROUPS)}).status_code == 303
    with app.app_context():
        assert db.session().get_one(Webhook, hook).topic_groups == ""
    assert client.post(f"/admin/webhooks/{hook}", data={**typed, "name": "Another name", "url": ""}).status_code == 303
    with app.app_context():
        row = db.session().get_one(Webhook, hook)
        assert (row.name, sealed.opened(app.config["SECRET_KEY"], row.url)) == ("Another name", typed["url"])
    assert client.post(f"/admin/webhooks/{hook}/remove").status_code == 303
    assert client.get(f"/admin/webhooks/{hook}").status_code == 404
    assert worlds.sign_in(app, "keeper").get("/admin/webhooks").status_code == 403


def test_every_topic_says_its_sentence_and_leads_somewhere(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for name, topic in topics.TOPICS.items():
        assert topic.group in topics.GROUPS
        assert topic.group in topics.GROUP_TITLES
        for language in ("zh", "en"):
            told = Told(name, {}, "RQ-2026-000001", "教育局", "Education Bureau").sentence(language)
            assert told
            assert "%(" not in told
        places = [set(re.findall(r"%\((\w+)\)s", text)) for text in (topic.english, topic.chinese)]
        assert places[0] - {"organization", "number"} == places[1] - {"organization", "number"}, name
        adapter.match(Told(name, {}, "RQ-2026-000001").path.partition("?")[0])
    for kind in topics.DOCUMENT_PATHS:
        adapter.match(topics.document_path(f"{kind}-2026-000001"))
