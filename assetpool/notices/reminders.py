"""Reminders of things due back, on the days a pool has settled: before, on and after the last day; and once a day what waits for review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.custody.models import State, Tranche
from assetpool.handovers.models import Slip
from assetpool.handovers.telling import receiving
from assetpool.notices import queries
from assetpool.org.models import Membership, Person, Role
from assetpool.org.queries import holders
from assetpool.records import outbox
from assetpool.records.models import Document
from assetpool.records.outbox_models import Telling
from assetpool.savings.models import SavingAct

MOST_DAYS, FARTHEST = 8, 365


@dataclass(frozen=True)
class Out:
    """A slip with something still out: how many units, since when, until when."""

    slip: Slip
    document: Document
    units: int
    store_organization: int


def read_days(text: str) -> list[int]:
    """Read the days of reminders, relative to the last day ("-7, 0, 7, 30"), in order; raise FieldInvalid."""
    parts = [part.strip() for part in text.replace("，", ",").replace("−", "-").split(",") if part.strip()]
    try:
        days = sorted({int(part) for part in parts})
    except ValueError:
        days = []
    if not days or len(days) > MOST_DAYS or not all(abs(day) <= FARTHEST for day in days):
        raise FieldInvalid(field=Word(N_("Reminders")), problem=Word(N_("write up to eight whole days from -365 to 365, with commas between: -7, 0, 7, 30")))
    return days


def stage(days: Sequence[int], due_on: date, accepted_on: date, today: date) -> int | None:
    """Return the reminder that is due: the latest day passed. One before the last day is left out where the loan is no longer than that."""
    late = (today - due_on).days
    passed = [day for day in days if day <= late]
    if not passed or (passed[-1] < 0 and accepted_on >= due_on + timedelta(days=passed[-1])):
        return None
    return passed[-1]


def remind(session: Session, pool_id: int) -> int:
    """Tell about everything whose reminder is due and not told yet, inside the open act; return how many slips."""
    zone = session.get_one(Pool, pool_id).time_zone
    settled, today = queries.settings(session, pool_id), clock.today(zone)
    days = read_days(settled.reminder_days)
    due: dict[str, tuple[Out, int]] = {}
    for out in _still_out(session, pool_id, today + timedelta(days=max(0, -days[0]))):
        last = out.slip.due_on
        reached = stage(days, last, clock.day_of(out.slip.accepted_at or out.slip.loaded_at, zone), today) if last else None
        if last and reached is not None:
            due[f"overdue:{out.slip.id}:{last}:{reached}"] = (out, reached)
    for key in _told(session, pool_id, due):
        del due[key]
    for key, (out, reached) in due.items():
        _remind(session, out, reached, today, settled.urgent_from, key)
    return len(due)


def _still_out(session: Session, pool_id: int, until: date) -> list[Out]:
    statement = (
        select(Slip, Document, Store.organization_id, func.sum(Tranche.count))
        .join(Document, Document.id == Slip.id)
        .join(Store, Store.id == Slip.store_id)
        .join(Tranche, (Tranche.document_id == Slip.id) & (Tranche.state == State.OUT) & (Tranche.count > 0))
        .where(Document.pool_id == pool_id, Slip.purpose == "loan", Slip.due_on <= until)
        .group_by(Slip.id, Document.id, Store.organization_id)
        .order_by(Slip.due_on, Slip.id)
    )
    return [Out(row[0], row[1], int(row[3]), row[2]) for row in session.execute(statement)]


def _told(session: Session, pool_id: int, keys: Iterable[str]) -> list[str]:
    wanted, found = list(keys), list[str | None]()
    for start in range(0, len(wanted), 500):
        found += session.scalars(select(Telling.once).where(Telling.pool_id == pool_id, Telling.once.in_(wanted[start : start + 500]))).all()
    return [key for key in found if key]


def _remind(session: Session, out: Out, reached: int, today: date, urgent_from: int, key: str) -> None:
    """Remind the borrower; from the last day on the keepers too, and when it is urgent the borrower's head and the pool manager."""
    last = out.slip.due_on or today
    late = (today - last).days
    request = session.get(Document, out.slip.request_id)
    people = receiving(session, [out.slip.receiver_id]) | ({request.created_by} if request and request.kind == "RQ" else set())
    urgent = late >= urgent_from
    if late >= 0:
        people |= {out.slip.keeper_id, *holders(session, Role.KEEPER, out.store_organization)}
    if urgent:
        people |= {*holders(session, Role.HEAD, out.slip.receiver_id, exactly=True), *holders(session, Role.APPROVER, out.store_organization)}
    topic = "loan_due_soon" if late < 0 else "loan_due_today" if late == 0 else "loan_overdue"
    facts: dict[str, str | int] = {"units": out.units, "due_on": last.isoformat(), "days": abs(late)}
    pool_id = out.document.pool_id
    outbox.tell(session, topic, pool_id=pool_id, people=people, document_id=out.document.id, facts=facts, urgent=urgent, once=key)


def review_due(session: Session, pool_id: int) -> int:
    """Tell the reviewers once a day how many savings wait for them, inside the open act; return 1 when it was told."""
    waiting = session.scalar(select(func.count()).select_from(SavingAct).where(SavingAct.pool_id == pool_id, SavingAct.reviewed == "proposed")) or 0
    if not waiting:
        return 0
    key = f"review:{clock.today(session.get_one(Pool, pool_id).time_zone)}"
    if _told(session, pool_id, [key]):
        return 0
    reviewers = select(Membership.person_id).join(Person, Person.id == Membership.person_id)
    people = session.scalars(reviewers.where(Membership.role == Role.REVIEWER, Person.pool_id == pool_id, Person.active)).all()
    outbox.tell(session, "review_due", pool_id=pool_id, people=people, facts={"acts": waiting}, once=key)
    return 1
