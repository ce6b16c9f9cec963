"""The pages of intakes, walked without scripts: nothing typed is lost, every act is guarded, and an import is all or nothing."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument

from assetpool.core.db import atomic, db
from assetpool.intake import service
from assetpool.intake.service import Announced
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from tests import world as worlds
from tests.intake import desk
from tests.intake.tables import LEDGER, csv_file, ods, xlsx
from tests.walking import send, token
from tests.world import World

HEADS = ["资产名称", "规格型号", "数量", "单价", "取得日期", "资产编号"]


class Pages:
    """Signed-in people of the world."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            self.world: World = worlds.found()

    def of(self, name: str) -> FlaskClient:
        client = worlds.sign_in(self.app, name)
        client.get("/intakes?lang=en")
        return client

    def state(self, number: str) -> str:
        with self.app.app_context():
            return desk.state(number)

    def lines(self, number: str) -> list[tuple[int, int, bool]]:
        with self.app.app_context():
            return desk.lines(number)

    def approved(self, lines: list[Announced]) -> str:
        with self.app.app_context():
            return desk.approved(self.world, lines)


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(app)


def typed(pages: Pages, **more: object) -> dict[str, Any]:
    return {
        "organization_id": pages.world.department_a, "store_id": pages.world.main, "mode": "custody", "event_id": "", "reason": "搬迁",
        "lines-0-kind": "办公桌", "lines-0-quantity": "2", "lines-0-labels": "", "lines-0-value": "1,200.50", "lines-0-condition": "good",
        "lines-1-kind": "折叠椅", "lines-1-spec": "钢", "lines-1-class_code": "A05010301", "lines-1-quantity": "40", "lines-1-labels": "lot",
        "lines-1-condition": "fair", "lines-1-external_no": "JY-7", **more,
    }  # fmt: skip


def drafted(pages: Pages) -> str:
    answer = send(pages.of("clerk_a"), "/intakes/new", typed(pages, submit="1"))
    assert answer.status_code == 303, answer.text
    return str(answer.location.rsplit("/", 1)[-1])


