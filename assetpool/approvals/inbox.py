"""What waits for a person's decision, with what each document asks for: a fixed number of queries per kind of document."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assetpool.approvals import registry
from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.queries import waiting_for
from assetpool.approvals.registry import Matter
from assetpool.core import clock
from assetpool.org.models import Organization
from assetpool.org.queries import Access, names
from assetpool.records.models import Document


@dataclass(frozen=True)
class Waiting:
    """One document that waits, from whom, since when, and what it asks; `late`: past its time."""

    document: Document
    due: ApprovalDue
    organization: Organization
    matter: Matter
    days: int
    barred: bool

    @property
    def late(self) -> bool:
        """Say whether the step is past its time."""
        return self.due.due_at is not None and self.due.due_at <= clock.now()


def waiting(session: Session, access: Access) -> dict[str, list[Waiting]]:
    """Return what waits for this person by kind of document, longest waiting first."""
    found = [(document, due) for document, due in waiting_for(session, access) if document.kind in registry.kinds]
    by_kind: dict[str, list[Document]] = defaultdict(list)
    for document, _due in found:
        by_kind[document.kind].append(document)
    matters: dict[int, Matter] = {}
    for kind, documents in by_kind.items():
        reading = registry.kinds[kind].matters
        if reading is not None:
            matters.update(reading(session, documents))
    organizations = names(session, [document.organization_id for document, _due in found])
    grouped: dict[str, list[Waiting]] = {}
    for document, due in found:
        matter = matters.get(document.id, Matter(""))
        days = (clock.now() - due.opened_at).days if due.opened_at is not None else 0
        one = Waiting(document, due, organizations[document.organization_id], matter, days, access.person_id in matter.barred)
        grouped.setdefault(document.kind, []).append(one)
    return grouped
