"""What a person's decisions on several documents rest on, each read at most once for all of them; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.queries import open_steps_of
from assetpool.approvals.rule_models import RuleSet
from assetpool.approvals.standing_in import Lent, lent_to
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.org.models import Organization, Role
from assetpool.org.queries import Access, access_of
from assetpool.records.models import Document


class Sitting:
    """One person before the open steps of documents."""

    def __init__(self, session: Session, access: Access, rows: Iterable[ApprovalDue]) -> None:
        """Take the open steps of all the documents, those of each in their order."""
        self._session, self.access = session, access
        self._rows: dict[int, list[ApprovalDue]] = {}
        for row in rows:
            self._rows.setdefault(row.document_id, []).append(row)

    @classmethod
    def on(cls, session: Session, documents: Sequence[Document], by: int) -> Sitting:
        """Read what waits on locked documents, for a person who decides."""
        rows = open_steps_of(session, [document.id for document in documents])
        return cls(session, access_of(session, by), rows)

    def open(self, document: Document) -> Sequence[ApprovalDue]:
        """Return the steps of a document that are not closed, in their order."""
        return self._rows.get(document.id, ())

    def path(self, row: ApprovalDue) -> str:
        """Return the path of the organization that a step is asked of."""
        return self._paths.get(row.organization_id) or "?"

    def part(self, rows: Sequence[ApprovalDue], barred: Mapping[int, str], on_paper: bool = False) -> tuple[ApprovalDue, int | None] | None:
        """Return which of some awaited steps the person holds the role for, and in whose place (None: in their own right); None if none."""
        held = [row for row in rows if self.access.may((Role.CLERK, row.role) if on_paper else row.role, self.path(row))]
        if held:
            return held[0], None
        for lent in self._lent:
            for row in rows:
                if lent.person_id not in barred and lent.grant.role == row.role and self.path(row).startswith(lent.grant.path):
                    return row, lent.person_id
        return None

    def wants_paper(self, row: ApprovalDue) -> bool:
        """Say whether the rules that ask for a step want its signature on paper."""
        return row.rule_set_id in self._on_paper

    def taken(self, row: ApprovalDue) -> set[int]:
        """Return who took a step of the same round already, or had it taken in their place."""
        return self._takers.get((row.document_id, row.round), set())

    @property
    def _every(self) -> list[ApprovalDue]:
        return [row for rows in self._rows.values() for row in rows]

    @cached_property
    def _paths(self) -> dict[int, str]:
        wanted = {row.organization_id for row in self._every}
        rows = self._session.execute(select(Organization.id, Organization.path).where(Organization.id.in_(wanted)))
        return {row.id: row.path for row in rows}

    @cached_property
    def _lent(self) -> list[Lent]:
        today = clock.today(self._session.get_one(Pool, self.access.pool_id).time_zone)
        return lent_to(self._session, self.access.person_id, today)

    @cached_property
    def _on_paper(self) -> set[int]:
        wanted = {row.rule_set_id for row in self._every if row.rule_set_id is not None}
        return set(self._session.scalars(select(RuleSet.id).where(RuleSet.id.in_(wanted), RuleSet.on_paper))) if wanted else set()

    @cached_property
    def _takers(self) -> dict[tuple[int, int], set[int]]:
        columns = (ApprovalDue.document_id, ApprovalDue.round, ApprovalDue.taken_by, ApprovalDue.stood_in_for)
        found: dict[tuple[int, int], set[int]] = {}
        for row in self._session.execute(select(*columns).where(ApprovalDue.document_id.in_(self._rows), ApprovalDue.closed_at.is_not(None))):
            found.setdefault((row.document_id, row.round), set()).update({row.taken_by, row.stood_in_for} - {None})
        return found
