"""What both sides enter for a transfer, as files, in JSON and on paper; and the price on its way into the treasury."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, WrongState
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.savings.models import SavingAct, SavingEntry
from assetpool.transfers import booking, cards, payments, service
from assetpool.transfers.drafting import Given
from assetpool.transfers.payments import NothingToPay, Paid, PaidMore, PriceNotPaidIn
from tests import world as worlds
from tests.transfers.conftest import MONDAY, Office
from tests.walking import send

TODAY = date(2026, 11, 23)


def given(office: Office, price: int = 0) -> str:
    """Give two desks and twenty chairs of a lot, accepted and confirmed by the giver's finance."""
    w = office.world
    desks, lot = office.tags(w.desk), office.tags(w.chair)[0]
    number = office.approved([Given(2, kind_id=w.desk), Given(20, kind_id=w.chair)], consideration=price)
    office.hand_over(number, [(desks[0], None), (desks[1], None), (lot, 20)])
    with atomic() as session:
        booking.book(session, number, by=w.finance, side="giver", confirmed={1: 50_001, 2: 480_000})
        booking.book(session, number, by=w.organizer_b, side="receiver")
    return number


def books(office: Office, number: str) -> cards.Books:
    found = cards.books(db.session(), db.session().get_one(service.Document, office.row(number).id))
    db.session().rollback()
    return found


def test_the_cards_add_up_to_what_was_confirmed_and_keep_their_tags(office: Office) -> None:
    number = given(office)
    found = books(office, number)
    assert [(one.card.line_no, one.card.count, one.card.original, one.card.worn) for one in found.cards] == [
        (1, 1, 120_000, 25_001), (1, 1, 120_000, 25_000), (2, 20, 2_400_000, 480_000),
    ]  # fmt: skip
    assert {one.asset.tag for one in found.cards} == {*office.tags(office.world.desk)[:2], office.tags(office.world.chair)[0]}
    assert found.unvalued == 0
    out = sum(entry.debit or 0 for entry in found.of("giver") if entry.account == "3401")
    assert out == sum(entry.credit or 0 for entry in found.of("receiver") if entry.account == "3401") == 240_000 - 50_001 + 1_920_000


def test_the_price_ends_in_the_treasury_before_the_transfer_is_closed_and_no_saving_changes(office: Office) -> None:
    w = office.world
    number = given(office, price=150_000)
    before = db.session().execute(select(func.sum(SavingEntry.cost), func.sum(SavingEntry.count * SavingEntry.adopted))).one()
    db.session().rollback()
    with pytest.raises(PriceNotPaidIn) as refusal, atomic() as session:
        service.close(session, number, by=w.clerk_a)
    assert refusal.value.figures["left_fen"] == 150_000
    for paid in (Paid("to_giver", 100_000, TODAY, "汇款 7"), Paid("paid_in", 100_000, TODAY, "缴款书 1"), Paid("direct", 50_000, TODAY, "缴款书 2")):
        with atomic() as session:
            payments.pay(session, number, paid, by=w.finance)
    with atomic() as session:
        service.close(session, number, by=w.clerk_a)
    assert office.state(number) == "closed"
    assert db.session().execute(select(func.sum(SavingEntry.cost), func.sum(SavingEntry.count * SavingEntry.adopted))).one() == before
    assert db.session().scalar(select(func.count()).select_from(SavingAct)) == 2


@pytest.mark.parametrize(
    ("paid", "refusal"),
    [
        (Paid("direct", 150_001, TODAY, "1"), PaidMore),
        (Paid("paid_in", 1, TODAY, "1"), PaidMore),
        (Paid("direct", 0, TODAY, "1"), FieldInvalid),
        (Paid("direct", 1, TODAY, "  "), FieldInvalid),
        (Paid("direct", 1, TODAY + timedelta(1), "1"), FieldInvalid),
        (Paid("cash", 1, TODAY, "1"), FieldInvalid),
        (Paid("direct", 1, TODAY, "1", 999), NotFound),
    ],
)
def test_what_cannot_be_paid_is_refused(office: Office, paid: Paid, refusal: type[Exception]) -> None:
    number = given(office, price=150_000)
    with pytest.raises(refusal), atomic() as session:
        payments.pay(session, number, paid, by=office.world.finance)


def test_who_pays_and_what_is_gratuitous(office: Office) -> None:
    w = office.world
    number = given(office, price=150_000)
    for who in (w.keeper, w.stranger, w.approver):
        with pytest.raises(NotAllowed), atomic() as session:
            payments.pay(session, number, Paid("direct", 1, TODAY, "1"), by=who)
    free = office.approved([Given(1, kind_id=w.desk)])
    with pytest.raises(NothingToPay), atomic() as session:
        payments.pay(session, free, Paid("direct", 1, TODAY, "1"), by=w.finance)
    draft = office.draft([Given(1, kind_id=w.desk)], consideration=5)
    with pytest.raises(WrongState), atomic() as session:
        payments.pay(session, draft, Paid("direct", 1, TODAY, "1"), by=w.finance)


def test_a_wrong_payment_is_taken_back_and_stays_in_sight(office: Office) -> None:
    w = office.world
    number = given(office, price=150_000)
    with atomic() as session:
        payments.pay(session, number, Paid("to_giver", 150_000, TODAY, "1"), by=w.finance)
        payments.pay(session, number, Paid("paid_in", 150_000, TODAY, "2"), by=w.finance)
        first, second = (one.id for one in payments.payments_of(session, office.row(number).id))
    with pytest.raises(PaidMore), atomic() as session:
        payments.take_back(session, number, first, by=w.finance)
    with atomic() as session:
        payments.take_back(session, number, second, by=w.finance)
        payments.take_back(session, number, first, by=w.finance)
    known = payments.payments_of(db.session(), office.row(number).id)
    assert len(known) == 2 and payments.standing(office.row(number), known).paid == 0
    assert {entry.voucher for entry in books(office, number).vouchers} == {1}
    with pytest.raises(NotFound), atomic() as session:
        payments.take_back(session, number, first, by=w.finance)


