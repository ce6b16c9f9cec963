"""What a request meets in the stores: each line after the ones above it, ways out where it is short, in a fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from assetpool.catalog import service as catalog
from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset
from assetpool.records.models import Document
from assetpool.requisitions import effects
from assetpool.requisitions.drafting import Wish
from assetpool.requisitions.effects import Asked, Outlook
from assetpool.requisitions.models import Requisition
from tests import world as worlds
from tests.counting import queries
from tests.requisitions.conftest import FIRST, LAST, Asking

TODAY = date(2099, 1, 1)


def outlook(asking: Asking, *asked: Asked, first: date = FIRST, last: date | None = LAST) -> Outlook:
    with asking.app.app_context():
        return effects.outlook(db.session(), asked, first, last, TODAY)


def test_a_line_meets_what_the_lines_above_it_leave(asking: Asking) -> None:
    desk, chair = asking.world.desk, asking.world.chair
    found = outlook(asking, Asked(1, desk, 7), Asked(2, chair, 1), Asked(3, desk, 5))
    assert [(line.free, line.left, line.short) for line in found.lines] == [(10, 3, 0), (500, 499, 0), (3, 0, 2)]


def test_what_the_page_says_is_what_an_approval_does(asking: Asking) -> None:
    w = asking.world
    with asking.app.app_context(), atomic() as session:
        worlds.stock(session, w.desk, 6, store_id=w.virtual)
    asking.approved(Wish(9, w.desk, store_id=w.main))
    found = outlook(asking, Asked(1, w.desk, 6), Asked(2, w.desk, 1), Asked(3, w.desk, 1, store_id=w.main))
    assert [line.short for line in found.lines] == [0, 0, 1]
    asking.approved(Wish(6, w.desk), Wish(1, w.desk))


def test_where_it_is_short_other_stores_kinds_and_days_are_named(asking: Asking) -> None:
    w = asking.world
    with asking.app.app_context(), atomic() as session:
        worlds.stock(session, w.desk, 4, store_id=w.virtual)
        other = catalog.add_kind(session, w.pool, catalog.NewKind("写字台", "A05010201"), None).id
        worlds.stock(session, other, 25, lot=True)
    asking.approved(Wish(8, w.desk, store_id=w.main))
    short = outlook(asking, Asked(1, w.desk, 5, store_id=w.main)).lines[0]
    assert (short.free, short.short, short.free_from) == (2, 3, LAST + timedelta(days=1))
    assert short.elsewhere == (("教育局虚拟仓", 4),)
    assert [(kind.name, free) for kind, free in short.substitutes] == [("写字台", 25)]


def test_all_lines_are_free_together_from_the_latest_of_their_days(asking: Asking) -> None:
    w = asking.world
    asking.approved(Wish(8, w.desk))
    asking.approved(Wish(500, w.chair), first=date(2099, 3, 7), last=date(2099, 3, 20))
    both = (Asked(1, w.desk, 10), Asked(2, w.chair, 10))
    assert outlook(asking, *both).all_free_from == date(2099, 3, 21)
    assert outlook(asking, Asked(1, w.desk, 11)).all_free_from is None
    assert outlook(asking, Asked(1, w.desk, 1)).all_free_from is None


def test_a_label_asked_for_meets_only_its_own_units(asking: Asking) -> None:
    w = asking.world
    with asking.app.app_context(), atomic() as session:
        tag = worlds.stock(session, w.chair, 20, lot=True)[0]
        lot = session.scalars(select(Asset.id).where(Asset.tag == tag)).one()
    asking.approved(Wish(15, asset_id=lot))
    found = outlook(asking, Asked(1, w.chair, 10, asset_id=lot, store_id=w.main))
    assert (found.lines[0].free, found.lines[0].tag) == (5, tag)


def counted(asking: Asking, lines: int) -> int:
    number = asking.submitted(*(Wish(1, (asking.world.desk, asking.world.chair, asking.world.computer)[n % 3]) for n in range(lines)))
    with asking.app.app_context():
        row = db.session().scalars(select(Requisition).join(Document, Document.id == Requisition.id).where(Document.number == number)).one()
        with queries(db.engine) as statements:
            effects.effects(db.session(), row, TODAY)
        return len(statements)


def test_the_effect_of_a_long_request_takes_no_more_queries_than_that_of_a_short_one(asking: Asking) -> None:
    counted(asking, 90)
    assert counted(asking, 33) == counted(asking, 90) <= 12
