"""Random counts by two people, with things moving meanwhile: after posting the book says what was counted, and nothing else has moved."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset, Movement, State, Stock, Tranche
from assetpool.moves import service as moves
from assetpool.stocktake import counting, posting, queries, service
from assetpool.stocktake.answering import Counted
from assetpool.stocktake.models import Stocktake
from tests import world as worlds
from tests.world import World

database_template = worlds.template
PLACES = ("A-01", "A-02", "B-01")
Book = Counter[tuple[str, str]]


def book(world: World) -> Book:
    """Return the units present in the main store by tag and place."""
    found: Book = Counter()
    statement = select(Asset.tag, Tranche.place, Tranche.count).join(Asset, Asset.id == Tranche.asset_id)
    here = statement.where(Tranche.store_id == world.main, Tranche.state.in_(queries.PRESENT), Tranche.count > 0)
    for tag, place, count in db.session().execute(here):
        found[(tag, place)] += count
    db.session().rollback()
    return found


def seen(dice: Random, expected: Book, lots: set[str]) -> Book:
    """Return what somebody finds: most of it right, some missing, some elsewhere, some too many."""
    found: Book = Counter()
    for (tag, place), units in expected.items():
        chance = dice.random()
        if tag not in lots:
            if chance < 0.8:
                found[(tag, place if chance < 0.65 else dice.choice(PLACES))] = 1
        else:
            for where in dice.sample(PLACES, dice.randint(1, 3)):
                found[(tag, where)] = dice.randint(0, units)
            if chance < 0.4:
                found[(tag, place)] = units
    return found


def counts(dice: Random, found: Book, lots: set[str], prefix: str) -> list[Counted]:
    made = []
    for number, ((tag, place), units) in enumerate(sorted(found.items())):
        parts = [units] if tag not in lots or units < 2 or dice.random() < 0.5 else [units // 2, units - units // 2]
        made += [Counted(f"{prefix}-{number}-{part}", tag, units=count, place=place) for part, count in enumerate(parts)]
    dice.shuffle(made)
    return made


@pytest.mark.parametrize("seed", range(8))
def test_posting_makes_the_book_what_was_counted(world: World, seed: int) -> None:
    dice = Random(seed)
    with atomic() as session:
        lots = {*worlds.stock(session, world.chair, 40, lot=True, place="A-02"), *worlds.stock(session, world.desk, 9, lot=True, place="B-01")}
        worlds.stock(session, world.computer, 3, store_id=world.virtual, place="hall")
    lots |= set(db.session().scalars(select(Asset.tag).where(Asset.form == "lot")))
    db.session().rollback()
    with atomic() as session:
        number = service.plan(session, world.main, by=world.keeper).number
        service.freeze(session, number, by=world.keeper)
    before = book(world)
    gone = dice.choice(sorted(before))
    with atomic() as session:
        # What leaves before anybody counts is no longer expected; what leaves after the posting is nobody's difference.
        moves.move(session, [moves.Carried(gone[0])], world.virtual, "hall", by=world.keeper)
    standing = book(world)
    first = seen(dice, standing, lots)
    again = seen(dice, standing, lots)
    with atomic() as session:
        counting.count(session, number, counts(dice, first, lots, "first"), by=world.keeper)
    with atomic() as session:
        state = service.finish(session, number, by=world.keeper).state
    counted = Counter({key: units for key, units in first.items() if units})
    if state == "recount":
        with atomic() as session:
            row = session.scalars(select(Stocktake)).one()
            doubtful = {asset.tag for _line, asset, _kind in queries.lines(session, row.id, again=True)}
            second = Counter({key: units for key, units in again.items() if key[0] in doubtful})
            for tag in doubtful - {key[0] for key in second}:
                second[(tag, "A-01")] = 0
            counting.count(session, number, counts(dice, second, lots, "again"), by=world.keeper2)
        counted = Counter({key: units for key, units in {**{k: u for k, u in first.items() if k[0] not in doubtful}, **second}.items() if units})
        with atomic() as session:
            service.finish(session, number, by=world.keeper2)
    with atomic() as session:
        row = session.scalars(select(Stocktake)).one()
        for one, _asset, _kind in queries.differences(session, row.id):
            if one.what == "missing":
                service.resolve(session, number, one.position, "lost", by=world.keeper)
    height = db.session().scalars(select(Movement.height).order_by(Movement.height.desc())).first() or 0
    db.session().rollback()
    with atomic() as session:
        service.approve(session, number, by=world.approver)
        posting.post(session, number, by=world.keeper)
    _check(world, number, counted, height)


def _check(world: World, number: str, counted: Book, height: int) -> None:
    """Units of labels that were there stand where they were counted; more than the book knew stands under a new number; sums agree; nothing else moved."""
    session = db.session()
    row = session.scalars(select(Stocktake)).one()
    differing = queries.differences(session, row.id)
    over: Book = Counter()
    for one, asset, _kind in differing:
        if one.what in ("surplus", "elsewhere", "on_loan"):
            over[(asset.tag if asset else "", one.to_place)] += one.units
    made = set(session.scalars(select(Asset.tag).where(Asset.note.startswith(number))))
    after = Counter({key: units for key, units in book(world).items() if key[0] not in made})
    assert after + over == counted
    held = Counter({key: units for key, units in book(world).items() if key[0] in made})
    assert sum(held.values()) == sum(one.units for one, _asset, _kind in differing if one.resolution == "number")
    session = db.session()
    touched = set(session.scalars(select(Movement.asset_id).where(Movement.height > height)))
    assert touched <= {one.asset_id for one, _asset, _kind in differing} | set(session.scalars(select(Asset.id).where(Asset.tag.in_(made))))
    for stock in session.scalars(select(Stock)):
        parts = list(session.scalars(select(Tranche).where(Tranche.kind_id == stock.kind_id, Tranche.store_id == stock.store_id, Tranche.count > 0)))
        assert stock.owned == sum(part.count for part in parts if part.state in ("in_store", "arrived", "held", "repair", "loaded", "out"))
        assert stock.present == sum(part.count for part in parts if part.state == State.IN_STORE)
