"""Zero, with its reason: the receiver's own things by whichever way they come back, its money, its events, its needs claimed before."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import select, update

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.money import rhu
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State, Tranche
from assetpool.events.models import Event
from assetpool.org import service as org
from assetpool.records.models import File
from assetpool.savings.models import SavingEntry, SavingShare
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World, stock

DAY = date(2026, 3, 2)
LEFT = Fraction(5479 - 2982, 5479)
"""Newness on that day of what was acquired on 2018-01-01 and lasts 15 years."""
WORTH = rhu(fen("1600") * LEFT)


def kind_on(world: World, day: date = DAY) -> int:
    """Put a kind at 1,600 yuan on file."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.add_kind(session, world, f"桌 {day}", fen("1600"), fen("4"), 180, day)


def lot(world: World, kind_id: int, owner: int, brought: date, acquired: date | None = date(2018, 1, 1)) -> str:
    """Bring in a lot of ten, owned by an organization, on a day."""
    with clock.at(ledger.at_noon(brought)), atomic() as session:
        return stock(session, kind_id, 10, lot=True, owner_id=owner, acquired_on=acquired, value=None)[0]


def reason(world: World, tag: str, day: date = DAY, count: int = 10, **more: object) -> tuple[str, int | None]:
    """Hand over and return the reason for zero and the purchase claimed per unit."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        handed = ledger.hand_over(session, world, tag, count, day, day + timedelta(days=9), **more)
    share = ledger.share_of(db.session(), handed.act, handed.tranches[0])
    entry = db.session().scalars(select(SavingEntry).where(SavingEntry.act_id == handed.act, SavingEntry.entry == "claim")).first()
    assert entry is not None
    return share.zero_reason, entry.purchase


def give(world: World, tag: str, owner: int, day: date) -> None:
    """Let a lot in the store change its owner and books on a day."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        asset = session.scalars(select(Asset).where(Asset.tag == tag)).one()
        custody.lock_stock(session, [(asset.kind_id, asset.store_id)])
        for tranche in custody.standing(session, asset.id):
            custody.move(session, tranche, "transfer", custody.Cause(None, None, world.keeper, ledger.at_noon(day)), owner_id=owner, book_id=owner)


def test_what_another_owns_counts(world: World) -> None:
    assert reason(world, lot(world, kind_on(world), world.elsewhere, date(2026, 1, 5))) == ("", WORTH)


def test_what_the_receiver_owns_claims_nothing_on_any_series(world: World) -> None:
    assert reason(world, lot(world, kind_on(world), world.department_b, date(2020, 1, 5))) == ("own_thing", 0)
    entry = db.session().scalars(select(SavingEntry)).one()
    assert (entry.purchase, entry.rental, entry.consumption, entry.adopted, entry.reason) == (0, 0, 0, 0, "own_thing")


def test_an_own_thing_that_comes_back_by_way_of_another_claims_nothing_for_24_months(world: World) -> None:
    kind_id = kind_on(world)
    for since, expected in ((date(2024, 3, 2), ("recently_own", 0)), (date(2024, 3, 1), ("", WORTH))):
        tag = lot(world, kind_id, world.department_b, date(2019, 1, 5))
        give(world, tag, world.elsewhere, since)
        assert reason(world, tag) == expected


def test_what_the_receiver_gave_lately_claims_nothing(world: World) -> None:
    kind_id = kind_on(world)
    for brought, expected in ((date(2024, 3, 2), "recently_own"), (date(2024, 3, 1), "")):
        tag = lot(world, kind_id, world.department_b, brought)
        with clock.at(ledger.at_noon(brought)):
            give(world, tag, world.city, brought)
        assert reason(world, tag)[0] == expected


def test_what_the_receiver_bought_lately_claims_nothing(world: World) -> None:
    kind_id = kind_on(world)
    for bought, expected in ((date(2023, 3, 2), "own_money"), (date(2023, 3, 1), "")):
        tag = lot(world, kind_id, world.department_b, date(2023, 6, 1), bought)
        give(world, tag, world.city, date(2023, 7, 1))
        assert reason(world, tag)[0] == expected


