"""Event packs: what events of a sort usually need for every hundred people; the pool writes them, anybody who asks may begin with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.events.models import EventPack, EventPackLine
from assetpool.org.models import Organization, Role
from assetpool.org.queries import root_of
from assetpool.org.service import demand

MAY_WRITE = (Role.APPROVER, Role.ADMINISTRATOR, Role.KEEPER)
MOST_LINES = 100
LARGEST = 10**9


@dataclass(frozen=True)
class PackLine:
    """So many hundredths of a unit of a kind for every hundred people."""

    kind_id: int
    per_hundred: int


def packs_of(session: Session, pool_id: int, withdrawn: bool = False) -> list[tuple[EventPack, int]]:
    """Return the packs that are offered (with `withdrawn`: all), and how many lines each has, by name."""
    counted = select(EventPackLine.pack_id, func.count().label("lines")).group_by(EventPackLine.pack_id).subquery()
    statement = select(EventPack, func.coalesce(counted.c.lines, 0)).outerjoin(counted, counted.c.pack_id == EventPack.id).where(EventPack.pool_id == pool_id)
    if not withdrawn:
        statement = statement.where(EventPack.withdrawn_at.is_(None))
    return [(row[0], int(row[1])) for row in session.execute(statement.order_by(EventPack.name, EventPack.id))]


def pack(session: Session, pool_id: int, pack_id: int) -> EventPack:
    """Return a pack of the pool; raise NotFound."""
    found = session.get(EventPack, pack_id)
    if found is None or found.pool_id != pool_id:
        raise NotFound(what=str(pack_id))
    return found


def lines_of(session: Session, pack_id: int) -> list[tuple[EventPackLine, Kind]]:
    """Return a pack's lines in order, with their kinds."""
    statement = select(EventPackLine, Kind).join(Kind, Kind.id == EventPackLine.kind_id).where(EventPackLine.pack_id == pack_id)
    return [(row[0], row[1]) for row in session.execute(statement.order_by(EventPackLine.position, EventPackLine.id))]


def units_for(session: Session, pool_id: int, pack_id: int, people: int) -> dict[int, int]:
    """Return {kind: units} that a pack says for so many people, rounded up; kinds no longer offered are left out. Raise NotFound, FieldInvalid."""
    found = pack(session, pool_id, pack_id)
    if people <= 0:
        raise FieldInvalid(field=Word(N_("People")), problem=Word(N_("enter for how many people, a whole number from 1 on.")))
    return {kind.id: -(-line.per_hundred * people // 10_000) for line, kind in lines_of(session, found.id) if kind.withdrawn_at is None}


def write(
    session: Session, pool_id: int, name: str, lines: Sequence[PackLine], *, by: int, name_en: str = "", note: str = "", pack_id: int | None = None
) -> EventPack:
    """Write a pack, or one there is anew; raise NotAllowed, FieldInvalid."""
    _may_write(session, pool_id, by)
    if not name.strip():
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("say what the pack is called.")))
    if not lines or len(lines) > MOST_LINES:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("name 1 to 100 kinds.")))
    if len({line.kind_id for line in lines}) < len(lines):
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("each kind stands in a pack once.")))
    if any(not 0 < line.per_hundred <= LARGEST for line in lines):
        raise FieldInvalid(field=Word(N_("Per 100 people")), problem=Word(N_("enter a number above 0, for example 105 or 0.5.")))
    now = clock.now()
    if pack_id is None:
        row = EventPack(pool_id=pool_id, name=name.strip(), name_en=name_en.strip(), note=note.strip(), changed_by=by, changed_at=now)
        session.add(row)
        session.flush()
    else:
        row = pack(session, pool_id, pack_id)
        row.name, row.name_en, row.note, row.changed_by, row.changed_at = name.strip(), name_en.strip(), note.strip(), by, now
        session.execute(delete(EventPackLine).where(EventPackLine.pack_id == row.id))
    for position, line in enumerate(lines, start=1):
        session.add(EventPackLine(pack_id=row.id, position=position, kind_id=line.kind_id, per_hundred=line.per_hundred))
    session.flush()
    return row


def withdraw(session: Session, pool_id: int, pack_id: int, *, by: int) -> EventPack:
    """Offer a pack no longer, or offer it again."""
    _may_write(session, pool_id, by)
    row = pack(session, pool_id, pack_id)
    row.withdrawn_at = clock.now() if row.withdrawn_at is None else None
    session.flush()
    return row


def _may_write(session: Session, pool_id: int, by: int) -> None:
    root: Organization | None = root_of(session, pool_id)
    demand(session, by, MAY_WRITE, root.id if root else 0)
