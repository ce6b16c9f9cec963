"""Acts of the label studio: own layouts, printers with their offsets, and counting what was printed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.catalog.service import demand_anywhere
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.labels import shape
from assetpool.labels.layouts import LAYOUTS, Layout
from assetpool.labels.models import LabelCount, LabelLayout, LabelPrinter
from assetpool.org.models import Role
from assetpool.org.queries import access_of

MAY_LAY_OUT = (Role.ADMINISTRATOR, Role.KEEPER)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
_AT_ONCE = 2000


class LayoutNameTaken(DomainError):
    """A layout of that name exists already."""

    sentence = N_("A layout named %(name)s exists already. Give this one another name.")


class PrinterNameTaken(DomainError):
    """A printer of that name exists already."""

    sentence = N_("A printer named %(name)s exists already. Change that one, or give another name.")


def lay_out(session: Session, layout: Layout, *, by: int, changing: str = "") -> LabelLayout:
    """Keep a layout of the pool's own, or change one; raise LayoutImpossible, LayoutNameTaken, NotFound, NotAllowed, FieldInvalid."""
    demand_anywhere(session, by, MAY_LAY_OUT)
    pool_id = access_of(session, by).pool_id
    if not _NAME.fullmatch(layout.name):
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("use 3 to 40 small letters, digits and hyphens, for example shelf-100x50.")))
    for contradiction in shape.contradictions(layout):
        raise contradiction
    known = session.scalar(select(LabelLayout).where(LabelLayout.pool_id == pool_id, LabelLayout.name == layout.name).with_for_update())
    if layout.name in LAYOUTS or (known is not None and known.withdrawn_at is None and changing != layout.name):
        raise LayoutNameTaken(name=layout.name)
    if changing and known is None:
        raise NotFound(what=changing)
    row = known or LabelLayout(pool_id=pool_id, name=layout.name)
    row.title, row.measures, row.withdrawn_at = layout.title.strip() or layout.name, shape.written(layout), None
    row.changed_by, row.changed_at = by, clock.now()
    session.add(row)
    session.flush()
    return row


def withdraw_layout(session: Session, name: str, *, by: int) -> None:
    """Offer an own layout no longer; raise NotFound, NotAllowed."""
    demand_anywhere(session, by, MAY_LAY_OUT)
    wanted = (LabelLayout.pool_id == access_of(session, by).pool_id, LabelLayout.name == name, LabelLayout.withdrawn_at.is_(None))
    row = session.scalar(select(LabelLayout).where(*wanted).with_for_update())
    if row is None:
        raise NotFound(what=name)
    row.withdrawn_at, row.changed_by = clock.now(), by
    session.flush()


def set_printer(session: Session, name: str, right: int, down: int, dots: int, *, by: int, printer_id: int | None = None) -> LabelPrinter:
    """Keep a printer with what is added to the right and downwards, in hundredths of a mm; raise PrinterNameTaken, FieldInvalid, NotFound, NotAllowed."""
    demand_anywhere(session, by, MAY_LAY_OUT)
    pool_id, name = access_of(session, by).pool_id, name.strip()
    if not 0 < len(name) <= 80:
        raise FieldInvalid(field=Word(N_("Name")), problem=Word(N_("name the printer as it is called in the office, in at most 80 characters.")))
    if max(abs(right), abs(down)) > 2000:
        raise FieldInvalid(field=Word(N_("Offset")), problem=Word(N_("at most 20 mm either way can be made good. Set the paper guides of the printer first.")))
    if dots not in (203, 300, 600):
        raise FieldInvalid(field=Word(N_("Dots an inch")), problem=Word(N_("label printers have 203, 300 or 600.")))
    row = session.get(LabelPrinter, printer_id, with_for_update=True) if printer_id is not None else LabelPrinter(pool_id=pool_id)
    if row is None or row.pool_id != pool_id:
        raise NotFound(what=str(printer_id))
    twin = session.scalar(select(LabelPrinter.id).where(LabelPrinter.pool_id == pool_id, func.lower(LabelPrinter.name) == name.lower()))
    if twin not in (None, printer_id):
        raise PrinterNameTaken(name=name)
    row.name, row.shift_right, row.shift_down, row.dots = name, right, down, dots
    row.changed_by, row.changed_at = by, clock.now()
    session.add(row)
    session.flush()
    return row


def count_prints(session: Session, pool_id: int, tags: Iterable[str], *, by: int | None) -> None:
    """Count one more print of each tag's label."""
    now, wanted = clock.now(), sorted(set(tags))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    for first in range(0, len(wanted), _AT_ONCE):
        rows = [{"pool_id": pool_id, "tag": tag, "printed": 1, "last_at": now, "last_by": by} for tag in wanted[first : first + _AT_ONCE]]
        given = dialect.insert(LabelCount)
        again = {"printed": LabelCount.printed + 1, "last_at": given.excluded.last_at, "last_by": given.excluded.last_by}
        session.execute(given.on_conflict_do_update(index_elements=[LabelCount.pool_id, LabelCount.tag], set_=again), rows)
