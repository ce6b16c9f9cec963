"""The auditor's room for machines: verification, the chain, samples, exceptions, findings."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from assetpool.approvals.rest import reached
from assetpool.audit import browsing, exceptions, findings, gathering, samples, verification
from assetpool.audit.blueprint import INSIDE, sentence
from assetpool.audit.models import Finding, Sample
from assetpool.audit.schemas import (
    AnswerBody,
    AskAgainBody,
    ChainPage,
    ChainQuery,
    ExceptionPage,
    ExceptionQuery,
    FindingAnswer,
    FindingBody,
    FindingPage,
    FindingQuery,
    FindingRow,
    JudgeBody,
    SampleAnswer,
    SampleBody,
    SamplePage,
    SampleQuery,
    SampleRow,
    VerifyAnswer,
    VerifyQuery,
)
from assetpool.core.db import db, still
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, WrongState
from assetpool.org import access
from assetpool.org.models import Organization, Role
from assetpool.org.queries import organization_by_code
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import attachments_of, by_number, file_for
from assetpool.records.schemas import DocumentAnswer, ListQuery
from assetpool.records.service import ChangedMeanwhile

bp = rest.blueprint("audit", __name__, "Audit")


@bp.get("/audit/verify")
@access.role(Role.AUDITOR, Role.ADMINISTRATOR, Role.REVIEWER, Role.APPROVER, Role.FINANCE)
@rest.reads(VerifyAnswer, VerifyQuery, refuses=(NotAllowed,))
def verify(asked: VerifyQuery) -> rest.Json:
    """Recompute the whole book from its first row and name the first difference; nothing is written."""
    pool_id = access.current().pool_id
    anchor = None
    if asked.anchor:
        height, _, digest = asked.anchor.partition(":")
        anchor = (int(height), digest)
    return verification.verify(still(), pool_id, anchor, current_app.config["DATA_DIR"]).as_json()


@bp.get("/audit/chain")
@access.role(Role.AUDITOR, Role.ADMINISTRATOR)
@rest.reads(ChainPage, ChainQuery, refuses=(NotAllowed,))
def chain(asked: ChainQuery) -> rest.Json:
    """List the rows of the chain above a height, with the raw values their digests cover."""
    session, pool_id = db.session(), access.current().pool_id
    head = browsing.head_of(session, pool_id)
    rows = browsing.chain_rows(session, pool_id, asked.since, asked.limit)
    items = [{"height": row.height, "table": row.table, "id": row.id, "digest": row.digest, "values": row.values} for row in rows]
    following = rows[-1].height if rows and rows[-1].height < head.height else None
    return {"items": items, "next": following, "total": head.height, "chain": {"height": head.height, "head": head.digest}}


@bp.get("/audit/samples")
@access.role(*INSIDE)
@rest.reads(SamplePage, ListQuery, refuses=(NotAllowed,))
def drawn(asked: ListQuery) -> rest.Json:
    """List the samples drawn, newest first."""
    before = rest.after(asked.cursor, (int,))
    rows = samples.listed(db.session(), access.current().pool_id, asked.limit + 1, before[0] if before else None)
    page = rows[: asked.limit]
    return rest.page([_sample(row) for row in page], (page[-1].id,) if len(rows) > len(page) else None)


@bp.post("/audit/samples")
@access.role(Role.AUDITOR)
@rest.writes(SampleAnswer, SampleBody, refuses=(NotAllowed, FieldInvalid, samples.NothingToDraw))
def draw(session: Session, body: SampleBody) -> rest.Json:
    """Draw a sample of acts or entries and keep it; the same seed draws the same sample again at any time."""
    said = body.model_dump(exclude={"interval_fen"})
    return _opened(session, samples.take(session, access.current().pool_id, samples.Asked(interval=body.interval_fen, **said), access.me()))


@bp.get("/audit/samples/<int:sample_id>")
@access.role(*INSIDE)
@rest.reads(SampleAnswer, SampleQuery, refuses=(NotAllowed, NotFound))
def sample(asked: SampleQuery, sample_id: int) -> rest.Json:
    """Show a sample with its items; with `again` it is drawn anew and compared."""
    session = db.session()
    row = samples.sample_of(session, access.current().pool_id, sample_id)
    return _opened(session, row, samples.is_reproduced(session, row) if asked.again else None)


def _sample(row: Sample) -> SampleRow:
    return {
        "id": row.id, "purpose": row.purpose, "unit": row.unit, "method": row.method, "measure": row.measure, "size": row.size, "seed": row.seed,
        "interval_fen": row.interval, "stratified": row.stratified, "first_day": row.first_day, "last_day": row.last_day,
        "chain": {"height": row.height, "head": row.head}, "population": row.population, "total_fen": row.total, "drawn_at": row.drawn_at,
    }  # fmt: skip


def _opened(session: Session, row: Sample, reproduced: bool | None = None) -> SampleAnswer:
    items = samples.items_of(session, row.id)
    acts = samples.acts_of(session, items)
    return {
        **_sample(row),
        "reproduced": reproduced,
        "items": [
            {
                "position": item.position, "act_id": item.act_id, "entry_id": item.subject_id if row.unit == "entry" else None, "slip": acts[item.act_id][1],
                "line": acts[item.act_id][0].line_no, "value_fen": item.value, "stratum": item.stratum, "hits": item.hits, "certain": item.certain,
            }
            for item in items
        ],
    }  # fmt: skip


@bp.get("/audit/exceptions")
@access.role(*INSIDE)
@rest.reads(ExceptionPage, ExceptionQuery, refuses=(NotAllowed, NotFound))
def found(asked: ExceptionQuery) -> rest.Json:
    """List what the rules allow and an auditor should look at all the same, kind by kind, the dearest of each first."""
    if asked.kind is not None and asked.kind not in exceptions.BY_CODE:
        raise NotFound(what=asked.kind)
    before = rest.after(asked.cursor, (int,))
    begin = before[0] if before else 0
    gathered = gathering.gather(db.session(), access.current().pool_id, asked.from_, asked.to)
    groups = exceptions.find(gathered, asked.kind or "")
    every = [one for group in groups for one in group.found]
    items = [
        {
            "kind": one.code, "subject": one.subject, "act_id": one.act_id, "organization_code": _code(gathered.organizations.get(one.organization_id or 0)),
            "amount_fen": one.amount, "text": sentence(one),
        }
        for one in every[begin : begin + asked.limit]
    ]  # fmt: skip
    kinds = [{"kind": g.rule.code, "name": gettext(g.rule.name), "why": gettext(g.rule.why), "found": len(g.found)} for g in groups]
    following = (begin + asked.limit,) if len(every) > begin + asked.limit else None
    return rest.page(items, following, len(every), kinds=kinds)


def _code(organization: Organization | None) -> str | None:
    return organization.code if organization is not None else None


@bp.get("/audit/findings")
@access.signed_in
@rest.reads(FindingPage, FindingQuery)
def all_findings(asked: FindingQuery) -> rest.Json:
    """List the findings one may read, newest first: an auditor all of them, others those addressed to their organizations."""
    before = rest.after(asked.cursor, (int,))
    rows = findings.listed(db.session(), access.current(), asked.show or "", before[0] if before else None, asked.limit + 1)
    page = rows[: asked.limit]
    return rest.page([_finding(*row) for row in page], (page[-1][0].id,) if len(rows) > len(page) else None)


@bp.post("/audit/findings")
@access.role(Role.AUDITOR)
@rest.writes(DocumentAnswer, FindingBody, refuses=(NotAllowed, NotFound, FieldInvalid))
def hold_against(session: Session, body: FindingBody) -> rest.Json:
    """Raise a finding; while it is open the act it is about is no grade A."""
    pool_id = access.current().pool_id
    organization = organization_by_code(session, pool_id, body.organization_code)
    new = findings.NewFinding(organization.id, **body.model_dump(exclude={"organization_code"}))
    return reached(findings.raise_finding(session, pool_id, new, access.me()))


@bp.get("/audit/findings/<number>")
@access.signed_in
@rest.reads(FindingAnswer, refuses=(NotFound,))
def finding(number: str) -> rest.Json:
    """Show a finding with what was said about it."""
    session = db.session()
    it = findings.view(session, access.current(), number)
    answer: FindingAnswer = {
        **_finding(it.document, it.finding, it.organization),
        "revision": it.document.revision,
        "text": it.finding.text,
        "auditor": it.auditor,
        "slip": it.slip or None,
        "remarks": [{"act": remark.act, "text": remark.text, "person": person, "recorded_at": remark.recorded_at} for remark, person in it.remarks],
        "file_ids": [file.id for _, file in attachments_of(session, it.document.id)],
    }
    return answer


def _finding(document: Document, row: Finding, organization: Organization) -> FindingRow:
    return {
        "number": document.number, "state": document.state, "organization_code": organization.code, "title": row.title, "severity": row.severity,
        "due_on": row.due_on, "act_id": row.act_id, "entry_id": row.entry_id, "exception": row.exception,
    }  # fmt: skip


@bp.post("/audit/findings/<number>/answer")
@access.role(*findings.ANSWERING)
@rest.writes(DocumentAnswer, AnswerBody, status=200, refuses=(NotAllowed, NotFound, WrongState, FieldInvalid, ChangedMeanwhile))
def answer(session: Session, body: AnswerBody, number: str) -> rest.Json:
    """Answer a finding for the organization it is addressed to, with papers."""
    mine = access.current()
    by_number(session, mine, number, "AF")
    files = [file_for(session, mine, file_id).id for file_id in body.file_ids]
    return reached(findings.answer(session, number, body.text, access.me(), files, body.revision))


@bp.post("/audit/findings/<number>/ask-again")
@access.role(Role.AUDITOR)
@rest.writes(DocumentAnswer, AskAgainBody, status=200, refuses=(NotAllowed, NotFound, WrongState, ChangedMeanwhile))
def ask_again(session: Session, body: AskAgainBody, number: str) -> rest.Json:
    """Send an answer back: it does not settle the finding."""
    number = by_number(session, access.current(), number, "AF").number
    return reached(findings.ask_again(session, number, body.text, access.me(), body.due_on, body.revision))


@bp.post("/audit/findings/<number>/accept")
@access.role(Role.AUDITOR)
@rest.writes(DocumentAnswer, JudgeBody, status=200, refuses=(NotAllowed, NotFound, WrongState, ChangedMeanwhile))
def settle(session: Session, body: JudgeBody, number: str) -> rest.Json:
    """Close a finding that is settled, and the flag on its act."""
    number = by_number(session, access.current(), number, "AF").number
    return reached(findings.accept(session, number, body.text, access.me(), body.revision))


@bp.post("/audit/findings/<number>/withdraw")
@access.role(Role.AUDITOR)
@rest.writes(DocumentAnswer, JudgeBody, status=200, refuses=(NotAllowed, NotFound, WrongState, ChangedMeanwhile))
def withdraw(session: Session, body: JudgeBody, number: str) -> rest.Json:
    """Take a finding back that was none, and close the flag on its act."""
    number = by_number(session, access.current(), number, "AF").number
    return reached(findings.withdraw(session, number, body.text, access.me(), body.revision))