def test_a_unit_under_the_same_budget_organization_counts_as_the_receiver(world: World) -> None:
    with atomic() as session:
        office = org.add_organization(session, world.pool, "B1", "体育局场馆处", "department", world.department_b, budget_organization=False)
    assert reason(world, lot(world, kind_on(world), office.id, date(2020, 1, 5)))[0] == "own_thing"


def test_another_budget_organization_of_the_same_department_counts_on_a_line_of_its_own(world: World) -> None:
    with atomic() as session:
        school = org.add_organization(session, world.pool, "B2", "体育运动学校", "department", world.department_b)
    assert reason(world, lot(world, kind_on(world), school.id, date(2026, 1, 5))) == ("", WORTH)
    assert db.session().scalars(select(SavingShare.same_system)).all() == [True]
    assert reason(world, lot(world, kind_on(world, date(2026, 2, 2)), world.elsewhere, date(2026, 1, 5)))[0] == ""
    assert db.session().scalars(select(SavingShare.same_system).order_by(SavingShare.id)).all() == [True, False]


def test_a_thing_of_the_same_department_that_first_became_the_pools_stays_on_the_line_of_its_own_for_24_months(world: World) -> None:
    with atomic() as session:
        school = org.add_organization(session, world.pool, "B2", "体育运动学校", "department", world.department_b)
    kind_id = kind_on(world)
    for since in (date(2024, 3, 2), date(2024, 3, 1)):
        tag = lot(world, kind_id, school.id, date(2023, 1, 5))
        give(world, tag, world.city, since)
        assert reason(world, tag) == ("", WORTH)
    donated = lot(world, kind_id, world.city, date(2026, 1, 5))
    with atomic() as session:
        asset_id = session.scalars(select(Asset.id).where(Asset.tag == donated)).one()
        session.execute(update(Tranche).where(Tranche.asset_id == asset_id).values(origin_id=school.id))
    assert reason(world, donated)[0] == ""
    assert db.session().scalars(select(SavingShare.same_system).order_by(SavingShare.id)).all() == [True, False, True]


def test_what_an_event_of_the_same_organizer_brought_in_claims_nothing(world: World) -> None:
    with atomic() as session:
        committee = org.add_organization(session, world.pool, "T1", "运动会执委会", "temporary", world.elsewhere)
        event = Event(
            pool_id=world.pool, organization_id=world.elsewhere, name="气象节", first_day=DAY, last_day=DAY, created_at=clock.now()
        )  # fmt: skip
        session.add(event)
        session.flush()
        event_id = event.id
    kind_id = kind_on(world)
    tag = lot(world, kind_id, committee.id, date(2021, 1, 5))
    give(world, tag, world.city, date(2021, 2, 1))
    assert reason(world, tag, count=5, event_id=event_id)[0] == "same_organiser"
    assert reason(world, tag, count=5)[0] == ""


def test_a_need_line_claims_its_purchase_once_in_twelve_months(world: World) -> None:
    kind_id = kind_on(world, date(2025, 1, 2))
    tag = lot(world, kind_id, world.elsewhere, date(2025, 1, 5))
    with atomic() as session:
        need = {"need_file_id": ledger.paper(session, world, "预算.pdf"), "need_dated_on": date(2025, 1, 1)}
        one, two = (ledger.request(session, world).id for _ in range(2))
    first = reason(world, tag, date(2025, 3, 3), 2, request_id=one, **need)
    rest_of_it = reason(world, tag, date(2025, 3, 4), 2, request_id=one, **need)
    again = reason(world, tag, date(2026, 3, 2), 2, request_id=two, **need)
    year_later = reason(world, tag, date(2026, 3, 4), 2, request_id=two, **need)
    assert [found[0] for found in (first, rest_of_it, again, year_later)] == ["", "", "need_claimed", ""]
    assert again[1] == 0


