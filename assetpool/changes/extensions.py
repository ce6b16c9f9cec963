"""Acts on extensions: approve (which moves the due day under lock), reject, send back, withdraw."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assetpool.approvals.service import PaperDecision
from assetpool.changes import extending, telling
from assetpool.changes.deciding import Undecided
from assetpool.changes.extending import ask as ask
from assetpool.changes.models import Extension
from assetpool.changes.steps import STEPS
from assetpool.custody import service as custody
from assetpool.custody.service import Cause
from assetpool.handovers.finishing import lock_slip, renew_due
from assetpool.handovers.placing import part_off
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.reservations import service as reservations

_decisions = Undecided("EX", Extension, extending.content_digest)
reject, send_back, cancel = _decisions.reject, _decisions.send_back, _decisions.cancel


def approve(
    session: Session,
    number: str,
    *,
    by: int,
    reason: str = "",
    revision: int | None = None,
    occurred_at: datetime | None = None,
    paper: PaperDecision | None = None,
) -> Document:
    """Give the approval that is due; with the last one the due day moves, or ExtensionPromised, NotOutAnyMore, DueDayPassed is raised."""
    document, row = _decisions.locked(session, number, revision)
    when = records.occurrence(session, occurred_at)
    if _decisions.consent(session, document, row, by, extending.barred(session, document, row), reason, when, paper):
        _extend(session, document, row, by, when)
        records.step(session, document, "approved", by, "approve", STEPS, reason, when)
    return document


def _extend(session: Session, document: Document, row: Extension, by: int, when: datetime) -> None:
    """Move the due day of the units, parting lots where only some stay longer; every promise is kept or nothing happens."""
    slip_document, slip, _request = lock_slip(session, session.get_one(Document, row.slip_id).number)
    extending.demand_in_time(session, slip_document, row)
    lines = extending.lines_of(session, row.id)
    kinds = extending.kinds_of_lines(session, lines)
    keys = reservations.lock(session, [(kind_id, slip.store_id) for kind_id in kinds.values()])
    custody.lock_assets(session, kinds)
    extending.demand_free(session, row, extending.outs_of(session, slip_document, row, slip), document)
    with reservations.keeping_promises(session, document.pool_id, keys):
        for line in lines:
            cause, left = Cause(slip.id, line.line_no, by, when), line.units
            for tranche in extending.standing(session, slip, line, row.until):
                count = min(left, tranche.count)
                if count:
                    custody.move(session, part_off(session, tranche, count, cause), "extended", cause, due_on=row.until)
                left -= count
    session.flush()
    renew_due(session, [slip])
    records.remark(session, slip_document, by, "extend", document.number, when)
    telling.extended(session, document, row, slip, lines)
