"""The outbox: what is to be told is written in the act's own transaction, so it exists exactly when the act does; it is sent afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.core import bulk, clock
from assetpool.org.models import Membership, Organization, Person
from assetpool.records.outbox_models import Notice, Telling

Facts = Mapping[str, str | int]
Role = tuple[str, int]
"""A role, and the organization for which (or above which) it is held."""


@dataclass(frozen=True)
class Message:
    """What is told to whom; see `tell`."""

    topic: str
    pool_id: int
    people: frozenset[int] = frozenset()
    roles: frozenset[Role] = frozenset()
    document_id: int | None = None
    facts: Facts = field(default_factory=dict)
    urgent: bool = False
    once: str = ""


def tell(
    session: Session,
    topic: str,
    *,
    pool_id: int,
    people: Iterable[int] = (),
    roles: Iterable[Role] = (),
    document_id: int | None = None,
    facts: Facts | None = None,
    urgent: bool = False,
    once: str = "",
) -> None:
    """Tell people, and everybody who holds one of the roles for the organization or above, about something inside the open act.

    `roles` are pairs of role and organization id; `once` is a key under which the pool is told only the first time. What nobody is to hear
    is kept for the webhooks all the same. People who can no longer sign in are left out.
    """
    tell_all(session, [Message(topic, pool_id, frozenset(people), frozenset(roles), document_id, facts or {}, urgent, once)])


def tell_all(session: Session, messages: Sequence[Message]) -> None:
    """Tell each of several things as `tell` does, in this order; as many statements as for one, and one for the ids."""
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "pool_id": message.pool_id,
            "topic": message.topic,
            "document_id": message.document_id,
            "facts": json.dumps(dict(message.facts), ensure_ascii=False, sort_keys=True),
            "urgent": message.urgent,
            "once": message.once[:200] or None,
            "told_at": now,
        }
        for message in messages
    ]
    if not rows:
        return
    given = bulk.take_ids(session, Telling, len(rows)) if len(rows) > 1 else []
    for row, number in zip(rows, given, strict=False):
        row["id"] = number
    session.flush()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Telling.__table__).on_conflict_do_nothing().returning(Telling.__table__.c.id)
    made = set(session.connection().execute(statement, rows).scalars())
    told = [(number, message) for number, message in zip(given or sorted(made), messages, strict=False) if number in made]
    active = _active(session, {person for _, message in told for person in message.people})
    holding = _holding(session, {role for _, message in told for role in message.roles})
    heard = []
    for number, message in told:
        concerned = {person for person in message.people if (person, message.pool_id) in active}.union(*(holding[role] for role in message.roles))
        heard += [{"telling_id": number, "person_id": person, "told_at": now} for person in sorted(concerned)]
    if heard:
        session.execute(insert(Notice), heard)


def _active(session: Session, wanted: set[int]) -> set[tuple[int, int]]:
    """Return who of some people can sign in, each with their pool."""
    if not wanted:
        return set()
    rows = session.execute(select(Person.id, Person.pool_id).where(Person.id.in_(wanted), Person.active))
    return {(row.id, row.pool_id) for row in rows}


def _holding(session: Session, wanted: set[Role]) -> dict[Role, set[int]]:
    """Return for each role at an organization who holds it there or above."""
    if not wanted:
        return {}
    places = session.execute(select(Organization.id, Organization.path).where(Organization.id.in_({place for _, place in wanted})))
    above = {row.id: [int(part) for part in row.path.split("/") if part] for row in places}
    statement = (
        select(Membership.person_id, Membership.role, Membership.organization_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.active,
            Membership.role.in_({str(role) for role, _ in wanted}),
            Membership.organization_id.in_({ancestor for _, place in wanted for ancestor in above.get(place, ())}),
        )
    )
    holders: dict[Role, set[int]] = {}
    for row in session.execute(statement):
        holders.setdefault((row.role, row.organization_id), set()).add(row.person_id)
    return {(role, place): {who for ancestor in above.get(place, ()) for who in holders.get((str(role), ancestor), ())} for role, place in wanted}
