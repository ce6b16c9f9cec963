"""What the audit lays on somebody's desk: findings to answer, and for auditors answers to look at."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from assetpool.audit import findings
from assetpool.core.errors import N_
from assetpool.desk.queries import SHOWN, Pile, Waiting
from assetpool.org.queries import Access

WORDS: tuple[str, str, str, str, dict[str, str]] = (
    N_("Findings"),
    N_("Findings of the audit that wait for you"),
    N_("No finding waits for you."),
    "audit.findings",
    {"show": "open"},
)


def pile(session: Session, access: Access, today: date) -> Pile | None:
    """Return the findings that wait for this person, the first due first; None where none does."""
    if not access.has("auditor", *findings.ANSWERING):
        return None
    count, rows = findings.awaited(session, access, SHOWN)
    first = [Waiting(document.number, "AF", document.state, finding.title, finding.title, last_day=finding.due_on) for document, finding, _ in rows]
    late = any(finding.due_on < today and document.state in findings.AWAITS_ANSWER for document, finding, _ in rows)
    return Pile("findings", count, first, late) if count else None
