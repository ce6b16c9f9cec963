"""More for good than the posts may have is granted with a reason only."""

from __future__ import annotations

import pytest

from assetpool.core.db import atomic
from assetpool.requisitions import service
from assetpool.requisitions.allocation import ReasonForMore
from assetpool.requisitions.drafting import Wish
from assetpool.standards import service as standards
from tests import walking
from tests import world as worlds
from tests.requisitions.conftest import Asking


@pytest.fixture
def limited(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Give a world in which each of the four posts of department B may have one desk."""
    monkeypatch.setattr(service, "on_approved", {})
    w = asking.world
    with asking.app.app_context(), atomic() as session:
        row = standards.NewRow("本地标准", "办公桌", class_code="A05010201", pieces=1, of_posts=1)
        standards.put(session, w.pool, row, by=w.administrator)
        standards.count_posts(session, w.department_b, "", 4, by=w.administrator)
    return asking


def test_more_than_the_posts_may_have_needs_a_reason(limited: Asking) -> None:
    w = limited.world
    number = limited.submitted(Wish(3, w.desk), Wish(2, w.desk), kind="transfer", last=None)
    with pytest.raises(ReasonForMore, match=r"4 posts may have 4 .* 0 are there and 5 are wanted"):
        limited.act(service.approve, number, by=w.approver)
    limited.act(service.approve, number, by=w.approver, cuts={2: 1}, reason="按编制核减")
    number = limited.submitted(Wish(5, w.desk), kind="transfer", last=None)
    limited.act(service.approve, number, by=w.approver, reason="新设窗口")
    assert limited.state(number)[0] == "approved"


def test_a_loan_asks_nothing_of_the_posts(limited: Asking) -> None:
    assert limited.state(limited.approved(Wish(9, limited.world.desk)))[0] == "approved"


def test_the_page_says_it_and_takes_the_reason(limited: Asking) -> None:
    number = limited.submitted(Wish(5, limited.world.desk), kind="transfer", last=None)
    page = f"/requisitions/{number}"
    assert "4 posts may have 4" in worlds.sign_in(limited.app, "organizer_b").get(f"{page}?lang=en").text
    approver = worlds.sign_in(limited.app, "approver")
    assert "Approve all the same" in approver.get(f"{page}?lang=en").text
    assert walking.send(approver, f"{page}/approve", {"revision": "2"}, page=page).status_code in (409, 422)
    revision = str(limited.state(number)[1])
    assert walking.send(approver, f"{page}/approve", {"revision": revision, "reason": "新设窗口"}, page=page).status_code == 303
    assert limited.state(number)[0] == "approved"
