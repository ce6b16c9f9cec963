"""The savings pages: what stands on them, who may open them, and that every figure is a link down to its papers."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.core.db import atomic, db
from assetpool.savings.models import SavingAct, SavingEntry
from tests import world as worlds
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill
from tests.savings import ledger
from tests.world import World

DAYS = "from=2021-01-01&to=2022-12-31"


@pytest.fixture
def bill(app: Flask) -> Bill:
    """Give the accepted bill of G1, come back after 90 days, and the opening statement of G2."""
    with app.app_context():
        world = worlds.found()
        made = bills.lend_the_bill(world)
        bills.bring_back(world, made, BEGUN + bills.timedelta(days=90))
        bills.open_statement(world)
        return made


def as_person(app: Flask, username: str) -> FlaskClient:
    """Sign somebody in."""
    return worlds.sign_in(app, username)


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    """Open a page in English and return it."""
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_headline_says_what_the_exact_ratio_allows(app: Flask, bill: Bill) -> None:
    page = text(as_person(app, "auditor"), f"/savings?{DAYS}")
    assert "Net saving CNY 1.84 m, saving rate reaching 70 %" in page
    assert "1,840,020.00 yuan · rate 70.00 %" in page
    assert "2,344 items" in page


def test_a_loss_is_said_as_a_loss(app: Flask, bill: Bill) -> None:
    page = text(as_person(app, "auditor"), f"/savings?{DAYS}&basis=rental&kind=loan")
    assert "Reuse cost CNY 0.30 m more than was avoided" in page
    assert "Where a price was agreed for a transfer" not in page
    assert "reaching" not in page and "about" not in page.split("</h1>")[0]


def test_an_opening_statement_shows_a_lower_bound_and_nothing_else(app: Flask, bill: Bill) -> None:
    page = text(as_person(app, "auditor"), f"/savings?{DAYS}&kind=transfer")
    assert "n/a: only a lower bound is known" in page
    assert "Where a price was agreed for a transfer" in page
    assert "with opening statements of at least 86,000,000.00 yuan" in page


@pytest.mark.parametrize("by", ["event", "organization", "class", "store", "month", "kind"])
def test_each_figure_is_a_link_to_acts_that_add_up_to_it(app: Flask, bill: Bill, by: str) -> None:
    client = as_person(app, "auditor")
    page = text(client, f"/savings?{DAYS}&by={by}&kind=loan")
    rows = page.split('id="rows"')[1].split("</section>")[0]
    links = re.findall(r'<a href="(/savings/acts[^"]*standing=A[^"]*)"><data class="money" value="(\d+)"', rows)
    assert links
    for address, fen in links:
        acts = text(client, address.replace("&amp;", "&"))
        foot = acts.split("<tfoot>")[1]
        assert f'value="{fen}"' in foot


def test_the_way_down_goes_from_the_act_to_entry_slip_request_thing_and_price(app: Flask, bill: Bill) -> None:
    client = as_person(app, "auditor")
    page = text(client, f"/savings/acts/{bill.acts[2]}")
    with app.app_context():
        act = db.session().get_one(SavingAct, bill.acts[2])
        entry = db.session().query(SavingEntry).filter_by(act_id=act.id, entry="claim").one()
    for address in (f"/savings/entries/{entry.id}", "/handovers/HS-", "/requisitions/RQ-", "/a/", "/catalog/kinds/"):
        assert f'href="{address}'.lower() in page.lower()
    assert "P = 1,600.00 yuan per unit" in page
    assert "posted 1,600.00 yuan per unit × 520 = 832,000.00" in page
    assert "D = 90" in page and "360.00" in page
    assert "nothing missing" in page


def test_an_entry_shows_its_digest_and_its_arithmetic(app: Flask, bill: Bill) -> None:
    with app.app_context():
        entry = db.session().query(SavingEntry).filter_by(act_id=bill.acts[0], entry="claim").one()
        entry_id, digest = entry.id, entry.digest
    page = text(as_person(app, "auditor"), f"/savings/entries/{entry_id}")
    assert digest in page
    assert "204,000.00" in page


@pytest.mark.parametrize(("who", "status"), [("auditor", 200), ("organizer_b", 200), ("clerk_a", 200), ("keeper", 200), ("stranger", 404)])
def test_an_act_is_shown_to_those_it_concerns(app: Flask, bill: Bill, who: str, status: int) -> None:
    client = as_person(app, who)
    text(client, f"/savings/acts/{bill.acts[0]}", status)
    assert ("204,000.00" in text(client, "/savings/acts")) is (status == 200)
    assert ("2,344" in text(client, f"/savings?{DAYS}")) is (status == 200)


def test_strangers_without_a_sign_in_are_sent_to_it(client: FlaskClient, bill: Bill) -> None:
    for address in ("/savings", "/savings/acts", f"/savings/acts/{bill.acts[0]}", "/savings.pdf", "/savings/review", "/audit"):
        assert client.get(address).status_code == 302


def test_what_cannot_be_read_in_the_address_is_said_and_the_page_still_stands(app: Flask, bill: Bill) -> None:
    client = as_person(app, "auditor")
    assert "could not be read" in text(client, "/savings?from=yesterday", 422)
    assert "first day must not come after the last" in text(client, "/savings?from=2022-12-31&to=2022-01-01", 422)
    assert "choose event" in text(client, "/savings?by=mood", 422)
    text(client, "/savings/acts?from=x&event=y&before=-1&standing=z")


def test_without_any_act_the_page_says_how_one_begins(app: Flask) -> None:
    assert "No saving in this period" in text(as_person(app, "auditor"), "/savings")


def test_the_report_of_one_event_has_its_classes(app: Flask, bill: Bill) -> None:
    page = text(as_person(app, "auditor"), f"/savings?{DAYS}&event={bill.event}&by=class")
    assert page.count("Class ") >= 6
    assert "No saving in this period" in text(as_person(app, "auditor"), f"/savings?{DAYS}&event=999&by=class")


def test_workbook_and_paper_carry_the_same_figures(app: Flask, bill: Bill) -> None:
    client = as_person(app, "auditor")
    book = client.get(f"/savings.xlsx?{DAYS}&by=class")
    assert book.mimetype.endswith("spreadsheetml.sheet")
    sheet = ZipFile(BytesIO(book.data)).read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r"<f>ROUND\(SUM\(J\d+:J\d+\)|SUM\(J\d+:J\d+\)", sheet) and "<v>1840020" in sheet and "SUMIFS(Acts!" in sheet
    paper = client.get(f"/savings.pdf?{DAYS}&by=class")
    assert paper.data.startswith(b"%PDF") and len(paper.data) > 5000


def test_the_pages_ask_the_database_as_often_for_many_acts_as_for_few(
    app: Flask, world: World, asked_of: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    counts = []
    for days in (1, 90):
        made = bills.lend_the_bill(world, days) if days == 1 else made_again(world)
        client = as_person(app, "auditor")
        with asked_of() as sent:
            for address in (f"/savings?{DAYS}", "/savings/acts", f"/savings/acts/{made.acts[0]}"):
                db.session.remove()
                text(client, address)
        counts.append(len(sent))
    assert counts[1] <= counts[0] <= 70


def made_again(world: World) -> Bill:
    """Lend ten more things of ten kinds, so that the lists are longer."""
    with bills.clock.at(bills.ledger.at_noon(BEGUN)), bills.atomic() as session:
        acts = []
        for number in range(10):
            kind_id = bills.ledger.add_kind(session, world, f"桌 {number}", 100_00, 100, 120, BEGUN)
            tag = bills.ledger.bring(session, world, kind_id, 3, BEGUN, world.department_a)
            acts.append(bills.ledger.hand_over(session, world, tag, 3, BEGUN, BEGUN).act)
        return Bill(0, 0, 0, tuple(acts), ())


def test_the_year_in_which_the_policy_changed_leads_to_the_acts_both_ways(app: Flask) -> None:
    day = date(2026, 3, 2)
    with app.app_context(), bills.clock.at(ledger.at_noon(day)):
        world = worlds.found()
        with atomic() as session:
            tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", 160_000, 400, 180, day), 10, day)
        with atomic() as session:
            ledger.hand_over(session, world, tag, 5, day, day)
    link = "/savings/policies/2026-1#both-ways"
    auditor = as_person(app, "auditor")
    assert link in auditor.get("/savings?from=2026-01-01&to=2026-12-31").text
    assert link not in auditor.get("/savings?from=2025-01-01&to=2026-12-31").text
    assert link not in as_person(app, "organizer_b").get("/savings?from=2026-01-01&to=2026-12-31").text
