"""What extensions ask of those who decide: the inbox shows it beside each one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.registry import Line, Matter
from assetpool.catalog.models import Kind
from assetpool.changes.models import Extension, ExtensionLine
from assetpool.core.web import day, language
from assetpool.custody.models import Asset
from assetpool.handovers.models import Slip
from assetpool.prices import duties
from assetpool.records.models import Document
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
