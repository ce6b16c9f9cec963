"""Who must say yes, and saying it: one round of steps per submission, one append-only row per decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.approvals import telling
from assetpool.approvals.deadlines import due_moment
from assetpool.approvals.models import Approval, ApprovalDue
from assetpool.approvals.planning import Asked, Plan, Step, plan, usual_steps
from assetpool.approvals.queries import deciders, due_of, open_steps
from assetpool.approvals.rule_models import RuleSet
from assetpool.approvals.standing_in import lent_to
from assetpool.core import chain, clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, SamePerson, Word
from assetpool.core.models import Pool
from assetpool.org.models import Role
from assetpool.org.queries import Access, access_of, path_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document

__all__ = [
    "Asked", "NothingDue", "PaperDecision", "Plan", "SignedOnPaperOnly", "Step", "awaited", "close_round", "deciders", "decline", "give", "open_round",
    "plan", "usual_steps",
]  # fmt: skip


class NothingDue(DomainError):
    """Nobody is awaited for this document."""

    sentence = N_("%(number)s waits for no decision now. Reload the page to see where it stands.")


class SignedOnPaperOnly(DomainError):
    """The rules of this organization want the signature on paper."""

    sentence = N_("%(number)s is decided on paper by the rules of its organization. Print it, have it signed, and record the signed paper with its scan.")


@dataclass(frozen=True)
class PaperDecision:
    """A decision taken on paper: file number, day, salted digest of the signer's name, scan."""

    number: str
    day: date
    signer_digest: str
    file_id: int | None


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
    _open_next(session, document)
    return found


def _open_next(session: Session, document: Document) -> list[ApprovalDue]:
    """Ask for the steps of the next stage, if those before it are through; return the steps that are not closed."""
    waiting = open_steps(session, document.id)
    if not waiting or any(row.opened_at is not None for row in waiting):
        return waiting
    pool = session.get_one(Pool, document.pool_id)
    for row in waiting:
        if row.stage == waiting[0].stage:
            row.opened_at = clock.now()
            row.due_at = due_moment(session, pool, row.opened_at, row.deadline_days, row.deadline_working)
            telling.due(session, document, row)
    session.flush()
    return waiting


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
    """Take the awaited step of a locked document; return the step awaited next, or None when the round is complete.

    `barred` names who may not decide and as what they acted before (requester, keeper …). What was decided on `paper` a clerk may record.
    Raise NotAllowed, SamePerson, NothingDue.
    """
    due, stood_in_for = _taking(session, document, by, barred, paper is not None)
    if decision == "yes" and paper is None and wants_paper(session, due):
        raise SignedOnPaperOnly(number=document.number)
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
    due.closed_at, due.taken_by, due.stood_in_for = now, by, stood_in_for
    session.flush()
    if decision != "yes":
        close_round(session, document)
        telling.decided(session, document, decision, reason)
        return None
    _let_others_of_the_stage_go(session, document, due)
    waiting = _open_next(session, document)
    if not waiting:
        telling.decided(session, document, decision, reason)
    return waiting[0] if waiting else None


def _taking(session: Session, document: Document, by: int, barred: Mapping[int, str], on_paper: bool) -> tuple[ApprovalDue, int | None]:
    """Return the awaited step that this person takes, and in whose place (None: in their own right).

    Who may not decide lends nobody the right to. Of the steps that rules ask for, a person takes one only.
    """
    rows = [row for row in open_steps(session, document.id) if row.opened_at is not None]
    if not rows:
        raise NothingDue(number=document.number)
    access = access_of(session, by)
    mine = part(session, access, rows, barred, on_paper)
    if mine is None:
        demand(session, by, (Role.CLERK, rows[0].role) if on_paper else rows[0].role, rows[0].organization_id)
        raise NothingDue(number=document.number)
    if by in barred:
        raise SamePerson(number=document.number, earlier=Word(barred[by]))
    if mine[0].rule_set_id is not None and not on_paper and by in taken(session, mine[0]):
        raise SamePerson(number=document.number, earlier=Word(N_("approver")))
    return mine


def part(
    session: Session, access: Access, rows: Sequence[ApprovalDue], barred: Mapping[int, str], on_paper: bool = False
) -> tuple[ApprovalDue, int | None] | None:
    """Return which of the awaited steps a person holds the role for, and in whose place (None: in their own right); None if none."""
    paths = {row.id: path_of(session, row.organization_id) or "?" for row in rows}
    held = [row for row in rows if access.may((Role.CLERK, row.role) if on_paper else row.role, paths[row.id])]
    if held:
        return held[0], None
    today = clock.today(session.get_one(Pool, access.pool_id).time_zone)
    for lent in lent_to(session, access.person_id, today):
        for row in rows:
            if lent.person_id not in barred and lent.grant.role == row.role and paths[row.id].startswith(lent.grant.path):
                return row, lent.person_id
    return None


def wants_paper(session: Session, due: ApprovalDue) -> bool:
    """Say whether the rules that ask for a step want its signature on paper."""
    return due.rule_set_id is not None and session.get_one(RuleSet, due.rule_set_id).on_paper


def taken(session: Session, due: ApprovalDue) -> set[int]:
    """Return who took a step of the same round already, or had it taken in their place."""
    statement = select(ApprovalDue.taken_by, ApprovalDue.stood_in_for).where(ApprovalDue.document_id == due.document_id, ApprovalDue.round == due.round)
    return {person for row in session.execute(statement) for person in row if person is not None}


def _let_others_of_the_stage_go(session: Session, document: Document, due: ApprovalDue) -> None:
    """After one of several who were each enough said yes, the others of its stage are no longer awaited."""
    if due.any_of:
        for row in open_steps(session, document.id):
            if row.round == due.round and row.stage == due.stage and row.any_of:
                row.closed_at = clock.now()
        session.flush()
