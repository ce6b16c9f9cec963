"""The sums that reports read hold what the entries hold, and a changed one is named."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from assetpool.audit import added_up
from assetpool.audit.differences import Differs
from assetpool.core.db import db
from assetpool.custody.models import Tranche
from assetpool.savings.models import SavingEntry, SavingShare
from assetpool.savings.sums import SavingSum
from tests.world import World


def test_sums_hold_every_entry_once(world: World) -> None:
    session = db.session()
    entries = list(session.scalars(select(SavingEntry)))
    kept = list(session.scalars(select(SavingSum)))
    assert sum(row.entries for row in kept) == len(entries)
    assert sum(row.adopted or 0 for row in kept) == sum(entry.count * (entry.adopted or 0) for entry in entries)
    assert sum(row.cost or 0 for row in kept) == sum(entry.cost or 0 for entry in entries)
    assert added_up.check(session, world.pool) == len(kept)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE saving_sum SET adopted = coalesce(adopted, 0) + 1 WHERE act_id = (SELECT min(act_id) FROM saving_sum WHERE claims > 0)", "saving_sum.adopted"),
        ("UPDATE saving_sum SET claims = claims + 1 WHERE act_id = (SELECT max(act_id) FROM saving_sum)", "saving_sum.claims"),
        ("DELETE FROM saving_sum WHERE act_id = (SELECT min(act_id) FROM saving_sum)", "saving_sum"),
        ("UPDATE saving_share SET reused = NOT reused WHERE id = (SELECT max(id) FROM saving_share)", "saving_share.reused"),
    ],
)
def test_a_changed_sum_or_mark_is_named(world: World, change: str, named: str) -> None:
    session = db.session()
    session.execute(text(change))
    with pytest.raises(Differs) as found:
        added_up.check(session, world.pool)
    assert found.value.difference.what.startswith(named)
    session.rollback()


def test_what_stands_in_several_acts_is_marked(world: World) -> None:
    session = db.session()
    acts: dict[int, set[int]] = {}
    marks: dict[int, set[bool]] = {}
    for asset_id, act_id, reused in session.execute(
        select(Tranche.asset_id, SavingShare.act_id, SavingShare.reused).join(SavingShare, SavingShare.tranche_id == Tranche.id)
    ):
        acts.setdefault(asset_id, set()).add(act_id)
        marks.setdefault(asset_id, set()).add(reused)
    assert marks == {asset_id: {len(found) > 1} for asset_id, found in acts.items()}
    assert {True} in marks.values()
