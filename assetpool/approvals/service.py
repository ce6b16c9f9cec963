"""Who must say yes, and saying it: one round of steps per submission, one append-only row per decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals import giving, telling
from assetpool.approvals.giving import NothingDue, PaperDecision, Said, SignedOnPaperOnly
from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.planning import Asked, Plan, Step, plan, usual_steps
from assetpool.approvals.queries import deciders, due_of, open_steps
from assetpool.approvals.sitting import Sitting
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document

__all__ = [
    "Asked", "NothingDue", "PaperDecision", "Plan", "SignedOnPaperOnly", "Step", "awaited", "close_round", "deciders", "decline", "give", "open_round",
    "plan", "usual_steps",
]  # fmt: skip


def open_round(session: Session, document: Document, usual: Sequence[Step], asked: Asked | None = None) -> Plan:
    """Start a new round of steps for a submitted document; those of the first stage are awaited at once.

    `asked` lets the rules of the asking organization decide on the steps; where none applies, or without it, the `usual` ones are taken.
    """
    close_round(session, document)
    found = plan(session, usual, asked) if asked is not None else Plan(tuple(usual))
    last = session.scalar(select(func.max(ApprovalDue.round)).where(ApprovalDue.document_id == document.id)) or 0
    stage = -1
    stages: list[int | None] = []
    for position, step in enumerate(found.steps):
        if step.stage is None or step.stage not in stages[-1:]:
            stage += 1
        stages.append(step.stage)
        session.add(
            ApprovalDue(
                document_id=document.id,
                round=last + 1,
                position=position,
                step=step.step,
                role=step.role,
                organization_id=step.organization_id,
                stage=stage,
                any_of=step.any_of,
                deadline_days=step.days,
                deadline_working=step.working,
                rule_set_id=found.rule_set_id,
                why=step.why,
                opened_at=None,
                closed_at=None,
            )
        )
    session.flush()
    asked_now = giving.open_stages(session, [(document, open_steps(session, document.id))])[document.id]
    session.flush()
    outbox.tell_all(session, [telling.due(session, document, row) for row in asked_now])
    return found


def close_round(session: Session, document: Document) -> None:
    """Let what is still awaited fall away (rejected, withdrawn, sent back)."""
    for row in open_steps(session, document.id):
        row.closed_at = clock.now()
    session.flush()


def awaited(session: Session, document: Document) -> ApprovalDue:
    """Return the step a document waits for (of several the first); raise NothingDue."""
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
    """Take the awaited step of a locked document; return the step awaited next, or None when the round is complete. Raise what `giving.weigh` raises."""
    said = Said(document, content_digest, barred, decision, reason, occurred_at, paper)
    taken = giving.weigh(Sitting.on(session, [document], by), said)
    giving.record(session, [taken], by)
    return taken.left[0] if taken.left else None
