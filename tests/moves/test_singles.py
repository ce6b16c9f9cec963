"""A stack turned into singles: every piece its own card and tag, nothing gained or lost, and every figure that stands stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.audit import verification
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.custody.models import Asset, Movement, Stock, Tranche
from assetpool.custody.service import NotThatMany
from assetpool.handovers.finding import Back
from assetpool.labels import queries as label_queries
from assetpool.moves import singles
from assetpool.org.queries import access_of
from tests import world as worlds
from tests.handovers.conftest import MONDAY, Floor
from tests.walking import in_english, send


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@pytest.fixture
def floor(context: Flask) -> Floor:
    return Floor(worlds.found())


def single(floor: Floor, tag: str, count: int | None = None, by: int | None = None) -> str:
    with atomic() as session:
        return singles.single_out(session, tag, count, by=by or floor.world.keeper).document.number


def verified(floor: Floor) -> None:
    """The whole book holds."""
    report = verification.verify(db.session(), floor.world.pool)
    assert report.ok, report.first_difference
    db.session().rollback()


def test_pieces_leave_the_lot_with_all_that_is_known_of_them(floor: Floor) -> None:
    (lot,) = floor.tags(floor.world.chair)
    number = single(floor, lot, 25)
    session = db.session()
    cards = list(session.scalars(select(Asset).where(Asset.kind_id == floor.world.chair, Asset.form == "unit").order_by(Asset.id)))
    assert len(cards) == len({card.tag for card in cards} - {lot}) == 25
    assert {(card.units, card.state, card.place, card.condition) for card in cards} == {(1, "in_store", "A-01", "good")}
    old = session.scalars(select(Tranche).join(Asset, Asset.id == Tranche.asset_id).where(Asset.tag == lot)).one()
    for card in cards:
        (piece,) = session.scalars(select(Tranche).where(Tranche.asset_id == card.id))
        kept = ("acquired_on", "owner_id", "book_id", "origin_id", "original_value", "accumulated_depreciation", "store_id", "inspected_good")
        assert [getattr(piece, name) for name in kept] == [getattr(old, name) for name in kept]
    assert session.scalars(select(Asset.units).where(Asset.tag == lot)).one() == old.count == 475
    assert session.get_one(Stock, (floor.world.chair, floor.world.main)).owned == 500
    assert session.scalar(select(func.count()).select_from(Movement).where(Movement.act == "single")) == 25
    labels = label_queries.by_document(session, access_of(session, floor.world.keeper), number, "https://x.example", "zh")
    assert [label.tag for label in labels] == [card.tag for card in cards]
    session.rollback()
    verified(floor)


def test_the_last_piece_of_all_keeps_the_lots_tag(floor: Floor) -> None:
    (lot,) = floor.stock(floor.world.chair, 4, lot=True)
    single(floor, lot)
    session = db.session()
    rows = session.execute(select(Asset.tag, Asset.form, Asset.units).where(Asset.kind_id == floor.world.chair, Asset.units < 10).order_by(Asset.id)).all()
    assert tuple(rows[0]) == (lot, "unit", 1) and len(rows) == 4
    session.rollback()
    verified(floor)
    with pytest.raises(singles.NotALot):
        single(floor, lot)


def test_pieces_that_were_lent_stay_counted_under_the_lot_and_all_figures_hold(floor: Floor) -> None:
    (lot,) = floor.stock(floor.world.chair, 100, lot=True)
    with clock.at(MONDAY):
        slip = floor.lend(floor.approved([(floor.world.chair, 60)]), [(lot, 60)])
        floor.back([Back(tag=lot, slip=slip, good=60)])
        with pytest.raises(singles.CountedByLot) as refusal:
            single(floor, lot, 41)
        assert refusal.value.figures == {"tag": lot, "lent": 60, "free": 40}
        single(floor, lot, 40)
        verified(floor)
        with pytest.raises(singles.CountedByLot):
            single(floor, lot)


def test_what_cannot_be_singled_is_refused_and_changes_nothing(floor: Floor) -> None:
    (lot,), desk = floor.tags(floor.world.chair), floor.tags(floor.world.desk)[0]
    for tag, count, refusal in ((desk, 1, singles.NotALot), (lot, 501, NotThatMany), (lot, 0, FieldInvalid)):
        with pytest.raises(refusal):
            single(floor, tag, count)
    with pytest.raises(NotAllowed):
        single(floor, lot, 2, by=floor.world.clerk_a)
    assert floor.tags(floor.world.chair) == [lot]


def test_the_page_makes_singles_and_leads_to_their_labels(floor: Floor, app: Flask) -> None:
    keeper, (lot,) = in_english(worlds.sign_in(app, "keeper")), floor.tags(floor.world.chair)
    assert "/moves/singles?tag=" in keeper.get(f"/a/{lot}").text
    answer = send(keeper, "/moves/singles", {"tag": lot, "count": 3})
    assert answer.status_code == 303 and answer.location.startswith("/labels?intake=MV-")
    sheet = send(keeper, "/labels", {"intake": answer.location.split("intake=")[1], "layout": "a4-24", "start": 1})
    assert sheet.headers["X-Labels"] == "3"
    refused = send(keeper, "/moves/singles?lang=en", {"tag": lot, "count": 498})
    assert refused.status_code == 409 and "only 497 are there" in refused.text


def test_machines_make_singles(floor: Floor, app: Flask) -> None:
    (lot,) = floor.tags(floor.world.chair)
    with atomic() as session:
        header = worlds.token(session, floor.world.keeper)
    answer = app.test_client().post("/api/v1/moves/singles", json={"tag": lot, "count": 2}, headers=header)
    assert answer.status_code == 201, answer.text
    assert sorted(answer.json["tags"]) == sorted(set(floor.tags(floor.world.chair)) - {lot})
