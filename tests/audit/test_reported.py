"""The sums of whole months hold what the acts hold, a changed one is named, and an upgrade fills them for a book that has none."""

from __future__ import annotations

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import text

from assetpool.audit import reported
from assetpool.audit.differences import Differs
from assetpool.core.db import db
from tests import conftest
from tests.world import World


def test_the_sums_of_a_full_book_are_what_is_reckoned_anew(world: World) -> None:
    assert reported.check(db.session(), world.pool) > 50


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE saving_report_sum SET adopted = adopted + 1 WHERE breakdown = 'kind' AND acts > 0", "saving_report_sum.adopted of"),
        ("UPDATE saving_report_sum SET things = things - 1 WHERE breakdown = 'organization' AND units > 0", "saving_report_sum.things of"),
        ("DELETE FROM saving_report_sum WHERE breakdown = 'event' AND acts > 0", "saving_report_sum."),
        ("UPDATE saving_place SET stands = 'A' WHERE stands = 'proposed'", "saving_place.stands"),
        ("UPDATE saving_place SET units = units + 1 WHERE act_id = (SELECT max(act_id) FROM saving_place)", "saving_place.units"),
        ("DELETE FROM saving_place WHERE act_id = (SELECT min(act_id) FROM saving_place)", "saving_place"),
    ],
)
def test_a_changed_sum_or_place_is_named(world: World, change: str, named: str) -> None:
    session = db.session()
    session.execute(text(change))
    with pytest.raises(Differs) as found:
        reported.check(session, world.pool)
    assert found.value.difference.what.startswith(named)
    session.rollback()


def test_an_upgrade_fills_the_sums_of_a_book_that_has_none(app: Flask) -> None:
    with app.app_context():
        conftest.commands.register(app)
        config = app.extensions["migrate"].migrate.get_config(str(conftest.MIGRATIONS))
        before = db.session().execute(text("SELECT * FROM saving_report_sum ORDER BY 1, 2, 3, 4, 5, 6, 7, 8")).all()
        db.session.remove()
        db.engine.dispose()
        command.downgrade(config, "0010")
        command.upgrade(config, "head")
        kept = [tuple(row) for row in before if any(row[8:])]
        assert [tuple(row) for row in db.session().execute(text("SELECT * FROM saving_report_sum ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"))] == kept
        assert reported.check(db.session(), kept[0][0]) == len(kept)
