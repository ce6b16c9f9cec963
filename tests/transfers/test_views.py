"""The pages of transfers, walked without scripts: both sides endorse, book figures are confirmed, nothing typed is lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument

from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.prices.service import NewPrice, set_price
from assetpool.records.models import Document
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.transfers.conftest import Office
from tests.transfers.test_service import request
from tests.walking import send, token


class Pages:
    """Signed-in people of the world, and short ways to states."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            self.world = worlds.found()
            with atomic() as session:
                org.grant(session, self.world.organizer_b, self.world.department_b, Role.CLERK)
                org.grant(session, self.world.finance, self.world.department_a, Role.FINANCE)
        self.office = Office(self.world)

    def of(self, name: str) -> FlaskClient:
        client = worlds.sign_in(self.app, name)
        client.get("/transfers?lang=en")
        return client

    def act(self, who: str, number: str, name: str, **fields: Any) -> Any:
        return send(self.of(who), f"/transfers/{number}/{name}", fields, f"/transfers/{number}")

    def state(self, number: str) -> str:
        with self.app.app_context():
            return self.office.state(number)


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(app)


def typed(pages: Pages, **more: object) -> dict[str, Any]:
    return {
        "giver_id": pages.world.department_a, "receiver_id": pages.world.department_b, "store_id": pages.world.main, "reason": "撤并", "consideration": "1,500",
        "lines-0-kind": "办公桌", "lines-0-quantity": "2", "lines-1-kind": "会议椅", "lines-1-quantity": "20", **more,
    }  # fmt: skip


def approved(pages: Pages) -> str:
    answer = send(pages.of("clerk_a"), "/transfers/new", typed(pages, submit="1"))
    assert answer.status_code == 303, answer.text
    number = str(answer.location.rsplit("/", 1)[-1])
    for who in ("head_a", "head_b", "approver"):
        assert pages.act(who, number, "approve").status_code == 303
    return number


def test_from_the_form_to_both_books(pages: Pages) -> None:
    number = approved(pages)
    assert pages.state(number) == "approved"
    assert f"/handovers/new?request={number}" in pages.of("keeper").get(f"/transfers/{number}").text
    with pages.app.app_context():
        desks, chairs = pages.office.tags(pages.world.desk), pages.office.tags(pages.world.chair)
        slip = pages.office.hand_over(number, [(desks[0], None), (desks[1], None), (chairs[0], 20)])
    page = pages.of("organizer_b").get(f"/transfers/{number}").text
    assert pages.state(number) == "accepted" and slip in page and "2,640,000" not in page and "26,400.00" in page
    assert pages.act("finance", number, "book", side="giver", **{"worn-1": "abc"}).status_code == 422
    assert pages.act("finance", number, "book", side="giver", **{"worn-1": "500.00", "worn-2": "4,800.00"}).status_code == 303
    assert pages.act("organizer_b", number, "book", side="receiver").status_code == 303
    assert pages.state(number) == "booked"
    history = pages.of("clerk_a").get(f"/transfers/{number}").text
    assert "Giving side" in history and ">giver<" not in history
    with pages.app.app_context():
        assert [line.carrying_amount for line in pages.office.lines(number)] == [190_000, 1_920_000]
    unpaid = pages.act("clerk_a", number, "close")
    assert unpaid.status_code == 409 and "1,500.00 of the agreed 1,500.00 yuan are not in the treasury yet" in unpaid.text
    paid = {"way": "direct", "amount": "1,500", "paid_on": "2026-11-23", "receipt": "缴款书 1"}
    assert pages.act("organizer_b", number, "pay", **paid).status_code == 303
    assert pages.act("clerk_a", number, "close").status_code == 303
    paper = pages.of("clerk_a").get(f"/transfers/{number}.pdf")
    text = PdfDocument(paper.data)[0].get_textpage().get_text_range()
    assert paper.mimetype == "application/pdf" and "资产调拨单" in text and number in text and "1,900.00" in text


