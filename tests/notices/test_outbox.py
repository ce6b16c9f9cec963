"""The outbox: told with the act or not at all, once under a key, to those who hold a role there or above."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.org import service as org
from assetpool.org.models import Person, Role
from assetpool.records import outbox
from assetpool.records.outbox_models import Notice, Telling
from tests.world import World


def told(topic: str = "decided") -> list[int]:
    """Return who was told about a topic, in order."""
    return sorted(db.session().scalars(select(Notice.person_id).join(Telling, Telling.id == Notice.telling_id).where(Telling.topic == topic)))


def test_people_and_holders_of_a_role_there_or_above_are_told_once_each(world: World) -> None:
    with atomic() as session:
        roles = [(Role.APPROVER, world.department_b), (Role.HEAD, world.department_b)]
        outbox.tell(session, "decided", pool_id=world.pool, people=[world.clerk_a, world.approver], roles=roles, facts={"number": "RQ-2026-000001"})
    assert told() == sorted([world.clerk_a, world.approver, world.approver2, world.head_b])


def test_what_an_act_told_goes_with_the_act(world: World) -> None:
    with pytest.raises(ZeroDivisionError), atomic() as session:
        outbox.tell(session, "decided", pool_id=world.pool, people=[world.clerk_a])
        raise ZeroDivisionError
    assert told() == []


def test_a_key_is_told_only_the_first_time(world: World) -> None:
    for person in (world.clerk_a, world.head_b):
        with atomic() as session:
            outbox.tell(session, "decided", pool_id=world.pool, people=[person], once="overdue:1:7")
    assert told() == [world.clerk_a]
    with atomic() as session:
        outbox.tell(session, "decided", pool_id=world.pool, people=[world.clerk_a])
        outbox.tell(session, "decided", pool_id=world.pool, people=[world.clerk_a])
    assert told() == [world.clerk_a] * 3


def test_who_can_no_longer_sign_in_is_told_nothing(world: World) -> None:
    with atomic() as session:
        session.get_one(Person, world.approver).active = False
        org.grant(session, world.stranger, world.city, Role.APPROVER)
        outbox.tell(session, "decided", pool_id=world.pool, people=[world.approver], roles=[(Role.APPROVER, world.department_a)])
    assert told() == sorted([world.approver2, world.stranger])
