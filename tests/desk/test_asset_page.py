"""What a thing's own page shows: its history to everybody of the pool, the papers behind it and who wrote them to those who may read them."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from assetpool.core.db import atomic
from assetpool.custody.models import Asset
from assetpool.moves import service as moves
from tests import world as worlds

database_template = worlds.template


def test_numbers_of_papers_and_who_wrote_them_stand_there_for_their_readers_only(app: Flask) -> None:
    with app.app_context():
        world = worlds.found()
        with atomic() as session:
            tag = session.scalars(select(Asset.tag).where(Asset.kind_id == world.desk).order_by(Asset.id)).first()
            assert tag is not None
            number = moves.move(session, [moves.Carried(tag)], world.main, "B-07", by=world.keeper).number
    kept, strange = (worlds.sign_in(app, name).get(f"/a/{tag}").text for name in ("keeper2", "stranger"))
    assert number in kept and "刘保管" in kept
    assert number not in strange and "刘保管" not in strange and "B-07" in strange
