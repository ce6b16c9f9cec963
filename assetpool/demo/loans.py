"""The loans of the last weeks and the next ones, told through the real services up to every state a request can be in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.changes import extensions
from assetpool.changes import orders as change_orders
from assetpool.changes.extending import Part
from assetpool.changes.ordering import Added
from assetpool.custody.models import Asset
from assetpool.demo import papers, plans
from assetpool.demo.plans import Loan
from assetpool.demo.scene import NO_COST, Scene, haulage, signed, tags_in
from assetpool.demo.stock import CLERKS, LINES
from assetpool.demo.timeline import Story
from assetpool.events import service as events
from assetpool.handovers import asides, checklists
from assetpool.handovers import service as handovers
from assetpool.handovers.asides import Found
from assetpool.handovers.service import Back, Costs, Counted, Item
from assetpool.records.models import Document
from assetpool.repairs import service as repairs
from assetpool.repairs.models import Repair
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Contact, Wish

PEOPLE = {"RJ-TYJ": ("杨帆", "028-0000 0003"), "RJ-WJW": ("孙丽", "028-0000 0011"), "RJ-WLJ": ("林晓", "028-0000 0016"), "QY-JYJ": ("唐薇", "028-0000 0017")}


class Told:
    """One request while it is told: writes it, approves it, hands over and takes back as its story goes on."""

    def __init__(self, scene: Scene, loan: Loan) -> None:
        self.scene, self.loan = scene, loan
        self.by = scene.people[CLERKS[loan.organization]]
        self.number = ""
        self.slip = ""

    def write(self, session: Session) -> None:
        """Write the request with its event, need lines and budget paper."""
        loan, scene = self.loan, self.scene
        login = CLERKS[loan.organization]
        first, last = scene.day(loan.first), scene.day(loan.last)
        event = None
        if loan.event:
            event = events.add(session, scene.pool, loan.event, scene.organizations[loan.organization], first, last, self.by, name_en=loan.event_en)
        wishes = [Wish(count, scene.kinds[key], drop=loan.drop) for key, count in loan.things]
        if loan.proven:
            need, budget = papers.keep(session, scene, "need", login), papers.keep(session, scene, "budget", login)
            dated = scene.day(loan.asked - 20)
            prices = [budget_price(key) for key, _ in loan.things]
            wishes = [
                replace(wish, budget_price=price, need_dated_on=dated, need_file_id=need, budget_file_id=budget)
                for wish, price in zip(wishes, prices, strict=True)
            ]
        name, telephone = PEOPLE[loan.organization]
        document = drafting.draft(
            session, scene.organizations[loan.organization], wishes, first, last, by=self.by, event_id=event.id if event else None, purpose=loan.purpose,
            contacts=[Contact(name, telephone)],
        )  # fmt: skip
        self.number = document.number

    def submit(self, session: Session) -> None:
        """Hand the request in."""
        requisitions.submit(session, self.number, by=self.by)

    def approve(self, session: Session) -> None:
        """Approve it as the pool manager."""
        requisitions.approve(session, self.number, by=self.scene.people["zhoumin"], reason="库存充足，同意借用")

    def items(self, session: Session, things: tuple[tuple[str, int], ...]) -> list[Item]:
        """Return labels for so many things from the central store."""
        found: list[Item] = []
        for key, count in things:
            kind_id, store_id = self.scene.kinds[key], self.scene.stores["CENTRAL"]
            if LINES[key].lot:
                lot = session.scalars(
                    select(Asset.tag).where(Asset.kind_id == kind_id, Asset.store_id == store_id, Asset.form == "lot").order_by(Asset.id)
                ).first()
                found.append(Item(lot or "", count))
            else:
                found += [Item(tag) for tag in tags_in(session, kind_id, store_id, count)]
        return found

    def hand_over(self, session: Session, things: tuple[tuple[str, int], ...] = (), *, costs: Costs | None = None, sign: bool = True) -> None:
        """Hand over at the counter, or (`sign` false) load a truck that waits for its receiver."""
        freight = None
        if costs is None:
            file_id = papers.keep(session, self.scene, "freight", "liuqiang")
            freight = haulage(68_000, f"JY{self.number[-6:]}", file_id)
        loaded = handovers.hand_over(
            session, self.number, self.items(session, things or self.loan.things), by=self.scene.people["liuqiang"], costs=costs or freight or NO_COST,
            receipt=signed(*PEOPLE[self.loan.organization]) if sign else None, destination=self.loan.drop,
        )  # fmt: skip
        self.slip = loaded.document.number

    def take_back(self, session: Session, lines: list[Back]) -> None:
        """Take things back in the central store, with a truck's voucher."""
        costs = haulage(56_000, f"HJY{self.slip[-6:]}-{len(lines)}", papers.keep(session, self.scene, "freight-back", "liuqiang"))
        name, telephone = PEOPLE[self.loan.organization]
        central = self.scene.stores["CENTRAL"]
        handovers.take_back(session, central, lines, by=self.scene.people["liuqiang"], returned_by=name, telephone=telephone, costs=costs)

    def keep_aside(self, session: Session, found: Found) -> None:
        """Keep aside what came with the truck and was not expected."""
        name, telephone = PEOPLE[self.loan.organization]
        central, keeper = self.scene.stores["CENTRAL"], self.scene.people["liuqiang"]
        asides.keep_aside(session, central, found, by=keeper, returned_by=name, telephone=telephone)

    def until_approved(self) -> Story:
        """Tell how it was asked for and approved the day after."""
        session = yield (self.loan.asked, 10)
        self.write(session)
        self.submit(session)
        session = yield (self.loan.asked + 1, 11)
        self.approve(session)

    def until_gone(self, things: tuple[tuple[str, int], ...] = (), *, day: int | None = None, hour: int = 14, sign: bool = True) -> Story:
        """Tell it up to the truck: what was handed over on a day (default: the first one)."""
        yield from self.until_approved()
        session = yield (self.loan.first if day is None else day, hour)
        self.hand_over(session, things, sign=sign)

    def all_good(self) -> list[Back]:
        """Return the lines of a return of everything in good condition."""
        return [Back(slip=self.slip, line_no=line, good=count, condition="good") for line, (_, count) in enumerate(self.loan.things, start=1)]


