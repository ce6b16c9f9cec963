"""The small world for tests of outcomes, with the golden loan in classes that have factors."""

from __future__ import annotations

import pytest

from assetpool.catalog.models import Kind
from assetpool.core.db import atomic
from assetpool.savings.models import SavingAct
from tests import counting
from tests import world as small_world
from tests.reports import bill as bills
from tests.reports.bill import Bill
from tests.world import World

CLASSES = ("A05010303", "A05010301", "A05010201", "A02010105", "A05010502", "A02021003")
PATHS = ("A05010000", "A05010000", "A05010000", "A02010000", "A05010000", "A02021000")
database_template = small_world.template
asked_of = counting.asked_of


def put_into_classes(bill: Bill) -> None:
    """Give the six kinds of the bill the codes of their classes."""
    with atomic() as session:
        for act_id, code, above in zip(bill.acts, CLASSES, PATHS, strict=True):
            kind = session.get_one(Kind, session.get_one(SavingAct, act_id).kind_id)
            kind.class_code, kind.class_path, kind.spec = code, f"/{above}/{code}/", "大运会"


@pytest.fixture
def bill(world: World) -> Bill:
    """Give the accepted bill of G1, come back after 90 days, in classes that have factors."""
    made = bills.lend_the_bill(world)
    bills.bring_back(world, made, bills.BEGUN + bills.timedelta(days=90))
    put_into_classes(made)
    return made