def test_a_need_line_is_not_claimed_again_by_a_hand_over_told_later_for_an_earlier_day(world: World) -> None:
    tag = lot(world, kind_on(world, date(2026, 1, 5)), world.elsewhere, date(2026, 1, 5))
    with atomic() as session:
        need = {"need_file_id": ledger.paper(session, world, "预算.pdf"), "need_dated_on": date(2026, 1, 1)}
        one, two = (ledger.request(session, world).id for _ in range(2))
    assert reason(world, tag, date(2026, 3, 10), 2, request_id=one, **need)[0] == ""
    assert reason(world, tag, date(2026, 3, 2), 2, request_id=two, **need) == ("need_claimed", 0)


def test_a_need_line_is_not_claimed_again_by_its_paper_under_another_name(world: World) -> None:
    tag = lot(world, kind_on(world), world.elsewhere, date(2026, 1, 5))
    with atomic() as session:
        kept = ledger.paper(session, world, "预算.pdf")
        renamed = ledger.paper(session, world, "预算（第二份）.pdf")
        session.get_one(File, renamed).digest = session.get_one(File, kept).digest
        one, two = (ledger.request(session, world).id for _ in range(2))
    dated = {"need_dated_on": date(2026, 1, 1)}
    assert reason(world, tag, DAY, 2, request_id=one, need_file_id=kept, **dated)[0] == ""
    assert reason(world, tag, DAY + timedelta(days=1), 2, request_id=two, need_file_id=renamed, **dated) == ("need_claimed", 0)


def test_a_replacement_claims_nothing_new(world: World) -> None:
    tag = lot(world, kind_on(world), world.elsewhere, date(2026, 1, 5))
    assert reason(world, tag, replaces=True) == ("replacement", 0)


def test_the_price_is_the_least_of_those_known(world: World) -> None:
    kind_id = kind_on(world)
    tag = lot(world, kind_id, world.elsewhere, date(2026, 1, 5))
    assert reason(world, tag, budget_price=fen("1000")) == ("", rhu(fen("1000") * LEFT))
    assert db.session().scalars(select(SavingShare.price_source)).all() == ["budget"]


def test_the_floor_holds_only_for_what_a_keeper_found_good(world: World) -> None:
    kind_id = kind_on(world)
    found = []
    for condition in ("good", "poor"):
        with clock.at(ledger.at_noon(date(2026, 1, 5))), atomic() as session:
            old = date(2000, 1, 1)
            tag = stock(session, kind_id, 1, lot=True, owner_id=world.elsewhere, acquired_on=old, value=None, condition=condition)[0]
        found.append(reason(world, tag, count=1)[1])
    assert found == [fen("160"), 0]


def test_what_the_receiver_donated_lately_claims_nothing_though_it_never_was_in_its_name_here(world: World) -> None:
    kind_id = kind_on(world)
    found = []
    for brought in (date(2024, 3, 2), date(2024, 3, 1)):
        tag = lot(world, kind_id, world.city, brought)
        with atomic() as session:
            asset_id = session.scalars(select(Asset.id).where(Asset.tag == tag)).one()
            session.execute(update(Tranche).where(Tranche.asset_id == asset_id).values(origin_id=world.department_b))
        found.append(reason(world, tag)[0])
    assert found == ["recently_own", ""]


def test_what_happened_to_the_rest_of_a_lot_after_the_parting_does_not_count(world: World) -> None:
    tag = lot(world, kind_on(world), world.elsewhere, date(2020, 1, 5))
    with clock.at(ledger.at_noon(date(2025, 1, 6))), atomic() as session:
        asset = session.scalars(select(Asset).where(Asset.tag == tag)).one()
        custody.lock_stock(session, [(asset.kind_id, asset.store_id)])
        cause = custody.Cause(None, None, world.keeper, clock.now())
        [whole] = custody.standing(session, asset.id)
        part = custody.split(session, whole, 4, cause)
        custody.move(session, part, "hold", cause, state=State.HELD)
        custody.move(session, whole, "transfer", cause, owner_id=world.department_b, book_id=world.department_b)
        custody.move(session, whole, "hold", cause, state=State.HELD)
        custody.move(session, part, "release", cause, state=State.IN_STORE)
    assert reason(world, tag, count=4) == ("", WORTH)
