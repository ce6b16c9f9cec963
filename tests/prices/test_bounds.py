"""What is foreseen and what is listed as above the cap is bounded by the standard on file as what is posted is."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from assetpool.audit import exceptions
from assetpool.audit.gathering import gather
from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.invitations.outlook import damages_of
from assetpool.requisitions.estimate import Counted, estimate_of
from assetpool.savings.policy import ActKind
from assetpool.standards import service as standards
from assetpool.standards.service import NewRow
from tests.prices.test_inflation import DAY, given, kind_at
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World


def test_preview_damage_and_exceptions_are_bounded_as_what_is_posted(world: World) -> None:
    first = DAY - timedelta(days=9)
    with atomic() as session:
        row = NewRow("标准", "办公桌", class_code="A05010000", price_cap=fen("1500"), min_years=10, valid_from=first)
        standards.put(session, world.pool, row, by=None)
    desk, other = kind_at(world, "办公桌", "9999", months=240), kind_at(world, "另一张办公桌", "9999")
    share = given(world, desk)
    with atomic() as session:
        session.execute(update(Kind).where(Kind.id == desk).values(standard_cap=fen("1200")))
    assert given(world, other).price == fen("1500")
    wanted = [Counted(kind, 1, DAY, None) for kind in (desk, other)]
    spared = estimate_of(db.session(), world.pool, world.department_b, ActKind.TRANSFER, wanted, DAY)
    assert spared.purchase == fen("1200") + fen("1500")
    kinds = {row.id: row for row in db.session().scalars(select(Kind).where(Kind.id.in_((desk, other))))}
    damages = damages_of(db.session(), world.pool, world.department_b, kinds, DAY)
    assert (damages[desk].most, damages[other].most) == (fen("1200"), fen("1500"))
    with clock.at(ledger.at_noon(DAY)):
        found = exceptions.find(gather(db.session(), world.pool), "over_cap")[0].found
    amounts = {one.subject: one.amount for one in found if one.act_id is None}
    assert (amounts["办公桌"], amounts["另一张办公桌"]) == (fen("8799"), fen("8499"))
    assert [one.act_id for one in found if one.act_id is not None] == [share.act_id]
