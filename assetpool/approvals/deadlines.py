"""Deadlines of steps as they run: when one ends, and the scheduled work that reminds and escalates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import telling
from assetpool.approvals.deadline import last_day
from assetpool.approvals.holidays import days_known
from assetpool.approvals.models import ApprovalDue
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.org.models import Membership, Person, Role
from assetpool.org.queries import holders, path_of, root_of
from assetpool.records.models import Document

REMINDED_BEFORE = timedelta(days=1)


def due_moments(session: Session, pool: Pool, asked_at: datetime, allowed: Sequence[tuple[int | None, bool]]) -> list[datetime | None]:
    """Return when steps asked for at a moment are overdue: the end of the last day in the pool's time zone (None: never); one query at most.

    Each is `allowed` so many days (None: any time), working days or calendar days.
    """
    asked = clock.day_of(asked_at, pool.time_zone)
    longest = max((days for days, working in allowed if working and days is not None), default=None)
    known = days_known(session, pool.id, asked, asked + timedelta(days=3 * longest + 60)) if longest is not None else {}
    return [
        None if days is None else clock.moment_on(last_day(asked, days, working, known) + timedelta(days=1), pool.time_zone, 0) for days, working in allowed
    ]


def due_moment(session: Session, pool: Pool, asked_at: datetime, days: int | None, working: bool) -> datetime | None:
    """Return when one thing asked for at a moment is overdue."""
    return due_moments(session, pool, asked_at, [(days, working)])[0]


def remind_and_escalate(session: Session, pool_id: int) -> int:
    """Remind of steps that end within a day and escalate those past their time, each once; return how many were told."""
    now = clock.now()
    statement = (
        select(ApprovalDue, Document)
        .join(Document, Document.id == ApprovalDue.document_id)
        .where(Document.pool_id == pool_id, ApprovalDue.closed_at.is_(None), ApprovalDue.opened_at.is_not(None))
        .where(ApprovalDue.due_at.is_not(None), ApprovalDue.escalated_at.is_(None), ApprovalDue.due_at <= now + REMINDED_BEFORE)
        .order_by(ApprovalDue.id)
        .with_for_update(of=ApprovalDue)
    )
    told = 0
    for row, document in session.execute(statement).all():
        if row.due_at is not None and row.due_at <= now:
            telling.escalated(session, document, row, next_higher(session, document, row))
            row.escalated_at = now
            told += 1
        elif row.reminded_at is None:
            telling.reminder(session, document, row)
            row.reminded_at = now
            told += 1
    session.flush()
    return told


def next_higher(session: Session, document: Document, row: ApprovalDue) -> Sequence[int]:
    """Return who is told when a step is late: the holders of its role at the next organization above those asked, else the heads above, else administrators."""
    above = [int(part) for part in path_of(session, row.organization_id).split("/") if part]
    held = _held(session, row.role, above)
    asked = next((one for one in reversed(above) if held.get(one)), None)
    higher = above[: above.index(asked)] if asked is not None else []
    for one in reversed(higher):
        if held.get(one):
            return held[one]
    heads = _held(session, Role.HEAD, above[:-1])
    for one in reversed(above[:-1]):
        if heads.get(one):
            return heads[one]
    root = root_of(session, document.pool_id)
    return holders(session, Role.ADMINISTRATOR, root.id) if root is not None else []


def _held(session: Session, role: str, organizations: Sequence[int]) -> dict[int, list[int]]:
    statement = (
        select(Membership.organization_id, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == role, Membership.organization_id.in_(organizations), Person.active)
        .order_by(Membership.person_id)
    )
    found: dict[int, list[int]] = {}
    for organization_id, person_id in session.execute(statement):
        found.setdefault(organization_id, []).append(person_id)
    return found


def days_left(row: ApprovalDue, today: date, zone: str) -> int | None:
    """Return how many days are left for a step (negative: past its time), None without a deadline."""
    if row.due_at is None:
        return None
    return (clock.day_of(row.due_at - timedelta(seconds=1), zone) - today).days
