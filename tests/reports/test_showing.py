"""What stands beside a figure: bands, outliers, months, flows; and the way from any figure down to its papers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from html import unescape
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from assetpool.core.db import atomic, db
from assetpool.org.queries import access_of
from assetpool.reports import bands, charts, queries, standout
from assetpool.reports.charts import Link, Mark, Point
from assetpool.savings import service as savings
from tests import world as worlds
from tests.bulletins.test_views import pdf_text
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill
from tests.savings import golden, ledger

DAYS = "from=2021-01-01&to=2022-12-31"
PAPER = re.compile(r'href="(/(?:handovers|requisitions|returns|transfers|catalog/kinds|savings/acts/\d+/files|a)/[^"]+)"', re.IGNORECASE)


@pytest.fixture
def bill(app: Flask) -> Bill:
    """Give the accepted bill of G1, come back after 90 days, and the opening statement of G2."""
    with app.app_context():
        world = worlds.found()
        made = bills.lend_the_bill(world)
        bills.bring_back(world, made, BEGUN + timedelta(days=90))
        bills.open_statement(world)
        return made


def opened(client: FlaskClient, address: str) -> str:
    answer = client.get(unescape(address))
    assert answer.status_code == 200, address
    return answer.text


def links_of(page: str, pattern: str) -> list[str]:
    return list(dict.fromkeys(re.findall(pattern, page)))


@pytest.mark.parametrize("asked", ["", "&by=class&basis=rental", "&by=month", "&by=organization&basis=consumption", "&by=store", "&by=kind&kind=transfer"])
def test_every_figure_reaches_its_papers_in_three_clicks(app: Flask, bill: Bill, asked: str) -> None:
    client = worlds.sign_in(app, "auditor")
    page = opened(client, f"/savings?{DAYS}{asked}&lang=en").split("<main")[1]
    plain = re.sub(r"<svg.*?</svg>", "", page, flags=re.S)
    for bars in re.findall(r'<table class="bars">.*?</table>', plain, flags=re.S):
        assert bars.count("<tr") == bars.count('<th scope="row"><a href=')
        plain = plain.replace(bars, "")
    figures = re.findall(r'(<a href="[^"]*">)?<data class="money[^"]*" value="(-?\d+)"', plain)
    assert len(figures) > 2
    foot = re.findall(r'value="(-?\d+)"', page.split("<tfoot>")[1].split("</tfoot>")[0]) if "<tfoot>" in page else []
    for link, amount in figures:
        assert link or amount in foot or int(amount) == 0, f"{amount} leads nowhere"
    seen: dict[str, bool] = {}
    for address in {unescape(link[9:-2]) for link, _ in figures if link}:
        first = opened(client, address)
        acts = links_of(first, r'href="(/savings/acts/\d+)"')
        if not acts:
            assert "No act here" in first or "/savings/acts" in address
            continue
        for act in acts[:2]:
            if act not in seen:
                second = opened(client, act)
                papers = PAPER.findall(second)
                seen[act] = bool(papers) or "Opening statement" in second
                for paper in papers[:3]:
                    assert client.get(unescape(paper)).status_code in (200, 302, 404)
    assert seen and all(seen.values())


def test_the_headline_always_stands_with_range_coverage_and_what_is_apart(app: Flask, bill: Bill) -> None:
    client = worlds.sign_in(app, "auditor")
    for asked in ("", "&basis=rental", "&kind=transfer", "&by=month"):
        beside = opened(client, f"/savings?{DAYS}{asked}&lang=en").split('id="beside"')[1].split("</section>")[0]
        for words in ("Net saving over the bases", "Coverage", "Waiting for review", "Accepted, grade B", "Grade C", "Same system"):
            assert words in beside
    loans = opened(client, f"/savings?{DAYS}&lang=en").split('id="beside"')[1].split("</section>")[0]
    assert "−714,428.42" in loans and "1,840,020.00" in loans and "2,344 valued and 2,344 with complete costs of 2,344" in loans


def test_no_rate_is_printed_below_nine_tenths(app: Flask) -> None:
    with app.app_context():
        world = worlds.found()
        made = bills.lend_the_bill(world, accept=False)
        with atomic() as session:
            kind_id = ledger.add_kind(session, world, "无价之物", None, None, 120, BEGUN)
            tag = ledger.bring(session, world, kind_id, 400, BEGUN, world.department_a)
            ledger.hand_over(session, world, tag, 400, BEGUN, BEGUN + timedelta(days=9))
        with atomic() as session:
            savings.review(session, made.acts, "accepted", "齐全", world.reviewer)
        report = queries.report(db.session(), access_of(db.session(), world.auditor), date(2022, 1, 1), date(2022, 12, 31), "kind")
        assert report.totals[0].headline.rate == Fraction(7, 10)
        figures = report.totals[0].headline._replace(item_loans=1000, valued=900, costed=1000)
        assert figures.rate == Fraction(7, 10)
        assert figures._replace(valued=899).rate is None


@pytest.mark.parametrize(
    ("kind", "per_item", "far"),
    [
        ("loan", 785_00, False),
        ("loan", 78_49, True),
        ("loan", 7_850_00, False),
        ("loan", 7_850_01, True),
        ("loan", -1, True),
        ("transfer", 566_60, False),
        ("transfer", 74_000_01, True),
        ("premises", 10**9, False),
        ("premises", -1, True),
    ],
)
def test_far_is_a_tenth_of_the_lowest_and_ten_times_the_highest(kind: str, per_item: int, far: bool) -> None:
    assert bands.is_far(kind, Fraction(per_item)) is far


def test_the_published_loan_is_the_golden_one() -> None:
    assert bands.PUBLISHED["loan"][0].per_item == round(golden.G1_PURCHASE_SAVING / golden.G1_UNITS / 100) * 100


def test_outliers_are_listed_and_link_to_their_acts(app: Flask, bill: Bill) -> None:
    with app.app_context():
        world = worlds.found()
        asked = queries.ask(db.session(), access_of(db.session(), world.auditor), date(2022, 1, 1), date(2022, 12, 31), "kind", "adopted")
        found = standout.outliers(db.session(), asked, "loan")
        names = [golden.G1_LINES[bill.acts.index(one.act_id)].name for one in found]
        assert names and set(names) <= {"会议椅", "办公椅"}
        assert all(bands.is_far("loan", one.per_item) for one in found)
        others = [act for act in bill.acts if act not in {one.act_id for one in found}]
        assert len(others) == 6 - len(found)
    page = opened(worlds.sign_in(app, "auditor"), f"/savings/outliers?{DAYS}&kind=loan&lang=en")
    assert all(f'href="/savings/acts/{one.act_id}"' in page for one in found)
    assert "No accepted act lies far outside" in opened(worlds.sign_in(app, "stranger"), f"/savings/outliers?{DAYS}&lang=en")


def test_flows_go_from_giver_to_receiver_and_add_up(app: Flask, bill: Bill) -> None:
    with app.app_context():
        world = worlds.found()
        asked = queries.ask(db.session(), access_of(db.session(), world.auditor), date(2022, 1, 1), date(2022, 12, 31), "kind", "adopted")
        (flow,) = standout.flows(db.session(), asked, "loan")
        assert (flow.giver_id, flow.receiver_id, flow.units) == (world.department_a, world.department_b, 2344)
        assert (flow.avoided, flow.cost) == (golden.G1_PURCHASE, golden.G1_COST)
    page = opened(worlds.sign_in(app, "auditor"), f"/savings?{DAYS}&lang=en").split('id="flows"')[1].split("</section>")[0]
    assert "Education Bureau" in page and "Sports Bureau" in page and "1,840,020.00" in page


def test_charts_are_well_formed_and_begin_at_zero() -> None:
    points = [Point("2022-04", 500, "5"), Point("<&>", -250, "-2.5"), Point("2022-06", 0, "0")]
    for drawn in (charts.trend(points, "t"), charts.waterfall(points, "t"), charts.flows([Link("甲", "乙", 5, "5"), Link("甲", "丙", 0, "0")], "t")):
        ElementTree.fromstring(str(drawn))
    tree = ElementTree.fromstring(str(charts.trend(points, "t")))
    bars = [one for one in tree.iter() if one.tag.endswith("rect")]
    axis = next(one for one in tree.iter() if one.tag.endswith("line"))
    zero = float(axis.attrib["y1"])
    assert float(bars[0].attrib["y"]) + float(bars[0].attrib["height"]) == pytest.approx(zero, abs=0.2)
    assert float(bars[1].attrib["y"]) == pytest.approx(zero, abs=0.2)
    assert float(bars[0].attrib["height"]) == pytest.approx(2 * float(bars[1].attrib["height"]), abs=0.3)
    assert charts.trend([], "t") == charts.flows([], "t") == charts.scale([], Mark(Fraction(1), "a", "1"), "t") == ""


def test_the_scale_puts_a_greater_figure_further_right() -> None:
    published = [Mark(Fraction(band.per_item), band.name, "x") for band in bands.PUBLISHED["transfer"]]
    places = []
    for value in (10_000, 1_000_000):
        tree = ElementTree.fromstring(str(charts.scale(published, Mark(Fraction(value), "own", "x"), "t")))
        mark = next(one for one in tree.iter() if one.attrib.get("class") == "mark")
        places.append(float(mark.attrib["d"][1:].split()[0]))
    assert places[0] < places[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_has_charts_the_figures_behind_them_and_the_chain(app: Flask, bill: Bill, language: str) -> None:
    content = worlds.sign_in(app, "auditor").get(f"/savings.pdf?{DAYS}&by=class&lang={language}").data
    text = pdf_text(content)
    for part in ("1,840,020.00", "2,628,600.00", "−299,880.00", "2020-1", "785.00", "262,600.00"):
        assert part in text, part
    with app.app_context():
        _, head = queries.chain_head(db.session(), worlds.found().pool)
    assert head in text
    paper = pypdfium2.PdfDocument(content)
    codes = [code.text for code in zxingcpp.read_barcodes(paper[0].render(scale=150 / 72).to_pil())]
    assert any(head in code for code in codes)
    paths = sum(1 for page in paper for one in page.get_objects() if one.type == 2)
    assert paths > 40