@pytest.mark.parametrize(
    ("change", "said", "status"),
    [
        ({"lines-0-quantity": "0"}, "Enter a whole number", 422),
        ({"lines-0-quantity": "11"}, "but only 10 in", 409),
        ({"receiver_id": "2"}, "giver and receiver are the same", 422),
        ({"consideration": "viel"}, "Write an amount in yuan", 422),
        ({"lines-0-kind": "zzz"}, "Nothing in the catalogue fits", 422),
        ({"lines-0-kind": "", "lines-0-tag": "ZC-0000-1"}, "Nothing found under", 422),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(pages: Pages, change: dict[str, object], said: str, status: int) -> None:
    answer = send(pages.of("clerk_a"), "/transfers/new", typed(pages, submit="1", **change))
    assert answer.status_code == status and said in answer.text and "撤并" in answer.text and 'value="20"' in answer.text
    with pages.app.app_context():
        assert db.session().query(Document).filter_by(kind="TR").count() == 0


def test_a_draft_is_edited_and_a_stale_form_overwrites_nothing(pages: Pages) -> None:
    client = pages.of("clerk_a")
    number = send(client, "/transfers/new", typed(pages, draft="1")).location.rsplit("/", 1)[-1]
    edited = send(client, f"/transfers/{number}/edit", typed(pages, draft="1", revision="0", **{"lines-0-quantity": "3"}))
    assert edited.status_code == 303, edited.text
    stale = send(client, f"/transfers/{number}/edit", typed(pages, draft="1", revision="0", **{"lines-0-quantity": "4"}))
    assert stale.status_code == 409 and "changed meanwhile" in stale.text
    with pages.app.app_context():
        assert [line.asked for line in pages.office.lines(number)] == [3, 20]


def test_each_sees_only_the_own_act(pages: Pages) -> None:
    number = send(pages.of("clerk_a"), "/transfers/new", typed(pages, submit="1")).location.rsplit("/", 1)[-1]
    assert "Endorse giving" in pages.of("head_a").get(f"/transfers/{number}").text
    assert "Endorse giving" not in pages.of("head_b").get(f"/transfers/{number}").text
    assert pages.of("stranger").get(f"/transfers/{number}").status_code == 404
    refused = pages.act("head_a", number, "reject", reason="")
    assert refused.status_code == 422 and "say why" in refused.text
    stale = pages.of("head_a")
    form = {"csrf_token": token(stale.get(f"/transfers/{number}")), "revision": "0"}
    assert stale.post(f"/transfers/{number}/approve", data=form).status_code == 409 and pages.state(number) == "submitted"
    assert pages.of("keeper").get("/transfers/new").status_code == 403


def test_who_prices_what_is_given_finds_no_button_but_the_reason(pages: Pages) -> None:
    with pages.app.app_context(), atomic() as session:
        set_price(session, pages.world.desk, NewPrice(90_000, source="协议"), pages.world.approver)
    number = send(pages.of("clerk_a"), "/transfers/new", typed(pages, submit="1")).location.rsplit("/", 1)[-1]
    for who in ("head_a", "head_b"):
        assert pages.act(who, number, "approve").status_code == 303
    page = pages.of("approver").get(f"/transfers/{number}").text
    assert "You set a price or rent of these things" in page and f"/transfers/{number}/approve" not in page
    assert pages.act("approver", number, "approve").status_code == 403


def test_one_that_a_requisition_opened_leads_back_to_it(pages: Pages) -> None:
    with pages.app.app_context():
        from_request = request(pages.office, [Wish(2, kind_id=pages.world.desk)])
    client = pages.of("organizer_b")
    assert "No transfers yet" not in client.get("/transfers").text
    number = client.get("/transfers").text.split("/transfers/TR-")[1][:11]
    assert from_request in client.get(f"/transfers/TR-{number}").text
    assert f'href="/transfers/TR-{number}"' in client.get(f"/requisitions/{from_request}").text


def test_the_list_says_when_it_is_empty_and_narrows(pages: Pages) -> None:
    assert "No transfers yet" in pages.of("clerk_a").get("/transfers").text
    number = approved(pages)
    client = pages.of("head_b")
    assert number in client.get("/transfers?q=撤并&state=approved").text and "No transfer fits" in client.get("/transfers?state=draft").text
    assert number not in pages.of("stranger").get("/transfers").text


def test_what_was_signed_on_paper_is_recorded_by_a_clerk_who_did_not_ask(pages: Pages) -> None:
    with pages.app.app_context(), atomic() as session:
        org.grant(session, pages.world.finance, pages.world.city, Role.CLERK)
    number = send(pages.of("clerk_a"), "/transfers/new", typed(pages, submit="1")).location.rsplit("/", 1)[-1]
    finance, paper = pages.of("finance"), {"paper_number": "〔2026〕31 号", "signer": "李局长", "paper_day": "2026-11-20"}
    unsigned = send(finance, f"/transfers/{number}/record-paper", paper, f"/transfers/{number}")
    assert (unsigned.status_code, "李局长" in unsigned.text, pages.state(number)) == (422, True, "submitted")
    scan = {**paper, "scan": (io.BytesIO(b"%PDF-1.7 signed"), "signed.pdf")}
    assert send(finance, f"/transfers/{number}/record-paper", scan, f"/transfers/{number}").status_code == 303
    assert pages.state(number) == "giver_endorsed"
