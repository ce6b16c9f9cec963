"""Findings: an auditor holds something against an act or an organization, the organization answers, the auditor accepts or asks again.

While a finding about an act is open, a flag stands on the act and keeps it from grade A; accepting or withdrawing the finding closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.audit.duty import demand_auditor
from assetpool.audit.models import Finding, FindingRemark
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.org.models import Organization, Person, Role
from assetpool.org.queries import Access, holders, path_of
from assetpool.org.service import demand
from assetpool.records import outbox
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.queries import by_number, visible
from assetpool.savings import flags
from assetpool.savings.models import SavingAct, SavingEntry

STEPS: dict[str, frozenset[str]] = {
    "raised": frozenset({"answered", "closed", "withdrawn"}),
    "answered": frozenset({"sent_back", "closed", "withdrawn"}),
    "sent_back": frozenset({"answered", "closed", "withdrawn"}),
}
OPEN = tuple(STEPS)
AWAITS_ANSWER = ("raised", "sent_back")
ANSWERING = (Role.HEAD, Role.CLERK, Role.FINANCE)
FLAG = "finding"
SEVERITIES: dict[str, str] = {"low": N_("Minor"), "medium": N_("Of weight"), "high": N_("Grave")}


@dataclass(frozen=True)
class NewFinding:
    """What is held against whom, and by when an answer is due."""

    organization_id: int
    title: str
    text: str
    severity: str
    due_on: date
    act_id: int | None = None
    entry_id: int | None = None
    exception: str = ""


@dataclass(frozen=True)
class View:
    """A finding with its paper, whom it is addressed to, who wrote it, its act's slip, and what was said about it."""

    document: Document
    finding: Finding
    organization: Organization
    auditor: str
    act: SavingAct | None
    slip: str
    remarks: list[tuple[FindingRemark, str]]


def raise_finding(session: Session, pool_id: int, new: NewFinding, by: int) -> Document:
    """Write a finding under the next number, let its organization read it, and flag its act. Raise NotAllowed, FieldInvalid, NotFound."""
    demand_auditor(session, by)
    _judge(session, pool_id, new)
    act_id = new.act_id
    if new.entry_id is not None:
        entry = session.get(SavingEntry, new.entry_id)
        if entry is None or entry.pool_id != pool_id or (act_id is not None and entry.act_id != act_id):
            raise NotFound(what=str(new.entry_id))
        act_id = entry.act_id
    if act_id is not None:
        slip_id = session.scalar(select(SavingAct.document_id).where(SavingAct.id == act_id, SavingAct.pool_id == pool_id))
        if slip_id is None:
            raise NotFound(what=str(act_id))
        records.lock_ids(session, [slip_id])
    document = records.create(session, pool_id, "AF", new.organization_id, "raised", by)
    session.add(
        Finding(
            id=document.id, act_id=act_id, entry_id=new.entry_id, exception=new.exception[:40], organization_id=new.organization_id, severity=new.severity,
            title=new.title.strip(), text=new.text.strip(), due_on=new.due_on, auditor_id=by,
        )
    )  # fmt: skip
    session.flush()
    if act_id is not None:
        flags.raise_flag(session, act_id, FLAG, f"{document.number} {new.title.strip()}", by, document.number)
    _tell_organization(session, document, "finding_to_answer")
    return document


def _tell_organization(session: Session, document: Document, topic: str) -> None:
    people = {person for role in ANSWERING for person in holders(session, role, document.organization_id, exactly=True)}
    outbox.tell(session, topic, pool_id=document.pool_id, people=people, document_id=document.id)


def _judge(session: Session, pool_id: int, new: NewFinding) -> None:
    organization = session.get(Organization, new.organization_id)
    if organization is None or organization.pool_id != pool_id:
        raise FieldInvalid(field=Word(N_("Addressed to")), problem=Word(N_("choose an organization.")))
    if not new.title.strip() or not new.text.strip():
        raise FieldInvalid(field=Word(N_("Finding")), problem=Word(N_("say what was found and what it rests on.")))
    if new.severity not in SEVERITIES:
        raise FieldInvalid(field=Word(N_("Severity")), problem=Word(N_("choose one of those offered.")))


def answer(session: Session, number: str, text: str, by: int, file_ids: Sequence[int] = (), revision: int | None = None) -> Document:
    """Answer a finding for its organization (head, clerk or finance), with papers. Raise NotAllowed, WrongState, FieldInvalid."""
    document, finding = _locked(session, number, revision)
    demand(session, by, ANSWERING, finding.organization_id)
    for file_id in file_ids:
        records.attach(session, document.id, file_id, "answer")
    outbox.tell(session, "finding_answered", pool_id=document.pool_id, people=[finding.auditor_id], document_id=document.id)
    return _say(session, document, "answer", "answered", text, by)


