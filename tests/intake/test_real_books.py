"""A state's property book, as it was published, is taken over to the totals it states itself."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetpool.catalog.models import Kind
from assetpool.core import chain
from assetpool.core.db import db
from assetpool.custody.models import Asset, Stock, Tranche
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
