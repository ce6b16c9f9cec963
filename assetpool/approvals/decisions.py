"""Deciding on one kind of document, made once per service: `_decisions = Decisions("IN", Intake, STEPS, content_digest)`.

The service takes `reject = _decisions.reject` and `send_back = _decisions.send_back`; its own `approve` locks and consents through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from assetpool.approvals import giving, service
from assetpool.approvals.sitting import Sitting
from assetpool.core.errors import N_
from assetpool.records import service as records
from assetpool.records.models import Document


class Requested(Protocol):
    """The row of a document that somebody asked for."""

    @property
    def requester_id(self) -> int:
        """Return who asked for it."""


Row = TypeVar("Row", bound=Requested)


class Decisions(Generic[Row]):
    """What the services of all documents with an approval share; `digest` tells what is decided upon."""

    def __init__(self, kind: str, row: type[Row], steps: records.Steps, digest: Callable[[Session, Row], str]) -> None:
        """Name the kind of document, the class of its own row, its table of steps and the digest of what is decided upon."""
        self.kind, self.row, self.steps, self.digest = kind, row, steps, digest

    def locked(self, session: Session, number: str, revision: int | None) -> tuple[Document, Row]:
        """Return a document, locked and as the page showed it, with its row; raise NotFound, ChangedMeanwhile."""
        document = records.lock(session, number, self.kind)
        records.unchanged(document, revision)
        return document, session.get_one(self.row, document.id)

    def consent(
        self,
        session: Session,
        document: Document,
        row: Row,
        by: int,
        barred: Mapping[int, str],
        reason: str,
        when: datetime,
        paper: service.PaperDecision | None,
    ) -> bool:
        """Give the yes that is due; say whether it was the last one. Of one that others follow, the trail is written here. Raise what `give` raises."""
        taken = giving.weigh(Sitting.on(session, [document], by), giving.Said(document, self.digest(session, row), barred, "yes", reason, when, paper))
        giving.record(session, [taken], by)
        if not taken.last:
            records.remark(session, document, by, taken.word, reason, when)
        return taken.last

    def decline(self, session: Session, number: str, to: str, by: int, reason: str, revision: int | None) -> tuple[Document, Row]:
        """Say no (`to`: rejected | sent_back) to a document; anybody who is asked may, but not the requester."""
        document, row = self.locked(session, number, revision)
        barred = {row.requester_id: N_("requester")}
        service.decline(session, document, to, by=by, content_digest=self.digest(session, row), barred=barred, steps=self.steps, reason=reason)
        return document, row

    def reject(self, session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
        """Reject a document for good."""
        return self.decline(session, number, "rejected", by, reason, revision)[0]

    def send_back(self, session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
        """Send a document back, so that it is asked for in another way."""
        return self.decline(session, number, "sent_back", by, reason, revision)[0]
