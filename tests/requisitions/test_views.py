"""The pages of requests, walked without scripts: nothing typed is lost, every act is guarded, and old pages cannot decide."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdfium2 import PdfDocument

from assetpool.approvals import rule_sets
from assetpool.approvals.rules import Place, Rule, RuleStep
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.events import service as events
from assetpool.prices.service import NewPrice, set_price
from assetpool.requisitions import service
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.counting import queries
from tests.requisitions.conftest import RECEIVER, Asking
from tests.walking import send, token

COMING = clock.today(worlds.ZONE) + timedelta(days=20)
DAYS = {"first_day": COMING.isoformat(), "last_day": (COMING + timedelta(days=4)).isoformat()}


def typed(asking: Asking, **more: object) -> dict[str, object]:
    return {
        "organization_id": asking.world.department_b, "kind": "loan", "event_id": "", **DAYS, "purpose": "新闻中心", "budget_line": "2069901",
        "lines-0-kind": "办公桌", "lines-0-quantity": "4", "lines-0-store_id": "", "lines-0-drop": "2 层", "lines-0-budget_price": "1,200.50",
        "receivers-0-name": "何静", "receivers-0-telephone": "13800002210", **more,
    }  # fmt: skip


def stored(asking: Asking, number: str) -> list[tuple[int, int, str, int | None]]:
    with asking.app.app_context():
        document = db.session().query(service.Document).filter_by(number=number).one()
        return [(line.kind_id, line.asked, line.drop, line.budget_price) for line in service.lines_of(db.session(), document.id)]


def test_a_request_is_written_and_handed_in(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    answer = send(client, "/requisitions/new", typed(asking, submit="1"))
    assert answer.status_code == 303, answer.text
    number = answer.location.rsplit("/", 1)[-1]
    assert asking.state(number)[0] == "stock_checked"
    assert stored(asking, number) == [(asking.world.desk, 4, "2 层", 120050)]
    assert "13800002210" in client.get(answer.location).text


def test_a_form_without_its_token_does_nothing(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    assert client.post("/requisitions/new", data=typed(asking, submit="1")).status_code == 400
    assert "RQ-" not in client.get("/requisitions").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"first_day": "2020-01-01"}, "It has passed"),
        ({"last_day": "2020-01-01"}, "before the first day"),
        ({"lines-0-quantity": "viele"}, "lines-0-quantity-error"),
        ({"lines-0-kind": "飞船"}, "Nothing in the catalogue fits"),
        ({"lines-0-budget_price": "12 yuan or so"}, "Write an amount in yuan"),
        ({"organization_id": "1"}, "organization_id-error"),
    ],
)
def test_what_was_typed_stays_when_it_is_refused(asking: Asking, change: dict[str, str], said: str) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    answer = send(client, "/requisitions/new?lang=en", typed(asking, submit="1", **change))
    assert (answer.status_code, said in answer.text) == (422, True)
    for kept in ("新闻中心", "2069901", "2 层", "何静", "13800002210", *(text for text in change.values() if text != "1")):
        assert kept in answer.text
    assert "RQ-" not in client.get("/requisitions").text


def test_lines_are_added_and_removed_without_a_script(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    more = send(client, "/requisitions/new", typed(asking, add_line="lines"))
    assert (more.status_code, "lines-1-kind" in more.text, "2 层" in more.text) == (200, True, True)
    two = {"lines-1-kind": "会议椅", "lines-1-quantity": "9"}
    fewer = send(client, "/requisitions/new", typed(asking, remove_line="lines-0", **two))
    assert ("会议椅" in fewer.text, "2 层" in fewer.text) == (True, False)


def test_a_blank_line_is_no_line(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    answer = send(client, "/requisitions/new", typed(asking, save="1", **{"lines-1-kind": "", "lines-1-quantity": "", "lines-1-store_id": ""}))
    assert (answer.status_code, len(stored(asking, answer.location[-14:]))) == (303, 1)


def test_checking_shows_what_is_short_and_the_days_on_which_it_is_not(asking: Asking) -> None:
    asking.approved(Wish(8, asking.world.desk), first=COMING, last=COMING + timedelta(days=2))
    client = worlds.sign_in(asking.app, "organizer_b")
    page = send(client, "/requisitions/new?lang=en", typed(asking, check="1"))
    assert (page.status_code, "2 short" in page.text) == (200, True)
    shift = (COMING + timedelta(days=3)).isoformat()
    assert f'name="shift" value="{shift}"' in page.text
    moved = send(client, "/requisitions/new?lang=en", typed(asking, shift=shift))
    assert (f'value="{shift}"' in moved.text, "2 short" in moved.text, "enough" in moved.text) == (True, False, True)
    fewer = send(client, "/requisitions/new?lang=en", typed(asking, take="1-2"))
    assert ("2 short" in fewer.text, "enough" in fewer.text) == (False, True)


def test_checking_shows_who_would_decide_as_the_rules_say(asking: Asking) -> None:
    w, client = asking.world, worlds.sign_in(asking.app, "organizer_b")
    usual = send(client, "/requisitions/new?lang=en", typed(asking, check="1"))
    assert "Who would decide" in usual.text and "finance" not in usual.text.partition("Who would decide")[2]
    with asking.app.app_context(), atomic() as session:
        rule = Rule("finance", (RuleStep("finance", Place.ROOT, 3),), units_over=3)
        rule_sets.publish(session, w.city, [rule], None, by=w.administrator)
    few, many = (send(client, "/requisitions/new?lang=en", typed(asking, check="1", **{"lines-0-quantity": n})) for n in ("3", "4"))
    assert ['class="deciding"' in page.text for page in (few, many)] == [True, True]
    assert ["finance" in page.text.partition("Who would decide")[2].partition("</ol>")[0] for page in (few, many)] == [False, True]
    foreign = send(client, "/requisitions/new?lang=en", typed(asking, check="1", organization_id=w.department_a))
    assert "Who would decide" not in foreign.text


def test_a_word_that_fits_several_kinds_asks_which(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    page = send(client, "/requisitions/new?lang=en", typed(asking, submit="1", **{"lines-0-kind": "furniture"}))
    listed = re.findall(r'<option value="([^"]+ #\d+)">', page.text.split("<datalist")[0])
    assert (page.status_code, len(listed) >= 2 or "Nothing in the catalogue" in page.text) == (422, True)
    chosen = send(client, "/requisitions/new", typed(asking, submit="1", **{"lines-0-kind": f"whatever #{asking.world.chair}"}))
    assert stored(asking, chosen.location[-14:])[0][0] == asking.world.chair


def test_a_paper_is_kept_although_the_form_is_refused_once(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    upload = (io.BytesIO(b"%PDF-1.7 need of desks"), "需求.pdf")
    refused = send(client, "/requisitions/new?lang=en", typed(asking, submit="1", **{"lines-0-quantity": "0", "lines-0-need_file": upload}))
    assert (refused.status_code, "需求.pdf" in refused.text) == (422, True)
    file_id = re.search(r'name="lines-0-need_file_id"[^>]*value="(\d+)"', refused.text)
    assert file_id
    done = send(client, "/requisitions/new", typed(asking, submit="1", **{"lines-0-need_file_id": file_id.group(1)}))
    given = client.get(f"{done.location}/files/{file_id.group(1)}")
    assert (given.status_code, given.data) == (200, b"%PDF-1.7 need of desks")
    assert worlds.sign_in(asking.app, "stranger").get(f"{done.location}/files/{file_id.group(1)}").status_code == 404


def test_a_file_that_is_no_paper_is_named_on_top_and_in_its_place(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    upload = (io.BytesIO(b"only a text"), "need.txt")
    page = send(client, "/requisitions/new?lang=en", typed(asking, submit="1", **{"lines-0-need_file": upload}))
    summary = page.text.split("data-errors")[1].split("</ul>")[0]
    assert (page.status_code, "need.txt cannot be kept" in summary, '<details class="card" open>' in page.text) == (422, True, True)


def test_a_draft_is_edited_and_an_old_page_does_not_overwrite(asking: Asking) -> None:
    number = asking.draft(contacts=[RECEIVER])
    client = worlds.sign_in(asking.app, "organizer_b")
    page = client.get(f"/requisitions/{number}/edit").text
    assert "何静" in page
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', page)
    assert revision
    change = typed(asking, save="1", revision=revision.group(1))
    assert send(client, f"/requisitions/{number}/edit", change).status_code == 303
    assert stored(asking, number) == [(asking.world.desk, 4, "2 层", 120050)]
    assert send(client, f"/requisitions/{number}/edit", change).status_code == 409


def test_approving_from_the_page_and_from_an_old_page(asking: Asking) -> None:
    number = asking.submitted()
    client = worlds.sign_in(asking.app, "approver")
    page = client.get(f"/requisitions/{number}?lang=en")
    assert "Approve Office desk × 2" in page.text
    seen = re.search(r'name="revision" value="(\d+)"', page.text)
    assert seen
    form = {"csrf_token": token(page), "revision": seen.group(1)}
    assert client.post(f"/requisitions/{number}/approve", data=form).status_code == 303
    again = client.post(f"/requisitions/{number}/reject", data={**form, "reason": "变更计划"})
    assert (again.status_code, "changed meanwhile" in again.text) == (409, True)
    assert asking.state(number)[0] == "approved"


def test_a_refused_decision_keeps_its_words_and_cuts(asking: Asking) -> None:
    number = asking.submitted(Wish(12, asking.world.desk))
    client = worlds.sign_in(asking.app, "approver")
    answer = send(client, f"/requisitions/{number}/approve?lang=en", {"cut-1": "11", "reason": "其余留给市运会"}, f"/requisitions/{number}?lang=en")
    assert (answer.status_code, "12 asked for" in answer.text or "11 asked for" in answer.text) == (409, True)
    assert "其余留给市运会" in answer.text
    assert 'name="cut-1" type="number" inputmode="numeric" min="0" max="12" value="11"' in answer.text
    for wrong in ("eleven", "-1", "13"):
        assert send(client, f"/requisitions/{number}/approve", {"cut-1": wrong, "reason": "x"}, f"/requisitions/{number}").status_code == 422
    assert send(client, f"/requisitions/{number}/approve", {"cut-1": "10", "reason": "x"}, f"/requisitions/{number}").status_code == 303


@pytest.mark.parametrize(("who", "status"), [("organizer_b", 200), ("head_b", 200), ("auditor", 200), ("clerk_a", 404), ("stranger", 404)])
def test_the_page_is_for_the_parties(asking: Asking, who: str, status: int) -> None:
    number = asking.submitted(contacts=[RECEIVER])
    client = worlds.sign_in(asking.app, who)
    page = client.get(f"/requisitions/{number}")
    assert page.status_code == client.get(f"/requisitions/{number}.pdf").status_code == status
    assert (number in client.get("/requisitions").text) == (status == 200)
    if status == 200:
        assert ("13800002210" in page.text) == (who in ("organizer_b", "head_b"))
        assert f"/requisitions/{number}/approve" not in page.text


def test_nobody_passes_by_the_buttons_that_are_not_shown(asking: Asking) -> None:
    number = asking.submitted()
    for who, expected in (("stranger", 404), ("auditor", 403), ("keeper", 403), ("organizer_b", 403)):
        client = worlds.sign_in(asking.app, who)
        form = {"csrf_token": token(client.get("/catalog")), "reason": "because"}
        assert client.post(f"/requisitions/{number}/approve", data=form).status_code == expected, who
    assert asking.state(number)[0] == "stock_checked"


def test_who_prices_what_is_asked_for_finds_no_button_but_the_reason(asking: Asking) -> None:
    with asking.app.app_context(), atomic() as session:
        set_price(session, asking.world.desk, NewPrice(90_000, source="协议"), asking.world.approver)
    number = asking.submitted()
    client = worlds.sign_in(asking.app, "approver")
    page = client.get(f"/requisitions/{number}?lang=en").text
    assert "You set a price or rent of these things" in page and f"/requisitions/{number}/approve" not in page
    refused = client.post(f"/requisitions/{number}/approve", data={"csrf_token": token(client.get("/catalog"))})
    assert refused.status_code == 403


def test_the_paper_says_who_what_and_that_it_is_not_approved_yet(asking: Asking) -> None:
    number = asking.submitted(Wish(3, asking.world.desk), contacts=[RECEIVER])
    client = worlds.sign_in(asking.app, "organizer_b")
    before = PdfDocument(client.get(f"/requisitions/{number}.pdf").data)
    text = before[0].get_textpage().get_text_range()
    assert len(before) == 4
    for said in (number, "出仓审批单", "体育局", "办公桌", "何静", "未批准"):
        assert said in text
    asking.act(service.approve, number, by=asking.world.approver)
    after = PdfDocument(client.get(f"/requisitions/{number}.pdf").data)[0].get_textpage().get_text_range()
    assert ("未批准" in after, "陈仓管" in after) == (False, True)


def test_the_basket_becomes_the_lines_of_a_request(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    for kind_id, units in ((asking.world.desk, "2"), (asking.world.chair, "30")):
        send(client, "/requisitions/basket", {"kind_id": str(kind_id), "quantity": units}, f"/catalog/kinds/{kind_id}")
    send(client, "/requisitions/basket", {"kind_id": str(asking.world.desk), "quantity": "3"}, f"/catalog/kinds/{asking.world.desk}")
    page = client.get("/requisitions/new?basket=1").text
    assert re.findall(r'name="lines-\d-quantity"[^>]*value="(\d+)"', page) == ["3", "30"]
    send(client, "/requisitions/basket", {"kind_id": str(asking.world.chair), "out": "1"}, "/requisitions/basket")
    assert "会议椅" not in client.get("/requisitions/basket").text


def test_an_event_gathers_its_requests(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "organizer_b")
    form = {"name": "市运会", "organization_id": asking.world.department_b, **DAYS, "budget": "620,000", "approval_number": "市府办〔2026〕31 号"}
    assert send(client, "/events/new", {**form, "last_day": "2020-01-01"}).status_code == 422
    made = send(client, "/events/new", form)
    assert made.status_code == 303
    prefilled = client.get(f"/requisitions/new?event={made.location.rsplit('/', 1)[-1]}").text
    assert f'value="{DAYS["first_day"]}"' in prefilled
    with asking.app.app_context(), atomic() as session:
        other = events.add(session, asking.world.pool, "别家的会", asking.world.elsewhere, COMING, COMING, asking.world.stranger).id
    number = asking.submitted(event_id=int(made.location.rsplit("/", 1)[-1]))
    page = client.get(made.location).text
    assert (number in page, "31 号" in page) == (True, True)
    assert ("别家的会" in client.get("/events").text, client.get(f"/events/{other}").status_code) == (False, 404)


def test_lists_and_pages_take_no_more_queries_when_there_is_more(asking: Asking) -> None:
    client = worlds.sign_in(asking.app, "approver")
    counts: list[list[int]] = []
    for lines in (2, 18):
        number = asking.submitted(*(Wish(1, (asking.world.desk, asking.world.chair)[n % 2]) for n in range(lines)))
        if lines > 2:
            for _ in range(8):
                asking.submitted()
        counts.append([])
        for url in ("/requisitions", f"/requisitions/{number}", "/approvals"):
            with asking.app.app_context():
                engine = db.engine
            client.get(url)
            with queries(engine) as statements:
                assert client.get(url).status_code == 200
            counts[-1].append(len(statements))
    assert counts[0] == counts[1]
