"""Moves carry many things in one quick act and never take away what was promised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, select

from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.custody.models import Asset, Movement, Stock, Tranche
from assetpool.custody.service import NotThatMany
from assetpool.moves import queries, service
from assetpool.org.queries import access_of
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.reservations.service import PromisedElsewhere
from tests import world as worlds

Carried = service.Carried


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("world", worlds.fill)


@pytest.fixture
def world(context: Flask) -> worlds.World:
    return worlds.found()


def tags(kind_id: int) -> list[str]:
    found = list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == kind_id).order_by(Asset.id)))
    db.session().rollback()
    return found


def carry(world: worlds.World, lines: list[service.Carried], store_id: int, place: str = "", by: int | None = None) -> str:
    with atomic() as session:
        return service.move(session, lines, store_id, place, by=by or world.keeper).number


def stock(kind_id: int, store_id: int) -> tuple[int, int]:
    row = db.session().get(Stock, (kind_id, store_id))
    found = (row.owned, row.present) if row else (0, 0)
    db.session().rollback()
    return found


def promise(world: worlds.World, units: int) -> None:
    with atomic() as session:
        wish = drafting.Wish(units, kind_id=world.desk, store_id=world.main)
        number = drafting.draft(session, world.department_b, [wish], date(2126, 11, 23), date(2126, 12, 4), by=world.organizer_b).number
    with atomic() as session:
        requisitions.submit(session, number, by=world.organizer_b)
    with atomic() as session:
        requisitions.approve(session, number, by=world.approver)


def test_things_go_to_another_place_and_another_store(world: worlds.World) -> None:
    desks = tags(world.desk)
    assert carry(world, [Carried(desks[0])], world.main, "B-02")[:2] == "MV"
    carry(world, [Carried(tag) for tag in desks[:3]], world.virtual)
    assert (stock(world.desk, world.main), stock(world.desk, world.virtual)) == ((7, 7), (3, 3))
    asset = db.session().scalars(select(Asset).where(Asset.tag == desks[0])).one()
    assert (asset.store_id, asset.place, asset.custodian_id) == (world.virtual, "", world.department_a)


def test_part_of_a_lot_goes_and_the_rest_stays(world: worlds.World) -> None:
    lot = tags(world.chair)[0]
    carry(world, [Carried(lot, 120)], world.virtual)
    assert (stock(world.chair, world.main), stock(world.chair, world.virtual)) == ((380, 380), (120, 120))
    with pytest.raises(NotThatMany):
        carry(world, [Carried(lot, 381)], world.virtual)
    carry(world, [Carried(lot)], world.main, "C-01")
    assert stock(world.chair, world.main) == (500, 500)


def test_what_is_promised_here_stays_here(world: worlds.World) -> None:
    desks = tags(world.desk)
    promise(world, 8)
    with pytest.raises(PromisedElsewhere):
        carry(world, [Carried(tag) for tag in desks[:3]], world.virtual)
    carry(world, [Carried(tag) for tag in desks[:2]], world.virtual)
    carry(world, [Carried(tag) for tag in desks[2:]], world.main, "D-01")


def test_what_cannot_be_carried_is_said(world: worlds.World) -> None:
    desks = tags(world.desk)
    for lines, wrong in (
        ([], FieldInvalid),
        ([Carried(desks[0]), Carried(desks[0])], FieldInvalid),
        ([Carried(desks[0], 0)], FieldInvalid),
        ([Carried(desks[0], 2)], NotThatMany),
        ([Carried(tags(world.chair)[0], 501)], NotThatMany),
    ):
        with pytest.raises(wrong):
            carry(world, lines, world.virtual)
    with pytest.raises(service.AlreadyThere):
        carry(world, [Carried(desks[0])], world.main, "A-01")
    with atomic() as session:
        unused = service.custody.next_tags(session, 1)[0]
    with pytest.raises(NotFound):
        carry(world, [Carried(unused)], world.virtual)
    for person in (world.organizer_b, world.stranger):
        with pytest.raises(NotAllowed):
            carry(world, [Carried(desks[0])], world.virtual, by=person)


def test_a_hundred_things_take_as_many_questions_as_ten(world: worlds.World) -> None:
    with atomic() as session:
        many = worlds.stock(session, world.desk, 100)
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *called: counted.append(called[2]))
    carry(world, [Carried(tag) for tag in many[:10]], world.main, "E-01")
    ten = len(counted)
    counted.clear()
    carry(world, [Carried(tag) for tag in many], world.main, "E-02")
    assert len(counted) <= ten + 2
    moves = select(Movement).where(Movement.act == "move", Movement.place == "E-02")
    assert len(db.session().scalars(moves).all()) == 100
    assert set(db.session().scalars(select(Tranche.place).join(Asset).where(Asset.tag.in_(many)))) == {"E-02"}


def test_a_move_is_seen_by_those_it_concerns(world: worlds.World) -> None:
    number = carry(world, [Carried(tags(world.desk)[0])], world.main, "B-02")
    session = db.session()
    view = queries.move(session, access_of(session, world.keeper), number)
    assert [(asset.tag, units) for asset, _, units in view.things] == [(tags(world.desk)[0], 1)]
    assert len(queries.page(session, access_of(session, world.keeper))) == 1
    assert queries.page(session, access_of(session, world.stranger)) == []
