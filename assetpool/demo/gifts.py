"""Things given for good: from a store by way of a request, and straight from one department to another."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from assetpool.demo import papers
from assetpool.demo.loans import budget_price
from assetpool.demo.scene import NO_COST, Scene, haulage, signed, tags_in
from assetpool.demo.stock import CLERKS, HEADS
from assetpool.demo.timeline import Story
from assetpool.handovers import service as handovers
from assetpool.handovers.service import Item
from assetpool.records.models import Document
from assetpool.records.service import lock
from assetpool.requisitions import drafting as wishes
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Wish
from assetpool.transfers import booking, drafting, payments, service
from assetpool.transfers.drafting import Given, Terms
from assetpool.transfers.models import Transfer
from assetpool.transfers.payments import Paid


def stories(scene: Scene) -> Iterator[Story]:
    """Yield the stories of all transfers."""
    yield asked_for(scene)
    yield straight(scene)
    yield left_at(scene, "submitted", -3, "RJ-JYJ", "RJ-WLJ", ("bookcase", 6), "图书角建设")
    yield left_at(scene, "approved", -6, "RJ-JYJ", "RJ-WJW", ("staff-desk", 5), "新设科室办公")


def asked_for(scene: Scene) -> Story:
    """Tell how a county school board asked for ten computers for good, with all papers, and both sides booked them."""
    by = scene.people["tangwei"]
    session = yield (-74, 9)
    proof = {key: papers.keep(session, scene, key, "tangwei") for key in ("need", "budget")}
    wish = Wish(
        10, scene.kinds["computer"], store_id=scene.stores["CENTRAL"], drop="青岩中学机房", budget_price=budget_price("computer"),
        need_dated_on=scene.day(-110), need_file_id=proof["need"], budget_file_id=proof["budget"],
    )  # fmt: skip
    number = wishes.draft(session, scene.organizations["QY-JYJ"], [wish], scene.day(-74), None, by=by, kind="transfer", purpose="县中机房补充，替代购置").number
    requisitions.submit(session, number, by=by)
    session = yield (-72, 10)
    requisitions.approve(session, number, by=scene.people["zhoumin"], reason="同意无偿划转")
    request = lock(session, number).id
    gift = session.scalars(select(Document.number).join(Transfer, Transfer.id == Document.id).where(Transfer.request_id == request)).one()
    session = yield (-66, 14)
    items = [Item(tag) for tag in tags_in(session, scene.kinds["computer"], scene.stores["CENTRAL"], 10)]
    costs = haulage(42_000, "JY-QY-0918", papers.keep(session, scene, "freight", "liuqiang"))
    handovers.hand_over(session, gift, items, by=scene.people["liuqiang"], costs=costs, receipt=signed("唐薇", "028-0000 0017"), destination="青岩中学机房")
    session = yield (-64, 10)
    booking.book(session, gift, by=scene.people["sunli"], side="giver")
    session = yield (-63, 10)
    booking.book(session, gift, by=by, side="receiver")


def straight(scene: Scene) -> Story:
    """Tell how two air conditioners went straight from the Health Commission's old site to the Sports Bureau for a price, half of which is in the treasury."""
    by = scene.people["sunli"]
    session = yield (-15, 9)
    sides = scene.organizations["RJ-WJW"], scene.organizations["RJ-TYJ"]
    terms = Terms(*sides, scene.stores["V-WJW"], reason="原址空调有偿调剂给体育中心使用", consideration=240_000)
    gift = drafting.draft(session, terms, [Given(2, scene.kinds["air-conditioner"])], by=by).number
    service.submit(session, gift, by=by)
    session = yield (-13, 10)
    service.approve(session, gift, by=scene.people["zhoumin"], reason="同意有偿调剂，价款按规定缴库")
    session = yield (-10, 15)
    items = [Item(tag) for tag in tags_in(session, scene.kinds["air-conditioner"], scene.stores["V-WJW"], 2)]
    handovers.hand_over(session, gift, items, by=scene.people["liuqiang"], costs=NO_COST, receipt=signed("杨帆", "028-0000 0003"), destination="体育中心")
    session = yield (-8, 9)
    booking.book(session, gift, by=by, side="giver")
    session = yield (-7, 10)
    payments.pay(session, gift, Paid("to_giver", 240_000, scene.day(-7), "转账回单 0711-20"), by=by)
    session = yield (-6, 10)
    payments.pay(session, gift, Paid("paid_in", 120_000, scene.day(-6), "非税缴款书 5101-0088"), by=by)


def left_at(scene: Scene, state: str, day: int, giver: str, receiver: str, thing: tuple[str, int], reason: str) -> Story:
    """Tell a transfer from the central store up to the state in which it waits now."""
    by = scene.people[CLERKS[receiver]]
    session = yield (day, 9)
    terms = Terms(scene.organizations[giver], scene.organizations[receiver], scene.stores["CENTRAL"], reason=reason)
    gift = drafting.draft(session, terms, [Given(thing[1], scene.kinds[thing[0]])], by=by).number
    service.submit(session, gift, by=by)
    if state == "submitted":
        return
    session = yield (day + 1, 9)
    service.approve(session, gift, by=scene.people[HEADS[giver]], reason="同意")
    session = yield (day + 2, 9)
    service.approve(session, gift, by=scene.people["zhoumin"], reason="同意")
