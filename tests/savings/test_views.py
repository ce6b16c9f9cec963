"""The review page and opening statements: who may decide, on what, and what is said when a duty bars it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.savings.models import SavingAct, SavingReview
from tests import world as worlds
from tests.reports import bill as bills
from tests.reports.bill import Bill
from tests.savings import golden


@pytest.fixture
def bill(app: Flask) -> Bill:
    """Give the bill of G1, waiting for review."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        return bills.lend_the_bill(worlds.found(), accept=False)


def states(app: Flask) -> list[str]:
    """Return how the acts were reviewed."""
    with app.app_context():
        return list(db.session().scalars(select(SavingAct.reviewed).order_by(SavingAct.id)))


def decide(client: FlaskClient, acts: tuple[int, ...], decision: str = "accepted", reason: str = "佐证齐全") -> tuple[int, str]:
    """Send the review page; return status and page."""
    answer = client.post("/savings/review?lang=en", data={"act": [str(i) for i in acts], "decision": decision, "reason": reason})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_reviewer_decides_on_many_acts_in_one_go(app: Flask, bill: Bill) -> None:
    client = worlds.sign_in(app, "reviewer")
    page = client.get("/savings/review?lang=en").get_data(as_text=True)
    assert page.count('name="act"') == 6 and "disabled" not in page.split("<tbody>")[1]
    assert "204,000.00" in page and "grade A" in page
    assert decide(client, bill.acts)[0] == 303
    assert states(app) == ["accepted"] * 6
    assert "No saving waits for review" in client.get("/savings/review?lang=en").get_data(as_text=True)


def test_a_rejection_reverses_and_only_what_was_ticked(app: Flask, bill: Bill) -> None:
    client = worlds.sign_in(app, "reviewer")
    assert decide(client, bill.acts[:2], "rejected", "预算未核减")[0] == 303
    assert states(app) == ["rejected"] * 2 + ["proposed"] * 4


@pytest.mark.parametrize(
    ("decision", "reason", "acts", "sentence"),
    [
        ("", "因由", slice(0, 1), "Choose accept or reject."),
        ("accepted", " ", slice(0, 1), "Say what the decision rests on."),
        ("accepted", "因由", slice(0, 0), "Tick at least one act"),
        ("maybe", "因由", slice(0, 1), "Not a valid choice"),
    ],
)
def test_a_decision_that_says_too_little_changes_nothing(app: Flask, bill: Bill, decision: str, reason: str, acts: slice, sentence: str) -> None:
    status, page = decide(worlds.sign_in(app, "reviewer"), bill.acts[acts], decision, reason)
    assert status == 422
    assert sentence in page
    assert set(states(app)) == {"proposed"}
    assert not acts.stop or f'value="{bill.acts[0]}" checked' in page


def test_who_took_part_sees_why_and_is_refused(app: Flask, bill: Bill) -> None:
    with app.app_context(), atomic() as session:
        found = worlds.found()
    with app.app_context(), atomic() as session:
        org.grant(session, found.keeper, found.city, Role.REVIEWER)
    client = worlds.sign_in(app, "keeper")
    page = client.get("/savings/review?lang=en").get_data(as_text=True)
    assert "You acted in it as keeper, so another person must decide." in page
    assert page.count(" disabled>") == 6
    status, said = decide(client, bill.acts)
    assert status == 403
    assert "You already acted on HS-" in said
    assert set(states(app)) == {"proposed"}


def test_an_auditor_looks_but_does_not_decide(app: Flask, bill: Bill) -> None:
    client = worlds.sign_in(app, "auditor")
    page = client.get("/savings/review?lang=en").get_data(as_text=True)
    assert "decide on this act" in page
    assert decide(client, bill.acts)[0] == 403
    assert set(states(app)) == {"proposed"}


@pytest.mark.parametrize("who", ["keeper", "organizer_b", "stranger", "approver"])
def test_others_do_not_open_the_review(app: Flask, bill: Bill, who: str) -> None:
    assert worlds.sign_in(app, who).get("/savings/review").status_code == 403


def test_one_stale_tick_refuses_all(app: Flask, bill: Bill) -> None:
    client = worlds.sign_in(app, "reviewer")
    assert decide(client, bill.acts[:1])[0] == 303
    status, page = decide(client, bill.acts)
    assert status == 409
    assert "was already reviewed" in page
    assert states(app) == ["accepted"] + ["proposed"] * 5
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(SavingReview)) == 1


STATEMENT = {"kind": "transfer", "units": "11600", "avoided": "86,000,000.00", "day": "2021-12-31", "source": "2021 年通报"}


def test_finance_takes_over_an_opening_statement(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = worlds.sign_in(app, "finance")
    with app.app_context():
        city = worlds.found().city
    answer = client.post("/savings/statements/new", data=STATEMENT | {"organization": str(city)})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"] + "?lang=en").get_data(as_text=True)
    assert "86,000,000.00" in page and "grade C" in page
    with app.app_context():
        act = db.session().scalars(select(SavingAct)).one()
        assert (act.units, act.opening) == (golden.G2_ITEMS, True)


@pytest.mark.parametrize("wrong", [{"avoided": "much"}, {"avoided": "-5"}, {"units": "0"}, {"source": ""}, {"day": ""}, {"organization": "999"}])
def test_an_opening_statement_says_what_is_wrong_and_keeps_what_was_typed(app: Flask, wrong: dict[str, str]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        city = worlds.found().city
    answer = worlds.sign_in(app, "finance").post("/savings/statements/new", data=STATEMENT | {"organization": str(city)} | wrong)
    assert answer.status_code == 422
    assert "11600" in answer.get_data(as_text=True) or "units" in wrong
    with app.app_context():
        assert db.session().scalars(select(SavingAct)).all() == []


def test_others_take_over_nothing(app: Flask) -> None:
    assert worlds.sign_in(app, "auditor").get("/savings/statements/new").status_code == 403
