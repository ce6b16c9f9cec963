"""The auditor's room over REST: samples, exceptions and findings, for an auditor, for those a finding is addressed to, and for strangers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from assetpool.core.db import atomic, db
from assetpool.records import service as records
from tests import world as worlds
from tests.audit import book
from tests.audit.test_findings import an_act


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds a book in which everything happened."""
    return make_template("book", book.fill)


class Caller:
    """People of the world with their tokens; no context stays open, so that each request has its own person."""

    def __init__(self, app: Flask) -> None:
        """Find the world."""
        self.app, self.client = app, app.test_client()
        with app.app_context():
            self.world = worlds.found()
            self.act = an_act(db.session())

    def bearer(self, who: str) -> dict[str, str]:
        """Give a person a token."""
        with self.app.app_context(), atomic() as session:
            return {**worlds.token(session, getattr(self.world, who)), "Accept-Language": "en"}

    def get(self, who: str, address: str) -> TestResponse:
        """Ask for something."""
        return self.client.get(f"/api/v1/audit/{address}", headers=self.bearer(who))

    def post(self, who: str, address: str, body: dict[str, Any]) -> TestResponse:
        """Do something."""
        return self.client.post(f"/api/v1/audit/{address}", json=body, headers=self.bearer(who))

    def upload(self, who: str, name: str) -> int:
        """Keep a paper as a person's own."""
        with self.app.app_context(), atomic() as session:
            return records.keep_file(session, self.world.pool, self.app.config["DATA_DIR"], name, b"%PDF-1.7 answer", getattr(self.world, who)).id


@pytest.fixture
def caller(app: Flask) -> Caller:
    return Caller(app)


HELD = {"organization_code": "B", "title": "缺少预算文件", "text": "未见预算核减文件。", "severity": "high", "due_on": "2027-01-15"}


def test_a_finding_from_raising_to_settling(caller: Caller) -> None:
    raised = caller.post("auditor", "findings", HELD | {"act_id": caller.act})
    assert (raised.status_code, raised.json["state"]) == (201, "raised"), raised.text
    number = raised.json["number"]
    paper = caller.upload("head_b", "answer.pdf")
    answered = caller.post("head_b", f"findings/{number}/answer", {"text": "文件已补。", "file_ids": [paper], "revision": 0})
    assert (answered.status_code, answered.json["state"]) == (200, "answered"), answered.text
    again = caller.post("auditor", f"findings/{number}/ask-again", {"text": "日期不符。", "due_on": "2027-02-01"})
    assert again.json["state"] == "sent_back"
    assert caller.post("head_b", f"findings/{number}/answer", {"text": "更正如附。"}).json["state"] == "answered"
    assert caller.post("auditor", f"findings/{number}/accept", {"text": "已核实。"}).json["state"] == "closed"
    seen = caller.get("head_b", f"findings/{number}").json
    assert [said["act"] for said in seen["remarks"]] == ["answer", "ask_again", "answer", "accept"]
    assert (seen["due_on"], seen["file_ids"], seen["act_id"], seen["slip"][:3]) == ("2027-02-01", [paper], caller.act, "HS-")
    assert [row["number"] for row in caller.get("auditor", "findings?show=closed").json["items"]] == [number]
    assert caller.get("auditor", "findings?show=open").json["items"] == []


def test_each_sees_and_does_what_is_theirs(caller: Caller) -> None:
    for who in ("head_b", "reviewer", "administrator", "stranger"):
        assert caller.post(who, "findings", HELD).status_code == 403, who
    number = caller.post("auditor", "findings", HELD).json["number"]
    assert [row["number"] for row in caller.get("head_b", "findings").json["items"]] == [number]
    for who in ("clerk_a", "stranger"):
        assert caller.get(who, "findings").json["items"] == [], who
        assert caller.get(who, f"findings/{number}").status_code == 404, who
    assert [caller.post(who, f"findings/{number}/answer", {"text": "x"}).status_code for who in ("clerk_a", "stranger", "auditor")] == [404, 404, 403]
    for act in ("accept", "withdraw", "ask-again"):
        assert caller.post("head_b", f"findings/{number}/{act}", {"text": "x"}).status_code == 403, act
    assert caller.post("auditor", f"findings/{number}/withdraw", {"text": "误记。"}).json["state"] == "withdrawn"
    assert caller.post("head_b", f"findings/{number}/answer", {"text": "x"}).json["code"] == "wrong_state"


def test_a_strangers_paper_is_not_attached_and_an_old_reading_overwrites_nothing(caller: Caller) -> None:
    number = caller.post("auditor", "findings", HELD).json["number"]
    foreign = caller.upload("clerk_a", "secret.pdf")
    assert caller.post("head_b", f"findings/{number}/answer", {"text": "x", "file_ids": [foreign]}).status_code == 404
    assert caller.post("head_b", f"findings/{number}/answer", {"text": "x", "revision": 7}).json["code"] == "changed_meanwhile"
    assert caller.get("head_b", f"findings/{number}").json["state"] == "raised"


@pytest.mark.parametrize("change", [{"text": " "}, {"severity": "huge"}, {"due_on": "soon"}, {"organization_code": ""}])
def test_a_finding_that_says_nothing_is_refused(caller: Caller, change: dict[str, str]) -> None:
    assert caller.post("auditor", "findings", HELD | change).status_code == 422


def test_a_sample_is_drawn_kept_and_drawn_again(caller: Caller) -> None:
    assert caller.post("reviewer", "samples", {"seed": "x"}).status_code == 403
    assert caller.post("auditor", "samples", {"seed": " "}).status_code == 422
    assert caller.post("auditor", "samples", {"seed": "x", "first_day": "1999-01-01", "last_day": "1999-12-31"}).json["code"] == "nothing_to_draw"
    made = caller.post("auditor", "samples", {"seed": "2026-抽样", "size": 3, "unit": "entry", "purpose": "季度"})
    assert made.status_code == 201, made.text
    drawn = made.json
    assert (len(drawn["items"]), drawn["population"] >= 3, drawn["items"][0]["entry_id"] is not None) == (3, True, True)
    again = caller.get("administrator", f"samples/{drawn['id']}?again=true").json
    assert (again["reproduced"], again["items"]) == (True, drawn["items"])
    assert [row["id"] for row in caller.get("auditor", "samples").json["items"]] == [drawn["id"]]
    for who in ("finance", "head_b", "stranger"):
        assert caller.get(who, "samples").status_code == 403, who
        assert caller.get(who, f"samples/{drawn['id']}").status_code == 403, who
    assert caller.get("auditor", "samples/999999").status_code == 404


def test_exceptions_are_listed_page_by_page_with_what_hangs_on_them(caller: Caller) -> None:
    first = caller.get("auditor", "exceptions?limit=2").json
    assert first["total"] == sum(kind["found"] for kind in first["kinds"]) > 2
    items, cursor = list(first["items"]), first["next"]
    while cursor:
        page = caller.get("auditor", f"exceptions?limit=2&cursor={cursor}").json
        items, cursor = items + page["items"], page["next"]
    assert len(items) == first["total"]
    kind = items[0]["kind"]
    only = caller.get("auditor", f"exceptions?kind={kind}").json
    assert {item["kind"] for item in only["items"]} == {kind} and only["items"][0]["text"]
    assert caller.get("auditor", "exceptions?kind=nothing").status_code == 404
    assert caller.get("auditor", "exceptions?from=1999-01-01&to=1999-12-31&kind=no_costs").json["items"] == []
    for who in ("finance", "reviewer", "stranger"):
        assert caller.get(who, "exceptions").status_code == 403, who