def ask_again(session: Session, number: str, text: str, by: int, due_on: date | None = None, revision: int | None = None) -> Document:
    """Send an answer back: it does not settle the finding; a new day to answer by may be set."""
    document, finding = _locked(session, number, revision)
    demand_auditor(session, by)
    if due_on is not None:
        finding.due_on = due_on
    _tell_organization(session, document, "finding_to_answer")
    return _say(session, document, "ask_again", "sent_back", text, by)


def accept(session: Session, number: str, text: str, by: int, revision: int | None = None) -> Document:
    """Close a finding that is settled, and the flag on its act."""
    return _close(session, number, "accept", "closed", text, by, revision)


def withdraw(session: Session, number: str, text: str, by: int, revision: int | None = None) -> Document:
    """Take a finding back that was none, and close the flag on its act."""
    return _close(session, number, "withdraw", "withdrawn", text, by, revision)


def _close(session: Session, number: str, act: str, to: str, text: str, by: int, revision: int | None) -> Document:
    document, finding = _locked(session, number, revision)
    demand_auditor(session, by)
    _say(session, document, act, to, text, by)
    _tell_organization(session, document, "finding_closed")
    if finding.act_id is not None:
        flags.close_flag(session, finding.act_id, FLAG, text, by, document.number)
    return document


def _locked(session: Session, number: str, revision: int | None) -> tuple[Document, Finding]:
    document = records.lock(session, number, "AF")
    records.unchanged(document, revision)
    return document, session.get_one(Finding, document.id, populate_existing=True)


def _say(session: Session, document: Document, act: str, to: str, text: str, by: int) -> Document:
    if not text.strip():
        raise FieldInvalid(field=Word(N_("Answer")), problem=Word(N_("write a sentence.")))
    records.step(session, document, to, by, act, STEPS)
    session.add(FindingRemark(finding_id=document.id, act=act, text=text.strip(), person_id=by, recorded_at=clock.now()))
    session.flush()
    return document


def view(session: Session, access: Access, number: str) -> View:
    """Return a finding that a person may read; raise NotFound."""
    document = by_number(session, access, number, "AF")
    finding = session.get_one(Finding, document.id)
    act = session.get(SavingAct, finding.act_id) if finding.act_id else None
    said = select(FindingRemark, Person.name).join(Person, Person.id == FindingRemark.person_id).where(FindingRemark.finding_id == document.id)
    return View(
        document=document,
        finding=finding,
        organization=session.get_one(Organization, finding.organization_id),
        auditor=session.scalar(select(Person.name).where(Person.id == finding.auditor_id)) or "",
        act=act,
        slip=session.scalar(select(Document.number).where(Document.id == act.document_id)) or "" if act else "",
        remarks=[(row[0], row[1]) for row in session.execute(said.order_by(FindingRemark.id))],
    )


def may_answer(session: Session, access: Access, finding: Finding) -> bool:
    """Say whether a person may answer for the organization a finding is addressed to."""
    return access.may(ANSWERING, path_of(session, finding.organization_id))


def listed(session: Session, access: Access, show: str = "", before: int | None = None, limit: int = 50) -> list[tuple[Document, Finding, Organization]]:
    """Return findings that a person may read, newest first; `show` is open, closed or empty for all."""
    statement = select(Document, Finding, Organization).join(Finding, Finding.id == Document.id).join(Organization, Organization.id == Finding.organization_id)
    statement = statement.where(Document.pool_id == access.pool_id, visible(access))
    if show:
        statement = statement.where(Document.state.in_(OPEN) if show == "open" else Document.state.not_in(OPEN))
    if before is not None:
        statement = statement.where(Document.id < before)
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(Document.id.desc()).limit(limit))]


def awaited(session: Session, access: Access, limit: int) -> tuple[int, list[tuple[Document, Finding, Organization]]]:
    """Return how many findings wait for this person, and the first due: to answer for an organization, or answered ones for an auditor."""
    statement = select(Document, Finding, Organization).join(Finding, Finding.id == Document.id).join(Organization, Organization.id == Finding.organization_id)
    if access.has(Role.AUDITOR):
        mine = Document.state == "answered"
    else:
        mine = Document.state.in_(AWAITS_ANSWER) & Finding.organization_id.in_(access.organizations(*ANSWERING))
    statement = statement.where(Document.pool_id == access.pool_id, mine)
    count = session.scalar(select(func.count()).select_from(statement.with_only_columns(Document.id).subquery())) or 0
    rows = session.execute(statement.order_by(Finding.due_on, Document.id).limit(limit))
    return count, [(row[0], row[1], row[2]) for row in rows]


def open_counts(session: Session, pool_id: int, today: date) -> tuple[int, int]:
    """Return how many findings are open, and how many of them wait for an answer past their day."""
    statement = select(Document.state, Finding.due_on).join(Finding, Finding.id == Document.id).where(Document.pool_id == pool_id, Document.state.in_(OPEN))
    rows = session.execute(statement).all()
    return len(rows), sum(row.state in AWAITS_ANSWER and row.due_on < today for row in rows)
