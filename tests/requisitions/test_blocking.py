"""Long overdue things block new requests, with one sentence that names the slip and the cure; an approver lifts the block for one request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assetpool.approvals import rule_sets
from assetpool.core import clock
from assetpool.core.db import atomic
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson
from assetpool.handovers import service as handovers
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.requisitions import blocking, service
from assetpool.requisitions.drafting import Wish
from tests import world as worlds
from tests.requisitions.conftest import Asking
from tests.walking import send

TODAY = clock.today(worlds.ZONE)


def lend(asking: Asking, days_late: int) -> None:
    """Lend one desk that should have come back so many days ago."""
    w = asking.world
    then = clock.moment_on(TODAY - timedelta(days=days_late + 3), worlds.ZONE, 10)
    with clock.at(then):
        day = clock.day_of(then, worlds.ZONE)
        number = asking.approved(Wish(1, w.desk), first=day, last=day + timedelta(days=3))
        with asking.app.app_context(), atomic() as session:
            (tag,) = worlds.stock(session, w.desk, 1)
            receipt = handovers.Receipt("何静", "", "typed_pin", "2468")
            handovers.hand_over(session, number, [handovers.Item(tag, 1)], by=w.keeper, costs=handovers.Costs([], "自提"), receipt=receipt)


def ask(asking: Asking) -> str:
    return asking.draft(Wish(1, asking.world.desk), first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2))


def test_up_to_thirty_days_nothing_is_blocked_and_from_the_next_day_on_it_is(asking: Asking) -> None:
    lend(asking, 30)
    asking.act(service.submit, ask(asking), by=asking.world.organizer_b)
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(blocking.OverdueBlocks) as refusal:
        asking.act(service.submit, ask(asking), by=asking.world.organizer_b)
    assert refusal.value.figures["slip"].startswith("HS-") and refusal.value.figures["days"] == 31


def test_the_rules_say_how_long_and_an_empty_limit_never_blocks(asking: Asking) -> None:
    w = asking.world
    lend(asking, 10)
    for after, blocks in ((9, True), (10, False), (None, False)):
        with asking.app.app_context(), atomic() as session:
            rule_sets.publish(session, w.department_b, [], rule_sets.Settings(block_after_days=after), by=w.administrator)
        number = ask(asking)
        if blocks:
            with pytest.raises(blocking.OverdueBlocks):
                asking.act(service.submit, number, by=w.organizer_b)
        else:
            asking.act(service.submit, number, by=w.organizer_b)


def test_what_happened_already_is_put_on_paper_all_the_same(asking: Asking) -> None:
    lend(asking, 40)
    number = asking.draft(Wish(1, asking.world.desk), first=TODAY - timedelta(days=5), last=TODAY)
    asking.act(service.submit, number, by=asking.world.organizer_b)


def test_an_approver_lifts_the_block_with_a_reason_and_only_for_one_request(asking: Asking) -> None:
    w = asking.world
    lend(asking, 40)
    number, other = ask(asking), ask(asking)
    page = worlds.sign_in(asking.app, "organizer_b").get(f"/requisitions/{number}?lang=en").text
    assert ("40 days overdue" in page, "/lift" in page) == (True, False)
    for who in (w.organizer_b, w.keeper, w.finance):
        with pytest.raises(NotAllowed):
            asking.act(blocking.lift, number, by=who, reason="急用")
    with pytest.raises(FieldInvalid):
        asking.act(blocking.lift, number, by=w.approver, reason=" ")
    client = worlds.sign_in(asking.app, "approver")
    assert send(client, f"/requisitions/{number}/lift", {"reason": "防汛急用"}, f"/requisitions/{number}").status_code == 303
    asking.act(service.submit, number, by=w.organizer_b)
    assert "防汛急用" in client.get(f"/requisitions/{number}").text
    with pytest.raises(blocking.OverdueBlocks):
        asking.act(service.submit, other, by=w.organizer_b)


def test_nobody_lifts_the_block_of_their_own_request(asking: Asking) -> None:
    w = asking.world
    lend(asking, 40)
    with asking.app.app_context(), atomic() as session:
        org.grant(session, w.approver, w.city, Role.CLERK)
    number = asking.draft(Wish(1, w.desk), by=w.approver, first=TODAY + timedelta(days=1), last=TODAY + timedelta(days=2))
    with pytest.raises(SamePerson):
        asking.act(blocking.lift, number, by=w.approver, reason="急用")
