"""A state's property book, as it was published, is taken over to the totals it states itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.catalog.models import Kind
from assetpool.core import chain, clock
from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset, Stock, Tranche
from assetpool.handovers import service as handovers
from assetpool.records.models import Document
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from tests import world as worlds
from tests.intake.conftest import REAL
from tests.world import World

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the published files are not beside the repository")
BOOK = REAL / "leso-state-books" / "TN.xlsx"


def test_tennessee_is_stored_to_its_own_totals(context: Flask, world: World) -> None:
    answer = context.test_cli_runner().invoke(args=["assets", "import", str(BOOK), "--json"])
    told = json.loads(answer.stdout)
    assert answer.exit_code == 0, answer.stderr
    assert {name: told[name] for name in ("stored", "refused", "skipped", "assets", "units", "value_fen")} == {
        "stored": 7608,
        "refused": 0,
        "skipped": 2,
        "assets": 7608,
        "units": 41626,
        "value_fen": 12_157_493_543,
    }
    assert [(row["row"], row["reason"]) for row in told["skipped_rows"]] == [(7610, "total"), (7611, "footer")]
    session = db.session()
    taken = select(func.count(Tranche.id), func.sum(Tranche.count), func.sum(Tranche.count * Tranche.original_value))
    taken = taken.where(Tranche.book_id == world.city)
    assert tuple(map(int, session.execute(taken).one())) == (7608, 41626, 12_157_493_543)
    sporting = session.scalars(select(Kind).where(Kind.name == "ATHLETIC AND SPORTING EQUIPMENT")).all()
    assert [(kind.class_code_set, kind.class_code, kind.label_policy) for kind in sporting] == [("FSC", "7810", "lot")]
    labels = session.scalars(select(Asset).where(Asset.kind_id == sporting[0].id)).all()
    assert (len(labels), sum(asset.units for asset in labels)) == (22, 884)
    assert session.get_one(Stock, (sporting[0].id, world.main)).present == 884
    with db.engine.connect() as connection:
        counts, _, _, difference = chain.verify(connection, world.pool)
    assert difference is None and counts["movement"] == 7608 + 11


def test_three_hundred_of_its_sporting_goods_are_asked_for_handed_over_and_partly_returned(context: Flask, world: World) -> None:
    context.test_cli_runner().invoke(args=["assets", "import", str(BOOK), "--json"])
    session = db.session()
    kind = session.scalars(select(Kind.id).where(Kind.name == "ATHLETIC AND SPORTING EQUIPMENT")).one()
    labels = session.execute(select(Asset.tag, Asset.units).where(Asset.kind_id == kind).order_by(Asset.units.desc(), Asset.id)).all()
    session.rollback()
    today = clock.today(worlds.ZONE)
    with atomic() as act:
        wish = drafting.Wish(300, kind_id=kind)
        number = drafting.draft(act, world.department_b, [wish], today, today + timedelta(days=11), by=world.organizer_b).number
        requisitions.submit(act, number, by=world.organizer_b)
    with atomic() as act:
        assert requisitions.approve(act, number, by=world.approver).state == "approved"
    items, left = [], 300
    for tag, units in labels:
        count = min(units, left)
        items += [handovers.Item(tag, count)] if count else []
        left -= count
    costs = handovers.Costs((), "own truck")
    with atomic() as act:
        receipt = handovers.Receipt("何静", "13800002210", "typed_pin", "2210")
        slip = handovers.hand_over(act, number, items, by=world.keeper, costs=costs, receipt=receipt).document.number
        assert act.get_one(Stock, (kind, world.main)).present == 584
    first = items[0]
    with atomic() as act:
        back = handovers.Back(tag=first.tag, good=first.count)
        handovers.take_back(act, world.main, [back], by=world.keeper, costs=costs, returned_by="何静")
        assert act.get_one(Stock, (kind, world.main)).present == 584 + (first.count or 0)
    states = session.execute(select(Document.number, Document.state).where(Document.number.in_([number, slip]))).all()
    assert {row.number: row.state for row in states} == {number: "partly_returned", slip: "accepted"}
    with db.engine.connect() as connection:
        assert chain.verify(connection, world.pool)[3] is None
