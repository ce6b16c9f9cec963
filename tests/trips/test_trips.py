"""A trip carries what was loaded, never more; its costs fall on its slips by what travelled."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from assetpool.core.db import atomic, db
from assetpool.core.errors import NotAllowed, NotFound, WrongState
from assetpool.handovers import service as handovers
from assetpool.handovers.loading import Costs
from assetpool.org.queries import access_of
from assetpool.records.models import Document, PersonalFact
from assetpool.savings.models import Cost, Voucher
from assetpool.savings.service import CostLine, CostMissing, VoucherTaken
from assetpool.trips import costing, leaving, planning, queries
from assetpool.trips.models import Trip, TripLoad
from assetpool.trips.planning import AnotherStore, NotThatManyLoaded, Part, Planned
from tests.handovers.conftest import SIGNED
from tests.trips.conftest import PLATE, Yard, person


def view(yard: Yard, number: str, who: int | None = None) -> queries.TripView:
    session = db.session()
    found = queries.trip(session, access_of(session, who or yard.world.keeper), number)
    session.rollback()
    return found


def test_a_trip_carries_a_slip_whole_or_in_parts(yard: Yard) -> None:
    slip = yard.loaded(40)
    first = yard.plan([Part(slip, 1, 25)])
    second = yard.plan([Part(slip)], plate="川 a·67890")
    assert (view(yard, first).units, view(yard, second).units) == (25, 15)
    assert view(yard, second).trip.plate == "川A67890"
    with pytest.raises(NotThatManyLoaded):
        yard.plan([Part(slip, 1, 1)])
    with atomic() as session:
        planning.load(session, first, [Part(slip, 1, 20)], by=yard.world.keeper)
    yard.plan([Part(slip, 1, 5)])
    with atomic() as session, pytest.raises(NotThatManyLoaded):
        planning.load(session, first, [Part(slip, 1, 21)], by=yard.world.keeper)


def test_only_the_keeper_of_the_store_plans_and_only_what_waits_there(yard: Yard) -> None:
    slip = yard.loaded()
    for who in (yard.world.organizer_b, yard.world.stranger, yard.world.finance, person("guard")):
        with pytest.raises((NotAllowed, NotFound)), atomic() as session:
            planning.plan(session, yard.world.main, Planned(yard.day(), PLATE), [Part(slip)], by=who)
    with pytest.raises(NotFound):
        yard.plan([Part("HS-2020-000001")])
    with atomic() as session:
        handovers.accept(session, slip, None, SIGNED, by=yard.world.keeper)
    with pytest.raises(WrongState):
        yard.plan([Part(slip)])
    assert db.session().scalar(select(func.count()).select_from(Trip)) == 0


def test_what_left_another_store_travels_on_another_trip(yard: Yard) -> None:
    slip = yard.loaded()
    with pytest.raises(AnotherStore), atomic() as session:
        planning.plan(session, yard.world.virtual, Planned(yard.day(), PLATE), [Part(slip)], by=yard.world.keeper)


def test_loads_stay_as_they_are_while_a_pass_is_out(yard: Yard) -> None:
    slip, trip, issued = yard.passed()
    with pytest.raises(WrongState), atomic() as session:
        planning.load(session, trip, [], by=yard.world.keeper)
    with pytest.raises(WrongState), atomic() as session:
        planning.change(session, trip, Planned(yard.day(), "川A99999"), by=yard.world.keeper)
    with atomic() as session:
        leaving.revoke_pass(session, trip, by=yard.world.keeper)
    assert (yard.state(trip), yard.state(issued)) == ("planned", "cancelled")
    with atomic() as session:
        planning.load(session, trip, [Part(slip, 1, 10)], by=yard.world.keeper)
    assert yard.state(yard.issue(trip)) == "valid"


def test_a_trip_given_up_leaves_its_slips_to_another(yard: Yard) -> None:
    slip, trip, issued = yard.passed()
    with atomic() as session:
        leaving.cancel(session, trip, by=yard.world.keeper)
    assert (yard.state(trip), yard.state(issued)) == ("cancelled", "cancelled")
    assert view(yard, yard.plan([Part(slip)])).units == 40


def test_nothing_needs_no_pass_and_a_kept_gate_is_not_walked_around(yard: Yard) -> None:
    empty = yard.plan([])
    with pytest.raises(leaving.NothingOnTrip):
        yard.issue(empty)
    trip = yard.plan([Part(yard.loaded())])
    with pytest.raises(leaving.GateKept), atomic() as session:
        leaving.depart(session, trip, by=yard.world.keeper)


def test_the_driver_is_kept_apart_and_may_be_erased(yard: Yard) -> None:
    trip = yard.plan([Part(yard.loaded())])
    kept = view(yard, trip).driver
    assert kept is not None and (kept.name, kept.telephone) == ("赵师傅", "13900000001")
    assert db.session().scalars(select(PersonalFact.role).where(PersonalFact.id == kept.id)).one() == "driver"


def test_a_receiver_sees_its_own_load_of_a_shared_trip_and_a_stranger_nothing(yard: Yard) -> None:
    trip = yard.plan([Part(yard.loaded(7)), Part(yard.loaded(5))])
    assert view(yard, trip, yard.world.organizer_b).units == 12
    with pytest.raises(NotFound):
        view(yard, trip, yard.world.stranger)


def departed(yard: Yard, units: tuple[int, ...]) -> tuple[str, list[str]]:
    slips = [yard.loaded(count) for count in units]
    trip = yard.plan([Part(slip) for slip in slips])
    yard.issue(trip)
    from_gate = view(yard, trip).current_pass
    assert from_gate is not None
    with atomic() as session:
        document, row = planning.locked(session, trip, yard.world.keeper)
        leaving.departed(session, document, row, None, document.created_at)
    return trip, slips


def amounts(slip: str, kind: str = "haulage") -> list[int]:
    rows = select(Cost.amount).join(Document, Document.id == Cost.document_id).where(Document.number == slip, Cost.kind == kind)
    found = list(db.session().scalars(rows))
    db.session().rollback()
    return found


def test_a_voucher_is_shared_over_the_slips_by_what_travelled_and_entered_once(yard: Yard) -> None:
    trip, slips = departed(yard, (10, 20, 3))
    lines = [CostLine("haulage", 10_001, "顺达运输", "No 1"), CostLine("loading", 100, reason="现金，无票")]
    with atomic() as session:
        costing.confirm(session, trip, Costs(lines), by=yard.world.finance)
    shares = [amounts(slip) for slip in slips]
    assert shares == [[3031], [6061], [909]] and sum(share[0] for share in shares) == 10_001
    assert sum(amounts(slip, "loading")[0] for slip in slips) == 100
    assert db.session().scalars(select(Voucher.amount)).all() == [10_001]
    assert yard.state(trip) == "closed"


def test_costs_need_a_departed_trip_and_a_word_and_a_voucher_counts_once(yard: Yard) -> None:
    planned = yard.plan([Part(yard.loaded())])
    with pytest.raises(WrongState), atomic() as session:
        costing.confirm(session, planned, Costs((), "own truck"), by=yard.world.keeper)
    trip, _ = departed(yard, (10, 20))
    with pytest.raises(CostMissing), atomic() as session:
        costing.confirm(session, trip, Costs(), by=yard.world.keeper)
    line = CostLine("haulage", 5_000, "顺达运输", "No 2")
    with atomic() as session:
        costing.confirm(session, trip, Costs([line]), by=yard.world.keeper)
    other, _ = departed(yard, (4, 4))
    with pytest.raises(VoucherTaken), atomic() as session:
        costing.confirm(session, other, Costs([line]), by=yard.world.keeper)
    with pytest.raises(NotAllowed), atomic() as session:
        costing.confirm(session, other, Costs((), "x"), by=yard.world.organizer_b)


def test_one_voucher_of_the_month_pays_several_trips(yard: Yard) -> None:
    first, _ = departed(yard, (10, 20))
    second, slips = departed(yard, (6, 6))
    with atomic() as session:
        costing.confirm(session, first, Costs([CostLine("haulage", 3_000, "顺达运输", "M-11", total=9_000)]), by=yard.world.finance)
    with atomic() as session:
        costing.confirm(session, second, Costs([CostLine("haulage", 6_000, "顺达运输", "M-11", share=True)]), by=yard.world.finance)
    assert [amounts(slip) for slip in slips] == [[3_000], [3_000]]


def test_the_database_holds_no_empty_load(yard: Yard) -> None:
    trip = yard.plan([Part(yard.loaded())])
    load = db.session().scalars(select(TripLoad)).one()
    db.session().rollback()
    with pytest.raises(Exception, match="a_load_is_something"), atomic() as session:
        session.get_one(TripLoad, load.id).units = 0
    assert view(yard, trip).units == 40
