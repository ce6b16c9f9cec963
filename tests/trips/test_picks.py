"""Pick lists name every promised unit once, where it stands, with as few walks as possible."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.core.errors import NotFound
from assetpool.custody.models import Asset
from assetpool.moves import service as moves
from assetpool.org.queries import access_of
from assetpool.requisitions import drafting
from assetpool.trips import picks
from assetpool.trips.picking import Standing, Want, area_and_shelf, pick
from tests.counting import queries as counted
from tests.trips.conftest import Yard


def want(units: int, asset: int | None = None, kind: int = 1, document: int = 1) -> Want:
    return Want(document, 1, kind, 1, units, asset)


def at(asset: int, place: str, units: int = 1, kind: int = 1, store: int = 1) -> Standing:
    return Standing(asset, f"T{asset:03d}", kind, store, place, units)


@pytest.mark.parametrize(
    ("place", "parts"), [("A-01", ("A", "01")), ("A 区 03 架", ("A", "区 03 架")), ("二楼", ("二楼", "")), ("", ("", "")), ("B/2/7", ("B", "2/7"))]
)
def test_a_place_is_an_area_and_a_shelf(place: str, parts: tuple[str, str]) -> None:
    assert area_and_shelf(place) == parts


@pytest.mark.parametrize(
    ("wants", "standing", "fetched", "lacking"),
    [
        ([want(3)], [at(1, "A-1"), at(2, "A-1"), at(3, "B-1", 3)], [("B-1", 3)], 0),
        ([want(4)], [at(1, "A-1"), at(2, "A-1"), at(3, "B-1", 3)], [("B-1", 3), ("A-1", 1)], 0),
        ([want(2), want(1, asset=1, document=2)], [at(1, "A-1"), at(2, "A-1"), at(3, "B-1")], [("A-1", 1), ("A-1", 1), ("B-1", 1)], 0),
        ([want(9)], [at(1, "A-1"), at(2, "A-1", kind=2), at(3, "A-1", store=2)], [("A-1", 1)], 8),
        ([want(2), want(2, document=2)], [at(1, "A-1", 3)], [("A-1", 2), ("A-1", 1)], 1),
    ],
)
def test_what_is_fetched_from_where(wants: list[Want], standing: list[Standing], fetched: list[tuple[str, int]], lacking: int) -> None:
    found, lacks = pick(wants, standing, pinned={one.asset_id for one in wants if one.asset_id is not None})
    assert [(one.place, one.units) for one in found] == fetched
    assert sum(one.units for one in lacks) == lacking


def listed(yard: Yard, who: int | None = None, **asked: object) -> picks.PickList:
    session = db.session()
    access = access_of(session, who or yard.world.keeper)
    found = picks.of_request(session, access, str(asked["number"])) if "number" in asked else picks.of_day(session, access, asked.get("day", yard.today()))  # type: ignore[arg-type]
    session.rollback()
    return found


def test_a_list_is_of_a_day_or_a_request_and_walks_the_shelves_in_order(yard: Yard) -> None:
    desks = yard.tags(yard.world.desk)
    with atomic() as session:
        moves.move(session, [moves.Carried(tag) for tag in desks[:4]], yard.world.main, "B-02", by=yard.world.keeper)
    today = yard.today()
    now = yard.approved([(yard.world.desk, 5), (yard.world.chair, 60)], today, today)
    later = yard.approved([(yard.world.desk, 2)], today + timedelta(days=3), today + timedelta(days=4))
    found = listed(yard)
    assert [(line.area, line.shelf, line.kind.name, line.units, len(line.tags)) for line in found.lines] == [
        ("A", "01", "会议椅", 60, 1),
        ("A", "01", "办公桌", 5, 5),
    ]
    assert {line.request for line in found.lines} == {now} and not found.missing
    both = listed(yard, day=today + timedelta(days=3))
    assert [(line.request, line.shelf, line.units) for line in both.lines if line.kind.name == "办公桌"] == [(now, "01", 5), (later, "02", 2)]
    assert [line.units for line in listed(yard, number=later).lines] == [2]


def test_a_pinned_thing_is_fetched_for_its_own_promise(yard: Yard) -> None:
    today, desks = yard.today(), yard.tags(yard.world.desk)
    ids = {row.tag: row.id for row in db.session().execute(select(Asset.tag, Asset.id))}
    db.session().rollback()
    pinned = yard.approve([drafting.Wish(1, asset_id=ids[desks[3]])], today, today)
    others = yard.approved([(yard.world.desk, 9)], today, today)
    by_request = {line.request: line for line in listed(yard).lines}
    assert by_request[pinned].tags == (desks[3],) and by_request[pinned].pinned
    assert desks[3] not in by_request[others].tags and by_request[others].units == 9


def test_what_went_out_or_stands_elsewhere_is_not_fetched(yard: Yard) -> None:
    today = yard.today()
    number = yard.approved([(yard.world.chair, 60)], today, today)
    yard.load(number, [(yard.tags(yard.world.chair)[0], 40)])
    assert [line.units for line in listed(yard, number=number).lines] == [20]
    assert listed(yard, who=yard.world.organizer_b, number=number).lines == []
    with pytest.raises(NotFound):
        listed(yard, who=yard.world.stranger, number=number)
    assert listed(yard, day=date(2020, 1, 1)).lines == []


def test_a_list_of_many_requests_takes_as_many_queries_as_one(yard: Yard) -> None:
    today = yard.today()
    yard.approved([(yard.world.chair, 1)], today, today)
    with counted(db.engine) as one:
        listed(yard)
    for _ in range(4):
        yard.approved([(yard.world.chair, 2), (yard.world.desk, 1)], today, today)
    with counted(db.engine) as five:
        assert listed(yard).units == 13
    assert len(five) == len(one)
