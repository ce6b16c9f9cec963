"""The world of the journeys: the small one, with this year's rent of desks, so that a loan can be proved in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from assetpool.core.db import atomic
from assetpool.prices import service as prices
from tests import world as worlds


def fill(app: Flask) -> None:
    worlds.fill(app)
    found = worlds.found()
    first = date(2026, 11, 1)
    with atomic() as session:
        rent = prices.NewRent(300, 1800, 6000, first, "三家询价")
        prices.set_rent(session, found.desk, rent, found.valuer)
        worlds.stock(session, found.computer, 1, store_id=found.virtual)


@pytest.fixture
def database_template(make_template: Callable[..., str]) -> str:
    return make_template("journeys", fill)