class Caller:
    """People of the world over REST and on pages; no context stays open."""

    def __init__(self, app: Flask) -> None:
        """Make a transfer for a price and confirm it."""
        self.app, self.client = app, app.test_client()
        with app.app_context():
            self.world = worlds.found()
            with atomic() as session:
                org.grant(session, self.world.organizer_b, self.world.department_b, Role.CLERK)
                org.grant(session, self.world.finance, self.world.department_a, Role.FINANCE)
            self.number = given(Office(self.world), price=150_000)

    def call(self, who: str, address: str, body: dict[str, Any] | None = None) -> Any:
        """Ask, or do something with a body."""
        with self.app.app_context(), atomic() as session:
            headers = {**worlds.token(session, getattr(self.world, who)), "Accept-Language": "en"}
        url = f"/api/v1/transfers/{self.number}{address}"
        return self.client.get(url, headers=headers) if body is None else self.client.post(url, json=body, headers=headers)


@pytest.fixture
def caller(app: Flask) -> Caller:
    with clock.at(MONDAY):
        return Caller(app)


PAID = {"way": "direct", "amount_fen": 150_000, "paid_on": "2026-11-23", "receipt": "缴款书 9"}


def test_books_and_payments_over_rest_for_those_concerned_and_nobody_else(caller: Caller) -> None:
    for who in ("finance", "organizer_b", "head_b"):
        found = caller.call(who, "/books").json
        assert [card["quantity"] for card in found["cards"]] == [1, 1, 20], who
        assert {entry["account"] for entry in found["vouchers"]} == {"5301", "1602", "1601", "1212", "2103", "2302"}
    assert caller.call("stranger", "/books").status_code == 404
    assert [caller.call(who, "/payments", PAID).status_code for who in ("stranger", "keeper", "head_b")] == [404, 403, 403]
    assert caller.call("finance", "/payments", PAID | {"amount_fen": 150_001}).json["code"] == "paid_more"
    assert caller.call("finance", "/payments", PAID | {"receipt": " "}).status_code == 422
    assert caller.call("finance", "/close", {}).status_code in (403, 409)
    assert caller.call("organizer_b", "/payments", PAID).status_code == 201
    price = caller.call("organizer_b", "").json["price"]
    assert (price["agreed_fen"], price["in_treasury_fen"], price["payments"][0]["receipt"]) == (150_000, 150_000, "缴款书 9")
    taken = caller.call("finance", f"/payments/{price['payments'][0]['id']}/take-back", {})
    assert taken.status_code == 200 and caller.call("finance", "").json["price"]["in_treasury_fen"] == 0


def test_the_files_hold_both_cards_and_both_vouchers(caller: Caller) -> None:
    rows = list(csv.reader(io.StringIO(caller.call("finance", "/vouchers.csv").data.decode("utf-8-sig"))))
    debit, credit = rows[0].index("Debit, yuan"), rows[0].index("Credit, yuan")
    for side in ("Giving side", "Receiving side"):
        mine = [row for row in rows[1:] if row[1] == side]
        assert sum(float(row[debit] or 0) for row in mine) == sum(float(row[credit] or 0) for row in mine) > 0
    filed = list(csv.reader(io.StringIO(caller.call("organizer_b", "/cards.csv").data.decode("utf-8-sig"))))
    assert len(filed) == 4 and filed[3][filed[0].index("Accumulated depreciation, yuan")] == "4800.00"
    book = load_workbook(io.BytesIO(caller.call("head_b", "/books.xlsx").data))
    assert [page.title for page in book.worksheets] == ["Vouchers of the giver", "Vouchers of the receiver", "Cards"]
    assert [row[12].value for row in book["Cards"].iter_rows(min_row=2)] == [1, 1, 20]
    assert sum(row[22].value for row in book["Cards"].iter_rows(min_row=2)) == 1_500
    assert caller.call("stranger", "/books.xlsx").status_code == 404


def test_the_page_leads_to_the_files_and_enters_a_payment_with_its_scan(caller: Caller) -> None:
    with clock.at(MONDAY):
        finance = worlds.sign_in(caller.app, "finance")
        page = finance.get(f"/transfers/{caller.number}?lang=en").text
        assert f"/transfers/{caller.number}/books.xlsx" in page and "no part of the saving" in page
        assert finance.get(f"/transfers/{caller.number}/books.xlsx").data[:2] == b"PK"
        assert worlds.sign_in(caller.app, "stranger").get(f"/transfers/{caller.number}/cards.csv").status_code == 404
        typed = {"way": "direct", "amount": "1,500.00", "paid_on": "2026-11-23", "receipt": "缴款书 9"}
        wrong = send(finance, f"/transfers/{caller.number}/pay", typed | {"amount": "viel"}, f"/transfers/{caller.number}")
        assert wrong.status_code == 422 and "缴款书 9" in wrong.text
        scan = {"scan": (io.BytesIO(b"%PDF-1.7 receipt"), "receipt.pdf")}
        assert send(finance, f"/transfers/{caller.number}/pay", typed | scan, f"/transfers/{caller.number}").status_code == 303
        settled = finance.get(f"/transfers/{caller.number}").text
        assert "in the treasury: 1,500.00 of 1,500.00 yuan" in settled and "Enter a payment" not in settled
        text = "".join(sheet.get_textpage().get_text_range() for sheet in PdfDocument(finance.get(f"/transfers/{caller.number}.pdf").data))
        assert "调出单位记账" in text and "2103" in text
