"""Decisions of one person on locked documents: each is weighed first, which may refuse it and writes nothing; then all are recorded together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from assetpool.approvals import telling
from assetpool.approvals.deadlines import due_moments
from assetpool.approvals.models import Approval, ApprovalDue
from assetpool.approvals.sitting import Sitting
from assetpool.core import bulk, chain, clock
from assetpool.core.db import hold
from assetpool.core.errors import N_, DomainError, SamePerson, Word
from assetpool.core.models import Pool
from assetpool.org.models import Role
from assetpool.org.queries import names
from assetpool.org.service import allow
from assetpool.records import outbox
from assetpool.records.models import Document


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


@dataclass(frozen=True)
class Said:
    """What somebody says (yes, no or sent_back) to a locked document as its digest tells.

    `barred` names who may not decide and as what they acted before (requester, keeper …). What was decided on `paper` a clerk may record.
    """

    document: Document
    content_digest: str
    barred: Mapping[int, str]
    decision: str = "yes"
    reason: str = ""
    occurred_at: datetime | None = None
    paper: PaperDecision | None = None


@dataclass(frozen=True)
class Taken:
    """A step taken by what was said: `awaited` is the step that the document waited for first, `fallen` closes with the one taken, `left` stays open."""

    said: Said
    due: ApprovalDue
    stood_in_for: int | None
    awaited: str
    left: tuple[ApprovalDue, ...]
    fallen: tuple[ApprovalDue, ...]

    @property
    def last(self) -> bool:
        """Say whether the round is complete with it."""
        return not self.left

    @property
    def word(self) -> str:
        """Return what the trail calls a yes that others follow."""
        return "endorse" if self.awaited == "endorse" else "agree"


def weigh(sitting: Sitting, said: Said) -> Taken:
    """Return the step that what was said takes. Raise NotAllowed, SamePerson, NothingDue, SignedOnPaperOnly."""
    rows = sitting.open(said.document)
    due, stood_in_for = _mine(sitting, said, [row for row in rows if row.opened_at is not None])
    if said.decision == "yes" and said.paper is None and sitting.wants_paper(due):
        raise SignedOnPaperOnly(number=said.document.number)
    others = [row for row in rows if row is not due]
    # After one of several who were each enough said yes, the others of its stage are no longer awaited; after a no, nobody is.
    fallen = [row for row in others if said.decision != "yes" or (due.any_of and row.any_of and (row.round, row.stage) == (due.round, due.stage))]
    return Taken(said, due, stood_in_for, rows[0].step, tuple(row for row in others if row not in fallen), tuple(fallen))


def _mine(sitting: Sitting, said: Said, rows: Sequence[ApprovalDue]) -> tuple[ApprovalDue, int | None]:
    """Return the awaited step that the person takes, and in whose place (None: in their own right).

    Who may not decide lends nobody the right to. Of the steps that rules ask for, a person takes one only.
    """
    number, by, on_paper = said.document.number, sitting.access.person_id, said.paper is not None
    if not rows:
        raise NothingDue(number=number)
    mine = sitting.part(rows, said.barred, on_paper)
    if mine is None:
        allow(sitting.access, (Role.CLERK, rows[0].role) if on_paper else rows[0].role, sitting.path(rows[0]))
        raise NothingDue(number=number)
    if by in said.barred:
        raise SamePerson(number=number, earlier=Word(said.barred[by]))
    if mine[0].rule_set_id is not None and not on_paper and by in sitting.taken(mine[0]):
        raise SamePerson(number=number, earlier=Word(N_("approver")))
    return mine


def record(session: Session, taken: Sequence[Taken], by: int) -> None:
    """Write decisions that were weighed, each of another document, in this order; ask for what they wait for next, and tell."""
    if not taken:
        return
    opened = open_stages(session, [(one.said.document, one.left) for one in taken])
    for one in taken:
        now = clock.now()
        _append(session, one, by, now)
        one.due.closed_at, one.due.taken_by, one.due.stood_in_for = now, by, one.stood_in_for
        for row in one.fallen:
            row.closed_at = now
    changed = [row for one in taken for row in (one.due, *one.fallen, *opened[one.said.document.id])]
    if len(changed) > 1:
        bulk.alike(changed, "closed_at", "taken_by", "stood_in_for", "opened_at", "due_at")
    session.flush()
    hold(session, list(names(session, [one.said.document.organization_id for one in taken]).values()))
    messages: list[outbox.Message] = []
    for one in taken:
        document = one.said.document
        messages += [telling.due(session, document, row) for row in opened[document.id]]
        if one.last:
            messages.append(telling.decided(session, document, one.said.decision, one.said.reason))
    outbox.tell_all(session, messages)


def _append(session: Session, one: Taken, by: int, now: datetime) -> None:
    said, paper = one.said, one.said.paper
    chain.append(
        session,
        Approval,
        pool_id=said.document.pool_id,
        document_id=said.document.id,
        step=one.due.step,
        decision=said.decision,
        role=one.due.role,
        organization_id=one.due.organization_id,
        person_id=by,
        reason=said.reason,
        content_digest=said.content_digest,
        paper_number=paper.number if paper else None,
        paper_day=paper.day if paper else None,
        paper_signer_digest=paper.signer_digest if paper else None,
        paper_file_id=paper.file_id if paper else None,
        occurred_at=said.occurred_at or now,
        recorded_at=now,
    )


def open_stages(session: Session, waiting: Sequence[tuple[Document, Sequence[ApprovalDue]]]) -> dict[int, list[ApprovalDue]]:
    """Ask for the steps of the next stage of each document of which none is asked for now; return by document those that are asked for with it."""
    opened: dict[int, list[ApprovalDue]] = {}
    for document, rows in waiting:
        asked = any(row.opened_at is not None for row in rows)
        opened[document.id] = [] if asked else [row for row in rows if row.stage == rows[0].stage]
    now = clock.now()
    moments: list[tuple[ApprovalDue, datetime | None]] = []
    for pool_id in sorted({document.pool_id for document, _rows in waiting if opened[document.id]}):
        several = [row for document, _rows in waiting if document.pool_id == pool_id for row in opened[document.id]]
        allowed = [(row.deadline_days, row.deadline_working) for row in several]
        moments += zip(several, due_moments(session, session.get_one(Pool, pool_id), now, allowed), strict=True)
    for row, moment in moments:
        row.opened_at, row.due_at = now, moment
    return opened
