"""What the page of a request shows of its shortage: who waits for which line, what was offered, what of it is at risk."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from assetpool.org.models import Role
from assetpool.org.queries import Access, path_of
from assetpool.records.models import Document
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import lines as lines_of
from assetpool.reservations.service import pool_today
from assetpool.shortages import risks, waiting
from assetpool.shortages.models import OPEN_STATES

PROMISED = frozenset({"approved", "partly_issued", "issued", "partly_returned"})


def of_request(session: Session, access: Access, document: Document) -> dict[str, Any]:
    """Return `waits` {line: entry}, `joinable` lines that this person may queue for, and `risks` of the request's promises."""
    row = session.get_one(Requisition, document.id)
    entries = {entry.line_no: entry for entry in waiting.of_documents(session, [document.id])}
    own = access.may((Role.ORGANIZER, Role.CLERK), path_of(session, document.organization_id))
    today = pool_today(session, document.pool_id)
    open_ = row.kind == "loan" and document.state in waiting.JOINABLE and (row.last_day is None or row.last_day >= today)
    lacking = [line.line_no for line in lines_of(session, row.id) if waiting.missing(line, document.state) and line.line_no not in entries]
    found = risks.risks(session, access, today, document.id) if document.state in PROMISED else []
    return {
        "waits": entries,
        "may_wait": own,
        "joinable": lacking if own and open_ else [],
        "risks": found,
        "may_rebook": access.has(*risks.MAY_REBOOK) and access.person_id != row.requester_id,
        "open_states": OPEN_STATES,
    }
