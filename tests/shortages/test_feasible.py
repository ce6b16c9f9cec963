"""A feasible request is never refused, and an infeasible one is told the first day that fits: peak, not sum; on REST and on the page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from assetpool.core.db import atomic
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.requisitions.conftest import Asking

JUNE = date(2099, 6, 1)
SIXTY = 60


def day(number: int) -> date:
    """Return day 1, 2, … of the story."""
    return JUNE + timedelta(days=number - 1)


@pytest.fixture
def booked(asking: Asking) -> Asking:
    """Sixty computers, all of them granted for days 1–10, 11–20 and 21–30."""
    with asking.app.app_context(), atomic() as session:
        worlds.stock(session, asking.world.computer, SIXTY)
    for first, last in ((1, 10), (11, 20), (21, 30)):
        number = asking.approved(Wish(SIXTY, asking.world.computer), first=day(first), last=day(last))
        assert asking.state(number)[0] == "approved"
    return asking


def call(asking: Asking, who: str, method: str, path: str, json: Any = None) -> TestResponse:
    with asking.app.app_context(), atomic() as session:
        headers = worlds.token(session, getattr(asking.world, who))
    return asking.app.test_client().open(f"/api/v1{path}", method=method, json=json, headers=headers)


def test_through_rest_thirty_more_get_none_and_the_day_from_which_they_are_free(booked: Asking) -> None:
    kind = booked.world.computer
    number = booked.submitted(Wish(30, kind), first=day(5), last=day(15))
    refused = call(booked, "approver", "POST", f"/requisitions/{number}/approve")
    assert (refused.status_code, refused.json["code"]) == (409, "not_enough_stock")
    assert (refused.json["free"], refused.json["free_from"]) == (0, day(31).isoformat())
    asked = f"from={day(5)}&to={day(15)}&quantity=30"
    answer = call(booked, "organizer_b", "GET", f"/kinds/{kind}/availability?{asked}").json
    assert (answer["free"], answer["free_from"], answer["peak_promised"], answer["at_risk"]) == (0, day(31).isoformat(), SIXTY, 0)
    ways = call(booked, "organizer_b", "GET", f"/kinds/{kind}/proposals?{asked}").json
    assert (ways["free"], ways["short"], ways["later"]) == (0, 30, day(31).isoformat())
    assert ways["earlier"] == (day(1) - timedelta(days=11)).isoformat()


def test_on_the_page_it_says_the_same(booked: Asking) -> None:
    number = booked.submitted(Wish(30, booked.world.computer), first=day(5), last=day(15))
    client = worlds.sign_in(booked.app, "approver")
    page = client.get(f"/requisitions/{number}").get_data(as_text=True)
    assert "7月1日" in page, "the first day from which all of them are free"
    organizer = worlds.sign_in(booked.app, "organizer_b")
    asked = {"kind": "loan", "organization_id": booked.world.department_b, "first_day": day(5), "last_day": day(15)}
    form = organizer.get("/requisitions/new", query_string={**asked, "kind": booked.world.computer, "quantity": 30}).get_data(as_text=True)
    assert f'value="{day(31).isoformat()}"' in form, "the nearest later beginning is one tap"


def test_ten_days_are_granted_right_before_and_right_after(booked: Asking) -> None:
    for first, last in ((-9, 0), (31, 40)):
        number = booked.approved(Wish(SIXTY, booked.world.computer), first=day(first), last=day(last))
        assert booked.state(number)[0] == "approved"
