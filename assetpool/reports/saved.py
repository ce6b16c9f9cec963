"""Reports a person keeps under a name, and those made by schedule: asked with that person's own sight, kept as workbook and paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.org.models import Person
from assetpool.org.queries import Access, access_of
from assetpool.records import outbox
from assetpool.records.service import keep_file
from assetpool.reports import queries
from assetpool.reports.models import ReadyReport, SavedReport
from assetpool.reports.schedule import LAST_DAY, SCHEDULES, latest

MOST = 50


class NameTaken(DomainError):
    """The person keeps another report under that name."""

    sentence = N_("You already keep a report called “%(name)s”. Choose another name, or delete that one.")


class TooMany(DomainError):
    """A person keeps no more than a few dozen reports."""

    status = 422
    sentence = N_("You already keep %(most)s reports. Delete one first.")


Make = Callable[[SavedReport, Access, date, date], tuple[bytes, bytes, int, str]]
"""Makes workbook and paper of a saved report over a period; returns them with the height and head of the chain they rest on."""


def keep(
    session: Session, access: Access, name: str, first_day: date | None, last_day: date | None, by: str, basis: str, kind: str = "",
    event_id: int | None = None, organization: str = "", schedule: str = "none", day: int = 1,
) -> SavedReport:  # fmt: skip
    """Keep a question under a name; without days it is asked over all days up to the one it is opened on. Raise NameTaken, TooMany, FieldInvalid."""
    name = name.strip()
    if not name or len(name) > 120:
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("give the report a name of at most 120 characters.")))
    checked(schedule, day)
    queries.ask(session, access, first_day or date.min, last_day or date.max, by, basis)
    mine = select(SavedReport).where(SavedReport.person_id == access.person_id)
    if session.scalar(mine.where(SavedReport.name == name)) is not None:
        raise NameTaken(name=name)
    if (session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
        raise TooMany(most=MOST)
    row = SavedReport(
        pool_id=access.pool_id, person_id=access.person_id, name=name, first_day=first_day, last_day=last_day, breakdown=by, basis=basis, kind=kind,
        event_id=event_id, organization=organization, schedule=schedule, day=day, created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def checked(schedule: str, day: int) -> None:
    """Raise FieldInvalid for a schedule or day that no month knows."""
    if schedule not in SCHEDULES:
        raise FieldInvalid(field=Word(N_("Schedule")), problem=Word(N_("choose none, monthly or quarterly.")))
    if not 1 <= day <= LAST_DAY:
        raise FieldInvalid(field=Word(N_("Day")), problem=Word(N_("choose a day from 1 to 28, which every month has.")))


def plan(session: Session, person_id: int, saved_id: int, schedule: str, day: int) -> SavedReport:
    """Change when a person's saved report is made by itself."""
    checked(schedule, day)
    row = one(session, person_id, saved_id)
    row.schedule, row.day = schedule, day
    session.flush()
    return row


def delete(session: Session, person_id: int, saved_id: int) -> str:
    """Forget a person's saved report and the list of what was made of it; return its name."""
    row = one(session, person_id, saved_id)
    session.delete(row)
    session.flush()
    return row.name


def one(session: Session, person_id: int, saved_id: int) -> SavedReport:
    """Return a person's own saved report; raise NotFound."""
    row = session.get(SavedReport, saved_id)
    if row is None or row.person_id != person_id:
        raise NotFound(what=str(saved_id))
    return row


def of_person(session: Session, person_id: int) -> list[SavedReport]:
    """Return a person's saved reports by name."""
    return list(session.scalars(select(SavedReport).where(SavedReport.person_id == person_id).order_by(SavedReport.name)))


def ready_for(session: Session, person_id: int, limit: int = 60) -> list[tuple[ReadyReport, str]]:
    """Return what was made for a person, the newest first, with the name of the saved report."""
    statement = select(ReadyReport, SavedReport.name).join(SavedReport, SavedReport.id == ReadyReport.saved_report_id)
    return [(row[0], row[1]) for row in session.execute(statement.where(ReadyReport.person_id == person_id).order_by(ReadyReport.id.desc()).limit(limit))]


def unseen(session: Session, person_id: int) -> int:
    """Return how many reports were made for a person and not opened yet."""
    statement = select(func.count()).select_from(ReadyReport).where(ReadyReport.person_id == person_id, ReadyReport.seen_at.is_(None))
    return session.scalar(statement) or 0


def opened(session: Session, person_id: int, ready_id: int, at: datetime) -> ReadyReport:
    """Note that a person opened a report made for them; raise NotFound."""
    row = session.get(ReadyReport, ready_id)
    if row is None or row.person_id != person_id:
        raise NotFound(what=str(ready_id))
    row.seen_at = row.seen_at or at
    session.flush()
    return row


def due(session: Session, pool_id: int, today: date) -> list[int]:
    """Return the ids of saved reports whose latest period is due and not made yet; nothing from before they were saved."""
    zone = session.get_one(Pool, pool_id).time_zone
    statement = select(SavedReport).join(Person, Person.id == SavedReport.person_id)
    rows = session.scalars(statement.where(SavedReport.pool_id == pool_id, SavedReport.schedule != "none", Person.active).order_by(SavedReport.id))
    found = []
    for row in rows:
        period = latest(row.schedule, row.day, today)
        if period is not None and period.made_on >= clock.day_of(row.created_at, zone) and not _is_made(session, row.id, period.first_day, period.last_day):
            found.append(row.id)
    return found


def make(session: Session, saved_id: int, today: date, data_dir: str, how: Make) -> ReadyReport | None:
    """Make a saved report of its latest finished period for its person; None where it was made meanwhile."""
    row = session.get_one(SavedReport, saved_id, with_for_update=True)
    period = latest(row.schedule, row.day, today)
    if period is None or _is_made(session, row.id, period.first_day, period.last_day):
        return None
    book, paper, height, head = how(row, access_of(session, row.person_id), period.first_day, period.last_day)
    name = f"{row.name[:80]} {period.first_day}–{period.last_day}"
    kept = [keep_file(session, row.pool_id, data_dir, f"{name}.{suffix}", content, row.person_id).id for suffix, content in (("xlsx", book), ("pdf", paper))]
    ready = ReadyReport(
        saved_report_id=row.id, person_id=row.person_id, first_day=period.first_day, last_day=period.last_day, height=height, head=head,
        workbook_id=kept[0], paper_id=kept[1], made_at=clock.now(),
    )  # fmt: skip
    session.add(ready)
    session.flush()
    facts = {"name": row.name, "first_day": period.first_day.isoformat(), "last_day": period.last_day.isoformat(), "files": ",".join(map(str, kept))}
    outbox.tell(session, "report_ready", pool_id=row.pool_id, people=[row.person_id], facts=facts, once=f"report:{ready.id}")
    return ready


def _is_made(session: Session, saved_id: int, first_day: date, last_day: date) -> bool:
    wanted = (ReadyReport.saved_report_id == saved_id, ReadyReport.first_day == first_day, ReadyReport.last_day == last_day)
    return session.scalar(select(ReadyReport.id).where(*wanted)) is not None
