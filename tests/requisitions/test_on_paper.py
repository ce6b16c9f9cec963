"""Approvals signed on paper: recorded by a clerk above the store who did not ask, with number, signer, day and scan; else refused."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assetpool.approvals.models import Approval
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import PersonalFact
from tests import world as worlds
from tests.requisitions.conftest import Asking
from tests.walking import send

TODAY = clock.today(worlds.ZONE)


def record(asking: Asking, number: str, who: str = "finance", **change: Any) -> tuple[int, str]:
    form = {
        "paper_number": "市府办〔2026〕31 号", "signer": "杨局长", "paper_day": TODAY.isoformat(), "scan": (io.BytesIO(b"%PDF-1.7 signed"), "signed.pdf"),
    } | change  # fmt: skip
    client = worlds.sign_in(asking.app, who)
    answer = send(client, f"/requisitions/{number}/record-paper", {name: value for name, value in form.items() if value is not None}, "/catalog")
    return answer.status_code, answer.text


def make_clerk(asking: Asking, who: str = "finance") -> None:
    with asking.app.app_context(), atomic() as session:
        org.grant(session, getattr(asking.world, who), asking.world.city, Role.CLERK)


def test_a_clerk_records_it_and_the_signer_s_name_stays_outside_the_chain(asking: Asking) -> None:
    make_clerk(asking)
    number = asking.submitted()
    assert "/record-paper" in worlds.sign_in(asking.app, "finance").get(f"/requisitions/{number}").text
    assert record(asking, number)[0] == 303
    assert asking.state(number)[0] == "approved"
    with asking.app.app_context():
        given = db.session().scalars(select(Approval)).one()
        signer = db.session().scalars(select(PersonalFact).where(PersonalFact.role == "signer")).one()
        assert (given.person_id, given.paper_number, given.paper_signer_digest) == (asking.world.finance, "市府办〔2026〕31 号", signer.digest)
        assert signer.name == "杨局长"
    assert "signed.pdf" in worlds.sign_in(asking.app, "approver").get(f"/requisitions/{number}").text


@pytest.mark.parametrize(
    "change", [{"paper_number": " "}, {"signer": ""}, {"paper_day": None}, {"paper_day": (TODAY + timedelta(days=1)).isoformat()}, {"scan": None}]
)
def test_a_paper_that_says_too_little_is_refused_and_what_was_typed_stays(asking: Asking, change: dict[str, Any]) -> None:
    make_clerk(asking)
    number = asking.submitted()
    status, page = record(asking, number, **change)
    assert (status, asking.state(number)[0]) == (422, "stock_checked")
    assert ("杨局长" in page) == (change.get("signer") != "")


def test_a_scan_that_was_sent_is_kept_for_the_next_try_and_nobody_else_s_is_taken(asking: Asking) -> None:
    make_clerk(asking)
    number = asking.submitted()
    status, page = record(asking, number, signer="")
    kept = re.search(r'name="scan_id" value="([0-9]+)"', page)
    assert status == 422 and kept and "signed.pdf" in page
    with asking.app.app_context(), atomic() as session:
        org.grant(session, asking.world.reviewer, asking.world.city, Role.CLERK)
    assert record(asking, number, "reviewer", scan=None, scan_id=kept.group(1))[0] == 422
    assert record(asking, number, scan=None, scan_id=kept.group(1))[0] == 303
    assert (asking.state(number)[0], "signed.pdf" in worlds.sign_in(asking.app, "approver").get(f"/requisitions/{number}").text) == ("approved", True)


def test_only_a_clerk_over_the_store_records_and_never_the_own_request(asking: Asking) -> None:
    number = asking.submitted()
    for who in ("keeper", "auditor", "head_b", "organizer_b"):
        assert record(asking, number, who)[0] == 403, who
    make_clerk(asking)
    own = asking.submitted(by=asking.world.finance)
    assert record(asking, own)[0] == 403
    assert (asking.state(number)[0], asking.state(own)[0]) == ("stock_checked", "stock_checked")