def budget_price(key: str) -> int:
    """Return the budget price of a need line, in fen: a little above the framework price."""
    return int(LINES[key].price) * 110


def whole(scene: Scene, loan: Loan, hand_over: int, back: int | None = None, close: bool = False) -> Story:
    """Tell a loan from its request to its hand-over, its return and its closing."""
    told = Told(scene, loan)
    yield from told.until_gone(day=hand_over)
    if back is not None:
        session = yield (back, 16)
        told.take_back(session, told.all_good())
    if close:
        session = yield ((back or 0) + 2, 9)
        requisitions.close(session, told.number, by=told.by)


def waiting(scene: Scene, loan: Loan, state: str) -> Story:
    """Tell a request up to the state in which it waits, or ended without anything going out."""
    told = Told(scene, loan)
    session = yield (loan.asked, 10)
    told.write(session)
    if state == "draft":
        return
    told.submit(session)
    if state == "stock_checked":
        return
    session = yield (loan.asked + 1, 11)
    manager = scene.people["zhoumin"]
    if state == "sent_back":
        requisitions.send_back(session, told.number, by=manager, reason="请注明会场楼层和电梯情况，并按场馆分列")
    elif state == "rejected":
        requisitions.reject(session, told.number, by=manager, reason="与本部门上月申请重复，请合并使用")
    elif state == "withdrawn":
        requisitions.cancel(session, told.number, by=told.by, reason="活动改为线上举行")
    else:
        told.approve(session)
    if state == "cancelled":
        session = yield (loan.asked + 2, 9)
        requisitions.cancel(session, told.number, by=told.by, reason="活动延期，另行申请")


