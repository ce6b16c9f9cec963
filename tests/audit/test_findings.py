"""A finding is raised by an auditor, answered by the organization, and keeps its act from grade A while it is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.audit import findings
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError, NotAllowed, WrongState
from assetpool.org.queries import access_of
from assetpool.records.models import Document
from assetpool.savings import flags
from assetpool.savings.models import SavingAct, SavingEntry
from tests import world as worlds
from tests.audit import book
from tests.world import World

DUE = date(2027, 1, 15)


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    """Name the template that holds a book in which everything happened."""
    return make_template("book", book.fill)


def new(world: World, **more: object) -> findings.NewFinding:
    """Hold something against department B."""
    values: dict[str, object] = {
        "organization_id": world.department_b,
        "title": "缺少预算文件",
        "text": "未见预算核减文件。",
        "severity": "high",
        "due_on": DUE,
    }
    return findings.NewFinding(**{**values, **more})  # type: ignore[arg-type]


def an_act(session: Session) -> int:
    """Return an act that still stands."""
    return session.scalars(select(SavingAct.id).where(~SavingAct.opening, SavingAct.reviewed != "rejected").order_by(SavingAct.id).limit(1)).one()


def raised(world: World, **more: object) -> str:
    """Raise a finding about an act and return its number."""
    with atomic() as session:
        more.setdefault("act_id", an_act(session))
        return findings.raise_finding(session, world.pool, new(world, **more), world.auditor).number


def flagged(number: str) -> int:
    """Count the open flags that a finding put on its act."""
    session = db.session()
    session.rollback()
    finding = session.scalars(select(findings.Finding).join(Document, Document.id == findings.Finding.id).where(Document.number == number)).one()
    return sum(flag.reference == number and flag.closed_at is None for flag in flags.flags_of(session, finding.act_id or 0))


def test_a_finding_flags_its_act_until_it_is_settled(world: World) -> None:
    number = raised(world)
    assert number.startswith("AF-")
    assert flagged(number) == 1
    with atomic() as session:
        findings.answer(session, number, "文件已补。", world.head_b)
    assert flagged(number) == 1
    with atomic() as session:
        findings.ask_again(session, number, "文件日期不符。", world.auditor, DUE + timedelta(9))
    with atomic() as session:
        findings.answer(session, number, "更正如附。", world.head_b)
        findings.accept(session, number, "已核实。", world.auditor)
    assert flagged(number) == 0
    with atomic() as session:
        view = findings.view(session, access_of(session, world.head_b), number)
    assert view.document.state == "closed"
    assert [remark.act for remark, _ in view.remarks] == ["answer", "ask_again", "answer", "accept"]
    assert view.finding.due_on == DUE + timedelta(9)


def test_a_withdrawn_finding_takes_its_flag_along(world: World) -> None:
    number = raised(world)
    with atomic() as session:
        findings.withdraw(session, number, "误记。", world.auditor)
    assert flagged(number) == 0


def test_an_entry_leads_to_its_act_and_to_no_other(world: World) -> None:
    with atomic() as session:
        entry = session.scalars(select(SavingEntry).where(SavingEntry.entry == "claim").order_by(SavingEntry.id).limit(1)).one()
        number = findings.raise_finding(session, world.pool, new(world, entry_id=entry.id), world.auditor).number
        found = findings.view(session, access_of(session, world.auditor), number).finding
        assert (found.act_id, found.entry_id) == (entry.act_id, entry.id)
    with pytest.raises(DomainError), atomic() as session:
        findings.raise_finding(session, world.pool, new(world, entry_id=entry.id, act_id=entry.act_id + 1), world.auditor)


@pytest.mark.parametrize("who", ["reviewer", "administrator", "head_b", "finance", "stranger"])
def test_nobody_but_an_auditor_raises_or_settles(world: World, who: str) -> None:
    by = getattr(world, who)
    with pytest.raises(NotAllowed), atomic() as session:
        findings.raise_finding(session, world.pool, new(world), by)
    number = raised(world)
    for act in (findings.accept, findings.withdraw, findings.ask_again):
        with pytest.raises(NotAllowed), atomic() as session:
            act(session, number, "x", by)


@pytest.mark.parametrize("who", ["auditor", "clerk_a", "stranger", "organizer_b", "keeper"])
def test_nobody_answers_for_another_organization(world: World, who: str) -> None:
    number = raised(world)
    with pytest.raises(NotAllowed), atomic() as session:
        findings.answer(session, number, "x", getattr(world, who))


def test_a_settled_finding_is_neither_answered_nor_settled_again(world: World) -> None:
    number = raised(world)
    with atomic() as session:
        findings.accept(session, number, "已核实。", world.auditor)
    for act, by in ((findings.answer, world.head_b), (findings.accept, world.auditor), (findings.ask_again, world.auditor)):
        with pytest.raises(WrongState), atomic() as session:
            act(session, number, "x", by)


def test_the_auditor_writes_nothing_but_findings(world: World) -> None:
    with atomic() as session:
        before = session.scalar(select(func.count()).select_from(SavingEntry))
    number = raised(world)
    with atomic() as session:
        assert session.scalar(select(func.count()).select_from(SavingEntry)) == before
        assert session.scalars(select(Document.kind).where(Document.number == number)).one() == "AF"


def pages(app: Flask, who: str) -> FlaskClient:
    """Sign somebody in, without tokens in forms."""
    app.config["WTF_CSRF_ENABLED"] = False
    return worlds.sign_in(app, who)


def test_the_way_of_a_finding_through_the_pages(app: Flask) -> None:
    with app.app_context():
        act = an_act(db.session())
        city = worlds.found().department_b
    auditor, head, stranger = pages(app, "auditor"), pages(app, "head_b"), pages(app, "stranger")
    form = auditor.get(f"/audit/findings/new?act={act}&exception=no_costs&lang=en").get_data(as_text=True)
    assert "Costs unknown" in form
    sent = {"organization": city, "title": "缺少票据", "text": "无票据。", "severity": "medium", "due_on": "2027-01-15"}
    answer = auditor.post(f"/audit/findings/new?act={act}&exception=no_costs", data=sent)
    assert answer.status_code == 303
    page = answer.location
    number = page.rsplit("/", 1)[1]
    assert stranger.get(page).status_code == 404
    assert "缺少票据" in head.get("/?lang=en").get_data(as_text=True)
    assert "缺少票据" in head.get("/audit/findings").get_data(as_text=True)
    shown = head.get(f"{page}?lang=en").get_data(as_text=True)
    assert "Send the answer" in shown and "Enter the decision" not in shown
    assert head.post(f"{page}/judge", data={"decision": "accept", "text": "x"}).status_code == 403
    assert head.post(f"{page}/answer", data={"text": ""}).status_code == 422
    assert head.post(f"{page}/answer", data={"text": "已补。", "papers": (BytesIO(b"%PDF-1.7 x"), "补充.pdf")}).status_code == 303
    assert "补充.pdf" in auditor.get(page).get_data(as_text=True)
    assert "缺少票据" in auditor.get("/").get_data(as_text=True)
    assert auditor.post(f"{page}/judge", data={"decision": "accept", "text": "已核实。", "revision": "0"}).status_code == 409
    assert auditor.post(f"{page}/judge", data={"decision": "accept", "text": "已核实。"}).status_code == 303
    assert number.startswith("AF-") and "缺少票据" not in head.get("/").get_data(as_text=True)
