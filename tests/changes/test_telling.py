"""Keepers learn of what goes out otherwise, and of what comes back later; whoever asked learns it too."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from assetpool.changes import extensions, orders
from assetpool.changes.ordering import Added, Kept
from assetpool.core.db import atomic, db
from assetpool.notices.topics import document_path
from assetpool.records.outbox_models import Notice, Telling
from tests.handovers.conftest import Floor


def told(topic: str) -> dict[str, set[int]]:
    rows = db.session().execute(select(Telling.facts, Notice.person_id).join(Notice, Notice.telling_id == Telling.id).where(Telling.topic == topic))
    found: dict[str, set[int]] = {}
    for facts, person_id in rows:
        found.setdefault(facts, set()).add(person_id)
    db.session().rollback()
    return found


def test_keepers_hear_of_a_change_when_it_is_granted_and_not_before(floor: Floor) -> None:
    w = floor.world
    number = floor.approved([(w.chair, 80)])
    with atomic() as session:
        asked = orders.ask(session, number, by=w.organizer_b, add=[Added(20, w.chair)]).number
    assert told("change_decided") == {}
    with atomic() as session:
        orders.approve(session, asked, by=w.approver)
    [(facts, people)] = told("change_decided").items()
    assert number in facts and asked in facts and {w.keeper, w.organizer_b} <= people and w.stranger not in people
    assert document_path(asked) == f"/changes/{asked}"


def test_keepers_hear_of_what_is_given_back_at_once(floor: Floor) -> None:
    number = floor.approved([(floor.world.chair, 80)])
    with atomic() as session:
        orders.ask(session, number, by=floor.world.organizer_b, keep=[Kept(1, 30)])
    assert [floor.world.keeper in people for people in told("change_decided").values()] == [True]


def test_keepers_hear_until_when_things_stay_out(floor: Floor, lot: str) -> None:
    w = floor.world
    slip = floor.lend(floor.approved([(w.chair, 80)]), [(lot, 80)])
    with atomic() as session:
        asked = extensions.ask(session, slip, date(2026, 12, 18), by=w.organizer_b).number
    assert told("extension_decided") == {}
    with atomic() as session:
        extensions.approve(session, asked, by=w.approver)
    [(facts, people)] = told("extension_decided").items()
    assert slip in facts and "2026-12-18" in facts and '"units": 80' in facts and {w.keeper, w.organizer_b} <= people
