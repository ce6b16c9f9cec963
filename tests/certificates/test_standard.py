"""The allocation standard before buying: above the cap nothing is certified, unless somebody above the buyer allows it with a reason."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from assetpool.catalog.models import Kind
from assetpool.certificates import queries, service, standard
from assetpool.certificates.looking import Days, Wanted
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, SamePerson
from assetpool.org.queries import access_of
from assetpool.standards.refusals import AboveStandard
from tests import walking
from tests import world as worlds
from tests.world import World

COMPUTERS = "A02010105"
SOURCE = "财资〔2016〕27号"


@pytest.fixture
def world(app: Flask) -> World:
    """Give the small world, in which the cap of computers names its source."""
    with app.app_context():
        found = worlds.found()
        with atomic() as session:
            session.execute(update(Kind).where(Kind.id == found.computer).values(standard_cap_source=SOURCE))
        return found


def searched(world: World, budget: int | None) -> int:
    """Search for three computers at this budget and return the search's id."""
    with atomic() as session:
        lines = [Wanted("台式计算机", COMPUTERS, 3, budget=budget)]
        return service.search(session, world.department_b, lines, Days(clock.today(worlds.ZONE), None), by=world.organizer_b).id


def issued(world: World, search: int) -> str:
    with atomic() as session:
        return service.issue(session, search, {}, by=world.organizer_b, days_valid=30).number


def allowed(search: int, reason: str, by: int) -> None:
    with atomic() as session:
        standard.allow(session, search, 1, reason, by=by)


def test_above_the_cap_nothing_is_certified_until_somebody_above_allows_it(app: Flask, world: World) -> None:
    with app.app_context():
        issued(world, searched(world, 500_000))
        search = searched(world, 500_001)
        with pytest.raises(AboveStandard, match=r"5,000.01.*5,000.00.*27号"):
            issued(world, search)
        with pytest.raises(NotAllowed):
            allowed(search, "制图", world.head_b)
        with pytest.raises(FieldInvalid):
            allowed(search, " ", world.approver)
        allowed(search, "制图需要", world.approver)
        session = db.session()
        line = queries.certificate(session, access_of(session, world.organizer_b), issued(world, search)).content["lines"][0]
        assert (line["allowed"]["reason"], line["standard"]["cap_fen"]) == ("制图需要", 500_000)


def test_the_asker_allows_nothing(app: Flask, world: World) -> None:
    with app.app_context():
        with atomic() as session:
            worlds.org.grant(session, world.organizer_b, world.city, "approver")
        with pytest.raises(SamePerson):
            allowed(searched(world, 600_000), "制图", world.organizer_b)


def test_a_cap_without_a_source_only_advises(app: Flask, world: World) -> None:
    with app.app_context():
        with atomic() as session:
            session.execute(update(Kind).where(Kind.id == world.computer).values(standard_cap_source=""))
        assert issued(world, searched(world, 600_000)).startswith("NC-")


def test_the_approver_allows_it_in_the_page(app: Flask, world: World) -> None:
    with app.app_context():
        search = searched(world, 600_000)
    page = f"/certificates/searches/{search}"
    asker = worlds.sign_in(app, "organizer_b")
    assert walking.send(asker, f"{page}/certificate", {}, page=page).status_code == 422
    assert f"{page}/lines/1/allow" not in asker.get(page).text
    assert walking.send(worlds.sign_in(app, "approver"), f"{page}/lines/1/allow", {"reason": "制图需要"}, page=page).status_code == 303
    answer = walking.send(asker, f"{page}/certificate", {}, page=page)
    assert answer.status_code == 303
    assert "制图需要" in asker.get(answer.headers["Location"]).text
    assert asker.get(answer.headers["Location"] + ".pdf").data.startswith(b"%PDF")
