"""The organizer's pages keep what was typed, say what is wrong at its line, and give the letter; the event's page shows all of it to the pool."""

from __future__ import annotations

import io

import pypdfium2
from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.core.spreadsheets import XLSX
from assetpool.events.models import Event
from assetpool.intake.spreadsheet import Workbook
from assetpool.invitations import submitting
from assetpool.invitations.models import ListLine
from assetpool.invitations.reading import Row
from assetpool.requisitions import service as requisitions
from tests import counting, walking
from tests import world as worlds
from tests.invitations.conftest import FIRST, Inviting


def handed_in(inviting: Inviting) -> str:
    with inviting.app.app_context(), atomic() as session:
        return submitting.hand_in(session, inviting.invitation(session))[0].number


def test_what_cannot_be_read_is_said_at_its_line_and_nothing_typed_is_lost(inviting: Inviting) -> None:
    first, second = inviting.take(Row("会议椅", quantity=3), Row("办公桌", quantity=2))
    client, page = inviting.guest(), f"/o/{inviting.token}"
    sent = {
        f"thing-{first}": "会议椅<b>",
        f"quantity-{first}": "many",
        f"thing-{second}": "办公桌",
        f"quantity-{second}": "5",
        f"kind-{second}": "",
        "hand_in": "1",
    }
    answer = walking.send(client, f"{page}/lines", sent, page)
    assert answer.status_code == 422
    assert 'value="many"' in answer.text and "会议椅&lt;b&gt;" in answer.text and "<b>" not in answer.text.split('class="wanted"')[1]
    with inviting.app.app_context():
        assert [line.quantity for line in db.session().scalars(select(ListLine).order_by(ListLine.id))] == [3, 2]


def test_handing_in_needs_the_tick_and_looked_at_kinds(inviting: Inviting) -> None:
    inviting.take(Row("桌椅", quantity=3))
    client, page = inviting.guest(), f"/o/{inviting.token}"
    assert walking.send(client, f"{page}/lines", {"hand_in": "1"}, page).status_code == 422
    assert walking.send(client, f"{page}/lines", {"hand_in": "1", "agreed": "1"}, page).status_code == 422
    assert walking.send(client, f"{page}/lines", {"press": "confirm"}, page).status_code == 303
    answer = walking.send(client, f"{page}/lines", {"hand_in": "1", "agreed": "1"}, page)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}/status")


def test_files_lines_packs_and_venues_come_in_by_the_pages(inviting: Inviting) -> None:
    client, page = inviting.guest(), f"/o/{inviting.token}"
    table = (io.BytesIO("场馆,物品,数量\n一馆,会议椅,30".encode()), "list.csv")
    assert walking.send(client, f"{page}/upload", {"file": table}, page).status_code == 303
    assert walking.send(client, f"{page}/upload", {"file": (io.BytesIO(b"%PDF-1.4"), "list.pdf")}, page).status_code == 422
    assert walking.send(client, f"{page}/upload", {}, page).status_code == 422
    assert walking.send(client, f"{page}/type", {"text": "二馆：\n办公桌 4"}, page).status_code == 303
    assert walking.send(client, f"{page}/pack", {"pack": "99", "people": "10"}, page).status_code == 404
    with inviting.app.app_context():
        venue = db.session().scalars(select(ListLine.venue_id).order_by(ListLine.id)).first()
    sent = {f"floor-{venue}": "3层", f"lift-{venue}": "yes", f"window-{venue}": "8–10点"}
    assert walking.send(client, f"{page}/venues", sent, page).status_code == 303
    number = handed_in(inviting)
    assert "一馆 · 3层 · 有电梯 · 8–10点" in client.get(f"{page}/status").text
    answer = client.get(f"{page}/requests/{number}.pdf")
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(answer.data))
    assert all(words in text for words in ("借用函", number, "市运动会", "市府函〔2027〕3号", "何静", "一馆", "2070308"))


def test_the_template_names_the_days_and_reads_back(inviting: Inviting) -> None:
    inviting.take(Row("会议椅", "一馆", 3))
    answer = inviting.guest().get(f"/o/{inviting.token}/template.xlsx")
    assert answer.mimetype == XLSX
    cells = Workbook(answer.data, "list.xlsx").table("1").rows
    assert cells[1][0] == "一馆" and str(cells[1][4])[:10] == FIRST.isoformat()


def test_the_sealed_letter_is_kept_with_the_request_and_seen_by_the_pool(inviting: Inviting) -> None:
    inviting.take(Row("会议椅", quantity=3))
    number, client, page = handed_in(inviting), inviting.guest(), f"/o/{inviting.token}"
    scan = (io.BytesIO(b"%PDF-1.4 sealed"), "sealed.pdf")
    assert walking.send(client, f"{page}/requests/{number}/letter", {"scan": scan}, f"{page}/status").status_code == 303
    assert "sealed.pdf" in worlds.sign_in(inviting.app, "approver").get(f"/requisitions/{number}").text
    assert "sealed.pdf" in client.get(f"{page}/status").text


def test_the_organizer_sees_what_was_cut_and_why(inviting: Inviting) -> None:
    inviting.take(Row("会议椅", quantity=30))
    number = handed_in(inviting)
    with inviting.app.app_context(), atomic() as session:
        requisitions.approve(session, number, by=inviting.world.approver, cuts={1: 20}, reason="另有会议")
    page = inviting.guest().get(f"/o/{inviting.token}/status?lang=en").text
    assert "另有会议" in page and "20 of 30 granted" in page


def test_the_events_page_takes_no_more_queries_with_more_requests(inviting: Inviting, app: Flask) -> None:
    client = worlds.sign_in(app, "approver")
    counts = []
    for lines in (1, 3):
        for _ in range(lines):
            inviting.take(Row("会议椅", f"馆{lines}", 1), Row("热气球", quantity=1))
            handed_in(inviting)
        with app.app_context(), counting.queries(db.engine) as sent:
            assert client.get(f"/events/{inviting.event}").status_code == 200
        counts.append(len(sent))
    assert counts[1] <= counts[0]


def test_a_stranger_to_the_event_sees_neither_its_page_nor_its_link(inviting: Inviting) -> None:
    assert worlds.sign_in(inviting.app, "stranger").get(f"/events/{inviting.event}").status_code == 404
    page = worlds.sign_in(inviting.app, "organizer_b").get(f"/events/{inviting.event}").text
    assert "/o/" not in page
    with inviting.app.app_context():
        assert db.session().get_one(Event, inviting.event).name in page
