"""Erasing personal data: names and signatures outside the chain, and files that hold them; what the chain knows, digests, stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.org.models import Role
from assetpool.org.queries import root_of
from assetpool.org.service import demand
from assetpool.records.erasing_models import ErasureTerm, FileErasure
from assetpool.records.models import Attachment, Document, File, PersonalFact
from assetpool.records.service import file_path, remark

ENDED = ("closed", "rejected", "withdrawn", "cancelled", "reversed")
"""A paper of any kind in one of these states ended: nobody has to be called about it any more."""
ENDED_AS: dict[str, tuple[str, ...]] = {
    "RQ": ("returned",),
    "RT": ("inspected",),
    "EX": ("approved", "sent_back"),
    "CO": ("approved", "sent_back"),
    "GP": ("used",),
    "RP": ("done",),
    "ST": ("posted",),
    "OS": ("done",),
    "NC": ("published",),
    "BU": ("published",),
}
"""In what states papers of a kind ended besides: the same word may stand in the middle of another kind's way."""
LONGEST = 36_500
SIGNED_PAPER = "file:"


def terms(session: Session, pool_id: int) -> ErasureTerm | None:
    """Return how long a pool keeps personal data; None where nothing was settled."""
    return session.get(ErasureTerm, pool_id)


def settle(session: Session, pool_id: int, facts_days: int | None, liaison_days: int | None, *, by: int) -> ErasureTerm:
    """Settle how long personal data is kept; None: until somebody erases it. Raise NotAllowed, FieldInvalid."""
    demand_administrator(session, pool_id, by)
    if any(days is not None and not 0 <= days <= LONGEST for days in (facts_days, liaison_days)):
        raise FieldInvalid(field=Word(N_("Days")), problem=Word(N_("enter a whole number from 0 on, or leave it open.")))
    row = terms(session, pool_id) or ErasureTerm(pool_id=pool_id)
    row.facts_days, row.liaison_days, row.set_by, row.set_at = facts_days, liaison_days, by, clock.now()
    session.add(row)
    session.flush()
    return row


def demand_administrator(session: Session, pool_id: int, by: int) -> None:
    """Raise NotAllowed unless the person administers the whole pool."""
    root = root_of(session, pool_id)
    demand(session, by, Role.ADMINISTRATOR, root.id if root else 0)


def facts_of(session: Session, document_id: int) -> list[PersonalFact]:
    """Return the names and signatures of a document."""
    return list(session.scalars(select(PersonalFact).where(PersonalFact.document_id == document_id).order_by(PersonalFact.id)))


def files_of(session: Session, document_id: int) -> list[tuple[File, FileErasure | None]]:
    """Return the files of a document, those that hold its signatures too, with their erasure if there was one."""
    signed = {_paper_of(fact) for fact in facts_of(session, document_id)} - {None}
    attached = select(Attachment.file_id).where(Attachment.document_id == document_id)
    statement = select(File, FileErasure).outerjoin(FileErasure, FileErasure.file_id == File.id).where(File.id.in_(attached) | File.id.in_(signed))
    return [(row[0], row[1]) for row in session.execute(statement.order_by(File.id))]


def _paper_of(fact: PersonalFact) -> int | None:
    text = fact.signature.removeprefix(SIGNED_PAPER) if fact.signature.startswith(SIGNED_PAPER) else ""
    return int(text) if text.isdigit() else None


def erase_fact(session: Session, document: Document, fact_id: int, reason: str, *, by: int) -> None:
    """Erase a name with its telephone and signature from a document, and the photographed paper it was signed on; raise NotAllowed, NotFound, FieldInvalid."""
    demand_administrator(session, document.pool_id, by)
    fact = session.get(PersonalFact, fact_id)
    if fact is None or fact.document_id != document.id or fact.erased_at is not None:
        raise NotFound(what=str(fact_id))
    _demand_reason(reason)
    _blank(session, fact, reason, by)
    remark(session, document, by, "erase", reason.strip()[:300])


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say who asked for it, or which term has passed.")))


def _blank(session: Session, fact: PersonalFact, reason: str, by: int | None) -> None:
    paper = _paper_of(fact)
    fact.name = fact.telephone = fact.signature = ""
    # With its salt a digest of a name or telephone could be found by trying all of them.
    fact.salt = ""
    fact.erased_at = clock.now()
    if paper is not None:
        _erase(session, paper, reason, by)
    session.flush()


def erase_file(session: Session, document: Document, file_id: int, reason: str, *, by: int) -> None:
    """Erase the content of a file of a document; its row and digest stay. Raise NotAllowed, NotFound, FieldInvalid. `sweep` takes it from the disk."""
    demand_administrator(session, document.pool_id, by)
    if file_id not in {file.id for file, gone in files_of(session, document.id) if gone is None}:
        raise NotFound(what=str(file_id))
    _demand_reason(reason)
    _erase(session, file_id, reason, by)
    remark(session, document, by, "erase", reason.strip()[:300])


def _erase(session: Session, file_id: int, reason: str, by: int | None) -> None:
    if session.get(FileErasure, file_id) is None:
        session.add(FileErasure(file_id=file_id, reason=reason.strip()[:300], erased_by=by, erased_at=clock.now()))
        session.flush()


def sweep(session: Session, pool_id: int, data_dir: str) -> int:
    """Take from the disk what was erased, unless a file that was not erased has the same content; return how many files went."""
    kept = select(File.digest).where(File.id.not_in(select(FileErasure.file_id)))
    statement = select(File.digest).join(FileErasure, FileErasure.file_id == File.id).where(File.pool_id == pool_id, File.digest.not_in(kept)).distinct()
    return sum(_unlinked(file_path(data_dir, digest)) for digest in session.scalars(statement))


def _unlinked(path: Path) -> bool:
    found = path.exists()
    path.unlink(missing_ok=True)
    return found


def kept_since(session: Session, pool_id: int) -> datetime | None:
    """Return since when a pool keeps names; None where it keeps them until somebody erases them."""
    held = terms(session, pool_id)
    return None if held is None or held.facts_days is None else clock.now() - timedelta(days=held.facts_days)


def erase_due(session: Session, pool_id: int) -> int:
    """Erase the names of papers that ended, and those on no paper, longer ago than the pool keeps them; return how many."""
    before = kept_since(session, pool_id)
    if before is None:
        return 0
    statement = select(PersonalFact).outerjoin(Document, Document.id == PersonalFact.document_id)
    ended = [and_(Document.kind == kind, Document.state.in_(states)) for kind, states in ENDED_AS.items()]
    over = or_(Document.id.is_(None), Document.state.in_(ENDED), *ended)
    due = (PersonalFact.pool_id == pool_id, PersonalFact.erased_at.is_(None), PersonalFact.recorded_at < before, over)
    rows = list(session.scalars(statement.where(*due).order_by(PersonalFact.id)))
    for fact in rows:
        _blank(session, fact, N_("The time for which names are kept has passed."), None)
    return len(rows)
