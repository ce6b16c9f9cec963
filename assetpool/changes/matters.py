"""What extensions and change orders ask of those who decide: the inbox shows it beside each one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.registry import Line, Matter
from assetpool.catalog.models import Kind
from assetpool.changes.models import ChangeLine, ChangeOrder, Extension, ExtensionLine
from assetpool.core.web import day, language
from assetpool.custody.models import Asset
from assetpool.handovers.models import Slip
from assetpool.prices import duties
from assetpool.records.models import Document
from assetpool.reservations.queries import keys_of, ledgers
from assetpool.reservations.service import pool_today


def extensions(session: Session, documents: Sequence[Document]) -> dict[int, Matter]:
    """Return what several extensions would keep out, and until when; a fixed number of queries."""
    ids = [document.id for document in documents]
    rows = session.execute(
        select(Extension, Slip.keeper_id, Document.number)
        .join(Slip, Slip.id == Extension.slip_id)
        .join(Document, Document.id == Slip.id)
        .where(Extension.id.in_(ids))
    ).all()
    lines: dict[int, list[tuple[ExtensionLine, Kind]]] = defaultdict(list)
    statement = select(ExtensionLine, Kind).join(Asset, Asset.id == ExtensionLine.asset_id).join(Kind, Kind.id == Asset.kind_id)
    for line, kind in session.execute(statement.where(ExtensionLine.extension_id.in_(ids)).order_by(ExtensionLine.id)):
        lines[line.extension_id].append((line, kind))
    setters = duties.setters(session, {kind.id for several in lines.values() for _line, kind in several}, pool_today(session, documents[0].pool_id))
    english = language() == "en"
    found: dict[int, Matter] = {}
    for row, keeper_id, slip in rows:
        kinds = {kind.id: kind for _line, kind in lines[row.id]}
        units: dict[int, int] = defaultdict(int)
        for line, kind in lines[row.id]:
            units[kind.id] += line.units
        due = min(line.due_before for line, _kind in lines[row.id])
        about = _("%(slip)s: due on %(due)s, to stay out until %(until)s", slip=slip, due=day(due), until=day(row.until))
        shown = tuple(Line(kind.name_en if english and kind.name_en else kind.name, units[kind.id], None, kind.measure) for kind in kinds.values())
        found[row.id] = Matter(about, shown, frozenset({row.requester_id, keeper_id}).union(*(setters[kind_id] for kind_id in kinds)))
    return found


def orders(session: Session, documents: Sequence[Document]) -> dict[int, Matter]:
    """Return what several change orders would newly take, and what is free for it beside what is kept already; a fixed number of queries."""
    ids = [document.id for document in documents]
    rows = session.execute(select(ChangeOrder, Document.number).join(Document, Document.id == ChangeOrder.request_id).where(ChangeOrder.id.in_(ids))).all()
    changed: dict[int, list[tuple[ChangeLine, Kind]]] = defaultdict(list)
    statement = select(ChangeLine, Kind).join(Kind, Kind.id == ChangeLine.kind_id).where(ChangeLine.change_id.in_(ids))
    for line, kind in session.execute(statement.order_by(ChangeLine.change_id, ChangeLine.position)):
        changed[line.change_id].append((line, kind))
    today = pool_today(session, documents[0].pool_id)
    kinds = {kind.id for several in changed.values() for _line, kind in several}
    books = ledgers(session, keys_of(session, kinds), today) if kinds else {}
    setters = duties.setters(session, kinds, today)
    english = language() == "en"
    found: dict[int, Matter] = {}
    for row, number in rows:
        lines = []
        for line, kind in changed[row.id]:
            stores = [book for (kind_id, store_id), book in books.items() if kind_id == kind.id and line.store_id in (None, store_id)]
            free = None if line.what == "keep" else sum(book.free(max(row.first_day, today), row.last_day, kind.turn_round_days) for book in stores)
            name = kind.name_en if english and kind.name_en else kind.name
            remark = _("%(before)s before", before=line.units_before) if line.what == "keep" else ""
            lines.append(Line(name, line.units_after, free, kind.measure, remark))
        about = _("%(request)s: %(first)s to %(last)s", request=number, first=day(row.first_day), last=day(row.last_day))
        found[row.id] = Matter(about, tuple(lines), frozenset({row.requester_id}).union(*(setters[kind.id] for _line, kind in changed[row.id])))
    return found
