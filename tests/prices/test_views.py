"""The pages of the price book: states picked out, versions with quotes, a new price, a book taken over and undone, papers for readers only."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask

from assetpool.catalog import service as catalog
from assetpool.catalog.queries import prices_on
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.prices import service
from assetpool.prices.service import NewPrice
from tests import world as worlds
from tests.counting import queries
from tests.walking import send

TODAY = clock.today(worlds.ZONE)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"


@pytest.fixture
def world(app: Flask) -> worlds.World:
    with app.app_context():
        return worlds.found()


def held(app: Flask, kind_id: int) -> int:
    with app.app_context():
        return prices_on(db.session(), [kind_id], TODAY)[kind_id].amount


def test_the_book_marks_what_is_missing_and_can_be_narrowed_to_it(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    assert "台式计算机" in client.get("/prices?state=no_rent").text
    assert "办公桌" not in client.get("/prices?state=no_rent").text.split("<tbody>")[-1]
    assert client.get("/prices?state=nonsense&q=%00&after=99999999999999999999").status_code == 200


def test_a_price_with_three_quotes_is_put_on_file_with_its_papers(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    page = f"/prices/{world.desk}"
    data = {"source": "三家询价", "source_kind": "quotes", "dated_on": TODAY.isoformat(), "amount": "", "tax_included": "y", "transport_included": "y"}
    for n, (supplier, amount) in enumerate([("甲", "850"), ("乙", "860.50"), ("丙", "900")]):
        data |= {f"quotes-{n}-supplier": supplier, f"quotes-{n}-amount": amount}
    answer = send(client, f"{page}/price", {**data, "quotes-0-paper": (io.BytesIO(PDF), "甲.pdf")}, page)
    assert (answer.status_code, held(app, world.desk)) == (303, 85_000)
    shown = client.get(page).text
    assert all(word in shown for word in ("乙", "860.50", "甲.pdf"))
    paper = shown.split("/prices/papers/")[1].split('"')[0]
    assert client.get(f"/prices/papers/{paper}").data == PDF
    assert worlds.sign_in(app, "organizer_b").get(f"/prices/papers/{paper}").status_code == 403


def test_a_price_without_source_amount_or_date_is_refused_field_by_field(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    answer = send(client, f"/prices/{world.desk}/price", {"source": "", "amount": "", "source_kind": "other"}, f"/prices/{world.desk}")
    assert (answer.status_code, answer.text.count('aria-invalid="true"')) == (422, 3)


def test_another_row_of_quotes_is_added_without_losing_what_was_typed(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    rows = {f"quotes-{n}-supplier": f"公司{n}" for n in range(3)}
    answer = send(client, f"/prices/{world.desk}/price", {"source": "询价", "source_kind": "quotes", "add_line": "quotes", **rows}, f"/prices/{world.desk}")
    assert (answer.status_code, "公司2" in answer.text, "quotes-3-supplier" in answer.text) == (200, True, True)


def test_a_rent_is_put_on_file(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    data = {"per_day": "2.50", "source": "行情", "source_kind": "market", "dated_on": TODAY.isoformat()}
    assert send(client, f"/prices/{world.computer}/rent", data, f"/prices/{world.computer}").status_code == 303
    assert "2.50" in client.get(f"/prices/{world.computer}").text


def test_a_book_is_compared_taken_over_and_undone(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    content = "名称,参考价,来源,来源日期\n办公桌,880,市框架协议,2026-10-01\n".encode()
    answer = send(client, "/prices/import", {"file": (io.BytesIO(content), "价格.csv")})
    assert answer.status_code == 303
    preview = answer.headers["Location"]
    assert all(amount in client.get(preview).text for amount in ("1,000.00", "880.00"))
    assert (worlds.sign_in(app, "administrator").get(preview).status_code, held(app, world.desk)) == (404, 100_000)
    assert (send(client, preview, {}).status_code, held(app, world.desk)) == (303, 88_000)
    assert send(client, "/prices/import/1/undo", {}, "/prices/import").status_code == 303
    assert held(app, world.desk) == 100_000


def test_a_book_with_a_refused_row_shows_why_and_cannot_be_taken(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    content = "名称,参考价,来源,来源日期\n办公桌,八百,市框架协议,2026-10-01\n".encode()
    preview = send(client, "/prices/import", {"file": (io.BytesIO(content), "价格.csv")}).headers["Location"]
    page = client.get(preview).text
    assert "两位小数" in page or "two decimals" in page
    assert '<form method="post">' not in page


def test_what_is_no_table_is_refused_with_a_sentence(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")
    assert send(client, "/prices/import", {"file": (io.BytesIO(PDF), "价格.pdf")}).status_code == 422


@pytest.mark.parametrize("who", ["organizer_b", "keeper"])
@pytest.mark.parametrize("page", ["/prices", "/prices/1", "/prices/import", "/prices/book.xlsx"])
def test_prices_are_shown_to_those_who_set_and_check_them(app: Flask, world: worlds.World, who: str, page: str) -> None:
    assert worlds.sign_in(app, who).get(page).status_code == 403


def test_the_book_takes_a_fixed_number_of_queries(app: Flask, world: worlds.World) -> None:
    client = worlds.sign_in(app, "valuer")

    def counted() -> int:
        with app.app_context(), queries(db.engine) as sent:
            assert client.get("/prices").status_code == 200
        return len(sent)

    before = counted()
    with app.app_context(), atomic() as session:
        for number in range(12):
            kind = catalog.add_kind(session, world.pool, catalog.NewKind(f"柜 {number}", "A05010599"), None)
            service.set_price(session, kind.id, NewPrice(100 * number, source="协议", dated_on=TODAY), None)
    assert counted() == before


def test_the_api_puts_prices_and_rents_on_file_and_lists_them(app: Flask, world: worlds.World, bearer: Callable[[str], dict[str, str]]) -> None:
    api, mine = app.test_client(), bearer("valuer")
    quotes = [{"supplier": name, "amount_fen": amount} for name, amount in (("甲", 90_000), ("乙", 91_000), ("丙", 95_000))]
    body = {"kind_id": world.desk, "source": "三家询价", "source_kind": "quotes", "dated_on": TODAY.isoformat(), "quotes": quotes}
    made = api.post("/api/v1/prices", json=body, headers=mine)
    assert (made.status_code, made.json["amount_fen"], len(made.json["quotes"])) == (201, 90_000, 3)
    held_now = api.get(f"/api/v1/prices?kind_id={world.desk}&on={TODAY}", headers=mine).json
    assert [(row["id"], row["amount_fen"]) for row in held_now["items"]] == [(made.json["id"], 90_000)]
    assert api.get(f"/api/v1/prices?kind_id={world.desk}", headers=mine).json["total"] == 2
    rent = api.post("/api/v1/rents", json={"kind_id": world.computer, "per_day_fen": 700, "source": "行情"}, headers=mine)
    assert (rent.status_code, api.get(f"/api/v1/rents?on={TODAY}&kind_id={world.computer}", headers=mine).json["items"][0]["per_day_fen"]) == (201, 700)
    refused = api.post("/api/v1/prices", json={"kind_id": world.desk, "amount_fen": 5}, headers=bearer("organizer_b"))
    assert (refused.status_code, refused.json["code"]) == (403, "not_allowed")
    dear = api.post("/api/v1/prices", json={**body, "amount_fen": 90_001}, headers=mine)
    assert (dear.status_code, dear.json["code"]) == (422, "quote_is_lower")


@pytest.fixture
def bearer(app: Flask, world: worlds.World) -> Callable[[str], dict[str, str]]:
    def made(who: str) -> dict[str, str]:
        with app.app_context(), atomic() as session:
            return worlds.token(session, getattr(world, who))

    return made
