"""What extensions and change orders share in being decided: the table of steps, and that who asked may take them back until then."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.decisions import Decisions, Row
from assetpool.changes.steps import STEPS
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document


class Undecided(Decisions[Row]):
    """Deciding on a change of something approved, and taking it back."""

    def __init__(self, kind: str, row: type[Row], digest: Callable[[Session, Row], str]) -> None:
        """Name the kind of document, the class of its own row and the digest of what is decided upon."""
        super().__init__(kind, row, STEPS, digest)

    def cancel(self, session: Session, number: str, *, by: int, reason: str = "", revision: int | None = None) -> Document:
        """Take a change back before it is decided."""
        document, _row = self.locked(session, number, revision)
        demand(session, by, (Role.ORGANIZER, Role.CLERK), document.organization_id)
        approvals.close_round(session, document)
        records.step(session, document, "withdrawn", by, "cancel", self.steps, reason)
        return document
