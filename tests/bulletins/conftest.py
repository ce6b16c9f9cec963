"""The small world with the golden loan accepted, for tests of bulletins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests import world as small_world
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill

database_template = small_world.template


@pytest.fixture
def bill(app: Flask) -> Bill:
    """Give the accepted bill of G1, come back after 90 days, and the opening statement of G2."""
    with app.app_context():
        found = small_world.found()
        made = bills.lend_the_bill(found)
        bills.bring_back(found, made, BEGUN + timedelta(days=90))
        bills.open_statement(found)
        return made
