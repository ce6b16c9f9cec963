"""Who must say yes, and saying it: one round of steps per submission, one append-only row per decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval, ApprovalDue
from assetpool.approvals.queries import deciders, due_of
from assetpool.core import chain, clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, SamePerson, Word
from assetpool.org.queries import holders
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document

__all__ = ["NothingDue", "PaperDecision", "Step", "awaited", "close_round", "deciders", "decline", "give", "open_round", "usual_steps"]


class NothingDue(DomainError):
    """Nobody is awaited for this document."""

    sentence = N_("%(number)s waits for no decision now. Reload the page to see where it stands.")


@dataclass(frozen=True)
class Step:
    """One yes that is needed: which step, by which role, for which organization."""

    step: str
    role: str
    organization_id: int


@dataclass(frozen=True)
class PaperDecision:
    """A decision taken on paper: file number, day, salted digest of the signer's name, scan."""

    number: str
    day: date
    signer_digest: str
    file_id: int | None


def usual_steps(session: Session, requester_id: int, giving_organization_id: int, store_organization_id: int) -> list[Step]:
    """Return the default: an endorsement where the giving organization has a head other than the requester, then one approval.

    Source: INTERFACE.md, default approval.
    """
    heads = [person for person in holders(session, "head", giving_organization_id, exactly=True) if person != requester_id]
    endorsement = [Step("endorse", "head", giving_organization_id)] if heads else []
    return [*endorsement, Step("approve", "approver", store_organization_id)]


def open_round(session: Session, document: Document, steps: Sequence[Step]) -> None:
    """Start a new round of steps for a submitted document; the first step is awaited at once."""
    close_round(session, document)
    last = session.scalar(select(func.max(ApprovalDue.round)).where(ApprovalDue.document_id == document.id)) or 0
    for position, step in enumerate(steps):
        session.add(
            ApprovalDue(
                document_id=document.id,
                round=last + 1,
                position=position,
                step=step.step,
                role=step.role,
                organization_id=step.organization_id,
                opened_at=clock.now() if position == 0 else None,
            )
        )
    session.flush()


def close_round(session: Session, document: Document) -> None:
    """Let what is still awaited fall away (rejected, withdrawn, sent back)."""
    statement = select(ApprovalDue).where(ApprovalDue.document_id == document.id, ApprovalDue.closed_at.is_(None))
    for row in session.scalars(statement):
        row.closed_at = clock.now()
    session.flush()


def awaited(session: Session, document: Document) -> ApprovalDue:
    """Return the step a document waits for; raise NothingDue."""
    due = due_of(session, document.id)
    if due is None:
        raise NothingDue(number=document.number)
    return due


def decline(
    session: Session,
    document: Document,
    to: str,
    *,
    by: int,
    content_digest: str,
    barred: Mapping[int, str],
    steps: records.Steps,
    reason: str,
) -> None:
    """Reject a locked document or send it back (`to`: rejected | sent_back), with a reason that the requester sees. Raise what `give` raises."""
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why, so that the requester knows what to change.")))
    decision = "no" if to == "rejected" else "sent_back"
    give(session, document, by, content_digest, barred, decision, reason.strip())
    records.step(session, document, to, by, decision, steps, reason.strip())


def give(
    session: Session,
    document: Document,
    by: int,
    content_digest: str,
    barred: Mapping[int, str],
    decision: str = "yes",
    reason: str = "",
    occurred_at: datetime | None = None,
    paper: PaperDecision | None = None,
) -> ApprovalDue | None:
    """Take the awaited step of a locked document; return the step awaited next, or None when the round is complete.

    `barred` names who may not decide and as what they acted before (requester, keeper …). What was decided on `paper` a clerk may record.
    Raise NotAllowed, SamePerson, NothingDue.
    """
    due = awaited(session, document)
    demand(session, by, ("clerk", due.role) if paper is not None else due.role, due.organization_id)
    if by in barred:
        raise SamePerson(number=document.number, earlier=Word(barred[by]))
    now = clock.now()
    chain.append(
        session,
        Approval,
        pool_id=document.pool_id,
        document_id=document.id,
        step=due.step,
        decision=decision,
        role=due.role,
        organization_id=due.organization_id,
        person_id=by,
        reason=reason,
        content_digest=content_digest,
        paper_number=paper.number if paper else None,
        paper_day=paper.day if paper else None,
        paper_signer_digest=paper.signer_digest if paper else None,
        paper_file_id=paper.file_id if paper else None,
        occurred_at=occurred_at or now,
        recorded_at=now,
    )
    due.closed_at = now
    session.flush()
    if decision != "yes":
        close_round(session, document)
        return None
    following = due_of(session, document.id)
    if following is not None:
        following.opened_at = now
        session.flush()
    return following
