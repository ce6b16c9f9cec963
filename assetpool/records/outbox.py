"""The outbox: what is to be told is written in the act's own transaction, so it exists exactly when the act does; it is sent afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.org.models import Membership, Organization, Person
from assetpool.records.outbox_models import Notice, Telling

Facts = Mapping[str, str | int]


def tell(
    session: Session,
    topic: str,
    *,
    pool_id: int,
    people: Iterable[int] = (),
    roles: Iterable[tuple[str, int]] = (),
    document_id: int | None = None,
    facts: Facts | None = None,
    urgent: bool = False,
    once: str = "",
) -> None:
    """Tell people, and everybody who holds one of the roles for the organization or above, about something inside the open act.

    `roles` are pairs of role and organization id; `once` is a key under which the pool is told only the first time. What nobody is to hear
    is kept for the webhooks all the same. People who can no longer sign in are left out.
    """
    row = {
        "pool_id": pool_id,
        "topic": topic,
        "document_id": document_id,
        "facts": json.dumps(dict(facts or {}), ensure_ascii=False, sort_keys=True),
        "urgent": urgent,
        "once": once[:200] or None,
        "told_at": clock.now(),
    }
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    telling_id = session.scalar(dialect.insert(Telling).values(row).on_conflict_do_nothing().returning(Telling.id))
    if telling_id is None:
        return
    concerned = _active(session, pool_id, people) | _holding(session, roles)
    if concerned:
        rows = [{"telling_id": telling_id, "person_id": person_id, "told_at": row["told_at"]} for person_id in sorted(concerned)]
        session.execute(insert(Notice), rows)


def _active(session: Session, pool_id: int, people: Iterable[int]) -> set[int]:
    wanted = set(people)
    if not wanted:
        return set()
    return set(session.scalars(select(Person.id).where(Person.id.in_(wanted), Person.pool_id == pool_id, Person.active)))


def _holding(session: Session, roles: Iterable[tuple[str, int]]) -> set[int]:
    wanted = set(roles)
    if not wanted:
        return set()
    places = session.execute(select(Organization.id, Organization.path).where(Organization.id.in_({place for _, place in wanted})))
    above = {row.id: [int(part) for part in row.path.split("/") if part] for row in places}
    held = {(str(role), ancestor) for role, place in wanted for ancestor in above.get(place, ())}
    statement = (
        select(Membership.person_id, Membership.role, Membership.organization_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.active, Membership.role.in_({role for role, _ in held}), Membership.organization_id.in_({place for _, place in held}))
    )
    return {row.person_id for row in session.execute(statement) if (row.role, row.organization_id) in held}