def test_from_the_form_to_the_labels(pages: Pages) -> None:
    number = drafted(pages)
    assert pages.state(number) == "submitted" and pages.lines(number) == [(2, 0, False), (40, 0, False)]
    for who in ("head_a", "approver"):
        client = pages.of(who)
        assert send(client, f"/intakes/{number}/approve", {}, f"/intakes/{number}").status_code == 303
    keeper = pages.of("keeper")
    counts = {"line-1": "1", "count-1": "2", "condition-1": "good", "place-1": "A-03", "line-2": "1", "count-2": "38", "condition-2": "poor", "done-2": "on"}
    assert send(keeper, f"/intakes/{number}/receive", counts, f"/intakes/{number}").status_code == 303
    page = keeper.get(f"/intakes/{number}").text
    assert pages.state(number) == "received" and f"/labels?intake={number}" in page and "nothing more" in page and "ZC-" in page
    paper = pages.of("clerk_a").get(f"/intakes/{number}.pdf")
    assert paper.mimetype == "application/pdf"
    text = PdfDocument(paper.data)[0].get_textpage().get_text_range()
    assert "入仓单" in text and number in text and "折叠椅" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lines-0-quantity": "0"}, "Enter a whole number"),
        ({"lines-0-value": "viel"}, "Write an amount in yuan"),
        ({"lines-0-kind": ""}, "Say what the thing is called"),
        ({"lines-0-labels": "unit", "lines-0-quantity": "6000"}, "single labels in one line are too many"),
        ({"lines-0-kind": "椅"}, "Several kinds fit"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(pages: Pages, change: dict[str, object], said: str) -> None:
    answer = send(pages.of("clerk_a"), "/intakes/new", typed(pages, submit="1", **change))
    assert answer.status_code == 422 and said in answer.text
    assert "搬迁" in answer.text and 'value="JY-7"' in answer.text and 'value="40"' in answer.text
    with pages.app.app_context():
        assert db.session().query(Document).filter_by(kind="IN").count() == 0


def test_lines_are_added_and_taken_out_without_a_script(pages: Pages) -> None:
    client = pages.of("clerk_a")
    more = send(client, "/intakes/new", typed(pages, add_line="lines"))
    assert more.status_code == 200 and 'name="lines-2-kind"' in more.text
    fewer = send(client, "/intakes/new", typed(pages, remove_line="lines-0"))
    assert fewer.status_code == 200 and 'value="折叠椅"' in fewer.text and 'value="办公桌"' not in fewer.text


def test_only_who_may_sees_the_acts_and_does_them(pages: Pages) -> None:
    number = drafted(pages)
    assert pages.of("stranger").get(f"/intakes/{number}").status_code == 404
    assert "Endorse giving" in pages.of("head_a").get(f"/intakes/{number}").text
    assert "Endorse giving" not in pages.of("approver").get(f"/intakes/{number}").text
    assert pages.of("keeper").get("/intakes/new").status_code == 403
    refused = send(pages.of("head_a"), f"/intakes/{number}/reject", {"reason": " "}, f"/intakes/{number}")
    assert refused.status_code == 422 and "say why" in refused.text and pages.state(number) == "submitted"
    assert pages.of("head_a").post(f"/intakes/{number}/approve").status_code == 400, "no token, no act"


def test_a_stale_page_decides_nothing(pages: Pages) -> None:
    number = drafted(pages)
    client = pages.of("head_a")
    form = {"csrf_token": token(client.get(f"/intakes/{number}")), "revision": "0"}
    answer = client.post(f"/intakes/{number}/approve", data=form)
    assert answer.status_code == 409 and "changed meanwhile" in answer.text and pages.state(number) == "submitted"


def test_wrong_counts_are_named_and_kept(pages: Pages) -> None:
    number = pages.approved([Announced(pages.world.desk, 2)])
    keeper = pages.of("keeper")
    for counts, said in (({"count-1": "3"}, "only 2 are still expected"), ({"count-1": "x"}, "enter 0 or more"), ({"count-1": ""}, "at least one line")):
        answer = send(keeper, f"/intakes/{number}/receive", {"line-1": "1", "place-1": "Z-77", **counts}, f"/intakes/{number}")
        assert answer.status_code in (409, 422) and said in answer.text and "Z-77" in answer.text
    assert pages.lines(number) == [(2, 0, False)]
    assert send(keeper, f"/intakes/{number}/receive", {"everything": "1"}, f"/intakes/{number}").status_code == 303
    assert pages.lines(number) == [(2, 2, True)]


def test_the_list_narrows_and_says_when_it_is_empty(pages: Pages) -> None:
    client = pages.of("clerk_a")
    assert "No intakes yet" in client.get("/intakes").text
    number = drafted(pages)
    assert number in client.get("/intakes?q=搬迁").text and "No intake fits" in client.get("/intakes?state=approved").text
    assert number not in pages.of("stranger").get("/intakes").text


def test_what_the_pool_has_already_is_shown_to_clerk_and_approver(pages: Pages) -> None:
    with pages.app.app_context(), atomic() as session:
        tag = worlds.stock(session, pages.world.computer, 1, serials=["SN-1"])[0]
        number = service.draft(session, pages.world.department_a, pages.world.main, [Announced(pages.world.computer, 1, serial="SN-1")], by=pages.world.clerk_a)
        number = number.number
    for who in ("clerk_a", "approver"):
        text = pages.of(who).get(f"/intakes/{number}").text
        assert "may be in the pool already" in text and tag in text


def sent(client: FlaskClient, name: str, content: bytes) -> Any:
    form = {"csrf_token": token(client.get("/intakes/import")), "file": (io.BytesIO(content), name)}
    return client.post("/intakes/import", data=form, content_type="multipart/form-data")


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", xlsx(LEDGER)), ("a.csv", csv_file(LEDGER, "gb18030")), ("a.ods", ods(LEDGER))])
def test_a_table_becomes_a_draft_of_all_its_rows(pages: Pages, name: str, content: bytes) -> None:
    client = pages.of("clerk_a")
    answer = sent(client, name, content)
    assert answer.status_code == 303, answer.text
    assert "办公桌" in client.get(answer.location).text
    chosen = {"organization_id": pages.world.department_a, "store_id": pages.world.main, "reason": "年度清理", "draft": "1"}
    made = send(client, answer.location, chosen)
    assert made.status_code == 303, made.text
    number = made.location.rsplit("/", 1)[-1]
    assert pages.state(number) == "draft" and pages.lines(number) == [(2, 0, False), (10, 0, False)]
    assert client.get(answer.location).status_code == 404, "the file is cleared away"


def test_bad_rows_are_put_right_in_place_or_left_out_before_anything_is_stored(pages: Pages) -> None:
    client = pages.of("clerk_a")
    rows = [HEADS, ["办公桌", "", "1", "5", "2020-01-01", "A-1"], ["", "", "1", "5", "2020-01-01", "A-2"], ["柜子", "", "2", "-5", "2020-13-45", "A-3"]]
    at = sent(client, "bad.csv", csv_file([*rows, ["桌子", "", "0", "5", "", "A-4"]])).location
    page = client.get(at).text
    assert all(f"Row {row}" in page for row in (3, 4, 5)) and "below zero" in page and "no date" in page
    chosen = {"organization_id": pages.world.department_a, "store_id": pages.world.main}
    refused = send(client, at, {**chosen, "draft": "1"})
    assert refused.status_code == 422 and "nothing was stored" in refused.text
    mended = send(client, at, {**chosen, "shown": "1", "cell:3:name": "茶几", "cell:4:unit_value": "5", "out-5": "on", "mend": "1"})
    assert mended.status_code == 200 and "茶几" in mended.text and "Row 4" in mended.text and "Left out by hand" in mended.text
    still = send(client, at, {**chosen, "draft": "1"})
    assert still.status_code == 422
    send(client, at, {**chosen, "cell:4:acquired_on": "2020-12-04", "mend": "1"})
    made = send(client, at, {**chosen, "draft": "1"})
    assert made.status_code == 303, made.text
    assert pages.lines(made.location.rsplit("/", 1)[-1]) == [(1, 0, False), (1, 0, False), (2, 0, False)]


def test_columns_are_chosen_by_hand_and_remembered(pages: Pages) -> None:
    client = pages.of("clerk_a")
    content = csv_file([["甲", "乙"], ["长桌", "4"], ["圆桌", "3"]])
    at = sent(client, "odd.csv", content).location
    assert "No column holds the name" in client.get(at).text
    chosen = {"organization_id": pages.world.department_a, "store_id": pages.world.main, "shown": "1", "column-name": "甲", "column-quantity": "乙"}
    assert "长桌" in send(client, at, chosen).text
    assert send(client, at, {**chosen, "had-name": "甲", "had-quantity": "乙", "draft": "1"}).status_code == 303
    again = sent(client, "odd2.csv", content).location
    assert "No column holds the name" not in client.get(again).text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("broken.xlsx", xlsx(LEDGER)[:300], "damaged or incomplete"),
        ("empty.csv", b"", "is empty"),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a table"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(pages: Pages, name: str, content: bytes, said: str) -> None:
    answer = sent(pages.of("clerk_a"), name, content)
    assert answer.status_code == 422 and said in answer.text


def test_an_import_is_its_persons_own(pages: Pages) -> None:
    at = sent(pages.of("clerk_a"), "a.xlsx", xlsx(LEDGER)).location
    assert pages.of("stranger").get(at).status_code == 404
    assert pages.of("keeper").get("/intakes/import").status_code == 403
    assert pages.of("clerk_a").get("/intakes/import/../../etc").status_code == 404


def test_what_was_signed_on_paper_is_recorded_by_a_clerk_who_did_not_ask(pages: Pages) -> None:
    with pages.app.app_context(), atomic() as session:
        org.grant(session, pages.world.finance, pages.world.city, Role.CLERK)
    number = send(pages.of("clerk_a"), "/intakes/new", typed(pages, submit="1")).location.rsplit("/", 1)[-1]
    finance, paper = pages.of("finance"), {"paper_number": "〔2026〕31 号", "signer": "李局长", "paper_day": "2026-11-20"}
    unsigned = send(finance, f"/intakes/{number}/record-paper", paper, f"/intakes/{number}")
    assert (unsigned.status_code, "李局长" in unsigned.text, pages.state(number)) == (422, True, "submitted")
    scan = {**paper, "scan": (io.BytesIO(b"%PDF-1.7 signed"), "signed.pdf")}
    assert send(finance, f"/intakes/{number}/record-paper", scan, f"/intakes/{number}").status_code == 303
    assert pages.state(number) == "endorsed"
