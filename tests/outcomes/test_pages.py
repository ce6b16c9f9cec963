"""The pages, files, paper and REST answers of outcomes: what stands on them, for whom, and that figures lead down to acts and requests."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assetpool.core.db import atomic
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.outcomes.conftest import put_into_classes
from tests.outcomes.test_demand import SPRING, reject, wish
from tests.reports import bill as bills
from tests.reports.bill import Bill
from tests.world import World

DAYS = "from=2022-01-01&to=2022-12-31"
PAGES = ("/outcomes", "/outcomes/carbon", "/outcomes/carbon/acts", "/outcomes/recognition", "/outcomes/use", "/outcomes/demand")
FILES = [f"/outcomes/{name}.{kind}" for name in ("carbon", "recognition", "use", "demand") for kind in ("xlsx", "csv")]
FORTY = f"/outcomes/demand?from={SPRING[0]}&to={SPRING[1]}"


@pytest.fixture
def world(app: Flask) -> World:
    """Give the ids of the small world; no context stays open, so that each request has its own person."""
    with app.app_context():
        return worlds.found()


@pytest.fixture
def bill(app: Flask, world: World) -> Bill:
    """Give the accepted bill, come back, in classes that have factors."""
    with app.app_context():
        made = bills.lend_the_bill(world)
        bills.bring_back(world, made, bills.BEGUN + bills.timedelta(days=90))
        put_into_classes(made)
        return made


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    """Open a page in English and return it."""
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
    assert answer.status_code == status
    return answer.text


def rest(app: Flask, world: World, who: str, address: str, status: int = 200) -> Any:
    """Ask the REST interface."""
    with app.app_context(), atomic() as session:
        header = worlds.token(session, getattr(world, who))
    answer = app.test_client().get(f"/api/v1/outcomes/{address}", headers=header)
    assert answer.status_code == status
    return answer.get_json()


@pytest.mark.parametrize("address", [*PAGES, *FILES, "/outcomes/recognition.pdf"])
def test_nobody_without_a_sign_in_sees_outcomes_and_everybody_with_one_does(app: Flask, world: World, address: str) -> None:
    assert app.test_client().get(address).status_code == 302
    for who in ("organizer_b", "stranger", "auditor"):
        assert worlds.sign_in(app, who).get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES[1:])
def test_what_cannot_be_read_is_said_and_the_page_still_stands(app: Flask, world: World, address: str) -> None:
    client = worlds.sign_in(app, "auditor")
    status = 200 if address.endswith("/acts") else 422
    said = page(client, f"{address}?from=yesterday&by=mood&kind=fun&year=1066&show=x&store=none", status)
    assert ("could not be read" in said) is (status == 422)
    page(client, f"{address}?from=2026-12-31&to=2026-01-01&store=99999999999999999999", status)
    page(client, f"{address}?from=0001-01-01&to=9999-12-31", status)


def test_the_page_of_carbon_says_how_much_of_what_and_where_from(app: Flask, bill: Bill) -> None:
    said = page(worlds.sign_in(app, "auditor"), f"/outcomes/carbon?{DAYS}")
    for part in (
        "4,370.8 kg",
        "310.4 kg",
        "240.7 kg",
        "of 2,344 item loans",
        "Boavizta environmental-footprint-data (ODbL)",
        "246 kg to 390 kg",
        "540 / 1,804 / 664",
    ):
        assert part in said
    assert "yuan" not in said.split("</form>")[1]


def test_every_weight_leads_to_acts_that_add_up_to_it(app: Flask, bill: Bill) -> None:
    client = worlds.sign_in(app, "auditor")
    for by in ("thing", "class", "organization", "event", "store"):
        rows = page(client, f"/outcomes/carbon?{DAYS}&by={by}").split('id="rows"')[1].split("<tfoot>")[0]
        links = re.findall(r'<a href="(/outcomes/carbon/acts[^"]*)">.*?</td>.*?</td>.*?</td><td[^>]*>(?:<data value="(\d+)"|<span class="dim")', rows)
        assert len(links) == {"thing": 6, "class": 6}.get(by, 1)
        for address, grams in links:
            foot = page(client, unescape(address)).split("<tfoot>")[1]
            assert (f'<data value="{grams}"' if grams else "Not estimated") in foot


def test_an_act_behind_a_weight_leads_to_its_papers(app: Flask, bill: Bill) -> None:
    said = page(worlds.sign_in(app, "auditor"), f"/outcomes/carbon/acts?{DAYS}&standing=A")
    assert all(f'href="/savings/acts/{act}"' in said for act in bill.acts)


def test_the_acts_come_as_csv_with_the_factor_free_cells_empty(app: Flask, bill: Bill) -> None:
    content = worlds.sign_in(app, "auditor").get(f"/outcomes/carbon.csv?{DAYS}&lang=en").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == 7
    gross = rows[0].index("Carbon of making new things, kg CO2e")
    found = {row[5].split(" ")[0]: row[gross] for row in rows[1:]}
    assert (found["办公桌"], found["办公椅"]) == ("298.935000", "")


@pytest.mark.parametrize("address", [address for address in FILES if address.endswith("xlsx")])
def test_workbooks_open_and_say_how_they_were_found(app: Flask, bill: Bill, address: str) -> None:
    answer = worlds.sign_in(app, "auditor").get(f"{address}?lang=en")
    with ZipFile(io.BytesIO(answer.data)) as book:
        assert "xl/worksheets/sheet1.xml" in book.namelist()


def test_recognition_names_the_first_in_words_for_the_bulletin(app: Flask, bill: Bill) -> None:
    said = page(worlds.sign_in(app, "auditor"), "/outcomes/recognition?year=2022")
    assert "In 2022, Education Bureau lent most through the pool: 2,344 items." in said
    assert "In 2022, Sports Bureau saved most by borrowing: CNY 1.84 m." in said
    assert "1,840,020.00" in said


def test_recognition_prints_as_a_paper(app: Flask, bill: Bill) -> None:
    answer = worlds.sign_in(app, "auditor").get("/outcomes/recognition.pdf?year=2022&kind=loan")
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")


def test_unmet_demand_links_only_the_requests_that_a_person_may_read(app: Flask, world: World) -> None:
    with app.app_context():
        number = wish(world, Wish(14, world.desk))
        reject(world, number)
    mine, strange = worlds.sign_in(app, "organizer_b"), worlds.sign_in(app, "stranger")
    assert f'href="/requisitions/{number}"' in page(mine, FORTY)
    said = page(strange, FORTY)
    assert number not in said
    assert "1 requests concern organizations that you do not see" in said
    assert number not in strange.get(f"{FORTY.replace('demand?', 'demand.csv?')}").text
    assert rest(app, world, "stranger", f"demand?from={SPRING[0]}&to={SPRING[1]}")["lines"] == []
    found = rest(app, world, "organizer_b", f"demand?from={SPRING[0]}&to={SPRING[1]}&by=month")
    assert [line["number"] for line in found["lines"]] == [number]
    assert (found["total"]["refused"], found["total"]["peak"]["units"], found["rows"][0]["key"]) == (4, 4, "2099-03")


def test_carbon_by_rest_is_the_page_in_grams(app: Flask, world: World, bill: Bill) -> None:
    found = rest(app, world, "auditor", f"carbon?{DAYS}&by=organization")
    loan = found["totals"][0]
    assert (loan["kind"], loan["item_loans"], loan["gross"]["grams"], loan["gross"]["not_estimated"]) == ("loan", 2344, 4_370_801, 540)
    assert (loan["net"]["grams"], loan["waste"]["grams"], loan["apart"]) == (310_433, 240_739, {})
    assert [row["key"] for row in found["rows"]] == ["B"]
    rest(app, world, "auditor", "carbon?by=mood", 422)
    rest(app, world, "auditor", "carbon?from=2023-01-01&to=2022-01-01", 422)


def test_recognition_and_use_by_rest(app: Flask, world: World, bill: Bill) -> None:
    loans = rest(app, world, "auditor", "recognition?year=2022")["kinds"][0]
    assert loans["lists"]["given"][0]["items"] == 2344
    assert loans["lists"]["saved"][0]["saving_fen"] == 184_002_000
    rows = rest(app, world, "auditor", "use?from=2022-04-01&to=2022-04-30&store=MAIN")["rows"]
    desk = next(row for row in rows if row["kind"] == "办公桌 大运会")
    assert (desk["owned_days"], desk["out_days"], desk["share"]) == (520 * 30, 520 * 30, {"numerator": 1, "denominator": 1})
    rest(app, world, "auditor", "use?store=NOWHERE", 404)


def test_use_shows_shares_and_idle_labels(app: Flask, world: World) -> None:
    said = page(worlds.sign_in(app, "keeper"), "/outcomes/use")
    assert "0.00 %" in said and "never" in said