def partly_issued(scene: Scene, loan: Loan) -> Story:
    """Tell a loan of which the first truck has gone."""
    told = Told(scene, loan)
    yield from told.until_gone(((loan.things[0][0], loan.things[0][1] * 3 // 5),))


def partly_returned(scene: Scene, loan: Loan) -> Story:
    """Tell a loan of which a batch came back, some of it damaged, while the rest is still out."""
    told = Told(scene, loan)
    yield from told.until_gone()
    session = yield (-2, 16)
    told.take_back(session, [Back(slip=told.slip, line_no=1, good=100), Back(slip=told.slip, line_no=2, good=95, repair=4, damaged=1, note="椅背开裂")])
    told.keep_aside(session, Found("no_label", "会议椅，标签脱落，椅背有白漆“7”字", slip=told.slip, place="验收区"))


def damaged_on_return(scene: Scene, loan: Loan) -> Story:
    """Tell a loan that came back in full, one thing of it to be mended."""
    told = Told(scene, loan)
    yield from told.until_gone()
    session = yield (loan.last, 16)
    lines = told.all_good()
    first = loan.things[0][1]
    told.take_back(session, [Back(slip=told.slip, line_no=1, good=first - 1, repair=1, note="触控失灵，待修"), *lines[1:]])
    session = yield (loan.last + 1, 10)
    number = session.scalars(select(Document.number).join(Repair, Repair.id == Document.id).order_by(Document.id.desc())).first()
    repairs.begin(session, number or "", "蓉光显示设备维修部", scene.day(9), by=scene.people["liuqiang"])


def to_change(scene: Scene, loan: Loan, more: tuple[str, int]) -> Story:
    """Tell an approved request of which more is asked for, which waits to be decided."""
    told = Told(scene, loan)
    yield from told.until_approved()
    session = yield (-1, 15)
    added = [Added(more[1], scene.kinds[more[0]], drop=loan.drop)]
    change_orders.ask(session, told.number, by=told.by, add=added, reason="报名人数增加")


def to_extend(scene: Scene, loan: Loan, line_no: int, units: int, until: int) -> Story:
    """Tell a loan of which some things are to stay out longer, which waits to be decided."""
    told = Told(scene, loan)
    yield from told.until_gone()
    session = yield (-1, 16)
    extensions.ask(session, told.slip, scene.day(until), [Part(line_no, "", units)], by=told.by, reason="普查数据复核延长一周")


def on_the_road(scene: Scene, loan: Loan) -> Story:
    """Tell a loan that is loaded and waits for its receiver."""
    told = Told(scene, loan)
    yield from told.until_gone(hour=8, sign=False)


def with_differences(scene: Scene, loan: Loan) -> Story:
    """Tell a loan whose receiver found two short and one damaged."""
    told = Told(scene, loan)
    yield from told.until_gone(hour=8, sign=False)
    session = yield (loan.first, 15)
    tag = told.items(session, loan.things)[0].tag
    handovers.accept(session, told.slip, [Counted(tag, short=2, damaged=1)], signed(*PEOPLE[loan.organization]), by=told.by)


def to_inspect(scene: Scene, loan: Loan) -> Story:
    """Tell a loan that came back this morning and waits to be inspected."""
    told = Told(scene, loan)
    yield from told.until_gone()
    session = yield (0, 8)
    told.take_back(session, [Back(slip=told.slip, line_no=1)])
    told.keep_aside(session, Found("foreign", "折叠轮椅，贴有“区中医院”字样", slip=told.slip, owner_name="区中医院", place="验收区"))


LOOKED_AT = (
    ("", "外观完好，无新划痕", "No new scratches", 0),
    ("A05010200", "抽屉钥匙", "Drawer keys", 1),
    ("A02", "电源线、遥控器", "Cable and remote", 1),
)


def looked_at(scene: Scene) -> Story:
    """Tell what is looked at when things come back."""
    session = yield (-95, 9)
    for class_code, text, english, pieces in LOOKED_AT:
        checklists.add(session, class_code, text, english, pieces, by=scene.people["liuqiang"])


def stories(scene: Scene) -> Iterator[Story]:
    """Yield the stories of all loans."""
    yield looked_at(scene)
    yield whole(scene, plans.EXHIBITION, -75, -62, close=True)
    yield whole(scene, plans.CLINIC, -85, -70, close=True)
    yield damaged_on_return(scene, plans.YOUTH_GAMES)
    yield partly_returned(scene, plans.EXAMINATION)
    yield to_extend(scene, plans.CENSUS, 1, 15, 19)
    yield whole(scene, plans.BOOK_FAIR, -18)
    yield partly_issued(scene, plans.CAMP)
    yield waiting(scene, plans.TRAINING, "approved")
    yield to_change(scene, plans.SCREENING, ("plastic-stool", 40))
    yield waiting(scene, plans.AT_RISK, "approved")
    yield waiting(scene, plans.CITY_GAMES, "stock_checked")
    yield waiting(scene, plans.LECTURES, "stock_checked")
    yield waiting(scene, plans.SHORT, "stock_checked")
    yield on_the_road(scene, plans.PRESS_DAY)
    yield with_differences(scene, plans.EVENING_SCHOOL)
    yield to_inspect(scene, plans.HEALTH_WEEK)
    for loan, state in plans.ENDED:
        yield waiting(scene, loan, state)
